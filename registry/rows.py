"""Reading and writing many rows by many keys, within what both engines take in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Column, Connection, Row, Select, Table, bindparam, delete, update

from models.base import Base

CHUNK = 500


def table(name: str) -> Table:
    """A table by its name."""
    return Base.metadata.tables[name]


AT_ONCE = 2_000
"""So many claims or organizations are held in memory at a time."""


def chunks(keys: Iterable[str], size: int = CHUNK) -> Iterator[list[str]]:
    """The keys, sorted, in pieces; by default such as fit into one statement."""
    ordered = sorted(set(keys))
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


def select_in(
    connection: Connection, statement: Select[*tuple[Any, ...]], column: Any, keys: Iterable[str]
) -> Iterator[Row[Any]]:
    """The rows of a query whose column has one of the keys."""
    for piece in chunks(keys):
        yield from connection.execute(statement.where(column.in_(piece)))


def delete_in(connection: Connection, column: Column[Any], keys: Iterable[str]) -> None:
    """Delete the rows whose column has one of the keys."""
    for piece in chunks(keys):
        connection.execute(delete(column.table).where(column.in_(piece)))


def update_rows(connection: Connection, name: str, key: str, rows: list[dict[str, Any]]) -> None:
    """Update rows that all have the same columns, by one column that is their key."""
    if not rows:
        return
    target = table(name)
    statement = update(target).where(target.c[key] == bindparam("of_key"))
    connection.execute(
        statement, [{("of_key" if k == key else k): v for k, v in row.items()} for row in rows]
    )
