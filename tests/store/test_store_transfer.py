"""Copies, backups, raw pages and WARC files."""

from __future__ import annotations

import gzip
import threading
from io import BytesIO
from pathlib import Path

import pytest
from postgres_server import PostgresServer
from sqlalchemy import Engine, select, text
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter
from worlds import SOURCE, address, at, contents, crawl, page_items, replay, standing, visit

from models import Base, Body, begin_run, open_database, writing
from models.archive import StoredPage, prune_bodies, stored_pages
from models.changes import changes_after
from models.errors import DatabaseForeign
from models.transfer import backup_database, copy_database
from models.upkeep import check_database
from pipelines.warc import BODY_LIMIT, WarcError, read_warc, write_warc
from pipelines.writer import Writer


def fill(engine: Engine) -> None:
    crawl(engine, [visit(number) for number in range(4)])
    crawl(engine, [visit(0, 1, word="inny"), visit(1, 1, items=page_items(1)[:2])], day=1)


def everything(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    with engine.connect() as connection:
        return {
            table.name: [
                tuple(row)
                for row in connection.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in Base.metadata.sorted_tables
        }


@pytest.mark.parametrize("onto", ["sqlite", "postgresql"])
def test_a_copy_is_the_same_and_goes_on(
    engine: Engine, onto: str, tmp_path: Path, postgres: PostgresServer
) -> None:
    fill(engine)
    _, cursor = changes_after(engine, limit=7)
    target = postgres.create() if onto == "postgresql" else str(tmp_path / "copy.db")
    counts = copy_database(engine, target)
    copy = open_database(target)
    assert counts["change"] == 28
    assert everything(copy) == everything(engine)
    assert changes_after(copy, cursor) == changes_after(engine, cursor)
    run = crawl(copy, [visit(9, 2), visit(0, 2)], day=2)
    assert (run.new, run.changed) == (5, 5)
    assert check_database(copy) == []
    records, _ = changes_after(copy, limit=1000)
    assert [record.seq for record in records] == sorted({record.seq for record in records})
    assert replay(records) == standing(copy)
    with pytest.raises(DatabaseForeign, match="not empty"):
        copy_database(engine, target)
    copy.dispose()


def test_a_backup_of_a_busy_database_is_one_moment_of_it(engine: Engine, tmp_path: Path) -> None:
    fill(engine)
    stop = threading.Event()

    def write() -> None:
        run_id = begin_run(engine, "busy")
        writer = Writer(engine)
        number = 0
        while not stop.is_set():
            number += 1
            writer.put(visit(number, source="busy"), run_id)
            writer.flush()
        writer.close()

    thread = threading.Thread(target=write)
    thread.start()
    path = tmp_path / "backup.db"
    counts = backup_database(engine, path)
    stop.set()
    thread.join()
    assert sorted(found.name for found in tmp_path.glob("backup*")) == ["backup.db"]
    backup = open_database(str(path))
    assert check_database(backup) == []
    assert counts["article"] >= 4
    backup.dispose()
    with pytest.raises(FileExistsError):
        backup_database(engine, path)


def spoil(engine: Engine, statement: str) -> list[str]:
    """What the check finds after a statement that nobody should run."""
    with writing(engine) as connection:
        connection.execute(text(statement))
    return check_database(engine)


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE article SET version = 7", "version 7 is not recorded"),
        ("UPDATE article SET content_hash = 'x'", "holds something else"),
        ("UPDATE article SET missing_since = first_seen", "its changes lead to another state"),
        ("UPDATE event SET natural_key = '[\"x\"]'", "its id does not follow"),
        ("UPDATE page SET items = items + 1", "has other items than it should"),
        ("UPDATE page SET url = 'https://x.example/'", "is not the id of"),
        ("DELETE FROM item_version WHERE version = 1", "1 versions, the last is 2"),
        ('UPDATE item_version SET data = \'{"headline":"x"}\'', "was altered"),
        ("UPDATE run SET scraped = scraped + 1", "counters do not add up"),
        ("DELETE FROM capture", "bodies belong to no page"),
        ("UPDATE body SET size = 1", "is not what it was"),
        ("DELETE FROM article", "has changes but no row"),
    ],
)
def test_the_check_finds_what_is_wrong(engine: Engine, statement: str, finding: str) -> None:
    fill(engine)
    assert check_database(engine) == []
    assert any(finding in line for line in spoil(engine, statement))


