"""Runs over sources: who holds a source, how a run ends, and how the last ones went."""

from __future__ import annotations

import os
import socket
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert_postgresql
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.base import Base
from models.database import writing
from models.errors import LeaseLost, RunInProgress
from models.runs import COUNTERS, VERDICTS, Run, Source

LEASE = timedelta(minutes=5)
"""How long a run counts as alive after its last sign of life."""

HELD = "clusterfeed/held"
"""The counter of a run that says how many items the store had of its source at the end."""

COMPLETE_VERDICTS = ("ok", "empty", "degraded")


def begin_run(
    engine: Engine,
    source: str,
    *,
    trigger: str = "manual",
    code_version: str = "",
    url: str | None = None,
    lease: timedelta = LEASE,
    now: datetime | None = None,
) -> int:
    """Take the source and open a run over it; returns the run's id.

    trigger: what started it (manual, schedule, reparse, ...). code_version: of the extractor;
    it is kept with every item version. url: the source's address. Raises RunInProgress while
    another run holds the source. A run that showed no sign of life for its lease, or whose
    process on this machine is gone, is marked crashed and taken over.
    """
    moment = now or datetime.now(UTC)
    try:
        with writing(engine) as connection:
            register_source(connection, source, moment, url)
            live = connection.execute(
                select(Run.id, Run.started, Run.owner, Run.lease_until)
                .where(Run.source == source, Run.finished.is_(None))
                .with_for_update()
            ).one_or_none()
            if live is not None:
                if live.lease_until > moment and not died(live.owner):
                    raise RunInProgress(source, live.started, live.owner, live.id)
                _close_crashed(connection, live.id, moment)
            run_id: int = connection.execute(
                insert(Run).returning(Run.id),
                {
                    "source": source,
                    "trigger": trigger,
                    "code_version": code_version,
                    "owner": owner(),
                    "started": moment,
                    "heartbeat": moment,
                    "lease_until": moment + lease,
                },
            ).scalar_one()
            return run_id
    except IntegrityError:
        # Another process began between our look and our insert.
        with engine.connect() as connection:
            other = connection.execute(
                select(Run.id, Run.started, Run.owner).where(
                    Run.source == source, Run.finished.is_(None)
                )
            ).first()
        if other is None:
            raise
        raise RunInProgress(source, other.started, other.owner, other.id) from None


def heartbeat(
    engine: Engine, run_id: int, *, lease: timedelta = LEASE, now: datetime | None = None
) -> None:
    """A sign of life. Raises LeaseLost if the run was closed meanwhile."""
    with writing(engine) as connection:
        beat(connection, run_id, now or datetime.now(UTC), lease)


def beat(
    connection: Connection,
    run_id: int,
    now: datetime,
    lease: timedelta = LEASE,
    **values: Any,
) -> None:
    """A sign of life within a transaction, which holds the run's row from then on.

    values: of other columns of the run, to be set with it.
    """
    table = Base.metadata.tables["run"]
    alive = connection.execute(
        update(table)
        .where(table.c.id == run_id, table.c.finished.is_(None))
        .values(heartbeat=now, lease_until=now + lease, **values)
    )
    if alive.rowcount != 1:
        raise LeaseLost(f"run {run_id} was closed by another process; it writes no more")


def finish_run(
    engine: Engine,
    run_id: int,
    verdict: str,
    reason: str = "",
    counters: Mapping[str, Any] | None = None,
    *,
    complete: bool | None = None,
    now: datetime | None = None,
) -> Run:
    """Close a run with its verdict and why; returns it as stored.

    counters: what the crawl itself counted, kept in `details`. complete: whether it ended by
    itself within its budget; by default so for ok, empty and degraded. A run whose items do
    not add up (scraped = new + changed + unchanged + rejected) is at best degraded, and says
    so. Raises LeaseLost if the run was closed already, ValueError for an unknown verdict.
    """
    if verdict not in VERDICTS:
        raise ValueError(f"no such verdict: {verdict}")
    moment = now or datetime.now(UTC)
    with writing(engine) as connection, Session(connection, expire_on_commit=False) as session:
        run = session.scalars(select(Run).where(Run.id == run_id).with_for_update()).one()
        if run.finished is not None:
            raise LeaseLost(f"run {run_id} was closed before ({run.verdict})")
        if not run.adds_up:
            verdict = "degraded" if verdict in COMPLETE_VERDICTS else verdict
            sums = f"{run.scraped} items scraped, {run.new + run.changed + run.unchanged} stored"
            reason = f"{reason}; {sums}, {run.rejected} rejected".lstrip("; ")
        run.finished = run.heartbeat = moment
        run.verdict = verdict
        run.reason = reason
        run.complete = verdict in COMPLETE_VERDICTS if complete is None else complete
        run.details = {**run.details, **(counters or {})}
        session.flush()
        session.expunge(run)
    return run


