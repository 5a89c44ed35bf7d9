"""The first page."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from feeds.pages.rendering import render

router = APIRouter()


@router.get("")
def start(request: Request) -> Response:
    """What this is, and the way in."""
    return render(request, "start.html")
