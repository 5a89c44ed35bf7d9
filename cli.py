"""The command line. Thin: it asks for work, shows what came of it, and sets the exit code.

Heavy imports stand inside the commands, so that `--help` and `extract` start at once.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

import cli_doctor
import cli_publish
import cli_registry
import cli_runs
import cli_sources
import cli_store
import cli_webhooks
from catalogue import Source, enabled_sources
from cli_sources import catalogue, choose
from terminal import (
    DEFAULT_DATABASE,
    EXIT_CODES,
    AllowHosts,
    Budget,
    Contact,
    CrawlProgress,
    Database,
    Everything,
    LogJson,
    OfSource,
    Verbose,
    database,
    err,
    fail,
    log_to,
    out,
    worst_code,
)

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from models.runs import Run

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    help="Reads the websites of clusters and parks and keeps a directory's data true.",
)


def _tell_version(asked: bool) -> None:
    if asked:
        print(f"clusterfeed {version('clusterfeed')}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_tell_version, is_eager=True, help="Tell the version and exit."
        ),
    ] = False,
) -> None:
    pass


@app.command()
def crawl(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Sources by name, or any site by its address.", metavar="NAME|URL"),
    ] = None,
    everything: Everything = False,
    tag: Annotated[
        list[str] | None,
        typer.Option(help="Every such source with this tag, or of this country (pl)."),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Ask for every known page again, due or not.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be asked for now; ask nobody.")
    ] = False,
    replica: Annotated[
        bool, typer.Option("--replica", help="Read the shipped replica of four sites instead.")
    ] = False,
    contact: Contact = "",
    allow_host: AllowHosts = None,
    verbose: Verbose = False,
    log_json: LogJson = False,
    db: Database = DEFAULT_DATABASE,
) -> None:
    """Crawl sources into the database.

    [b]clusterfeed crawl pppt klasterip[/b] crawls two sites, [b]--all[/b] all of them,
    [b]--tag pl[/b] those of Poland, [b]https://any.site/[/b] one that has no file yet. Known
    pages are asked for only when they are due; [b]--full[/b] asks for all. Ends with a table;
    the exit code is the worst verdict's.
    """
    known, mistakes = catalogue()
    if not names and not everything and not tag:
        fail(
            "name the sources to crawl, or give --all or --tag (`clusterfeed sources` lists them)",
            2,
        )
    chosen = _chosen(known, names or [], everything, tag or [], replica)
    if dry_run:
        _preview(db, chosen, full)
        raise typer.Exit
    with database(db, create=True) as engine:
        options = _Wishes(replica, contact, tuple(allow_host or ()), full, verbose, log_json)
        runs, problems = _crawl(engine, db, chosen, options)
    from feeds.tables import runs_table

    if not log_json:
        out.print(runs_table(runs))
    for name, problem in problems.items():
        err.print(f"{name}: {problem}", style="red", highlight=False, markup=False)
    if not log_json:
        _next_steps(db)
    raise typer.Exit(worst_code(runs) or (1 if problems else 2 if mistakes else 0))


@dataclass(frozen=True)
class _Wishes:
    """The options of one crawl."""

    replica: bool
    contact: str
    allow_hosts: tuple[str, ...]
    full: bool
    verbose: bool
    log_json: bool


def _chosen(
    known: dict[str, Source], names: list[str], everything: bool, tags: list[str], replica: bool
) -> list[Source]:
    """The sources that were named, each once, in the order in which they were."""
    from jobs.choice import all_tags, is_address, source_at, tagged

    found: dict[str, Source] = {}
    for name in names:
        if not is_address(name):
            found[name] = choose(known, [name])[0]
            continue
        try:
            source, filed = source_at(name, known.values())
        except ValueError as error:
            fail(str(error), 2)
        found[source.name] = source
        if not filed:
            err.print(
                f"{name} has no file yet: it is crawled as {source.name}. "
                f"To keep it: clusterfeed add {source.url}",
                highlight=False,
                markup=False,
                soft_wrap=True,
            )
    if tags:
        with_tag = tagged(known.values(), tags)
        if not with_tag:
            fail(f"no source has that tag; there are {', '.join(all_tags(known))}", 2)
        found |= {source.name: source for source in enabled_sources(with_tag)}
    if everything:
        found |= {source.name: source for source in _all(known, replica)}
    if not found:
        fail(
            "no source is enabled: name one, or verify one (`clusterfeed doctor --source NAME`)", 2
        )
    return list(found.values())


def _preview(db: str, chosen: list[Source], full: bool) -> None:
    """Print what would be asked for, source by source."""
    from feeds.tables import plan_table
    from jobs.preview import preview

    there = "://" in db or Path(db).exists()
    with database(db) if there else nullcontext() as engine:
        for source in chosen:
            found = preview(source, engine, full=full)
            if found.put_off:
                out.print(f"{source.name}: nothing now: {found.put_off}", highlight=False)
                continue
            out.print(plan_table(source.name, found.asked, found.left, found.next_due))


def _all(known: dict[str, Source], replica: bool) -> list[Source]:
    """What --all means: the enabled sources, or those whose sites the replica has."""
    from replica.server import all_sites

    if not replica:
        return enabled_sources(known.values())
    hosts = {host for site in all_sites() for host in site.hosts}
    return [source for source in known.values() if source.host in hosts]


def _crawl(
    engine: Engine,
    db: str,
    chosen: list[Source],
    wishes: _Wishes,
) -> tuple[list[Run], dict[str, BaseException]]:
    """Crawl, with a progress bar; the runs made, and what kept others from starting."""
    from jobs.alerts import alert, hooks_of
    from jobs.crawl import Options, crawl_settings
    from jobs.crawl import crawl as crawl_sources
    from jobs.log import log_run, log_to_stderr
    from jobs.register import settle
    from models.leases import latest_runs
    from replica.server import ReplicaServer
    from spiders.reach import NoContact

    server: Any = ReplicaServer() if wishes.replica else nullcontext()
    console = Console(quiet=True) if wishes.log_json else err
    with server, CrawlProgress(console, [source.name for source in chosen]) as watcher:
        if wishes.log_json:
            log_to_stderr(as_json=True, verbose=wishes.verbose)
        else:
            log_to(console, wishes.verbose)
        if wishes.replica:
            watcher.console.print(
                f"Crawling the replica of {len(chosen)} websites at {server.address} into {db}",
                highlight=False,
            )
        options = Options(
            database=db,
            contact=wishes.contact,
            replica=server.address if wishes.replica else "",
            allow_hosts=wishes.allow_hosts,
            full=wishes.full,
        )
        try:
            problems = crawl_sources(chosen, options, watcher)
        except NoContact as error:
            fail(str(error), 2)
    settle(engine)
    kept_from = {name: problem for name, problem in problems.items() if problem}
    runs = [run for run in latest_runs(engine) if run.source in problems.keys() - kept_from]
    if wishes.log_json:
        for run in runs:
            log_run(run)
    alert(engine, hooks_of(crawl_settings(options)), {source.name: source for source in chosen})
    return runs, kept_from


def _next_steps(db: str) -> None:
    """What one may try now."""
    option = "" if db == DEFAULT_DATABASE else f" --db {db}"
    script = Path(sys.argv[0])
    try:
        program = script.relative_to(Path.cwd()) if ".venv" in script.parts else script.name
    except ValueError:
        program = script.name
    out.print("Try next:", style="bold")
    for command, what in (
        (f"show{option}", "the newest news, events and certifications"),
        (f"certificates --as-of 2024-06-01{option}", "who held which label on a day"),
        (f"organizations{option}", "who is there, and the last sign of life"),
    ):
        out.print(f"  {program} {command:<36} [dim]{what}[/dim]", highlight=False, soft_wrap=True)


@app.command()
def extract(
    page: Annotated[
        str | None, typer.Argument(help="A file (.html, .html.gz) or an address.")
    ] = None,
    url: Annotated[str, typer.Option(help="The address that a file was fetched from.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Read JSON lines (id, url, path, fetched_at).")
    ] = False,
    contact: Contact = "",
    allow_host: AllowHosts = None,
) -> None:
    """Show what is read on one page, without a database.

    [b]clusterfeed extract page.html --url https://…[/b] or [b]clusterfeed extract https://…[/b];
    in bulk [b]clusterfeed extract --jsonl[/b], one JSON line in and one out per page.
    """
    from jobs.extract import answer, answer_lines, read_file
    from parsers.page import read_page

    if jsonl:
        for line in answer_lines(sys.stdin):
            sys.stdout.write(line + "\n")
        return
    if not page:
        fail("name a file or an address to read, or give --jsonl", 2)
    try:
        if page.startswith(("http://", "https://")):
            from jobs.fetch import fetch

            content, url, content_type = fetch(page, contact, tuple(allow_host or ()))
            fetched_at = datetime.now(UTC)
        else:
            path = Path(page)
            content, content_type = read_file(path), ""
            fetched_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        read = read_page(
            content,
            url,
            fetched_at=fetched_at.isoformat(timespec="seconds"),
            content_type=content_type,
        )
    except OSError as error:
        fail(f"{page}: {error.strerror or error}")
    except (ValueError, EOFError) as error:
        fail(f"{page}: {error}")
    if as_json:
        sys.stdout.write(json.dumps(answer(read), ensure_ascii=False, indent=2) + "\n")
        return
    from feeds.tables import page_tables

    for part in page_tables(answer(read)):
        out.print(part)


@app.command()
def show(
    kind: Annotated[
        str, typer.Argument(help="news, events or certifications; all three if left out.")
    ] = "all",
    source: OfSource = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="Rows of each kind.")] = 10,
    db: Database = DEFAULT_DATABASE,
) -> None:
    """Show the newest news, events and certifications."""
    from feeds.items import newest
    from feeds.tables import certifications_table, events_table, news_table

    views: dict[str, tuple[str, Any]] = {
        "news": ("article", news_table),
        "events": ("event", events_table),
        "certifications": ("certification", certifications_table),
    }
    if kind not in ("all", *views):
        fail(f"{kind!r} cannot be shown; expected one of {', '.join(views)}", 2)
    with database(db) as engine:
        for name, (stored, view) in views.items():
            if kind in ("all", name):
                rows = newest(engine, stored, limit, source)
                out.print(f"[b]{name.title()}[/b]" + ("" if rows else ": none yet"))
                if rows:
                    out.print(view(rows))


@app.command()
def status(visits: Budget = None, db: Database = DEFAULT_DATABASE) -> None:
    """Show the last run of each source, the worst first, and its next visit."""
    from catalogue import load_sources
    from feeds.tables import status_table
    from jobs.agenda import agenda
    from models.leases import latest_runs

    with database(db) as engine:
        runs = latest_runs(engine)
        plan = agenda(engine, enabled_sources(load_sources()[0].values()), visits)
    if not runs:
        out.print("No source was crawled yet: try `clusterfeed crawl --all --replica`.")
        return
    runs.sort(key=lambda run: (-EXIT_CODES.get(run.verdict or "", 0), run.source))
    coming = {visit.source: visit.due for visit in plan.planned}
    out.print(status_table(runs, datetime.now(UTC), coming))


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="The file to write, such as items.jsonl.")],
    db: Database = DEFAULT_DATABASE,
) -> None:
    """Write every stored item as one line of JSON."""
    from feeds.items import export_jsonl

    with database(db) as engine:
        try:
            count = export_jsonl(engine, file)
        except OSError as error:
            fail(f"{file}: {error.strerror or error}")
    out.print(f"{count} items written to {file}", highlight=False, markup=False)


cli_sources.register(app)
cli_doctor.register(app)
cli_store.register(app)
cli_webhooks.register(app)
cli_registry.register(app)
cli_publish.register(app)
cli_runs.register(app)


def main() -> None:
    """Run the command line; a closed pipe (`| head`) ends it quietly."""
    logging.captureWarnings(True)
    try:
        app()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


if __name__ == "__main__":
    main()
