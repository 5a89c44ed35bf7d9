"""Publishes the directory: one look at the database, one SQLite file, and all else from that."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, func, select

from feeds.owners import owners_of
from feeds.publishing.database_file import DatabaseFile
from feeds.publishing.delimited import CsvWriter, SpreadsheetWriter
from feeds.publishing.descriptors import data_package, dcat
from feeds.publishing.entry_rows import entry_rows
from feeds.publishing.errors import NothingToPublish
from feeds.publishing.feed_files import write_calendars, write_feeds
from feeds.publishing.front_page import front_page
from feeds.publishing.inventory import Inventory, take_stock
from feeds.publishing.json_lines import JsonLinesWriter
from feeds.publishing.keeping import DATABASE, Earlier, Standing, earlier_publication, standings
from feeds.publishing.parquet import ParquetWriter
from feeds.publishing.register_rows import (
    certificate_rows,
    organization_rows,
    relation_rows,
    source_rows,
)
from feeds.publishing.shelf import DESCRIPTOR, LATEST, Shelf, open_shelf
from feeds.publishing.tables import (
    ARTICLES,
    CERTIFICATES,
    EVENTS,
    ORGANIZATIONS,
    RELATIONS,
    SOURCES,
    TABLES,
    Row,
    Table,
)
from models.changes import database_epoch
from models.database import snapshot
from models.entries import Entry
from models.history import Change
from models.registry import RegisteredOrganization, RegistryChange
from models.runs import Run, Source

Progress = Callable[[int, int], None]
"""Told (rows done, rows there are); each is read once and written once."""

_SMALL_CACHE = "PRAGMA cache_size=-16384"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What its publisher says of it; what is empty is not said.

    base_url: the address at which the folder will be served. licence: its address. keep: so many
    publications stay, this one among them.
    """

    base_url: str = ""
    publisher: str = ""
    licence: str = ""
    keep: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What was published. fresh: it differs from what was there. rows: by table."""

    folder: Path
    fresh: bool
    rows: Mapping[str, int]
    in_breach: Mapping[str, Standing]


def publish(
    engine: Engine,
    folder: Path,
    wishes: Wishes,
    *,
    validity: Mapping[str, int] | None = None,
    progress: Progress = lambda _done, _of: None,
) -> Published:
    """Write the whole directory below `folder`, as docs/publish.md says.

    validity: months that a label usually lasts, by scheme. The register and the entries must be
    settled. Raises PublishError, or OSError or sqlite3.Error where the disk refuses; what was
    published before then stands as it did.
    """
    with open_shelf(folder) as shelf, ExitStack() as stack:
        draft = stack.enter_context(shelf.draft())
        file = stack.enter_context(closing(DatabaseFile(draft / DATABASE, TABLES)))
        with snapshot(engine) as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql(_SMALL_CACHE)
            moment = _moment(connection)
            epoch = database_epoch(connection)
            steps = _Steps(progress, _size(connection))
            found = _read(connection, file, shelf, moment, validity or {}, steps)
        file.finish()
        rows = {table.name: file.count(table) for table in TABLES}
        steps.expect(2 * sum(rows.values()))
        for table in TABLES:
            _write_table(file, table, draft, steps)
        home = f"{wishes.base_url.rstrip('/')}/{LATEST}/" if wishes.base_url else ""
        write_feeds(file, draft, home, epoch)
        write_calendars(file, draft, moment.date())
        file.close()
        stock = Inventory(
            moment=moment,
            home=home,
            publisher=wishes.publisher,
            licence=wishes.licence,
            rows=rows,
            standings=found,
            files=take_stock(draft),
        )
        (draft / "dcat.jsonld").write_bytes(dcat(stock))
        (draft / "index.html").write_bytes(front_page(stock))
        (draft / DESCRIPTOR).write_bytes(data_package(stock))
        place, fresh = shelf.place(draft, moment, wishes.keep)
    return Published(folder=place, fresh=fresh, rows=rows, in_breach=stock.in_breach)


class _Steps:
    """Counts rows for the progress."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def __call__(self, rows: int) -> None:
        self._done += rows
        self._progress(min(self._done, self._total), self._total)

    def expect(self, total: int) -> None:
        """There are so many after all; half of them are done."""
        self._total, self._done = total, total // 2


