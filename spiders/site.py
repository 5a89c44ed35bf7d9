"""The walk over one website that all platforms share.

Entry pages, feeds and sitemaps come first, then the pages they lead to. Every response becomes
one `Visit`: the page as the parsers read it, or why there is none.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Container, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urljoin

import scrapy
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from catalogue import Source
from items import Event, NewsArticle, Page, Visit
from parsers.calendars import is_calendar
from parsers.page import read_page
from parsers.syndication import read_addresses
from spiders.addresses import NO_PAGE, bare, canonical, is_home, on_site
from spiders.reach import check_contact

NEVER = re.compile(r"(?!)")
FEED = re.compile(
    r"/(?:feed|rss)/?(?:\?|$)|\.(?:xml|rss|atom|feed)(?:\?|$)|[?&](?:format=feed|feed=)",
    re.IGNORECASE,
)
GONE = (404, 410)


class SiteSpider(scrapy.Spider):
    """Base of all spiders; a platform sets the attributes below, a source sets `source`.

    feeds, sitemaps: paths that the platform serves them at.
    ignored: addresses that are never visited.
    listing: addresses that list others; they are visited before the rest.
    dropped: query parameters that change nothing on a page.
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

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> SiteSpider:
        """Scrapy's way to make one. Raises NoContact."""
        check_contact(cls.source, crawler.settings)
        spider: SiteSpider = super().from_crawler(crawler, *args, **kwargs)
        return spider

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.allowed_domains = [bare(self.source.host)]

    async def start(self) -> AsyncIterator[Any]:
        """The entry pages, listings first, then feeds and sitemaps."""
        for number, path in enumerate(dict.fromkeys([*self.source.listings, self.source.url])):
            yield self.visit(self._address(path), priority=100 - number, entry=True)
        for path in dict.fromkeys([*self.source.feeds, *self.feeds, *self.sitemaps]):
            yield self.visit(self._address(path), callback=self.parse_addresses, priority=50)

    def _address(self, path: str) -> str:
        return self.canonical(urljoin(self.source.url, path))

    def visit(
        self,
        url: str,
        *,
        callback: Any = None,
        priority: int = 0,
        entry: bool = False,
    ) -> scrapy.Request:
        """A request for a page of the site. Without its entry pages a site is unreachable."""
        return scrapy.Request(
            url,
            callback=callback or self.parse,
            errback=self.failed,
            priority=priority,
            meta={"entry": entry},
        )

    def revisit(self, url: str) -> scrapy.Request:
        """A request for a page that is known from an earlier run."""
        lists = FEED.search(url)
        return self.visit(url, callback=self.parse_addresses if lists else None, priority=10)

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
        path = url.split("?", 1)[0]
        return (
            on_site(url, self.source)
            and not self.ignored.search(url)
            and not any(path.startswith(self._address(start)) for start in self.source.ignore)
        )

    def lists(self, url: str) -> bool:
        """Whether an address only leads to others, however much its page looks like news."""
        entries = (self.source.url, *self.source.listings)
        return (
            is_home(url)
            or bool(self.listing.search(url))
            or url in [self._address(entry) for entry in entries]
        )

    def parse(self, response: Response) -> Iterator[Any]:
        """Read one page and follow its links."""
        visit = self._visited(response)
        if response.status == 200:
            content_type = visit.content_type
            known = re.search(r"html|xml|text/plain", content_type, re.I)
            if content_type and not known and not is_calendar(response.body):
                visit.problem = f"not HTML but {content_type.split(';')[0]}"
            else:
                try:
                    visit.page = read_page(
                        response.body,
                        visit.url,
                        fetched_at=visit.fetched_at,
                        source=self.source,
                        content_type=content_type,
                    )
                except ValueError as error:
                    visit.problem = str(error)
        if visit.problem:
            self.logger.warning("%s: %s", visit.url, visit.problem)
            self.crawler.stats.inc_value("clusterfeed/unreadable")
        if visit.page and visit.page.kind != "archive" and self.lists(visit.url):
            visit.page.kind = "listing"
            visit.page.items = [i for i in visit.page.items if not isinstance(i, NewsArticle)]
        own = self._own_address(visit)
        if own:
            yield self.visit(own)
        else:
            yield visit
        if visit.page:
            yield from self.follow(visit.page.links, visit.page.calendars)
            yield from self._calendars(visit.page)

    def _own_address(self, visit: Visit) -> str | None:
        """The address that the page names as its own, where it was asked for under another.

        Only the query may differ: sites that name their home page on every page are not heard.
        """
        named = visit.page.canonical if visit.page else None
        if not named or not on_site(named, self.source):
            return None
        own = self.canonical(named)
        same_path = own.partition("?")[0] == visit.url.partition("?")[0]
        return own if same_path and own != visit.url else None

    def _calendars(self, page: Page) -> Iterator[scrapy.Request]:
        """Requests for the calendar files of a page, after all pages.

        That of a page with one event repeats what the page says.
        """
        if sum(isinstance(item, Event) for item in page.items) == 1:
            return
        for link in page.calendars:
            if self._allowed(link):
                yield self.visit(self.canonical(link), priority=-10)

    def follow(self, links: Iterable[str], but: Container[str] = ()) -> Iterator[scrapy.Request]:
        """Requests for the links that are wanted, listings first; not for those in `but`."""
        for link in links:
            if link not in but and self.wanted(link):
                url = self.canonical(link)
                yield self.visit(url, priority=5 if self.listing.search(url) else 0)

    def parse_addresses(self, response: Response) -> Iterator[Any]:
        """Follow what a feed or a sitemap lists; nothing else is taken from it."""
        if response.status in GONE:
            return
        yield self._visited(response)
        if response.status != 200:
            return
        listed = read_addresses(response.body, response.url)
        for url in listed.sitemaps:
            if on_site(url, self.source):
                yield self.visit(self.canonical(url), callback=self.parse_addresses, priority=40)
        yield from self.follow(listed.pages)

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

    def failed(self, failure: Failure) -> None:
        """Count and name what could not be fetched; an entry page's cause decides the verdict."""
        request = failure.request  # type: ignore[attr-defined]
        cause = why(failure)
        told = (
            self.logger.info if cause.startswith(("forbidden", "left out")) else self.logger.warning
        )
        told("%s: %s", request.url, cause)
        self.crawler.stats.inc_value(f"clusterfeed/failed/{cause.split(':')[0]}")
        if request.meta.get("entry"):
            self.crawler.stats.inc_value("clusterfeed/entry_failed")


def why(failure: Failure) -> str:
    """The cause of a failed request in plain words; before the colon, its kind."""
    error = failure.value
    if isinstance(error, HttpError):
        status = error.response.status
        return f"{'refused' if status in (401, 403, 429, 451) else 'error'}: HTTP {status}"
    if isinstance(error, IgnoreRequest):
        reason = str(error) or "left out"
        return f"forbidden: {reason}" if "robots" in reason.lower() else f"left out: {reason}"
    name = type(error).__name__
    if name in ("DownloadCancelledError",):
        return "too large: the page is over the size limit"
    return f"unreachable: {name}: {error}".strip()
