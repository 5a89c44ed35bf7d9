"""Events that a page announces or reports."""

from __future__ import annotations

from items import Event
from parsers.document import Document
from parsers.event_prose import read_prose


def read_events(document: Document, anchor: str | None = None) -> list[Event]:
    """Events with a resolvable day; `anchor` is the page's publication day, if known."""
    return read_prose(document, anchor)
