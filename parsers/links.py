"""Where a page leads: links, feeds, calendar files, its versions in other languages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml.html import HtmlElement

from parsers.document import Document

LIMIT = 2_000
"""Most links taken from one page."""

_PLAIN_TAIL = r"[^\x00-\x20\x7f#?;\\]*(?:\?[^\x00-\x20\x7f#\\]+)?"
_ABSOLUTE = re.compile(rf"https?://[A-Za-z0-9.:-]+(?:/{_PLAIN_TAIL})?")
_FROM_ROOT = re.compile(rf"/(?!/){_PLAIN_TAIL}")
_BESIDE = re.compile(rf"[A-Za-z0-9_][A-Za-z0-9_-]*(?:[/.?]{_PLAIN_TAIL})?")

CALENDAR = re.compile(r"\.ics(?:$|[?#])|[?&](?:outlook-)?ical=1(?:$|[&#])|^webcals?://", re.I)
"""Addresses of calendar files."""
_CREDENTIALS = re.compile(r"^([a-z]{2,20}://)[^/?#]*@", re.IGNORECASE)
_MOST_CALENDARS = 50
_ELSEWHERE = ("mailto:", "javascript:", "tel:")
_FEEDS = {"application/rss+xml", "application/atom+xml", "application/feed+json"}


@dataclass(slots=True)
class Addresses:
    """Where a page leads, in the order of the page; all addresses are absolute http(s) ones.

    links: each once. feeds: those that the page announces. calendars: the calendar files that
    it links to or offers for subscription. alternates: its versions in other languages, by
    language code (hreflang). canonical: the address that the page names as its own.
    """

    links: list[str] = field(default_factory=list)
    feeds: list[str] = field(default_factory=list)
    calendars: list[str] = field(default_factory=list)
    alternates: dict[str, str] = field(default_factory=dict)
    canonical: str | None = None


def read_addresses(document: Document) -> Addresses:
    """All addresses of a page, in one pass."""
    base = base_url(document)
    root = _root(base)
    place = base.partition("?")[0]
    folder = place[: place.rfind("/") + 1] if len(place) > len(root) > 0 else ""
    own = _without_fragment(base, "")
    seen: set[str] = set()
    links: dict[str, None] = {}
    calendars: dict[str, None] = {}
    found = Addresses()
    for element in document.root.iter("a", "area", "link"):
        href = element.get("href") or ""
        if element.get("type") == "text/calendar" or (
            ("ic" in href or "web" in href or "IC" in href) and CALENDAR.search(href)
        ):
            calendar = href.strip()
            if calendar.startswith("webcal"):
                calendar = "http" + calendar[6:]
            address = _without_fragment(base, calendar)
            if href and address and len(calendars) < _MOST_CALENDARS:
                calendars[address] = None
        if element.tag == "link":
            _read_relation(element, base, found)
            continue
        if href in seen or len(links) >= LIMIT:
            continue
        seen.add(href)
        # Most addresses need no parsing, which would be the costliest part of this.
        if "#" in href:
            href = href[: href.index("#")]
        if not href:
            address = own
        elif root and href[0] == "/" and _FROM_ROOT.fullmatch(href) and "/." not in href:
            address = root + href
        elif _ABSOLUTE.fullmatch(href):
            address = href
        elif href.startswith(_ELSEWHERE):
            continue
        elif folder and _BESIDE.fullmatch(href) and "/." not in href:
            address = folder + href
        else:
            address = _without_fragment(base, href)
        if address:
            links[address] = None
    found.links = list(links)
    found.calendars = list(calendars)
    return found


def _read_relation(link: HtmlElement, base: str, found: Addresses) -> None:
    relations = (link.get("rel") or "").lower().split()
    if "alternate" in relations:
        address = join(base, link.get("href", ""))
        if address and (link.get("type") or "").lower() in _FEEDS:
            found.feeds.append(address)
        if address and link.get("hreflang"):
            found.alternates[link.get("hreflang").lower()] = address
    elif "canonical" in relations and found.canonical is None:
        found.canonical = join(base, link.get("href", ""))


def base_url(document: Document) -> str:
    """The address that relative links start from."""
    for base in document.root.iter("base"):
        if (href := base.get("href")) is not None:
            return join(document.url, href) or document.url
    return document.url


def _root(base: str) -> str:
    """Scheme and host of an address, "" for one that is not of the web."""
    try:
        parts = urlsplit(base)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else ""


def _without_fragment(base: str, href: str) -> str | None:
    address = join(base, href)
    return urldefrag(address).url if address else None


def join(base: str, address: str) -> str | None:
    """The web address that a page at `base` means by another; None where it is none."""
    try:
        joined = urljoin(base, address.strip())
    except ValueError:
        return None
    if "@" in joined:
        joined = _CREDENTIALS.sub(r"\1", joined)  # passwords are nobody's to keep
    return joined if joined.startswith(("http://", "https://")) else None
