"""Events: a month's calendar, a list of what was searched for, one event."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from feeds.api.answers import cursor, place, tagged
from feeds.api.parameters import Id, Text
from feeds.calendars import MEDIA_TYPE, write_calendar
from feeds.entries import coming_events, list_entries
from feeds.entry_queries import EntryFilter
from feeds.pages.lists import (
    AT_ONCE,
    Wanted,
    first,
    following,
    named_choices,
    overview,
    query_of,
)
from feeds.pages.news import excerpt, one_entry
from feeds.pages.rendering import page_words, render
from feeds.views import entry_view

router = APIRouter()

_IN_A_MONTH = 120
_DAY, _MONTH = 10, 7
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


class WantedEvents(Wanted):
    """Filters of the calendar and the list. month: such as 2026-06; this month without one."""

    month: Annotated[str, Field(pattern=r"^(\d{4}-(0[1-9]|1[0-2]))?$")] = ""
    organization: Text = ""


@router.get("/events")
def events(request: Request, wanted: Annotated[WantedEvents, Query()]) -> Response:
    """A month's events by day; with words or an organization asked for, all such events."""
    engine = request.app.state.engine
    listed = bool(wanted.q.strip() or wanted.organization)
    today = datetime.now(UTC).date()
    begin = _month(wanted.month, today)
    end = _next_month(begin) - timedelta(days=1)
    key = place(wanted.after or None, int)
    filters = EntryFilter(
        kind="event",
        countries=[wanted.country] if wanted.country else [],
        organization=wanted.organization,
        text=wanted.q,
        first_day="" if listed else begin.isoformat(),
        last_day="" if listed else end.isoformat(),
    )
    rows, last = list_entries(
        engine, filters, after=key[0] if key else None, limit=AT_ONCE if listed else _IN_A_MONTH
    )
    found = [*map(entry_view, rows)]
    words = page_words(request)
    with engine.connect() as connection:
        figures = overview(request, connection)
    asked = query_of(country=wanted.country, organization=wanted.organization, q=wanted.q.strip())
    earlier, later = ("", "") if listed else _near(request, wanted.country, begin, end)
    return render(
        request,
        "events.html",
        wanted=wanted,
        listed=listed,
        found=found,
        days=[] if listed else days_of(found, begin),
        month=begin.isoformat()[:_MONTH],
        this_month=begin == today.replace(day=1),
        near=[(month, _link(wanted, month)) for month in (earlier, later)],
        now=_link(wanted, ""),
        countries=named_choices(figures["entry_countries"], words.country, words),
        calendar=f"/feeds/events.ics{asked}",
        webcal=f"webcal://{request.url.netloc}/feeds/events.ics{asked}",
        following=following(request, cursor(last) if last is not None else None),
        first=first(request),
        today=today.isoformat(),
    )


@router.get("/events/{id}")
def event(request: Request, id: Id) -> Response:
    """One event, also after it was called off or is gone from its site."""
    answer = one_entry(request, "event", id)
    if isinstance(answer, Response):
        return answer
    return render(
        request,
        "event.html",
        status=410 if "gone_at" in answer and answer["status"] != "cancelled" else 200,
        one=answer,
        zone=answer["timezone"],
        today=datetime.now(UTC).date().isoformat(),
        words_of_page=excerpt("", answer["evidence"]["words"]),
    )


@router.get("/events/{id}/calendar.ics")
def entry_for_a_calendar(request: Request, id: Id) -> Response:
    """One event as a file for calendar programs."""
    answer = one_entry(request, "event", id)
    if isinstance(answer, Response):
        return answer
    named = {"Content_Disposition": 'attachment; filename="event.ics"'}
    return tagged(request, write_calendar(answer["name"], [answer]), MEDIA_TYPE, **named)


def days_of(views: list[dict[str, Any]], begin: date) -> list[tuple[str, list[dict[str, Any]]]]:
    """A month's events by day, in order: "" for those that began before it, then the days, and
    the month itself for those that no day is known of."""
    month = begin.isoformat()[:_MONTH]
    found: dict[str, list[dict[str, Any]]] = {}
    for view in reversed(views):
        start = view["start"]
        whole = start[:_DAY] if len(start) >= _DAY else month
        day = "" if start[:_MONTH] < month else whole
        found.setdefault(day, []).append(view)
    # What is not known by its day comes last, as "2026-06" would come first.
    return sorted(found.items(), key=lambda one: (len(one[0]) == _MONTH, one[0]))


def _near(request: Request, country: str, begin: date, end: date) -> tuple[str, str]:
    """The nearest months before and behind this one in which something begins; "" for none."""
    engine = request.app.state.engine
    countries = [country] if country else []
    last_day, first_day = begin - timedelta(days=1), end + timedelta(days=1)
    before = EntryFilter(kind="event", countries=countries, last_day=last_day.isoformat())
    behind = EntryFilter(kind="event", countries=countries, first_day=first_day.isoformat())
    found = (list_entries(engine, before, limit=1)[0], coming_events(engine, behind, limit=1))
    earlier, later = (rows[0].day[:_MONTH] if rows else "" for rows in found)
    return earlier, later


def _month(asked: str, today: date) -> date:
    begin = date.fromisoformat(f"{asked}-01") if asked[:4] > "0001" else today.replace(day=1)
    return begin if _FIRST_YEAR <= begin.year <= _LAST_YEAR else today.replace(day=1)


def _next_month(begin: date) -> date:
    return (begin + timedelta(days=31)).replace(day=1)


def _link(wanted: WantedEvents, month: str) -> str:
    return query_of(month=month, country=wanted.country) or "?"
