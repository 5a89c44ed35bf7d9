"""The SQLite file of a publication: written first, in one go; all other forms are read from it.

So all forms agree with each other, and the database itself is only looked at for as long as one
pass over it takes. The same rows give the same bytes.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from feeds.publishing.tables import Row, Table

_TYPES = {"boolean": "INTEGER", "integer": "INTEGER"}
_AT_ONCE = 500
_PRAGMAS = (
    "page_size = 4096",
    "encoding = 'UTF-8'",
    # The file is new, and thrown away if anything fails; it is synced when it is whole.
    "journal_mode = OFF",
    "synchronous = OFF",
    "locking_mode = EXCLUSIVE",
    "cache_size = -16384",
)


class DatabaseFile:
    """A new SQLite file; one transaction, from the first row to `finish`."""

    def __init__(self, path: Path, tables: Iterable[Table]) -> None:
        self._file = sqlite3.connect(path, isolation_level=None)
        for pragma in _PRAGMAS:
            self._file.execute(f"PRAGMA {pragma}")
        self._file.execute("BEGIN")
        self._tables = tuple(tables)
        for table in self._tables:
            self._file.execute(_definition(table))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def insert(self, table: Table, rows: Iterable[Row], told: Callable[[int], None]) -> None:
        """Add rows, as a stream. told: is given the number of rows of each piece."""
        places = ", ".join("?" * len(table.columns))
        self._insert(f"INSERT INTO {table.name} VALUES ({places})", rows, told)

    def insert_gone(self, table: Table, rows: Iterable[Row], told: Callable[[int], None]) -> None:
        """Put rows of what is gone aside, for the feeds: no part of the file. They have one
        column more, since when."""
        columns = ", ".join(f'"{name}"' for name in [*table.names, "gone_at"])
        self._file.execute(f"CREATE TEMP TABLE gone_{table.name} ({columns})")
        places = ", ".join("?" * (len(table.columns) + 1))
        self._insert(f"INSERT INTO temp.gone_{table.name} VALUES ({places})", rows, told)

    def _insert(self, statement: str, rows: Iterable[Row], told: Callable[[int], None]) -> None:
        rest = iter(rows)
        while piece := list(itertools.islice(rest, _AT_ONCE)):
            self._file.executemany(statement, piece)
            told(len(piece))

    def keys(self, table: Table) -> set[str]:
        """The keys of all rows that a table has by now."""
        return {row[0] for row in self._file.execute(f'SELECT "{table.key}" FROM {table.name}')}

    def named(self, target: str) -> set[str]:
        """The keys of a table that rows of other tables name by now."""
        return {
            row[0]
            for table, column in _references(self._tables, target)
            for row in self._file.execute(
                f'SELECT DISTINCT "{column}" FROM {table} WHERE "{column}" IS NOT NULL'
            )
        }

    def count_by_source(self, table: Table) -> dict[str, int]:
        """The number of rows of each source."""
        query = f"SELECT source, count(*) FROM {table.name} GROUP BY source"
        return dict(self._file.execute(query).fetchall())

    def finish(self) -> None:
        """Make the indexes, and write everything."""
        for table in self._tables:
            for columns in table.sought:
                name = "_".join(("ix", table.name, *columns))
                told = ", ".join(f'"{column}"' for column in columns)
                self._file.execute(f"CREATE INDEX {name} ON {table.name} ({told})")
        self._file.execute("COMMIT")

    def count(self, table: Table) -> int:
        """The number of rows of a table."""
        number: int = self._file.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0]
        return number

    def pieces(self, table: Table) -> Iterator[list[Row]]:
        """All rows in their order, in pieces. Truth is 0 or 1 there."""
        columns = ", ".join(f'"{name}"' for name in table.names)
        cursor = self._file.execute(f"SELECT {columns} FROM {table.name} ORDER BY rowid")
        while piece := cursor.fetchmany(_AT_ONCE):
            yield piece

    def select(self, query: str, values: Mapping[str, object] | None = None) -> Iterator[Row]:
        """The rows of a query; of what is gone, see `insert_gone`, too."""
        yield from self._file.execute(query, values or {})


def _definition(table: Table) -> str:
    columns = []
    for column in table.columns:
        told = f'"{column.name}" {_TYPES.get(column.kind, "TEXT")}'
        if column.name == table.key:
            told += " PRIMARY KEY NOT NULL"
        if column.target:
            told += f" REFERENCES {column.target}"
        columns.append(told)
    return f"CREATE TABLE {table.name} ({', '.join(columns)})"


def _references(tables: Iterable[Table], target: str) -> Iterator[tuple[str, str]]:
    for table in tables:
        for column in table.columns:
            if column.target == target:
                yield table.name, column.name
