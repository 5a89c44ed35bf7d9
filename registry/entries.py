"""Derives what readers see of news and events from the claims: each once, in order, searchable."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Engine,
    Row,
    column,
    func,
    select,
    text,
    values,
)

from languages.search import search_stems
from models.bulk import insert_rows
from models.claims import Article, Event, kind_of
from models.database import writing
from models.entries import PER_DAY, Entry, EntryState, Telling, day_numbers
from models.fulltext import EntryText, clear_texts, delete_texts, mark, tidy_texts, write_texts
from models.history import Change
from models.runs import Source
from registry.intake import misreadings
from registry.rows import delete_in, select_in, table
from registry.tellings import buckets, has_own_address, same_tellings

RULES = "1"
"""Counts up when the rules change: the entries are then derived again as a whole."""

ENTRIES_LOCK = 0x656E7472
AT_ONCE = 5_000
"""So many changes are followed in one transaction."""

_MANY = 50_000
"""After so many changes the index of words is tidied; it keeps up with fewer by itself."""

_SEARCHED = 20_000  # characters of a body
_MARKED = ("source", "language", "country")
_MODELS: dict[str, type[Article] | type[Event]] = {"article": Article, "event": Event}


def settle_entries(
    engine: Engine,
    countries: Mapping[str, str | None] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Bring the entries up to date with the claims; returns the number of changes followed.

    countries: of the sources, by name; None keeps what is known. progress: told (done, of).
    Works in pieces that are each committed: what is interrupted goes on the next time.
    """
    done = 0
    while True:
        with engine.connect() as connection:
            newest, seen, rules = _state(connection)
            moved = _moved(connection, countries)
        if seen >= newest and rules in ("", RULES) and not moved:
            if done >= _MANY:
                with writing(engine) as connection:
                    tidy_texts(connection)
            return done
        with writing(engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:l)"), {"l": ENTRIES_LOCK})
            done += _piece(connection, countries)
        if progress is not None:
            progress(done, max(newest, done))


def _piece(connection: Connection, countries: Mapping[str, str | None] | None) -> int:
    newest, seen, rules = _state(connection)
    if rules not in ("", RULES):
        _forget_all(connection)
        seen = 0
    moved = _moved(connection, countries)
    ids = set()
    if moved:
        assert countries is not None
        known = table("source")
        for name in moved:
            connection.execute(
                known.update().where(known.c.name == name).values(country=countries.get(name))
            )
            for model in _MODELS.values() if seen else ():
                ids |= set(connection.scalars(select(model.id).where(model.source == name)))
    rows = connection.execute(
        select(Change.seq, Change.item_id)
        .where(Change.seq > seen, Change.seq <= newest)
        .order_by(Change.seq)
        .limit(AT_ONCE)
    ).all()
    ids |= {row.item_id for row in rows}
    for kind in _MODELS:
        _derive(connection, kind, {one for one in ids if kind_of(one) == kind})
    _remember(connection, rows[-1].seq if len(rows) == AT_ONCE else newest)
    return len(rows)


def _derive(connection: Connection, kind: str, ids: set[str]) -> None:
    """Derive the entries that these claims tell, and those that they told before."""
    claims = _with_neighbours(connection, kind, ids)
    if not claims:
        return
    former = {
        row.entry for row in select_in(connection, select(Telling.entry), Telling.claim_id, claims)
    }
    numbers = {row.number for row in select_in(connection, select(Entry.number), Entry.id, former)}
    delete_texts(connection, sorted(numbers))
    delete_in(connection, table("entry").c.id, former)
    delete_in(connection, table("telling").c.claim_id, claims)
    happened = _happened(connection, claims)
    sources = {
        row.name: row
        for row in select_in(
            connection,
            select(Source.name, Source.country, Source.first_run),
            Source.name,
            {claim.source for claim in claims.values()},
        )
    }
    misread = misreadings(connection, {c.id for c in claims.values() if c.missing_since})
    entries, tellings, texts = [], [], []
    for group in same_tellings(kind, claims.values()):
        standing = [claim for claim in group if _stands(kind, claim, misread)]
        best = max(standing or group, key=lambda claim: _fullness(kind, claim))
        entry = _entry(kind, group, best, bool(standing), sources[best.source], happened)
        entries.append(entry)
        tellings += [
            {"claim_id": claim.id, "bucket": bucket, "entry": entry["id"]}
            for claim in group
            for bucket in buckets(kind, claim)
        ]
        texts.append((entry, best))
    _number(connection, entries)
    insert_rows(connection, table("entry"), entries)
    insert_rows(connection, table("telling"), tellings)
    write_texts(
        connection, [_text(entry, best) for entry, best in texts if entry["gone_at"] is None]
    )


def _with_neighbours(connection: Connection, kind: str, ids: set[str]) -> dict[str, Row[Any]]:
    """The claims, and all that share a bucket with one of them, directly or by others."""
    model = _MODELS[kind]
    found: dict[str, Row[Any]] = {}
    looked: set[str] = set()
    while ids:
        rows = list(select_in(connection, select(model.__table__), model.id, ids))
        found |= {row.id: row for row in rows}
        fresh = {bucket for row in rows for bucket in buckets(kind, row)} - looked
        looked |= fresh
        near = select_in(connection, select(Telling.claim_id), Telling.bucket, fresh)
        ids = {row.claim_id for row in near} - found.keys()
    return found


