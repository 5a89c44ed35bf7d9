"""Who coordinates, belongs to, founded or became what, as a page says it."""

from __future__ import annotations

from items import Organization, Relation
from parsers.document import Document


def read_relations(document: Document) -> list[Relation]:
    """Relations between named organizations."""
    return []


def read_organizations(document: Document) -> list[Organization]:
    """Organizations that the page says something about: kind, acronym, website, other names."""
    return []
