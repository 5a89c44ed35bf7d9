"""The walk over one website that all platforms share.

Entry pages, feeds and sitemaps come first, then the pages they lead to. Every response becomes
one `Visit`: the page as the parsers read it, or why there is none. On the next visits most known
pages are left alone (see plan.py).
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urljoin

import scrapy
from scrapy import signals
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from twisted.python.failure import Failure

from catalogue import Source
from items import Event, NewsArticle, Page, Visit
from models.hold import HostHold
from models.states import PageState
from parsers.calendars import is_calendar
from parsers.links import CALENDAR
from parsers.page import read_page
from parsers.syndication import read_addresses
from spiders.addresses import NO_PAGE, bare, canonical, is_home, on_site
from spiders.failures import LASTING, QUIET, why
from spiders.paging import next_page, other_pages
from spiders.plan import Planned, allowance, changed_since, cost, entry_pages, plan
from spiders.reach import check_contact
from spiders.traps import SITEMAP_DEPTH, SITEMAPS, Traps

NEVER = re.compile(r"(?!)")
FEED = re.compile(
    r"/(?:feed|rss)/?(?:\?|$)|\.(?:xml|rss|atom|feed)(?:\?|$)|[?&](?:format=feed|feed=)",
    re.IGNORECASE,
)
GONE = (404, 410)
COMMENTS = re.compile(r"comment|\.json(?:\?|$)", re.IGNORECASE)
ANNOUNCED_FEEDS = 3
"""So many of the feeds that a site announces are read."""


class SiteSpider(scrapy.Spider):
    """Base of all spiders; a platform sets the attributes below, a source sets `source`.

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

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> SiteSpider:
        """Scrapy's way to make one. Raises NoContact."""
        check_contact(cls.source, crawler.settings)
        spider: SiteSpider = super().from_crawler(crawler, *args, **kwargs)
        spider.full = crawler.settings.getbool("FULL")
        spider.deepest = crawler.settings.getint("DEPTH_LIMIT")
        crawler.signals.connect(spider.robots_parsed, signals.robots_parsed)
        return spider

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.allowed_domains = [bare(self.source.host)]
        self.full = False
        self.deepest = 0
        self.known: dict[str, PageState] = {}
        self.hold: HostHold | None = None
        self.passed: frozenset[str] = frozenset()
        self.aside: dict[str, tuple[int, str]] = {}
        self.traps = Traps(datetime.now(UTC).year)
        self._asked: set[str] = set()
        self._named: list[str] = []
        self._hints = 0
        self._sitemaps = 0

    async def start(self) -> AsyncIterator[Any]:
        """The entry pages, listings first, then feeds and sitemaps, then what is due."""
        now = datetime.now(UTC)
        put_off = self.hold.put_off(now) if self.hold else ""
        if put_off:
            self.logger.warning("%s: %s", self.source.name, put_off)
            self.crawler.stats.set_value("clusterfeed/not_now", put_off)
            return
        self._hints = allowance(len(self.known))
        chosen = self.plan(now)
        if self.incremental:
            left = len(self.known.keys() - {planned.url for planned in chosen})
            self.crawler.stats.set_value("clusterfeed/incremental", 1)
            self.crawler.stats.set_value("clusterfeed/not_due", left)
        for planned in chosen:
            yield self._request(planned)

    @property
    def incremental(self) -> bool:
        """Whether known pages are left alone unless something speaks for them."""
        return bool(self.known) and not self.full

    def plan(self, now: datetime) -> list[Planned]:
        """What the run begins with; see plan.py."""
        return plan(self, self.known, self.passed, now, self.full)

    def _request(self, planned: Planned) -> scrapy.Request:
        if planned.why in ("due", "known"):
            return self.revisit(planned.url, priority=planned.priority)
        lists = planned.why in ("feed", "sitemap")
        return self.visit(
            planned.url,
            callback=self.parse_addresses if lists else None,
            priority=planned.priority,
            entry=planned.why == "entry",
        )

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

    def revisit(self, url: str, priority: int = 10) -> scrapy.Request:
        """A request for a page that is known from an earlier run."""
        self.crawler.stats.inc_value("clusterfeed/known_asked")
        lists = self.feed_like(url)
        return self.visit(url, callback=self.parse_addresses if lists else None, priority=priority)

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

    def lists(self, url: str) -> bool:
        """Whether an address only leads to others, however much its page looks like news."""
        return is_home(url) or bool(self.listing.search(url)) or url in entry_pages(self)

    def parse(self, response: Response) -> Iterator[Any]:
        """Read one page and follow its links."""
        visit = self._visited(response)
        if response.status == 200:
            self._read(visit)
        elif response.status in GONE and visit.url in self.known:
            self.crawler.stats.inc_value("clusterfeed/known_gone")
        if visit.problem:
            self.logger.warning("%s: %s", visit.url, visit.problem)
            self.crawler.stats.inc_value("clusterfeed/unreadable")
        own = self._own_address(visit)
        if own:
            self.put_aside(visit.url, 301, f"its own address is {own}")
            if self._is_new(own):
                yield self.visit(own)
        else:
            yield visit
        if visit.page:
            yield from self._onwards(visit.url, visit.page, response)

    def _read(self, visit: Visit) -> None:
        """Let the parsers read the page, or say why they cannot."""
        content_type = visit.content_type
        known = re.search(r"html|xml|text/plain", content_type, re.I)
        if content_type and not known and not is_calendar(visit.body):
            visit.problem = f"not HTML but {content_type.split(';')[0]}"
            return
        try:
            visit.page = read_page(
                visit.body,
                visit.url,
                fetched_at=visit.fetched_at,
                source=self.source,
                content_type=content_type,
            )
        except ValueError as error:
            visit.problem = str(error)
            return
        if visit.page.kind != "archive" and self.lists(visit.url):
            visit.page.kind = "listing"
            visit.page.items = [i for i in visit.page.items if not isinstance(i, NewsArticle)]

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

    def _onwards(self, url: str, page: Page, response: Response) -> Iterator[scrapy.Request]:
        """Where the page leads: to unknown pages, and on through the lists that changed."""
        pages = (link for link in page.links if link not in page.calendars)
        links = list(dict.fromkeys(map(self.canonical, filter(self.wanted, pages))))
        unknown = [link for link in links if self._is_new(link)]
        self.traps.read(url, page, unknown)
        yield from self._ask(unknown, response)
        yield from self._calendars(page)
        if response.meta.get("entry"):
            yield from self._announced(page)
        if self.incremental:
            yield from self._lists_on(url, page, links, bool(unknown))

    def _calendars(self, page: Page) -> Iterator[scrapy.Request]:
        """Requests for the unknown calendar files of a page, after all pages.

        That of a page with one event repeats what the page says.
        """
        if sum(isinstance(item, Event) for item in page.items) == 1:
            return
        for link in page.calendars:
            address = self.canonical(link)
            if self._allowed(link) and self._is_new(address):
                yield self.visit(address, priority=-10)

    def _announced(self, page: Page) -> Iterator[scrapy.Request]:
        """The feeds that an entry page announces and the sitemaps that robots.txt names."""
        feeds = (
            []
            if self.feeds or self.source.feeds
            else [feed for feed in page.feeds if not COMMENTS.search(feed)]
        )
        for url in [*feeds[:ANNOUNCED_FEEDS], *self._named]:
            address = self.canonical(url)
            if on_site(url, self.source) and address not in self._asked:
                yield self.visit(address, callback=self.parse_addresses, priority=50)

    def _lists_on(
        self, url: str, page: Page, links: list[str], news: bool
    ) -> Iterator[scrapy.Request]:
        """Known pages of a list to be read along with one of them: the next one while there is
        something new, all where items stand on them, since those may have moved along."""
        state = self.known.get(url)
        further: list[str] = []
        if state and state.items and page.kind != "article" and not state.reads(page.text):
            further = other_pages(url, links)
        elif news and page.kind != "article":
            following = next_page(url, links)
            further = [following] if following else []
        for link in further:
            if link in self.known and link not in self._asked:
                yield self.revisit(link, priority=12)

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
            yield self.visit(url, priority=5 if self.listing.search(url) else priority)

    def parse_addresses(self, response: Response) -> Iterator[Any]:
        """Follow what a feed or a sitemap lists; nothing else is taken from it."""
        visit = self._visited(response)
        if response.status in GONE:
            self.put_aside(visit.url, response.status, "no feed or sitemap is there")
            return
        yield visit
        if response.status != 200:
            return
        listed = read_addresses(response.body, response.url)
        yield from self._further_sitemaps(listed.sitemaps, listed.modified, response)
        yield from self._ask(self.follow(listed.pages), response, priority=2)
        if self.incremental:
            yield from self._hinted(listed.modified)

    def _further_sitemaps(
        self, sitemaps: list[str], modified: dict[str, str], response: Response
    ) -> Iterator[scrapy.Request]:
        level = response.meta.get("sitemap_level", 0) + 1
        for url in sitemaps:
            address = self.canonical(url)
            if not on_site(url, self.source) or address in self._asked:
                continue
            known = self.known.get(address) if self.incremental else None
            if known and url in modified and not changed_since(modified[url], known):
                continue
            if level > SITEMAP_DEPTH:
                self.traps.tell(f"sitemaps within sitemaps, more than {SITEMAP_DEPTH} deep")
                return
            self._sitemaps += 1
            if self._sitemaps > SITEMAPS:
                self.traps.tell(f"more than {SITEMAPS} sitemaps")
                return
            yield self.visit(
                address, callback=self.parse_addresses, priority=40, sitemap_level=level
            )

    def _hinted(self, modified: dict[str, str]) -> Iterator[scrapy.Request]:
        """Known pages that are said to have changed: a few, for many sites say so of all."""
        for url, when in modified.items():
            address = self.canonical(url)
            known = self.known.get(address)
            if known and address not in self._asked and changed_since(when, known):
                self._hints -= cost(known)
                if self._hints < 0:
                    return
                yield self.revisit(address)

    def robots_parsed(self, robotparser: RobotParser, request: scrapy.Request) -> None:
        """Remember the sitemaps that the site's robots.txt names."""
        parser = getattr(robotparser, "rp", None)
        if on_site(request.url, self.source) and parser is not None:
            named = dict.fromkeys(urljoin(request.url, url) for url in parser.sitemaps)
            self._named = list(named)[:SITEMAPS]

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
        told("%s: %s", request.url, cause)
        self.crawler.stats.inc_value(f"clusterfeed/failed/{kind}")
        if entry:
            self.crawler.stats.inc_value("clusterfeed/entry_failed")
        elif kind in LASTING and self.canonical(request.url) not in self.known:
            status = getattr(getattr(failure.value, "response", None), "status", 0)
            self.put_aside(request.url, status, cause)
