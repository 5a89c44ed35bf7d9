"""What a fact rests on: the words, the page's address, and the day on which we saw it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from models.claims import KINDS, kind_of
from models.registry import Alias, Link
from registry.rows import select_in

_MOST_LINKS = 1_000


@dataclass(frozen=True, slots=True)
class Ground:
    """A claim that a fact rests on. language: of its page. seen: the day its content was read.
    stated: the page still says so."""

    words: str
    url: str
    language: str
    seen: str
    stated: bool


@dataclass(frozen=True, slots=True)
class Named:
    """Claims about an organization, by what they tell of it: a name (by the alias's key), a
    kind, a website."""

    names: dict[str, Ground]
    kinds: dict[str, Ground]
    websites: dict[str, Ground]


def grounds_of(connection: Connection, claims: Iterable[str]) -> dict[str, Ground]:
    """By claim: what it says and where."""
    by_kind: dict[str, set[str]] = defaultdict(set)
    for claim in claims:
        by_kind[kind_of(claim) or ""].add(claim)
    found: dict[str, Ground] = {}
    for kind, ids in by_kind.items():
        if kind not in KINDS:
            continue
        model = KINDS[kind]
        query = select(
            *(model.id, model.evidence, model.url, model.language, model.fetched_at),
            *(model.missing_since, model.removed_at),
        )
        for row in select_in(connection, query, model.id, ids):
            found[row.id] = Ground(
                row.evidence,
                row.url,
                row.language,
                row.fetched_at.date().isoformat(),
                row.missing_since is None and row.removed_at is None,
            )
    return found


def naming(connection: Connection, organization: str) -> Named:
    """What the names, the kind and the website of an organization rest on, one claim each."""
    query = (
        select(Link.claim_id, Link.alias, Link.kind, Link.website)
        .join(Alias, Alias.key == Link.alias)
        .where(
            Alias.organization == organization,
            # News of an organization's own site need not name it.
            or_(Link.role != "publisher", Link.website.is_not(None), Link.kind.is_not(None)),
        )
        .order_by(Link.claim_id)
        .limit(_MOST_LINKS)
    )
    names: dict[str, str] = {}
    kinds: dict[str, str] = {}
    websites: dict[str, str] = {}
    for row in connection.execute(query):
        names.setdefault(row.alias, row.claim_id)
        if row.kind:
            kinds.setdefault(row.kind, row.claim_id)
        if row.website:
            websites.setdefault(row.website, row.claim_id)
    told = grounds_of(connection, {*names.values(), *kinds.values(), *websites.values()})
    return Named(
        *(
            {key: told[claim] for key, claim in found.items() if claim in told}
            for found in (names, kinds, websites)
        )
    )
