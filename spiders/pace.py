"""How fast a host is asked, and when no longer: one slot per host, Crawl-delay, Retry-After."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from models.hosts import host_key

CRAWL_DELAY_LIMIT = 30.0
"""Longest pause between two requests that a robots.txt gets, in seconds."""

WAIT_LIMIT = 600.0
"""Longest wait within a run, in seconds; who asks for more is left alone until then."""

WAITS = 5
"""So often in a row a host may say "later" before the run gives up."""

BACK_OFF = 5.0
"""A host that says "later" but not when is given so many delays, and twice that next time."""

REST = timedelta(hours=1)
"""After giving up on a host that did not say when."""

logger = logging.getLogger(__name__)


class NotNow(IgnoreRequest):
    """The host is not to be asked any more in this run."""


class Pace:
    """Downloader middleware: keeps the pause of the host, and does what Retry-After says.

    The pauses are those of Scrapy's download slot. It has one per host name; here all names of
    one site share one.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._waits = 0
        self._over: str = ""
        self._closing: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Pace:
        """Scrapy's way to make one."""
        pace = cls(crawler)
        crawler.signals.connect(pace.spider_opened, signals.spider_opened)
        crawler.signals.connect(pace.response_downloaded, signals.response_downloaded)
        return pace

    def spider_opened(self) -> None:
        """Begin with the pause that the host asked for the last time."""
        hold = getattr(self.crawler.spider, "hold", None)
        if hold is not None and hold.state.crawl_delay:
            set_delay(self.crawler, hold.state.host, hold.state.crawl_delay)

    def process_request(self, request: Request) -> None:
        """Put the request into its host's slot; raise NotNow where the run has given up."""
        if self._over:
            raise NotNow(self._over)
        request.meta.setdefault("download_slot", host_key(request.url))

    def response_downloaded(self, response: Response, request: Request) -> None:
        """Hold the slot back at once, before it sends what is waiting."""
        hold = getattr(self.crawler.spider, "hold", None)
        if hold is not None:
            hold.last_request = datetime.now(UTC)
        if response.status not in (429, 503):
            self._waits = 0
            return
        self._waits += 1
        if self._over:
            return
        asked = retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
        slot = self._slot(request)
        pause = asked
        if pause is None:
            delay = max(slot.delay, self.crawler.settings.getfloat("DOWNLOAD_DELAY"))
            pause = min(BACK_OFF * 2 ** (self._waits - 1) * delay, WAIT_LIMIT)
        if pause > WAIT_LIMIT or self._waits >= WAITS:
            self._give_up(response, timedelta(seconds=pause) if asked is not None else REST)
            return
        logger.info("%s: HTTP %d, waiting %.0f s", response.url, response.status, pause)
        self.crawler.stats.inc_value("clusterfeed/waited")
        slot.delay = max(slot.delay, 0.001)  # a slot without a delay never looks at the clock
        slot.lastseen = monotonic() + pause - slot.delay

    def process_response(self, request: Request, response: Response) -> Response:  # noqa: ARG002
        """Pass the answer on, unless the run has given up."""
        if self._over and response.status in (429, 503):
            raise NotNow(self._over)
        return response

    def _slot(self, request: Request) -> Any:
        engine = self.crawler.engine
        assert engine is not None
        return engine.downloader.slots[request.meta["download_slot"]]

    def _give_up(self, response: Response, rest: timedelta) -> None:
        until = datetime.now(UTC) + rest
        words = f"the site answered {response.status}"
        self._over = f"{words} and asks us to come back after {until:%Y-%m-%d %H:%M} UTC"
        self.crawler.stats.set_value("clusterfeed/not_now", self._over)
        self._closing = asyncio.ensure_future(self._close(until, words))

    async def _close(self, until: datetime, words: str) -> None:
        hold = getattr(self.crawler.spider, "hold", None)
        if hold is not None:
            await asyncio.to_thread(hold.wait, until, words)
        if self.crawler.engine is not None:
            await self.crawler.engine.close_spider_async(reason="retry_after")


def set_delay(crawler: Crawler, host: str, crawl_delay: float | None) -> None:
    """Let a host be asked with its own pause: at least the source's, at most 30 s for others'."""
    delay = crawler.settings.getfloat("DOWNLOAD_DELAY")
    if crawl_delay:
        delay = max(delay, min(crawl_delay, CRAWL_DELAY_LIMIT))
    engine = crawler.engine
    if engine is None:
        return
    concurrency = crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
    # For slots to come: Scrapy lets go of a slot that was idle for a while.
    engine.downloader.per_slot_settings[host] = {"delay": delay, "concurrency": concurrency}
    if host in engine.downloader.slots:
        engine.downloader.slots[host].delay = delay


def retry_after(header: bytes | None, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header, in seconds or as an HTTP date; None without one.

    >>> retry_after(b"120", datetime(2026, 3, 1, tzinfo=UTC))
    120.0
    >>> retry_after(b"Sun, 01 Mar 2026 00:00:30 GMT", datetime(2026, 3, 1, tzinfo=UTC))
    30.0
    """
    text = (header or b"").decode("latin-1").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - now).total_seconds(), 0.0)