def latest_runs(engine: Engine) -> list[Run]:
    """Each source's last run, by the source's name.

    A run whose process died shows as it stands in the database, unfinished, until its lease
    is over; `is_stale` tells.
    """
    newest = select(func.max(Run.id)).group_by(Run.source)
    with Session(engine, expire_on_commit=False) as session:
        return list(session.scalars(select(Run).where(Run.id.in_(newest)).order_by(Run.source)))


def runs_by_id(engine: Engine, ids: Collection[int]) -> list[Run]:
    """The runs of these ids, in their order."""
    with Session(engine, expire_on_commit=False) as session:
        return list(session.scalars(select(Run).where(Run.id.in_(ids)).order_by(Run.id)))


def is_stale(run: Run, now: datetime | None = None) -> bool:
    """Whether an unfinished run shows no sign of life any more: it crashed."""
    moment = now or datetime.now(UTC)
    return run.finished is None and (run.lease_until <= moment or died(run.owner))


def medians(engine: Engine, source: str, *, runs: int = 8) -> dict[str, float]:
    """Medians of each counter, of `items` and of `held`, over the source's last complete runs.

    held: the items that the store had of the source when the run ended; `items`, those that the
    run saw, are few where most pages were left alone. Empty where there is no complete run yet.
    """
    with Session(engine) as session:
        last = session.scalars(
            select(Run)
            .where(Run.source == source, Run.complete.is_(True), Run.trigger != "reparse")
            .order_by(Run.id.desc())
            .limit(runs)
        ).all()
        if not last:
            return {}
        names = (*COUNTERS, "items")
        found = {name: median(getattr(run, name) for run in last) for name in names}
        return found | {"held": median(run.details.get(HELD, run.items) for run in last)}


def register_source(
    connection: Connection, name: str, now: datetime, url: str | None = None
) -> None:
    """Make sure that the source has its row."""
    upsert = upsert_postgresql if connection.dialect.name == "postgresql" else upsert_sqlite
    statement = upsert(Source).values(name=name, url=url, first_run=now)
    if url is None:
        connection.execute(statement.on_conflict_do_nothing())
    else:
        connection.execute(
            statement.on_conflict_do_update(index_elements=["name"], set_={"url": url})
        )


def _close_crashed(connection: Connection, run_id: int, now: datetime) -> None:
    connection.execute(
        update(Run)
        .where(Run.id == run_id)
        .values(finished=now, verdict="crashed", complete=False, reason="no sign of life")
    )


def run_of(engine: Engine, source: str, who: str) -> Run | None:
    """The last run of a source by an owner (see `owner`), None where it began none."""
    query = (
        select(Run).where(Run.source == source, Run.owner == who).order_by(Run.id.desc()).limit(1)
    )
    with Session(engine, expire_on_commit=False) as session:
        return session.scalar(query)


def close_lost(
    engine: Engine, source: str, who: str, reason: str, *, now: datetime | None = None
) -> Run | None:
    """Close the run that an owner left open as crashed; None where there is none."""
    with writing(engine) as connection:
        closed = connection.execute(
            update(Run)
            .where(Run.source == source, Run.owner == who, Run.finished.is_(None))
            .values(
                finished=now or datetime.now(UTC), verdict="crashed", complete=False, reason=reason
            )
        )
    return run_of(engine, source, who) if closed.rowcount else None


def owner(pid: int | None = None) -> str:
    """Who a process of this machine is, for others to see: machine, process, and which life of
    the machine. pid: another process than this one."""
    return f"{socket.gethostname()}:{pid or os.getpid()}:{_life()}"


@cache
def _life() -> str:
    """This boot and process namespace: process ids mean nothing outside of it."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot[:8]}-{os.stat('/proc/self/ns/pid').st_ino}"
    except OSError:
        return ""


def died(who: str) -> bool:
    """Whether the owner is a process of this very machine that is no more."""
    parts = who.rsplit(":", 2)
    if len(parts) != 3 or not _life() or parts[2] != _life() or not parts[1].isdigit():
        return False
    return not Path(f"/proc/{parts[1]}").exists()
