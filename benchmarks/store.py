"""How fast the store writes, beside the least that the same rows can cost on the same machine.

    python -m benchmarks.store                 20,000 items on both engines
    python -m benchmarks.store --million       a million articles on SQLite, and reading them

The same visits go through the public writer, and through a program that knows nothing but the
rows: sqlite3 with a staging table, or COPY into one. That one checks, cleans and names
nothing, keeps no run, and does not say what is missing; it writes the same tables. CPU is in
seconds and includes PostgreSQL's own; times of the clock mean little on a shared machine.
"""

from __future__ import annotations

import argparse
import gc
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from sqlalchemy import select

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from postgres_server import PostgresServer

from items import DatedValue, NewsArticle, Page, Visit
from models import Article, begin_run, finish_run, open_database
from models.changes import changes_after
from pipelines.writer import Writer

SOURCE = "bench"
ITEMS = 20_000
PER_PAGE = 5
BATCH = 500
MILLION = 1_000_000
TEXT = "Klaster ogłosił nabór do projektu wspólnego z uczelnią techniczną i parkiem naukowym. " * 11
START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one pass over all items took, in seconds."""

    cpu: float
    wall: float


def visits(
    count: int, day: int, changed: int = 0, per_page: int = PER_PAGE, first: int = 0
) -> Iterator[Visit]:
    """Pages of articles of about 1.1 kB; of `changed` in a hundred the text differs."""
    fetched = (START + timedelta(days=day)).isoformat()
    for page in range(first // per_page, (first + count) // per_page):
        url = f"https://www.bench.example/{page}/"
        items = []
        for number in range(page * per_page, (page + 1) * per_page):
            word = f" {day}" if number % 100 < changed else ""
            published = (START - timedelta(minutes=number)).date().isoformat()
            items.append(
                NewsArticle(
                    url=f"{url}{number}/", source=SOURCE, language="pl",
                    headline=f"Wiadomość numer {number}", body=TEXT + word, evidence=TEXT[:100],
                    date_published=DatedValue(published, "day", "byline", published),
                )
            )  # fmt: skip
        yield Visit(
            url=url, source=SOURCE, fetched_at=fetched, status=200,
            page=Page(
                url=url, source=SOURCE, kind="archive", text=items[0].body, items=list(items)
            ),
        )  # fmt: skip


def nothing() -> float:
    """The CPU of a server where there is none."""
    return 0.0


server_cpu: Callable[[], float] = nothing


def timed(work: Callable[[], None]) -> Cost:
    """What it costs here and in the server."""
    cpu, wall = time.process_time() + server_cpu(), time.perf_counter()
    work()
    return Cost(time.process_time() + server_cpu() - cpu, time.perf_counter() - wall)


def through_the_store(database: str, pages: list[Visit]) -> Cost:
    """One run over the pages, through the writer; the run's opening and closing included."""

    def work() -> None:
        engine = open_database(database)
        run_id = begin_run(engine, SOURCE)
        writer = Writer(engine, keep_bodies=False)
        for page in pages:
            writer.put(page, run_id)
        writer.flush()
        finish_run(engine, run_id, "ok")
        writer.close()

    return timed(work)


COLUMNS = (
    "id", "source", "page_id", "url", "language", "evidence", "natural_key", "content_hash",
    "version", "first_seen", "fetched_at", "headline", "body", "summary", "date_published",
    "date_published_precision", "date_published_origin", "date_published_raw",
    "date_modified_raw", "date_modified_reason",
)  # fmt: skip
NAMES = ", ".join(COLUMNS)
UPDATED = ", ".join(
    f"{name} = excluded.{name}" for name in COLUMNS if name not in ("id", "first_seen", "version")
)
DIFFERS = (
    "FROM stage s LEFT JOIN article a ON a.id = s.id"
    " WHERE a.id IS NULL OR a.content_hash <> s.content_hash"
)
STATEMENTS = (
    "INSERT INTO item_version (item_id, version, content_hash, data, fetched_at, extractor,"
    " run_id, recorded_at) SELECT s.id, coalesce(a.version, 0) + 1, s.content_hash, s.data,"
    f" s.fetched_at, '', 1, s.fetched_at {DIFFERS}",
    "INSERT INTO change (item_id, kind, source, op, version, run_id, recorded_at)"
    " SELECT s.id, 'article', s.source, CASE WHEN a.id IS NULL THEN 'create' ELSE 'update' END,"
    f" coalesce(a.version, 0) + 1, 1, s.fetched_at {DIFFERS}",
    f"INSERT INTO article ({NAMES}) SELECT {NAMES} FROM stage WHERE true ON CONFLICT (id) DO"
    f" UPDATE SET {UPDATED}, version = article.version + 1"
    " WHERE article.content_hash <> excluded.content_hash",
)
PAGE = (
    "INSERT INTO page (id, source, url, kind, language, http_status, content_type, items,"
    " first_fetch, last_fetch, last_read, last_change, fetches, changes, run_id) VALUES"
    " ({0}, {0}, {0}, 'archive', 'und', 200, '', 5, {0}, {0}, {0}, {0}, 1, 1, 1)"
    " ON CONFLICT (id) DO UPDATE SET last_fetch = excluded.last_fetch, fetches = page.fetches + 1"
)


