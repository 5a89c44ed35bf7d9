"""Addresses that moved: remembered, so that the next run does not follow them again."""

from __future__ import annotations

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from parsers.links import join

MOVED = (301, 302, 303, 307, 308)


class Moves:
    """Downloader middleware: tells the spider of every redirect, whatever becomes of it.

    User names and passwords in the address are left out: nobody after this sees them.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Moves:
        """Scrapy's way to make one."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Pass the answer on."""
        spider = self.crawler.spider
        location = (response.headers.get("Location") or b"").decode("latin-1")
        address = join(request.url, location) if location else None
        if response.status not in MOVED or address is None:
            return response
        if "@" in location:
            headers = response.headers.copy()
            headers["Location"] = address.encode("latin-1")
            response = response.replace(headers=headers)
        moved = getattr(spider, "moved", None)
        if moved is not None:
            moved(request, address, response.status)
        return response
