"""Who holds which label from when to when: derived from claims that stand side by side. Pure.

Claims of one holder and scheme belong to one term where they name the same round; without
rounds, where they name the same level and no two ends that lie more than SAME_TERM days apart.
A claim that names neither joins the term whose end it states or in which its day lies.

The current value of a field is that of the first claim by this order: still stated before no
longer stated; the holder's, the coordinator's or the issuer's own site before third parties;
a dated page before an undated one; the later day of statement; the claim's id. Any stated
value beats none. What other claims say instead is kept as a dispute; "2017" does not contradict
"2017-11", which is the more precise one and therefore shown.

The newer of two terms is that of the higher round, then of the higher level, then with the
later end.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from registry.statements import as_day

SAME_TERM = 300
"""Days between two ends of one term that sources may disagree by."""

_LEVELS = ("bronze", "silver", "gold")
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}


@dataclass(frozen=True, slots=True)
class Said:
    """One claim about a label. day: of the page, else of its first reading. dated: whether the
    page gives its day. live: the page still says so. own: holder's, coordinator's or issuer's
    site. coordinator: an organization's id."""

    claim: str
    level: str | None
    round: str | None
    valid_from: str | None
    valid_until: str | None
    coordinator: str | None
    day: str
    dated: bool
    live: bool
    own: bool
    incomplete: bool = False


@dataclass(slots=True)
class Term:
    """One term of a label, as the claims about it tell together."""

    term: str
    level: str | None
    round: str | None
    valid_from: str | None = None
    valid_until: str | None = None
    coordinator: str | None = None
    first_stated: str = ""
    rules: dict[str, str] = field(default_factory=dict)
    disputes: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    claims: list[str] = field(default_factory=list)
    renews: str | None = None
    superseded: bool = False
    incomplete: bool = False


def terms(said: Iterable[Said]) -> list[Term]:
    """The terms of one holder in one scheme, oldest first, each with the one it renews."""
    found = [_term(group) for group in _groups(sorted(said, key=lambda s: s.claim))]
    found.sort(key=_age)
    names: Counter[str] = Counter()
    for term in found:
        label = " ".join(part for part in (term.round, term.level) if part) or "held"
        names[label] += 1
        term.term = label if names[label] == 1 else f"{label} {names[label]}"
    for before, after in pairwise(found):
        after.renews = before.term
        before.superseded = True
    return found


def _groups(said: list[Said]) -> list[list[Said]]:
    rounds: dict[str, list[Said]] = defaultdict(list)
    levels: dict[str, list[Said]] = defaultdict(list)
    bare: list[Said] = []
    for one in said:
        if one.round:
            rounds[one.round].append(one)
        elif one.level:
            levels[one.level].append(one)
        else:
            bare.append(one)
    groups = [rounds[name] for name in sorted(rounds)]
    for level in sorted(levels):
        groups += _by_end(levels[level], [g for g in groups if g[0].level in (None, level)])
    return groups + _by_end(bare, groups)


def _by_end(said: list[Said], known: list[list[Said]]) -> list[list[Said]]:
    """Put claims to the known groups that they fit; the others in groups of their own."""
    made: list[list[Said]] = []
    ended = sorted((one for one in said if one.valid_until), key=lambda s: s.valid_until or "")
    for one in ended:
        near = [group for group in (*known, *made) if _near(group, one)]
        if near:
            near[0].append(one)
        else:
            made.append([one])
    open_ended = [one for one in said if not one.valid_until]
    left = []
    homes = [(group, _span(group)) for group in (*known, *made)]
    for one in open_ended:
        day = as_day(one.valid_from, end=False) or as_day(one.day, end=False) or date.max
        fits = [group for group, (start, end) in homes if start <= day <= end]
        if fits:
            fits[-1].append(one)
        else:
            left.append(one)
    return [*made, left] if left else made


def _near(group: Sequence[Said], one: Said) -> bool:
    end = as_day(one.valid_until, end=True)
    ends = [as_day(other.valid_until, end=True) for other in group if other.valid_until]
    return end is not None and any(e and abs((e - end).days) <= SAME_TERM for e in ends)


