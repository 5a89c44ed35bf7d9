"""Finding an organization by a name, among any number of them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from languages.names import normal_key, same_organization
from models.registry import Alias, NameBlock, RegisteredOrganization
from registry.names import blocks_of, form_of, is_name
from registry.rows import select_in


@dataclass(frozen=True, slots=True)
class Match:
    """An organization that a name may mean, by which of its names, and how sure that is."""

    organization: str
    alias: str
    how: str
    score: float


def find(connection: Connection, name: str) -> list[Match]:
    """The organizations that a name means, the surest first; empty where it is unknown.

    Equal names come first, then names that can only mean the same one. A name that several
    organizations have is answered with all of them.
    """
    if not is_name(name):
        return []
    alias = select(Alias.key, Alias.name, Alias.organization).where(
        Alias.mentions > 0, Alias.organization.is_not(None)
    )
    found: dict[str, Match] = {}
    for row in connection.execute(alias.where(Alias.form == form_of(name)).order_by(Alias.key)):
        found.setdefault(row.organization, Match(row.organization, row.name, "same name", 1.0))
    if found:
        return _sorted(found)
    words = alias.where(Alias.normal == normal_key(name)).order_by(Alias.key)
    for row in connection.execute(words):
        if same_organization(name, row.name):
            match = Match(row.organization, row.name, "same words", 0.98)
            found.setdefault(row.organization, match)
    if found:
        return _sorted(found)
    query = alias.join(NameBlock, NameBlock.alias == Alias.key).distinct()
    for near in select_in(connection, query, NameBlock.block, blocks_of(name, form_of(name))):
        if same_organization(name, near.name):
            match = Match(near.organization, near.name, "alike", 0.95)
            found.setdefault(near.organization, match)
    return _sorted(found)


def resolve(connection: Connection, organization: str) -> str | None:
    """An organization's present id, through all mergers; None for an unknown one."""
    table = RegisteredOrganization
    for _ in range(100):
        row = connection.execute(
            select(table.id, table.merged_into).where(table.id == organization)
        ).one_or_none()
        if row is None or row.merged_into is None:
            return row.id if row else None
        organization = row.merged_into
    return None


def _sorted(found: dict[str, Match]) -> list[Match]:
    return sorted(found.values(), key=lambda match: (-match.score, match.organization))
