"""Known pages: asked again with their validators, and the later the longer nothing happened."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from hashlib import sha256

from scrapy import Request
from scrapy.crawler import Crawler

from items import Visit
from models.states import PageState
from pipelines.comparison import GONE
from pipelines.removal import GONE_FOR

LISTS = ("listing", "archive", "members")
EARLY = 0.9
"""Of the source's own interval: a run that comes a little early shall not leave a page out."""

FIRST_AGAIN = timedelta(days=14)
"""A page without a date is looked at again after so long."""

LIST_LIMIT = timedelta(days=14)
PAGE_LIMIT = timedelta(days=90)
SPREAD = 0.25
"""Longer intervals vary by this share, so that what was read together is not due together."""


class ConditionalRequests:
    """Downloader middleware: sends the validators that the page came with."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ConditionalRequests:
        """Scrapy's way to make one."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Add If-None-Match and If-Modified-Since where they are known."""
        states: dict[str, PageState] = getattr(self.crawler.spider, "known", {})
        state = states.get(request.url)
        if state is None or request.method != "GET":
            return
        if state.etag:
            request.headers.setdefault("If-None-Match", state.etag)
        if state.last_modified:
            request.headers.setdefault("If-Modified-Since", state.last_modified)


def next_visit(visit: Visit, state: PageState | None, every: timedelta) -> datetime:
    """When a page is due again after this visit.

    state: as it was before; every: the source's own interval, below which nothing is due.
    A page waits as long as it has not changed (a list a quarter of that), within bounds; what
    it says of its own date counts until it is known longer. A page that seems gone is asked
    again a day later.
    """
    now = datetime.fromisoformat(visit.fetched_at)
    least = every * EARLY
    if visit.status in GONE:
        since = state.gone_since if state and state.gone_since else now
        if now - since < GONE_FOR:
            return now + GONE_FOR
        return now + _spread(visit.url, _within(now - since, GONE_FOR, PAGE_LIMIT))
    kind = visit.page.kind if visit.page else state.kind if state else "page"
    if visit.page is None and visit.status == 200:
        return now + least  # a feed or a sitemap; those that cannot be read are rare
    quiet, before = _quiet(visit, state, now)
    if kind in LISTS:
        known = timedelta() if state is None else before
        return now + _spread(visit.url, _within(max(quiet / 4, known), least, LIST_LIMIT))
    return now + _spread(visit.url, _within(max(quiet, before), least, PAGE_LIMIT))


def _quiet(visit: Visit, state: PageState | None, now: datetime) -> tuple[timedelta, timedelta]:
    """For how long nothing has happened on the page, as far as anybody can tell; and the
    interval below which it does not fall."""
    if state is None or state.last_change is None:
        published = _published(visit)
        if published is None:
            return timedelta(), FIRST_AGAIN
        return now - datetime(*published.timetuple()[:3], tzinfo=now.tzinfo), timedelta()
    if visit.page is not None and not state.reads(visit.page.text):
        return (now - state.last_change) / 4, timedelta()
    interval = state.next_visit - state.last_fetch if state.next_visit else timedelta()
    return now - state.last_change, interval


def _published(visit: Visit) -> date | None:
    day = visit.page.date_published.day if visit.page else None
    try:
        return date.fromisoformat(day) if day else None
    except ValueError:
        return None


def _within(span: timedelta, least: timedelta, most: timedelta) -> timedelta:
    return max(least, min(span, most))


def _spread(url: str, span: timedelta) -> timedelta:
    if span <= timedelta(days=2):
        return span
    part = int.from_bytes(sha256(url.encode("utf-8", "replace")).digest()[:2]) / 0xFFFF
    return span * (1 - SPREAD + 2 * SPREAD * part)
