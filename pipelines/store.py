"""Hands visits to the writer, and keeps the run: its start, its signs of life, its verdict."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from items import Visit
from models.archive import prune_bodies
from models.errors import StoreError
from models.holdings import holdings
from models.leases import LEASE, begin_run, finish_run, heartbeat, medians
from models.states import PageState, page_states
from pipelines.removal import settle_removals
from pipelines.verdict import Found, Outcome, judge
from pipelines.writer import Writer


class Store:
    """Item pipeline: the last one. A page counts as visited when it is committed, not before.

    states: what was known of the source's pages before this run, by address.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.states: dict[str, PageState] = {}
        self.run_id = 0
        self._writer: Writer | None = None
        self._beats: asyncio.Task[None] | None = None
        self._error: str | None = None
        self._stopping: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Store:
        """Scrapy's way to make one; `scrapy shell`, which does not crawl, stores nothing."""
        if not crawler.crawling:
            raise NotConfigured("nothing is stored from a shell")
        pipeline = cls(crawler)
        crawler.signals.connect(pipeline.spider_closed, signals.spider_closed)
        return pipeline

    async def open_spider(self) -> None:
        """Take the source for this run. Raises RunInProgress or a DatabaseError."""
        await asyncio.to_thread(self._open)
        self._beats = asyncio.create_task(self._beat())

    def _open(self) -> None:
        source = self._source
        settings = self.crawler.settings
        writer = Writer.shared(settings["DATABASE"], keep_bodies=settings.getint("KEEP_DAYS") > 0)
        try:
            self.run_id = begin_run(
                writer.engine,
                source.name,
                trigger=settings["TRIGGER"],
                code_version=version("clusterfeed"),
                url=source.url,
            )
            self.states = page_states(writer.engine, source.name)
        except BaseException:
            writer.close()
            raise
        self._writer = writer
        self.crawler.stats.set_value("clusterfeed/run", self.run_id)  # the log names it

    @property
    def _source(self) -> Any:
        return self.crawler.spider.source  # type: ignore[union-attr]

    async def process_item(self, visit: Visit) -> Visit:
        """Hand the visit over; once the store has failed for good, end the crawl."""
        assert self._writer
        try:
            due = datetime.fromisoformat(visit.fetched_at) + self._source.interval
            await asyncio.to_thread(self._writer.put, visit, self.run_id, due)
        except StoreError as error:
            self._fail(error)
        return visit

    def _fail(self, error: Exception) -> None:
        if self._error is None:
            self._error = str(error)
            self._stopping = asyncio.create_task(self.crawler.stop_async())

    async def _beat(self) -> None:
        assert self._writer
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            try:
                await asyncio.to_thread(heartbeat, self._writer.engine, self.run_id)
            except StoreError as error:
                self._fail(error)

    async def close_spider(self) -> None:
        """Commit all that was handed over."""
        if self._beats:
            self._beats.cancel()
        if self._writer:
            try:
                await asyncio.to_thread(self._writer.flush)
            except StoreError as error:
                self._error = self._error or str(error)

    async def spider_closed(self, reason: str) -> None:
        """Close the run with its verdict."""
        if self._writer:
            await asyncio.to_thread(self._finish, reason)

    def _finish(self, reason: str) -> None:
        writer = self._writer
        assert writer
        stats = {k: v for k, v in self.crawler.stats.get_stats().items() if _is_plain(v)}
        try:
            outcome = self._outcome(writer, reason, stats)
            # A disk that is full now will not take the verdict either: the run then shows as
            # crashed once its lease is over.
            with contextlib.suppress(Exception) if self._error else contextlib.nullcontext():
                finish_run(
                    writer.engine,
                    self.run_id,
                    outcome.verdict,
                    outcome.reason,
                    stats,
                    complete=outcome.complete,
                )
                self._forget(writer)
        finally:
            with contextlib.suppress(StoreError):  # told by the verdict already
                writer.close()

    def _forget(self, writer: Writer) -> None:
        """Let go of the bytes of old versions of pages that were kept long enough."""
        days = self.crawler.settings.getint("KEEP_DAYS")
        if days:
            prune_bodies(writer.engine, datetime.now(UTC) - timedelta(days=days))

    def _outcome(self, writer: Writer, reason: str, stats: dict[str, Any]) -> Outcome:
        if self._error:
            return Outcome("crashed", self._error)
        held = holdings(writer.engine, self._source.name)
        age = (datetime.now(UTC).date() - held.newest).days if held.newest else None
        found = Found(
            items=held.items,
            news=held.news,
            dated=held.dated,
            newest=age,
            median=medians(writer.engine, self._source.name).get("items"),
        )
        expect = self._source.expect.model_dump(exclude_none=True)
        outcome = judge(reason, stats, found, expect)
        removals = settle_removals(writer.engine, self.run_id, complete=outcome.complete)
        if removals.held_back:
            return replace(outcome, verdict="degraded", reason=removals.reason)
        return outcome


def _is_plain(value: object) -> bool:
    return isinstance(value, (int, float, str, bool))
