"""Somebody asks a running service, or the workers, to crawl a source."""

import asyncio
from datetime import UTC, datetime

import pytest
from shell import Shell
from sites import Hosts, until

from jobs.asking import asker
from jobs.keeper import Catalogue, Keeper, Terms
from jobs.worker_queue import jobs
from models import open_database
from models.errors import UnknownSource
from models.leases import begin_run, finish_run


@pytest.fixture
def shell(tmp_path, monkeypatch):
    shell = Shell(tmp_path)
    monkeypatch.setenv("CLUSTERFEED_SOURCES", str(shell.sources))
    return shell


def test_a_service_crawls_what_is_asked_for_though_it_is_not_due(shell):
    engine = open_database(str(shell.database))
    runs = "SELECT source, trigger, verdict FROM run ORDER BY id"
    with Hosts(1, pages=1) as sites:
        shell.source("site", f"http://{sites.hosts[0]}/a/")
        # Visited just now.
        finish_run(engine, begin_run(engine, "site", now=datetime.now(UTC)), "ok")

        async def main():
            terms = Terms(database=str(shell.database), allow_hosts=(sites.hosts[0],))
            keeper = Keeper(engine, Catalogue(), terms)
            ask = asker(engine, keeper, crawling=True)
            kept = asyncio.create_task(keeper.keep(None))
            with pytest.raises(UnknownSource):
                await asyncio.to_thread(ask, "nobody")
            await asyncio.sleep(0.2)  # it has looked, and waits
            await asyncio.to_thread(ask, "site")
            await asyncio.to_thread(until, lambda: ("site", "request", "ok") in shell.rows(runs))
            keeper.stop()
            await kept

        asyncio.run(main())
    engine.dispose()
    assert shell.rows(runs) == [("site", "manual", "ok"), ("site", "request", "ok")]


def test_a_service_that_does_not_crawl_asks_the_workers(shell, postgres, postgres_template):
    shell.source("site", "https://site.example/")
    server = postgres.create(postgres_template)
    engine = open_database(server)
    ask = asker(engine, Keeper(engine, Catalogue(), Terms(database=server)), crawling=False)
    ask("site")
    ask("site")
    with pytest.raises(UnknownSource):
        ask("nobody")
    assert [(job.source, job.state) for job in jobs(engine)] == [("site", "waiting")]
    engine.dispose()


def test_on_one_file_nobody_would_hear_it(shell):
    engine = open_database(str(shell.database))
    keeper = Keeper(engine, Catalogue(), Terms(database=str(shell.database)))
    assert asker(engine, keeper, crawling=False) is None
    engine.dispose()


@pytest.mark.parametrize("token", ["short", "with spaces in between them"])
def test_a_token_that_anybody_could_guess_or_nobody_can_send_is_refused(shell, token):
    said = shell.run("serve", "--port", "0", CLUSTERFEED_TOKEN=token)
    assert said.returncode == 2
    assert "CLUSTERFEED_TOKEN must be at least 16" in said.stderr
