"""News and events for readers: filtered, searched, and paged by keys that are never null."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import Connection, Engine, Row, Select, or_, select, tuple_

from languages.search import Term, search_terms
from models.claims import Article, Event
from models.entries import Entry, Telling, day_numbers
from models.fulltext import find_texts, mark
from models.registry import Alias, Link, RegisteredOrganization

MOST = 200
"""As many entries are read at once at most."""

EntryKind = Literal["article", "event"]

_MODELS: dict[str, type[Article] | type[Event]] = {"article": Article, "event": Event}
_HIDDEN = frozenset(
    (
        *("id", "page_id", "natural_key", "content_hash", "version", "first_seen", "status"),
        *("cancelled_at", "missing_since", "removed_at", "date_published_raw"),
        *(f"date_modified_{part}" for part in ("precision", "origin", "raw", "reason")),
    )
)
"""Columns of a claim that no reader of entries is shown: each costs a page of fifty time."""
_LAST = 1 << 62
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFilter:
    """Which entries are wanted; what is empty does not matter.

    first_day, last_day: ISO days; an event counts on each of its days, an undated article on
    none. organization: an id of the register; its own sites' news and the events it organizes.
    text: words that must all be there, see `languages.search`. gone: also those that nobody
    states any more; they are not searched by text.
    """

    kind: EntryKind
    countries: Sequence[str] = ()
    languages: Sequence[str] = ()
    sources: Sequence[str] = ()
    first_day: str = ""
    last_day: str = ""
    event_kinds: Sequence[str] = ()
    organization: str = ""
    text: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry with its best telling.

    id: lasting. version: counts what happened to it. claim: the vocabulary's fields and the
    evidence, as the telling has them. tellings: ids of all claims that tell it.
    """

    id: str
    number: int
    kind: EntryKind
    version: int
    day: str
    first_seen: datetime
    updated_at: datetime
    cancelled: bool
    gone_at: datetime | None
    tellings: list[str]
    claim: dict[str, Any]


def list_entries(
    engine: Engine, wanted: EntryFilter, *, after: int | None = None, limit: int = 50
) -> tuple[list[EntryRow], int | None]:
    """The entries of a filter, latest first, and the number to go on after (None at the end).

    after: the number of the last entry seen. An index answers every combination, so that a page
    costs the same at the end of a million entries as at its beginning.
    """
    limit = max(1, min(limit, MOST))
    with engine.connect() as connection:
        if wanted.organization:
            sources = organization_sources(connection, wanted.organization)
            if wanted.sources:
                sources = [source for source in sources if source in wanted.sources]
            if not sources:
                return [], None
            wanted = replace(wanted, sources=sources)
        numbers = _numbers(connection, wanted, after, limit + 1)
        rows = _rows(connection, wanted.kind, Entry.number.in_(numbers))
    rows.sort(key=lambda row: row.number, reverse=True)
    return rows[:limit], rows[limit - 1].number if len(rows) > limit else None


def recent_entries(
    engine: Engine,
    wanted: EntryFilter,
    *,
    after: tuple[datetime, str] | None = None,
    limit: int = 50,
) -> list[EntryRow]:
    """The entries of a kind by what happened to them last, latest first, those that are gone
    among them. after: time and id of the last one seen. For readers who mirror: text and days
    of the filter are not looked at."""
    query = select(Entry.number).where(Entry.kind == wanted.kind)
    if after is not None:
        query = query.where(tuple_(Entry.updated_at, Entry.id) < after)
    query = query.order_by(Entry.updated_at.desc(), Entry.id.desc())
    with engine.connect() as connection:
        if wanted.organization:
            query = query.where(
                Entry.source.in_(organization_sources(connection, wanted.organization))
            )
        query = _plainly(query, wanted).limit(max(1, min(limit, MOST)))
        numbers = list(connection.scalars(query))
        rows = _rows(connection, wanted.kind, Entry.number.in_(numbers))
    order = {number: place for place, number in enumerate(numbers)}
    return sorted(rows, key=lambda row: order[row.number])


def coming_events(engine: Engine, wanted: EntryFilter, *, limit: int = 10) -> list[EntryRow]:
    """The events that begin on the filter's first day or later and are not called off, the
    soonest first. Text and last day of the filter are not looked at."""
    query = select(Entry.number).where(
        Entry.kind == "event",
        Entry.gone_at.is_(None),
        Entry.cancelled.is_(False),
        Entry.number >= day_numbers(wanted.first_day)[0],
    )
    query = _plainly(query, wanted).order_by(Entry.number).limit(max(1, min(limit, MOST)))
    with engine.connect() as connection:
        rows = _rows(connection, "event", Entry.number.in_(list(connection.scalars(query))))
    return sorted(rows, key=lambda row: row.number)


def find_entry(engine: Engine, entry_id: str) -> EntryRow | None:
    """One entry by its id, or by that of any claim that tells it; None for an unknown one."""
    kind: EntryKind = "event" if entry_id.startswith("e") else "article"
    with engine.connect() as connection:
        rows = _rows(connection, kind, Entry.id == entry_id)
        if not rows:
            told = select(Telling.entry).where(Telling.claim_id == entry_id).limit(1)
            rows = _rows(connection, kind, Entry.id.in_(told))
    return rows[0] if rows else None


