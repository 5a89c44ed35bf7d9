"""Who holds which label on a given day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, select

from models.claims import Certification
from registry.facts import page_days
from registry.rows import select_in
from registry.statements import as_day

HeldState = Literal["valid", "open", "not yet", "expired", "superseded", "unconfirmed"]
"""valid: within a stated term. open: no end is stated. unconfirmed: no end is stated, and the
scheme's usual validity is over. superseded: a newer term has begun."""

_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_YEARS = re.compile(r"\b(\d{1,2}|one|two|three|four|five|six)( to \w+)? years?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ground:
    """A claim that a term rests on. day: of its page, else of its first reading; seen: when its
    content was read. stated: the page still says so."""

    claim: str
    source: str
    url: str
    words: str
    level: str | None
    valid_from: str | None
    valid_until: str | None
    day: str
    seen: str
    stated: bool


@dataclass(slots=True)
class Held:
    """A term of a label on a day. expected_from and expected_until are derived from the scheme's
    usual validity, never stated by anyone; both None where the stated days suffice."""

    organization: str
    name: str
    scheme: str
    term: str
    level: str | None
    round: str | None
    state: HeldState
    valid_from: str | None
    valid_until: str | None
    expected_from: str | None
    expected_until: str | None
    first_stated: str
    coordinator: str | None
    coordinator_name: str | None
    renews: str | None
    incomplete: bool
    rules: dict[str, str]
    disputes: dict[str, dict[str, list[str]]]
    claims: list[str]
    evidence: list[Ground] = field(default_factory=list)


def months_of(words: str | None) -> int | None:
    """The months in a scheme's validity in words, where it names one number of years.

    >>> months_of("two years, stated as days"), months_of("two to three years"), months_of("open")
    (24, None, None)
    """
    found = _YEARS.findall(words or "")
    if len(found) != 1 or found[0][1]:
        return None
    number = found[0][0].lower()
    return 12 * (int(number) if number.isdigit() else _NUMBERS[number])


def state_on(row: Any, as_of: date, months: int | None) -> HeldState:
    """What a term is on a day.

    row: valid_from, valid_until and first_stated of a `models.registry.Certificate`, and of the
    term that renews it next_from, next_until and next_stated. months: what its scheme's labels
    usually last.
    """
    if as_of < _start(row.valid_from, row.valid_until, row.first_stated, months):
        return "not yet"
    until = as_day(row.valid_until, end=True)
    if until is not None and as_of > until:
        return "expired"
    if row.next_stated is not None:
        following = _start(row.next_from, row.next_until, row.next_stated, months)
        if following <= as_of:
            return "superseded"
    if until is not None:
        return "valid"
    since = as_day(row.valid_from, end=False)
    over = since is not None and months and as_of > _shifted(since, months)
    return "unconfirmed" if over else "open"


def held_on(row: Any, as_of: date, months: int | None) -> Held:
    """A term on a day. row: as `state_on` takes it, with all columns of the term, holder_name
    and coordinator_name."""
    until = as_day(row.valid_until, end=True)
    since = as_day(row.valid_from, end=False)
    expected_from = _shifted(until, -months) if until and months and not since else None
    expected_until = _shifted(since, months) if since and months and not until else None
    return Held(
        organization=row.organization,
        name=row.holder_name,
        scheme=row.scheme,
        term=row.term,
        level=row.level,
        round=row.round,
        state=state_on(row, as_of, months),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        expected_from=expected_from.isoformat() if expected_from else None,
        expected_until=expected_until.isoformat() if expected_until else None,
        first_stated=row.first_stated,
        coordinator=row.coordinator,
        coordinator_name=row.coordinator_name,
        renews=row.renews,
        incomplete=row.incomplete,
        rules=row.rules,
        disputes=row.disputes,
        claims=row.claims,
    )


def _start(
    valid_from: str | None, valid_until: str | None, first_stated: str, months: int | None
) -> date:
    """The stated first day; else the earlier of the day it was first stated and the end less
    the scheme's usual validity. Before that nobody says that the label was held."""
    since = as_day(valid_from, end=False)
    if since is not None:
        return since
    stated = as_day(first_stated, end=False) or date.max
    until = as_day(valid_until, end=True)
    return min(stated, _shifted(until, -months)) if until and months else stated


def _shifted(day: date, months: int) -> date:
    """A day some months later or earlier; 29 February becomes the 28th.

    >>> _shifted(date(2024, 2, 29), 12)
    datetime.date(2025, 2, 28)
    """
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))


def ends_within(held: Held, as_of: date, span: timedelta) -> bool:
    """Whether a term's stated end comes within a span from a day."""
    end = as_day(held.valid_until, end=True)
    return end is not None and as_of <= end <= as_of + span


def newest_first(found: Iterable[Held]) -> list[Held]:
    """Terms by scheme, then those that end last, then by name: as people read them."""
    return sorted(
        found,
        key=lambda h: (h.scheme, _backwards(h.valid_until), h.name.casefold(), h.organization),
    )


def _backwards(value: str | None) -> int:
    end = as_day(value, end=True)
    return -end.toordinal() if end else 0


def add_grounds(connection: Connection, found: Iterable[Held]) -> None:
    """Fill in the claims that the terms rest on."""
    wanted = {claim for held in found for claim in held.claims}
    claim = Certification
    query = select(
        *(claim.id, claim.source, claim.url, claim.page_id, claim.evidence, claim.level),
        *(claim.valid_from, claim.valid_until, claim.first_seen, claim.fetched_at),
        *(claim.missing_since, claim.removed_at),
    )
    known = {row.id: row for row in select_in(connection, query, claim.id, wanted)}
    days = page_days(connection, known.values())
    for held in found:
        held.evidence = [
            Ground(
                claim=row.id,
                source=row.source,
                url=row.url,
                words=row.evidence,
                level=row.level,
                valid_from=row.valid_from,
                valid_until=row.valid_until,
                day=days[row.id][0],
                seen=row.fetched_at.date().isoformat(),
                stated=row.missing_since is None and row.removed_at is None,
            )
            for row in (known[one] for one in held.claims if one in known)
        ]
        held.evidence.sort(key=lambda ground: (ground.day, ground.claim))
