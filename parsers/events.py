"""Events that a page announces or reports."""

from __future__ import annotations

import re
from datetime import date

from items import Event
from languages.dates import read_dates
from parsers.document import Document
from parsers.event_labels import read_labels
from parsers.event_lists import read_lists
from parsers.event_markup import read_markup
from parsers.event_papers import read_papers
from parsers.event_prose import read_prose

_LONGEST_DAYS = 31
"""A span of more days between two columns is a period of validity, not an event."""
_SECONDS = re.compile(r"\b\d{1,2}:\d\d:\d\d\b")


def read_events(document: Document, anchor: str | None = None) -> list[Event]:
    """Events with a resolvable day, each once; what is stated for machines comes first.

    `anchor` is the page's publication day (YYYY-MM-DD), if known: "16 March this year" resolves
    against it.
    """
    listed, used = read_lists(document)
    events: list[Event] = []
    for found in (
        read_markup(document),
        read_labels(document),
        listed,
        read_papers(document),
        read_prose(document, anchor, used | _periods(document)),
    ):
        known = list(events)
        for event in found:
            if _is_clock(event):
                continue
            twin = next((other for other in known if _covers(other, event)), None)
            if twin is None:
                events.append(event)
            else:
                _complete(twin, event)
    return events


def _periods(document: Document) -> frozenset[int]:
    """Positions of table rows that state from when to when something holds, such as a label."""
    found = set()
    for block in document.blocks:
        if len(block.cells) < 3:
            continue
        days = [_whole_day(cell, document.language) for cell in block.cells]
        told = [day for day in days if day]
        if len(told) == 2 and abs(told[1] - told[0]).days > _LONGEST_DAYS:
            found.add(block.position)
    return frozenset(found)


def _whole_day(cell: str, language: str) -> date | None:
    """The day that a cell consists of."""
    spans = read_dates(cell, language) if len(cell) < 40 else []
    if len(spans) != 1 or spans[0].precision != "day" or spans[0].end:
        return None
    rest = cell.replace(spans[0].raw, "").strip(" .")
    return None if rest else date.fromisoformat(spans[0].start)


def _is_clock(event: Event) -> bool:
    """Whether the "event" is the moment of the fetch, which a clock in the header shows."""
    return event.start[:10] == event.fetched_at[:10] and _SECONDS.search(event.evidence) is not None


def _covers(event: Event, other: Event) -> bool:
    """Whether `other` begins on a day of `event`: the same one, told in less detail."""
    day = other.start[:10]
    return event.start[:10] <= day <= (event.end or event.start)[:10]


def _complete(event: Event, other: Event) -> None:
    """Fill what an event lacks from another telling of the same one."""
    event.kind = event.kind or other.kind
    event.place = event.place or other.place
    event.organizer = event.organizer or other.organizer
    if event.city is None:
        event.city, event.country = other.city, event.country or other.country
    if event.end is None and other.end and other.start[:10] == event.start[:10]:
        event.end = other.end if "T" not in event.start or "T" in other.end else None