def every_entry(
    connection: Connection, kind: EntryKind, *, gone: bool = False, without: Collection[str] = ()
) -> Iterator[EntryRow]:
    """All entries of a kind as a stream, the latest day first; alike days by id.

    gone: those that nobody states any more, instead of those that stand. without: sources to
    leave out. The order follows from the claims alone: a copy of the database has the same.
    """
    query = select(Entry.number).where(
        Entry.kind == kind, Entry.gone_at.is_not(None) if gone else Entry.gone_at.is_(None)
    )
    if without:
        query = query.where(Entry.source.not_in(sorted(without)))
    numbers = connection.execute(
        query.order_by(Entry.day.desc(), Entry.id), execution_options={"yield_per": _AT_ONCE}
    ).scalars()
    for piece in numbers.partitions(_AT_ONCE):
        rows = {row.number: row for row in _rows(connection, kind, Entry.number.in_(piece))}
        yield from (rows[number] for number in piece)


def organization_sources(connection: Connection, organization: str) -> list[str]:
    """The sources that are an organization's own websites, by name. Follows merges."""
    merged = select(RegisteredOrganization.id).where(
        or_(
            RegisteredOrganization.id == organization,
            RegisteredOrganization.merged_into == organization,
        )
    )
    query = (
        select(Link.source)
        .join(Alias, Alias.key == Link.alias)
        .where(Alias.organization.in_(merged), Link.role == "owner")
        .distinct()
    )
    return sorted(connection.scalars(query))


def _numbers(
    connection: Connection, wanted: EntryFilter, after: int | None, limit: int
) -> list[int] | Select[int]:
    """What to read, the latest first; a query where that is not found yet."""
    low, high = 0, _LAST
    if wanted.first_day:
        low = day_numbers(wanted.first_day)[0]
    if wanted.last_day:
        low, high = max(low, 1 << 32), day_numbers(wanted.last_day)[1]
    if after is not None:
        high = min(high, after)
    if wanted.text.strip():
        terms = search_terms(wanted.text)
        if not terms:
            return []
        return _found(connection, wanted, terms, low, high, limit)
    query = select(Entry.number).where(Entry.kind == wanted.kind)
    if not wanted.gone:
        query = query.where(Entry.gone_at.is_(None))
    if wanted.kind == "event" and wanted.first_day:
        # An event that began before may go on into the span.
        query = query.where(Entry.last_day >= wanted.first_day, Entry.number < high)
    else:
        query = query.where(Entry.number >= low, Entry.number < high)
    return _plainly(query, wanted).order_by(Entry.number.desc()).limit(limit)


def _found(
    connection: Connection, wanted: EntryFilter, terms: list[Term], low: int, high: int, limit: int
) -> list[int]:
    asked = [(term.stems, term.open) for term in terms]
    found: list[int] = []
    while True:
        size = _AT_ONCE if wanted.event_kinds else limit
        numbers = find_texts(connection, asked, _marks(wanted), low=low, high=high, limit=size)
        if not wanted.event_kinds:
            return numbers
        # The index of words does not know the kinds of events.
        fitting = _plainly(select(Entry.number).where(Entry.number.in_(numbers)), wanted)
        found += sorted(connection.scalars(fitting), reverse=True)
        if len(numbers) < size or len(found) >= limit:
            return found[:limit]
        high = numbers[-1]


def _plainly(query: Select[int], wanted: EntryFilter) -> Select[int]:
    for column, values in (
        (Entry.country, wanted.countries),
        (Entry.language, wanted.languages),
        (Entry.source, wanted.sources),
    ):
        if values:
            query = query.where(column.in_(values))
    if wanted.event_kinds:
        fits = (Event.id == Entry.claim) & Event.kind.in_(wanted.event_kinds)
        query = query.where(select(Event.id).where(fits).exists())
    return query


def _marks(wanted: EntryFilter) -> list[list[str]]:
    groups = {
        "kind": [wanted.kind],
        "country": wanted.countries,
        "language": wanted.languages,
        "source": wanted.sources,
    }
    return [[mark(name, one) for one in values] for name, values in groups.items() if values]


def _rows(connection: Connection, kind: EntryKind, condition: Any) -> list[EntryRow]:
    query, own = _told(kind)
    return [_row(row, own) for row in connection.execute(query.where(condition))]


@cache
def _told(kind: EntryKind) -> tuple[Select[Any], list[str]]:
    """Entries with what their best telling says; and the telling's columns."""
    model, entry = _MODELS[kind], Entry.__table__.c
    own = [column for column in model.__table__.c if column.name not in _HIDDEN]
    query = select(*(entry[name].label(f"entry_{name}") for name in _OF_ENTRY), *own)
    query = query.join_from(Entry, model, model.id == Entry.claim)
    return query, [column.name for column in own]


_OF_ENTRY = tuple(name for name in EntryRow.__dataclass_fields__ if name != "claim")


def _row(row: Row[Any], own: list[str]) -> EntryRow:
    facts = dict(zip(_OF_ENTRY, row, strict=False))
    return EntryRow(**facts, claim=dict(zip(own, row[len(facts) :], strict=True)))
