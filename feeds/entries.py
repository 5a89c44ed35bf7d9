"""News and events for readers: filtered, searched, and paged by keys that are never null."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from operator import attrgetter

from sqlalchemy import Connection, Engine, or_, select, tuple_

from feeds.entry_queries import (
    COLUMNS,
    EntryFilter,
    EntryKind,
    EntryRow,
    choices,
    fitting,
    latest,
    numbered,
    read_rows,
    told,
)
from languages.search import search_terms
from models.entries import Entry, Telling, day_numbers
from models.fulltext import find_texts, mark
from models.registry import Alias, Link, RegisteredOrganization

MOST = 200
"""As many entries are read at once at most."""

_LAST = 1 << 62
_AT_ONCE = 500


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
        if wanted.text.strip():
            rows = _found(connection, wanted, after, limit + 1)
        else:
            rows = _listed(connection, wanted, after, limit + 1)
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
        limited = choices(wanted)
        query = fitting(query, limited).limit(max(1, min(limit, MOST)))
        numbers = list(connection.scalars(query, limited))
        rows = read_rows(connection, wanted.kind, numbered(wanted.kind), {"numbers": numbers})
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
    limited = choices(wanted)
    query = fitting(query, limited).order_by(Entry.number).limit(max(1, min(limit, MOST)))
    with engine.connect() as connection:
        numbers = list(connection.scalars(query, limited))
        rows = read_rows(connection, "event", numbered("event"), {"numbers": numbers})
    return _in_order(rows)[::-1]


def find_entry(engine: Engine, entry_id: str) -> EntryRow | None:
    """One entry by its id, or by that of any claim that tells it; None for an unknown one."""
    kind: EntryKind = "event" if entry_id.startswith("e") else "article"
    with engine.connect() as connection:
        rows = read_rows(connection, kind, told(kind).where(Entry.id == entry_id))
        if not rows:
            its = select(Telling.entry).where(Telling.claim_id == entry_id).limit(1)
            rows = read_rows(connection, kind, told(kind).where(Entry.id.in_(its)))
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
    by_number = numbered(kind)
    for piece in numbers.partitions(_AT_ONCE):
        rows = {
            row.number: row for row in read_rows(connection, kind, by_number, {"numbers": piece})
        }
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


def _listed(
    connection: Connection, wanted: EntryFilter, after: int | None, limit: int
) -> list[EntryRow]:
    low, high = _span(wanted, after)
    # An event that began before the first day may go on into the span.
    since = wanted.kind == "event" and bool(wanted.first_day)
    limited = choices(wanted)
    query = latest(wanted.kind, wanted.gone, since, tuple(limited))
    values = {"low": low, "high": high, "first_day": wanted.first_day, "limit": limit, **limited}
    return _in_order(read_rows(connection, wanted.kind, query, values))


def _found(
    connection: Connection, wanted: EntryFilter, after: int | None, limit: int
) -> list[EntryRow]:
    terms = [(term.stems, term.open) for term in search_terms(wanted.text)]
    rows: list[EntryRow] = []
    limited = {name: values for name, values in choices(wanted).items() if name == "event_kinds"}
    query = numbered(wanted.kind, tuple(limited))
    low, high = _span(wanted, after)
    # The index of words does not know the kinds of events.
    size = _AT_ONCE if limited else limit
    marks, without = _marks(wanted)
    while terms and len(rows) < limit:
        numbers = find_texts(
            connection, terms, marks, without=without, low=low, high=high, limit=size
        )
        if numbers:
            values = {"numbers": numbers, **limited}
            rows += _in_order(read_rows(connection, wanted.kind, query, values))
        if len(numbers) < size:
            break
        high = numbers[-1]
    return rows[:limit]


def _span(wanted: EntryFilter, after: int | None) -> tuple[int, int]:
    """The numbers that entries of the filter's days can have, from and below."""
    low, high = 0, _LAST
    if wanted.first_day:
        low = day_numbers(wanted.first_day)[0]
    if wanted.last_day:
        low, high = max(low, 1 << 32), day_numbers(wanted.last_day)[1]
    return low, high if after is None else min(high, after)


def _marks(wanted: EntryFilter) -> tuple[list[list[str]], str | None]:
    """What a text must be marked with, and with what it must not be: most entries are news."""
    marks = [
        [mark(name, one) for one in values]
        for name, values in choices(wanted).items()
        if name in COLUMNS
    ]
    event = mark("kind", "event")
    return ([*marks, [event]], None) if wanted.kind == "event" else (marks, event)


def _in_order(rows: list[EntryRow]) -> list[EntryRow]:
    return sorted(rows, key=attrgetter("number"), reverse=True)
