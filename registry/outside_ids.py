"""Organizations' ids in other works: Wikidata, ROR and the European cluster platform.

Equal ids are evidence that two names mean one organization. Two that have different ids in one
work are never joined without a person.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select

from models.bulk import insert_rows
from models.registry import Alias, NameBlock, OutsideId
from registry.rows import delete_in, select_in, table

BLOCK = "i:"
"""What the blocks of names begin with that share an id."""

_FORMS = {
    "wikidata": re.compile(
        r"(?:(?:www|m)\.)?wikidata\.org/(?:wiki|entity)/(?:Special:EntityPage/)?(Q[1-9]\d{0,11})",
        re.IGNORECASE,
    ),
    "ror": re.compile(r"(?:www\.)?ror\.org/(0[a-z0-9]{6}\d{2})", re.IGNORECASE),
    "eccp": re.compile(
        r"(?:www\.)?clustercollaboration\.eu/((?:content|cluster-organisations)/[\w%.~-]{2,200})",
        re.IGNORECASE,
    ),
}
_ADDRESSES = {
    "wikidata": "https://www.wikidata.org/wiki/",
    "ror": "https://ror.org/",
    "eccp": "https://www.clustercollaboration.eu/",
}


def outside_id(text: str) -> tuple[str, str] | None:
    """The work and the id that an address, or ``work:id``, names; None for any other text.

    >>> outside_id("http://www.wikidata.org/entity/Q42#sitelinks"), outside_id("wikidata:q42")
    (('wikidata', 'Q42'), ('wikidata', 'Q42'))
    """
    work, _, value = text.strip().partition(":")
    if work.casefold() in _ADDRESSES:
        text = _ADDRESSES[work.casefold()] + value
    bare = text.strip().partition("://")[2].partition("#")[0].partition("?")[0].rstrip("/")
    for scheme, form in _FORMS.items():
        found = form.fullmatch(bare)
        if found:
            value = found[1]
            return scheme, value.upper() if scheme == "wikidata" else value.casefold()
    return None


def outside_address(scheme: str, value: str) -> str:
    """Where the entry is found."""
    return _ADDRESSES[scheme] + value


def block_of(address: str) -> str | None:
    """The block that an address of an entry puts a name into."""
    found = outside_id(address)
    return f"{BLOCK}{found[0]}:{found[1]}" if found else None


def ids_of_names(connection: Connection, keys: Iterable[str]) -> dict[str, set[tuple[str, str]]]:
    """The ids, as (scheme, value), that claims give each of these names."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    query = select(NameBlock.block, NameBlock.alias).where(NameBlock.block.startswith(BLOCK))
    for row in select_in(connection, query, NameBlock.alias, keys):
        scheme, _, value = row.block.removeprefix(BLOCK).partition(":")
        found[row.alias].add((scheme, value))
    return found


def write_outside_ids(connection: Connection, wanted: set[str]) -> None:
    """Bring the ids of these organizations up to date with the names that they have."""
    query = (
        select(Alias.organization, NameBlock.block, NameBlock.claim_id)
        .join(NameBlock, NameBlock.alias == Alias.key)
        .where(NameBlock.block.startswith(BLOCK))
    )
    claims: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for row in select_in(connection, query, Alias.organization, wanted):
        scheme, _, value = row.block.removeprefix(BLOCK).partition(":")
        claims[row.organization, scheme, value].add(row.claim_id)
    fresh: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for (organization, scheme, value), given in sorted(claims.items()):
        facts = {"organization": organization, "scheme": scheme, "value": value}
        fresh[organization].append({**facts, "claims": sorted(given)})
    known: dict[str, list[dict[str, Any]]] = defaultdict(list)
    stored = select(OutsideId.__table__).order_by(OutsideId.scheme, OutsideId.value)
    for row in select_in(connection, stored, OutsideId.organization, wanted):
        known[row.organization].append(dict(row._mapping))
    changed = {one for one in {*fresh, *known} if fresh[one] != known[one]}
    target = table("organization_outside_id")
    delete_in(connection, target.c.organization, changed)
    insert_rows(connection, target, [row for one in sorted(changed) for row in fresh[one]])
