"""Runs: one at a time for each source, and how they end."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from worlds import SOURCE, at, crawl, visit

from models import (
    begin_run,
    finish_run,
    heartbeat,
    is_stale,
    latest_runs,
    medians,
    open_database,
    writing,
)
from models.errors import LeaseLost, RunInProgress
from models.leases import LEASE, owner


def test_two_runs_of_one_source_at_a_time_are_refused(engine: Engine) -> None:
    run_id = begin_run(engine, SOURCE, now=at(0))
    with pytest.raises(RunInProgress) as caught:
        begin_run(engine, SOURCE, now=at(0) + LEASE / 2)
    assert (caught.value.source, caught.value.since) == (SOURCE, at(0))
    assert caught.value.owner == owner()
    begin_run(engine, "another", now=at(0))
    finish_run(engine, run_id, "ok", now=at(0))
    begin_run(engine, SOURCE, now=at(0))


def test_of_many_that_begin_at_once_one_does(database: str) -> None:
    def attempt(_: int) -> bool:
        engine = open_database(database)
        try:
            begin_run(engine, SOURCE)
            return True
        except RunInProgress:
            return False
        finally:
            engine.dispose()

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(attempt, range(6))) == 1


def test_a_run_without_a_sign_of_life_is_taken_over(engine: Engine) -> None:
    silent = begin_run(engine, SOURCE, now=at(0))
    heartbeat(engine, silent, now=at(0) + LEASE / 2)
    with pytest.raises(RunInProgress):
        begin_run(engine, SOURCE, now=at(0) + LEASE * 1.2)
    second = begin_run(engine, SOURCE, now=at(0) + LEASE * 2)
    assert latest_runs(engine)[0].id == second
    with pytest.raises(LeaseLost):
        heartbeat(engine, silent, now=at(0) + LEASE * 2)
    with pytest.raises(LeaseLost):
        finish_run(engine, silent, "ok")
    with engine.connect() as connection:
        row = connection.execute(
            text("SELECT verdict, reason FROM run WHERE id = :id"), {"id": silent}
        ).one()
    assert tuple(row) == ("crashed", "no sign of life")


def test_a_run_whose_process_is_gone_need_not_be_waited_for(database: str) -> None:
    code = (
        "import os, sys\n"
        "from models import begin_run, open_database\n"
        f"begin_run(open_database(sys.argv[1]), {SOURCE!r})\n"
        "os._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", code, database], check=True)
    engine = open_database(database)
    assert is_stale(latest_runs(engine)[0])
    run_id = begin_run(engine, SOURCE)
    assert not is_stale(latest_runs(engine)[0])
    assert latest_runs(engine)[0].id == run_id
    engine.dispose()


def test_a_run_that_does_not_add_up_says_so(engine: Engine) -> None:
    run_id = begin_run(engine, SOURCE)
    with writing(engine) as connection:
        connection.execute(text("UPDATE run SET scraped = 3, new = 2"))
    run = finish_run(engine, run_id, "ok", "done")
    assert run.verdict == "degraded"
    assert run.reason == "done; 3 items scraped, 2 stored, 0 rejected"


def test_a_finished_run_keeps_what_was_told(engine: Engine) -> None:
    run_id = begin_run(engine, SOURCE, trigger="schedule", code_version="abc", url="https://x/")
    finish_run(engine, run_id, "partial", "budget", {"requests": 5}, complete=False)
    run = latest_runs(engine)[0]
    assert (run.trigger, run.code_version, run.verdict) == ("schedule", "abc", "partial")
    assert (run.reason, run.details, run.complete) == ("budget", {"requests": 5}, False)
    with pytest.raises(ValueError, match="no such verdict"):
        finish_run(engine, run_id, "fine")


def test_the_last_run_of_each_source(engine: Engine) -> None:
    for day, source in enumerate(("b", "a", "b")):
        crawl(engine, [visit(day, day, source=source)], day, source=source)
    assert [(run.source, run.started) for run in latest_runs(engine)] == [
        ("a", at(1)),
        ("b", at(2)),
    ]


def test_medians_are_over_the_last_complete_runs(engine: Engine) -> None:
    assert medians(engine, SOURCE) == {}
    crawl(engine, [visit(number) for number in range(20)])
    for day in range(1, 9):
        crawl(engine, [visit(number, day) for number in range(day % 3 + 1)], day)
    crawl(engine, [], 9, verdict="blocked")
    found = medians(engine, SOURCE)
    assert found["pages"] == 2
    assert found["items"] == 10
    assert found["unchanged"] == 10


def test_a_lease_can_be_as_long_as_a_source_needs(engine: Engine) -> None:
    begin_run(engine, SOURCE, now=at(0), lease=timedelta(hours=2))
    with pytest.raises(RunInProgress):
        begin_run(engine, SOURCE, now=at(0) + timedelta(hours=1))
