"""Crawls in child processes: run --due, serve, and what becomes of children that are killed."""

import asyncio
import contextlib
import json
import os
import re
import signal
import sqlite3
import sys
import urllib.request
from pathlib import Path

import pytest
from shell import Shell
from sites import Command, Hosts, alive, children, until
from websites import Reply, Website

from catalogue import Source
from jobs import keeper as keeping
from jobs.keeper import Busy, Catalogue, Keeper, Stopped, Terms, check_contacts
from models import open_database
from models.leases import begin_run, finish_run
from spiders.reach import NoContact


@pytest.fixture
def shell(tmp_path):
    return Shell(tmp_path)


def test_what_is_due_is_crawled_once_and_who_asked_for_it_is_told(shell, tmp_path):
    told = tmp_path / "told.json"
    script = tmp_path / "tell.py"
    script.write_text(
        "import os, sys\n"
        f"open({str(told)!r}, 'a').write(os.environ['CLUSTERFEED_VERDICT'] + sys.stdin.read())\n"
    )
    pages = {
        "/hook": Reply(b""),
        "/told": Reply(b""),
        "/robots.txt": Reply("User-agent: *\nDisallow: /"),
    }
    with Hosts(1) as sites, Website(pages) as hook:
        shell.source("good", f"http://{sites.hosts[0]}/a/")
        shell.source("shut", hook.url, f"on_degraded: {sys.executable} {script}\n")
        environment = {
            "CLUSTERFEED_ALLOW_HOST": f"{sites.hosts[0]},{hook.host}",
            "CLUSTERFEED_WEBHOOK": f"{hook.url}hook",
        }
        words = ("webhooks", "add", f"{hook.url}told", "--allow-host", hook.host)
        assert shell.run("db", "upgrade").returncode == 0
        assert shell.run(*words).returncode == 0
        said = shell.run_anew("run", "--due", "--log-json", **environment)
        assert said.returncode == 6, said.stderr
        lines = [json.loads(line) for line in said.stderr.splitlines()]
        again = shell.run("run", "--due", **environment)
    assert sorted(shell.rows("SELECT source, verdict, trigger FROM run")) == [
        ("good", "ok", "schedule"),
        ("shut", "blocked", "schedule"),
    ]
    for line in lines:
        assert set(line) - {"error", "subscriber"} == {
            "time",
            "level",
            "source",
            "run",
            "logger",
            "message",
        }
    ids = dict(shell.rows("SELECT source, id FROM run"))
    for source, run in ids.items():
        named = [line for line in lines if (line["source"], line["run"]) == (source, run)]
        assert any(line["logger"].startswith("scrapy") for line in named), source
        assert any(line["logger"] == "clusterfeed" for line in named), source
    told_of = [json.loads(body) for body in hook.posted]
    changes = [message for message in told_of if "data" in message]
    assert [one["data"]["seq"] for one in changes] == [
        seq for (seq,) in shell.rows("SELECT seq FROM change ORDER BY seq")
    ]
    assert changes
    (facts,) = (message for message in told_of if "data" not in message)
    assert (facts["source"], facts["verdict"], facts["before"]) == ("shut", "blocked", None)
    assert facts["text"].startswith("Clusterfeed: shut is blocked: ")
    assert told.read_text() == "blocked" + json.dumps(facts) + "\n"
    assert again.returncode == 0
    assert re.search(r"Nothing is due. Next: (good|shut) \(.* UTC, in .*\)", again.stdout), (
        again.stdout
    )


def test_a_service_crawls_answers_and_ends_cleanly(shell):
    with Hosts(1, pages=30, pause=0.1) as sites:
        shell.source("site", f"http://{sites.hosts[0]}/a/")
        environment = {"CLUSTERFEED_ALLOW_HOST": sites.hosts[0]}
        with Command(shell, "serve", "--port", "0", **environment) as serve:
            until(lambda: len(sites.asked) > 3, serve.said)
            address = re.search(r"http://127\.0\.0\.1:\d+/", serve.said()).group()
            with urllib.request.urlopen(f"{address}health", timeout=60) as answer:
                assert json.load(answer)["status"] == "ok"
            with urllib.request.urlopen(f"{address}metrics", timeout=60) as answer:
                metrics = answer.read().decode()
            crawling = children(serve.process.pid)
            assert crawling
            assert serve.end() == 0, serve.said()
            assert not any(map(alive, crawling))
    assert "clusterfeed_runs_unfinished 1.0" in metrics
    assert "clusterfeed_sources_due 0.0" in metrics
    ((verdict, reason, pages),) = shell.rows("SELECT verdict, reason, pages FROM run")
    assert (verdict, reason) == ("partial", "stopped by the operator")
    assert pages > 0


def test_live_sites_are_not_asked_by_nobody_in_particular():
    with pytest.raises(NoContact):
        check_contacts([Source(name="site", url="https://a.example/")], Terms(database="unused.db"))


def crawling():
    """The children of this process that crawl; it has others, such as the database server."""
    found = []
    for pid in children(os.getpid()):
        with contextlib.suppress(OSError):
            if b"jobs.child" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found


