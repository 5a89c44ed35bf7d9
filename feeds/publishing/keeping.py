"""Sources whose last complete crawl brought less than it must, and what is kept of them instead.

The store takes every page as it is read: a site that loses its dates in a redesign loses them in
the database too, and only the run's verdict says so. What was published of the source while its
crawls were good is therefore read back from the last publication.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select

from feeds.publishing.entry_rows import Owners
from feeds.publishing.tables import Row, Table
from models.runs import Run, Source

_BREACHES = ("degraded", "empty")
DATABASE = "clusterfeed.sqlite"
"""The name of the SQLite file in a publication."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a source's rows are to be relied on; the columns of these names in
    `tables.SOURCES` say what each means."""

    status: str
    status_reason: str | None = None
    kept_from: str | None = None


def standings(connection: Connection, earlier: Earlier | None) -> dict[str, Standing]:
    """How each source stands. A breach lasts until a complete crawl is good again."""
    newest = select(func.max(Run.id)).where(Run.complete, Run.finished.is_not(None))
    query = select(Run.source, Run.verdict, Run.reason).where(
        Run.id.in_(newest.group_by(Run.source))
    )
    runs = {row.source: row for row in connection.execute(query)}
    good = earlier.good_sources() if earlier else {}
    found = {}
    for name in connection.scalars(select(Source.name).order_by(Source.name)):
        run = runs.get(name)
        if run is None:
            found[name] = Standing("incomplete")
        elif run.verdict not in _BREACHES:
            found[name] = Standing("current")
        elif name in good:
            found[name] = Standing("kept", run.reason, good[name])
        else:
            found[name] = Standing("doubtful", run.reason)
    return found


class Earlier:
    """An earlier publication, as its SQLite file has it."""

    def __init__(self, folder: Path) -> None:
        uri = f"{(folder / DATABASE).resolve().as_uri()}?mode=ro&immutable=1"
        self._file = sqlite3.connect(uri, uri=True)
        told = json.loads((folder / "datapackage.json").read_bytes())
        self._moment = str(told["created"])

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def good_sources(self) -> dict[str, str]:
        """The sources whose rows were good, and the moment that those are of."""
        query = "SELECT name, kept_from FROM sources WHERE status IN ('current', 'kept')"
        return {name: kept_from or self._moment for name, kept_from in self._file.execute(query)}

    def entries(self, table: Table, kept: Collection[str], owners: Owners) -> Iterator[Row]:
        """Articles or events of the kept sources, with whose websites those are today."""
        source, owner_id, owner_name = (
            table.names.index(name) for name in ("source", "organization_id", "organization_name")
        )
        for row in self._rows(table, sorted(kept)):
            owner: Mapping[str, str] = owners.get(row[source], {})
            fresh = list(row)
            fresh[owner_id], fresh[owner_name] = owner.get("id"), owner.get("name")
            yield tuple(fresh)

    def stated(self, table: Table) -> Iterator[tuple[Row, set[str]]]:
        """All rows of a table of the register, each with the sources that state it."""
        place = table.names.index("sources")
        for row in self._rows(table):
            yield row, set(json.loads(row[place] or "[]"))

    def _rows(self, table: Table, sources: Sequence[str] | None = None) -> Iterator[Row]:
        """A table in its order, with the columns of today; those it does not know are None."""
        known = {row[1] for row in self._file.execute(f"PRAGMA table_info({table.name})")}
        wanted = ", ".join(f'"{name}"' if name in known else "NULL" for name in table.names)
        query = f"SELECT {wanted} FROM {table.name}"
        if sources is not None:
            query += f" WHERE source IN ({', '.join('?' * len(sources))})"
        yield from self._file.execute(f"{query} ORDER BY rowid", sources or ())


def earlier_publication(folder: Path | None) -> Earlier | None:
    """What was published before; None where there is nothing, or nothing that can be read."""
    if folder is None:
        return None
    try:
        earlier = Earlier(folder)
        earlier.good_sources()
    except (OSError, ValueError, KeyError, sqlite3.Error):
        return None
    return earlier