def _span(group: Sequence[Said]) -> tuple[date, date]:
    """What a group's claims leave open is open; without an end nothing fits by its day."""
    ends = [end for one in group if (end := as_day(one.valid_until, end=True))]
    starts = [start for one in group if (start := as_day(one.valid_from, end=False))]
    if not ends:
        return date.max, date.min
    return min(starts, default=date.min), max(ends)


def _term(group: list[Said]) -> Term:
    ranked = sorted(group, key=_trust)
    level = next((one.level for one in ranked if one.level), None)
    number = next((one.round for one in ranked if one.round), None)
    term = Term("", level, number)
    for name in ("valid_from", "valid_until", "coordinator"):
        value, rule, dispute = _decide(ranked, name)
        setattr(term, name, value)
        if rule:
            term.rules[name] = rule
        if dispute:
            term.disputes[name] = dispute
    _dispute_start(term, ranked)
    term.first_stated = min(one.day for one in group)
    term.claims = sorted(one.claim for one in group)
    term.incomplete = any(one.incomplete for one in group)
    return term


def _dispute_start(term: Term, ranked: list[Said]) -> None:
    """A page of its own day that knew of the label before it began contradicts the beginning.

    It stands among the values as an open beginning in the notation of ISO 8601-2: ``../2015-12``.
    """
    start = as_day(term.valid_from, end=False)
    if term.valid_from is None or start is None:
        return
    told = [(one, as_day(one.day, end=True)) for one in ranked if one.dated and not one.valid_from]
    earlier = [one for one, day in told if day is not None and day < start]
    if not earlier:
        return
    dispute = term.disputes.setdefault("valid_from", {})
    if not dispute:
        term.rules["valid_from"] = "a stated beginning before what a page's own day tells"
        dispute[term.valid_from] = sorted(one.claim for one in ranked if one.valid_from)
    for one in earlier:
        value = f"../{one.day}"
        dispute[value] = sorted([*dispute.get(value, []), one.claim])


def _trust(one: Said) -> tuple[Any, ...]:
    return (not one.live, not one.own, not one.dated, _backwards(one.day), one.claim)


def _backwards(day: str) -> int:
    return -(as_day(day, end=True) or date.min).toordinal()


def _decide(
    ranked: list[Said], name: str
) -> tuple[str | None, str | None, dict[str, list[str]] | None]:
    """The value of a field, the rule that chose it, and who says what where they disagree."""
    stated = [one for one in ranked if getattr(one, name)]
    if not stated:
        return None, None, None
    first = stated[0]
    value: str = getattr(first, name)
    precise = [getattr(one, name) for one in stated if getattr(one, name).startswith(value)]
    if name != "coordinator":
        value = min(precise, key=lambda text: (-len(text), text))
    others = [
        one
        for one in stated
        if not value.startswith(getattr(one, name)) and not getattr(one, name).startswith(value)
    ]
    if not others:
        return value, None, None
    dispute: dict[str, list[str]] = defaultdict(list)
    for one in stated:
        dispute[getattr(one, name)].append(one.claim)
    other = others[0]
    if first.live != other.live:
        rule = "still stated"
    elif first.own != other.own:
        rule = "own site before third parties"
    elif first.dated != other.dated:
        rule = "dated page before undated"
    elif first.day != other.day:
        rule = "later statement"
    else:
        rule = "first by id: nothing else tells them apart"
    return value, rule, {key: sorted(claims) for key, claims in sorted(dispute.items())}


def _age(term: Term) -> tuple[Any, ...]:
    """Older terms first: by round, by end, by start, by level, by the day they were stated."""
    end = as_day(term.valid_until, end=True) or date.max
    start = as_day(term.valid_from, end=False) or as_day(term.first_stated, end=False) or date.min
    level = _LEVELS.index(term.level) if term.level in _LEVELS else 0
    return (_number(term.round), level, end, start, term.claims)


def _number(name: str | None) -> int:
    """A round's number, written as Roman or Arabic digits; 0 for none.

    >>> _number("IV"), _number("2016")
    (4, 2016)
    """
    if not name:
        return 0
    if name.isdigit():
        return int(name)
    values = [_ROMAN.get(char, 0) for char in name.upper()]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < after else value for value, after in pairs)
