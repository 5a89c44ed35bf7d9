"""What a site lists of itself: feeds, and the sitemaps that robots.txt and other sitemaps name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Self

import scrapy
from scrapy import signals
from scrapy.http import Response
from scrapy.robotstxt import RobotParser

from items import Page
from parsers.links import join
from parsers.syndication import Addresses, read_addresses
from spiders.addresses import on_site
from spiders.deadline import TooMuch
from spiders.plan import changed_since, cost
from spiders.traps import SITEMAP_DEPTH, SITEMAPS
from spiders.walk import GONE, SiteWalk

COMMENTS = re.compile(r"comment|\.json(?:\?|$)", re.IGNORECASE)
ANNOUNCED_FEEDS = 3
"""So many of the feeds that a site announces are read."""


class ListReader(SiteWalk):
    """Follows the addresses in feeds and sitemaps; nothing else is taken from them."""

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> Self:
        """Scrapy's way to make one. Raises NoContact."""
        spider: Self = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.robots_parsed, signals.robots_parsed)
        return spider

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._named: list[str] = []
        self._hints = 0
        self._sitemaps = 0

    def revisit(self, url: str, priority: int = 10) -> scrapy.Request:
        """A request for a page that is known from an earlier run."""
        self.crawler.stats.inc_value("clusterfeed/known_asked")
        lists = self.feed_like(url)
        return self.visit(url, callback=self.parse_addresses if lists else None, priority=priority)

    def parse_addresses(self, response: Response) -> Iterator[Any]:
        """Follow what a feed or a sitemap lists; nothing else is taken from it."""
        visit = self._visited(response)
        if response.status in GONE:
            self.put_aside(visit.url, response.status, "no feed or sitemap is there")
            return
        listed = Addresses()
        try:
            with self.deadline(visit.url):
                if response.status == 200:
                    listed = read_addresses(response.body, response.url)
        except TooMuch as error:
            visit.problem = str(error)
            self.logger.warning("%s: %s", visit.url, error)
        yield visit
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
            named = dict.fromkeys(join(request.url, url) for url in parser.sitemaps)
            self._named = [address for address in named if address][:SITEMAPS]

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
