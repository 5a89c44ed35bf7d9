"""Who coordinates, belongs to or founded what, and since or until when. Pure.

One tie stands for all claims about the same two organizations and the same relation. Its
current value follows from these rules, in this order:

1. A stated end that lies behind, or "former coordinator", ends it, whoever else still speaks in
   the present tense; unless a page that gives its own day, or a stated start, lies after the end.
2. A tie that its pages no longer state has lapsed.
3. Of several coordinators of one organization those hold that are stated latest, by pages that
   give their day; an undated page neither supersedes nor is superseded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from registry.statements import as_day

COORDINATION = "coordinator_of"


@dataclass(frozen=True, slots=True)
class Told:
    """One claim about a tie. subject and object: organizations. former: it is over. day: of the
    page, where `dated`, else of its first reading. live: the page still says so."""

    claim: str
    subject: str
    relation: str
    object: str
    valid_from: str | None
    valid_until: str | None
    day: str
    dated: bool
    live: bool
    former: bool = False


@dataclass(slots=True)
class TieState:
    """A tie as all its claims tell together; see `models.registry.Tie`."""

    subject: str
    relation: str
    object: str
    valid_from: str | None
    valid_until: str | None
    state: str
    rule: str
    day: str
    claims: list[str]
    dated_day: str | None = None


def ties(told: Iterable[Told], today: date) -> list[TieState]:
    """The ties that the claims make, in the order of their organizations."""
    groups: dict[tuple[str, str, str], list[Told]] = defaultdict(list)
    for one in sorted(told, key=lambda t: t.claim):
        groups[one.subject, one.relation, one.object].append(one)
    found = [_tie(group, today) for _, group in sorted(groups.items())]
    _supersede(found)
    return found


def _tie(group: list[Told], today: date) -> TieState:
    ends = [one for one in group if one.former or _is_past(one.valid_until, today)]
    starts = sorted(one.valid_from for one in group if one.valid_from)
    dated = [one.day for one in group if one.dated and not one.former]
    tie = TieState(
        group[0].subject,
        group[0].relation,
        group[0].object,
        starts[0] if starts else None,
        None,
        "current",
        "stated",
        min(one.day for one in group),
        [one.claim for one in group],
        max(dated) if dated else None,
    )
    if ends:
        last = max(ends, key=_end)
        over = _end(last)
        again = [
            one
            for one in group
            if one not in ends
            and ((one.dated and one.day > over) or (one.valid_from or "")[:10] > over)
        ]
        if again:
            tie.rule = "stated again, on a later day, after it had ended"
        else:
            tie.state = "ended"
            tie.valid_until = _precise_end(ends)
            tie.rule = (
                "a stated end beats the present tense of other pages"
                if len(ends) < len(group)
                else "a stated end"
            )
    else:
        future = sorted(one.valid_until for one in group if one.valid_until)
        tie.valid_until = future[-1] if future else None
        if not any(one.live for one in group):
            tie.state, tie.rule = "lapsed", "its pages no longer state it"
    return tie


def _supersede(found: list[TieState]) -> None:
    """Of several dated coordinators of one organization the latest hold."""
    rivals: dict[str, list[TieState]] = defaultdict(list)
    for tie in found:
        if tie.relation == COORDINATION and tie.state == "current" and tie.dated_day:
            rivals[tie.object].append(tie)
    for several in rivals.values():
        last = max(tie.dated_day or "" for tie in several)
        for tie in several:
            if (tie.dated_day or "") < last:
                tie.state = "superseded"
                tie.rule = f"another coordinator is stated on {last}"


def _is_past(value: str | None, today: date) -> bool:
    end = as_day(value, end=True)
    return end is not None and end < today


def _end(one: Told) -> str:
    end = as_day(one.valid_until, end=True)
    return end.isoformat() if end else one.day


def _precise_end(ends: list[Told]) -> str | None:
    stated = sorted((one.valid_until for one in ends if one.valid_until), key=lambda v: (len(v), v))
    return stated[-1] if stated else None
