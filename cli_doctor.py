"""The command that says whether crawls can run, and what to do where they cannot."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from catalogue import Mistake, Source, enabled_sources, load_sources, source_files
from cli_sources import catalogue, choose, look
from terminal import DEFAULT_DATABASE, EXIT_CODES, AllowHosts, Contact, Database, fail, out

if TYPE_CHECKING:
    from jobs.doctor import Check


def register(app: typer.Typer) -> None:
    """Add the command of this module to the command line."""
    app.command()(doctor)


def doctor(
    source: Annotated[
        list[str] | None, typer.Option(help="Hold this source's file against its site.")
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="With --source: if all is well, note today's date.")
    ] = False,
    every_source: Annotated[
        bool, typer.Option("--sources", help="Ask robots.txt of each source that --all crawls.")
    ] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask nobody: no DNS, no site.")
    ] = False,
    contact: Contact = "",
    allow_host: AllowHosts = None,
    db: Database = DEFAULT_DATABASE,
) -> None:
    """Check that crawls can run, and say what to do where they cannot.

    Checks the contact, the sources' files, the database, disk, clock and names. With
    [b]--source NAME[/b] it checks one file against its live site instead (25 requests at most).
    Ends with 0, or with 1 where something is wrong; a site that refuses or does not answer gives
    a crawl's exit codes.
    """
    if source and (every_source or offline):
        fail("--source asks one site: leave --sources and --offline out", 2)
    if write and not source:
        fail("--write needs --source NAME", 2)
    if source:
        chosen = choose(catalogue()[0], source)
        raise typer.Exit(_examine(chosen, write, contact, allow_host))
    known, mistakes = load_sources()
    raise typer.Exit(_check_all(known, mistakes, every_source, offline, contact, allow_host, db))


def _check_all(
    known: dict[str, Source],
    mistakes: list[Mistake],
    every_source: bool,
    offline: bool,
    contact: str,
    allow_host: list[str] | None,
    db: str,
) -> int:
    from jobs import doctor as checks

    found = [checks.check_contact(contact), *checks.check_catalogue(known, mistakes)]
    found += checks.check_database(db, datetime.now(UTC))
    enabled = enabled_sources(known.values())
    if not offline:
        found.append(checks.check_names(enabled))
    if not offline and enabled and contact:
        asked = enabled if every_source else enabled[:1]
        sites = look([], contact, allow_host, asked, robots_only=True)
        if every_source:
            found += [checks.check_robots(site) for site in sites]
        found += checks.check_http_clock(sites)
    return _tell_checks(found)


def _examine(chosen: list[Source], write: bool, contact: str, allow_host: list[str] | None) -> int:
    """Hold sources against their sites; the exit code."""
    from jobs.doctor_source import check_source, is_well
    from jobs.scout_file import write_verified

    files = {path.stem: path for path in source_files()}
    today = datetime.now(UTC).date()
    worst = 0
    for found in look([], contact, allow_host, chosen):
        name = found.known.name if found.known else ""
        out.print(f"[b]{name}[/b], {files[name]}: {found.requests} requests", highlight=False)
        checks = check_source(found, today)
        code = _tell_checks(checks)
        worst = max(worst, EXIT_CODES[found.verdict] if found.problem else code)
        if not is_well(checks):
            continue
        if write:
            try:
                write_verified(files[name], today)
            except OSError as error:
                fail(f"{files[name]}: {error.strerror or error}")
            out.print(f"verified: {today} is in {files[name]}", highlight=False, soft_wrap=True)
        else:
            out.print("Nothing has to be mended; --write notes that in the file.")
    return worst


def _tell_checks(checks: list[Check]) -> int:
    """Show checks, one line each and what to do below; 1 where something is wrong."""
    from feeds.tables import shown

    colours = {"ok": "green", "warning": "yellow", "wrong": "red"}
    width = max(len(check.what) for check in checks)
    for check in checks:
        line = Text(f"{check.grade:<8}", colours[check.grade]).append(
            f"{check.what:<{width}}  ", ""
        )
        out.print(line.append(shown(check.told)), soft_wrap=True)
        if check.todo:
            out.print(shown(f"{'':<8}{'':<{width}}  -> {check.todo}"), soft_wrap=True)
    return int(any(check.grade == "wrong" for check in checks))
