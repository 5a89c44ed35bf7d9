"""Many rows at once, as fast as each engine can."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite


def insert_rows(
    connection: Connection,
    table: Table,
    rows: list[dict[str, Any]],
    *,
    ignore_known: bool = False,
) -> None:
    """Insert rows that all have the same columns. ignore_known: keep the rows that are there."""
    if not rows:
        return
    if not ignore_known:
        connection.execute(insert(table), rows)
        return
    variant = insert_postgresql if connection.dialect.name == "postgresql" else insert_sqlite
    connection.execute(variant(table).on_conflict_do_nothing(), rows)
