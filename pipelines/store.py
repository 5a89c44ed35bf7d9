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
from sqlalchemy.exc import DBAPIError

from items import Visit
from models.archive import prune_bodies
from models.asides import left_aside, set_aside
from models.errors import StoreError
from models.hold import HostHold
from models.holdings import holdings
from models.hosts import host_key
from models.leases import HELD, LEASE, begin_run, finish_run, heartbeat, medians
from models.states import PageState, page_states
from pipelines.clean import clean
from pipelines.removal import settle_removals
from pipelines.revisit import next_visit
from pipelines.verdict import Found, Outcome, judge
from pipelines.writer import Writer


class Store:
    """Item pipeline: the last one. A page counts as visited when it is committed, not before.

    It takes the host and the source for the run, and tells the spider what is known of both.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.run_id = 0
        self._states: dict[str, PageState] = {}
        self._aside: frozenset[str] = frozenset()
        self._hold: HostHold | None = None
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
        """Take the host and the source for this run, and keep the distance from the last one.

        Raises HostBusy, RunInProgress or a DatabaseError.
        """
        await asyncio.to_thread(self._open)
        self._beats = asyncio.create_task(self._beat())
        assert self._hold
        spider: Any = self.crawler.spider
        spider.known, spider.passed, spider.hold = self._states, self._aside, self._hold
        delay = self.crawler.settings.getfloat("DOWNLOAD_DELAY")
        delay = max(delay, self._hold.state.crawl_delay or 0.0)
        await asyncio.sleep(self._hold.distance(delay, datetime.now(UTC)))

    def _open(self) -> None:
        source = self._source
        settings = self.crawler.settings
        writer = Writer.shared(settings["DATABASE"], keep_bodies=settings.getint("KEEP_DAYS") > 0)
        try:
            self._hold = HostHold.take(
                writer.engine,
                host_key(source.url),
                source.name,
                settings.getfloat("HOST_PATIENCE"),
            )
            self.run_id = begin_run(
                writer.engine,
                source.name,
                trigger=settings["TRIGGER"],
                code_version=version("clusterfeed"),
                url=source.url,
            )
            self._states = page_states(writer.engine, source.name)
            self._aside = left_aside(writer.engine, source.name, datetime.now(UTC))
        except BaseException:
            if self._hold:
                self._hold.release()
            writer.close()
            raise
        self._writer = writer
        self.crawler.stats.set_value("clusterfeed/run", self.run_id)  # the log names it

    @property
    def _source(self) -> Any:
        return self.crawler.spider.source  # type: ignore[union-attr]

    async def process_item(self, visit: Visit) -> Visit:
        """Hand the visit over; once the store has failed for good, end the crawl."""
        try:
            await asyncio.to_thread(self._put, visit)
        except StoreError as error:
            self._fail(error)
        return visit

    def _put(self, visit: Visit) -> None:
        assert self._writer
        due = next_visit(visit, self._states.get(visit.url), self._source.interval)
        self._writer.put(visit, self.run_id, due)

    def _fail(self, error: Exception) -> None:
        if self._error is None:
            self._error = str(error)
            self._stopping = asyncio.create_task(self.crawler.stop_async())

    async def _beat(self) -> None:
        assert self._writer
        assert self._hold
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            try:
                await asyncio.to_thread(heartbeat, self._writer.engine, self.run_id)
                await asyncio.to_thread(self._hold.renew)
            except StoreError as error:
                self._fail(error)

    async def close_spider(self) -> None:
        """Commit all that was handed over."""
        if self._beats:
            self._beats.cancel()
        if self._writer:
            try:
                await asyncio.to_thread(self._put_aside)
            except (StoreError, DBAPIError) as error:
                self._error = self._error or str(error)

    def _put_aside(self) -> None:
        """Commit all that was handed over, and keep which addresses led to no page."""
        assert self._writer
        self._writer.flush()
        aside = {
            clean(url, 4_000): (status, clean(why, 300))
            for url, (status, why) in self.crawler.spider.aside.items()  # type: ignore[union-attr]
        }
        set_aside(self._writer.engine, self._source.name, aside, datetime.now(UTC))

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
            if self._hold:
                with contextlib.suppress(DBAPIError):  # the lease ends by itself
                    self._hold.release()
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
        stats[HELD] = held.items
        traps = self.crawler.spider.traps.reasons  # type: ignore[union-attr]
        if traps:
            stats["clusterfeed/trap"] = "; ".join(traps)
        age = (datetime.now(UTC).date() - held.newest).days if held.newest else None
        found = Found(
            items=held.items,
            news=held.news,
            dated=held.dated,
            newest=age,
            median=medians(writer.engine, self._source.name).get("held"),
        )
        expect = self._source.expect.model_dump(exclude_none=True)
        outcome = judge(reason, stats, found, expect)
        removals = settle_removals(writer.engine, self.run_id, complete=outcome.complete)
        if removals.held_back:
            return replace(outcome, verdict="degraded", reason=removals.reason)
        return outcome


def _is_plain(value: object) -> bool:
    return isinstance(value, (int, float, str, bool))
