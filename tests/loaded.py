"""Runs the command line in processes that find their libraries loaded.

To load Scrapy, SQLAlchemy and the rest takes a command longer than most of what it does. Here one
process loads them once and is forked for each command; what runs is a process all the same, with
a folder, an environment and an end of its own. `cli`, `terminal` and `settings` read the
environment when they are loaded, so they are loaded after the fork.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

TESTS = Path(__file__).parent

_MODULES = """
    alembic.command babel.dates icalendar rich.logging rich.progress typer
    scrapy.core.downloader.handlers.http11 scrapy.downloadermiddlewares.httpcompression
    scrapy.extensions.feedexport scrapy.extensions.throttle scrapy.pqueues scrapy.squeues
    feeds.items feeds.tables models.upkeep parsers.page registry replica.server
    jobs.agenda jobs.alerts jobs.choice jobs.crawl jobs.doctor jobs.doctor_source jobs.extract
    jobs.fetch jobs.keeper jobs.log jobs.preview jobs.register jobs.reread jobs.scout_file
    jobs.worker_queue
    pipelines.identify pipelines.normalise pipelines.revisit pipelines.store pipelines.validate
    spiders.drupal spiders.guard spiders.joomla spiders.moves spiders.replica spiders.robots
    spiders.sharepoint spiders.typo3 spiders.wordpress
"""

_FORKED = multiprocessing.get_context("forkserver")
_FORKED.set_forkserver_preload(_MODULES.split())

SECONDS = 300
"""That any command may take on a busy machine."""


def run(
    command: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run `clusterfeed` to its end. command: its path, and the arguments."""
    with tempfile.TemporaryDirectory() as kept:
        said = [Path(kept, name) for name in ("out", "err")]
        process = _FORKED.Process(
            target=_become, args=(list(command), folder, dict(environment), *said)
        )
        process.start()
        process.join(SECONDS)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(list(command), SECONDS)
        out, err = (path.read_text(encoding="utf-8") for path in said)
        return subprocess.CompletedProcess(list(command), process.exitcode, out, err)


def _become(
    command: list[str], folder: Path, environment: dict[str, str], out: Path, err: Path
) -> None:
    """Make the forked process what a new one would be, and run the command."""
    for number, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = command
    sys.path[:] = [entry for entry in sys.path if not Path(entry).is_relative_to(TESTS)]
    from cli import main

    main()