def _happened(connection: Connection, claims: Iterable[str]) -> dict[str, Row[Any]]:
    """By claim: how many changes it saw, and the time of the last."""
    query = select(
        Change.item_id, func.count().label("count"), func.max(Change.recorded_at).label("last")
    ).group_by(Change.item_id)
    return {row.item_id: row for row in select_in(connection, query, Change.item_id, claims)}


def _stands(kind: str, claim: Any, misread: set[str]) -> bool:
    """Whether a claim still counts. News scroll off a list and past events off a programme
    without becoming untrue; what its own page no longer states does not stand."""
    if claim.removed_at is not None:
        return False
    if claim.missing_since is None:
        return True
    if claim.id in misread:
        return False
    if kind == "event":
        return claim.cancelled_at is not None or claim.start[:10] < _day(claim.missing_since)
    return bool(claim.natural_key) and has_own_address(claim)


def _fullness(kind: str, claim: Any) -> tuple[Any, ...]:
    """The best telling is the highest: stated now, on the page of its own, with most in it."""
    if kind == "event":
        told = sum(value is not None for value in (claim.end, claim.place, claim.city, claim.kind))
        return claim.missing_since is None, len(claim.start), told, len(claim.name), claim.id
    own = not claim.natural_key
    return claim.missing_since is None, own, len(claim.date_published or ""), len(claim.body)


def _entry(
    kind: str,
    group: list[Any],
    best: Any,
    stands: bool,
    source: Any,
    happened: Mapping[str, Row[Any]],
) -> dict[str, Any]:
    first = group[0]
    told = [happened[claim.id] for claim in group]
    updated = max(row.last for row in told)
    if kind == "event":
        day = _full(best.start)
        last_day = max(day, _full(best.end))
    else:
        day = last_day = _full(best.date_published) or _appeared(first, source)
    return {
        "number": day_numbers(day)[0],
        "id": first.id,
        "kind": kind,
        "claim": best.id,
        "tellings": [claim.id for claim in group],
        "source": best.source,
        "language": best.language,
        "country": (best.country if kind == "event" else None) or source.country,
        "day": day,
        "last_day": last_day,
        "version": sum(row.count for row in told),
        "first_seen": first.first_seen,
        "updated_at": updated,
        "cancelled": kind == "event"
        and (best.cancelled_at is not None or best.status == "cancelled"),
        "gone_at": None if stands else updated,
    }


def _full(value: str | None) -> str:
    """The first day that a date of any precision covers."""
    return (value + "-01-01")[:10] if value else ""


def _appeared(claim: Any, source: Any) -> str:
    """The day of an undated article that was not there on the visit before: near enough to
    order by. What the first visit found may be of any age."""
    later = claim.first_seen > source.first_run + timedelta(days=1)
    return _day(claim.first_seen) if later else ""


def _day(moment: Any) -> str:
    return str(moment.date().isoformat())


def _number(connection: Connection, entries: list[dict[str, Any]]) -> None:
    """Give each entry the next free number of its day."""
    by_day: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for entry in sorted(entries, key=lambda one: (one["first_seen"], one["id"])):
        by_day[entry["number"]].append(entry)
    taken = _taken(connection, by_day)
    for low, group in by_day.items():
        for place, entry in enumerate(group, taken[low]):
            entry["number"] = place


def _taken(connection: Connection, lows: Iterable[int]) -> dict[int, int]:
    """By the first number of a day, the first that is free."""
    free = {}
    for piece in _pieces(sorted(lows), 400):
        days = values(column("low", BigInteger), name="days").data([(low,) for low in piece]).cte()
        last = (
            select(func.max(Entry.number))
            .where(Entry.number >= days.c.low, Entry.number < days.c.low + PER_DAY)
            .scalar_subquery()
        )
        for low, number in connection.execute(select(days.c.low, last)):
            free[low] = low if number is None else number + 1
    return free


def _pieces(numbers: list[int], size: int) -> Iterator[list[int]]:
    return (numbers[start : start + size] for start in range(0, len(numbers), size))


def _text(entry: Mapping[str, Any], claim: Any) -> EntryText:
    if entry["kind"] == "event":
        parts = [claim.name, claim.place, claim.city, claim.organizer]
    else:
        parts = [claim.headline, claim.summary, claim.body[:_SEARCHED]]
    words = search_stems(" \n ".join(part for part in parts if part))
    marks = [mark(name, entry[name]) for name in _MARKED if entry[name]]
    if entry["kind"] == "event":
        # Most entries are news: a search for those leaves the events out.
        marks.append(mark("kind", "event"))
    return EntryText(entry["number"], words, marks)


def _moved(connection: Connection, countries: Mapping[str, str | None] | None) -> set[str]:
    """Sources whose country is not what it was."""
    if countries is None:
        return set()
    rows = connection.execute(select(Source.name, Source.country))
    return {
        row.name for row in rows if row.name in countries and countries[row.name] != row.country
    }


def _state(connection: Connection) -> tuple[int, int, str]:
    """The newest change, the one seen last, and the rules in force then."""
    kept = {row.key: row.value for row in connection.execute(select(EntryState.__table__))}
    newest = connection.scalar(select(func.max(Change.seq))) or 0
    return newest, int(kept.get("seq", 0)), kept.get("rules", "")


def _remember(connection: Connection, seq: int) -> None:
    state = table("entry_state")
    connection.execute(state.delete())
    rows = [{"key": "seq", "value": str(seq)}, {"key": "rules", "value": RULES}]
    insert_rows(connection, state, rows)


def _forget_all(connection: Connection) -> None:
    clear_texts(connection)
    for name in ("telling", "entry", "entry_state"):
        connection.execute(table(name).delete())
