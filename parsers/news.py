"""Tells a piece of news from a page of lasting facts.

Both may be one text under a headline. News has its day, or its platform's mark of a post; a
static page may carry a date in its markup too (when it was set up), which makes it no news.
"""

from __future__ import annotations

import re

from items import DatedValue, PageKind
from parsers.document import Document

_STATIC = re.compile(r"(?:^|\s)(?:page-id-\d+|page-template\S*|type-page|node--type-page)(?:\s|$)")
_POST = re.compile(
    r"(?:^|\s)(?:single-post|type-post|single-news|node--type-(?:news|article))(?:\s|$)"
)

_WHOLE = frozenset(("body", "article", "main"))


def is_news(document: Document, kind: PageKind, published: DatedValue) -> bool:
    """Whether the page as a whole is one piece of news."""
    if kind not in ("article", "page") or not document.headline:
        return False
    classes = " ".join(region.name for region in document.layout.regions if region.tag in _WHOLE)
    if _STATIC.search(classes):
        return False
    return published.value is not None or bool(_POST.search(classes))
