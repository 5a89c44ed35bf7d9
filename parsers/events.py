"""Events that a page announces or reports."""

from __future__ import annotations

from items import Event
from parsers.document import Document
from parsers.event_labels import read_labels
from parsers.event_lists import read_lists
from parsers.event_papers import read_papers
from parsers.event_prose import read_prose


def read_events(document: Document, anchor: str | None = None) -> list[Event]:
    """Events with a resolvable day; `anchor` is the page's publication day, if known."""
    listed, used = read_lists(document)
    told = read_prose(document, anchor, used)
    events: list[Event] = []
    for found in (read_labels(document), listed, read_papers(document), told):
        days = {event.start[:10] for event in events}
        events += [event for event in found if event.start[:10] not in days]
    return events
