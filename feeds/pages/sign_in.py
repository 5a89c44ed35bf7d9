"""Signing in by the token, and out again. These routes are there only where a token is set."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict

from feeds.api.parameters import Text
from feeds.pages.rendering import SECURITY, page_language, page_words, render
from feeds.pages.session import form_of, is_signed_in, sign_in, sign_out

writing = APIRouter()

_OWN = re.compile(r"/(review|sources/[A-Za-z0-9_.~%-]{1,200})")


class Wanted(BaseModel):
    """Where to go afterwards: a page of ours, without its language."""

    model_config = ConfigDict(extra="forbid")

    to: Text = ""


@writing.get("/sign-in")
def form(request: Request, wanted: Annotated[Wanted, Query()]) -> Response:
    """The form that asks for the token."""
    return _form(request, wanted.to, refused=False)


@writing.post("/sign-in")
async def enter(request: Request) -> Response:
    """Sign in, and go back to where one came from."""
    fields = await form_of(request)
    to = fields.get("to", "")
    language = page_language(request.url.path)
    answer = RedirectResponse(f"/{language}{_place(to)}", 303, SECURITY)
    answer.headers["Cache-Control"] = "no-store"
    if not sign_in(request, answer, fields.get("token", "")):
        return _form(request, to, refused=True)
    return answer


@writing.post("/sign-out")
async def leave(request: Request) -> Response:
    """Sign out."""
    await form_of(request)
    answer = RedirectResponse(f"/{page_language(request.url.path)}/review", 303, SECURITY)
    sign_out(answer)
    return answer


def _form(request: Request, to: str, *, refused: bool) -> Response:
    return render(
        request,
        "sign_in.html",
        status=403 if refused else 200,
        private=True,
        to=_place(to),
        refused=page_words(request)("sign.refused") if refused else "",
        signed_in=is_signed_in(request),
    )


def _place(to: str) -> str:
    """Only the places that ask for signing in; anything else leads to the review."""
    return to if _OWN.fullmatch(to) else "/review"
