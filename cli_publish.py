"""The command that publishes the directory as files."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from terminal import DEFAULT_DATABASE, Database, database, err, fail, out

if TYPE_CHECKING:
    from feeds.publishing import Published


def register(app: typer.Typer) -> None:
    """Add the command of this module to the command line."""
    app.command()(publish)


def publish(
    folder: Annotated[
        Path, typer.Argument(help="A new or empty folder, or the one of last time.", metavar="DIR")
    ],
    base_url: Annotated[
        str,
        typer.Option(
            envvar="CLUSTERFEED_BASE_URL",
            help="Where DIR will be served; feeds and descriptions then give whole addresses.",
            metavar="URL",
        ),
    ] = "",
    publisher: Annotated[
        str, typer.Option(envvar="CLUSTERFEED_PUBLISHER", help="Who publishes it.")
    ] = "",
    licence: Annotated[
        str,
        typer.Option(
            envvar="CLUSTERFEED_LICENCE",
            help="The address of the licence you publish it under.",
            metavar="URL",
        ),
    ] = "",
    keep: Annotated[
        int, typer.Option(min=1, help="So many publications stay, this one among them.")
    ] = 2,
    db: Database = DEFAULT_DATABASE,
) -> None:
    """Write the whole directory as files for any web server: tables, feeds, a calendar.

    [b]DIR/latest/[/b] has CSV, JSON lines, Parquet and SQLite files, the feeds, and
    descriptions for open data portals. A run that fails leaves what is there untouched.
    """
    for name, address in (("--base-url", base_url), ("--licence", licence)):
        if address and not address.startswith(("http://", "https://")):
            fail(f"{name}: give an address such as https://www.example.org/data/", 2)
    with database(db) as engine:
        from feeds.publishing import FolderForeign, PublishError, Wishes
        from feeds.publishing import publish as publish_to
        from jobs.register import settle, usual_validity

        settle(engine)
        wishes = Wishes(base_url=base_url, publisher=publisher, licence=licence, keep=keep)
        with Progress(
            TextColumn("Publishing"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("rows"),
            TimeElapsedColumn(),
            console=err,
            disable=not err.is_terminal,
            transient=True,
        ) as bars:
            task = bars.add_task("", total=None)

            def told(done: int, of: int) -> None:
                bars.update(task, completed=done, total=of)

            try:
                published = publish_to(
                    engine, folder, wishes, validity=usual_validity(), progress=told
                )
            except FolderForeign as error:
                fail(str(error), 2)
            except PublishError as error:
                fail(str(error))
            except (OSError, sqlite3.Error) as error:
                why = getattr(error, "strerror", None) or error
                fail(f"{folder}: {why}; nothing was published, what was there stands")
    _tell(published)


def _tell(published: Published) -> None:
    for name, standing in published.in_breach.items():
        what = (
            f"kept as it was published of {standing.kept_from}"
            if standing.kept_from
            else "published as it is: there is no better publication of it"
        )
        err.print(
            f"{name}: {what}; the last complete crawl: {standing.status_reason}",
            style="yellow",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    rows = ", ".join(f"{count} {table}" for table, count in published.rows.items())
    state = "" if published.fresh else " (nothing is new)"
    out.print(f"{published.folder}{state}: {rows}", highlight=False, markup=False, soft_wrap=True)