def test_stored_pages_are_the_newest_of_each(engine: Engine) -> None:
    fill(engine)
    pages = list(stored_pages(engine))
    assert [page.url for page in pages] == [address(number) for number in range(4)]
    assert pages[0] == StoredPage(
        address(0), SOURCE, at(1), 200, "text/html; charset=utf-8", b"<html>inny 0</html>"
    )
    assert len(list(stored_pages(engine, every_version=True))) == 6
    assert [page.url for page in stored_pages(engine, since=at(0.5))] == [address(0), address(1)]
    assert list(stored_pages(engine, "another")) == []


def test_reading_stored_pages_again_changes_items_and_no_fetch(engine: Engine) -> None:
    fill(engine)
    crawl(engine, [visit(0, 2, status=304), visit(1, 2, status=404)], day=2)
    before = contents(engine)
    again = []
    for page in stored_pages(engine):
        number = int(page.url.rstrip("/").rpartition("/")[2])
        one = visit(number, word="lepszy")
        one.fetched_at, one.body = page.fetched_at.isoformat(), page.body
        again.append(one)
    run = crawl(engine, again, day=3)
    assert run.changed > 0
    after = contents(engine)
    unmoved = ("last_fetch", "fetches", "http_status", "gone_since", "last_read", "etag")
    for old, new in zip(before["page"], after["page"], strict=True):
        assert [old[name] for name in unmoved] == [new[name] for name in unmoved]
    assert after["capture"] == before["capture"]
    assert check_database(engine) == []


def test_old_bodies_are_forgotten_but_for_the_newest(engine: Engine) -> None:
    fill(engine)
    assert prune_bodies(engine, at(5)) == 2
    assert len(list(stored_pages(engine, every_version=True))) == 4
    with engine.connect() as connection:
        assert len(connection.execute(select(Body.sha256)).all()) == 4
    assert check_database(engine) == []


def test_a_warc_file_brings_the_same_pages_back(engine: Engine, tmp_path: Path) -> None:
    fill(engine)
    path = tmp_path / "pages.warc.gz"
    assert write_warc(path, stored_pages(engine, every_version=True)) == 6
    found = [(p.url, p.fetched_at, p.status, p.body) for p in read_warc(path)]
    assert found == [
        (p.url, p.fetched_at, p.status, p.body) for p in stored_pages(engine, every_version=True)
    ]
    assert next(read_warc(path)).headers["content-type"] == "text/html; charset=utf-8"
    assert [entry.name for entry in tmp_path.glob("pages*")] == ["pages.warc.gz"]


def archive(
    path: Path, *, body: bytes = b"<p>x</p>", url: str = "https://a.example/", packed: bool = True
) -> None:
    """A file as another program writes it."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=packed)
        for kind, address_ in (("request", url), ("response", url), ("metadata", url)):
            headers = None
            if kind == "response":
                headers = StatusAndHeaders(
                    "200 OK",
                    [("Content-Encoding", "gzip"), ("X-Two", "a")],
                    protocol="HTTP/1.1",
                )
            writer.write_record(
                writer.create_warc_record(
                    address_,
                    kind,
                    payload=BytesIO(gzip.compress(body) if headers else b"GET / HTTP/1.1\r\n\r\n"),
                    http_headers=headers,
                    warc_headers_dict={"WARC-Date": "2020-01-02T03:04:05Z"},
                )
            )


def test_files_of_other_archives_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc.gz"
    archive(path)
    (page,) = read_warc(path)
    assert (page.url, page.body, page.status) == ("https://a.example/", b"<p>x</p>", 200)
    assert page.fetched_at.isoformat() == "2020-01-02T03:04:05+00:00"
    assert page.headers["x-two"] == "a"


def test_a_page_that_unpacks_to_too_much_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "bomb.warc.gz"
    archive(path, body=b"\0" * (BODY_LIMIT + 1))
    assert list(read_warc(path)) == []


@pytest.mark.parametrize("packed", [True, False])
def test_of_a_file_that_breaks_off_only_whole_pages_are_read(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / "broken.warc"
    archive(path, packed=packed)
    content = path.read_bytes()
    whole = [(page.url, page.body) for page in read_warc(path)]
    broken = 0
    for cut in range(1, len(content), 17):
        path.write_bytes(content[:cut])
        found: list[tuple[str, bytes]] = []
        try:
            found.extend((page.url, page.body) for page in read_warc(path))
        except WarcError:
            broken += 1
        assert found in ([], whole)
    assert broken > 10


def test_no_warc_at_all(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<html>")
    with pytest.raises(WarcError):
        list(read_warc(path))
