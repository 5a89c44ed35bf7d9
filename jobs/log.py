"""The log of commands that nobody watches: lines for people, or one JSON object a line."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

from models.runs import Run

LOGGER = logging.getLogger("clusterfeed")
"""What a scheduler says itself. `extra` may name `source` and `run`."""


_WORDY = (
    *("alembic", "procrastinate", "uvicorn.access", "uvicorn.error"),
    *("scrapy.addons", "scrapy.crawler", "scrapy.middleware", "scrapy.utils.log"),
)
"""These tell of their own working, in many words."""


class JsonLines(logging.Formatter):
    """One JSON object a line: time (UTC), level, source, run, logger, message, and error.

    source and run are null where a line belongs to none; subscriber is there where it is about
    one of a webhook. source: of all lines that name none.
    """

    def __init__(self, source: str | None = None) -> None:
        super().__init__()
        self.source = source

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON, without line breaks."""
        source, run = _whose(record)
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "source": source or self.source,
            "run": run,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if subscriber := getattr(record, "subscriber", None):
            entry["subscriber"] = subscriber
        if record.exc_info:
            entry["error"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)


def log_to_stderr(*, as_json: bool, verbose: bool = False, source: str | None = None) -> None:
    """Send the log to standard error.

    People get warnings and what our schedulers say; programs also what the crawler says of each
    run. verbose: every request, too. source: whom all lines are about.
    """
    handler = logging.StreamHandler(sys.stderr)
    if as_json:
        handler.setFormatter(JsonLines(source))
    else:
        about = f"{source}: " if source else ""
        handler.setFormatter(logging.Formatter(f"%(asctime)s {about}%(message)s", "%H:%M:%S"))
    # The level is the handler's, since Scrapy sets the loggers' own.
    level = logging.DEBUG if verbose else logging.INFO
    handler.setLevel(level)
    if not verbose:
        handler.addFilter(_of_interest if as_json else _for_people)
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)


def log_run(run: Run) -> None:
    """Say how a run ended."""
    counted = f"{run.pages} pages, {run.new} new, {run.changed} changed"
    reason = f": {run.reason}" if run.reason else ""
    told = {"source": run.source, "run": run.id}
    LOGGER.info("%s: %s (%s)%s", run.source, run.verdict, counted, reason, extra=told)


def _of_interest(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or not record.name.startswith(_WORDY)


def _for_people(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or record.name == LOGGER.name


def _whose(record: logging.LogRecord) -> tuple[str | None, int | None]:
    source, run = getattr(record, "source", None), getattr(record, "run", None)
    spider = getattr(record, "spider", None)
    if spider is not None:
        source = source or getattr(spider, "name", None)
        crawler = getattr(spider, "crawler", None)
        if run is None and crawler is not None:
            run = crawler.stats.get_value("clusterfeed/run")
    return source, run
