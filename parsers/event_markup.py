"""Events that a page states for machines: JSON-LD, microdata, RDFa, hCalendar, calendar links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from html import unescape
from itertools import islice
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from lxml import etree
from lxml.html import HtmlElement

from items import EVIDENCE_LIMIT, Event
from languages.places import city_named, country_named
from parsers.document import Document
from parsers.event_places import page_country
from parsers.event_words import event_words
from timezones import zone_named

_MOST = 200
_MOST_STARTS = 2_000
_LONGEST = 300
_MOST_YEARS = 5
"""An end later than that is what systems write for none: 9999-12-31."""
_LONGEST_LINK = 20_000
_KINDS = {
    "EducationEvent": "training",
    "CourseInstance": "training",
    "Hackathon": "training",
    "ExhibitionEvent": "fair",
    "Festival": "festival",
    "SportsEvent": "competition",
}
_OTHER_TYPES = frozenset({"Festival", "Hackathon", "CourseInstance"})
_ISO = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?\d\d(?:\.\d+)?)?)?\s?(Z|[+-]\d\d:?\d\d)?"
)
_TYPES = (etree.XPath("//@itemtype"), etree.XPath("//@typeof"))
_TYPE_MARKS = frozenset({'Event"', "Event'", "Event>"})
_CALENDAR_LINKS = etree.XPath(
    "//a[starts-with(@href, 'data:text/calendar') or contains(@href, 'calendar')"
    " and (contains(@href, 'dates=') or contains(@href, 'startdt='))]"
)
_ADDRESS = frozenset({"addressLocality", "addressCountry", "streetAddress"})
_BOXES = frozenset({"vevent", "h-event"})
_START_CLASSES = frozenset({"dtstart", "dt-start"})
_CLASSES = {
    "name": ("summary", "p-name"),
    "startDate": ("dtstart", "dt-start"),
    "endDate": ("dtend", "dt-end"),
    "location": ("location", "p-location"),
    "organizer": ("organizer", "p-organizer"),
}
_CALENDARS = {"calendar.google.com", "www.google.com", "outlook.live.com", "outlook.office.com"}


def read_markup(document: Document) -> list[Event]:
    """Events in a page's markup, in its order; the same one told twice counts once."""
    zone = document.source.timezone if document.source else None
    events: dict[tuple[str, str], Event] = {}
    for stated in (
        *_jsonld(document.jsonld),
        *_marked(document),
        *(_linked(document.root, zone) if "calendar" in document.marks else ()),
    ):
        event = _event(stated, document)
        if event is not None:
            events.setdefault((event.name.casefold(), event.start[:10]), event)
        if len(events) >= _MOST:
            break
    return list(events.values())


