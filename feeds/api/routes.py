"""What the application serves of the directory, and what holds for all of it."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from feeds.api import entries, operations, register, streams
from feeds.api.limits import PER_MINUTE, RateLimit
from feeds.api.problems import add_problems


def add_routes(app: FastAPI, *, per_minute: int = PER_MINUTE) -> None:
    """Add the interface to an application whose state holds the engine."""
    add_problems(app)
    for module in (register, entries, operations, streams):
        app.include_router(module.router)
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)
    app.add_middleware(RateLimit, per_minute=per_minute)
    # Whoever may read may read from a page of their own; nothing is sent that depends on who asks.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD"],
        expose_headers=["ETag", "Link", "Retry-After"],
    )
