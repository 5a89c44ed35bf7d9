"""Reading what happened: the feed of changes, and the history of one item."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, and_, func, select

from models.cursors import feed_cursor, feed_seq
from models.history import Change, ItemVersion, Meta

MOST = 1_000
"""As many changes are read at once at most."""


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """One change, with the item's content as it stands after it.

    op: create, update, missing, restore, cancel or remove. data: under the vocabulary's names,
    without the fields that have no value.
    """

    seq: int
    item_id: str
    kind: str
    source: str
    op: str
    version: int
    recorded_at: datetime
    run_id: int
    fetched_at: datetime
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One step in an item's life. differences: field, then its old and its new value."""

    change: ChangeRecord
    extractor: str
    differences: dict[str, tuple[Any, Any]] = field(default_factory=dict)


def changes_after(
    engine: Engine, cursor: str | None = None, limit: int = 100
) -> tuple[list[ChangeRecord], str]:
    """The next changes after a cursor, oldest first, and the cursor to go on with.

    Without a cursor: from the beginning. None may be lost: a change is visible only after all
    that have a lower number. Raises CursorExpired where the database was rebuilt or set back
    since, so that the reader must start over, and CursorInvalid for anything that is no cursor.
    """
    with engine.connect() as connection:
        epoch = database_epoch(connection)
        after = feed_seq(cursor, "", epoch, _newest(connection)) if cursor else 0
        rows = connection.execute(
            _changes().where(Change.seq > after).limit(max(1, min(limit, MOST)))
        ).all()
    records = [ChangeRecord(*list(row)[:-1]) for row in rows]
    return records, cursor_at(epoch, records[-1].seq if records else after)


def history(engine: Engine, item_id: str) -> list[HistoryEntry]:
    """All that happened to an item, oldest first; empty for an unknown id."""
    with engine.connect() as connection:
        rows = connection.execute(_changes().where(Change.item_id == item_id)).all()
    entries: list[HistoryEntry] = []
    before: dict[str, Any] = {}
    for row in rows:
        record = ChangeRecord(*list(row)[:-1])
        entries.append(HistoryEntry(record, row.extractor, differences(before, record.data)))
        before = record.data
    return entries


def differences(old: dict[str, Any], new: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Fields whose values differ, as (old, new); all of them where there was nothing before."""
    names = [*old, *(name for name in new if name not in old)]
    return {
        name: (old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)
    }


def database_epoch(connection: Connection) -> str:
    """The name of this life of the database: another one numbers its changes anew."""
    return connection.execute(select(Meta.value).where(Meta.key == "epoch")).scalar_one()


def cursor_at(epoch: str, seq: int) -> str:
    """The cursor to go on with after a change, by its number, in a life of the database."""
    return feed_cursor("", epoch, seq)


def _changes() -> Any:
    return (
        select(
            Change.seq,
            Change.item_id,
            Change.kind,
            Change.source,
            Change.op,
            Change.version,
            Change.recorded_at,
            Change.run_id,
            ItemVersion.fetched_at,
            ItemVersion.data,
            ItemVersion.extractor,
        )
        .join(
            ItemVersion,
            and_(ItemVersion.item_id == Change.item_id, ItemVersion.version == Change.version),
        )
        .order_by(Change.seq)
    )


def _newest(connection: Connection) -> int:
    return connection.scalar(select(func.max(Change.seq))) or 0
