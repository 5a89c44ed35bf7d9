"""One crawl over a hostile website, and one of it together with four good ones."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest
from hostile_site import CANARY, SECRET, SPELLINGS, Canary, HostileSite, evasive_attributes
from shell import Shell
from websites import Reply, Website, page

from replica.server import ReplicaServer

ROOT = Path(__file__).parents[2]
FOUR = ("agrobiocluster", "klasterip", "klasterlogtrans", "pppt")
FULL = os.environ.get("CLUSTERFEED_HOSTILE") == "full"
BOMB = 300_000_000 if FULL else 40_000_000
# The whole site has all of them; alone, one is enough for `make test`.
TOO_MUCH = (
    *("/endless/headers", "/endless/body", "/endless/line", "/endless/continue"),
    *("/bomb/gzip", "/bomb/br", "/bomb/zstd", "/sitemap-bomb.xml", "/sitemap-bomb.xml.gz"),
    *("/slow/body", "/slow/headers", "/circle", "/deep", "/attributes", "/feed.xml"),
)
MOST_MEMORY = 450
"""Megabytes that the process may have had at once: 150 for the crawls, and the largest page's."""

MOST_ALONE = 250
"""The same for one case by itself: a crawl of nothing takes 170."""


class Crawl:
    """One process that crawls `sources`, and what it did."""

    def __init__(self, shell: Shell, sources: list[str], allow: str, replica: str = "") -> None:
        self.shell = shell
        asked = {
            "database": str(shell.database),
            "sources": sources,
            "allow": [allow],
            "replica": replica,
        }
        started = time.monotonic()
        self.log_file = shell.folder / "crawl.log"
        with self.log_file.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(Path(__file__).parent / "driver.py"), json.dumps(asked)],
                cwd=shell.folder,
                env=shell.environment
                | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.started = started

    def end(self) -> Crawl:
        """Wait for it."""
        said, _ = self.process.communicate(timeout=400)
        self.seconds = time.monotonic() - self.started
        self.log = self.log_file.read_text(encoding="utf-8", errors="replace")
        assert self.process.returncode == 0, self.log[-3000:]
        self.told = json.loads(said)
        return self

    def runs(self) -> dict[str, tuple[str, str, dict[str, object]]]:
        """Verdict, reason and counters by source."""
        rows = self.shell.rows("SELECT source, verdict, reason, details FROM run")
        return {
            name: (verdict, reason, json.loads(details)) for name, verdict, reason, details in rows
        }


def everything(database: Path) -> list[tuple[str, bytes]]:
    """Every value of every table, unpacked where it is packed."""
    found = []
    with sqlite3.connect(database) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in names:
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                for value in row:
                    if isinstance(value, bytes):
                        with contextlib.suppress(zlib.error):
                            value = zlib.decompress(value)
                        found.append((table, value))
                    elif isinstance(value, str):
                        found.append((table, value.encode()))
    return found


