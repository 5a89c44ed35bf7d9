"""The web application: health and metrics; what is served of the directory joins as routers."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import version

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, Request, Response
from fastapi_offline import FastAPIOffline
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from feeds.api.limits import PER_MINUTE
from feeds.api.routes import add_routes
from feeds.metrics import Due, Metrics
from models.database import open_database
from models.schema import NEWEST

_KEPT = 5
"""So many connections does SQLAlchemy's pool keep: a request beyond them would open the database
anew, which costs more than the answer."""


def create_app(
    database: str,
    *,
    due: Callable[[], Due] | None = None,
    validity: Mapping[str, int] | None = None,
    per_minute: int = PER_MINUTE,
    token: str | None = None,
    ask_crawl: Callable[[str], None] | None = None,
) -> FastAPI:
    """The application over one database, which is opened when the server starts.

    database: a path or URL of a database that has its tables. due: tells what is due, for
    /metrics, where the process knows the catalogue. validity: months that a scheme's label
    usually lasts, by scheme. per_minute: requests that one reader may make. token: whoever shows
    it may write; without one there are no routes that write. ask_crawl: asks for a crawl of a
    source by name, and raises models.errors.UnknownSource. Routers find the engine at
    `request.app.state.engine`.
    """

    @asynccontextmanager
    async def opened(app: FastAPI) -> AsyncIterator[None]:
        app.state.engine = open_database(database, create=False)
        current_default_thread_limiter().total_tokens = _at_once(app.state.engine)
        app.state.validity = validity or {}
        app.state.metrics = Metrics(app.state.engine, due)
        try:
            yield
        finally:
            app.state.engine.dispose()

    app = FastAPIOffline(
        redoc_url=None,
        title="Clusterfeed",
        summary="News, events, certifications and organizations of clusters and parks",
        version=version("clusterfeed"),
        lifespan=opened,
    )

    app.state.token = token
    app.state.ask_crawl = ask_crawl

    @app.get("/health", tags=["operation"])
    def health(request: Request, response: Response) -> dict[str, str]:
        """Whether the database answers: 200, else 503."""
        told = {"version": app.version, "schema": NEWEST}
        try:
            with request.app.state.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except DBAPIError:
            response.status_code = 503
            return {"status": "the database does not answer", **told}
        return {"status": "ok", **told}

    @app.get("/metrics", tags=["operation"], response_class=Response)
    def metrics(request: Request) -> Response:
        """The state of crawling in Prometheus' text format."""
        return Response(request.app.state.metrics.text(), media_type=CONTENT_TYPE_LATEST)

    add_routes(app, per_minute=per_minute, ask_crawl=ask_crawl)
    return app


def _at_once(engine: Engine) -> int:
    """How many requests are answered at the same time; more wait. SQLite answers in this process:
    more threads than cores and one (that waits for the disk) only take the turn from each other."""
    if engine.dialect.name != "sqlite":
        return _KEPT
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        cores = os.cpu_count() or 1
    return min(_KEPT, cores + 1)
