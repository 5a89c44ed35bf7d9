"""What stands around names: their organizations, their sources, and who shares their claims."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from models.registry import Alias, Link
from registry.rows import select_in

_ACTIVE = ("publisher", "organizer")


def organizations_of(connection: Connection, keys: Iterable[str]) -> set[str]:
    """The organizations of these names."""
    rows = select_in(connection, select(Alias.organization), Alias.key, keys)
    return {row.organization for row in rows if row.organization}


def neighbours(connection: Connection, keys: Iterable[str]) -> set[str]:
    """The organizations that claims name together with these names."""
    query = select(Link.claim_id).where(Link.role.not_in(_ACTIVE)).distinct()
    claims = {row.claim_id for row in select_in(connection, query, Link.alias, keys)}
    together = select(Alias.organization).join(Link, Link.alias == Alias.key).distinct()
    rows = select_in(connection, together, Link.claim_id, claims)
    return {row.organization for row in rows if row.organization}


def places_of(connection: Connection, keys: Iterable[str]) -> set[tuple[str, str]]:
    """In which sources these names stand, as (source, name)."""
    query = select(Link.source, Link.alias).where(Link.role != "publisher").distinct()
    return {(row.source, row.alias) for row in select_in(connection, query, Link.alias, keys)}
