"""Which addresses are a site's, how they are asked for, and what a run remembers of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar, Self
from urllib.parse import urljoin

import scrapy
from scrapy.http import Response
from twisted.python.failure import Failure

from catalogue import Source
from items import Visit
from models.hold import HostHold
from models.states import PageState
from parsers.links import CALENDAR
from spiders.addresses import NO_PAGE, bare, canonical, on_site, without_credentials
from spiders.deadline import SECONDS, TooMuch, deadline
from spiders.failures import LASTING, QUIET, why
from spiders.reach import check_contact
from spiders.traps import ADDRESSES, Traps

NEVER = re.compile(r"(?!)")
FEED = re.compile(
    r"/(?:feed|rss)/?(?:\?|$)|\.(?:xml|rss|atom|feed)(?:\?|$)|[?&](?:format=feed|feed=)",
    re.IGNORECASE,
)
GONE = (404, 410)


class SiteWalk(scrapy.Spider):
    """What all spiders know of their site; a platform sets the attributes below, a source `source`.

    feeds, sitemaps: paths that the platform serves them at.
    ignored: addresses that are never visited.
    listing: addresses that list others; they are visited before the rest.
    dropped: query parameters that change nothing on a page.

    Set by the store before the first request: known, the pages of earlier runs by address;
    passed, addresses that led nowhere not long ago; hold, on the host. aside: addresses that
    lead nowhere in this run (HTTP status or 0, why), kept at its end.
    """

    source: ClassVar[Source]
    feeds: ClassVar[tuple[str, ...]] = ()
    sitemaps: ClassVar[tuple[str, ...]] = ()
    ignored: ClassVar[re.Pattern[str]] = NEVER
    listing: ClassVar[re.Pattern[str]] = NEVER
    dropped: ClassVar[tuple[str, ...]] = ()

    handle_httpstatus_list: ClassVar[list[int]] = [304, *GONE]

    @classmethod
    def update_settings(cls, settings: Any) -> None:
        """The source's own pace and budget."""
        super().update_settings(settings)
        settings.set("CLOSESPIDER_PAGECOUNT", cls.source.pages, priority="spider")
        settings.set("CLOSESPIDER_TIMEOUT", cls.source.minutes * 60, priority="spider")
        settings.set("DOWNLOAD_DELAY", cls.source.delay, priority="spider")
        if cls.source.tls == "unverified":
            settings.set("DOWNLOAD_VERIFY_CERTIFICATES", False, priority="spider")

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> Self:
        """Scrapy's way to make one. Raises NoContact."""
        check_contact(cls.source, crawler.settings)
        spider: Self = super().from_crawler(crawler, *args, **kwargs)
        spider.full = crawler.settings.getbool("FULL")
        spider.deepest = crawler.settings.getint("DEPTH_LIMIT")
        spider.parse_seconds = crawler.settings.getfloat("PARSE_SECONDS")
        return spider

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.allowed_domains = [bare(self.source.host)]
        self.full = False
        self.deepest = 0
        self.parse_seconds = SECONDS
        self.known: dict[str, PageState] = {}
        self.hold: HostHold | None = None
        self.passed: frozenset[str] = frozenset()
        self.aside: dict[str, tuple[int, str]] = {}
        self.traps = Traps(datetime.now(UTC).year)
        self._asked: set[str] = set()

    @property
    def incremental(self) -> bool:
        """Whether known pages are left alone unless something speaks for them."""
        return bool(self.known) and not self.full

    def address(self, path: str) -> str:
        """The canonical address of a path of the site."""
        return self.canonical(urljoin(self.source.url, path))

    def visit(
        self,
        url: str,
        *,
        callback: Any = None,
        priority: int = 0,
        entry: bool = False,
        **meta: Any,
    ) -> scrapy.Request:
        """A request for a page of the site. Without its entry pages a site is unreachable."""
        self._asked.add(url)
        return scrapy.Request(
            url,
            callback=callback or self.parse,
            errback=self.failed,
            priority=priority,
            meta={"entry": entry, **meta},
        )

    def canonical(self, url: str) -> str:
        """The address under which a page is stored."""
        return self.without(url, self.dropped)

    def without(self, url: str, parameters: tuple[str, ...]) -> str:
        """The canonical address, less the query parameters named."""
        return canonical(url, self.source, (*self.dropped, *parameters))

    def wanted(self, url: str) -> bool:
        """Whether a link leads to a page of this site that may hold something."""
        return not NO_PAGE.search(url.split("?", 1)[0]) and self._allowed(url)

    def _allowed(self, url: str) -> bool:
        return on_site(url, self.source) and not self.ignored.search(url) and not self.left_out(url)

    def left_out(self, url: str) -> bool:
        """Whether the source's file says that an address is never visited."""
        path = url.split("?", 1)[0]
        return any(path.startswith(self.address(start)) for start in self.source.ignore)

    def feed_like(self, url: str) -> bool:
        """Whether an address is a feed's or a sitemap's."""
        return bool(FEED.search(url))

    def calendar_like(self, url: str) -> bool:
        """Whether an address is a calendar file's."""
        return bool(CALENDAR.search(url))

    def beyond(self, url: str) -> bool:
        """Whether an address lies outside of the years worth reading."""
        return self.traps.beyond(url)

    def follow(self, links: list[str]) -> Iterator[str]:
        """The canonical addresses of the links that are wanted and not known yet."""
        for link in links:
            if self.wanted(link):
                url = self.canonical(link)
                if self._is_new(url):
                    yield url

    def _is_new(self, url: str) -> bool:
        """Whether nobody asked for an address yet, in this run or before."""
        if url in self._asked or url in self.known:
            return False
        return self.full or url not in self.passed

    def _ask(
        self, urls: Iterable[str], response: Response, priority: int = 0
    ) -> Iterator[scrapy.Request]:
        """Requests for unknown pages, listings first, unless they lead into a trap."""
        for url in urls:
            if self.traps.refuses(url):
                continue
            if self.deepest and response.meta.get("depth", 0) >= self.deepest:
                self.traps.tell(f"links more than {self.deepest} steps from the entry pages")
                return
            if len(self._asked) >= self.source.pages * ADDRESSES:
                self.traps.tell(f"more than {self.source.pages * ADDRESSES} addresses")
                return
            yield self.visit(url, priority=5 if self.listing.search(url) else priority)

    def _visited(self, response: Response) -> Visit:
        def header(name: str) -> str | None:
            value = response.headers.get(name)
            return value.decode("latin-1") if value else None

        return Visit(
            url=self.canonical(response.url),
            requested_url=response.meta.get("redirect_urls", [response.url])[0],
            source=self.source.name,
            fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
            status=response.status,
            etag=header("ETag"),
            last_modified=header("Last-Modified"),
            content_type=header("Content-Type") or "",
            body=response.body,
        )

    @contextmanager
    def deadline(self, url: str) -> Iterator[None]:
        """Bounds the reading of a page, and counts it where it breaks them. Raises TooMuch."""
        try:
            with deadline(self.parse_seconds, url):
                yield
        except TooMuch:
            self.crawler.stats.inc_value("clusterfeed/pages_left")
            raise

    def put_aside(self, url: str, status: int, problem: str) -> None:
        """Remember an address that led to no page of its own. status: HTTP's, 0 for none."""
        if not on_site(url, self.source):
            return
        self.aside[self.canonical(url)] = (status, problem)

    def moved(self, request: scrapy.Request, target: str, status: int) -> None:
        """Remember an address that leads elsewhere, unless the two name the same page."""
        if request.meta.get("dont_obey_robotstxt") or request.meta.get("entry"):
            return  # a robots.txt or an entry page is asked every time
        if not on_site(target, self.source) or self.canonical(target) != self.canonical(
            request.url
        ):
            self.put_aside(request.url, status, f"moved to {target}")

    def failed(self, failure: Failure) -> None:
        """Count and name what could not be fetched; an entry page's cause decides the verdict."""
        request = failure.request  # type: ignore[attr-defined]
        cause = why(failure)
        kind = cause.split(":")[0]
        entry = request.meta.get("entry")
        quiet = kind in QUIET and not (entry and kind == "not now")
        told = self.logger.info if quiet else self.logger.warning
        told("%s: %s", without_credentials(request.url), cause)
        self.crawler.stats.inc_value(f"clusterfeed/failed/{kind}")
        if entry:
            self.crawler.stats.inc_value("clusterfeed/entry_failed")
        elif kind in LASTING and self.canonical(request.url) not in self.known:
            status = getattr(getattr(failure.value, "response", None), "status", 0)
            self.put_aside(request.url, status, cause)
