"""How a service has a source crawled that somebody asks for: by itself, or by the workers."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine

from jobs.agenda import REQUEST
from jobs.keeper import Keeper
from models.errors import UnknownSource


def asker(engine: Engine, keeper: Keeper, *, crawling: bool) -> Callable[[str], None] | None:
    """What asks for a crawl of a source by its name, and raises UnknownSource.

    crawling: whether this process crawls. If it does not, the workers are asked, who have their
    queue on PostgreSQL; None where nobody would hear it.
    """
    if crawling:
        return keeper.ask
    if engine.dialect.name != "postgresql":
        return None

    def ask_workers(name: str) -> None:
        from jobs.worker_queue import enqueue, ensure_queue, opened

        source = keeper.catalogue.sources().get(name)
        if source is None:
            raise UnknownSource(name)
        ensure_queue(engine)
        with opened(keeper.terms.database) as app:
            enqueue(app, [source], REQUEST)

    return ask_workers
