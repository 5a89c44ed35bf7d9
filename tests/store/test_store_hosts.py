"""Hosts: one crawl at a time, on either engine, across processes."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from worlds import at

from models import (
    acquire_host,
    host_key,
    host_state,
    host_states,
    open_database,
    release_host,
    renew_host,
)
from models.errors import HostBusy
from models.hosts import keep_robots, kept_robots, note_host
from models.leases import LEASE, owner

HOST = "park.example"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.Park.Example/news", HOST),
        ("http://park.example:80/", HOST),
        ("http://park.example:8080/", "park.example:8080"),
        ("https://wwwpark.example/", "wwwpark.example"),
    ],
)
def test_www_and_the_usual_ports_do_not_count(url: str, key: str) -> None:
    assert host_key(url) == key


def test_a_host_is_taken_once_and_the_second_hears_by_whom(engine: Engine) -> None:
    acquire_host(engine, HOST, source="park", now=at(0))
    with pytest.raises(HostBusy, match=r"park\.example is being crawled for park since") as caught:
        acquire_host(engine, HOST, source="valley", now=at(0) + LEASE / 2)
    assert caught.value.owner == owner()
    acquire_host(engine, "other.example", now=at(0))
    assert host_states(engine)[HOST].held(at(0))
    assert release_host(engine, HOST, last_request=at(0.1))
    assert not host_state(engine, HOST).held(at(0))
    assert acquire_host(engine, HOST, now=at(0.2)).last_request == at(0.1)


def test_of_many_that_want_a_host_at_once_one_gets_it(database: str) -> None:
    def attempt(number: int) -> bool:
        engine = open_database(database)
        try:
            acquire_host(engine, HOST, f"machine:{number}:elsewhere")
            return True
        except HostBusy:
            return False
        finally:
            engine.dispose()

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(attempt, range(6))) == 1


def test_a_lease_that_is_over_is_taken_over_and_the_first_one_notices(engine: Engine) -> None:
    acquire_host(engine, HOST, "first", now=at(0))
    assert renew_host(engine, HOST, "first", now=at(0) + LEASE / 2)
    with pytest.raises(HostBusy):
        acquire_host(engine, HOST, "second", now=at(0) + LEASE * 1.2)
    taken = acquire_host(engine, HOST, "second", now=at(0) + LEASE * 2)
    assert taken.last_request == at(0) + LEASE * 2  # perhaps the first one asked just now
    assert not renew_host(engine, HOST, "first")
    assert not release_host(engine, HOST, "first")
    assert host_state(engine, HOST).owner == "second"


def test_the_lease_of_a_killed_process_is_taken_over_at_once(database: str) -> None:
    code = (
        "import os, sys\nfrom models import acquire_host, open_database\n"
        "acquire_host(open_database(sys.argv[1]), sys.argv[2])\n"
        "os.kill(os.getpid(), 9)\n"
    )
    killed = subprocess.run([sys.executable, "-c", code, database, HOST], timeout=60, check=False)
    assert killed.returncode == -9
    engine = open_database(database)
    assert host_state(engine, HOST).owner not in (None, owner())
    assert acquire_host(engine, HOST).owner == owner()
    engine.dispose()


def test_what_a_host_asked_for_is_kept(engine: Engine) -> None:
    assert host_state(engine, HOST).not_before is None
    assert kept_robots(engine, HOST) is None
    note_host(engine, HOST, crawl_delay=7.5, not_before=at(1), wait_reason="HTTP 503")
    keep_robots(engine, HOST, b"User-agent: *\nDisallow: /x\n", '"1"', None)
    state = acquire_host(engine, HOST, now=at(0))
    assert (state.crawl_delay, state.not_before, state.wait_reason) == (7.5, at(1), "HTTP 503")
    assert (state.robots_etag, state.robots_modified) == ('"1"', None)
    assert kept_robots(engine, HOST) == b"User-agent: *\nDisallow: /x\n"
    assert state.lease_until == at(0) + timedelta(minutes=5)