def raw_rows(page: Visit) -> tuple[tuple[Any, ...], list[tuple[Any, ...]]]:
    """The rows of a page, unchecked."""
    fetched = page.fetched_at
    page_id = sha256(page.url.encode()).hexdigest()[:25]
    rows = []
    assert page.page is not None
    for item in page.page.items:
        assert isinstance(item, NewsArticle)
        when = item.date_published
        data = json.dumps(
            {
                "url": item.url, "headline": item.headline, "body": item.body,
                "evidence": item.evidence, "date": when.value,
            },
            ensure_ascii=False,
        )  # fmt: skip
        item_id = sha256((page.url + item.url).encode()).hexdigest()[:25]
        content = sha256(data.encode()).hexdigest()[:32]
        rows.append(
            (
                item_id, SOURCE, page_id, item.url, item.language, item.evidence, "[]", content,
                1, fetched, fetched, item.headline, item.body, item.summary, when.value,
                when.precision, when.origin, when.raw, "", "absent", data,
            )
        )  # fmt: skip
    return (page_id, SOURCE, page.url, fetched, fetched, fetched, fetched), rows


def batches(pages: list[Visit]) -> Iterator[tuple[list[Any], list[Any]]]:
    step = BATCH // PER_PAGE
    for start in range(0, len(pages), step):
        both = [raw_rows(page) for page in pages[start : start + step]]
        yield [page for page, _ in both], [row for _, rows in both for row in rows]


