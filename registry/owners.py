"""Whose websites the sources are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256

from sqlalchemy import Connection, select

from models.base import canonical_json
from models.bulk import insert_rows
from models.registry import SourceOwner
from registry.rows import table
from registry.statements import Owner


def owners_mark(owners: Mapping[str, Owner]) -> str:
    """Short text that is equal for equal owners."""
    facts = {source: asdict(owner) for source, owner in owners.items()}
    return sha256(canonical_json(facts).encode()).hexdigest()[:16]


def exchange_owners(
    connection: Connection, owners: Mapping[str, Owner] | None
) -> tuple[dict[str, Owner], set[str], set[str]]:
    """Write the owners given, None to keep those that are known.

    Returns the owners now, the sources that have none any more, and those where it changed.
    """
    known = {
        row.source: Owner(row.name, row.country, row.language, row.kind)
        for row in connection.execute(select(SourceOwner.__table__))
    }
    if owners is None or dict(owners) == known:
        return known, set(), set()
    target = table("source_owner")
    connection.execute(target.delete())
    insert_rows(
        connection,
        target,
        [{"source": source, **asdict(owner)} for source, owner in sorted(owners.items())],
    )
    moved = {s for s in {*known, *owners} if known.get(s) != owners.get(s)}
    return dict(owners), set(known) - set(owners), moved
