"""One organization in full, and its signs of life; lists are in `registry.queries`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, select

from models.claims import Article, Event
from models.registry import Alias, Link, RegisteredOrganization, Tie
from registry.lookup import resolve

_ROLES = ("publisher", "organizer")


@dataclass(frozen=True, slots=True)
class Sign:
    """A dated piece of news or an event. kind: article or event."""

    day: str
    kind: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Profile:
    """One organization in full. relations: as (relation, other id, other name, row)."""

    organization: Any
    former_ids: list[str]
    aliases: list[Any]
    ties: list[Any]
    signs: list[Sign]
    months: dict[str, int]


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
        )
        every = signs_of_life(connection, present)
        return Profile(
            organization=row,
            former_ids=list(former),
            aliases=list(aliases),
            ties=_ties(connection, present),
            signs=every[:signs],
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


def _ties(connection: Connection, organization: str) -> list[Any]:
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
    return sorted(rows, key=lambda row: (row.state != "current", row.relation, row.other_name))
