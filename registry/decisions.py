"""People's answers as evidence, which holds against all other."""

from __future__ import annotations

from sqlalchemy import Connection, and_, select

from models.bulk import insert_rows
from models.registry import Decision, Evidence
from registry.identity import SAME_PERSON_SAYS
from registry.rows import table

MOST_NAMES = 30
"""So many names of either side a decision binds at most."""


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
    """Write the evidence of all decisions, oldest first."""
    query = select(Decision.id, Decision.verdict, Decision.sides).order_by(Decision.id)
    for row in connection.execute(query).all():
        apply_decision(connection, row.id, row.verdict, row.sides)