def test_the_hostile_site(tmp_path, subtests, record_property):
    shell = Shell(tmp_path)
    secret_file = tmp_path / "canary.html"
    secret_file.write_text(f"<p>{CANARY}</p>")
    canary = Canary()
    names = {}
    with HostileSite(canary, secret_file, BOMB) as site:
        shell.source("hostile", site.url, "pages: 150\nfeeds: [/feed.xml]\n")
        for number, spelling in enumerate(SPELLINGS):
            if spelling.isascii() and "%" not in spelling:
                names[f"near{number}"] = spelling
                shell.source(f"near{number}", f"http://{spelling}:{canary.port}/")
        crawl = Crawl(shell, ["hostile", *names], site.host)
        site.crawler = crawl.process.pid
        crawl.end()
    canary.close()
    runs = crawl.runs()
    verdict, reason, stats = runs["hostile"]
    stored = everything(shell.database)
    pages = {
        url.removeprefix(site.url): (status, problem)
        for url, status, problem in shell.rows("SELECT url, http_status, problem FROM page")
    }
    record_property("figures", f"{len(site.asked)} requests, {crawl.told['peak']} MB, "
                    f"{crawl.seconds:.0f} s")  # fmt: skip

    with subtests.test("the crawl goes on to the end"):
        assert pages["after"] == (200, None)
        assert verdict in ("ok", "degraded", "partial"), (verdict, reason)
        assert not stats.get("spider_exceptions/count"), crawl.log[-5000:]
        assert "Traceback" not in crawl.log, crawl.log[crawl.log.index("Traceback") :][:3000]
    with subtests.test("nobody comes to the canary"):
        assert canary.visits == 0
    with subtests.test("no spelling of a private address is a site"):
        for name, spelling in names.items():
            assert runs[name][0] == "unreachable", (spelling, runs[name][:2])
    with subtests.test("redirects elsewhere are refused"):
        assert stats["clusterfeed/refused"] >= len(SPELLINGS)
        assert {f"/to/{n}" for n in range(3 + len(SPELLINGS))} <= set(site.asked)
        assert sum(path.startswith("/refresh/") for path in site.asked) > 5
    with subtests.test("no file of this machine is read"):
        assert not [table for table, value in stored if CANARY.encode() in value]
        assert CANARY not in crawl.log.replace(secret_file.name, "")
    with subtests.test("no password is kept"):
        assert site.times("/password") == 1
        assert not [table for table, value in stored if SECRET.encode() in value]
        assert SECRET not in crawl.log
        assert not [told for told in site.headers if "Authorization" in told]
    with subtests.test("a second try is guarded like the first"):
        assert site.times("/flaky") == 2
    with subtests.test("memory stays bounded"):
        assert crawl.told["peak"] < MOST_MEMORY
    with subtests.test("bombs are too large"):
        bombs = [path for path in site.asked if path.startswith("/bomb/")]
        assert len(bombs) == 3
        assert not [path for path in pages if path.startswith("bomb/") and pages[path][1] is None]
        assert stats["clusterfeed/failed/too large"] >= 3
    with subtests.test("a packed sitemap is no other"):
        assert site.times("/sitemap-bomb.xml") == site.times("/sitemap-bomb.xml.gz") == 1
    with subtests.test("a body without an end is cut"):
        assert site.times("/endless/body") == 1
    with subtests.test("headers without an end are cut"):
        assert site.times("/endless/headers") == 1
        assert site.times("/endless/continue") == 1
        assert site.times("/endless/line") <= 2
    with subtests.test("who drips is left"):
        assert site.times("/slow/body") == site.times("/slow/headers") == 2
    with subtests.test("redirects end"):
        assert len([path for path in site.asked if path.startswith("/circle")]) <= 7
    with subtests.test("cookies and secrets are not sent"):
        for told in map(str.lower, site.headers):
            assert "cookie:" not in told
            assert "api-key" not in told
    with subtests.test("entities are not resolved"):
        assert site.times("/feed.xml") == 1
        assert pages["from-the-feed"] == (200, None)
        assert pages["from-the-sitemap"] == (200, None)
    with subtests.test("only web addresses are stored"):
        for table, value in stored:
            start = value[:24].lower()
            assert not start.startswith((b"javascript:", b"data:", b"file:", b"ftp:")), table
    with subtests.test("deep nesting and crowded tags end in time"):
        assert pages["deep"] == (200, None)
        assert "attributes" in pages["attributes"][1]
    with subtests.test("a page that takes too long is counted and left"):
        assert "more than 2 seconds" in pages["rows"][1]
        assert stats["clusterfeed/pages_left"] == 1
    with subtests.test("a date to come is none"):
        assert pages["future"] == (200, None)
        assert not shell.rows("SELECT * FROM article WHERE date_published > '2027'")
    with subtests.test("no port is open"):
        assert site.listening == []


