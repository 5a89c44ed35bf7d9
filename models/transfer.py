"""Moving a whole database: to the other engine, or into a file as a backup."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, func, select, text

from models.base import Base
from models.bulk import insert_rows
from models.database import open_database, snapshot, writing
from models.errors import DatabaseForeign
from models.history import Meta
from models.runs import Source

_CHUNK = 1_000


def copy_database(engine: Engine, target: str) -> dict[str, int]:
    """Copy everything, ids, sequence and epoch included; returns the rows by table. Tables
    marked as derived are left out: they are made anew from the rest.

    target: the address of an empty or absent database. Readers of the change feed go on there
    with the cursors they have. The copy is one moment of the source, however busy it is, and
    is whole or not there. Raises DatabaseForeign where the target is not empty, and what
    `open_database` raises.
    """
    into = open_database(target)
    try:
        with snapshot(engine) as reader, writing(into) as writer:
            if writer.execute(select(func.count()).select_from(Source)).scalar_one():
                raise DatabaseForeign("the target is not empty; name a new database")
            writer.execute(Meta.__table__.delete())  # type: ignore[attr-defined]
            counts = {
                table.name: _copy_table(reader, writer, table)
                for table in Base.metadata.sorted_tables
                if not table.info.get("derived")
            }
            if writer.dialect.name == "postgresql":
                _advance_sequences(writer)
    finally:
        into.dispose()
    return counts


def backup_database(engine: Engine, path: Path) -> dict[str, int]:
    """Write a consistent backup, as an SQLite file, while others go on; rows by table.

    The file appears under its name when it is whole. `copy_database` brings it back, to either
    engine. Raises FileExistsError rather than overwrite anything.
    """
    if path.exists():
        raise FileExistsError(f"{path} exists; name another file")
    partial = path.with_name(path.name + ".partial")
    leftovers = [Path(f"{partial}{tail}") for tail in ("", "-wal", "-shm")]
    for leftover in leftovers:
        leftover.unlink(missing_ok=True)
    try:
        counts = copy_database(engine, str(partial))
        os.replace(partial, path)
    finally:
        for leftover in leftovers:
            leftover.unlink(missing_ok=True)
    return counts


def _copy_table(reader: Connection, writer: Connection, table: Table) -> int:
    rows = reader.execution_options(yield_per=_CHUNK).execute(
        select(table).order_by(*table.primary_key.columns)
    )
    count = 0
    for chunk in rows.mappings().partitions(_CHUNK):
        insert_rows(writer, table, [dict(row) for row in chunk])
        count += len(chunk)
    return count


def _advance_sequences(writer: Connection) -> None:
    """New rows get numbers behind those that came with the copy."""
    for table in Base.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            writer.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'), "
                    f"max({column.name})) FROM {table.name} HAVING max({column.name}) IS NOT NULL"
                )
            )
