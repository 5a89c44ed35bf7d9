"""The commands about what is stored: its history, its changes, kept pages, and the database."""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from terminal import DEFAULT_DATABASE, AsJson, Database, OfSource, database, err, fail, out

db_app = typer.Typer(no_args_is_help=True, help="Look after the database.")

_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    for command in (history, changes, reparse, ingest, archive):
        app.command()(command)
    app.add_typer(db_app, name="db")


def moment(text: str, now: datetime) -> datetime:
    """A day (2024-05-01) or a span back from now (12h, 7d, 2w); ValueError for anything else.

    >>> moment("2d", datetime(2024, 5, 3, tzinfo=UTC)).day
    1
    """
    span = re.fullmatch(r"(\d{1,5})([hdw])", text)
    if span:
        return now - int(span[1]) * _UNITS[span[2]]
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _since(text: str | None) -> datetime | None:
    try:
        return moment(text, datetime.now(UTC)) if text else None
    except ValueError:
        fail(f"{text!r} is no day such as 2024-05-01 and no span such as 12h, 7d or 2w", 2)


def history(
    item: Annotated[str, typer.Argument(help="An item's id, as `export` and `changes` show it.")],
    db: Database = DEFAULT_DATABASE,
) -> None:
    """Show all that happened to an item: every version, with what differs."""
    from feeds.tables import table
    from models.changes import history as item_history

    with database(db) as engine:
        entries = item_history(engine, item)
    if not entries:
        fail(f"there is no item {item!r}; ids look like those in `clusterfeed changes`", 2)
    for entry in entries:
        change = entry.change
        out.print(
            f"[b]{change.op}[/b] version {change.version}, {change.recorded_at:%Y-%m-%d %H:%M} UTC,"
            f" run {change.run_id}, read by Clusterfeed {entry.extractor}",
            highlight=False,
        )
        if entry.differences:
            rows = ([name, old, new] for name, (old, new) in entry.differences.items())
            out.print(table(["field", "before", "after"], rows))


