"""When a page was published: a date with its origin, or the reason for having none."""

from __future__ import annotations

from items import ABSENT, DatedValue
from parsers.document import Document


def read_publication(document: Document) -> DatedValue:
    """The page's publication date."""
    return ABSENT


def read_modification(document: Document) -> DatedValue:
    """The day the page says it was last changed."""
    return ABSENT
