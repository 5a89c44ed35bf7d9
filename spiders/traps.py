"""Websites without an end: calendars, session numbers in addresses, sitemaps in circles.

What stops a crawl here is never silent: the run ends as partial, with the reason.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

from items import Page

ALIKE = 10
"""So many pages in a row that look alike and bring nothing close their kind of address."""

REPEATED = 5
"""So many pages in a row with a text that was read before do the same."""

YEARS_AHEAD = 2
"""Calendars are read so many years ahead."""

ADDRESSES = 20
"""So many addresses are taken up for each page that the budget allows; the rest waits."""

SITEMAP_DEPTH = 3
SITEMAPS = 50

_DIGITS = re.compile(r"\d+")
_TOKEN = re.compile(r"(?=[a-z-]*\d)(?=\d*[a-z])[0-9a-z]{16,}", re.IGNORECASE)
_MONTH = re.compile(r"(?<!\d)((?:1[89]|2\d)\d\d)[-/](?:0?[1-9]|1[0-2])(?!\d)")
_YEAR_NAMES = {"year", "yr", "rok", "jahr", "annee", "ano", "anno", "ar", "rocnik", "jaar"}
_WORD = re.compile(r"[^\W\d_]{2,}")
_WORDS_READ = 4_000
_OLDEST = 1990


@dataclass(slots=True)
class _Kind:
    """The pages of one shape of address, as far as they were read."""

    words: frozenset[str] = frozenset()
    alike: int = 0
    repeated: int = 0


@dataclass(slots=True)
class Traps:
    """What one crawl has seen of a site, to notice when it goes in circles.

    year: the present one. reasons: why something was not followed, in the order noticed.
    """

    year: int
    reasons: list[str] = field(default_factory=list)
    _kinds: defaultdict[str, _Kind] = field(default_factory=lambda: defaultdict(_Kind))
    _texts: set[bytes] = field(default_factory=set)
    _closed: set[str] = field(default_factory=set)

    def closed(self, url: str) -> bool:
        """Whether addresses of this shape are not read any more."""
        return bool(self._closed) and shape(url) in self._closed

    def beyond(self, url: str) -> bool:
        """Whether an address names a month outside of what is worth reading."""
        years = [int(year) for year in _MONTH.findall(url)] + _named_years(url)
        return any(not _OLDEST <= year <= self.year + YEARS_AHEAD for year in years)

    def refuses(self, url: str) -> bool:
        """Whether a link leads into a trap; if so the run is told."""
        if self.beyond(url):
            self.tell(f"a calendar that goes on beyond {self.year + YEARS_AHEAD}: {shape(url)}")
            return True
        return self.closed(url)

    def read(self, url: str, page: Page, onward: list[str]) -> None:
        """Take note of a page and of the unknown addresses that it leads to.

        A page that leads to none is never part of a trap, however much it looks like others.
        """
        name = shape(url)
        kind = self._kinds[name]
        digest = sha256(page.text.encode("utf-8", "replace")).digest()[:16]
        kind.repeated = kind.repeated + 1 if onward and digest in self._texts else 0
        self._texts.add(digest)
        words = frozenset(_WORD.findall(page.text[:_WORDS_READ].lower()))
        barren = not page.items and onward and all(shape(link) == name for link in onward)
        kind.alike = kind.alike + 1 if barren and _near(words, kind.words) else 0
        kind.words = words
        if kind.alike >= ALIKE:
            self._close(name, f"{kind.alike} pages in a row that look alike: {name}")
        elif kind.repeated >= REPEATED:
            self._close(name, f"{kind.repeated} pages in a row with a text read before: {name}")

    def tell(self, reason: str) -> None:
        """Something is not followed, and why."""
        if reason not in self.reasons:
            self.reasons.append(reason)

    def _close(self, name: str, reason: str) -> None:
        if name not in self._closed:
            self._closed.add(name)
            self.tell(reason)


class TrapGuard:
    """Downloader middleware: leaves out what was on the way when its kind was closed."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> TrapGuard:
        """Scrapy's way to make one."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Let the request pass, or raise IgnoreRequest."""
        traps = getattr(self.crawler.spider, "traps", None)
        if traps is not None and not request.meta.get("entry") and traps.closed(request.url):
            raise IgnoreRequest("one more of pages that look alike")


def shape(url: str) -> str:
    """An address without what differs between pages of one kind: numbers and session tokens.

    >>> shape("https://park.example/calendar/2031/05/?day=3&view=list")
    '/calendar/#/#/?day&view'
    """
    parts = urlsplit(url)
    path = _DIGITS.sub("#", _TOKEN.sub("*", parts.path))
    names = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    return path + (f"?{'&'.join(names)}" if names else "")


def _named_years(url: str) -> list[int]:
    query = urlsplit(url).query
    return [
        int(value)
        for name, value in (parse_qsl(query) if query else ())
        if name.lower() in _YEAR_NAMES and re.fullmatch(r"\d{4}", value)
    ]


def _near(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two texts have nearly the same words; an empty one is near an empty one only."""
    if not one and not other:
        return True
    return len(one & other) >= 0.8 * len(one | other)
