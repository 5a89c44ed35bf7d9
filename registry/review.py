"""People's part: questions to answer, organizations to merge and to split."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Engine, Row, func, select, update

from models.database import writing
from models.registry import (
    Alias,
    Certificate,
    Decision,
    Link,
    OutsideId,
    Question,
    RegisteredOrganization,
)
from registry.decisions import MOST_NAMES, apply_decision, withdraw_decision
from registry.lookup import resolve
from registry.names import form_of
from registry.rows import table
from registry.settling import settle_within
from registry.views import words_of

Verdict = Literal["same", "different", "later"]
WORDS_SHOWN = 3
"""So many claims are shown of either side of a question."""


class ReviewError(ValueError):
    """An answer that cannot be taken; says why."""


class UnknownQuestion(ReviewError):
    """There is no such question."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a question. outside: its ids in other works. labels: that it holds or held.
    key: the name that the question is about. evidence: (words, address) of claims with it."""

    key: str
    organization: str
    name: str
    kind: str | None
    country: str | None
    website: str | None
    outside: list[str]
    aliases: list[str]
    labels: list[str]
    evidence: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: whether two records are one organization."""

    number: int
    state: str
    score: float
    reasons: list[str]
    left: Side
    right: Side


def count_questions(engine: Engine, *, later: bool = False) -> int:
    """How many questions are open; with `later` also those put off."""
    query = select(func.count()).select_from(Question).where(Question.state.in_(_states(later)))
    with engine.connect() as connection:
        return connection.scalar(query) or 0


def questions(
    engine: Engine,
    *,
    later: bool = False,
    after: tuple[str, float, int] | None = None,
    limit: int | None = None,
) -> list[Asked]:
    """The open questions, the likeliest first; with `later` also those put off.

    after: state, score and number of the last one seen. limit: None for all.
    """
    query = (
        select(Question.__table__)
        .where(Question.state.in_(_states(later)))
        .order_by(Question.state.desc(), Question.score.desc(), Question.id)
    )
    if after is not None:
        state, score, number = after
        lower = (Question.score < score) | ((Question.score == score) & (Question.id > number))
        query = query.where((Question.state < state) | ((Question.state == state) & lower))
    with engine.connect() as connection:
        rows = connection.execute(query if limit is None else query.limit(limit)).all()
        return [
            Asked(
                row.id,
                row.state,
                row.score,
                list(row.evidence),
                _side(connection, row.a),
                _side(connection, row.b),
            )
            for row in rows
        ]


def _states(later: bool) -> tuple[str, ...]:
    return ("open", "later") if later else ("open",)


def answer(
    engine: Engine,
    number: int,
    verdict: Verdict,
    *,
    by: str = "",
    note: str = "",
    now: datetime | None = None,
) -> None:
    """Answer a question; the answer holds against later crawls. note: why, kept with the
    decision. Raises ReviewError."""
    moment = now or datetime.now(UTC)
    with writing(engine) as connection:
        row = connection.execute(
            select(Question.a, Question.b).where(Question.id == number)
        ).one_or_none()
        if row is None:
            raise UnknownQuestion(f"there is no question {number}")
        # Before it is settled, which drops the open questions that settle themselves.
        connection.execute(
            update(Question)
            .where(Question.id == number)
            .values(state=verdict, answered_at=moment, answered_by=by)
        )
        if verdict != "later":
            sides = [_names_beside(connection, row.a), _names_beside(connection, row.b)]
            if sides[0] == sides[1]:
                raise ReviewError("the two are one organization already; use `split`")
            told = f"{_note_of(number)}: {note}" if note else _note_of(number)
            _decide(connection, verdict, sides, told, by, moment, frozenset())


def undo(engine: Engine, number: int, *, by: str = "", now: datetime | None = None) -> None:
    """Take an answer back: the question is open again, and earlier decisions hold as before.

    Raises ReviewError where it was not answered.
    """
    moment = now or datetime.now(UTC)
    with writing(engine) as connection:
        row = connection.execute(select(Question.state).where(Question.id == number)).one_or_none()
        if row is None or row.state == "open":
            raise ReviewError(f"question {number} has no answer to take back")
        reopened = update(Question).where(Question.id == number)
        connection.execute(reopened.values(state="open", answered_at=None, answered_by=None))
        if row.state != "later":
            names = withdraw_decision(connection, _note_of(number), by, moment)
            settle_within(connection, None, moment, again=frozenset(names))


