"""So many requests a minute from one address, and no more."""

from __future__ import annotations

import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from feeds.api.problems import problem

PER_MINUTE = 600
"""The default; ten a second leave room for every reader but a flood."""

_FREE = ("/health", "/metrics")


class RateLimit:
    """Middleware: 429 with Retry-After beyond the limit. Behind a proxy, let the server trust
    its X-Forwarded-For, or all readers are one."""

    def __init__(self, app: ASGIApp, per_minute: int = PER_MINUTE) -> None:
        self.app = app
        self.item = RateLimitItemPerMinute(per_minute)
        self.limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request pass, or refuse it."""
        if scope["type"] != "http" or scope["path"] in _FREE:
            await self.app(scope, receive, send)
            return
        reader = (scope.get("client") or ("",))[0]
        if self.limiter.hit(self.item, reader):
            await self.app(scope, receive, send)
            return
        reset = self.limiter.get_window_stats(self.item, reader).reset_time
        wait = max(1, math.ceil(reset - time.time()))
        detail = f"More than {self.item.amount} requests a minute; wait {wait} seconds."
        await problem(429, detail, {"Retry-After": str(wait)})(scope, receive, send)
