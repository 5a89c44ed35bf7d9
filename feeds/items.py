"""Stored items under the vocabulary's names, one JSON-ready mapping each."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from feeds.views import TYPES, moment
from models.changes import ChangeRecord
from models.claims import KINDS, Article, Certification, Event, kind_of

_INTERNAL = {
    "page_id",
    "natural_key",
    "content_hash",
    "version",
    "missing_since",
    "removed_at",
    "cancelled_at",
}


def stored_items(engine: Engine, source: str | None = None) -> Iterator[dict[str, Any]]:
    """All current items, kind by kind, in the order of their ids; read as a stream."""
    for kind, table in KINDS.items():
        columns = [c for c in table.__table__.columns if c.name not in _INTERNAL]
        query = select(*columns).where(table.current()).order_by(table.id)
        if source:
            query = query.where(table.source == source)
        with engine.connect() as connection:
            rows = connection.execution_options(yield_per=500).execute(query)
            for row in rows.mappings():
                values = {name: _plain(value) for name, value in row.items()}
                yield {"type": TYPES[kind], **values}


def stored_item(engine: Engine, item_id: str) -> dict[str, Any] | None:
    """One item by its id, also one that is not stated any more; None for an unknown id.

    missing_since, removed_at: since when its page no longer states it, and when that was taken
    for its end; both None while it stands.
    """
    kind = kind_of(item_id)
    if kind is None:
        return None
    table = KINDS[kind]
    shown = _INTERNAL - {"missing_since", "removed_at"}
    columns = [c for c in table.__table__.columns if c.name not in shown]
    with engine.connect() as connection:
        row = connection.execute(select(*columns).where(table.id == item_id)).one_or_none()
    if row is None:
        return None
    return {"type": TYPES[kind], **{k: _plain(v) for k, v in row._mapping.items()}}


def change_view(record: ChangeRecord) -> dict[str, Any]:
    """A change with the item as it stands after it."""
    item = {**record.data, "fetched_at": moment(record.fetched_at)}
    return {**_change(record), "item": item}


def change_json(record: ChangeRecord) -> bytes:
    """`change_view` as JSON. What is stored as JSON is not read and written again: a mirror
    takes a hundred changes at once."""
    item = f'{record.content[:-1]},"fetched_at":"{moment(record.fetched_at)}"}}'
    return b'%b,"item":%b}' % (to_json(_change(record))[:-1], item.encode())


def _change(record: ChangeRecord) -> dict[str, Any]:
    return {
        "seq": record.seq,
        "id": record.item_id,
        "type": TYPES[record.kind],
        "source": record.source,
        "op": record.op,
        "version": record.version,
        "recorded_at": moment(record.recorded_at),
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def export_jsonl(engine: Engine, path: Path) -> int:
    """Write every current item as one JSON line; returns how many.

    The file appears whole or not at all: a reader never sees half of it. Raises OSError where it
    cannot be written.
    """
    count = 0
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            for item in stored_items(engine):
                stream.write(json.dumps(item, ensure_ascii=False) + "\n")
                count += 1
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
    return count


def newest(engine: Engine, kind: str, limit: int, source: str | None = None) -> list[Any]:
    """The newest current items of a kind: news by publication, events by start (the latest
    first), certifications by scheme, round and holder. Undated news come last.

    What several pages of a source tell alike (a post on its page and in an archive, a list in
    two posts) is shown once, by its most precise telling.
    """
    table = KINDS[kind]
    query = select(table).where(table.current())
    if source:
        query = query.where(table.source == source)
    shown: dict[Any, Any] = {}
    with Session(engine) as session:
        rows = session.scalars(query.order_by(*_ORDER.get(kind, (table.id,))).limit(limit * 8))
        for row in rows:
            told = shown.get(_telling(row))
            if told is None or _precision(row) > _precision(told):
                shown[_telling(row)] = row
    return list(shown.values())[:limit]


_ORDER: dict[str, tuple[Any, ...]] = {
    "article": (Article.date_published.is_(None), Article.date_published.desc(), Article.id),
    "event": (Event.start.desc(), Event.id),
    "certification": (
        Certification.scheme,
        Certification.round.desc(),
        Certification.level,
        Certification.holder,
        Certification.id,
    ),
}


def _telling(row: Any) -> tuple[Any, ...]:
    match row:
        case Article():
            return row.source, row.headline.casefold()
        case Event():
            return row.source, row.start[:10], (row.end or row.start)[:10], row.city or row.name
        case Certification():
            return row.scheme, row.level or row.round, row.holder.casefold()
    return (row.id,)


def _precision(row: Any) -> int:
    if isinstance(row, Article):
        return len(row.date_published or "")
    return sum(value is not None for value in vars(row).values())
