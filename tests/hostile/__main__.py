"""The table of threats with a verdict for each: `make hostile`.

Runs the tests that threats.yaml names, bombs at their full size. The exit code is 1 where one
failed, or was not there.
"""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from pathlib import Path

import pytest
import yaml
from rich.console import Console
from rich.table import Table

FOLDER = Path(__file__).parent
ALSO = (
    "tests/hostile/test_hostile_site.py::test_a_hostile_site_takes_nothing_from_four_good_ones",
)
"""Tried with the rows, though it is none of them."""


class Watch:
    """pytest's plugin: what became of each test, and of the parts of those that have any."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.good: dict[str, bool] = {}
        self.seconds: dict[str, float] = defaultdict(float)
        self.figures: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Called three times for each test, and once more for each part."""
        test = report.nodeid.partition("[")[0]
        part = getattr(getattr(report, "context", None), "msg", None)
        if part is not None:
            self._note(f"{test} > {part}", not report.failed)
            return
        if test not in self.seconds:
            self.console.print(f"  {test}", markup=False, soft_wrap=True)
        for name in {test, report.nodeid}:
            self.seconds[name] += report.duration
            self.figures.update((name, text) for _, text in report.user_properties)
            if report.when == "call" or not report.passed:
                self._note(name, report.passed)

    def _note(self, name: str, good: bool) -> None:
        self.good[name] = good and self.good.get(name, True)


def main() -> int:
    """Run, print, and say by the exit code whether all is well."""
    os.environ["CLUSTERFEED_HOSTILE"] = "full"
    rows = yaml.safe_load((FOLDER / "threats.yaml").read_text(encoding="utf-8"))
    named = [shown.partition(" > ")[0] for row in rows for shown in row["shown"]]
    out = Console(width=None if sys.stdout.isatty() else 140)
    watch = Watch(Console(stderr=True))
    watch.console.print(f"{len(set(named)) + len(ALSO)} tests, a few minutes ...")
    quiet = ["-n", "0", "-p", "no:terminal", "-o", "addopts=", "--rootdir", str(FOLDER.parents[1])]
    pytest.main([*quiet, *dict.fromkeys([*named, *ALSO])], plugins=[watch])
    table = Table("", "threat", "verdict", "figures", box=None, padding=(0, 1))
    failed = [test for test in ALSO if not watch.good.get(test)]
    for number, row in enumerate(rows, 1):
        bad = [shown for shown in row["shown"] if not watch.good.get(shown)]
        tests = dict.fromkeys(shown.partition(" > ")[0] for shown in row["shown"])
        figures = [watch.figures[test] for test in tests if test in watch.figures]
        seconds = f"tests {sum(watch.seconds[test] for test in tests):.1f} s"
        told = "; ".join([*dict.fromkeys(figures), seconds])
        table.add_row(str(number), row["threat"], "FAILED" if bad else "ok", told)
        failed += bad
    out.print(table)
    out.print(f"With four good sites: {watch.figures.get(ALSO[0], 'FAILED')}")
    for test in failed:
        out.print(f"FAILED: {test}", markup=False)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
