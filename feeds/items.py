"""Stored items under the vocabulary's names, one JSON-ready mapping each."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from models.claims import KINDS, Article, Certification, Claim, Event

TYPES = {
    "article": "NewsArticle",
    "event": "Event",
    "certification": "Certification",
    "organization": "Organization",
    "relation": "Relation",
}
"""The vocabulary's type of each kind."""

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


def newest(engine: Engine, kind: str, limit: int, source: str | None = None) -> list[Claim]:
    """The newest current items of a kind: news by publication, events by start (the latest
    first), certifications by scheme, round and holder. Undated news come last."""
    table = KINDS[kind]
    query = select(table).where(table.current())
    if source:
        query = query.where(table.source == source)
    order = {
        "article": (Article.date_published.is_(None), Article.date_published.desc(), Article.id),
        "event": (Event.start.desc(), Event.id),
        "certification": (
            Certification.scheme,
            Certification.round,
            Certification.level,
            Certification.holder,
            Certification.id,
        ),
    }.get(kind, (table.id,))
    with Session(engine) as session:
        return list(session.scalars(query.order_by(*order).limit(limit)))
