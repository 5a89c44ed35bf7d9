"""A crawl's hold on its host, from the first request to the last."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from models.errors import HostBusy
from models.hosts import (
    HostState,
    acquire_host,
    keep_robots,
    kept_robots,
    note_host,
    release_host,
    renew_host,
)

ROBOTS_PATIENCE = timedelta(days=30)
"""A robots.txt that was out of reach for so long forbids nothing any more (RFC 9309, 2.3.1.4)."""

POLL_SECONDS = 0.5


class HostHold:
    """What a crawl knows of its host and tells others about it. Blocking: for threads.

    state: as it was when the host was taken, with what was noted since. last_request: when the
    host was last asked by this crawl, set by whoever asks.
    """

    def __init__(self, engine: Engine, state: HostState) -> None:
        self._engine = engine
        self.state = state
        self.last_request: datetime | None = None

    @classmethod
    def take(cls, engine: Engine, host: str, source: str, patience: float) -> HostHold:
        """Take the host; wait up to `patience` seconds for another crawl to leave it.

        Raises HostBusy after that.
        """
        end = time.monotonic() + patience
        while True:
            try:
                return cls(engine, acquire_host(engine, host, source=source))
            except HostBusy:
                if time.monotonic() >= end:
                    raise
                time.sleep(POLL_SECONDS)

    def distance(self, delay: float, now: datetime) -> float:
        """Seconds to wait before the first request, so that it keeps `delay` from the last one
        of any crawl before."""
        last = self.state.last_request
        if last is None:
            return 0.0
        return min(max((last - now).total_seconds() + delay, 0.0), delay)

    def put_off(self, now: datetime) -> str:
        """Why the host is not to be asked now; empty if it may be."""
        until = self.state.not_before
        if until is None or until <= now:
            return ""
        return f"{self.state.wait_reason or 'the site asked us to wait'}: not before {_utc(until)}"

    def renew(self) -> None:
        """A sign of life, and when the host was last asked."""
        renew_host(self._engine, self.state.host, last_request=self.last_request)

    def release(self) -> None:
        """Let it go."""
        release_host(self._engine, self.state.host, last_request=self.last_request)

    def wait(self, until: datetime, reason: str) -> None:
        """The host asked to be left alone until then."""
        self._note(not_before=until, wait_reason=reason)

    def pace(self, crawl_delay: float | None) -> None:
        """Its robots.txt asks for this pause between requests, in seconds, or for none."""
        if crawl_delay != self.state.crawl_delay:
            self._note(crawl_delay=crawl_delay)

    def robots_read(self, body: bytes, etag: str | None, modified: str | None) -> None:
        """Its robots.txt was read."""
        keep_robots(self._engine, self.state.host, body, etag, modified)
        self.robots_answered()

    def robots_answered(self) -> None:
        """Its robots.txt is in reach: read, unchanged, or plainly absent."""
        if self.state.robots_refused_since is not None:
            self._note(robots_refused_since=None)

    def robots_refused(self, now: datetime) -> bool:
        """Its robots.txt is out of reach; returns whether it has been so for too long."""
        since = self.state.robots_refused_since
        if since is None:
            self._note(robots_refused_since=now)
            return False
        return now - since > ROBOTS_PATIENCE

    def kept_robots(self) -> bytes | None:
        """The last robots.txt that was read."""
        return kept_robots(self._engine, self.state.host)

    def _note(self, **values: object) -> None:
        note_host(self._engine, self.state.host, **values)
        self.state = replace(self.state, **values)  # type: ignore[arg-type]


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