def merge(
    engine: Engine, keep: str, other: str, *, by: str = "", now: datetime | None = None
) -> str:
    """Make two organizations one, under the first one's id, which is returned."""
    moment = now or datetime.now(UTC)
    with writing(engine) as connection:
        ids = [_existing(connection, organization) for organization in (keep, other)]
        if ids[0] == ids[1]:
            raise ReviewError(f"{keep} and {other} are one organization already")
        sides = [[row.key for row in _names(connection, one)] for one in ids]
        _decide(connection, "same", sides, "merge", by, moment, frozenset(ids[:1]))
        return ids[0]


def split(
    engine: Engine,
    organization: str,
    names: list[str],
    *,
    by: str = "",
    now: datetime | None = None,
) -> str:
    """Take names away from an organization: they are another one, whose id is returned.

    Where that had been an organization before a merge, it gets its id back.
    """
    moment = now or datetime.now(UTC)
    with writing(engine) as connection:
        present = _existing(connection, organization)
        wanted = {form_of(name) for name in names} | set(names)
        rows = _names(connection, present)
        away = [row.key for row in rows if row.form in wanted or row.key in wanted]
        rest = [row.key for row in rows if row.key not in away]
        unknown = {form_of(name) for name in names} - {row.form for row in rows}
        if not away or (unknown and not set(names) <= {row.key for row in rows}):
            known = ", ".join(row.name for row in rows)
            raise ReviewError(f"{present} has only these names: {known}")
        if not rest:
            raise ReviewError("at least one name must stay")
        connection.execute(update(Alias).where(Alias.key.in_(away)).values(organization=None))
        _decide(connection, "different", [away, rest], "split", by, moment, frozenset())
        made = select(Alias.organization).where(Alias.key == away[0])
        return str(connection.execute(made).scalar_one())


def _note_of(number: int) -> str:
    return f"question {number}"


def _decide(
    connection: Connection,
    verdict: str,
    sides: list[list[str]],
    note: str,
    by: str,
    now: datetime,
    prefer: frozenset[str],
) -> None:
    sides = [names[:MOST_NAMES] for names in sides]
    row = {
        "verdict": verdict,
        "sides": sides,
        "note": note,
        "decided_by": by,
        "decided_at": now,
    }
    number = connection.execute(
        table("decision").insert().values(row).returning(Decision.id)
    ).scalar_one()
    names = apply_decision(connection, number, verdict, sides)
    settle_within(connection, None, now, prefer=prefer, again=frozenset(names))


def _existing(connection: Connection, organization: str) -> str:
    present = resolve(connection, organization)
    if present is None:
        raise ReviewError(f"there is no organization {organization!r}")
    return present


def _names(connection: Connection, organization: str) -> list[Row[Any]]:
    """The names of an organization, those with most mentions first."""
    query = (
        select(Alias.key, Alias.form, Alias.name)
        .where(Alias.organization == organization, Alias.mentions > 0)
        .order_by(Alias.mentions.desc(), Alias.key)
    )
    return list(connection.execute(query))


def _names_beside(connection: Connection, key: str) -> list[str]:
    organization = connection.execute(
        select(Alias.organization).where(Alias.key == key)
    ).scalar_one()
    return [row.key for row in _names(connection, str(organization))]


def _side(connection: Connection, key: str) -> Side:
    row = connection.execute(
        select(RegisteredOrganization.__table__)
        .join(Alias, Alias.organization == RegisteredOrganization.id)
        .where(Alias.key == key)
    ).one()
    claims = connection.scalars(
        select(Link.claim_id)
        .where(Link.alias == key, Link.role.not_in(("publisher", "owner")))
        .order_by(Link.claim_id)
    ).all()
    said = words_of(connection, claims[: 10 * WORDS_SHOWN])
    labels = connection.execute(
        select(Certificate.scheme, Certificate.round, Certificate.level, Certificate.valid_until)
        .where(Certificate.organization == row.id)
        .order_by(Certificate.scheme, Certificate.term)
    )
    outside = select(OutsideId.scheme, OutsideId.value).where(OutsideId.organization == row.id)
    return Side(
        key=key,
        organization=row.id,
        name=row.name,
        kind=row.kind,
        country=row.country,
        website=row.website,
        outside=sorted(f"{one.scheme}:{one.value}" for one in connection.execute(outside)),
        aliases=[alias.name for alias in _names(connection, row.id)],
        labels=[" ".join(filter(None, label)) for label in labels],
        # The same words on several pages are shown once.
        evidence=sorted(dict(said.values()).items())[:WORDS_SHOWN],
    )
