"""Reads what claims say about organizations, as the rules of derivation take it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import aliased

from languages.names import same_organization
from models.claims import Article, Certification, Relation
from models.registry import Alias, Link, SourceOwner, owner_claim
from registry.certificates import Said
from registry.rows import select_in
from registry.ties import Told


def certificates_of(
    connection: Connection, organizations: Iterable[str]
) -> dict[tuple[str, str], list[Said]]:
    """What is claimed about labels, by (organization, scheme)."""
    holder, holding = aliased(Link), aliased(Alias)
    other, coordinating = aliased(Link), aliased(Alias)
    columns = Certification.__table__.c
    query = (
        select(
            *(c for c in columns if c.name not in ("natural_key", "content_hash")),
            holding.organization.label("organization"),
            coordinating.organization.label("by"),
        )
        .join(holder, (holder.claim_id == Certification.id) & (holder.role == "holder"))
        .join(holding, holding.key == holder.alias)
        .outerjoin(other, (other.claim_id == Certification.id) & (other.role == "coordinator"))
        .outerjoin(coordinating, coordinating.key == other.alias)
    )
    rows = list(select_in(connection, query, holding.organization, organizations))
    days = page_days(connection, rows)
    owners = _owners(connection, {row.source for row in rows})
    found: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for row in rows:
        day, dated = days[row.id]
        owner, owner_name = owners.get(row.source, (None, ""))
        own = owner is not None and owner in (row.organization, row.by)
        issued = bool(row.issued_by and owner_name and same_organization(owner_name, row.issued_by))
        found[row.organization, row.scheme].append(
            Said(
                claim=row.id,
                level=row.level,
                round=row.round,
                valid_from=row.valid_from,
                valid_until=row.valid_until,
                coordinator=row.by,
                day=day,
                dated=dated,
                live=_is_live(row),
                own=own or issued,
                incomplete=row.list_incomplete,
            )
        )
    return found


def ties_of(connection: Connection, organizations: Iterable[str]) -> list[Told]:
    """What is claimed about the relations of these organizations, whichever side they are on.

    That a list of certificates names a holder's coordinator is a claim about the tie, too.
    """
    wanted = set(organizations)
    told: dict[tuple[str, str, str], Told] = {}
    for row in _related(connection, wanted):
        told[row.claim, row.subject, row.object] = row
    for row in _coordinating(connection, wanted):
        told[row.claim, row.subject, row.object] = row
    return list(told.values())


def _related(connection: Connection, wanted: set[str]) -> Iterator[Told]:
    facts = (Relation.relation, Relation.valid_from, Relation.valid_until)
    for row, day, dated in _between(connection, Relation, ("subject", "object"), facts, wanted):
        if row.relation == "renamed_to":
            continue
        former = row.relation == "former_coordinator_of"
        yield Told(
            claim=row.id,
            subject=row.from_id,
            relation="coordinator_of" if former else row.relation,
            object=row.to_id,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            day=day,
            dated=dated,
            live=_is_live(row),
            former=former,
        )


def _coordinating(connection: Connection, wanted: set[str]) -> Iterator[Told]:
    sides = ("coordinator", "holder")
    for row, day, dated in _between(connection, Certification, sides, (), wanted):
        yield Told(
            claim=row.id,
            subject=row.from_id,
            relation="coordinator_of",
            object=row.to_id,
            valid_from=None,
            valid_until=None,
            day=day,
            dated=dated,
            live=_is_live(row),
        )


def _between(
    connection: Connection,
    claim: type[Certification] | type[Relation],
    roles: tuple[str, str],
    facts: tuple[Any, ...],
    wanted: set[str],
) -> Iterator[tuple[Any, str, bool]]:
    """The claims that name one of these organizations in one role and another in the other role,
    each with the day of its page, and whether the page itself gives it."""
    first, one = aliased(Link), aliased(Alias)
    second, other = aliased(Link), aliased(Alias)
    query = (
        select(
            *(claim.id, claim.source, claim.page_id, claim.url, claim.first_seen, *facts),
            *(claim.missing_since, claim.removed_at),
            one.organization.label("from_id"),
            other.organization.label("to_id"),
        )
        .join(first, (first.claim_id == claim.id) & (first.role == roles[0]))
        .join(one, one.key == first.alias)
        .join(second, (second.claim_id == claim.id) & (second.role == roles[1]))
        .join(other, other.key == second.alias)
        .where(one.organization != other.organization)
    )
    rows = {
        row.id: row
        for column in (one.organization, other.organization)
        for row in select_in(connection, query, column, wanted)
    }
    days = page_days(connection, rows.values())
    for row in rows.values():
        yield row, *days[row.id]


def _is_live(row: Any) -> bool:
    """Whether the page still states it."""
    return row.missing_since is None and row.removed_at is None


def page_days(connection: Connection, rows: Iterable[Any]) -> dict[str, tuple[str, bool]]:
    """By claim: the day of its page, and whether the page itself gives it.

    That is the publication day of the article with the claim's address, or of the only article
    of its page; else the day when the claim was first read.
    """
    rows = list(rows)
    articles: dict[str, dict[str, str | None]] = defaultdict(dict)
    query = select(Article.page_id, Article.id, Article.url, Article.date_published)
    by_url: dict[tuple[str, str], str | None] = {}
    found = select_in(connection, query, Article.page_id, {row.page_id for row in rows})
    for row in sorted(found, key=lambda article: str(article.id)):
        articles[row.page_id][row.id] = row.date_published
        by_url.setdefault((row.page_id, row.url), row.date_published)
    days = {}
    for row in rows:
        here = articles.get(row.page_id, {})
        only = next(iter(here.values())) if len(here) == 1 else None
        published = by_url.get((row.page_id, row.url)) if len(here) != 1 else only
        day = published[:10] if published else row.first_seen.date().isoformat()
        days[row.id] = (day, bool(published))
    return days


def _owners(connection: Connection, sources: set[str]) -> dict[str, tuple[str | None, str]]:
    """By source: the organization that owns it, and the name that its file gives."""
    query = (
        select(Link.source, Alias.organization, SourceOwner.name)
        .join(Alias, Alias.key == Link.alias)
        .join(SourceOwner, SourceOwner.source == Link.source)
        .where(Link.role == "owner")
    )
    rows = select_in(connection, query, Link.claim_id, set(map(owner_claim, sources)))
    return {row.source: (row.organization, row.name) for row in rows}
