"""One transaction of the store: several visits, each with its page's state, its items, their
versions and the changes, or nothing of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, select, text, update

from models.base import Base
from models.bulk import insert_rows, insert_unknown
from models.claims import KINDS
from models.leases import LEASE, beat
from models.pages import Page
from models.runs import COUNTERS, Run
from pipelines.clean import clean
from pipelines.comparison import RunFacts, Work, compare, says_the_same
from pipelines.visits import PreparedVisit, Refusal

CHANGES_LOCK = 0x66656564
"""Held on PostgreSQL from the first change row of a transaction to its commit, so that the
order of the sequence is the order in which readers come to see it."""


def store_visits(
    connection: Connection,
    visits: list[PreparedVisit],
    runs: Mapping[int, RunFacts],
    now: datetime,
    lease: timedelta = LEASE,
    batch: str | None = None,
) -> dict[int, Counter[str]]:
    """Write the visits, no page twice among them; returns what was counted for each run.

    batch: a name for `was_stored`, should the end of the transaction not be heard of. Raises
    LeaseLost where a run was closed meanwhile: its row is locked first, and a source's
    pages are written under a live run only, so nobody else writes the same pages.
    """
    for run_id in sorted({visit.run_id for visit in visits}):
        beat(connection, run_id, now, lease, last_batch=batch)
    work = Work(now, runs)
    known = _pages(connection, [visit.page_id for visit in visits])
    reread = [
        visit.page_id
        for visit in visits
        if visit.page_id in known
        and not says_the_same(visit, known[visit.page_id].input_hash)
        and visit.page is not None
        and (visit.items_hash is None or visit.items_hash != known[visit.page_id].items_hash)
    ]
    stored = _claims(connection, reread)
    for visit in visits:
        compare(work, visit, known.get(visit.page_id), stored.get(visit.page_id, {}))
    _write(connection, work)
    for run_id, counts in sorted(work.counts.items()):
        _count(connection, run_id, counts)
    return work.counts


def known_inputs(connection: Connection, visits: list[PreparedVisit]) -> dict[str, str | None]:
    """The stored input hashes of the visits' pages, by the page's id."""
    ids = [visit.page_id for visit in visits if visit.page is not None]
    rows = connection.execute(select(Page.id, Page.input_hash).where(Page.id.in_(ids)))
    return {row.id: row.input_hash for row in rows}


def was_stored(connection: Connection, run_id: int, batch: str) -> bool:
    """Whether the run's last transaction was this one."""
    last = connection.execute(select(Run.last_batch).where(Run.id == run_id)).scalar()
    return last == batch


def reject_page(
    connection: Connection,
    run_id: int,
    run: RunFacts,
    url: str,
    items: int,
    refusal: Refusal,
    now: datetime,
) -> dict[int, Counter[str]]:
    """Record a page that cannot be stored at all; its items count as rejected."""
    beat(connection, run_id, now)
    row = {
        "run_id": run_id,
        "source": run.source,
        "url": clean(url, 1_000),
        "kind": refusal.kind,
        "payload": clean(refusal.payload, 10_000),
        "error": clean(refusal.error, 1_000),
        "recorded_at": now,
    }
    insert_rows(connection, _table("rejected"), [row])
    counts = Counter(pages=1, failed=1, scraped=items, rejected=items)
    _count(connection, run_id, counts)
    return {run_id: counts}


def _pages(connection: Connection, ids: list[str]) -> dict[str, Row[Any]]:
    table = _table("page")
    columns = [column for column in table.c if column.name != "links"]
    rows = connection.execute(select(*columns).where(table.c.id.in_(ids)))
    return {row.id: row for row in rows}


def _claims(connection: Connection, pages: list[str]) -> dict[str, dict[str, Row[Any]]]:
    """What is stored of these pages: page, then item, then its state."""
    found: dict[str, dict[str, Row[Any]]] = {}
    if not pages:
        return found
    for kind, model in KINDS.items():
        rows = connection.execute(
            select(
                model.id,
                model.page_id,
                model.content_hash,
                model.version,
                model.missing_since,
                model.removed_at,
                text(f"'{kind}' AS kind"),
            ).where(model.page_id.in_(pages))
        )
        for row in rows:
            found.setdefault(row.page_id, {})[row.id] = row
    return found


def _write(connection: Connection, work: Work) -> None:
    for name in ("page", *KINDS, "item_version", "rejected"):
        insert_rows(connection, _table(name), work.inserts.get(name, []))
    for name, rows in work.updates.items():
        _update_rows(connection, name, rows)
    for name, rows in work.ignorable.items():
        insert_unknown(connection, _table(name), rows)
    lock_changes(connection, work.inserts.get("change", []))
    insert_rows(connection, _table("change"), work.inserts.get("change", []))


def lock_changes(connection: Connection, rows: Iterable[object]) -> None:
    """To be called before change rows are written; see CHANGES_LOCK."""
    if rows and connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": CHANGES_LOCK})


def _update_rows(connection: Connection, name: str, rows: list[dict[str, Any]]) -> None:
    kind, _, action = name.partition(":")
    table = _table(kind)
    if kind == "page":
        connection.execute(update(table).where(table.c.id == bindparam("page")), rows)
        return
    statement = update(table).where(table.c.id == bindparam("item"))
    if action == "missing":
        statement = statement.values(missing_since=bindparam("since"))
    elif action == "restore":
        away = ("missing_since", "removed_at", "cancelled_at")
        statement = statement.values({name: None for name in away if name in table.c})
    connection.execute(statement, rows)


def _count(connection: Connection, run_id: int, counts: Counter[str]) -> None:
    table = _table("run")
    connection.execute(
        update(table)
        .where(table.c.id == run_id)
        .values({name: table.c[name] + counts[name] for name in COUNTERS if counts[name]})
    )


def _table(name: str) -> Table:
    return Base.metadata.tables[name]
