"""`python -m fuzzing`: searches each target for a while; what it found stays in a folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from fuzzing.targets import TARGETS

_FIGURE = re.compile(r"^stat::(\w+):\s+(\d+)$", re.M)


def main(
    targets: Annotated[
        list[str] | None, typer.Argument(help=f"Which: {', '.join(TARGETS)}; all if left out.")
    ] = None,
    seconds: Annotated[
        int, typer.Option(min=1, help="So long all searches together, on two cores.")
    ] = 60,
    seed: Annotated[
        int, typer.Option(min=0, help="The same number, the same inputs; 0: others each time.")
    ] = 0,
    folder: Annotated[
        Path, typer.Option(help="Where inputs are kept, for the next search to go on from.")
    ] = Path("build/fuzzing"),
) -> None:
    """Look for input on which a reader breaks a promise. Exit code 1 if there is any."""
    chosen = targets or list(TARGETS)
    if unknown := set(chosen) - set(TARGETS):
        raise typer.BadParameter(f"no target {', '.join(sorted(unknown))}")
    if find_spec("atheris") is None:
        print(
            "atheris is not installed here (pip install -e '.[fuzz]'): tests/test_fuzzing.py only"
        )
        raise typer.Exit(subprocess.call([sys.executable, "-m", "pytest", "tests/test_fuzzing.py"]))
    at_once = min(2, os.cpu_count() or 1)
    each = max(1, seconds * at_once // len(chosen))
    with ThreadPoolExecutor(at_once) as pool:
        results = list(pool.map(lambda name: _search(name, each, folder, seed), chosen))
    raise typer.Exit(int(not all(results)))


def _search(name: str, seconds: int, folder: Path, seed: int) -> bool:
    kept = folder / name
    kept.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "fuzzing.search", name, str(seconds), str(kept), str(seed)],
        env=os.environ | {"PYTHONHASHSEED": str(seed or "random")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        check=False,
    )
    told = dict(_FIGURE.findall(done.stderr))
    figures = (
        f"{int(told.get('number_of_executed_units', 0)):>9,} inputs, slowest "
        f"{told.get('slowest_unit_time_sec', '?')} s, {told.get('peak_rss_mb', '?')} MB"
    )
    if done.returncode == 0:
        print(f"{name:<10}{figures}: nothing found", flush=True)
        return True
    print(f"{name:<10}{figures}: FOUND, see {kept}", flush=True)
    start = done.stderr.find("=== Uncaught Python exception")
    print(done.stderr[start if start >= 0 else -2_000 :][:3_000], file=sys.stderr)
    return False


if __name__ == "__main__":
    typer.run(main)
