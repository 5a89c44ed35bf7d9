"""The interface under load: lists, search and changes at a steady rate, on one core.

    python -m benchmarks.service [--articles 100000] [--database FILE] [--rate 100] [--seconds 60]
        [--limit 50]

A server process that is held to one core serves a made-up directory; this process asks from the
other cores over loopback, by a clock: each request is due at its time whether those before it
were answered or not, and what it took is counted from then, so that a stall is felt by all whom
it kept waiting. Beside each kind of request, in the same run, a bare FastAPI route of the same
application that answers with as many bytes. `cpu` is the server's CPU time for a request. The
file is held in the system's memory: what is measured is the program, not a disk's first reads.
"""

from __future__ import annotations

import argparse
import json
import mmap
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

from benchmarks.directory import COUNTRIES, common_words, make_directory, settle_directory

READERS = 32
"""Connections that are kept open."""
WARM = 100
"""Requests of each kind before anything is counted."""

_MAP_LOCKED = 0x2000  # Linux's; the library has no name for it


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds a request took, from when it was due; and of the server's CPU."""

    p50: float
    p99: float
    most: float
    cpu: float
    size: int
    """Bytes of an answer, on average."""


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--database", type=Path, help="one that was made like that")
    parser.add_argument("--rate", type=float, default=100.0, help="requests a second")
    parser.add_argument("--seconds", type=float, default=60.0, help="for each kind of request")
    parser.add_argument("--limit", type=int, help="articles a page; else the interface's default")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        _serve(asked.serve)
        return
    with tempfile.TemporaryDirectory() as folder:
        database = asked.database
        if database is None:
            database = Path(folder) / "directory.db"
            engine = make_directory(str(database), asked.articles, asked.articles // 20)
            settle_directory(engine)
            engine.dispose()
        with _in_memory(database), _server(database) as (port, process):
            _measure(port, process, asked.rate, asked.seconds, asked.limit)


def _measure(port: int, process: int, rate: float, seconds: float, limit: int | None) -> None:
    dice = random.Random(7)
    words = common_words(5_000)
    cursors = _cursors(port)
    page = f"&limit={limit}" if limit else ""
    kinds = {
        "list": [_list(dice, cursors["articles"]) + page for _ in range(2_000)],
        "search": [_search(dice, words) + page for _ in range(2_000)],
        "changes": [_changes(dice, cursors["changes"]) for _ in range(2_000)],
    }
    everything = [path for paths in zip(*kinds.values(), strict=True) for path in paths]
    print(
        f"{'':<10}{'p50 ms':>8}{'p99 ms':>8}{'most':>8}{'cpu ms':>8}{'bytes':>9}   bare p99, ratio"
    )
    for name, paths in {**kinds, "mixed": everything}.items():
        _run(port, process, paths[:WARM], rate, WARM / rate)
        found = _run(port, process, paths, rate, seconds)
        bare = _run(port, process, [f"/bare/{found.size}"], rate, min(seconds, 20))
        print(
            f"{name:<10}{found.p50:>8.1f}{found.p99:>8.1f}{found.most:>8.1f}{found.cpu:>8.2f}"
            f"{found.size:>9,}   {bare.p99:.1f}, {found.p99 / bare.p99:.1f}x; cpu {bare.cpu:.2f}, "
            f"{found.cpu / bare.cpu:.1f}x",
            flush=True,
        )


def _run(port: int, process: int, paths: list[str], rate: float, seconds: float) -> Figures:
    """Ask for the paths in turn, at a rate, for a time."""
    local = threading.local()
    count = int(rate * seconds)
    taken = [0.0] * count
    sizes = [0] * count

    def ask(number: int, due: float) -> None:
        if not hasattr(local, "connection"):
            local.connection = HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            local.connection.request("GET", paths[number % len(paths)])
            answer = local.connection.getresponse()
        except ConnectionError:  # it was idle for long, and the server closed it
            local.connection.close()
            local.connection.request("GET", paths[number % len(paths)])
            answer = local.connection.getresponse()
        sizes[number] = len(answer.read())
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} for {paths[number % len(paths)]}")
        taken[number] = time.perf_counter() - due

    before = _cpu(process)
    start = time.perf_counter() + 0.05
    with ThreadPoolExecutor(READERS) as readers:
        waiting = []
        for number in range(count):
            due = start + number / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            waiting.append(readers.submit(ask, number, due))
        for one in waiting:
            one.result()
    cpu = (_cpu(process) - before) / count * 1e3
    taken.sort()
    at = [taken[int(count * part)] * 1e3 for part in (0.5, 0.99)]
    return Figures(at[0], at[1], taken[-1] * 1e3, cpu, sum(sizes) // count)


def _list(dice: random.Random, cursors: list[str]) -> str:
    """A page, as long as it is by default: half of them the newest, half somewhere in the depth."""
    path = f"/api/articles?country={dice.choice(COUNTRIES)}"
    return f"{path}&after={dice.choice(cursors)}" if dice.random() < 0.5 else path


def _search(dice: random.Random, words: list[str]) -> str:
    """One to three words; the commoner a word, the oftener it is asked for."""
    chosen = [words[int(len(words) ** dice.random()) - 1] for _ in range(dice.randint(1, 3))]
    return f"/api/articles?q={quote(' '.join(chosen))}"


def _changes(dice: random.Random, cursors: list[str]) -> str:
    return f"/api/changes?after={dice.choice(cursors)}"


def _cursors(port: int) -> dict[str, list[str]]:
    """Places all over the lists."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:

        def asked(path: str) -> dict[str, str]:
            connection.request("GET", path)
            answer: dict[str, str] = json.loads(connection.getresponse().read())
            return answer

        days = [f"{year}-{month:02}-01" for year in range(2017, 2027) for month in range(1, 10)]
        pages = [asked(f"/api/articles?until={day}&fields=id")["next"] for day in days]
        changes = [asked("/api/changes?limit=1")["cursor"]]
        for _ in range(20):
            changes.append(asked(f"/api/changes?limit=1000&after={changes[-1]}")["cursor"])
    return {
        "articles": [page.rpartition("after=")[2] for page in pages if page],
        "changes": changes,
    }


def _cpu(process: int) -> float:
    """Seconds of CPU that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _in_memory(database: Path) -> Iterator[None]:
    """Hold the file in the system's memory; where that is not allowed, it is only read into it."""
    read = mmap.MAP_SHARED | mmap.MAP_POPULATE
    with database.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        try:
            held = mmap.mmap(file.fileno(), size, read | _MAP_LOCKED, mmap.PROT_READ)
        except OSError:
            print("The file cannot be held in memory (ulimit -l): a disk may show", file=sys.stderr)
            held = mmap.mmap(file.fileno(), size, read, mmap.PROT_READ)
        with held:
            yield


@contextmanager
def _server(database: Path) -> Iterator[tuple[int, int]]:
    """A server held to one core: its port and process."""
    command = [sys.executable, "-m", "benchmarks.service", "--serve", str(database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            _await(port, process)
            cores = sorted(os.sched_getaffinity(0))
            os.sched_setaffinity(process.pid, cores[:1])
            if len(cores) > 1:
                os.sched_setaffinity(0, cores[1:])
            yield port, process.pid
        finally:
            process.terminate()


def _await(port: int, process: subprocess.Popen[str]) -> None:
    """Until the server answers, or has ended."""
    while process.poll() is None:
        with suppress(ConnectionError), closing(HTTPConnection("127.0.0.1", port)) as connection:
            connection.request("GET", "/health")
            connection.getresponse().read()
            return
        time.sleep(0.1)
    raise SystemExit("the server did not start")


def _serve(database: Path) -> None:
    """The child: the application as `clusterfeed serve` has it, and the bare route."""
    import asyncio

    from feeds.api.app import create_app
    from jobs.server import HttpServer, listen

    app = create_app(str(database), per_minute=10**9)

    @app.get("/bare/{size}", include_in_schema=False)
    def bare(size: int) -> dict[str, str]:
        return {"filled": "x" * size}

    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
    sock = listen("127.0.0.1", 0)
    print(sock.getsockname()[1], flush=True)
    asyncio.run(HttpServer(app).serve(sockets=[sock]))


if __name__ == "__main__":
    main()
