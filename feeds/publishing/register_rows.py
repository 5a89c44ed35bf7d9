"""Organizations, certificates, relations and sources as rows of the data set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import aliased

from feeds.publishing.entry_rows import Owners, full_day
from feeds.publishing.tables import (
    CERTIFICATES,
    NESTED,
    ORGANIZATIONS,
    RELATIONS,
    SOURCES,
    Row,
    Table,
)
from feeds.register_views import certificate_view, organization_view, relation_view
from feeds.views import moment
from models.base import canonical_json
from models.claims import KINDS, kind_of
from models.registry import (
    Alias,
    Certificate,
    Link,
    OutsideId,
    RegisteredOrganization,
    Tie,
)
from models.runs import Run, Source
from registry.holders import Held, add_grounds, held_on
from registry.outside_ids import outside_address
from registry.queries import terms
from registry.rows import select_in

_AT_ONCE = 500
_NAMING = ("named", "holder", "coordinator", "subject", "object", "organizer")
"""Roles in which a claim names an organization, what says most of it first."""


def organization_rows(connection: Connection) -> Iterator[Row]:
    """All organizations that stand, by name."""
    table = RegisteredOrganization
    query = select(table.__table__).where(*_stands(table)).order_by(table.name, table.id)
    for piece in _pieces(connection, query):
        ids = [row.id for row in piece]
        former, outside = _former(connection, ids), _outside(connection, ids)
        aliases, named = _aliases(connection, ids), _named(connection, ids)
        for row in piece:
            sources, (claim, words, url) = named.get(row.id, ([], (None, None, None)))
            yield _row(
                ORGANIZATIONS,
                {
                    **organization_view(row),
                    "former_ids": former[row.id],
                    "same_as": outside[row.id],
                    "aliases": aliases[row.id],
                    "sources": sources,
                    "evidence_words": words,
                    "evidence_url": url,
                    "evidence_claim": claim,
                },
            )


def certificate_rows(
    connection: Connection, as_of: date, validity: Mapping[str, int]
) -> Iterator[Row]:
    """All terms of all labels on a day. validity: see `registry.queries.certificates`."""
    holder = aliased(RegisteredOrganization)
    query = terms(holder).where(*_stands(holder))
    key = (holder.name, holder.id, Certificate.scheme, Certificate.term)
    for piece in _pieces(connection, query.order_by(*key)):
        held = [held_on(row, as_of, validity.get(row.scheme)) for row in piece]
        add_grounds(connection, held)
        for one in held:
            yield _row(CERTIFICATES, _certificate(one, as_of))


def relation_rows(connection: Connection) -> Iterator[Row]:
    """All relations, whatever their state."""
    subject, object_ = aliased(RegisteredOrganization), aliased(RegisteredOrganization)
    query = (
        select(
            *Tie.__table__.c,
            subject.name.label("subject_name"),
            object_.name.label("object_name"),
        )
        .join(subject, subject.id == Tie.subject)
        .join(object_, object_.id == Tie.object)
        .where(*_stands(subject), *_stands(object_))
        .order_by(Tie.relation, Tie.subject, Tie.object)
    )
    for piece in _pieces(connection, query):
        known = _claims(connection, {claim for row in piece for claim in row.claims})
        for row in piece:
            said = sorted(
                (known[claim] for claim in row.claims if claim in known),
                key=lambda one: (one.missing_since is None, one.fetched_at, one.id),
            )
            view = relation_view(row)
            yield _row(
                RELATIONS,
                {
                    **view,
                    **_sides(view, "subject", "object"),
                    "evidence": [
                        {"claim": one.id, "words": one.evidence, "url": one.url} for one in said
                    ],
                    "sources": sorted({one.source for one in said}),
                    "evidence_words": said[-1].evidence if said else None,
                    "evidence_url": said[-1].url if said else None,
                    "evidence_claims": view["claims"],
                },
            )


def source_rows(
    connection: Connection, owners: Owners, standing: Mapping[str, Mapping[str, Any]]
) -> Iterator[Row]:
    """All sources that were read. standing: by name, the columns from `status` on."""
    newest = select(func.max(Run.id)).where(Run.finished.is_not(None)).group_by(Run.source)
    runs = {
        row.source: row
        for row in connection.execute(select(Run.__table__).where(Run.id.in_(newest)))
    }
    for row in connection.execute(select(Source.__table__).order_by(Source.name)):
        owner, run = owners.get(row.name, {}), runs.get(row.name)
        yield _row(
            SOURCES,
            {
                "name": row.name,
                "url": row.url,
                "country": row.country,
                "organization_id": owner.get("id"),
                "organization_name": owner.get("name"),
                "first_run": moment(row.first_run),
                "last_run_started": moment(run.started) if run else None,
                "last_run_finished": moment(run.finished) if run else None,
                "last_run_verdict": run.verdict if run else None,
                "last_run_reason": run.reason if run else None,
                **standing[row.name],
            },
        )


def _certificate(held: Held, as_of: date) -> dict[str, Any]:
    view = certificate_view(held)
    latest = max(held.evidence, key=lambda g: (g.stated, g.day, g.claim), default=None)
    return {
        **view,
        **_sides(view, "holder", "coordinator"),
        "as_of": as_of.isoformat(),
        "valid_from_day": full_day(held.valid_from),
        "valid_until_day": full_day(held.valid_until),
        "sources": sorted({ground.source for ground in held.evidence}),
        "evidence_words": latest.words if latest else None,
        "evidence_url": latest.url if latest else None,
        "evidence_claims": held.claims,
    }


def _sides(view: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Organizations that a mapping names, as columns."""
    return {
        f"{name}_{part}": (view[name] or {}).get(part) for name in names for part in ("id", "name")
    }


