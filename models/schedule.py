"""What planning needs to know of each source, so that it need not be counted anew every minute.

Everything here follows from runs and articles, but for what was told of: `news_of` hands out the
runs that are not taken in yet, `keep` takes them in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, ForeignKey, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert_postgresql
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Serial, utc_text
from models.claims import Article
from models.database import writing
from models.leases import is_stale
from models.runs import Run

NO_VISITS = ("reparse", "ingest")
"""Triggers of runs that ask no site."""

_LATE = timedelta(hours=1)
"""A run may become visible so long after the moment that it says it ended at."""


class Schedule(Base):
    """One source as planning sees it.

    run_id: the last run taken in. visited: when it ended. failures: visits in a row that ended
    partial, blocked, unreachable or crashed. since: the end of the first complete run. posts,
    days: news, and the time in which they appeared, weighted by age as of `visited`. newest: the
    day of the newest dated news, as YYYY-MM-DD. told: the verdict that was last told to whom it
    concerns, empty for none.
    """

    __tablename__ = "schedule"

    source: Mapped[str] = mapped_column(ForeignKey("source.name"), primary_key=True)
    run_id: Mapped[int] = mapped_column(Serial)
    visited: Mapped[datetime]
    verdict: Mapped[str]
    failures: Mapped[int]
    since: Mapped[datetime | None]
    posts: Mapped[float]
    days: Mapped[float]
    newest: Mapped[str | None]
    told: Mapped[str] = mapped_column(default="", server_default="")


@dataclass(frozen=True, slots=True)
class Post:
    """A piece of news: its day (YYYY-MM-DD) or None, and when it was first seen."""

    day: str | None
    first_seen: datetime


def schedules(engine: Engine) -> dict[str, Schedule]:
    """What is known, by source."""
    with Session(engine, expire_on_commit=False) as session:
        return {row.source: row for row in session.scalars(select(Schedule))}


def fresh_runs(engine: Engine, now: datetime) -> list[Run]:
    """Runs over sites that ended and are not taken in, oldest first."""
    with Session(engine, expire_on_commit=False) as session:
        last = session.scalar(select(func.max(Schedule.visited)))
        query = (
            select(Run)
            .outerjoin(Schedule, Schedule.source == Run.source)
            .where(
                Run.finished.is_not(None),
                Run.trigger.not_in(NO_VISITS),
                or_(Schedule.run_id.is_(None), Run.id > Schedule.run_id),
            )
            .order_by(Run.id)
        )
        if last is not None:
            query = query.where(Run.finished >= min(last, now) - _LATE)
        return list(session.scalars(query))


def live_sources(engine: Engine, now: datetime) -> set[str]:
    """Sources that a run has now, and is alive."""
    with Session(engine) as session:
        runs = session.scalars(select(Run).where(Run.finished.is_(None)))
        return {run.source for run in runs if not is_stale(run, now)}


def visits_since(engine: Engine, moment: datetime, trigger: str) -> int:
    """How many runs of a trigger ended since, or are under way."""
    query = select(func.count()).where(
        Run.trigger == trigger, or_(Run.finished >= moment, Run.finished.is_(None))
    )
    with engine.connect() as connection:
        return connection.scalar(query) or 0


def was_visited(engine: Engine, source: str, since: datetime) -> bool:
    """Whether a visit of the source ended since."""
    query = select(Run.id).where(
        Run.source == source, Run.finished >= since, Run.trigger.not_in(NO_VISITS)
    )
    with engine.connect() as connection:
        return connection.execute(query.limit(1)).first() is not None


def posts_of(engine: Engine, source: str, since: datetime) -> list[Post]:
    """The source's news dated or first seen since, each headline of a day once."""
    exact = Article.date_published_precision.in_(("day", "minute"))
    query = (
        select(Article.date_published, exact, func.min(Article.first_seen))
        .where(
            Article.source == source,
            Article.removed_at.is_(None),
            or_(Article.date_published >= utc_text(since)[:10], Article.first_seen >= since),
        )
        .group_by(Article.headline, Article.date_published, exact)
    )
    with engine.connect() as connection:
        return [
            Post(day[:10] if day and is_exact else None, seen)
            for day, is_exact, seen in connection.execute(query)
        ]


def keep(engine: Engine, rows: Iterable[Mapping[str, Any]]) -> None:
    """Take in what runs brought: rows of `Schedule` without `told`.

    Where another process took in a later run of a source meanwhile, its row stays.
    """
    values = [dict(row) for row in rows]
    if not values:
        return
    with writing(engine) as connection:
        upsert = upsert_postgresql if engine.dialect.name == "postgresql" else upsert_sqlite
        statement = upsert(Schedule)
        table = Schedule.__table__
        fresh = {c.name: c for c in statement.excluded if c.name not in ("source", "told")}
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["source"],
                set_=fresh,
                where=table.c.run_id < statement.excluded.run_id,
            ),
            values,
        )


def claim_telling(engine: Engine, verdicts: Iterable[str]) -> list[tuple[Run, str]]:
    """Sources whose verdict is one of `verdicts` and was not told of: each to one caller only.

    Returns the runs, with the verdict that was told before ("" for none). A source that came
    out of it is forgotten, so that the next time is told again.
    """
    wanted = tuple(verdicts)
    taken: list[tuple[int, str]] = []
    with writing(engine) as connection:
        connection.execute(
            update(Schedule)
            .where(Schedule.told != "", Schedule.verdict.not_in(wanted))
            .values(told="")
        )
        for row in _untold(connection, wanted):
            done = connection.execute(
                update(Schedule)
                .where(Schedule.source == row.source, Schedule.told == row.told)
                .values(told=row.verdict)
            )
            if done.rowcount:
                taken.append((row.run_id, row.told))
    if not taken:
        return []
    with Session(engine, expire_on_commit=False) as session:
        runs = {
            run.id: run
            for run in session.scalars(select(Run).where(Run.id.in_([run for run, _ in taken])))
        }
    return [(runs[run], before) for run, before in taken]


def _untold(connection: Connection, verdicts: tuple[str, ...]) -> list[Any]:
    query = (
        select(Schedule.source, Schedule.run_id, Schedule.verdict, Schedule.told)
        .where(Schedule.verdict.in_(verdicts), Schedule.told != Schedule.verdict)
        .order_by(Schedule.source)
        .with_for_update()
    )
    return list(connection.execute(query))
