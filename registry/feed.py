"""The register's changes in one order, for readers who come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from models.changes import database_epoch
from models.cursors import feed_cursor, feed_seq
from models.registry import RegisteredOrganization, RegistryChange
from registry.rows import select_in

FEED = "register"
"""What its cursors say that they are of."""

MOST = 1_000
"""As many changes are read at once at most."""


@dataclass(frozen=True, slots=True)
class RegisterChange:
    """One step of the register; see `models.registry.RegistryChange`. name: the organization's
    canonical name now."""

    seq: int
    kind: str
    organization: str
    name: str
    old: Any
    new: Any
    source: str | None
    url: str | None
    words: str
    day: str
    recorded_at: datetime


def register_changes(
    engine: Engine,
    cursor: str | None = None,
    limit: int = 100,
    *,
    since: datetime | None = None,
    organization: str | None = None,
) -> tuple[list[RegisterChange], str]:
    """The next changes after a cursor, oldest first, and the cursor to go on with.

    since: only those recorded from then on. Their numbers are of one sequence of their own,
    beside that of the claims; none may be lost. Raises CursorExpired where the database was
    rebuilt since, and CursorInvalid for what is no cursor of this feed.
    """
    table = RegistryChange
    with engine.connect() as connection:
        epoch = database_epoch(connection)
        newest = connection.execute(select(func.max(table.seq))).scalar() or 0
        after = feed_seq(cursor, FEED, epoch, newest) if cursor else 0
        query = (
            select(
                *(table.seq, table.kind, table.organization, RegisteredOrganization.name),
                *(table.old, table.new, table.source, table.url, table.words, table.day),
                table.recorded_at,
            )
            .join(RegisteredOrganization, RegisteredOrganization.id == table.organization)
            .where(table.seq > after)
            .order_by(table.seq)
            .limit(max(1, min(limit, MOST)))
        )
        if since is not None:
            query = query.where(table.recorded_at >= since)
        if organization is not None:
            query = query.where(table.organization == organization)
        rows = connection.execute(query).all()
        names = _names(connection, {one for row in rows for one in _ids(row.old) + _ids(row.new)})
    records = [
        RegisterChange(
            **{**row._mapping, "old": _named(row.old, names), "new": _named(row.new, names)}
        )
        for row in rows
    ]
    return records, feed_cursor(FEED, epoch, records[-1].seq if records else after)


def _ids(value: Any) -> list[str]:
    """Organizations stand in changes as lists of their ids."""
    return value if isinstance(value, list) else []


def _named(value: Any, names: dict[str, str]) -> Any:
    """Each id with the name that its organization has now."""
    if not isinstance(value, list):
        return value
    return [{"id": one, "name": names.get(one, "")} for one in value]


def _names(connection: Connection, ids: set[str]) -> dict[str, str]:
    table = RegisteredOrganization
    query = select(table.id, table.name)
    return {row.id: row.name for row in select_in(connection, query, table.id, ids)}
