"""One page, read: what all parsers found, put together."""

from __future__ import annotations

from catalogue import Source
from items import Item, Page
from parsers.authors import read_authors
from parsers.certifications import read_certifications
from parsers.document import Document
from parsers.events import read_events
from parsers.kind import read_kind, split_posts
from parsers.opening import open_document
from parsers.publication import read_modification, read_publication
from parsers.relations import read_organizations, read_relations


def read_page(
    content: bytes,
    url: str = "",
    *,
    fetched_at: str = "",
    source: Source | None = None,
    content_type: str = "",
) -> Page:
    """Read one page (`content`: its bytes as fetched; `content_type`: the HTTP header).

    Raises ValueError, with the reason, for what cannot be read as an HTML page.
    """
    document = open_document(
        content, url, fetched_at=fetched_at, source=source, content_type=content_type
    )
    kind = read_kind(document)
    published = read_publication(document)
    page = Page(
        url=url,
        source=source.name if source else "",
        fetched_at=fetched_at,
        kind=kind,
        language=document.language,
        headline=document.headline,
        authors=read_authors(document),
        date_published=published,
        date_modified=read_modification(document),
        text=document.text,
    )
    posts = split_posts(document) or [document]
    for post in posts:
        page.items += _items(post)
    return page


def _items(document: Document) -> list[Item]:
    published = read_publication(document)
    items: list[Item] = [
        *read_events(document, published.day),
        *read_certifications(document),
        *read_relations(document),
        *read_organizations(document),
    ]
    return items
