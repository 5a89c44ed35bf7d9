"""Visits known pages again, and asks only for what has changed since."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler

from models.states import PageState
from pipelines.store import Store


class _Known:
    """What was known before this run; nothing while no store is in use (`scrapy shell`)."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Any:
        """Scrapy's way to make one."""
        return cls(crawler)

    @property
    def states(self) -> dict[str, PageState]:
        """Pages by address."""
        store = self.crawler.get_item_pipeline(Store)
        return store.states if store else {}


class KnownPages(_Known):
    """Spider middleware: after the entry pages, all pages known from earlier runs."""

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """The spider's own start, then the known pages."""
        async for request in start:
            yield request
        for url in self.states:
            yield self.crawler.spider.revisit(url)  # type: ignore[union-attr]


class ConditionalRequests(_Known):
    """Downloader middleware: sends the validators that the page came with."""

    def process_request(self, request: Request) -> None:
        """Add If-None-Match and If-Modified-Since where they are known."""
        state = self.states.get(request.url)
        if state is None or request.method != "GET":
            return
        if state.etag:
            request.headers.setdefault("If-None-Match", state.etag)
        if state.last_modified:
            request.headers.setdefault("If-Modified-Since", state.last_modified)
