"""Reading and writing many rows by many keys, within what both engines take in one statement."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    Text,
    any_,
    bindparam,
    cast,
    delete,
    func,
    select,
    update,
)

from models.base import Base

CHUNK = 5_000


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


def among(connection: Connection, column: Any, keys: list[str]) -> ColumnElement[bool]:
    """Condition: the column has one of the keys. They are one parameter, so that the statement
    is compiled once however many they are."""
    if connection.dialect.name == "postgresql":
        array: ColumnElement[bool] = column == any_(cast(keys, ARRAY(Text)))
        return array
    listed = func.json_each(json.dumps(keys)).table_valued("value")
    found: ColumnElement[bool] = column.in_(select(listed.c.value))
    return found


def select_in(
    connection: Connection, statement: Select[*tuple[Any, ...]], column: Any, keys: Iterable[str]
) -> Iterator[Row[Any]]:
    """The rows of a query whose column has one of the keys."""
    for piece in chunks(keys):
        yield from connection.execute(statement.where(among(connection, column, piece))).all()


def delete_in(connection: Connection, column: Column[Any], keys: Iterable[str]) -> None:
    """Delete the rows whose column has one of the keys."""
    for piece in chunks(keys):
        connection.execute(delete(column.table).where(among(connection, column, piece)))


def update_rows(connection: Connection, name: str, key: str, rows: list[dict[str, Any]]) -> None:
    """Update rows that all have the same columns, by one column that is their key."""
    if not rows:
        return
    target = table(name)
    statement = update(target).where(target.c[key] == bindparam("of_key"))
    connection.execute(
        statement, [{("of_key" if k == key else k): v for k, v in row.items()} for row in rows]
    )
