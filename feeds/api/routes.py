"""What the application serves of the directory, and what holds for all of it."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from feeds.api import entries, linked, operations, questions, register, streams
from feeds.api.answers import HeadAsGet
from feeds.api.limits import PER_MINUTE, BodyLimit, RateLimit
from feeds.api.problems import add_problems
from feeds.api.writing import writing_router


def add_routes(
    app: FastAPI,
    *,
    per_minute: int = PER_MINUTE,
    ask_crawl: Callable[[str], None] | None = None,
) -> None:
    """Add the interface to an application whose state holds the engine, and the token if any."""
    add_problems(app)
    for module in (register, entries, operations, questions, streams, linked):
        app.include_router(module.router)
    if app.state.token is not None:
        app.include_router(writing_router(ask_crawl))
    app.add_middleware(HeadAsGet)
    app.add_middleware(BodyLimit)
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)
    app.add_middleware(RateLimit, per_minute=per_minute)
    # Whoever may read may read from a page of their own; nothing is sent that depends on who asks.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD"],
        expose_headers=["ETag", "Link", "Retry-After"],
    )
