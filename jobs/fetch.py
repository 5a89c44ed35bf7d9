"""Fetches one page as the crawler would: politely, guarded, with robots.txt obeyed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.settings import Settings
from twisted.python.failure import Failure

from catalogue import Source
from jobs.crawl import Options, crawl_settings
from spiders.addresses import bare
from spiders.failures import why
from spiders.reach import check_contact


class OnePage(scrapy.Spider):
    """Asks for a single address."""

    name = "one-page"

    def __init__(self, url: str, answers: list[Response | str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.url = url
        self.answers = answers
        self.allowed_domains = [bare(Source(name="page", url=_rooted(url)).host)]

    async def start(self) -> AsyncIterator[Any]:
        """The one request."""
        yield scrapy.Request(self.url, callback=self.answered, errback=self.failed)

    def answered(self, response: Response) -> None:
        """Keep the response."""
        self.answers.append(response)

    def failed(self, failure: Failure) -> None:
        """Keep the cause in words."""
        self.answers.append(why(failure))


def fetch(url: str, contact: str, allow_hosts: tuple[str, ...]) -> tuple[bytes, str, str]:
    """Fetch a page: its bytes, its final address and its Content-Type.

    Only once in a process. Raises ValueError with the cause where there is no page, and
    NoContact (a ValueError) where a live site would be asked by nobody in particular.
    """
    settings = asking_settings(Options(contact=contact, allow_hosts=allow_hosts))
    check_contact(Source(name="page", url=_rooted(url)), settings)
    answers: list[Response | str] = []
    process = AsyncCrawlerProcess(settings)
    process.crawl(OnePage, url=url, answers=answers)
    process.start()
    answer = answers[0] if answers else "the request was left out"
    if isinstance(answer, str):
        raise ValueError(answer)
    content_type = answer.headers.get("Content-Type") or b""
    return answer.body, answer.url, content_type.decode("latin-1")


def asking_settings(options: Options) -> Settings:
    """Settings for asking without a database: guards and manners as in every crawl."""
    settings = crawl_settings(options)
    for pieces in ("ITEM_PIPELINES", "SPIDER_MIDDLEWARES"):
        settings.set(pieces, {}, priority="cmdline")
    settings["DOWNLOADER_MIDDLEWARES"]["pipelines.revisit.ConditionalRequests"] = None
    return settings


def _rooted(url: str) -> str:
    return url if url.count("/") > 2 else url + "/"
