"""What is left when the process or the server dies, and after running again."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from postgres_server import PostgresServer
from sqlalchemy import Engine, event
from worlds import SOURCE, address, at, contents, crawl, page_items, replay, standing, visit

from items import Visit
from models import begin_run, finish_run, latest_runs, open_database
from models.changes import changes_after
from models.upkeep import check_database
from pipelines.writer import Writer

PAGES = 12
POINTS = 20


def second_crawl() -> list[Visit]:
    """The site a day later: pages that changed, lost items, are new, the same, or gone."""
    visits = []
    for number in range(PAGES):
        how: list[dict[str, Any]] = [
            {"word": "inny"},
            {"items": page_items(number)[:2]},
            {"status": 304},
            {},
            {"status": 404},
            {"items": page_items(number, word="trzeci")[1:]},
        ]
        visits.append(visit(number, 1, **how[number % len(how)]))
    return visits + [visit(number, 1) for number in range(PAGES, PAGES + 6)]


def store(engine: Engine, visits: list[Visit]) -> None:
    """A run that commits every three pages."""
    run_id = begin_run(engine, SOURCE, code_version="1.0")
    writer = Writer(engine, clock=lambda: at(1))
    for number, one in enumerate(visits, 1):
        writer.put(one, run_id)
        if number % 3 == 0:
            writer.flush()
    writer.close()
    finish_run(engine, run_id, "ok")


class Points:
    """Counts the places at which a process can die: before each statement and each commit."""

    def __init__(self, engine: Engine, fatal: int | None = None) -> None:
        self.passed = 0
        self.fatal = fatal
        event.listen(engine, "before_cursor_execute", lambda *_: self.reach())
        event.listen(engine, "commit", lambda *_: self.reach())

    def reach(self) -> None:
        self.passed += 1
        if self.passed == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)


class Stage:
    """Databases in which the site's first crawl is stored."""

    def __init__(self, folder: Path, postgres: PostgresServer | None) -> None:
        self.folder = folder
        self.postgres = postgres
        self.count = 0
        self.first = postgres.create() if postgres else str(folder / "first.db")
        engine = open_database(self.first)
        crawl(engine, [visit(number) for number in range(PAGES)])
        engine.dispose()
        if postgres is None:
            # All of it in the one file.
            with sqlite3.connect(self.first) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()

    def copy(self) -> str:
        self.count += 1
        if self.postgres is not None:
            name = self.first.split("@/")[1].split("?")[0]
            return self.postgres.create(name)
        path = self.folder / f"copy{self.count}.db"
        shutil.copy(self.first, path)
        return str(path)


@pytest.fixture
def stage(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Stage]:
    postgres = request.getfixturevalue("postgres") if engine_name == "postgresql" else None
    return Stage(tmp_path, postgres)


def killed_at(database: str, point: int) -> bool:
    """Run the second crawl in a process that is killed at a point; whether it came to that."""
    child = os.fork()
    if child == 0:
        try:
            engine = open_database(database)
            Points(engine, point)
            store(engine, second_crawl())
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def test_killed_anywhere_and_run_again_is_as_if_it_had_not_been(stage: Stage) -> None:
    engine = open_database(stage.copy())
    points = Points(engine)
    store(engine, second_crawl())
    last = points.passed
    expected = contents(engine)
    assert check_database(engine) == []
    engine.dispose()
    assert last > 60
    dice = random.Random(20260302)
    unlike = 0
    for point in sorted(dice.sample(range(1, last), POINTS)):
        database = stage.copy()
        assert killed_at(database, point)
        engine = open_database(database)
        assert check_database(engine) == [], point
        unlike += contents(engine) != expected
        store(engine, second_crawl())
        assert contents(engine) == expected, point
        assert check_database(engine) == [], point
        assert replay(changes_after(engine, limit=1000)[0]) == standing(engine)
        engine.dispose()
    assert unlike > POINTS / 2, "the kills came too late to mean anything"


@pytest.mark.parametrize("where", ["statement", "before commit", "after commit"])
def test_a_server_that_restarts_in_mid_crawl_loses_nothing_and_doubles_nothing(
    postgres: PostgresServer, postgres_template: str, where: str
) -> None:
    expected_engine = open_database(postgres.create(postgres_template))
    visits = [visit(number) for number in range(9)]
    expected_run = crawl(expected_engine, visits)
    expected = contents(expected_engine)
    expected_engine.dispose()

    engine = open_database(postgres.create(postgres_template))
    run_id = begin_run(engine, SOURCE, code_version="1.0", now=at(0))
    writer = Writer(engine, clock=lambda: at(0))
    for one in visits[:3]:
        writer.put(one, run_id)
    writer.flush()
    reached, restarted = threading.Event(), threading.Event()

    def pause(connection: Any, *details: Any) -> None:
        """Hold the writer at the chosen point while the server restarts."""
        statement = str(details[1]) if where == "statement" else ""
        if reached.is_set() or (where == "statement" and "pg_advisory_xact_lock" not in statement):
            return
        if where == "after commit":
            connection.connection.commit()
        reached.set()
        assert restarted.wait(30)

    if where == "statement":
        event.listen(engine, "before_cursor_execute", pause)
    else:
        event.listen(engine, "commit", pause)
    for one in visits[3:]:
        writer.put(one, run_id)
    assert reached.wait(30)
    postgres.restart()  # by this thread: the server dies with the thread that started it
    restarted.set()
    writer.close()
    run = finish_run(engine, run_id, "ok", now=at(0))
    assert (run.pages, run.scraped, run.new) == (9, 45, 45)
    assert (run.pages, run.new) == (expected_run.pages, expected_run.new)
    assert contents(engine) == expected
    assert check_database(engine) == []
    engine.dispose()


def test_an_interrupted_run_keeps_what_was_committed(database: str) -> None:
    engine = open_database(database)
    run_id = begin_run(engine, SOURCE)
    writer = Writer(engine)
    for number in range(4):
        writer.put(visit(number), run_id)
    writer.close()
    finish_run(engine, run_id, "partial", "interrupted")
    assert latest_runs(engine)[0].new == 20
    assert {row["url"] for row in contents(engine)["page"]} == {address(n) for n in range(4)}
    engine.dispose()