def changes(
    after: Annotated[
        str | None, typer.Option(help="Go on after this cursor, as printed the last time.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000)] = 100,
    since: Annotated[
        str | None, typer.Option(help="Only what changed since (2024-05-01, 12h, 7d, 2w).")
    ] = None,
    raw: Annotated[
        bool, typer.Option("--raw", help="Every item's creation, update and removal instead.")
    ] = False,
    as_json: AsJson = False,
    db: Database = DEFAULT_DATABASE,
) -> None:
    """Show what changed, oldest first, and the cursor to go on with.

    Coordinators, labels, names and websites of organizations; with [b]--raw[/b] every change of
    an item that pages state, for programs that keep a copy.
    """
    from cli_registry import settled, show_changes
    from models.errors import CursorExpired, CursorInvalid

    start = _since(since)
    try:
        if raw:
            with database(db) as engine:
                cursor = _show_raw(engine, after, limit, start, as_json)
        else:
            with settled(db) as engine:
                cursor = show_changes(engine, after, limit, start, as_json)
    except CursorExpired:
        fail("the database was rebuilt since this cursor was given: start over without --after")
    except CursorInvalid as error:
        fail(str(error), 2)
    err.print(f"go on with: --after {cursor}", highlight=False, soft_wrap=True)


def _show_raw(
    engine: Any, after: str | None, limit: int, since: datetime | None, as_json: bool
) -> str:
    from feeds.tables import table
    from models.changes import changes_after

    records, cursor = changes_after(engine, after, limit)
    if since:
        records = [record for record in records if record.recorded_at >= since]
    if as_json:
        for record in records:
            line = {
                "seq": record.seq,
                "op": record.op,
                "id": record.item_id,
                "kind": record.kind,
                "version": record.version,
                "recorded_at": record.recorded_at.isoformat(),
                "data": record.data,
            }
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    else:
        rows = (
            [r.recorded_at.strftime("%Y-%m-%d %H:%M"), r.op, r.kind, r.item_id, _title(r.data)]
            for r in records
        )
        out.print(table(["day", "change", "kind", "id", "what"], rows))
    return cursor


def _title(data: dict[str, Any]) -> str:
    for name in ("headline", "name", "holder", "subject"):
        if data.get(name):
            return str(data[name])
    return ""


def reparse(
    source: Annotated[str | None, typer.Argument(help="One source; all if left out.")] = None,
    since: Annotated[
        str | None, typer.Option(help="Only pages fetched since (2024-05-01, 12h, 7d, 2w).")
    ] = None,
    db: Database = DEFAULT_DATABASE,
) -> None:
    """Read the kept pages again with today's parsers, without the network."""
    from catalogue import load_sources
    from jobs.reread import reparse as reread

    known, _ = load_sources()
    if source is not None and source not in known:
        fail(f"there is no source {source!r} (`clusterfeed sources` lists them)", 2)
    start = _since(since)
    with database(db) as engine:
        _show_runs(engine, reread(engine, db, known, source, start))


def ingest(
    files: Annotated[list[Path], typer.Argument(help=".warc or .warc.gz files.")],
    db: Database = DEFAULT_DATABASE,
) -> None:
    """Read pages that others archived (WARC, Common Crawl's included) into the database."""
    from catalogue import load_sources
    from jobs.reread import ingest as read_archives
    from pipelines.warc import WarcError

    known, _ = load_sources()
    with database(db, create=True) as engine:
        try:
            runs, strangers = read_archives(engine, db, known, files)
        except WarcError as error:
            fail(str(error))
        except OSError as error:
            fail(f"{error.filename}: {error.strerror}")
        _show_runs(engine, runs)
    if strangers:
        names = ", ".join(f"{host} ({count})" for host, count in strangers.most_common(10))
        err.print(f"left out, no source has these hosts: {names}", highlight=False, soft_wrap=True)


def _show_runs(engine: Any, run_ids: list[int]) -> None:
    from feeds.tables import runs_table
    from models.leases import runs_by_id

    if not run_ids:
        out.print("There were no pages to read.")
        return
    out.print(runs_table(runs_by_id(engine, run_ids)))


def archive(
    file: Annotated[Path, typer.Argument(help="The .warc.gz to write.")],
    source: OfSource = None,
    db: Database = DEFAULT_DATABASE,
) -> None:
    """Write the kept pages as a web archive (WARC)."""
    from models.archive import stored_pages
    from pipelines.warc import write_warc

    with database(db) as engine:
        try:
            count = write_warc(file, stored_pages(engine, source, every_version=True))
        except OSError as error:
            fail(f"{file}: {error.strerror or error}")
    out.print(f"{count} pages written to {file}", highlight=False, markup=False)


@db_app.command()
def upgrade(db: Database = DEFAULT_DATABASE) -> None:
    """Bring a database of an earlier release up to date."""
    from models.database import database_url, upgrade_database
    from models.errors import DatabaseError

    try:
        before, after = upgrade_database(db)
    except DatabaseError as error:
        fail(str(error))
    if database_url(db).drivername.startswith("postgresql"):
        from jobs.worker_queue import ensure_queue

        with database(db) as engine:
            ensure_queue(engine)
    out.print(
        f"{db} is at schema {after}" + (", as before" if before == after else ""), highlight=False
    )


@db_app.command()
def check(db: Database = DEFAULT_DATABASE) -> None:
    """Look for damage, orphans and rows that contradict each other."""
    from models.upkeep import check_database
    from registry import differences

    with database(db) as engine:
        findings = check_database(engine) + differences(engine)
    for finding in findings:
        out.print(finding, style="red", highlight=False, markup=False)
    if findings:
        raise typer.Exit(1)
    out.print("Nothing is wrong.", style="green")


@db_app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The SQLite file to write; it must not exist.")],
    db: Database = DEFAULT_DATABASE,
) -> None:
    """Write a consistent copy while crawls go on."""
    from models.transfer import backup_database

    with database(db) as engine:
        try:
            counts = backup_database(engine, file)
        except OSError as error:
            fail(str(error))
    out.print(f"{sum(counts.values())} rows written to {file}", highlight=False, markup=False)


@db_app.command()
def copy(
    origin: Annotated[str, typer.Argument(help="The database to read.")],
    target: Annotated[str, typer.Argument(help="The empty database to write.")],
) -> None:
    """Move everything to another database, also between SQLite and PostgreSQL."""
    from models.errors import DatabaseError
    from models.transfer import copy_database

    with database(origin) as engine:
        try:
            counts = copy_database(engine, target)
        except DatabaseError as error:
            fail(str(error))
    out.print(f"{sum(counts.values())} rows copied", highlight=False)


@db_app.command()
def prune(
    before: Annotated[
        str, typer.Argument(help="Forget bodies fetched before (2024-05-01, 26w); newest stay.")
    ],
    db: Database = DEFAULT_DATABASE,
) -> None:
    """Forget the bytes of old versions of pages; the newest of each page stays."""
    from models.archive import prune_bodies

    limit = _since(before)
    assert limit
    with database(db) as engine:
        count = prune_bodies(engine, limit)
    out.print(f"{count} old versions forgotten", highlight=False)
