"""Events as iCalendar, for calendar programs to subscribe to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from icalendar import Calendar
from icalendar import Event as CalendarEvent

from timezones import zone_named

MEDIA_TYPE = "text/calendar; charset=utf-8"

_REFRESH = timedelta(hours=12)


def write_calendar(name: str, views: Iterable[dict[str, Any]]) -> bytes:
    """A calendar of events as `feeds.views` gives them.

    Ids last, SEQUENCE counts what happened to an event, and one that was called off or is gone
    stays as CANCELLED. An event is on a day at least: those known by month only are left out.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Clusterfeed//Events//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT12H")
    events: list[bytes] = []
    zones: set[str] = set()
    for view in views:
        event = _event(view)
        if event is None:
            continue
        events.append(event.to_ical())
        if (zone := str(event["dtstart"].params.get("TZID", ""))) not in zones:
            zones.add(zone)
            calendar.add_component(event)
    # As text an event takes a twentieth of the memory: one for each zone is enough to add those.
    calendar.add_missing_timezones()
    calendar.subcomponents = sorted(calendar.timezones, key=lambda zone: str(zone["TZID"]))
    head, end, _ = calendar.to_ical().rpartition(b"END:VCALENDAR")
    return b"".join([head, *events, end, b"\r\n"])


def _event(view: dict[str, Any]) -> CalendarEvent | None:
    span = _span(view)
    if span is None:
        return None
    start, end = span
    event = CalendarEvent()
    event.add("uid", f"{view['id']}@clusterfeed")
    event.add("sequence", max(0, view["version"] - 1))
    event.add("dtstamp", _utc(view["updated_at"]))
    event.add("last-modified", _utc(view["updated_at"]))
    event.add("created", _utc(view["first_seen"]))
    event.add("summary", view["name"], parameters=_language(view))
    event.add("dtstart", start)
    if end is not None:
        event.add("dtend", end)
    cancelled = view["status"] == "cancelled" or "gone_at" in view
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    place = ", ".join(view[part] for part in ("place", "city", "country") if view[part])
    if place:
        event.add("location", place)
    if view["kind"]:
        event.add("categories", [view["kind"]])
    event.add("description", _description(view))
    if not _breaks_lines(view["url"]):
        event.add("url", view["url"])
    return event


def _span(view: dict[str, Any]) -> tuple[date, date | None] | None:
    """Start and exclusive end, as days or as times; times without a zone float."""
    start, end = view["start"], view["end"]
    if len(start) < 10:
        return None
    if len(start) == 10:
        first = date.fromisoformat(start)
        last = max(first, _day(end or start))
        return first, last + timedelta(days=1) if last < date.max else None
    zone = zone_named(view["timezone"])
    begins = _local(start, zone)
    if end and len(end) > 10:
        ends = _local(end, zone)
        if (ends.tzinfo is None) == (begins.tzinfo is None) and ends > begins:
            return begins, ends
    return begins, None


def _day(value: str) -> date:
    """The day; of a month or a year, that is of an end told vaguely, the earliest there is."""
    return date.fromisoformat(value[:10]) if len(value) >= 10 else date.min


def _local(value: str, zone: tzinfo | None) -> datetime:
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo or zone is None else moment.replace(tzinfo=zone)


def _utc(value: str) -> datetime:
    return datetime.fromisoformat(value)


def _description(view: dict[str, Any]) -> str:
    owner = view["organization"]
    lines = [view["evidence"]["words"]]
    if view["organizer"]:
        lines.append(view["organizer"])
    lines.append(f"{owner['name']}: {view['url']}" if owner else view["url"])
    return "\n".join(lines)


def _language(view: dict[str, Any]) -> dict[str, str]:
    return {} if view["language"] == "und" else {"LANGUAGE": view["language"]}


def _breaks_lines(text: str) -> bool:
    return any(sign in text for sign in "\r\n")
