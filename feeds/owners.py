"""Whose websites the sources are."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, select

from models.registry import Alias, Link, RegisteredOrganization, owner_claim
from registry.rows import chunks


def owners_of(connection: Connection, sources: Iterable[str]) -> dict[str, dict[str, str]]:
    """By source, the id and name of the organization whose website it is."""
    found = {}
    for claims in chunks(map(owner_claim, sources)):
        for source, owner, name in connection.execute(_OWNERS, {"claims": claims}).all():
            found[source] = {"id": owner, "name": name}
    return found


_OWNERS = (
    select(Link.source, RegisteredOrganization.id, RegisteredOrganization.name)
    .join(Alias, Alias.key == Link.alias)
    .join(RegisteredOrganization, RegisteredOrganization.id == Alias.organization)
    .where(Link.role == "owner", Link.claim_id.in_(bindparam("claims", expanding=True)))
    .order_by(Link.source, RegisteredOrganization.id)
)
