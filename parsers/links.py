"""Where a page leads: links, feeds, its versions in other languages."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin

from lxml.html import HtmlElement

from parsers.document import Document

LIMIT = 2_000
"""Most links taken from one page."""

_FEEDS = {"application/rss+xml", "application/atom+xml", "application/feed+json"}


def base_url(document: Document) -> str:
    """The address that relative links start from."""
    for base in document.root.iterfind(".//base[@href]"):
        return _join(document.url, base.get("href", "")) or document.url
    return document.url


def read_links(document: Document) -> list[str]:
    """Absolute http(s) addresses that the page links to, each once, in order."""
    base = base_url(document)
    found: dict[str, None] = {}
    for element in document.root.iter("a", "area"):
        if len(found) >= LIMIT:
            break
        address = _join(base, element.get("href") or "")
        if address:
            found[urldefrag(address).url] = None
    return list(found)


def read_feeds(document: Document) -> list[str]:
    """Addresses of the feeds that the page announces."""
    base = base_url(document)
    feeds = (
        _join(base, link.get("href", ""))
        for link in _head_links(document.root, "alternate")
        if (link.get("type") or "").lower() in _FEEDS
    )
    return [feed for feed in feeds if feed]


def read_alternates(document: Document) -> dict[str, str]:
    """The page's versions in other languages: language code to address (hreflang)."""
    base = base_url(document)
    return {
        link.get("hreflang", "").lower(): address
        for link in _head_links(document.root, "alternate")
        if link.get("hreflang") and (address := _join(base, link.get("href", "")))
    }


def read_canonical(document: Document) -> str | None:
    """The address that the page names as its own (link rel=canonical)."""
    for link in _head_links(document.root, "canonical"):
        return _join(base_url(document), link.get("href", ""))
    return None


def _head_links(root: HtmlElement, rel: str) -> Iterator[HtmlElement]:
    for link in root.iter("link"):
        if rel in (link.get("rel") or "").lower().split():
            yield link


def _join(base: str, address: str) -> str | None:
    try:
        joined = urljoin(base, address.strip())
    except ValueError:
        return None
    return joined if joined.startswith(("http://", "https://")) else None
