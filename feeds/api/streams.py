"""Feeds of news and the calendar of events, for feed readers and calendar programs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from feeds.api.answers import cursor, place, tagged
from feeds.api.parameters import Country, Day, Text
from feeds.api.problems import responses
from feeds.calendars import MEDIA_TYPE, write_calendar
from feeds.entries import list_entries, recent_entries
from feeds.entry_queries import EntryFilter, EntryRow
from feeds.syndication import MEDIA_TYPES, Channel, write_feed
from feeds.views import entry_view
from models.errors import CursorInvalid

router = APIRouter(prefix="/feeds", tags=["feeds"])

PAGE = 50
_MOST_EVENTS = 10_000
_DAYS_BACK = 400


class Chosen(BaseModel):
    """What a feed or a calendar may be limited to."""

    model_config = ConfigDict(extra="forbid")

    q: Text = Field("", description="Words that must all be there.")
    country: list[Country] = Field([], max_length=50)
    language: list[Text] = Field([], max_length=50)
    source: list[Text] = Field([], max_length=50)
    organization: Text = Field("", description="An organization's id.")


class ChosenNews(Chosen):
    """The same, and the page."""

    after: str | None = Field(None, description="From the feed's link to its next page.")


class ChosenEvents(Chosen):
    """The same, and from when on."""

    since: Day | None = Field(None, description="The first day; by default 400 days back.")
    kind: list[Text] = Field([], max_length=20, description="conference, training, fair, …")


@router.get(
    "/news.{form}",
    response_class=Response,
    responses={
        200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}},
        **responses(422),
    },
)
def news(
    request: Request,
    form: Literal["atom", "rss", "json"],
    chosen: Annotated[ChosenNews, Query()],
) -> Response:
    """News as a feed: what is new or changed first; with `q`, the latest by date."""
    rows, following = _news(request, chosen)
    url = request.url
    channel = Channel(
        title=_title("News", chosen),
        address=str(url),
        home=str(request.base_url),
        first=str(url.remove_query_params("after")),
        following=str(url.include_query_params(after=following)) if following else None,
    )
    content = write_feed(form, channel, [*map(entry_view, rows)])
    return tagged(request, content, MEDIA_TYPES[form])


@router.get(
    "/events.ics",
    response_class=Response,
    responses={200: {"content": {"text/calendar": {}}}, **responses(422)},
)
def events(request: Request, chosen: Annotated[ChosenEvents, Query()]) -> Response:
    """Events as a calendar to subscribe to."""
    today = datetime.now(UTC).date()
    since = chosen.since or (today - timedelta(days=_DAYS_BACK)).isoformat()
    wanted = replace(_filter("event", chosen, since), gone=True)
    rows: list[EntryRow] = []
    after: int | None = None
    while len(rows) < _MOST_EVENTS:
        found, after = list_entries(request.app.state.engine, wanted, after=after, limit=200)
        rows += found
        if after is None:
            break
    content = write_calendar(_title("Events", chosen), [*map(entry_view, rows)])
    return tagged(request, content, MEDIA_TYPE)


def _news(request: Request, chosen: ChosenNews) -> tuple[list[EntryRow], str | None]:
    engine = request.app.state.engine
    wanted = _filter("article", chosen)
    if chosen.q:
        key = place(chosen.after, int)
        rows, last = list_entries(engine, wanted, after=key[0] if key else None, limit=PAGE)
        return rows, cursor(last) if last is not None else None
    key = place(chosen.after, str, str)
    after = (_time(key[0]), key[1]) if key else None
    rows = recent_entries(engine, wanted, after=after, limit=PAGE)
    more = len(rows) == PAGE
    return rows, cursor(rows[-1].updated_at, rows[-1].id) if more else None


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise CursorInvalid("this is no cursor of this feed; start without one") from None


def _filter(kind: Literal["article", "event"], chosen: Chosen, since: str = "") -> EntryFilter:
    return EntryFilter(
        kind=kind,
        countries=chosen.country,
        languages=chosen.language,
        sources=chosen.source,
        event_kinds=chosen.kind if isinstance(chosen, ChosenEvents) else (),
        organization=chosen.organization,
        text=chosen.q,
        first_day=since,
    )


def _title(what: str, chosen: Chosen) -> str:
    parts = [*chosen.country, *chosen.language, *chosen.source]
    parts += [chosen.q] if chosen.q else []
    parts += [chosen.organization] if chosen.organization else []
    return f"{what} of clusters and parks" + (f": {', '.join(parts)}" if parts else "")
