"""The register as programs read it: page by page, in the order of names, by filters.

Every list takes `limit` and `after`, and returns what follows and where to go on. A page costs
the same wherever in the list it lies, and whatever was added or withdrawn meanwhile, nothing
that stayed is passed over or told twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    Text,
    func,
    or_,
    select,
    true,
    tuple_,
    type_coerce,
)
from sqlalchemy.orm import aliased

from models.cursors import list_cursor, list_key
from models.registry import Alias, Certificate, Link, RegisteredOrganization, Tie, owner_claim
from registry.holders import Held, add_grounds, ends_within, held_on, state_on
from registry.rows import among
from registry.words import ways_to_find

MOST = 1_000
"""So many rows a page holds at most."""

_AT_ONCE = 2_000
_HELD = ("valid", "open")


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """Rows of a list. after: what to give to read on; None where nothing follows."""

    rows: list[T]
    after: str | None


def organizations(
    engine: Engine,
    *,
    text: str | None = None,
    country: str | None = None,
    language: str | None = None,
    kind: str | None = None,
    scheme: str | None = None,
    level: str | None = None,
    as_of: date | None = None,
    inactive_since: str | None = None,
    validity: Mapping[str, int] | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> Listed[Row[Any]]:
    """Organizations by name; rows of `models.registry.RegisteredOrganization`.

    text: words of a name, what they begin with, or an outside id; see `registry.words`.
    language: only those that have a name in it. scheme,
    level: of a label that they hold on the day `as_of`, or without it ever had; validity: see
    `certificates`. inactive_since: only those whose own website is read, or of whom some
    activity is known, and that showed none since that day. The rest are not known to be
    inactive: they are not read.
    limit: None for all. Raises CursorInvalid.
    """
    table = RegisteredOrganization
    # Not "is null": nearly all are, and to go by that index would read them all.
    standing = func.coalesce(table.merged_into, "") == ""
    query = select(table.__table__).where(standing, table.withdrawn.is_(False))
    for column, value in ((table.country, country and country.upper()), (table.kind, kind)):
        if value:
            # Whoever is looked for by words is found by their index, not by that of all of a kind.
            query = query.where((column.concat("") if text else column) == value)
    if language:
        names = type_coerce(table.names, Text)
        query = query.where(names.contains(f"{json.dumps(language)}:", autoescape=True))
    if inactive_since:
        query = query.where(_is_inactive(inactive_since))
    key = (table.name, table.id)
    with engine.connect() as connection:
        if scheme or level:
            ids = _holders(connection, scheme, level, as_of, validity or {})
            query = query.where(among(connection, table.id, sorted(ids)))
        query = _behind(query, key, after).order_by(*key)
        query = query if limit is None else query.limit(_size(limit) + 1)
        rows: Sequence[Row[Any]] = []
        for condition in _ways(connection, text, table.id):
            # Found and sorted by its keys alone: whole rows would be sorted slowly.
            chosen = query.where(condition).with_only_columns(table.id)
            named = select(table.__table__).where(table.id.in_(chosen)).order_by(*key)
            rows = connection.execute(named).all()
            if rows:
                break
    return _page(list(rows), limit, lambda row: [row.name, row.id])


def certificates(
    engine: Engine,
    as_of: date,
    *,
    scheme: str | None = None,
    level: str | None = None,
    country: str | None = None,
    organization: str | None = None,
    text: str | None = None,
    expiring: timedelta | None = None,
    everything: bool = False,
    validity: Mapping[str, int] | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> Listed[Held]:
    """The labels held on a day, by the names of their holders.

    expiring: only those whose stated end comes within this span. everything: also those that
    are over, superseded, not yet valid or unconfirmed. validity: months that a scheme's label
    usually lasts, by scheme; it fills in what nobody states, and is marked as such. limit: None
    for all. Raises CursorInvalid.
    """
    holder = aliased(RegisteredOrganization)
    query = terms(holder)
    for column, value in (
        (Certificate.scheme, scheme),
        (Certificate.level, level),
        (Certificate.organization, organization),
        (holder.country, country.upper() if country else None),
    ):
        query = query.where(column == value) if value is not None else query
    key = (holder.name, holder.id, Certificate.scheme, Certificate.term)
    query = query.order_by(*key)
    wanted = None if limit is None else _size(limit) + 1
    found: list[Held] = []
    with engine.connect() as connection:
        for condition in _ways(connection, text, holder.id):
            for row in _rows(connection, query.where(condition), key, after, wanted):
                one = held_on(row, as_of, (validity or {}).get(row.scheme))
                if not everything and one.state not in _HELD:
                    continue
                if expiring is None or ends_within(one, as_of, expiring):
                    found.append(one)
                if wanted is not None and len(found) >= wanted:
                    break
            if found:
                break
        page = _page(found, limit, lambda h: [h.name, h.organization, h.scheme, h.term])
        add_grounds(connection, page.rows)
    return page


def relations(
    engine: Engine,
    *,
    organization: str | None = None,
    relation: str | None = None,
    state: str | None = None,
    country: str | None = None,
    as_of: date | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> Listed[Row[Any]]:
    """Relations by kind and the ids of their sides; rows of `models.registry.Tie` with
    subject_name and object_name. organization, country: on either side. as_of: only those that
    neither began later nor ended earlier, as far as is stated. Raises CursorInvalid."""
    subject, object_ = aliased(RegisteredOrganization), aliased(RegisteredOrganization)
    query = (
        select(
            *Tie.__table__.c,
            subject.name.label("subject_name"),
            object_.name.label("object_name"),
        )
        .join(subject, subject.id == Tie.subject)
        .join(object_, object_.id == Tie.object)
    )
    if organization is not None:
        query = query.where((Tie.subject == organization) | (Tie.object == organization))
    if country is not None:
        query = query.where((subject.country == country) | (object_.country == country))
    if as_of is not None:
        day = as_of.isoformat()
        # "2019-12" lasts to the month's end: "~" sorts behind whatever may follow.
        query = query.where(
            or_(Tie.valid_from.is_(None), Tie.valid_from <= day),
            or_(Tie.valid_until.is_(None), Tie.valid_until.concat("~") >= day),
        )
    for column, value in ((Tie.relation, relation), (Tie.state, state)):
        query = query.where(column == value) if value is not None else query
    key = (Tie.relation, Tie.subject, Tie.object)
    query = _behind(query, key, after).order_by(*key)
    with engine.connect() as connection:
        rows = connection.execute(query if limit is None else query.limit(_size(limit) + 1)).all()
    return _page(list(rows), limit, lambda row: [row.relation, row.subject, row.object])


def terms(holder: Any) -> Select[*tuple[Any, ...]]:
    """The terms of labels with their holders, coordinators, and when the next term begins."""
    coordinator = aliased(RegisteredOrganization)
    return (
        _states(
            *Certificate.__table__.c,
            holder.name.label("holder_name"),
            coordinator.name.label("coordinator_name"),
        )
        .join(holder, holder.id == Certificate.organization)
        .outerjoin(coordinator, coordinator.id == Certificate.coordinator)
    )


def _states(*columns: Any) -> Select[*tuple[Any, ...]]:
    """Terms, and when the term that renews each begins."""
    newer = aliased(Certificate)
    following = (
        newer.valid_from.label("next_from"),
        newer.valid_until.label("next_until"),
        newer.first_stated.label("next_stated"),
    )
    return (
        select(*columns, *following)
        .select_from(Certificate)
        .outerjoin(
            newer,
            (newer.organization == Certificate.organization)
            & (newer.scheme == Certificate.scheme)
            & (newer.renews == Certificate.term),
        )
    )


def _rows(
    connection: Connection,
    query: Select[*tuple[Any, ...]],
    key: tuple[Any, ...],
    after: str | None,
    wanted: int | None,
) -> Iterator[Row[Any]]:
    """The rows behind a cursor, so many at a time as are wanted, until nobody asks for more."""
    query = _behind(query, key, after)
    if wanted is None:
        yield from connection.execute(query)
        return
    size = max(wanted, 100)
    while True:
        rows = connection.execute(query.limit(size)).all()
        yield from rows
        if len(rows) < size:
            return
        last = rows[-1]
        place = (last.holder_name, last.organization, last.scheme, last.term)
        query = query.where(tuple_(*key) > tuple_(*place))
        size = _AT_ONCE


def _holders(
    connection: Connection,
    scheme: str | None,
    level: str | None,
    as_of: date | None,
    validity: Mapping[str, int],
) -> set[str]:
    query = _states(
        *(Certificate.organization, Certificate.scheme, Certificate.valid_from),
        *(Certificate.valid_until, Certificate.first_stated),
    )
    if scheme:
        query = query.where(Certificate.scheme == scheme)
    if level:
        query = query.where(Certificate.level == level)
    return {
        row.organization
        for row in connection.execute(query)
        if as_of is None or state_on(row, as_of, validity.get(row.scheme)) in _HELD
    }


def _ways(connection: Connection, text: str | None, column: Any) -> list[ColumnElement[bool]]:
    return ways_to_find(connection, text, column) if text else [true()]


def _is_inactive(since: str) -> ColumnElement[bool]:
    table = RegisteredOrganization
    # By the key: a link for each article of a site stands beside those of its owner.
    own = (Link.claim_id >= owner_claim("")) & (Link.claim_id < owner_claim("\U0010ffff"))
    owners = select(Alias.organization).join(Link, Link.alias == Alias.key).where(own)
    return (table.last_activity < since) | (table.last_activity.is_(None) & table.id.in_(owners))


def _size(limit: int) -> int:
    return max(1, min(limit, MOST))


def _behind(
    query: Select[*tuple[Any, ...]], key: tuple[Any, ...], after: str | None
) -> Select[*tuple[Any, ...]]:
    if not after:
        return query
    place = list_key(after, *[str] * len(key))
    return query.where(tuple_(*key) > tuple_(*place))


def _page(rows: list[Any], limit: int | None, place: Any) -> Listed[Any]:
    """The rows that were asked for, of which one more was read to know whether any follow."""
    if limit is None or len(rows) <= _size(limit):
        return Listed(rows, None)
    kept = rows[: _size(limit)]
    return Listed(kept, list_cursor(place(kept[-1])))
