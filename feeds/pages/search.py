"""One search over organizations, news and events."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from feeds.entries import list_entries
from feeds.entry_queries import EntryFilter, EntryKind
from feeds.pages.lists import Wanted, query_of
from feeds.pages.rendering import render
from feeds.views import entry_view
from registry import queries

router = APIRouter()

_SHOWN = 8


@router.get("/search")
def search(request: Request, wanted: Annotated[Wanted, Query()]) -> Response:
    """What is found in each, in every language, without regard to case and diacritics."""
    asked = wanted.q.strip()
    found: dict[str, Any] = {"organizations": [], "news": [], "events": []}
    more = dict.fromkeys(found, False)
    if asked:
        listed = queries.organizations(request.app.state.engine, text=asked, limit=_SHOWN)
        found["organizations"], more["organizations"] = listed.rows, listed.after is not None
        found["news"], more["news"] = _entries(request, "article", asked)
        found["events"], more["events"] = _entries(request, "event", asked)
    nothing = asked and not any(found.values())
    return render(
        request,
        "search.html",
        asked=asked,
        found=found,
        more=more,
        same=query_of(q=asked),
        wider=query_of(q=f"{asked}*") if nothing and asked.isalnum() else "",
        wider_words=f"{asked}*",
    )


def _entries(request: Request, kind: EntryKind, asked: str) -> tuple[list[dict[str, Any]], bool]:
    rows, last = list_entries(
        request.app.state.engine, EntryFilter(kind=kind, text=asked), limit=_SHOWN
    )
    return [*map(entry_view, rows)], last is not None
