"""Crawls sources in this process: several at once, those of one host one after another."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from catalogue import Source
from models.hosts import host_key
from spiders.loader import spider_for
from spiders.reach import check_contact

HOSTS_AT_ONCE = 16
"""So many hosts are asked at the same time; each by one source."""


class Watcher(Protocol):
    """Told what a crawl does, in the thread that crawls."""

    def progress(self, source: str, done: int, known: int, items: int) -> None:
        """`done` of `known` requests answered, `items` read so far."""

    def finished(self, source: str) -> None:
        """The source's run is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What an operator may choose for one crawl; empty values leave settings.py's.

    full: ask for every known page again, not only for those that are due.
    """

    database: str = ""
    contact: str = ""
    replica: str = ""
    trigger: str = ""
    allow_hosts: tuple[str, ...] = ()
    full: bool = False


def crawl(
    sources: Iterable[Source], options: Options, watcher: Watcher
) -> dict[str, BaseException | None]:
    """Crawl the sources and return, per source, what kept its run from starting (or None).

    Blocks until all have ended; Ctrl-C ends them early and marks their runs partial. Runs in
    one process and only once in it (Twisted's reactor cannot start again). Raises NoContact.
    """
    settings = crawl_settings(options)
    chosen = list(sources)
    for source in chosen:
        check_contact(source, settings)
    process = AsyncCrawlerProcess(settings)
    queues: dict[str, list[Source]] = defaultdict(list)
    for source in chosen:
        queues[host_key(source.url)].append(source)
    waiting = list(queues.values())
    problems: dict[str, BaseException | None] = {}
    stopped: list[str] = []

    def begin(queue: list[Source]) -> None:
        source = queue.pop(0)
        crawler = process.create_crawler(spider_for(source))
        _watch(crawler, source.name, watcher)
        crawler.signals.connect(closed, signals.spider_closed, weak=False)
        task = process.crawl(crawler)

        def ended(task: asyncio.Task[None]) -> None:
            problems[source.name] = None if task.cancelled() else task.exception()
            watcher.finished(source.name)
            if stopped:
                return
            if queue:
                begin(queue)
            elif waiting:
                begin(waiting.pop(0))

        task.add_done_callback(ended)

    def closed(reason: str) -> None:
        if reason == "shutdown":
            stopped.append(reason)

    for _ in range(min(HOSTS_AT_ONCE, len(waiting))):
        begin(waiting.pop(0))
    process.start()
    return problems


def crawl_settings(options: Options) -> Settings:
    """settings.py with the operator's choices on top."""
    settings = Settings()
    settings.setmodule("settings", priority="project")
    settings.set("LOG_INSTALL_ROOT_HANDLER", False, priority="cmdline")  # the caller's matter
    for name in ("database", "contact", "replica", "trigger"):
        value = getattr(options, name)
        if value:
            settings.set(name.upper(), value, priority="cmdline")
    if options.full:
        settings.set("FULL", True, priority="cmdline")
    if options.allow_hosts:
        hosts = [*settings.getlist("ALLOWED_HOSTS"), *options.allow_hosts]
        settings.set("ALLOWED_HOSTS", hosts, priority="cmdline")
    return settings


def _watch(crawler: Crawler, name: str, watcher: Watcher) -> None:
    counts = {"done": 0, "known": 0, "items": 0}

    def tell(**added: int) -> None:
        for key, number in added.items():
            counts[key] += number
        watcher.progress(name, counts["done"], counts["known"], counts["items"])

    def scheduled(**_: Any) -> None:
        tell(known=1)

    def dropped(**_: Any) -> None:
        tell(known=-1)

    def received(**_: Any) -> None:
        tell(done=1)

    def scraped(item: Any, **_: Any) -> None:
        tell(items=len(item.page.items) if item.page else 0)

    crawler.signals.connect(scheduled, signals.request_scheduled, weak=False)
    crawler.signals.connect(dropped, signals.request_dropped, weak=False)
    crawler.signals.connect(received, signals.request_left_downloader, weak=False)
    crawler.signals.connect(scraped, signals.item_scraped, weak=False)
