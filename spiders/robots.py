"""robots.txt as RFC 9309 has it: what cannot be read forbids everything for now, and a site's
own pace is kept."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import RobotParser
from scrapy.utils.misc import build_from_crawler

from models.hold import HostHold
from models.hosts import ROBOTS_LIMIT, host_key
from spiders.pace import CRAWL_DELAY_LIMIT, NotNow, set_delay

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class Robots(RobotsTxtMiddleware):
    """Downloader middleware in the place of Scrapy's, which reads a failure as permission.

    5xx, 429, timeouts and lost connections: not now. Other 4xx: nothing is forbidden. After 30
    days out of reach the last robots.txt that was read holds, or none. Known ones are asked for
    with their validators.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._rules: dict[str, asyncio.Future[RobotParser | None]] = {}

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules for a request, or None for none. Raises NotNow."""
        parts = urlsplit(request.url)
        key = f"{parts.scheme}://{parts.netloc}"
        if key not in self._rules:
            self._rules[key] = asyncio.ensure_future(self._ask(key, request))
        return await self._rules[key]

    async def _ask(self, site: str, request: Request) -> RobotParser | None:
        hold = self._hold(site)
        asked = Request(
            f"{site}/robots.txt",
            priority=self.DOWNLOAD_PRIORITY,
            meta={"dont_obey_robotstxt": True},
            headers=_validators(hold),
            callback=NO_CALLBACK,
        )
        try:
            engine = self.crawler.engine
            assert engine is not None
            response = await engine.download_async(asked)
        except NotNow as error:
            self._remember("clusterfeed/not_now", str(error))
            raise
        except IgnoreRequest:
            return None  # redirected in circles or to another site: as if there were none
        except Exception as error:
            why = f"robots.txt could not be fetched ({type(error).__name__})"
            return await self._out_of_reach(hold, request, why, "clusterfeed/out_of_reach")
        status = response.status
        if status == 429 or status >= 500:
            why = f"robots.txt answers {status}"
            return await self._out_of_reach(hold, request, why, "clusterfeed/not_now")
        if status == 304 and hold:
            await asyncio.to_thread(hold.robots_answered)
            known = await asyncio.to_thread(hold.kept_robots)
            return await self._read(known or b"", hold, request)
        if not 200 <= status < 300:
            if hold:
                await asyncio.to_thread(hold.robots_answered)
            return None
        body = whole_lines(response.body)
        if hold:
            etag, modified = _header(response, "ETag"), _header(response, "Last-Modified")
            await asyncio.to_thread(hold.robots_read, body, etag, modified)
        return await self._read(body, hold, request)

    async def _out_of_reach(
        self, hold: HostHold | None, request: Request, why: str, stat: str
    ) -> RobotParser | None:
        """Forbid everything, unless that has lasted too long."""
        if hold:
            too_long = await asyncio.to_thread(hold.robots_refused, datetime.now(UTC))
            if too_long:
                kept = await asyncio.to_thread(hold.kept_robots)
                return await self._read(kept, hold, request) if kept is not None else None
        self._remember(stat, f"{why}: not now")
        raise NotNow(why)

    async def _read(self, body: bytes, hold: HostHold | None, request: Request) -> RobotParser:
        """The rules of a robots.txt; its pace applies from here on."""
        rules: RobotParser = build_from_crawler(self._parserimpl, self.crawler, body)
        await self.crawler.signals.send_catch_log_async(
            signal=signals.robots_parsed, robotparser=rules, request=request
        )
        delay = rules.crawl_delay(self._robotstxt_useragent or self._default_useragent)
        set_delay(self.crawler, host_key(request.url), delay)
        if hold:
            kept = None if delay is None else min(max(delay, 0.0), CRAWL_DELAY_LIMIT)
            await asyncio.to_thread(hold.pace, kept)
        return rules

    def _remember(self, stat: str, reason: str) -> None:
        self._stats.set_value(stat, reason)

    def _hold(self, site: str) -> HostHold | None:
        """The crawl's hold on the host; only of the source's own address is anything kept."""
        spider = self.crawler.spider
        source = getattr(spider, "source", None)
        own = source is not None and source.url.lower().startswith(f"{site.lower()}/")
        return getattr(spider, "hold", None) if own else None


def whole_lines(body: bytes) -> bytes:
    """The first `ROBOTS_LIMIT` bytes, without the line that the limit cuts.

    >>> len(whole_lines(b"Disallow: /a\\n" * 60_000)) % 13
    0
    """
    if len(body) <= ROBOTS_LIMIT:
        return body
    return body[: body.rfind(b"\n", 0, ROBOTS_LIMIT) + 1]


def _validators(hold: HostHold | None) -> dict[str, str]:
    if hold is None:
        return {}
    known = (
        ("If-None-Match", hold.state.robots_etag),
        ("If-Modified-Since", hold.state.robots_modified),
    )
    return {name: value for name, value in known if value}


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    text = value.decode("latin-1") if value else ""
    return text if text.isprintable() and 0 < len(text) <= 1_000 else None
