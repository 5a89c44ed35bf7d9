"""What Prometheus asks for, from the database: any process that reaches it can answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, NamedTuple

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector, CollectorRegistry
from sqlalchemy import Connection, Engine, func, select, text

from models.hooks import backlogs, subscribers
from models.runs import VERDICTS, Run
from models.schedule import Schedule

PER_SOURCE = 5_000
"""With more sources than that there are no series of each source: they would swamp Prometheus."""

KEPT_SECONDS = 10.0
"""An answer is given again for so long."""


class Due(NamedTuple):
    """How many sources are due, and for how many seconds the oldest of them has been."""

    sources: int
    oldest: float


class Metrics(Collector):
    """All series of one database.

    due: tells what is due now, where the process knows the catalogue; without it those two
    series are left out.
    """

    def __init__(self, engine: Engine, due: Callable[[], Due] | None = None) -> None:
        self._engine = engine
        self._due = due
        self._registry = CollectorRegistry()
        self._registry.register(self)
        self._lock = threading.Lock()
        self._kept: tuple[float, bytes] | None = None

    def describe(self) -> list[Metric]:
        """Nothing that registering would have to ask the database for."""
        return []

    def text(self) -> bytes:
        """The answer in Prometheus' text format; raises what the database raises."""
        with self._lock:
            if self._kept is None or time.monotonic() - self._kept[0] > KEPT_SECONDS:
                self._kept = (time.monotonic(), generate_latest(self._registry))
            return self._kept[1]

    def collect(self) -> Iterator[Metric]:
        """The series."""
        yield _build_info()
        with self._engine.connect() as connection:
            yield from _runs(connection)
            yield from _sources(connection)
            yield from _queue(connection)
            yield GaugeMetricFamily(
                "clusterfeed_database_size_bytes",
                "Size of the database",
                _database_size(connection),
            )
        yield from _webhooks(self._engine)
        if self._due is not None:
            due = self._due()
            yield GaugeMetricFamily(
                "clusterfeed_sources_due", "Sources whose visit is due", due.sources
            )
            yield GaugeMetricFamily(
                "clusterfeed_oldest_overdue_seconds",
                "For how long the visit that waits longest has been due",
                due.oldest,
            )


def _build_info() -> Metric:
    told = "Always 1; the label says which release answers"
    info = GaugeMetricFamily("clusterfeed_build_info", told, labels=["version"])
    info.add_metric([version("clusterfeed")], 1)
    return info


def _runs(connection: Connection) -> Iterator[Metric]:
    sums = ("pages", "not_modified", "failed", "new", "changed", "removed")
    rows = connection.execute(
        select(
            Run.verdict, func.count(), *(func.sum(getattr(Run, column)) for column in sums)
        ).group_by(Run.verdict)
    ).all()
    counted = {row[0]: row[1] for row in rows}
    runs = CounterMetricFamily(
        "clusterfeed_runs", "Runs over sources that ended, by verdict", labels=["verdict"]
    )
    for verdict in VERDICTS:
        runs.add_metric([verdict], counted.get(verdict, 0))
    yield runs
    yield GaugeMetricFamily(
        "clusterfeed_runs_unfinished", "Runs that are under way, or died", counted.get(None, 0)
    )
    total = {name: sum(row[2 + place] or 0 for row in rows) for place, name in enumerate(sums)}
    answers = CounterMetricFamily(
        "clusterfeed_pages", "Answers of sites, by what came of them", labels=["outcome"]
    )
    read = total["pages"] - total["not_modified"] - total["failed"]
    answers.add_metric(["read"], read)
    answers.add_metric(["not_modified"], total["not_modified"])
    answers.add_metric(["failed"], total["failed"])
    yield answers
    items = CounterMetricFamily(
        "clusterfeed_items", "Items that came, changed or went", labels=["change"]
    )
    for change in ("new", "changed", "removed"):
        items.add_metric([change], total[change])
    yield items


def _sources(connection: Connection) -> Iterator[Metric]:
    rows = connection.execute(
        select(Schedule.source, Schedule.verdict, Schedule.visited, Schedule.newest)
    ).all()
    by_verdict = GaugeMetricFamily(
        "clusterfeed_sources", "Sources by the verdict of their last visit", labels=["verdict"]
    )
    for verdict in VERDICTS:
        by_verdict.add_metric([verdict], sum(row.verdict == verdict for row in rows))
    yield by_verdict
    if len(rows) > PER_SOURCE:
        return
    visited = GaugeMetricFamily(
        "clusterfeed_source_visited_timestamp_seconds",
        "When the last visit of a source ended",
        labels=["source"],
    )
    age = GaugeMetricFamily(
        "clusterfeed_source_newest_item_age_seconds",
        "Age of the newest dated news of a source",
        labels=["source"],
    )
    now = datetime.now(UTC)
    for row in rows:
        visited.add_metric([row.source], row.visited.timestamp())
        if row.newest:
            day = datetime.fromisoformat(row.newest).replace(tzinfo=UTC)
            age.add_metric([row.source], (now - day).total_seconds())
    yield visited
    yield age


def _queue(connection: Connection) -> Iterator[Metric]:
    """Jobs of workers, where this database has ever had any."""
    if connection.dialect.name != "postgresql":
        return
    if connection.scalar(text("SELECT to_regclass('procrastinate_jobs')")) is None:
        return
    rows: dict[str, int] = {
        row.status: row.jobs
        for row in connection.execute(
            text(
                "SELECT status::text AS status, count(*) AS jobs FROM procrastinate_jobs"
                " WHERE queue_name = 'crawl' GROUP BY status"
            )
        )
    }
    jobs = GaugeMetricFamily(
        "clusterfeed_queue_jobs", "Crawls in the queue of workers, by state", labels=["state"]
    )
    for status, state in (("todo", "waiting"), ("doing", "running"), ("failed", "failed")):
        jobs.add_metric([state], rows.get(status, 0))
    yield jobs


def _webhooks(engine: Engine) -> Iterator[Metric]:
    states = dict.fromkeys(("ok", "failing", "off"), 0)
    backlog = {
        "pending": "Changes that a subscriber was not sent yet, or did not take",
        "held": "Messages that a subscriber refused, and those that wait behind them",
        "given_up": "Messages that are not sent any more",
    }
    series = {
        name: GaugeMetricFamily(f"clusterfeed_webhook_{name}", told, labels=["subscriber"])
        for name, told in backlog.items()
    }
    waiting = backlogs(engine)
    for subscriber in subscribers(engine):
        states[subscriber.state] += 1
        for name, one in series.items():
            count = getattr(waiting.get(subscriber.id), name, 0)
            one.add_metric([str(subscriber.id)], count)
    yield from series.values()
    counted = GaugeMetricFamily(
        "clusterfeed_webhooks", "Subscribers of webhooks, by how they fare", labels=["state"]
    )
    for state, count in states.items():
        counted.add_metric([state], count)
    yield counted


def _database_size(connection: Connection) -> int:
    if connection.dialect.name == "postgresql":
        return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)
    pages: Any = connection.scalar(text("PRAGMA page_count"))
    size: Any = connection.scalar(text("PRAGMA page_size"))
    return int(pages) * int(size)
