"""What is due, from the catalogue and what the store holds of its sources."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from catalogue import Source
from jobs.due import FAILED, REACH, Known, Planned, Posting, observe, plan, ready
from models.hosts import host_key, host_states
from models.runs import Run
from models.schedule import (
    Post,
    Schedule,
    fresh_runs,
    keep,
    live_sources,
    posts_of,
    schedules,
    visits_since,
)

TRIGGER = "schedule"
REQUEST = "request"
"""The trigger of a run that somebody asked for, of a service or by `clusterfeed enqueue`."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Agenda:
    """The next visit of each source, the most urgent first, and what may be visited now.

    left: how many visits the budget still has for today, None for no budget.
    """

    now: datetime
    planned: list[Planned]
    left: int | None = None

    @property
    def due(self) -> list[Planned]:
        """What is to be visited now."""
        return ready(self.planned, self.now, self.left)

    @property
    def overdue(self) -> list[Planned]:
        """All whose moment has come, whether the budget lets them or not."""
        return ready(self.planned, self.now)

    @property
    def next(self) -> Planned | None:
        """The visit that comes first."""
        waiting = (visit for visit in self.planned if not visit.busy)
        return min(waiting, key=lambda visit: visit.due, default=None)


def agenda(
    engine: Engine,
    sources: Iterable[Source],
    visits: float | None = None,
    *,
    waiting: Collection[str] = (),
    now: datetime | None = None,
) -> Agenda:
    """Plan the visits of `sources`.

    visits: the budget per day (see `jobs.due.plan`). waiting: sources that are in a queue already.
    """
    moment = now or datetime.now(UTC)
    take_in(engine, moment)
    known, hosts = schedules(engine), host_states(engine)
    busy = live_sources(engine, moment) | set(waiting)
    asked = [
        _known(source, known.get(source.name), hosts.get(host_key(source.url)), source.name in busy)
        for source in sources
    ]
    left = None
    if visits is not None:
        left = int(visits) - visits_since(engine, moment - _DAY, TRIGGER) - len(waiting)
    return Agenda(moment, plan(asked, moment, visits), left)


def take_in(engine: Engine, now: datetime | None = None) -> None:
    """Learn from the runs that ended since the last time."""
    moment = now or datetime.now(UTC)
    runs = fresh_runs(engine, moment)
    if not runs:
        return
    known = schedules(engine)
    rows: dict[str, dict[str, Any]] = {}
    for run in runs:
        rows[run.source] = _after(run, rows.get(run.source) or _as_row(known.get(run.source)))
    keep(engine, [row | _learned(engine, row) for row in rows.values()])


def _as_row(known: Schedule | None) -> dict[str, Any]:
    return {"failures": known.failures, "since": known.since} if known else {}


def _after(run: Run, before: Mapping[str, Any]) -> dict[str, Any]:
    """A source's row after one more run."""
    failed = run.verdict in FAILED
    return {
        "source": run.source,
        "run_id": run.id,
        "visited": run.finished,
        "verdict": run.verdict or "",
        "failures": before.get("failures", 0) + 1 if failed else 0,
        "since": before.get("since") or (run.finished if run.complete else None),
    }


def _learned(engine: Engine, row: Mapping[str, Any]) -> dict[str, Any]:
    """What the source's news say of its posting, as of its last visit."""
    visited: datetime = row["visited"]
    since: datetime | None = row["since"]
    posts = posts_of(engine, row["source"], visited - timedelta(days=REACH))
    today = visited.date()
    days = [post.day for post in posts if post.day and post.day <= today.isoformat()]
    ages = [age for post in posts if (age := _age(post, visited, since)) is not None]
    watched = (visited - since) / _DAY if since else 0.0
    observed = observe(ages, max([watched, *ages]))
    return {"posts": observed.posts, "days": observed.days, "newest": max(days, default=None)}


def _age(post: Post, visited: datetime, since: datetime | None) -> float | None:
    """The age of a post in days, None where it cannot be told or has yet to come.

    A post without a date counts from when it was first seen, but for those of the first visits,
    which may be of any age.
    """
    if post.day:
        age = (visited.date() - date.fromisoformat(post.day)).days
        return float(age) if age >= 0 else None
    if since is not None and post.first_seen > since:
        return max((visited - post.first_seen) / _DAY, 0.0)
    return None


def _known(source: Source, row: Schedule | None, host: Any, busy: bool) -> Known:
    return Known(
        source=source.name,
        every=source.fixed_interval,
        visited=row.visited if row else None,
        verdict=row.verdict if row else "",
        failures=row.failures if row else 0,
        posting=Posting(row.posts, row.days) if row else Posting(),
        not_before=host.not_before if host else None,
        busy=busy,
    )
