"""Parquet, with real types: days, times in UTC, truth, numbers."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from feeds.publishing.tables import Column, Kind, Row, Table

_GROUP = 8 << 20
"""A group of rows is closed when its columns hold so many bytes."""

_TYPES: dict[Kind, pa.DataType] = {
    "string": pa.string(),
    "boolean": pa.bool_(),
    "integer": pa.int64(),
    "date": pa.date32(),
    "moment": pa.timestamp("ms", tz="UTC"),
    "texts": pa.list_(pa.string()),
    "array": pa.string(),
    "object": pa.string(),
}
_READ: dict[Kind, Callable[[Any], Any]] = {
    "boolean": bool,
    "date": date.fromisoformat,
    "moment": datetime.fromisoformat,
    "texts": json.loads,
}


class ParquetWriter:
    """A Parquet file, packed with zstandard, written group by group."""

    def __init__(self, path: Path, table: Table) -> None:
        self._table = table
        self._schema = pa.schema(
            [
                pa.field(column.name, _TYPES[column.kind], nullable=column.name != table.key)
                for column in table.columns
            ]
        )
        self._file = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._waiting: list[pa.RecordBatch] = []
        self._bytes = 0

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows as `DatabaseFile.pieces` gives them."""
        values = zip(*rows, strict=True)
        arrays = [
            pa.array(_values(column, cells), _TYPES[column.kind])
            for column, cells in zip(self._table.columns, values, strict=True)
        ]
        batch = pa.RecordBatch.from_arrays(arrays, schema=self._schema)
        self._waiting.append(batch)
        self._bytes += batch.nbytes
        if self._bytes >= _GROUP:
            self._write_group()

    def close(self) -> None:
        """Write what waits, and the file's end."""
        if self._waiting:
            self._write_group()
        self._file.close()

    def _write_group(self) -> None:
        group = pa.Table.from_batches(self._waiting, self._schema)
        self._file.write_table(group, row_group_size=max(1, group.num_rows))
        self._waiting, self._bytes = [], 0


def _values(column: Column, cells: Sequence[Any]) -> list[Any]:
    read = _READ.get(column.kind)
    if read is None:
        return list(cells)
    return [None if cell is None else read(cell) for cell in cells]
