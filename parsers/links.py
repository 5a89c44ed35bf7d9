"""Where a page leads: links, feeds, its versions in other languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml.html import HtmlElement

from parsers.document import Document

LIMIT = 2_000
"""Most links taken from one page."""

_PLAIN_TAIL = r"[^\x00-\x20\x7f#?;\\]*(?:\?[^\x00-\x20\x7f#\\]+)?"
_ABSOLUTE = re.compile(rf"https?://[A-Za-z0-9.:-]+(?:/{_PLAIN_TAIL})?")
_FROM_ROOT = re.compile(rf"/(?!/){_PLAIN_TAIL}")
_CALENDAR = re.compile(r"\.ics(?:$|[?#])|[?&](?:outlook-)?ical=1(?:$|[&#])", re.I)
_WEBCAL = re.compile(r"^webcal(s?):(?=//)")
_MOST_CALENDARS = 50
_ELSEWHERE = ("mailto:", "javascript:", "tel:")
_FEEDS = {"application/rss+xml", "application/atom+xml", "application/feed+json"}


def base_url(document: Document) -> str:
    """The address that relative links start from."""
    for base in document.root.iter("base"):
        if (href := base.get("href")) is not None:
            return _join(document.url, href) or document.url
    return document.url


def read_links(document: Document) -> list[str]:
    """Absolute http(s) addresses that the page links to, each once, in order."""
    base = base_url(document)
    root = _root(base)
    own = _without_fragment(base, "")
    found: dict[str, None] = {}
    for element in document.root.iter("a", "area"):
        if len(found) >= LIMIT:
            break
        href = element.get("href") or ""
        # Most addresses need no parsing, which would be the costliest part of this.
        if not href or href[0] == "#":
            address = own
        elif href.startswith(_ELSEWHERE):
            continue
        elif _ABSOLUTE.fullmatch(href):
            address = href
        elif root and _FROM_ROOT.fullmatch(href) and "/." not in href:
            address = root + href
        else:
            address = _without_fragment(base, href)
        if address:
            found[address] = None
    return list(found)


def _root(base: str) -> str:
    """Scheme and host of an address, "" for one that is not of the web."""
    try:
        parts = urlsplit(base)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else ""


def _without_fragment(base: str, href: str) -> str | None:
    address = _join(base, href)
    return urldefrag(address).url if address else None


def read_feeds(document: Document) -> list[str]:
    """Addresses of the feeds that the page announces."""
    base = base_url(document)
    feeds = (
        _join(base, link.get("href", ""))
        for link in _head_links(document.root, "alternate")
        if (link.get("type") or "").lower() in _FEEDS
    )
    return [feed for feed in feeds if feed]


def read_calendars(document: Document) -> list[str]:
    """Addresses of the calendar files that the page links to or offers for subscription."""
    base = base_url(document)
    found: dict[str, None] = {}
    for element in document.root.iter("a", "link"):
        href = (element.get("href") or "").strip()
        if not href or len(found) >= _MOST_CALENDARS:
            continue
        if href.startswith("webcal"):
            href = _WEBCAL.sub(r"http\1:", href)
        elif not _CALENDAR.search(href) and element.get("type") != "text/calendar":
            continue
        if address := _without_fragment(base, href):
            found[address] = None
    return list(found)


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
