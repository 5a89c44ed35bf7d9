"""Addresses that moved: remembered, so that the next run does not follow them again."""

from __future__ import annotations

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from parsers.links import join

MOVED = (301, 302, 303, 307, 308)


class Moves:
    """Downloader middleware: tells the spider of every redirect, whatever becomes of it."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Moves:
        """Scrapy's way to make one."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Pass the answer on."""
        spider = self.crawler.spider
        location = response.headers.get("Location")
        moved = getattr(spider, "moved", None)
        if response.status in MOVED and location and moved is not None:
            address = join(request.url, location.decode("latin-1"))
            if address:
                moved(request, address, response.status)
        return response
