"""Reading what happened: the feed of changes, and the history of one item."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Integer,
    and_,
    bindparam,
    func,
    select,
    type_coerce,
)

from models.base import PlainText
from models.cursors import feed_cursor, feed_seq
from models.history import Change, ItemVersion, Meta

MOST = 1_000
"""As many changes are read at once at most."""


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """One change, with the item's content as it stands after it.

    op: create, update, missing, restore, cancel or remove. content: the item under the
    vocabulary's names, without the fields that have no value, as canonical JSON.
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
    content: str

    @property
    def data(self) -> dict[str, Any]:
        """The content, read."""
        found: dict[str, Any] = json.loads(self.content)
        return found


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
        values = {"after": after, "limit": max(1, min(limit, MOST))}
        rows = connection.execute(_BEHIND, values).all()
    records = [ChangeRecord(*list(row)[:-1]) for row in rows]
    return records, cursor_at(epoch, records[-1].seq if records else after)


def history(engine: Engine, item_id: str) -> list[HistoryEntry]:
    """All that happened to an item, oldest first; empty for an unknown id."""
    with engine.connect() as connection:
        rows = connection.execute(_CHANGES.where(Change.item_id == item_id)).all()
    entries: list[HistoryEntry] = []
    before: dict[str, Any] = {}
    for row in rows:
        record = ChangeRecord(*list(row)[:-1])
        data = record.data
        entries.append(HistoryEntry(record, row.extractor, differences(before, data)))
        before = data
    return entries


def differences(old: dict[str, Any], new: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Fields whose values differ, as (old, new); all of them where there was nothing before."""
    names = [*old, *(name for name in new if name not in old)]
    return {
        name: (old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)
    }


def database_epoch(connection: Connection) -> str:
    """The name of this life of the database: another one numbers its changes anew."""
    return connection.execute(_EPOCH).scalar_one()


def cursor_at(epoch: str, seq: int) -> str:
    """The cursor to go on with after a change, by its number, in a life of the database."""
    return feed_cursor("", epoch, seq)


_CHANGES = (
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
        type_coerce(ItemVersion.data, PlainText),
        ItemVersion.extractor,
    )
    .join(
        ItemVersion,
        and_(ItemVersion.item_id == Change.item_id, ItemVersion.version == Change.version),
    )
    .order_by(Change.seq)
)
_BEHIND = _CHANGES.where(Change.seq > bindparam("after")).limit(bindparam("limit", type_=Integer))
_NEWEST = select(func.max(Change.seq))
_EPOCH = select(Meta.value).where(Meta.key == "epoch")


def _newest(connection: Connection) -> int:
    return connection.scalar(_NEWEST) or 0
