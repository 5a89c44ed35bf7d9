"""Events that a page announces or reports."""

from __future__ import annotations

import re

from items import Event
from parsers.document import Document
from parsers.event_labels import read_labels
from parsers.event_lists import read_lists
from parsers.event_markup import read_markup
from parsers.event_papers import read_papers
from parsers.event_prose import read_prose

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
        read_prose(document, anchor, used),
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
