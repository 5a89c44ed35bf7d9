"""What reading one page may cost: seconds of computing, and never the crawl of the next day.

The parsers work in the main thread. A timer interrupts Python and its regular expressions; a
second one ends the process where a library in C never comes back to Python. Who started the
process then finds in a file which page it was (see jobs/keeper.py), and that page is left alone.
Both count the process's own computing, so that a busy machine shortens nothing.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS = 20.0
"""Where no setting (PARSE_SECONDS) says otherwise."""

LAST = 3
"""After so many times the deadline the process ends."""

_AGAIN = 0.5
_ADDRESS = 4_000


class TooMuch(ValueError):
    """A page that takes too long, or too much memory, to read."""


class _Interrupted(BaseException):
    """No Exception: what parsers catch must not stop it."""


class _State:
    """Timers belong to the process, and so does this."""

    running = False
    record: int | None = None


def record_to(descriptor: int) -> None:
    """Keep the address of the page that is being read in this open file."""
    _State.record = descriptor


def recorded(descriptor: int) -> str:
    """The page that a process was reading when it ended; empty where there was none."""
    told = os.pread(descriptor, 4 * _ADDRESS, 0).partition(b"\n")[0]
    return told.decode("utf-8", "replace")


@contextmanager
def deadline(seconds: float, url: str) -> Iterator[None]:
    """Let the reading of a page take so many seconds of computing. Raises TooMuch.

    Out of the main thread, which signals do not reach, only a lack of memory is noticed.
    """
    timed = seconds > 0 and threading.current_thread() is threading.main_thread()
    try:
        if timed:
            _begin(seconds, url)
        try:
            yield
        finally:
            if timed:
                _end()
    except _Interrupted:
        raise TooMuch(f"reading it takes more than {seconds:g} seconds") from None
    except MemoryError:
        raise TooMuch("reading it takes more memory than there is") from None


def _begin(seconds: float, url: str) -> None:
    if _State.record is not None:
        line = url[:_ADDRESS].encode("utf-8", "replace").replace(b"\n", b"") + b"\n"
        os.pwrite(_State.record, line, 0)
    signal.signal(signal.SIGVTALRM, _interrupt)
    _State.running = True
    signal.setitimer(signal.ITIMER_PROF, LAST * seconds)
    # Again and again: what is raised while garbage is collected gets lost.
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, _AGAIN)


def _end() -> None:
    try:
        _State.running = False
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        if _State.record is not None:
            os.pwrite(_State.record, b"\n", 0)


def _interrupt(_number: int, _frame: object) -> None:
    if _State.running:
        raise _Interrupted
