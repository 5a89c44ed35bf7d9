"""The statements that read entries: built once for each shape of a question, for that costs more
than to run them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, NamedTuple

from sqlalchemy import BindParameter, Connection, Integer, Select, bindparam, select, type_coerce
from sqlalchemy.orm import aliased

from feeds.owners import owners_of
from models.base import UtcText, UtcTime
from models.claims import Article, Event
from models.entries import Entry

EntryKind = Literal["article", "event"]

_MODELS: dict[str, type[Article] | type[Event]] = {"article": Article, "event": Event}
_HIDDEN = frozenset(
    (
        *("id", "page_id", "natural_key", "content_hash", "version", "first_seen", "status"),
        *("cancelled_at", "missing_since", "removed_at", "date_published_raw"),
        *(f"date_modified_{part}" for part in ("precision", "origin", "raw", "reason")),
    )
)
"""Columns of a claim that no reader of entries is shown: each costs a list time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFilter:
    """Which entries are wanted; what is empty does not matter.

    first_day, last_day: ISO days; an event counts on each of its days, an undated article on
    none. organization: an id of the register; what its own sites tell.
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


class EntryRow(NamedTuple):
    """An entry with its best telling.

    id: lasting. version: counts what happened to it. claim: the vocabulary's fields and the
    evidence, as the telling has them. tellings: ids of all claims that tell it. Moments are text
    as `models.base.utc_text` writes it. owner: the organization whose website it is on, id and
    name.
    """

    id: str
    number: int
    kind: EntryKind
    version: int
    day: str
    first_seen: str
    updated_at: str
    cancelled: bool
    gone_at: str | None
    tellings: list[str]
    claim: dict[str, Any]
    owner: dict[str, str] | None


def read_rows(
    connection: Connection,
    kind: EntryKind,
    query: Select[Any],
    values: Mapping[str, Any] | None = None,
) -> list[EntryRow]:
    """What a query of `told` reads, in any order."""
    own = _own(kind)
    rows = [
        (row[:_ENTRY], dict(zip(own, row[_ENTRY:], strict=True)))
        for row in connection.execute(query, values).all()
    ]
    owners = owners_of(connection, {claim["source"] for _, claim in rows})
    return [EntryRow._make((*of, claim, owners.get(claim["source"]))) for of, claim in rows]


@cache
def latest(kind: EntryKind, gone: bool, since: bool, limited: tuple[str, ...]) -> Select[Any]:
    """The latest entries. To build a statement costs more than to run it, so each is kept."""
    numbers = select(Entry.number).where(Entry.kind == kind, Entry.number < bindparam("high"))
    if not gone:
        numbers = numbers.where(Entry.gone_at.is_(None))
    if since:
        numbers = numbers.where(Entry.last_day >= bindparam("first_day"))
    else:
        numbers = numbers.where(Entry.number >= bindparam("low"))
    numbers = fitting(numbers, limited).order_by(Entry.number.desc())
    return told(kind).where(Entry.number.in_(numbers.limit(bindparam("limit", type_=Integer))))


@cache
def numbered(kind: EntryKind, limited: tuple[str, ...] = ()) -> Select[Any]:
    """The entries of a kind that have these numbers."""
    # No claim of another kind has such an id; to ask for the kind would cost another index.
    numbers = Entry.number.in_(bindparam("numbers", expanding=True))
    return fitting(told(kind).where(numbers), limited)


COLUMNS = {"country": Entry.country, "language": Entry.language, "source": Entry.source}
"""What of a filter is a column of entries, and a mark of their texts."""


def choices(wanted: EntryFilter) -> dict[str, Sequence[str]]:
    """What of a filter is a choice of values, by name."""
    values = {
        "country": wanted.countries,
        "language": wanted.languages,
        "source": wanted.sources,
        "event_kinds": wanted.event_kinds,
    }
    return {name: chosen for name, chosen in values.items() if chosen}


def fitting(query: Select[Any], limited: Iterable[str]) -> Select[Any]:
    """The query with a condition for each choice; the values are given when it runs."""
    for name in limited:
        values: BindParameter[Any] = bindparam(name, expanding=True)
        if name in COLUMNS:
            query = query.where(COLUMNS[name].in_(values))
        else:
            event = aliased(Event)
            fits = select(event.id).where(event.id == Entry.claim, event.kind.in_(values))
            query = query.where(fits.exists())
    return query


@cache
def told(kind: EntryKind) -> Select[Any]:
    """Entries with what their best telling says."""
    model = _MODELS[kind]
    entry, claim = Entry.__table__.c, model.__table__.c
    query = select(
        *(_as_text(entry[name]).label(f"entry_{name}") for name in _OF_ENTRY),
        *(_as_text(claim[name]) for name in _own(kind)),
    )
    return query.join_from(Entry, model, model.id == Entry.claim)


@cache
def _own(kind: EntryKind) -> list[str]:
    """The columns of a telling that are read."""
    return [column.name for column in _MODELS[kind].__table__.c if column.name not in _HIDDEN]


def _as_text(column: Any) -> Any:
    return type_coerce(column, UtcText()) if isinstance(column.type, UtcTime) else column


_OF_ENTRY = EntryRow._fields[:-2]
_ENTRY = len(_OF_ENTRY)
