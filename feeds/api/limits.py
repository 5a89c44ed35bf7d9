"""So many requests a minute from one address, and so much in one, and no more."""

from __future__ import annotations

import math
import time

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from feeds.api.problems import problem

PER_MINUTE = 600
"""The default; ten a second leave room for every reader but a flood."""

MOST_SENT = 64 << 10
"""Bytes that a request may carry; an answer to a question has some hundred."""

_FREE = ("/health", "/metrics")


class RateLimit:
    """Middleware: 429 with Retry-After beyond the limit. Behind a proxy, let the server trust
    its X-Forwarded-For, or all readers are one."""

    def __init__(self, app: ASGIApp, per_minute: int = PER_MINUTE) -> None:
        self.app = app
        self.item = RateLimitItemPerMinute(per_minute)
        # That of `limits.storage` starts a thread for each request.
        self.limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request pass, or refuse it."""
        if scope["type"] != "http" or scope["path"] in _FREE:
            await self.app(scope, receive, send)
            return
        reader = (scope.get("client") or ("",))[0]
        if await self.limiter.hit(self.item, reader):
            await self.app(scope, receive, send)
            return
        window = await self.limiter.get_window_stats(self.item, reader)
        wait = max(1, math.ceil(window.reset_time - time.time()))
        detail = f"More than {self.item.amount} requests a minute; wait {wait} seconds."
        await problem(429, detail, {"Retry-After": str(wait)})(scope, receive, send)


class BodyLimit:
    """Middleware: 413 for what is longer than anything that anybody has to send, before it is
    read whole by what comes behind."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request pass, or refuse it."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        read: list[Message] = []
        size, more = 0, True
        while more and size <= MOST_SENT:
            read.append(await receive())
            size += len(read[-1].get("body", b""))
            more = read[-1].get("more_body", False)
        if size > MOST_SENT:
            detail = f"A request carries {MOST_SENT >> 10} KiB at most."
            await problem(413, detail, {"Connection": "close"})(scope, receive, send)
            return

        async def again() -> Message:
            return read.pop(0) if read else await receive()

        await self.app(scope, again, send)
