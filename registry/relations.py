"""The relations between organizations, written from what is claimed about them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from models.bulk import insert_rows
from models.registry import Tie
from registry.facts import ties_of
from registry.journal import Journal
from registry.rows import select_in, table
from registry.statements import as_day
from registry.ties import COORDINATION, TieState, ties


def relate(
    connection: Connection, wanted: set[str], silent: set[str], journal: Journal, today: date
) -> None:
    """Derive the relations of organizations; nothing is told about the silent ones."""
    told = {(one.claim, one.subject, one.object): one for one in ties_of(connection, wanted)}
    # Which coordinators hold depends on all of an organization's coordinators.
    coordinated = {one.object for one in told.values() if one.relation == COORDINATION}
    stored = select(Tie.__table__)
    for row in select_in(connection, stored, Tie.subject, wanted):
        coordinated |= {row.object} if row.relation == COORDINATION else set()
    coordinated -= wanted
    for one in ties_of(connection, coordinated):
        if one.relation == COORDINATION and one.object in coordinated:
            told[one.claim, one.subject, one.object] = one
    fresh = ties(told.values(), today)
    known = {
        (row.subject, row.relation, row.object): row
        for row in (
            *select_in(connection, stored, Tie.object, wanted),
            *select_in(connection, stored, Tie.subject, wanted),
            *select_in(
                connection, stored.where(Tie.relation == COORDINATION), Tie.object, coordinated
            ),
        )
    }
    rows = {(tie.subject, tie.relation, tie.object): _tie_row(tie) for tie in fresh}
    target = table("tie")
    for key, row in known.items():
        if rows.get(key) != dict(row._mapping):
            connection.execute(
                target.delete().where(
                    target.c.subject == key[0],
                    target.c.relation == key[1],
                    target.c.object == key[2],
                )
            )
    changed = [
        row
        for key, row in sorted(rows.items())
        if key not in known or dict(known[key]._mapping) != row
    ]
    insert_rows(connection, target, changed)
    _tell_coordinators(journal, known, rows, silent)


def _tie_row(tie: TieState) -> dict[str, Any]:
    return {
        "subject": tie.subject,
        "relation": tie.relation,
        "object": tie.object,
        "valid_from": tie.valid_from,
        "valid_until": tie.valid_until,
        "state": tie.state,
        "rule": tie.rule,
        "day": tie.day,
        "claims": tie.claims,
    }


def _tell_coordinators(
    journal: Journal,
    known: dict[tuple[str, str, str], Any],
    rows: dict[tuple[str, str, str], dict[str, Any]],
    silent: set[str],
) -> None:
    before: dict[str, set[str]] = defaultdict(set)
    after: dict[str, set[str]] = defaultdict(set)
    claims: dict[str, list[str]] = defaultdict(list)
    days: dict[str, str] = {}
    for (subject, relation, coordinated), row in known.items():
        if relation == COORDINATION and row.state == "current":
            before[coordinated].add(subject)
    for (subject, relation, coordinated), fresh in rows.items():
        if relation == COORDINATION and fresh["state"] == "current":
            after[coordinated].add(subject)
            if subject not in before[coordinated]:
                claims[coordinated] += fresh["claims"]
                days[coordinated] = fresh["day"]
    for coordinated in sorted({*before, *after} - silent):
        old, now = before[coordinated], after[coordinated]
        if old != now:
            journal.tell(
                "coordinator changed",
                coordinated,
                sorted(old) or None,
                sorted(now) or None,
                claims=claims[coordinated],
                day=days.get(coordinated),
            )


def ending_ties(connection: Connection, today: date) -> set[str]:
    """The organizations with relations that stand as current, though their end has passed."""
    query = select(Tie.object, Tie.valid_until).where(
        Tie.state == "current", Tie.valid_until <= today.isoformat()
    )
    ended = ((row.object, as_day(row.valid_until, end=True)) for row in connection.execute(query))
    return {organization for organization, end in ended if end is not None and end < today}
