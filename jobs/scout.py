"""Looks at a website as a newcomer would: what made it, where its news stand, what they yield.

A handful of requests, one after another, through the same guards as every crawl: robots.txt, the
home page, feeds, a sitemap, the pages that menus call news, events or certificates, and a few of
the articles that those lead to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import scrapy
from protego import Protego
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from twisted.python.failure import Failure

from catalogue import Source
from items import Certification, Event, Page
from jobs.crawl import Options
from jobs.fetch import asking_settings
from jobs.scout_found import Found, Listed, Listing, Robots
from parsers.marks import read_mark
from parsers.menu import Anchor, Section, Subject, read_anchors, read_languages, read_sections
from parsers.opening import open_document
from parsers.page import read_page
from parsers.syndication import read_addresses
from spiders.addresses import bare, on_site
from spiders.deadline import SECONDS, TooMuch, deadline
from spiders.failures import why
from spiders.loader import PLATFORMS, spider_for
from spiders.reach import check_contact
from spiders.site import SiteSpider

REQUESTS = 25
"""Most requests that a look at one site costs."""

FEEDS, SITEMAPS, VERSIONS, ARTICLES = 3, 3, 2, 8
"""Most feeds, sitemaps, further language versions and articles that are asked for."""

SECTIONS: dict[Subject, int] = {"news": 4, "events": 2, "labels": 2}
"""Most pages of each subject that are tried as its list."""

ENOUGH = 100
"""So many characters of text tell a language."""

Tell = Callable[[str, int, str], None]
"""Told before each request: the site's address, the request's number, its address."""


def scout(
    addresses: Iterable[str],
    options: Options,
    tell: Tell,
    known: Iterable[Source] = (),
    *,
    robots_only: bool = False,
) -> list[Found]:
    """Look at the sites at `addresses`, and at those of the sources `known` with their listings.

    With `robots_only` nothing but robots.txt is asked for.

    Only once in a process; blocks until all were looked at. Raises NoContact where a live site
    would be asked by nobody in particular. What went wrong at a site is in its `Found.problem`.
    """
    settings = asking_settings(options)
    found = [Found(address) for address in addresses]
    found += [Found(source.url, known=source) for source in known]
    for site in found:
        check_contact(Source(name="site", url=site.asked), settings)
    process = AsyncCrawlerProcess(settings)
    queues: dict[str, list[Found]] = {}
    for site in found:
        queues.setdefault(bare(urlsplit(site.asked).hostname or ""), []).append(site)

    def begin(queue: list[Found]) -> None:
        crawler = process.create_crawler(Scout)
        task = process.crawl(crawler, queue.pop(0), tell, robots_only=robots_only)
        task.add_done_callback(lambda _: begin(queue) if queue else None)

    for queue in queues.values():
        begin(queue)
    process.start()
    return found


class Scout(scrapy.Spider):
    """Asks one site, page after page, and writes what it sees into `found`."""

    name = "scout"

    def __init__(
        self, found: Found, tell: Tell, *, robots_only: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.robots_only = robots_only
        self.found = found
        self.tell = tell
        self.allowed_domains = [bare(urlsplit(found.asked).hostname or "")]
        self.source = found.known
        self.pages: dict[str, Page] = {}
        self.anchors: dict[str, list[Anchor]] = {}

    async def start(self) -> AsyncIterator[Any]:
        """All the work; nothing is left to schedule."""
        nothing: tuple[Any, ...] = ()
        try:
            await self._look()
        except Exception as error:
            self.found.problem = f"{type(error).__name__}: {error}"
            self.logger.exception("looking at %s failed", self.found.asked)
        for request in nothing:
            yield request

    async def _look(self) -> None:
        found = self.found
        await self._robots()
        if self.robots_only or found.problem:
            return
        home = await self._ask(found.asked)
        if home is None:
            found.problem = found.failures.get(found.asked, "no answer")
            return
        found.url = _root(home.url) if found.known is None else home.url
        if not self._read(home, home.url):
            found.problem = found.failures[home.url]
            return
        self.site = self._opened(home)
        await self._feeds(self.pages[home.url])
        await self._sitemaps()
        await self._listings(home.url, await self._sections(home.url))
        await self._articles(home.url)
        if not found.languages:
            read = Counter(filter(None, map(_language, self.pages.values())))
            found.languages = [language for language, _ in read.most_common(1)]

    def _opened(self, home: Response) -> SiteSpider:
        """What the home page tells, and the spider that would walk the site."""
        found = self.found
        document = open_document(home.body, home.url)
        headers = {
            name.decode("latin-1").lower(): b" ".join(values).decode("latin-1")
            for name, values in home.headers.items()
        }
        mark = read_mark(document, headers)
        if mark:
            found.platform, found.mark = mark.platform, mark.told
        found.title = document.publisher or document.headline or ""
        found.language_tag = (document.root.get("lang") or "").strip()
        versions = read_languages(document, self.anchors[home.url])
        own = _language(self.pages[home.url]) or found.language_tag[:2].lower()
        found.versions = {
            code: address
            for code, address in versions.items()
            if bare(urlsplit(address).hostname or "") in self.allowed_domains
        }
        found.languages = list(dict.fromkeys([own, *found.versions])) if own else [*found.versions]
        self.source = found.known or Source(
            name="site",
            url=found.url,
            platform=found.platform,
            languages=found.languages,
            country=found.country,
            timezone=found.timezone or "UTC",
        )
        return spider_for(self.source)()

    async def _robots(self) -> None:
        address = urljoin(self.found.asked, "/robots.txt")
        response = await self._ask(address, dont_obey_robotstxt=True)
        if response is None:
            cause = self.found.failures[address]
            if cause.startswith(("not now", "HTTP 5", "HTTP 429")):
                self.found.problem = f"not now: robots.txt: {cause.removeprefix('not now: ')}"
            return
        rules = Protego.parse(response.text[: 512 * 1024] if hasattr(response, "text") else "")
        self.found.robots = Robots(
            allows_home=rules.can_fetch(self.found.asked, "Clusterfeed"),
            delay=rules.crawl_delay("Clusterfeed"),
            sitemaps=list(rules.sitemaps)[:SITEMAPS],
        )

    async def _feeds(self, home: Page) -> None:
        announced = [feed for feed in home.feeds if "comments" not in feed]
        usual = PLATFORMS[self.found.platform].feeds
        given = self.found.known.feeds if self.found.known else []
        tried = self._once([*given, *announced, *usual, "/rss.xml", "/feed/"])
        for address in tried[:FEEDS]:
            listed = await self._listed(address)
            if listed and listed.pages:
                self.found.feeds.append(listed)
                return

    async def _sitemaps(self) -> None:
        named = self.found.robots.sitemaps if self.found.robots else []
        usual = PLATFORMS[self.found.platform].sitemaps
        for address in self._once([*named, *usual, "/sitemap.xml"])[:SITEMAPS]:
            listed = await self._listed(address)
            if listed:
                self.found.sitemaps.append(listed)
                return

    async def _listed(self, address: str) -> Listed | None:
        response = await self._ask(address)
        if response is None:
            self.found.failures.pop(address, None)
            return None
        try:
            with deadline(SECONDS, address):
                listed = read_addresses(response.body, response.url)
        except TooMuch:
            return None
        pages = [self.site.canonical(page) for page in listed.pages if self.site.wanted(page)]
        if not pages and not listed.sitemaps:
            return None
        return Listed(address, list(dict.fromkeys(pages)), len(listed.sitemaps))

    async def _sections(self, home: str) -> list[Section]:
        """Links that by their words lead to lists, of each language version."""
        anchors = list(self.anchors[home])
        own = self.found.languages[:1]
        others = [url for code, url in self.found.versions.items() if code not in own]
        for address in self._once(others)[:VERSIONS]:
            response = await self._ask(address)
            if response and self._read(response, address):
                anchors += self.anchors[address]
        return read_sections([anchor for anchor in anchors if self._wanted(anchor.url)])

    async def _listings(self, home: str, sections: list[Section]) -> None:
        """Try the sections; those that do list something are kept."""
        known = self.found.known.listings if self.found.known else []
        given = [self._canonical(path) for path in known]
        told = [section for section in sections if self._canonical(section.url) not in given]
        sections = [Section(url, "", "news", 1.0) for url in given] + told
        for subject, most in SECTIONS.items():
            tried = _distinct((s for s in sections if s.subject == subject), self._canonical)
            for address in tried[: max(most, len(given))]:
                await self._try(address, subject)
        if not self._has_news() and self._lists_news(home):
            self.found.listings.append(Listing(home, "news", self._headlines(home)))
        if not self._has_news():
            for address in self._parents(home):
                await self._try(address, "news")

    def _has_news(self) -> bool:
        return any(listing.subject == "news" for listing in self.found.listings)

    def _lists_news(self, home: str) -> bool:
        """Whether the home page is the site's list of news."""
        feed = {page for listed in self.found.feeds for page in listed.pages}
        linked = {self._canonical(anchor.url) for anchor in self.anchors[home]}
        return self.pages[home].kind in ("listing", "archive") or len(feed & linked) > 2

    async def _try(self, address: str, subject: Subject) -> None:
        if any(listing.url == address for listing in self.found.listings):
            return
        if address not in self.pages:
            response = await self._ask(address)
            if response is None or not self._read(response, address):
                return
        page = self.pages[address]
        links = self._articles_of(address)
        events = [item for item in page.items if isinstance(item, Event)]
        labels = [item for item in page.items if isinstance(item, Certification)]
        lists = page.kind in ("listing", "archive") or len(links) >= 2
        if subject == "labels":
            lists = len(labels) > 1
        elif subject == "events":
            lists = lists or bool(events)
        if lists:
            self.found.listings.append(Listing(address, subject, links))

    def _parents(self, home: str) -> list[str]:
        """The folder that most articles of the feed, or most headlines of the home page, lie in."""
        pages = [page for listed in self.found.feeds for page in listed.pages]
        pages = pages or self._headlines(home)
        folders = (page.partition("?")[0].rstrip("/").rpartition("/")[0] + "/" for page in pages)
        counts = Counter(folder for folder in folders if len(urlsplit(folder).path) > 1)
        return [folder for folder, count in counts.most_common(1) if count > 2]

    async def _articles(self, home: str) -> None:
        """Read articles until there are items to show, from every listing in turn."""
        found = self.found
        for listing in found.listings:
            found.keep(self.pages[listing.url], listed=True)
        rows = [list(listing.links) for listing in found.listings if listing.links]
        rows += [list(listed.pages) for listed in found.feeds]
        rows.append(self._headlines(home))
        asked = 0
        while rows and asked < ARTICLES and not found.enough:
            row = rows.pop(0)
            address = row.pop(0) if row else None
            if row:
                rows.append(row)
            if address is None or address in self.pages:
                continue
            asked += 1
            response = await self._ask(address)
            if response and self._read(response, address):
                found.keep(self.pages[address], listed=False)
        found.keep(self.pages[home], listed=True)

    def _articles_of(self, address: str) -> list[str]:
        """Addresses that a list leads to and the home page does not lead to by its menus."""
        others = (anchors for page, anchors in self.anchors.items() if page != address)
        menu = {a.url for anchors in others for a in anchors if not a.is_headline}
        feed = {page for listed in self.found.feeds for page in listed.pages}
        links = []
        for anchor in self.anchors[address]:
            url = self._canonical(anchor.url) if self._wanted(anchor.url) else ""
            below = url.startswith(address.partition("?")[0].rstrip("/") + "/")
            if (
                url
                and url != address
                and not self.site.lists(url)
                and (url in feed or anchor.is_headline or (below and anchor.url not in menu))
            ):
                links.append(url)
        return list(dict.fromkeys(links))

    def _headlines(self, home: str) -> list[str]:
        anchors = self.anchors[home]
        links = [self._canonical(a.url) for a in anchors if a.is_headline and self._wanted(a.url)]
        return [url for url in dict.fromkeys(links) if not self.site.lists(url)]

    def _wanted(self, url: str) -> bool:
        return self.site.wanted(url)

    def _canonical(self, url: str) -> str:
        return self.site.canonical(urljoin(self.found.url, url))

    def _once(self, addresses: Iterable[str]) -> list[str]:
        """Absolute addresses on the site, each once."""
        absolute = (urljoin(self.found.url, address) for address in addresses)
        site = Source(name="site", url=self.found.url)
        return [address for address in dict.fromkeys(absolute) if on_site(address, site)]

    def _read(self, response: Response, address: str) -> bool:
        try:
            content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
            read_at = datetime.now(UTC).isoformat(timespec="seconds")
            with deadline(SECONDS, address):
                self.pages[address] = read_page(
                    response.body,
                    address,
                    fetched_at=read_at,
                    source=self.source,
                    content_type=content_type,
                )
                document = open_document(response.body, address, content_type=content_type)
                self.anchors[address] = read_anchors(document)
        except ValueError as error:
            self.found.failures[address] = str(error)
            return False
        return True

    async def _ask(self, address: str, **meta: Any) -> Response | None:
        """The page at an address; None where there is none, with the cause in `failures`."""
        found = self.found
        if found.requests >= REQUESTS:
            return None
        found.requests += 1
        self.tell(found.asked, found.requests, address)
        try:
            response = await self.crawler.engine.download_async(
                scrapy.Request(address, dont_filter=True, meta=meta)
            )
        except Exception as error:
            found.failures[address] = why(Failure(error))  # type: ignore[no-untyped-call]
            return None
        if not found.date_header:
            found.date_header = (response.headers.get("Date") or b"").decode("latin-1")
            found.answered_at = datetime.now(UTC)
        if response.status != 200:
            found.failures[address] = f"HTTP {response.status}"
            return None
        return response


def _language(page: Page) -> str:
    """A page's language; "" where its text is too short to tell."""
    return page.language if page.language != "und" and len(page.text) >= ENOUGH else ""


def _root(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def _distinct(sections: Iterable[Section], canonical: Callable[[str], str]) -> list[str]:
    """Addresses as they are stored, each once."""
    return list(dict.fromkeys(canonical(section.url) for section in sections))
