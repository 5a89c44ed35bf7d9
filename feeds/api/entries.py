"""News and events."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from feeds.api import shapes
from feeds.api.answers import cursor, json_answer, page, place
from feeds.api.parameters import Country, Day, Fields, Id, Text, known_fields
from feeds.api.problems import responses
from feeds.entries import find_entry, list_entries
from feeds.entry_queries import EntryFilter, EntryKind
from feeds.views import entry_view

router = APIRouter(prefix="/api")


class Wanted(BaseModel):
    """What both lists take. A parameter that is not here is an error, not a shrug."""

    model_config = ConfigDict(extra="forbid")

    q: Text = Field("", description='Words that must all be there; `"in a row"`.')
    country: list[Country] = Field([], max_length=50, description="Such as PL; several are or.")
    language: list[Text] = Field([], max_length=50, description="Such as pl; several are or.")
    source: list[Text] = Field([], max_length=50)
    organization: Text = Field("", description="An organization's id: news of its own sites.")
    since: Day | None = Field(None, description="The first day.")
    until: Day | None = Field(None, description="The last day.")
    fields: Fields | None = Field(None, description="Only these, by commas; id is always there.")
    limit: int = Field(25, ge=1, le=200)
    after: str | None = Field(None, description="From `next`; nothing else.")


class WantedEvents(Wanted):
    """And what kind of event."""

    kind: list[Text] = Field(
        [], max_length=20, description="conference, training, meeting, fair, …; several are or."
    )


@router.get("/articles", tags=["news"], response_model=shapes.Articles, responses=responses(422))
def articles(request: Request, wanted: Annotated[Wanted, Query()]) -> Response:
    """News, the latest first."""
    return _list(request, "article", wanted)


@router.get(
    "/articles/{id}", tags=["news"], response_model=shapes.Article, responses=responses(404, 422)
)
def article(request: Request, id: Id) -> Response:
    """One article; also under the id of any claim that tells it, and after it is gone."""
    return _one(request, "article", id)


@router.get("/events", tags=["events"], response_model=shapes.Events, responses=responses(422))
def events(request: Request, wanted: Annotated[WantedEvents, Query()]) -> Response:
    """Events, the latest start first; `since` and `until` take those that touch the span."""
    return _list(request, "event", wanted)


@router.get(
    "/events/{id}", tags=["events"], response_model=shapes.Event, responses=responses(404, 422)
)
def event(request: Request, id: Id) -> Response:
    """One event; also under the id of any claim that tells it, and after it is gone."""
    return _one(request, "event", id)


def _list(request: Request, kind: EntryKind, wanted: Wanted) -> Response:
    shape = shapes.Article if kind == "article" else shapes.Event
    fields = known_fields(wanted.fields, shape)
    key = place(wanted.after, int)
    rows, last = list_entries(
        request.app.state.engine,
        EntryFilter(
            kind=kind,
            countries=wanted.country,
            languages=wanted.language,
            sources=wanted.source,
            first_day=wanted.since or "",
            last_day=wanted.until or "",
            event_kinds=wanted.kind if isinstance(wanted, WantedEvents) else (),
            organization=wanted.organization,
            text=wanted.q,
        ),
        after=key[0] if key else None,
        limit=wanted.limit,
    )
    return page(request, map(entry_view, rows), cursor(last) if last is not None else None, fields)


def _one(request: Request, kind: EntryKind, entry_id: str) -> Response:
    row = find_entry(request.app.state.engine, entry_id)
    if row is None or row.kind != kind:
        raise HTTPException(404, f"There is no {kind} {entry_id!r}.")
    return json_answer(request, entry_view(row))
