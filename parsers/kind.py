"""Tells an article from a listing, an archive with whole posts, and a list of members."""

from __future__ import annotations

from items import PageKind
from parsers.document import Document


def read_kind(document: Document) -> PageKind:
    """What kind of page this is."""
    return "article"


def split_posts(document: Document) -> list[Document]:
    """The posts of an archive, each a `Document` of its own (blocks, text, headline, url); no
    posts for any other kind of page."""
    return []
