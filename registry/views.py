"""One organization in full, and its signs of life; lists are in `registry.queries`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, select

from models.claims import (
    KINDS,
    Article,
    Certification,
    Event,
    Organization,
    Relation,
    kind_of,
)
from models.registry import Alias, Evidence, Link, OutsideId, RegisteredOrganization, Tie
from registry.lookup import resolve
from registry.outside_ids import outside_address
from registry.rows import select_in

_ROLES = ("publisher", "organizer")


@dataclass(frozen=True, slots=True)
class Sign:
    """A dated piece of news or an event. kind: article or event."""

    day: str
    kind: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An organization's entry in another work. said: (words, address) of a claim that gives it."""

    scheme: str
    value: str
    address: str
    said: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Relationship:
    """A tie as seen from one side. outward: the organization is its subject. said: (words,
    address) of the claims that it rests on."""

    relation: str
    outward: bool
    other: str
    other_name: str
    state: str
    valid_from: str | None
    valid_until: str | None
    rule: str
    said: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Joint:
    """Why two names are one organization. origin: whence that is known."""

    a: str
    b: str
    reason: str
    score: float
    origin: str


@dataclass(frozen=True, slots=True)
class Profile:
    """One organization in full. signs: news and events of its own site, and events that it
    organizes. months: these by month, the newest first. mentions: news of others that name it.
    named: by claim, (words, address) of some that name it."""

    organization: Any
    former_ids: list[str]
    outside: list[Entry]
    aliases: list[Any]
    joints: list[Joint]
    ties: list[Relationship]
    signs: list[Sign]
    months: dict[str, int]
    mentions: list[Sign]
    named: dict[str, tuple[str, str]]


def profile(engine: Engine, organization: str, *, signs: int = 10) -> Profile | None:
    """One organization in full, by its id or one that was merged into it; None for no such."""
    table = RegisteredOrganization
    with engine.connect() as connection:
        present = resolve(connection, organization)
        if present is None:
            return None
        row = connection.execute(select(table.__table__).where(table.id == present)).one()
        former = connection.scalars(
            select(table.id).where(table.merged_into == present).order_by(table.id)
        )
        aliases = connection.execute(
            select(Alias.__table__)
            .where(Alias.organization == present, Alias.mentions > 0)
            .order_by(Alias.mentions.desc(), Alias.key)
        ).all()
        every = signs_of_life(connection, present)
        return Profile(
            organization=row,
            former_ids=list(former),
            outside=_outside(connection, present),
            aliases=list(aliases),
            joints=_joints(connection, {alias.key: alias.name for alias in aliases}),
            ties=_ties(connection, present),
            signs=every[:signs],
            mentions=mentions(connection, present)[:signs],
            named=naming(connection, present),
            months=dict(sorted(Counter(sign.day[:7] for sign in every).items(), reverse=True)),
        )


def signs_of_life(connection: Connection, organization: str) -> list[Sign]:
    """All dated news and events of an organization, newest first, each piece once."""
    found: dict[tuple[str, str, str], Sign] = {}
    for kind, model, title in (
        ("article", Article, Article.headline),
        ("event", Event, Event.name),
    ):
        query = (
            select(Link.day, title.label("title"), model.url)
            .join(model, model.id == Link.claim_id)
            .join(Alias, Alias.key == Link.alias)
            .where(Alias.organization == organization, Link.role.in_(_ROLES), Link.day.is_not(None))
            .order_by(Link.day.desc(), model.url)
        )
        for row in connection.execute(query):
            sign = Sign(row.day, kind, row.title, row.url)
            found.setdefault((kind, row.day, row.title.casefold()), sign)
    return sorted(found.values(), key=lambda s: (s.day, s.url), reverse=True)


