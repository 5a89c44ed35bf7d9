"""`clusterfeed publish`: time and memory by the size of the directory.

    python -m benchmarks.publishing [--articles 20000 1000000] [--keep FOLDER] [--json FILE]

A made-up directory, with an event for every twenty articles, is filled, settled, and published
twice by the command itself, in a process of its own: into nothing, and again beside that. Memory
is the most that the process had at any moment.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from benchmarks.directory import make_directory
from jobs.register import settle

_COMMAND = "import sys; from cli import main; sys.argv = ['clusterfeed', *sys.argv[1:]]; main()"


def prepare(database: Path, articles: int) -> None:
    """Fill and settle a directory, unless the file is there from an earlier run."""
    if database.exists():
        return
    engine = make_directory(str(database), articles, articles // 20)
    settle(engine)
    engine.dispose()


def publish(database: Path, folder: Path) -> dict[str, float]:
    """Publish once; seconds of CPU and of the clock, and the most memory in MB."""
    begin = time.monotonic()
    command = [sys.executable, "-c", _COMMAND, "publish", str(folder), "--db", str(database)]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"publish ended with {child.returncode}")
    return {
        "cpu_s": used.ru_utime + used.ru_stime,
        "clock_s": time.monotonic() - begin,
        "memory_mb": used.ru_maxrss * 1024 / 1e6,
    }


def measure(articles: int, folder: Path) -> dict[str, float]:
    """All figures at one size."""
    database = folder / f"directory{articles}.db"
    # Elsewhere: to a process's most memory the system counts what its parent had at that time.
    with ProcessPoolExecutor(1, get_context("spawn")) as maker:
        maker.submit(prepare, database, articles).result()
    target = folder / f"published{articles}"
    first, again = publish(database, target), publish(database, target)
    files = (target / "latest").resolve()
    size = sum(path.stat().st_size for path in files.rglob("*") if path.is_file())
    return {
        "articles": articles,
        **first,
        "again_cpu_s": again["cpu_s"],
        "again_memory_mb": again["memory_mb"],
        "written_mb": size / 1e6,
    }


def main() -> None:
    """Measure at each size, and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, nargs="+", default=[20_000])
    parser.add_argument("--keep", type=Path, help="keep what is made there, for the next time")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as temporary:
        for articles in options.articles:
            found = measure(articles, options.keep or Path(temporary))
            results.append(found)
            print(
                f"{articles:>9} articles: {found['cpu_s']:7.1f} s of CPU, "
                f"{found['clock_s']:7.1f} s, {found['memory_mb']:6.0f} MB of memory, "
                f"{found['written_mb']:7.0f} MB written; again {found['again_cpu_s']:.1f} s, "
                f"{found['again_memory_mb']:.0f} MB",
                flush=True,
            )
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
