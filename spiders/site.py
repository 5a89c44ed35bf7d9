"""The walk over one website that all platforms share.

Entry pages, feeds and sitemaps come first, then the pages they lead to. Every response becomes
one `Visit`: the page as the parsers read it, or why there is none. On the next visits most known
pages are left alone (see plan.py).
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import scrapy
from scrapy.http import Response

from items import Event, NewsArticle, Page, Visit
from parsers.calendars import is_calendar
from parsers.page import read_page
from spiders.addresses import is_home, on_site
from spiders.lists import ListReader
from spiders.paging import next_page, other_pages
from spiders.plan import Planned, allowance, entry_pages, plan
from spiders.walk import GONE


class SiteSpider(ListReader):
    """Base of all spiders; what a platform sets is in `SiteWalk`, a source sets `source`."""

    async def start(self) -> AsyncIterator[Any]:
        """The entry pages, listings first, then feeds and sitemaps, then what is due."""
        now = datetime.now(UTC)
        if self.source.tls == "unverified":
            self.crawler.stats.set_value("clusterfeed/unverified", 1)  # kept with the run
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
            with self.deadline(visit.url):
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
