"""Keeps the register true: after a run, from nothing, and beside what it would be from nothing.

The register follows from the claims and from people's answers. `settle` derives what the
changes since the last settling touched; `rebuild` derives everything; both lead to the same.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, select, text

from models.base import canonical_json
from models.bulk import insert_rows
from models.database import writing
from models.history import Change
from models.registry import Question, RegisterState
from registry.aliases import count_aliases
from registry.decisions import apply_all
from registry.grouping import regroup
from registry.intake import Touched, all_claims, changed_claims, take_claims, take_owners
from registry.journal import Journal
from registry.labels import certify, tell_expired
from registry.outside_ids import write_outside_ids
from registry.owners import exchange_owners, owners_mark
from registry.profiles import describe
from registry.proofs import (
    add_blocks,
    context_proofs,
    forget_initials,
    forget_names,
    initials_proofs,
    name_proofs,
)
from registry.relations import ending_ties, relate
from registry.rows import AT_ONCE, chunks, table
from registry.statements import Owner
from registry.surroundings import neighbours, organizations_of, places_of
from registry.words import write_words

RULES = "2"
"""Counts up when the rules change: the register is then derived again as a whole."""

REGISTRY_LOCK = 0x72656769
"""Held on PostgreSQL while the register is settled: one at a time, so that the order of its
changes is the order in which readers come to see them."""

_DERIVED = (
    *("registered_organization", "alias", "link", "name_block", "evidence"),
    *("certificate", "tie", "organization_outside_id", "name_word"),
)


@dataclass(frozen=True, slots=True)
class Settled:
    """What a settling did: claims looked at, organizations derived, changes told."""

    claims: int = 0
    organizations: int = 0
    changes: int = 0


@dataclass(frozen=True, slots=True)
class _State:
    """Where the last settling left off, and where the claims are now."""

    newest: int
    seq: int
    day: str
    rules: str
    owners: str


def settle(
    engine: Engine,
    *,
    owners: Mapping[str, Owner] | None = None,
    now: datetime | None = None,
) -> Settled:
    """Bring the register up to date; one query where nothing happened since the last time.

    owners: by source, whose website it is; None keeps what is known. Raises what the database
    raises; nothing is then written.
    """
    moment = now or datetime.now(UTC)
    today = moment.date()
    mark = None if owners is None else owners_mark(owners)
    with engine.connect() as connection:
        state = _state(connection)
    if _is_settled(state, today, mark):
        return Settled()
    with writing(engine) as connection:
        return settle_within(connection, owners, moment)


def settle_within(
    connection: Connection,
    owners: Mapping[str, Owner] | None,
    now: datetime,
    *,
    prefer: frozenset[str] = frozenset(),
    again: frozenset[str] = frozenset(),
) -> Settled:
    """Settle in an open transaction that writes. prefer: organizations whose ids stay where
    others merge with them. again: names to group anew."""
    _lock(connection)
    return _settle(connection, owners, now, prefer=prefer, again=again)


def rebuild(engine: Engine, *, now: datetime | None = None) -> Settled:
    """Derive the whole register again. Organizations keep their ids by their names."""
    with writing(engine) as connection:
        _lock(connection)
        return _rebuild(connection, now or datetime.now(UTC))


def differences(engine: Engine) -> list[str]:
    """Where the register is not what it would be from nothing, one line each.

    Nothing is written. A register that has not seen the newest changes yet is told as such.
    """
    with engine.connect() as connection:
        state = _state(connection)
    if not state.rules:
        return ["the register was never settled"] if state.newest else []
    if state.seq < state.newest:
        return [f"the register has not seen {state.newest - state.seq} changes of claims"]
    found: list[str] = []
    try:
        with writing(engine) as connection:
            _lock(connection)
            before = _dump(connection)
            _rebuild(connection, datetime.fromisoformat(state.day).replace(tzinfo=UTC))
            after = _dump(connection)
            raise _Rehearsed
    except _Rehearsed:
        pass
    for name in before:
        for row in sorted(before[name] ^ after[name])[:20]:
            side = "should not be there" if row in before[name] else "is missing"
            found.append(f"register, {name}: {row[:300]} {side}")
    return found


class _Rehearsed(Exception):
    """Takes a transaction back that was only to be compared."""


def _rebuild(connection: Connection, now: datetime) -> Settled:
    for name in ("link", "name_block", "evidence"):
        connection.execute(table(name).delete())
    connection.execute(table("alias").update().values(mentions=0, sources=0))
    apply_all(connection)
    _remember(connection, {"rules": RULES})
    return _settle(connection, None, now, everything=True)


def _settle(
    connection: Connection,
    owners: Mapping[str, Owner] | None,
    now: datetime,
    *,
    everything: bool = False,
    prefer: frozenset[str] = frozenset(),
    again: frozenset[str] = frozenset(),
) -> Settled:
    with _without_collection():
        return _settle_all(connection, owners, now, everything, prefer, again)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Settling makes many rows and no cycles. Python's collector would look for cycles in all
    of them again and again, for a third of the whole time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _settle_all(
    connection: Connection,
    owners: Mapping[str, Owner] | None,
    now: datetime,
    everything: bool,
    prefer: frozenset[str],
    again: frozenset[str],
) -> Settled:
    state = _state(connection)
    today = max(now.date(), date.fromisoformat(state.day or "0001-01-01"))
    known, former, moved = exchange_owners(connection, owners)
    if state.rules not in ("", RULES):
        return _rebuild(connection, now)
    journal = Journal(now, today)
    touched = Touched()
    ids = all_claims(connection)
    if state.seq and not everything:
        ids = changed_claims(connection, state.seq, state.newest)
        ids |= all_claims(connection, moved)
    take_owners(connection, known, former, touched)
    take_claims(connection, ids, known, touched)
    fresh, gone = count_aliases(connection, touched.names | touched.active)
    seeds = _prove(connection, fresh, gone, touched) | again
    regrouped = regroup(connection, seeds, journal, prefer)
    wanted = regrouped.organizations | neighbours(connection, regrouped.moved)
    wanted |= organizations_of(connection, touched.names | touched.active)
    wanted |= ending_ties(connection, today)
    certified: set[tuple[str, str]] = set()
    silent = regrouped.new | regrouped.away
    for piece in map(set, chunks(wanted, AT_ONCE)):
        relate(connection, piece, silent, journal, today)
        certified |= certify(connection, piece, regrouped.away, journal, today)
        write_outside_ids(connection, piece)
        describe(connection, piece, regrouped.new, journal)
        write_words(connection, piece)
    if state.day:
        tell_expired(connection, state.day, today, certified, journal)
    changes = journal.write(connection)
    _remember(
        connection,
        {
            "seq": str(state.newest),
            "day": today.isoformat(),
            "rules": RULES,
            "owners": owners_mark(known),
        },
    )
    return Settled(len(ids), len(wanted), changes)


def _prove(
    connection: Connection, fresh: dict[str, str], gone: set[str], touched: Touched
) -> set[str]:
    """Bring the evidence up to date; the names whose grouping may have changed with it."""
    forget_names(connection, gone)
    add_blocks(connection, fresh)
    pairs = touched.pairs | places_of(connection, fresh)
    here = places_of(connection, {alias for _, alias in pairs})
    seeds = gone | set(fresh) | touched.proven
    seeds |= name_proofs(connection, fresh)
    seeds |= forget_initials(connection, pairs - here)
    seeds |= initials_proofs(connection, pairs & here)
    seeds |= context_proofs(connection, touched.blocks)
    return seeds


def _is_settled(state: _State, today: date, mark: str | None) -> bool:
    return (
        state.seq == state.newest
        and state.rules in ("", RULES)
        and (state.day >= today.isoformat() or not state.newest)
        and (mark is None or mark == state.owners)
    )


def _state(connection: Connection) -> _State:
    """All of it in one query."""

    def kept(key: str) -> Any:
        return select(RegisterState.value).where(RegisterState.key == key).scalar_subquery()

    row = connection.execute(
        select(
            select(func.max(Change.seq)).scalar_subquery(),
            *(kept(key) for key in ("seq", "day", "rules", "owners")),
        )
    ).one()
    return _State(row[0] or 0, int(row[1] or 0), row[2] or "", row[3] or "", row[4] or "")


def _remember(connection: Connection, values: Mapping[str, str]) -> None:
    target = table("register_state")
    connection.execute(target.delete().where(target.c.key.in_(values)))
    insert_rows(connection, target, [{"key": k, "value": v} for k, v in values.items()])


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": REGISTRY_LOCK})


def _dump(connection: Connection) -> dict[str, set[str]]:
    """The derived rows, as text that can be compared."""
    found = {
        name: {
            canonical_json([_plain(value) for value in row])
            for row in connection.execute(select(table(name)))
        }
        for name in _DERIVED
    }
    questions = select(Question.a, Question.b, Question.score, Question.evidence)
    rows = connection.execute(questions.where(Question.state.in_(("open", "later"))))
    found["question"] = {canonical_json(list(row)) for row in rows}
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
