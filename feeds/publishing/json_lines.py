"""JSON lines: a row each, with its lists and mappings as such."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import IO, Any

from feeds.publishing.tables import NESTED, Column, Row, Table


class JsonLinesWriter:
    """One object a line, in UTF-8; every column is there, null where nothing is known."""

    def __init__(self, stream: IO[str], table: Table) -> None:
        self._stream = stream
        self._columns = table.columns

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows as `DatabaseFile.pieces` gives them."""
        for row in rows:
            values = {
                column.name: _value(column, value)
                for column, value in zip(self._columns, row, strict=True)
            }
            self._stream.write(_encode(values) + "\n")


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def _value(column: Column, value: Any) -> Any:
    if value is None:
        return None
    if column.kind in NESTED:
        return json.loads(value)
    return bool(value) if column.kind == "boolean" else value
