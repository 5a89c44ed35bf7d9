"""Many rows at once, as fast as each engine can: executemany on SQLite, COPY on PostgreSQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy import Connection, Table
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.exc import DBAPIError

from models.base import JsonText, UtcTime, canonical_json, utc_text


def insert_rows(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows that all have the same columns. Raises DBAPIError where one is refused."""
    if not rows:
        return
    names = list(rows[0])
    values = _values(table, names, rows)
    columns = ", ".join(f'"{name}"' for name in names)
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" * len(names))
        connection.exec_driver_sql(
            f'INSERT INTO "{table.name}" ({columns}) VALUES ({places})', values
        )
        return
    statement = f'COPY "{table.name}" ({columns}) FROM STDIN'
    driver: Any = connection.connection.dbapi_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in values:
                copy.write_row(row)
    except psycopg.Error as error:
        raise DBAPIError(statement, None, error) from error


def insert_unknown(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert the rows whose keys are not there yet."""
    if rows:
        variant = insert_postgresql if connection.dialect.name == "postgresql" else insert_sqlite
        connection.execute(variant(table).on_conflict_do_nothing(), rows)


def _values(table: Table, names: list[str], rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """The rows as the driver takes them, column by column; either reads times from text."""
    columns = []
    moments: dict[datetime, str] = {}
    for name in names:
        values = [row[name] for row in rows]
        kind = table.c[name].type
        if isinstance(kind, UtcTime):
            values = [None if value is None else _moment(value, moments) for value in values]
        elif isinstance(kind, JsonText):
            values = [v if v is None or isinstance(v, str) else canonical_json(v) for v in values]
        columns.append(values)
    return list(zip(*columns, strict=True))


def _moment(value: datetime, known: dict[datetime, str]) -> str:
    text = known.get(value)
    if text is None:
        if value.tzinfo is None:
            raise ValueError(f"a time without its zone cannot be stored: {value!r}")
        text = known[value] = utc_text(value)
    return text