def _row(table: Table, values: Mapping[str, Any]) -> Row:
    return tuple(
        canonical_json(values[column.name]) if column.kind in NESTED else values[column.name]
        for column in table.columns
    )


def _stands(table: Any) -> tuple[Any, Any]:
    return table.merged_into.is_(None), table.withdrawn.is_(False)


def _pieces(connection: Connection, query: Any) -> Iterator[list[Any]]:
    rows = connection.execute(query, execution_options={"yield_per": _AT_ONCE})
    return (list(piece) for piece in rows.partitions(_AT_ONCE))


def _former(connection: Connection, ids: Iterable[str]) -> dict[str, list[str]]:
    table = RegisteredOrganization
    found: dict[str, list[str]] = defaultdict(list)
    query = select(table.id, table.merged_into).order_by(table.id)
    for row in select_in(connection, query, table.merged_into, ids):
        found[row.merged_into].append(row.id)
    return found


def _outside(connection: Connection, ids: Iterable[str]) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    query = select(OutsideId.__table__).order_by(OutsideId.scheme, OutsideId.value)
    for row in select_in(connection, query, OutsideId.organization, ids):
        url = outside_address(row.scheme, row.value)
        found[row.organization].append({"scheme": row.scheme, "id": row.value, "url": url})
    return found


def _aliases(connection: Connection, ids: Iterable[str]) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    query = (
        select(Alias.organization, Alias.name, Alias.kind, Alias.language)
        .where(Alias.mentions > 0)
        .order_by(Alias.mentions.desc(), Alias.key)
    )
    for row in select_in(connection, query, Alias.organization, ids):
        alias = {"name": row.name, "kind": row.kind, "language": row.language}
        found[row.organization].append(alias)
    return found


def _named(
    connection: Connection, ids: Iterable[str]
) -> dict[str, tuple[list[str], tuple[str | None, str | None, str | None]]]:
    """By organization: the sources that name it, and a claim that does, its words and page."""
    sources: dict[str, set[str]] = defaultdict(set)
    best: dict[str, tuple[int, str]] = {}
    query = (
        select(Alias.organization, Link.role, Link.source, func.min(Link.claim_id).label("claim"))
        .join(Link, Link.alias == Alias.key)
        .where(Link.role.in_((*_NAMING, "owner")))
        .group_by(Alias.organization, Link.role, Link.source)
    )
    for row in select_in(connection, query, Alias.organization, ids):
        sources[row.organization].add(row.source)
        if row.role in _NAMING:
            place = (_NAMING.index(row.role), row.claim)
            best[row.organization] = min(place, best.get(row.organization, place))
    known = _claims(connection, {claim for _, claim in best.values()})
    found = {}
    for organization, named_by in sources.items():
        claim = known.get(best[organization][1]) if organization in best else None
        told = (claim.id, claim.evidence, claim.url) if claim else (None, None, None)
        found[organization] = (sorted(named_by), told)
    return found


def _claims(connection: Connection, claims: Iterable[str]) -> dict[str, Any]:
    """Claims by id, with where and when they were read."""
    by_kind: dict[str, set[str]] = defaultdict(set)
    for claim in claims:
        by_kind[kind_of(claim) or ""].add(claim)
    found = {}
    for kind in by_kind.keys() & KINDS.keys():
        model = KINDS[kind]
        query = select(
            *(model.id, model.source, model.url, model.evidence),
            *(model.fetched_at, model.missing_since),
        )
        for row in select_in(connection, query, model.id, by_kind[kind]):
            found[row.id] = row
    return found
