"""News: the list, and one article with what it rests on."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from feeds.api.answers import cursor, place
from feeds.api.parameters import Id, Text
from feeds.entries import find_entry, list_entries
from feeds.entry_queries import EntryFilter, EntryKind
from feeds.pages.lists import (
    AT_ONCE,
    Wanted,
    first,
    following,
    named_choices,
    overview,
    query_of,
)
from feeds.pages.rendering import page_language, page_words, render
from feeds.views import entry_view

router = APIRouter()

_EXCERPT = 900


class WantedNews(Wanted):
    """Filters of the list."""

    language: Text = ""
    organization: Text = ""


@router.get("/news")
def news(request: Request, wanted: Annotated[WantedNews, Query()]) -> Response:
    """News, the latest first."""
    engine = request.app.state.engine
    key = place(wanted.after or None, int)
    rows, last = list_entries(
        engine,
        EntryFilter(
            kind="article",
            countries=[wanted.country] if wanted.country else [],
            languages=[wanted.language] if wanted.language else [],
            organization=wanted.organization,
            text=wanted.q,
        ),
        after=key[0] if key else None,
        limit=AT_ONCE,
    )
    words = page_words(request)
    with engine.connect() as connection:
        figures = overview(request, connection)
    filters = wanted.model_dump(exclude={"after"})
    return render(
        request,
        "news.html",
        wanted=wanted,
        found=[*map(entry_view, rows)],
        countries=named_choices(figures["entry_countries"], words.country, words),
        languages_read=named_choices(figures["languages"], words.tongue, words),
        feed=query_of(**{**filters, "q": wanted.q.strip()}),
        following=following(request, cursor(last) if last is not None else None),
        first=first(request),
    )


@router.get("/news/{id}")
def article(request: Request, id: Id) -> Response:
    """One article, also after it is gone from its site."""
    answer = one_entry(request, "article", id)
    if isinstance(answer, Response):
        return answer
    return render(
        request,
        "article.html",
        status=410 if "gone_at" in answer else 200,
        one=answer,
        excerpt=excerpt(answer["summary"], _below(answer["headline"], answer["body"])),
    )


def one_entry(request: Request, kind: EntryKind, entry_id: str) -> dict[str, Any] | Response:
    """An entry as `feeds.views` has it; under the id of another claim that tells it, the way to
    it. Raises HTTPException for an unknown one."""
    row = find_entry(request.app.state.engine, entry_id)
    if row is None or row.kind != kind:
        raise HTTPException(404)
    if row.id != entry_id:
        folder = "news" if kind == "article" else "events"
        language = page_language(request.url.path)
        return RedirectResponse(f"/{language}/{folder}/{row.id}", 301)
    return entry_view(row)


def _below(headline: str, body: str) -> str:
    """A text without the headline that it begins with."""
    begin, _, rest = body.partition("\n")
    return rest if begin.strip() == headline.strip() else body


def excerpt(summary: str, body: str) -> str:
    """The beginning of a text: the whole of it is its author's to show."""
    text = body or summary
    if len(text) <= _EXCERPT:
        return text
    kept = text[:_EXCERPT]
    return kept[: max(kept.rfind(" "), _EXCERPT // 2)].rstrip(" ,;:.\n") + " …"
