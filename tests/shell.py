"""Runs the command line in a folder of its own, with sources and a database of its own."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import loaded
from loaded import SECONDS

BIN = Path(sys.executable).parent


class Shell:
    """`run` and `run_anew` start clusterfeed; nothing of the developer's environment reaches it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sources = folder / "sources"
        self.sources.mkdir()
        self.database = folder / "clusterfeed.db"
        kept = {
            name: os.environ[name] for name in ("PATH", "LANG", "PYTHONPATH") if name in os.environ
        }
        self.environment = kept | {
            "CLUSTERFEED_SOURCES": str(self.sources),
            "HOME": str(folder),
            "COLUMNS": "200",
        }

    def source(self, name: str, url: str, more: str = "") -> None:
        """Write a source's file."""
        text = f"url: {url}\ndelay: 0.1\n{more}"
        (self.sources / f"{name}.yaml").write_text(text, encoding="utf-8")

    def run(self, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, in a process that finds its libraries loaded."""
        return loaded.run(self._command(arguments), self.folder, self.environment | environment)

    def run_anew(
        self, *arguments: object, given: str = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end as people do, which takes a second or two longer.

        Each command is run so by one test. given: its standard input.
        """
        return subprocess.run(
            self._command(arguments),
            cwd=self.folder,
            env=self.environment | environment,
            input=given,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    def begin(self, *arguments: object) -> subprocess.Popen[str]:
        """Start a command and let it run."""
        return subprocess.Popen(
            self._command(arguments),
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _command(self, arguments: tuple[object, ...]) -> list[str]:
        return [str(BIN / "clusterfeed"), *map(str, arguments)]

    def crawl(self, site: Any, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Crawl a website on loopback as the source `site`."""
        self.source("site", site.url)
        return self.run("crawl", "site", "--allow-host", site.host, *arguments)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the database."""
        with sqlite3.connect(self.database) as connection:
            return connection.execute(query).fetchall()