def mentions(connection: Connection, organization: str) -> list[Sign]:
    """News of others' sites in which a claim names the organization, newest first, undated last.

    A name in the text alone is no mention: only names that a claim gives are linked, and only to
    the organization that they mean beyond `identity.MERGE_FROM`.
    """
    own = select(Link.source).join(Alias, Alias.key == Link.alias)
    own = own.where(Alias.organization == organization, Link.role == "owner")
    found: dict[str, Sign] = {}
    for model in (Certification, Organization, Relation):
        query = (
            select(Article.id, Article.date_published, Article.headline, Article.url)
            .join(model, (model.page_id == Article.page_id) & (model.url == Article.url))
            .join(Link, Link.claim_id == model.id)
            .join(Alias, Alias.key == Link.alias)
            .where(
                Alias.organization == organization,
                Article.source.not_in(own),
                Article.current(),
                model.current(),
            )
        )
        for row in connection.execute(query):
            found[row.id] = Sign(row.date_published or "", "article", row.headline, row.url)
    return sorted(found.values(), key=lambda s: (s.day, s.url), reverse=True)


def _ties(connection: Connection, organization: str) -> list[Relationship]:
    """The relations of an organization with the other's name, those that hold first."""
    table = RegisteredOrganization
    rows: list[Any] = []
    for mine, other in ((Tie.subject, Tie.object), (Tie.object, Tie.subject)):
        query = (
            select(*Tie.__table__.c, other.label("other"), table.name.label("other_name"))
            .join(table, table.id == other)
            .where(mine == organization)
        )
        rows += connection.execute(query).all()
    said = words_of(connection, {claim for row in rows for claim in row.claims})
    rows.sort(key=lambda row: (row.state != "current", row.relation, row.other_name))
    return [
        Relationship(
            relation=row.relation,
            outward=row.subject == organization,
            other=row.other,
            other_name=row.other_name,
            state=row.state,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            rule=row.rule,
            said=[said[claim] for claim in row.claims if claim in said],
        )
        for row in rows
    ]


def _outside(connection: Connection, organization: str) -> list[Entry]:
    query = select(OutsideId.__table__).where(OutsideId.organization == organization)
    rows = connection.execute(query.order_by(OutsideId.scheme, OutsideId.value)).all()
    said = words_of(connection, {claim for row in rows for claim in row.claims})
    return [
        Entry(
            row.scheme,
            row.value,
            outside_address(row.scheme, row.value),
            next((said[claim] for claim in row.claims if claim in said), ("", "")),
        )
        for row in rows
    ]


def _joints(connection: Connection, names: Mapping[str, str]) -> list[Joint]:
    """What speaks for these names being one, each pair and reason once, the strongest first."""
    found: dict[tuple[str, str, str], Joint] = {}
    query = select(Evidence.__table__).where(Evidence.score > 0).order_by(Evidence.origin)
    for row in select_in(connection, query, Evidence.a, names):
        if row.b in names:
            pair = (names[row.a], names[row.b], row.reason)
            found.setdefault(pair, Joint(*pair, row.score, row.origin))
    return sorted(found.values(), key=lambda joint: (-joint.score, joint.a, joint.b, joint.reason))


def naming(
    connection: Connection, organization: str, limit: int = 10
) -> dict[str, tuple[str, str]]:
    """By claim, (words, address) of some that name an organization, those about it first."""
    query = (
        select(Link.claim_id)
        .join(Alias, Alias.key == Link.alias)
        .where(Alias.organization == organization, Link.role.not_in(("publisher", "owner")))
        .order_by(Link.role != "named", Link.claim_id)
        .limit(limit)
    )
    claims = list(connection.scalars(query))
    said = words_of(connection, claims)
    return {claim: said[claim] for claim in claims if claim in said}


def issuers_of(connection: Connection, claims: Iterable[str]) -> list[str]:
    """Who issued a label, as these claims name them."""
    query = select(Certification.issued_by).where(Certification.issued_by.is_not(None)).distinct()
    rows = select_in(connection, query, Certification.id, claims)
    return sorted({row.issued_by for row in rows if row.issued_by})


def words_of(connection: Connection, claims: Iterable[str]) -> dict[str, tuple[str, str]]:
    """By claim: its words and its address."""
    by_kind: dict[str, set[str]] = defaultdict(set)
    for claim in claims:
        by_kind[kind_of(claim) or ""].add(claim)
    found: dict[str, tuple[str, str]] = {}
    for kind, ids in by_kind.items():
        if kind in KINDS:
            model = KINDS[kind]
            query = select(model.id, model.evidence, model.url)
            for row in select_in(connection, query, model.id, ids):
                found[row.id] = (row.evidence, row.url)
    return found