def raw_sqlite(database: str, pages: list[Visit]) -> Cost:
    """The same with sqlite3 alone."""
    connection = sqlite3.connect(database, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(f"CREATE TEMP TABLE stage ({NAMES}, data)")

    def work() -> None:
        places = ", ".join("?" * (len(COLUMNS) + 1))
        for page_rows, rows in batches(pages):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(PAGE.format("?"), page_rows)
            connection.executemany(f"INSERT INTO stage VALUES ({places})", rows)
            for statement in (*STATEMENTS, "DELETE FROM stage"):
                connection.execute(statement)
            connection.execute("COMMIT")

    cost = timed(work)
    connection.close()
    return cost


def raw_postgresql(database: str, pages: list[Visit]) -> Cost:
    """The same with psycopg and COPY alone."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        types = {"version": "int", "first_seen": "timestamptz", "fetched_at": "timestamptz"}
        columns = ", ".join(f"{name} {types.get(name, 'text')}" for name in COLUMNS)
        connection.execute(f"CREATE TEMP TABLE stage ({columns}, data text)")

        def work() -> None:
            for page_rows, rows in batches(pages):
                with connection.transaction(), connection.cursor() as cursor:
                    cursor.executemany(PAGE.format("%s"), page_rows)
                    with cursor.copy("COPY stage FROM STDIN") as copy:
                        for row in rows:
                            copy.write_row(row)
                    for statement in (*STATEMENTS, "TRUNCATE stage"):
                        cursor.execute(statement)

        return timed(work)


def prepare_raw(database: str) -> None:
    """What the raw rows refer to."""
    engine = open_database(database)
    finish_run(engine, begin_run(engine, SOURCE), "ok")
    engine.dispose()


def compare(name: str, new: Callable[[], str], raw: Callable[[str, list[Visit]], Cost]) -> None:
    """Three passes through the store and raw, in turn, so that both share the machine's mood."""
    ours, theirs = new(), new()
    open_database(ours).dispose()
    prepare_raw(theirs)
    print(f"\n{name}: {ITEMS:,} items on {ITEMS // PER_PAGE:,} pages")
    print(f"{'':>14}  store: CPU s    rows/s    raw: CPU s    rows/s    CPU ratio")
    first = 0.0
    for day, (title, changed) in enumerate(
        (("first load", 0), ("unchanged", 0), ("10 % changed", 10))
    ):
        pages = list(visits(ITEMS, day, changed))
        gc.freeze()  # what waits to be written shall not be looked through over and over
        store, least = through_the_store(ours, pages), raw(theirs, pages)
        first = first or store.cpu
        print(
            f"{title:>14}  {store.cpu:12.2f}  {ITEMS / store.wall:8,.0f}  {least.cpu:12.2f}"
            f"  {ITEMS / least.wall:8,.0f}  {store.cpu / least.cpu:11.2f}"
            + (f"   {first / store.cpu:.1f}x faster than the first load" if day else "")
        )


def write_new(database: str, first: int) -> Cost:
    """Write ITEMS new articles, one a page, into a database that holds `first` of them."""
    engine = open_database(database)
    pages = list(visits(ITEMS, 0, per_page=1, first=first))
    gc.freeze()
    run_id = begin_run(engine, SOURCE)
    writer = Writer(engine, keep_bodies=False)

    def work() -> None:
        for page in pages:
            writer.put(page, run_id)
        writer.flush()

    cost = timed(work)
    writer.close()
    finish_run(engine, run_id, "ok")
    engine.dispose()
    return cost


def multiply(database: str, times: int) -> None:
    """Add copies of all pages and articles, with their versions and changes, under other ids."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA cache_size=-1000000")
    connection.execute("PRAGMA synchronous=OFF")
    connection.create_function(
        "other", 2, lambda old, copy: old[0] + sha256(f"{old}{copy}".encode()).hexdigest()[:24]
    )
    keys = {"page": ("id",), "article": ("id", "page_id"), "item_version": ("item_id",),
            "change": ("item_id",)}  # fmt: skip
    statements = []
    for table, ids in keys.items():
        found = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        names = [f'"{name}"' for name in found if name != "seq"]
        values = [f"other({name}, :copy)" if name.strip('"') in ids else name for name in names]
        statements.append(
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table}"
            " WHERE rowid <= :rows ORDER BY 1"
        )
    for copy in range(1, times):
        connection.execute("BEGIN")
        for statement in statements:
            connection.execute(statement, {"copy": copy, "rows": ITEMS})
        connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def million(folder: Path) -> None:
    """A million articles, one a page: whether the last are written as fast as the first."""
    database = str(folder / "million.db")
    write_new(database, 0)
    # What is in between is multiplied in SQL, which takes a minute instead of many.
    multiply(database, MILLION // ITEMS - 1)
    ratios = []
    for turn in range(3):
        small = write_new(str(folder / f"small{turn}.db"), 0)
        large = write_new(database, (turn + 1) * ITEMS)
        ratios.append(small.cpu / large.cpu)
        print(
            f"{ITEMS:,} articles into an empty database: CPU {small.cpu:.2f} s, "
            f"{ITEMS / small.wall:,.0f} rows/s; into the large one: CPU {large.cpu:.2f} s, "
            f"{ITEMS / large.wall:,.0f} rows/s; speed by CPU {ratios[-1]:.2f}"
        )
    print(f"median of the ratios: {median(ratios):.2f}")
    engine = open_database(database)
    with engine.connect() as connection:
        newest = (
            select(Article.headline, Article.date_published, Article.url)
            .where(Article.current(), Article.date_published.is_not(None))
            .order_by(Article.date_published.desc(), Article.id.desc())
            .limit(20)
        )
        cost = timed(lambda: list(connection.execute(newest)) and None)
    print(f"the 20 newest: {cost.wall * 1000:.1f} ms")
    cursor = None
    slowest = 0.0
    for _ in range(50):
        started = time.perf_counter()
        _, cursor = changes_after(engine, cursor, 1000)
        slowest = max(slowest, time.perf_counter() - started)
    started = time.perf_counter()
    changes_after(engine, cursor, 100)
    print(
        f"100 changes: {(time.perf_counter() - started) * 1000:.1f} ms, "
        f"the slowest of 50 times 1,000: {slowest * 1000:.0f} ms"
    )
    print(f"size: {Path(database).stat().st_size / 2**30:.2f} GiB")


def main() -> None:
    """Run the comparison, or the million."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--million", action="store_true", help="a million articles instead")
    with tempfile.TemporaryDirectory(prefix="bench-store-") as name:
        folder = Path(name)
        if parser.parse_args().million:
            million(folder)
            return
        names = iter(("ours.db", "raw.db"))
        compare("SQLite", lambda: str(folder / next(names)), raw_sqlite)
        server = PostgresServer()
        global server_cpu
        server_cpu = server.cpu
        try:
            compare("PostgreSQL", server.create, raw_postgresql)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
