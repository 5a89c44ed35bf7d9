"""People's answers as evidence, which holds against all other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, select

from models.bulk import insert_rows
from models.registry import Decision, Evidence
from registry.identity import SAME_PERSON_SAYS
from registry.rows import table

MOST_NAMES = 30
"""So many names of either side a decision binds at most."""


WITHDRAWN = "withdrawn"
"""The verdict of a decision that its maker took back."""


def apply_decision(
    connection: Connection, number: int, verdict: str, sides: list[list[str]]
) -> set[str]:
    """Write a decision's evidence in place of earlier ones about the same names; its names."""
    pairs = sorted({(min(a, b), max(a, b)) for a in sides[0] for b in sides[1] if a != b})
    target = table("evidence")
    rows = []
    for a, b in pairs:
        earlier = and_(Evidence.a == a, Evidence.b == b, Evidence.origin.like("d:%"))
        connection.execute(target.delete().where(earlier))
        score = SAME_PERSON_SAYS if verdict == "same" else -SAME_PERSON_SAYS
        rows.append({"a": a, "b": b, "reason": verdict, "origin": f"d:{number}", "score": score})
    insert_rows(connection, target, rows)
    return {key for pair in pairs for key in pair}


def apply_all(connection: Connection) -> None:
    """Write the evidence of all decisions that hold, oldest first."""
    for row in _holding(connection):
        apply_decision(connection, row.id, row.verdict, row.sides)


def withdraw_decision(connection: Connection, note: str, by: str, now: datetime) -> set[str]:
    """Let the last decision with this note, or one that goes on behind a colon, hold no more;
    its names. It is kept as withdrawn.

    What it had replaced holds again.
    """
    rows = [row for row in _holding(connection) if row.note.partition(":")[0] == note]
    if not rows:
        return set()
    last = rows[-1]
    target = table("decision")
    connection.execute(
        target.update()
        .where(target.c.id == last.id)
        .values(verdict=WITHDRAWN, note=f"{last.note}, {last.verdict} taken back by {by} {now:%F}")
    )
    connection.execute(table("evidence").delete().where(Evidence.origin == f"d:{last.id}"))
    names = {name for side in last.sides for name in side}
    for row in _holding(connection):
        if len(names.intersection(name for side in row.sides for name in side)) > 1:
            apply_decision(connection, row.id, row.verdict, row.sides)
    return names


def _holding(connection: Connection) -> list[Row[Any]]:
    """The decisions that hold, oldest first."""
    query = select(Decision.id, Decision.verdict, Decision.sides, Decision.note)
    return list(
        connection.execute(query.where(Decision.verdict != WITHDRAWN).order_by(Decision.id))
    )
