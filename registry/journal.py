"""The register's own changes: collected while it is settled, written with their evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from models.base import canonical_json
from models.bulk import insert_rows
from models.claims import KINDS, kind_of
from registry.rows import select_in, table


class Journal:
    """Collects changes of one settling, in the order in which they are told."""

    def __init__(self, now: datetime, today: date) -> None:
        self.now = now
        self.today = today
        self._told: list[tuple[dict[str, Any], tuple[str, ...]]] = []

    def tell(
        self,
        kind: str,
        organization: str,
        old: Any,
        new: Any,
        *,
        claims: Iterable[str] = (),
        url: str | None = None,
        day: str | None = None,
        words: str = "",
    ) -> None:
        """Note a change. claims: what it rests on; its source, address and words are told too.
        day: when it held, as far as known; else today."""
        row = {
            "kind": kind,
            "organization": organization,
            # As JSON already: the column takes plain text for that.
            "old": None if old is None else canonical_json(old),
            "new": None if new is None else canonical_json(new),
            "source": None,
            "url": url,
            "words": words,
            "day": day or self.today.isoformat(),
            "recorded_at": self.now,
        }
        self._told.append((row, tuple(claims)))

    def write(self, connection: Connection) -> int:
        """Write all changes; returns how many there were. The registry's lock must be held."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for _, claims in self._told:
            for claim in claims[:1]:
                wanted[kind_of(claim) or ""].add(claim)
        found: dict[str, Any] = {}
        for kind, ids in wanted.items():
            columns = KINDS[kind].__table__.c
            query = select(columns["id"], columns["source"], columns["url"], columns["evidence"])
            found.update({row.id: row for row in select_in(connection, query, columns["id"], ids)})
        rows: list[dict[str, Any]] = []
        for change, claims in self._told:
            first = found.get(claims[0]) if claims else None
            if first is not None:
                change |= {"source": first.source, "url": change["url"] or first.url}
                change["words"] = ": ".join(filter(None, (change["words"], first.evidence)))
            rows.append(change)
        insert_rows(connection, table("registry_change"), rows)
        return len(self._told)
