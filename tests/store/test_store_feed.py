"""The change feed: what a reader replays is what the tables hold, whoever writes meanwhile."""

from __future__ import annotations

import base64
import json
import random
import threading
import time

import pytest
from postgres_server import PostgresServer
from sqlalchemy import Engine, select, text
from worlds import at, crawl, page_items, replay, standing, visit

from feeds.items import change_json, change_view
from models import Change, begin_run, open_database, writing
from models.changes import ChangeRecord, changes_after, history
from models.errors import CursorExpired, CursorInvalid
from pipelines.transaction import lock_changes
from pipelines.writer import Writer

WRITERS = 8
COMMITS = 12


def test_a_reader_goes_on_where_it_stopped(engine: Engine) -> None:
    crawl(engine, [visit(1), visit(2)])
    seen: list[ChangeRecord] = []
    cursor = None
    while True:
        records, cursor = changes_after(engine, cursor, limit=3)
        if not records:
            break
        assert len(records) <= 3
        seen += records
    assert [record.op for record in seen] == ["create"] * 10
    assert len({record.item_id for record in seen}) == 10
    assert changes_after(engine, cursor) == ([], cursor)
    crawl(engine, [visit(1, 1, word="inny"), visit(2, 1, items=[])], day=1)
    later, cursor = changes_after(engine, cursor)
    assert sorted(record.op for record in later) == ["missing"] * 5 + ["update"] * 5
    assert replay(seen + later) == standing(engine)
    assert next(r.data["body"] for r in later if r.kind == "article" and r.op == "update") == (
        "Treść inny 1"
    )


def test_a_rebuilt_database_tells_readers_to_start_over(engine: Engine) -> None:
    crawl(engine, [visit(1)])
    _, cursor = changes_after(engine)
    with writing(engine) as connection:
        connection.execute(text("UPDATE meta SET value = 'other' WHERE key = 'epoch'"))
    with pytest.raises(CursorExpired):
        changes_after(engine, cursor)


def test_a_database_that_was_set_back_tells_readers_to_start_over(engine: Engine) -> None:
    crawl(engine, [visit(1)])
    _, cursor = changes_after(engine)
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM change WHERE seq = (SELECT max(seq) FROM change)"))
    with pytest.raises(CursorExpired):
        changes_after(engine, cursor)


@pytest.mark.parametrize(
    "cursor",
    ["x", "ż", "%%", base64.urlsafe_b64encode(b"a:b").decode(), "YTotMQ", "YTox" * 5000, "\x00"],
)
def test_what_is_no_cursor(engine: Engine, cursor: str) -> None:
    with pytest.raises(CursorInvalid):
        changes_after(engine, cursor)


def test_a_change_is_written_as_it_is_viewed(engine: Engine) -> None:
    crawl(engine, [visit(1)])
    records, _ = changes_after(engine)
    assert records
    assert [json.loads(change_json(one)) for one in records] == [*map(change_view, records)]


def test_the_history_of_an_item_shows_what_differs(engine: Engine) -> None:
    crawl(engine, [visit(1)], version="1.0")
    crawl(engine, [visit(1, 1, word="inny")], day=1, version="1.1")
    crawl(engine, [visit(1, 2, items=page_items(1)[1:])], day=2)
    item = next(r.item_id for r in changes_after(engine)[0] if r.kind == "article")
    first, second, third = history(engine, item)
    assert first.differences["headline"] == (None, "Wiadomość 1")
    assert second.differences == {"body": ("Treść nowy 1", "Treść inny 1")}
    assert (first.extractor, second.extractor) == ("1.0", "1.1")
    assert (third.change.op, third.change.version, third.differences) == ("missing", 2, {})
    assert history(engine, "a" + "0" * 24) == []


def write_much(database: str, number: int, failures: list[BaseException]) -> None:
    """One of several writers: random pages of its own source, some changed, some emptied."""
    dice = random.Random(number)
    source = f"park{number}"
    engine = open_database(database)
    try:
        run_id = begin_run(engine, source)
        writer = Writer(engine)
        for step in range(COMMITS):
            page = dice.randrange(4)
            items = page_items(page, source, dice.choice("abc"))
            kept = dice.sample(items, dice.randrange(6))
            writer.put(visit(page, step, source=source, items=kept), run_id)
            writer.flush()
            time.sleep(dice.random() / 200)
        writer.close()
    except BaseException as error:
        failures.append(error)
    finally:
        engine.dispose()


def test_eight_writers_and_a_reader_lose_nothing(database: str) -> None:
    engine = open_database(database)
    failures: list[BaseException] = []
    threads = [
        threading.Thread(target=write_much, args=(database, number, failures))
        for number in range(WRITERS)
    ]
    seen: list[ChangeRecord] = []
    cursor = None
    for thread in threads:
        thread.start()
    ended = False
    while not ended:
        ended = not any(thread.is_alive() for thread in threads)
        while True:
            records, cursor = changes_after(engine, cursor, limit=7)
            seen += records
            if not records:
                break
    for thread in threads:
        thread.join()
    assert failures == []
    numbers = [record.seq for record in seen]
    assert numbers == sorted(set(numbers))
    with engine.connect() as connection:
        assert numbers == list(connection.scalars(select(Change.seq).order_by(Change.seq)))
    assert len(seen) > WRITERS * COMMITS / 2
    assert replay(seen) == standing(engine)
    engine.dispose()


def lost_to_a_reader(database: str, *, locked: bool) -> int:
    """Two transactions write changes, the first to begin is the last to commit, and a reader
    looks in between: how many changes it never sees."""
    engine = open_database(database)
    crawl(engine, [visit(1)])
    row = {
        "item_id": changes_after(engine)[0][0].item_id, "kind": "article", "source": "x",
        "op": "update", "version": 1, "run_id": 1, "recorded_at": at(0),
    }  # fmt: skip
    _, cursor = changes_after(engine)
    started, may_commit = threading.Event(), threading.Event()
    second_done = threading.Event()

    def slow() -> None:
        with writing(engine) as connection:
            if locked:
                lock_changes(connection, [row])
            connection.execute(Change.__table__.insert(), row)  # type: ignore[attr-defined]
            started.set()
            may_commit.wait(10)

    def quick() -> None:
        started.wait(10)
        with writing(engine) as connection:
            if locked:
                lock_changes(connection, [row])
            connection.execute(Change.__table__.insert(), row)  # type: ignore[attr-defined]
        second_done.set()

    threads = [threading.Thread(target=slow), threading.Thread(target=quick)]
    for thread in threads:
        thread.start()
    started.wait(10)
    # Without the lock the second commits here; with it, it waits for the first.
    second_done.wait(1.0 if locked else 10)
    seen, cursor = changes_after(engine, cursor)
    may_commit.set()
    for thread in threads:
        thread.join()
    rest, _ = changes_after(engine, cursor)
    engine.dispose()
    return 2 - len(seen) - len(rest)


def test_changes_that_are_written_at_once_are_read_in_their_order(database: str) -> None:
    assert lost_to_a_reader(database, locked=True) == 0


def test_without_the_lock_the_same_reader_loses_a_change(
    postgres: PostgresServer, postgres_template: str
) -> None:
    """A test of the test above: it can fail. (SQLite has one writer at a time anyway.)"""
    assert lost_to_a_reader(postgres.create(postgres_template), locked=False) == 1
