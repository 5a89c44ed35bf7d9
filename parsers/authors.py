"""Who wrote an article, as printed."""

from __future__ import annotations

from parsers.document import Document


def read_authors(document: Document) -> list[str]:
    """Authors' names in the order of the page; nothing that is no person or byline."""
    return []
