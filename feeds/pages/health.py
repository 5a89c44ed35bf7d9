"""How the reading of each source goes: its last runs, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, select

from feeds.owners import owners_of
from feeds.pages.charts import RUNS, Health
from models.entries import PER_DAY, Entry
from models.leases import is_stale
from models.runs import Run, Source

HEALTHS: tuple[Health, ...] = ("bad", "fair", "good", "none")
"""Those to look at first stand first. none: no run has ended yet."""

SILENT = timedelta(days=365)
"""A site without news for so long is pointed out."""

_OF_VERDICT: dict[str, Health] = {
    "ok": "good",
    "empty": "fair",
    "degraded": "fair",
    "partial": "fair",
    "blocked": "bad",
    "unreachable": "bad",
    "crashed": "bad",
}


@dataclass(frozen=True, slots=True)
class RunTold:
    """A run. verdict: one of `models.runs.VERDICTS`, or running. items: that its source states."""

    number: int
    health: Health
    verdict: str
    reason: str
    started: datetime
    finished: datetime | None
    pages: int
    items: int
    new: int
    changed: int
    trigger: str


@dataclass(frozen=True, slots=True)
class Found:
    """What was found at a source, also what is gone from it meanwhile. newest: the day of the
    latest news; undated: so many pieces of news have none."""

    news: int = 0
    events: int = 0
    undated: int = 0
    newest: str | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """What is not there. key: of the pages' words; day: where it tells one; count likewise."""

    key: str
    day: str | None = None
    count: int = 0


@dataclass(frozen=True, slots=True)
class SourceTold:
    """A source with its last runs, the newest first."""

    name: str
    url: str | None
    country: str | None
    first_run: datetime
    organization: dict[str, str] | None
    health: Health
    runs: list[RunTold]
    found: Found
    missing: list[Missing]

    @property
    def is_read_now(self) -> bool:
        """Whether a run is under way."""
        return bool(self.runs) and self.runs[0].verdict == "running"

    @property
    def last(self) -> RunTold | None:
        """The last run that ended."""
        return next((run for run in self.runs if run.verdict != "running"), None)


def healths(engine: Engine) -> dict[str, Health]:
    """Each source's health, by name in the alphabet's order: that of its last run that ended."""
    verdict = (
        select(Run.verdict)
        .where(Run.source == Source.name, Run.finished.is_not(None))
        .order_by(Run.started.desc())
        .limit(1)
        .scalar_subquery()
    )
    live = select(Run.__table__).where(Run.finished.is_(None))
    with engine.connect() as connection:
        rows = connection.execute(select(Source.name, verdict).order_by(Source.name))
        found: dict[str, Health] = {name: _OF_VERDICT.get(word, "none") for name, word in rows}
        stale = [run.source for run in connection.execute(live) if _is_stale(run)]
    return found | dict.fromkeys(stale, "bad")


def sources_told(
    engine: Engine, names: Sequence[str], *, today: date, runs: int = RUNS
) -> list[SourceTold]:
    """The sources of these names that there are, in that order, each with its last runs."""
    with engine.connect() as connection:
        query = select(Source.__table__).where(Source.name.in_(names))
        rows = {row.name: row for row in connection.execute(query)}
        owners = owners_of(connection, rows)
        return [
            _told(connection, rows[name], owners, today, runs) for name in names if name in rows
        ]


def missing_of(runs: Iterable[RunTold], found: Found, today: date) -> list[Missing]:
    """What a reader would look for and not find. runs: the newest first."""
    ended = next((run for run in runs if run.verdict != "running"), None)
    if ended is None:
        return [Missing("unread")]
    told: list[Missing] = []
    if not found.news:
        told.append(Missing("no_news"))
    elif found.undated == found.news:
        told.append(Missing("no_dates", count=found.undated))
    elif found.newest and found.newest < str(today - SILENT):
        told.append(Missing("silent", day=found.newest))
    if 0 < found.undated < found.news:
        told.append(Missing("undated", count=found.undated))
    if not found.events:
        told.append(Missing("no_events"))
    return told


def _told(
    connection: Connection,
    row: Row[Any],
    owners: Mapping[str, dict[str, str]],
    today: date,
    runs: int,
) -> SourceTold:
    query = select(Run.__table__).where(Run.source == row.name)
    last = [
        _run(run)
        for run in connection.execute(query.order_by(Run.started.desc(), Run.id.desc()).limit(runs))
    ]
    found = _found(connection, row.name)
    ended = next((run for run in last if run.verdict != "running"), None)
    return SourceTold(
        name=row.name,
        url=row.url,
        country=row.country,
        first_run=row.first_run,
        organization=owners.get(row.name),
        health=ended.health if ended else "none",
        runs=last,
        found=found,
        missing=missing_of(last, found, today),
    )


def _found(connection: Connection, source: str) -> Found:
    """Read in the index of kind, source and number alone: a site may have a million."""
    dated = Entry.number >= PER_DAY
    query = (
        select(Entry.kind, dated.label("dated"), func.count(), func.max(Entry.number))
        .where(Entry.kind.in_(("article", "event")), Entry.source == source)
        .group_by(Entry.kind, dated)
    )
    counts = {(row[0], bool(row[1])): (row[2], row[3]) for row in connection.execute(query)}
    known, latest = counts.get(("article", True), (0, 0))
    undated = counts.get(("article", False), (0, 0))[0]
    events = sum(count for (kind, _), (count, _) in counts.items() if kind == "event")
    newest = str(date.fromordinal(latest // PER_DAY)) if latest else None
    return Found(known + undated, events, undated, newest)


def _run(row: Row[Any]) -> RunTold:
    stale = _is_stale(row)
    verdict = "crashed" if stale else row.verdict or "running"
    return RunTold(
        number=row.id,
        health=_OF_VERDICT.get(verdict, "none"),
        verdict=verdict,
        reason=row.reason or "",
        started=row.started,
        finished=row.finished,
        pages=row.pages,
        items=row.new + row.changed + row.unchanged + row.confirmed,
        new=row.new,
        changed=row.changed,
        trigger=row.trigger,
    )


def _is_stale(row: Any) -> bool:
    """Whether a run that has not ended shows no sign of life any more."""
    return is_stale(row, datetime.now(UTC))
