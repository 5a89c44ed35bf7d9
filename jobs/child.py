"""One crawl in a process of its own: `python -m jobs.child SOURCE`, started by `jobs.keeper`.

Twisted's reactor starts once in a process, and what one site does to its process shall not hurt
the others: memory and time are limited, and a process whose parent is gone ends itself. The
database and what an operator chose come by the environment (see settings.py).
"""

from __future__ import annotations

import argparse
import ctypes
import os
import resource
import signal
import sys

from catalogue import load_source
from jobs.crawl import Options, crawl
from jobs.log import log_to_stderr
from models.errors import HostBusy, RunInProgress
from spiders.deadline import record_to
from spiders.reach import NoContact

BUSY = 75
"""Exit code where another crawl has the source or its host (EX_TEMPFAIL of sysexits.h)."""
UNKNOWN = 78
"""Exit code where this machine has no such source (EX_CONFIG)."""

_PR_SET_PDEATHSIG = 1


class _Silent:
    def progress(self, source: str, done: int, known: int, items: int) -> None:
        """Nobody looks."""

    def finished(self, source: str) -> None:
        """The parent sees to it."""


def main() -> int:
    """Crawl one source; the exit code says whether there is a run, the run how it went."""
    parser = argparse.ArgumentParser(description="Started by clusterfeed; not for hands.")
    parser.add_argument("source")
    parser.add_argument("--trigger", default="schedule")
    parser.add_argument("--memory", type=int, default=0, help="MiB of data at most")
    parser.add_argument("--seconds", type=int, default=0, help="killed after so long")
    parser.add_argument("--reading", type=int, help="descriptor for the page that is being read")
    parser.add_argument("--parent", type=int, default=0, help="ends when this process is gone")
    parser.add_argument("--log-json", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    if options.parent:
        _end_with(options.parent)
    _limit(options.memory, options.seconds)
    if options.reading is not None:
        record_to(options.reading)
    log_to_stderr(as_json=options.log_json, verbose=options.verbose, source=options.source)
    source = load_source(options.source)
    if source is None:
        return UNKNOWN
    try:
        problem = crawl([source], Options(trigger=options.trigger), _Silent()).get(source.name)
    except NoContact as error:
        problem = error
    if isinstance(problem, (RunInProgress, HostBusy)):
        return BUSY
    if problem is not None:
        print(f"{source.name}: {problem}", file=sys.stderr)
        return 1
    return 0


def _end_with(parent: int) -> None:
    """Be told to stop when the parent dies, whatever it dies of (Linux)."""
    if sys.platform == "linux":
        # Linux tells us once for each thread of the parent. Two SIGTERM would end the crawl in
        # the middle of a page, so we are told by another signal, and hear it once.
        signal.signal(signal.SIGHUP, _stop_once)
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGHUP)
    if os.getppid() != parent:
        sys.exit(BUSY)


def _stop_once(_number: int, _frame: object) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    os.kill(os.getpid(), signal.SIGTERM)


def _limit(memory: int, seconds: int) -> None:
    """Bound what a hostile site can make of this process. The alarm kills, and cannot wait."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory:
        resource.setrlimit(resource.RLIMIT_DATA, (memory * 2**20, memory * 2**20))
    if seconds:
        signal.alarm(seconds)


if __name__ == "__main__":
    sys.exit(main())
