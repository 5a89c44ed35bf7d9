"""What all commands share: the two consoles, one clear line when something is wrong, the database,
and a crawl as it is seen in the terminal."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.logging import RichHandler
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from models.runs import Run

out = Console()
err = Console(stderr=True)

EXIT_CODES = {
    "ok": 0,
    "empty": 3,
    "degraded": 4,
    "partial": 5,
    "blocked": 6,
    "unreachable": 7,
    "crashed": 8,
}
"""Exit code of each verdict; of several runs the highest counts. 1: failed, 2: wrong use."""

Contact = Annotated[
    str,
    typer.Option(envvar="CLUSTERFEED_CONTACT", help="Your e-mail or web address, for live sites."),
]
AllowHosts = Annotated[
    list[str] | None,
    typer.Option(help="A host:port on this machine or a private network to let in."),
]

DEFAULT_DATABASE = "clusterfeed.db"
Database = Annotated[
    str,
    typer.Option(
        "--db",
        envvar="CLUSTERFEED_DB",
        help="The database: a file, or a postgresql:// address.",
        metavar="URL",
    ),
]


Budget = Annotated[
    float | None,
    typer.Option(
        "--visits",
        envvar="CLUSTERFEED_VISITS",
        min=0.1,
        help="Visits of sources a day, at most; as many as there are sources if left out.",
    ),
]
AtOnce = Annotated[
    int, typer.Option("--at-once", min=1, max=64, help="So many crawls at the same time.")
]
Memory = Annotated[
    int, typer.Option("--memory", min=0, help="MiB that each crawl may use; 0 for no limit.")
]
LogJson = Annotated[bool, typer.Option("--log-json", help="Log one JSON object a line.")]
Everything = Annotated[
    bool, typer.Option("--all", help="Every source that is not marked `verified: never`.")
]
OfSource = Annotated[str | None, typer.Option("--source", help="Of one source only.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON lines.")]
By = Annotated[str, typer.Option("--by", envvar="USER", help="Who says so.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Log every request.")]


def worst_code(runs: Iterable[Run]) -> int:
    """The exit code of several runs."""
    return max((EXIT_CODES.get(run.verdict or "crashed", 1) for run in runs), default=0)


def fail(message: str, code: int = 1) -> NoReturn:
    """End with one clear line on standard error."""
    err.print(message, style="red", highlight=False, markup=False, soft_wrap=True)
    raise typer.Exit(code)


@contextmanager
def database(url: str, *, create: bool = False) -> Iterator[Engine]:
    """An open database; what is wrong with it ends the command in one line."""
    from models.database import open_database
    from models.errors import DatabaseError

    try:
        engine = open_database(url, create=create)
    except DatabaseError as error:
        fail(str(error))
    try:
        yield engine
    finally:
        engine.dispose()


class CrawlProgress:
    """Shows how far each source is; without a terminal, one line when a source is done."""

    def __init__(self, console: Console, sources: list[str]) -> None:
        self.console = console
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("requests, {task.fields[items]} items"),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._tasks = {
            name: self._bars.add_task(name, total=None, items=0, start=False) for name in sources
        }

    def __enter__(self) -> CrawlProgress:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def progress(self, source: str, done: int, known: int, items: int) -> None:
        """`done` of `known` requests answered, `items` read so far."""
        task = self._tasks[source]
        self._bars.start_task(task)
        self._bars.update(task, completed=min(done, known), total=known, items=items)

    def finished(self, source: str) -> None:
        """The source's run is over."""
        self._bars.stop_task(self._tasks[source])
        if not self.console.is_terminal:
            task = self._bars.tasks[self._tasks[source]]
            line = f"{source}: {task.completed:.0f} requests, {task.fields['items']} items"
            self.console.print(line, highlight=False)


def log_to(console: Console, verbose: bool) -> None:
    """Send the log to the console: warnings, or with `verbose` every request and page."""
    handler = RichHandler(console=console, show_path=False, show_time=verbose)
    handler.setFormatter(logging.Formatter("%(name)s: %(message)s" if verbose else "%(message)s"))
    handler.setLevel(logging.DEBUG if verbose else logging.WARNING)
    handler.addFilter(_told_once)
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(handler.level)


def _told_once(record: logging.LogRecord) -> bool:
    """Leave out what the spider's own line says better."""
    return not record.name.startswith(("scrapy.downloadermiddlewares", "scrapy.extensions"))
