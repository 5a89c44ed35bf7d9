"""A crawl as it is seen in the terminal: a bar per source, and the log above the bars."""

from __future__ import annotations

import logging
from types import TracebackType

from rich.console import Console
from rich.logging import RichHandler
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


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
