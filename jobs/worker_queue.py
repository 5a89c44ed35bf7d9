"""The queue that workers share: Procrastinate's tables beside ours, on PostgreSQL.

A job is a crawl of one source. Two jobs of one host never run at once (`lock`), and a source
waits in the queue once (`queueing_lock`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, Engine, text

from catalogue import Source
from jobs.agenda import REQUEST
from models.database import database_url
from models.errors import DatabaseUnsupported
from models.hosts import host_key

QUEUE = "crawl"
TASK = "clusterfeed.crawl"
_FIRST, _SOON = 10, 0
"""Priorities: who asked for a crawl waits for it."""

_LOCK = 0x636C7574  # any number, the same for all of us


class NoQueue(DatabaseUnsupported):
    """Workers share their queue through PostgreSQL."""

    def __init__(self) -> None:
        super().__init__(
            "workers share one PostgreSQL database: set CLUSTERFEED_DB=postgresql://user@host/name "
            "(or --db) on each machine. `clusterfeed db copy clusterfeed.db postgresql://…` moves "
            "an SQLite file there; on one machine `clusterfeed serve` does without"
        )


@dataclass(frozen=True, slots=True)
class Job:
    """A crawl in the queue. state: waiting, running or failed. where: who runs or ran it, as
    machine:process. since: in this state. reason: why it waits again, or failed."""

    id: int
    source: str
    state: str
    since: datetime
    due: datetime | None
    attempts: int
    where: str
    reason: str


def queue_app(database: str) -> App:
    """Procrastinate over a database, not opened. Raises NoQueue for SQLite."""
    url = database_url(database)
    if not url.drivername.startswith("postgresql"):
        raise NoQueue
    conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return App(connector=PsycopgConnector(conninfo=conninfo, min_size=1, max_size=4))


def ensure_queue(engine: Engine) -> bool:
    """Make Procrastinate's tables, or bring them up to its release; whether there was need.

    Safe while others do the same. Raises NoQueue for SQLite. Which of its migrations were
    applied is a comment on its table, which goes where the table goes.
    """
    if engine.dialect.name != "postgresql":
        raise NoQueue
    scripts = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    newest = scripts[-1].name
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        present = _applied(connection)
        if present == newest:
            return False
        if present is None:
            _run(connection, SchemaManager.get_schema())
        else:
            for script in scripts:
                if script.name > present:
                    _run(connection, script.read_text(encoding="utf-8"))
        _run(connection, f"COMMENT ON TABLE procrastinate_jobs IS '{newest}'")
    return True


def _applied(connection: Connection) -> str | None:
    """The last migration that was applied; None without tables."""
    if connection.scalar(text("SELECT to_regclass('procrastinate_jobs')")) is None:
        return None
    words = "SELECT obj_description(to_regclass('procrastinate_jobs'), 'pg_class')"
    return connection.scalar(text(words)) or ""


def _run(connection: Connection, script: str) -> None:
    """Several statements at once, as the driver takes them without parameters."""
    driver: Any = connection.connection.driver_connection
    driver.execute(script)


def enqueue(app: App, sources: Iterable[Source], trigger: str) -> tuple[list[str], list[str]]:
    """Put crawls into the queue; which were put there, and which were waiting already."""
    added, waiting = [], []
    asked = datetime.now(UTC).isoformat()
    for source in sources:
        try:
            app.configure_task(
                TASK,
                queue=QUEUE,
                lock=f"host:{host_key(source.url)}",
                queueing_lock=f"source:{source.name}",
                priority=_FIRST if trigger == REQUEST else _SOON,
            ).defer(source=source.name, trigger=trigger, asked=asked)
        except AlreadyEnqueued:
            waiting.append(source.name)
        else:
            added.append(source.name)
    return added, waiting


@contextlib.contextmanager
def opened(database: str) -> Iterator[App]:
    """Procrastinate for a command that only puts jobs there."""
    app = queue_app(database)
    app.open()
    try:
        yield app
    finally:
        app.close()


_JOBS = """
SELECT job.id, job.args->>'source' AS source, job.status::text AS status, job.attempts,
       job.scheduled_at, moved.at AS since, run.owner, run.started, run.verdict, run.reason
FROM procrastinate_jobs job
LEFT JOIN LATERAL (
    SELECT max(at) AS at FROM procrastinate_events WHERE job_id = job.id
) moved ON true
LEFT JOIN LATERAL (
    SELECT owner, started, verdict, reason FROM run
    WHERE source = job.args->>'source' ORDER BY id DESC LIMIT 1
) run ON true
WHERE job.queue_name = :queue AND job.status::text IN ('todo', 'doing', 'failed')
ORDER BY job.status = 'failed', job.status = 'todo', job.priority DESC, job.id
LIMIT :limit
"""
_STATES = {"todo": "waiting", "doing": "running", "failed": "failed"}


def jobs(engine: Engine, limit: int = 1_000) -> list[Job]:
    """What runs, waits and failed, in this order."""
    with engine.connect() as connection:
        if connection.scalar(text("SELECT to_regclass('procrastinate_jobs')")) is None:
            return []
        rows = connection.execute(text(_JOBS), {"queue": QUEUE, "limit": limit}).all()
    return [_job(row) for row in rows]


def _job(row: Any) -> Job:
    begun = row.status == "doing" and row.verdict is None and row.owner is not None
    tried = row.attempts > 0 and row.status != "doing"
    return Job(
        id=row.id,
        source=row.source or "",
        state=_STATES[row.status],
        since=row.since,
        due=row.scheduled_at if row.status == "todo" else None,
        attempts=row.attempts,
        where=row.owner.rpartition(":")[0] if begun or (tried and row.owner) else "",
        reason=f"{row.verdict}: {row.reason}".rstrip(": ") if tried and row.verdict else "",
    )


def unfinished(engine: Engine) -> set[str]:
    """Sources that wait or run."""
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT DISTINCT args->>'source' FROM procrastinate_jobs"
                " WHERE queue_name = :queue AND status::text IN ('todo', 'doing')"
            ),
            {"queue": QUEUE},
        )
        return cast("set[str]", set(rows.scalars()))