def _jsonld(found: list[dict[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for stated in found:
        types = stated.get("@type")
        for name in types if isinstance(types, list) else [types]:
            short = str(name).rpartition("/")[2].rpartition(":")[2]
            if short.endswith("Event") or short in _OTHER_TYPES:
                yield {**stated, "@type": short}
                break


def _marked(document: Document) -> Iterator[Mapping[str, Any]]:
    """Microdata, RDFa and microformats, as JSON-LD would have them."""
    root, marks = document.root, document.marks
    found = [] if _TYPE_MARKS.isdisjoint(marks) else _typed(root)
    if not _START_CLASSES.isdisjoint(marks):
        found += _boxes(root)
    for element in found:
        types = (element.get("itemtype") or element.get("typeof") or "").split()
        if types and not any(t.endswith("Event") for t in types):
            continue
        stated: dict[str, Any] = {"@type": types[0].rpartition("/")[2] if types else "Event"}
        for part in element.iterdescendants():
            if not isinstance(part.tag, str):
                continue
            name = part.get("itemprop") or (part.get("property") or "").rpartition(":")[2]
            if not name and not types:
                own = (part.get("class") or "").split()
                name = next((k for k, v in _CLASSES.items() if any(c in own for c in v)), "")
            if name and name not in stated:
                nested = name == "location" and part.get("itemscope") is not None
                stated[name] = _nested(part) if nested else _value(part)
        yield stated


def _nested(place: HtmlElement) -> dict[str, Any]:
    """A Place within an event's microdata, with the parts of its address."""
    stated: dict[str, Any] = {"@type": (place.get("itemtype") or "").rpartition("/")[2]}
    address: dict[str, str] = {}
    for part in place.iterdescendants():
        if not isinstance(part.tag, str) or not (name := part.get("itemprop")):
            continue
        if name in _ADDRESS:
            address.setdefault(name, _value(part))
        elif (name == "address" and part.get("itemscope") is None) or name == "name":
            stated.setdefault(name, _value(part))
    if address:
        stated["address"] = address
    elif "name" not in stated:
        stated["name"] = _value(place)
    return stated


def _typed(root: HtmlElement) -> list[HtmlElement]:
    values = [value for path in _TYPES for value in path(root) if "Event" in value]
    return [value.getparent() for value in values[:_MOST]]


def _boxes(root: HtmlElement) -> list[HtmlElement]:
    """Boxes of microformats, found by their start: few elements can be one."""
    found: dict[HtmlElement, None] = {}
    for start in islice(root.iter("abbr", "time"), _MOST_STARTS):
        if not _START_CLASSES & set((start.get("class") or "").split()):
            continue
        for around in start.iterancestors():
            if _BOXES & set((around.get("class") or "").split()):
                found[around] = None
                break
    return list(found)


def _value(element: HtmlElement) -> str:
    for attribute in ("content", "datetime", "title"):
        value = element.get(attribute)
        if value and (attribute != "title" or element.tag == "abbr"):
            return str(value)
    return " ".join("".join(element.itertext()).split())[:_LONGEST]


def _linked(root: HtmlElement, zone: str | None) -> Iterator[Mapping[str, Any]]:
    """What "add to calendar" links carry in themselves: their query, or a data: address."""
    for link in _CALENDAR_LINKS(root)[:_MOST]:
        href = link.get("href")[:_LONGEST_LINK]
        if href.startswith("data:text/calendar"):
            yield from _inline_calendar(unquote(href), zone)
            continue
        try:
            parts = urlsplit(href)
        except ValueError:
            continue
        if parts.hostname not in _CALENDARS:
            continue
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        first, _, last = query.get("dates", "").partition("/")
        zone = query.get("ctz", zone)
        yield {
            "name": query.get("text") or query.get("subject", ""),
            "startDate": _local(first or query.get("startdt", ""), zone),
            "endDate": _local(last or query.get("enddt", ""), zone),
            "location": query.get("location", ""),
        }


def _inline_calendar(text: str, zone: str | None) -> Iterator[Mapping[str, Any]]:
    for entry in text.split("BEGIN:VEVENT")[1:_MOST]:
        lines = re.sub(r"\r?\n[ \t]", "", entry).splitlines()
        found: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(":")
            found.setdefault(name.partition(";")[0].upper(), value.replace("\\,", ",").strip())
        yield {
            "name": found.get("SUMMARY", ""),
            "startDate": _local(found.get("DTSTART", ""), zone),
            "endDate": _local(found.get("DTEND", ""), zone),
            "location": found.get("LOCATION", ""),
        }


def _local(value: str, zone: str | None) -> str:
    """A calendar's time in the zone of the place; without a known zone, UTC keeps its day only."""
    match = _ISO.match(value)
    if match is None or match[6] is None or match[4] is None:
        return value
    if not zone:
        return value[:8] if "-" not in value[:8] else value[:10]
    try:
        day, clock = "-".join(match.group(1, 2, 3)), f"{match[4]}:{match[5]}"
        moment = datetime.fromisoformat(f"{day}T{clock}+00:00")
        return moment.astimezone(zone_named(zone)).isoformat()[:16]
    except (ValueError, OverflowError):
        return value[:10]


def _moment(value: Any) -> str | None:
    """ISO 8601 to the day or minute, the clock as it stands there; None for anything else."""
    match = _ISO.match(str(value or "").strip())
    if match is None:
        return None
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
    if match[4] is None or not (int(match[4]) < 24 and int(match[5]) < 60):
        return day.isoformat()
    return f"{day.isoformat()}T{match[4]}:{match[5]}"


def _text(value: Any) -> str:
    """A value that may be a string, an object with a name, or a list of them."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("@value") or ""
    return (
        " ".join(unescape(str(value)).split())[:_LONGEST] if isinstance(value, (str, int)) else ""
    )


def _event(stated: Mapping[str, Any], document: Document) -> Event | None:
    name, start = _text(stated.get("name")), _moment(stated.get("startDate"))
    if not name or start is None or start < "1990":
        return None
    end = _moment(stated.get("endDate"))
    if end and (end < start[: len(end)] or int(end[:4]) - int(start[:4]) > _MOST_YEARS):
        end = None
    # Midnight to midnight is how many systems write a whole day.
    if start.endswith("T00:00") and (end is None or end[10:] in ("T00:00", "T23:59", "")):
        start, end = start[:10], end[:10] if end else None
    place, city, country = _where(stated.get("location"), document)
    words = event_words(document.language)
    trigger = words.trigger(name)
    kind = _KINDS.get(str(stated.get("@type"))) or (trigger.kind if trigger else None)
    state = _text(stated.get("eventStatus"))
    cancelled = "Cancel" in state or bool(words.cancelled.search(name))
    return Event(
        name=name,
        kind=kind,
        start=start,
        end=end,
        all_day="T" not in start,
        timezone=document.source.timezone if document.source and "T" in start else None,
        place=place,
        city=city,
        country=country,
        status="cancelled" if cancelled else None,
        organizer=_text(stated.get("organizer")) or None,
        evidence=f"{name}; {stated.get('startDate')}"[:EVIDENCE_LIMIT],
        url=document.url,
        language=document.language,
        fetched_at=document.fetched_at,
        source=document.source.name if document.source else "",
    )


def _where(location: Any, document: Document) -> tuple[str | None, str | None, str | None]:
    """Venue, city and country of a Place, an address or a plain string."""
    if isinstance(location, list):
        location = location[0] if location else None
    if isinstance(location, Mapping) and str(location.get("@type", "")).endswith("VirtualLocation"):
        return "online", None, None
    place = _text(location) or None
    address = location.get("address") if isinstance(location, Mapping) else None
    city = country = None
    if isinstance(address, Mapping):
        city = _text(address.get("addressLocality")) or None
        country = _text(address.get("addressCountry")) or None
        place = place or _text(address.get("streetAddress")) or None
    elif isinstance(address, str):
        place = f"{place}, {address}" if place and address not in place else place or address
    if country and len(country) != 2:
        country = country_named(country, document.language)
    country = country.upper() if country else None
    if city is None and place:
        parts = [part.strip() for part in place.split(",")]
        for part in reversed(parts):
            found = city_named(part, document.language, country=country or page_country(document))
            if found:
                return place, found.name, country or found.country
        return place, None, country
    if city and country is None:
        found = city_named(city, document.language, country=page_country(document))
        country = found.country if found else None
    return place, city, country
