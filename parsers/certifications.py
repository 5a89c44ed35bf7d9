"""Labels that a page says somebody holds."""

from __future__ import annotations

from items import Certification
from parsers.document import Document


def read_certifications(document: Document) -> list[Certification]:
    """Certifications in lists and prose."""
    return []