def _moment(connection: Connection) -> datetime:
    """When the last thing happened to the data: a crawl ended, something changed."""
    moments = [
        connection.scalar(select(func.max(column)))
        for column in (Run.finished, Change.recorded_at, RegistryChange.recorded_at)
    ]
    known: list[datetime] = [moment for moment in moments if moment is not None]
    if not known:
        raise NothingToPublish("nothing was crawled yet: `clusterfeed crawl` comes first")
    return max(known)


def _size(connection: Connection) -> int:
    """About so many rows are read and written."""
    counted = (select(func.count()).select_from(one) for one in (Entry, RegisteredOrganization))
    return 2 * sum(connection.scalar(query) or 0 for query in counted)


def _read(
    connection: Connection,
    file: DatabaseFile,
    shelf: Shelf,
    moment: datetime,
    validity: Mapping[str, int],
    told: Callable[[int], None],
) -> dict[str, Standing]:
    """Fill the file from the database, and from the publication before where sources are in
    breach. Returns how each source stands."""
    countries = {row.name: row.country for row in connection.execute(select(Source.__table__))}
    owners = owners_of(connection, countries)
    earlier = earlier_publication(shelf.newest)
    with closing(earlier) if earlier else ExitStack():
        found = standings(connection, earlier)
        kept = {name for name, standing in found.items() if standing.status == "kept"}
        for table in (ARTICLES, EVENTS):
            file.insert(table, entry_rows(connection, table, countries, without=kept), told)
            if earlier and kept:
                file.insert(table, earlier.entries(table, kept, owners), told)
            gone = entry_rows(connection, table, countries, gone=True, without=kept)
            file.insert_gone(table, gone, told)
        register = _Register(file, earlier, kept, told)
        register.insert(CERTIFICATES, certificate_rows(connection, moment.date(), validity))
        register.insert(RELATIONS, relation_rows(connection))
        counts = {table: file.count_by_source(table) for table in (ARTICLES, EVENTS)}
        standing = {
            name: {
                **asdict(one),
                **{table.name: of.get(name, 0) for table, of in counts.items()},
            }
            for name, one in found.items()
        }
        file.insert(SOURCES, source_rows(connection, owners, standing), told)
        register.insert(ORGANIZATIONS, organization_rows(connection))
    return found


class _Register:
    """Inserts what several sources may state together.

    What only sources in breach state is taken from the publication before; what others state
    too stands as it does today. What others no longer state, but a source in breach did, stays.
    """

    def __init__(
        self,
        file: DatabaseFile,
        earlier: Earlier | None,
        kept: set[str],
        told: Callable[[int], None],
    ) -> None:
        self._file, self._earlier, self._kept, self._told = file, earlier, kept, told

    def insert(self, table: Table, rows: Iterator[Row]) -> None:
        """Add a table's rows; what others refer to comes last."""
        if not self._earlier or not self._kept:
            self._file.insert(table, rows, self._told)
            return
        needed = self._file.named(table.name)
        known = {row[0] for row, _ in self._earlier.stated(table)}
        self._file.insert(table, self._present(table, rows, needed - known), self._told)
        there = self._file.keys(table)
        former = (
            row
            for row, sources in self._earlier.stated(table)
            if row[0] not in there and (sources & self._kept or row[0] in needed)
        )
        self._file.insert(table, former, self._told)

    def _present(self, table: Table, rows: Iterator[Row], needed: set[str]) -> Iterator[Row]:
        place = table.names.index("sources")
        for row in rows:
            sources = set(json.loads(row[place]))
            if not sources or sources - self._kept or row[0] in needed:
                yield row


def _write_table(
    file: DatabaseFile, table: Table, folder: Path, told: Callable[[int], None]
) -> None:
    """Write a table in all its forms, in one pass over its rows."""
    with ExitStack() as stack:

        def opened(form: str, encoding: str = "utf-8") -> Any:
            path = folder / f"{table.name}{form}"
            return stack.enter_context(path.open("w", encoding=encoding, newline=""))

        writers: list[_Writer] = [
            CsvWriter(opened(".csv"), table),
            SpreadsheetWriter(opened(".spreadsheet.csv", "utf-8-sig"), table),
            JsonLinesWriter(opened(".jsonl"), table),
            stack.enter_context(closing(ParquetWriter(folder / f"{table.name}.parquet", table))),
        ]
        for rows in file.pieces(table):
            for writer in writers:
                writer.write(rows)
            told(len(rows))


class _Writer(Protocol):
    def write(self, rows: list[Row]) -> None: ...