@pytest.fixture
def keep(tmp_path, monkeypatch):
    """Crawl one source in a child of this process; `meanwhile` is called with its id."""
    monkeypatch.setenv("CLUSTERFEED_SOURCES", str(tmp_path))
    database = str(tmp_path / "x.db")
    engine = open_database(database)

    def crawl(host, meanwhile=None, **terms):
        url = f"http://{host}/a/"
        (tmp_path / "site.yaml").write_text(f"url: {url}\ndelay: 0.1\nminutes: 1\n")
        kept = Terms(database=database, allow_hosts=(host,), **terms)

        async def main():
            keeper = Keeper(engine, Catalogue(), kept)
            task = asyncio.create_task(keeper.crawl(Source(name="site", url=url, minutes=1)))
            if meanwhile:
                await asyncio.to_thread(until, crawling)
                await asyncio.to_thread(meanwhile, crawling()[0])
            return await task

        return asyncio.run(main())

    crawl.engine = engine
    yield crawl
    engine.dispose()


def test_a_killed_child_leaves_a_run_that_says_so(keep):
    with Hosts(1, pages=30, pause=0.1) as sites:

        def kill(pid):
            until(lambda: len(sites.asked) > 3)
            os.kill(pid, signal.SIGKILL)

        run = keep(sites.hosts[0], kill)
    assert (run.verdict, run.complete) == ("crashed", False)
    assert run.reason == "killed by SIGKILL (out of memory?)"
    assert run.trigger == "schedule"


def test_a_child_without_enough_memory_crashed(keep):
    with Hosts(1) as sites:
        run = keep(sites.hosts[0], memory=24)
        assert sites.asked == []
    assert run.verdict == "crashed"
    assert "its memory is limited to 24 MiB" in run.reason


def test_a_child_that_takes_too_long_is_killed(keep, monkeypatch):
    monkeypatch.setattr(keeping, "GRACE", -59)
    with Hosts(1, pages=50, pause=1) as sites:
        run = keep(sites.hosts[0])
    assert run.verdict == "crashed"
    assert run.reason.startswith("killed after")


def test_a_source_that_another_process_has_is_left_to_it(keep):
    begin_run(keep.engine, "site")
    with Hosts(1) as sites, pytest.raises(Busy):
        keep(sites.hosts[0])
    with keep.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM run").scalar() == 1


def test_readers_do_not_wait_for_the_longest_crawl(tmp_path, monkeypatch):
    monkeypatch.setenv("CLUSTERFEED_SOURCES", str(tmp_path))
    monkeypatch.setattr(keeping, "SETTLE_SECONDS", 0)
    database = str(tmp_path / "x.db")
    engine = open_database(database)

    def asked(query):
        with engine.connect() as connection:
            return connection.exec_driver_sql(query).scalar()

    async def main(hosts):
        keeper = Keeper(engine, Catalogue(), Terms(database=database, allow_hosts=hosts))
        kept = asyncio.create_task(keeper.keep(None))
        change = "SELECT max(seq) FROM change WHERE source = 'quick'"
        seen = "SELECT CAST(value AS integer) FROM register_state WHERE key = 'seq'"
        await asyncio.to_thread(
            until, lambda: asked(change) and (asked(seen) or 0) >= asked(change)
        )
        still = asked("SELECT count(*) FROM run WHERE source = 'slow' AND finished IS NULL")
        keeper.stop()
        await kept
        return still

    with Hosts(1) as quick, Hosts(1, pages=400, pause=0.3) as slow:
        for name, sites in (("quick", quick), ("slow", slow)):
            words = f"url: http://{sites.hosts[0]}/a/\ndelay: 0.1\nminutes: 5\n"
            (tmp_path / f"{name}.yaml").write_text(words)
        assert asyncio.run(main((quick.hosts[0], slow.hosts[0]))) == 1
    engine.dispose()


def test_after_a_stop_no_crawl_begins(keep):
    async def stopped(host):
        keeper = Keeper(keep.engine, Catalogue(), Terms(database="unused.db"))
        keeper.stop()
        await keeper.crawl(Source(name="site", url=f"http://{host}/a/"))

    with Hosts(1) as sites:
        with pytest.raises(Stopped):
            asyncio.run(stopped(sites.hosts[0]))
        assert sites.asked == []


def test_the_catalogue_is_read_again_when_a_file_changed(tmp_path, monkeypatch):
    monkeypatch.setenv("CLUSTERFEED_SOURCES", str(tmp_path))
    path = tmp_path / "a.yaml"
    path.write_text("url: https://a.example/\n")
    catalogue = Catalogue()
    assert [source.name for source in catalogue.enabled()] == ["a"]
    (tmp_path / "b.yaml").write_text("url: https://b.example/\nverified: never\n")
    path.write_text("url: https://a.example/\nevery: 6h\n")
    os.utime(path, ns=(1, 1))
    assert catalogue.sources()["a"].every == "6h"
    assert [source.name for source in catalogue.enabled()] == ["a"]


def test_status_says_when_the_next_visit_is(shell):
    engine = open_database(str(shell.database))
    shell.source("site", "https://a.example/", "every: 6h\n")
    finish_run(engine, begin_run(engine, "site"), "ok")
    engine.dispose()
    assert "in 5 hours" in shell.run("status").stdout
    with sqlite3.connect(shell.database) as connection:
        assert connection.execute("SELECT source FROM schedule").fetchall() == [("site",)]
