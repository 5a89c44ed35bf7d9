"""CSV: as it is, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import IO, Any

from feeds.publishing.tables import Row, Table

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet take a cell for a formula, where it begins with it."""

LONGEST = 32_000
"""A spreadsheet's cell holds a little more characters; what does not fit would break its row."""


class CsvWriter:
    """RFC 4180 in UTF-8: a header, commas, quotes where needed, CRLF. None is an empty cell."""

    def __init__(self, stream: IO[str], table: Table) -> None:
        self._csv = csv.writer(stream, lineterminator="\r\n")
        self._csv.writerow(table.names)
        self._truths = [
            place for place, column in enumerate(table.columns) if column.kind == "boolean"
        ]

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows as `DatabaseFile.pieces` gives them."""
        self._csv.writerows(self._cells(row) for row in rows)

    def _cells(self, row: Row) -> Sequence[Any]:
        if not self._truths:
            return row
        cells = list(row)
        for place in self._truths:
            cells[place] = _TRUTHS[cells[place]]
        return cells


class SpreadsheetWriter(CsvWriter):
    """The same for spreadsheets; the stream begins with a byte order mark."""

    def _cells(self, row: Row) -> Sequence[Any]:
        return [safe(cell) if isinstance(cell, str) else cell for cell in super()._cells(row)]


def safe(text: str) -> str:
    """A cell's text that no spreadsheet takes for a formula, or cannot hold.

    >>> safe('=HYPERLINK("https://x.example")'), safe("A = B")
    ('\\'=HYPERLINK("https://x.example")', 'A = B')
    """
    if len(text) > LONGEST // 2 and len(text.encode("utf-16-le")) > LONGEST * 2:
        text = text.encode("utf-16-le")[: LONGEST * 2].decode("utf-16-le", "ignore") + "…"
    if text[:1].isalnum():
        return text
    # Some strip blanks before they look.
    return f"'{text}" if text.startswith(RISKY) or text.lstrip().startswith(RISKY) else text


_TRUTHS = {None: None, 0: "false", 1: "true"}