@pytest.mark.parametrize(
    "path", TOO_MUCH if FULL else TOO_MUCH[:1], ids=lambda path: path.strip("/").replace("/", "-")
)
def test_one_that_takes_too_much(tmp_path, path, record_property):
    """A crawl of a site with nothing else: the memory is the case's own."""
    shell = Shell(tmp_path)
    secret_file = tmp_path / "canary.html"
    secret_file.write_text(CANARY)
    with contextlib.closing(Canary()) as canary, HostileSite(canary, secret_file, BOMB) as site:
        site.only(path)
        shell.source("hostile", site.url)
        crawl = Crawl(shell, ["hostile"], site.host).end()
        assert site.times("/after") == 1
        record_property("figures", f"{len(site.asked)} requests, {crawl.told['peak']} MB, "
                        f"{crawl.seconds:.0f} s")  # fmt: skip
    assert crawl.told["peak"] < MOST_ALONE
    assert not crawl.runs()["hostile"][2].get("spider_exceptions/count")


def test_a_hostile_site_takes_nothing_from_four_good_ones(tmp_path, record_property):
    """The four alone, and in one process with the hostile one: the same rows."""
    secret_file = tmp_path / "canary.html"
    secret_file.write_text(CANARY)
    canary = Canary()
    rows = {}
    with ReplicaServer() as server, HostileSite(canary, secret_file, 40_000_000) as site:
        for name, sources in (("alone", FOUR), ("together", (*FOUR, "hostile"))):
            folder = tmp_path / name
            folder.mkdir()
            shell = Shell(folder)
            for source in FOUR:
                (path,) = (ROOT / "sources").rglob(f"{source}.yaml")
                shutil.copy(path, shell.sources)
            shell.source("hostile", site.url, "pages: 150\n")
            crawl = Crawl(shell, list(sources), site.host, server.address).end()
            rows[name] = content(shell)
            verdicts = {source: told[0] for source, told in crawl.runs().items()}
            assert {verdicts[source] for source in FOUR} == {"ok"}, verdicts
        record_property("figures", f"{sum(map(len, rows['alone'].values()))} rows, "
                        f"{len(site.asked)} hostile requests")  # fmt: skip
    canary.close()
    assert site.times("/after") == 1
    assert len(rows["alone"]["page"]) > 100
    for table, expected in rows["alone"].items():
        assert rows["together"][table] == expected, table


def content(shell: Shell) -> dict[str, list[tuple[object, ...]]]:
    """What was read of the four, without when."""
    kept = {
        "page": "url, http_status, kind, language, headline",
        **dict.fromkeys(
            ("article", "event", "certification", "organization", "relation"),
            "id, source, url, content_hash",
        ),
    }
    marks = ", ".join(f"'{name}'" for name in FOUR)
    return {
        table: sorted(
            shell.rows(f"SELECT {columns} FROM {table} WHERE source IN ({marks})"), key=repr
        )
        for table, columns in kept.items()
    }


def test_a_page_that_ends_the_process_is_passed_over_from_then_on(tmp_path):
    shell = Shell(tmp_path)
    replies = {
        "/": page("Home", "Words.", ("/never", "/after")),
        "/never": Reply(evasive_attributes(60_000), headers={"Content-Type": "text/html"}),
        "/after": page("After", "The park signed an agreement.", day="2026-03-02"),
    }
    environment = {"CLUSTERFEED_PARSE_SECONDS": "1"}
    with Website(replies) as site:
        shell.source("site", site.url)
        environment["CLUSTERFEED_ALLOW_HOST"] = site.host
        assert shell.run("run", "--due", **environment).returncode == 8
        ((verdict, reason),) = shell.rows("SELECT verdict, reason FROM run")
        assert verdict == "crashed"
        assert f"it was reading {site.url}never" in reason
        again = shell.run("crawl", "site", "--full", "--allow-host", site.host, **environment)
        # What is passed over is so for any visit but a full one.
        assert again.returncode != 0
        shell.run("crawl", "site", "--allow-host", site.host, **environment)
        assert site.asked.count("/never") == 2
        assert "/after" in site.asked
