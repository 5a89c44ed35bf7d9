"""Text that breaks databases gives the same rows on both engines, or the same refusal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from postgres_server import PostgresServer
from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import StatementError
from worlds import SOURCE, address, at, contents, crawl, visit

from items import DatedValue, Event, Item, NewsArticle, Organization, Visit
from models import Source, open_database, writing
from models.base import UtcTime
from pipelines.clean import clean, fold

POISON = {
    "nul": "Klaster\x00 Obróbki",
    "controls": "a\x01b\x1fc\x7fd\x85e\tf\ng",
    "lone surrogate": "koniec \ud83d",
    "low surrogate first": "\udc00\ud800",
    "pair of halves": "\ud83d\ude00",
    "rtl override": "abc \u202egnp.exe\u202c def",
    "isolates": "\u2066a\u2069 \u200bb\ufeffc\u00ad",
    "nfd": "Za\u0307z\u0307o\u0301\u0142c\u0301",
    "megabyte": "Ż" * 1_000_000,
    "quotes": "'); DROP TABLE article; -- \" \\ %s :x {0} $1",
    "copy": "a\tb\\N\\.\n\\.\r\nz",
    "astral": "𝔎laster 🏭",
    "noncharacter": "x\ufffe\uffffy",
    "emoji family": "👩\u200d🔬",
}


def world() -> list[Visit]:
    visits = []
    for number, text in enumerate(POISON.values(), 1):
        url = address(number)
        items: list[Item] = [
            NewsArticle(
                url=url, source=SOURCE, headline=text, body=text, author=text, evidence=text,
                date_published=DatedValue("0001-01-01", "day", "text", text), image=text,
            ),
            Event(url=url, source=SOURCE, name=text, start="0001-01-01", place=text),
            Organization(
                url=url, source=SOURCE, name=text, names={"pl": text, text: "x"}, website=text
            ),
            NewsArticle(url=url, source=SOURCE, headline=10**400),  # type: ignore[arg-type]
        ]  # fmt: skip
        one = visit(number, items=items, text=text)
        assert one.page is not None
        one.page.headline = text
        one.page.links = [text, url]
        one.problem = text
        one.content_type = text
        one.etag = text
        visits.append(one)
    long = visit(99)
    assert long.page is not None
    long.url = long.page.url = "https://www.x.example/" + "a9" * 5_000
    for item in long.page.items:
        item.url = long.url
    visits.append(long)
    return visits


def test_the_poison_list_gives_the_same_rows_on_both_engines(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    found = []
    for address_ in (str(tmp_path / "store.db"), postgres.create()):
        engine = open_database(address_)
        run = crawl(engine, world())
        assert (run.pages, run.rejected) == (len(POISON) + 1, len(POISON))
        assert run.new == 3 * len(POISON) + 5
        again = crawl(engine, world(), day=0)
        assert (again.new, again.changed) == (0, 0)
        found.append(contents(engine))
        engine.dispose()
    for table in found[0]:
        assert found[0][table] == found[1][table], table
    assert len(found[0]["article"]) == len(POISON) + 1
    headlines = {row["headline"] for row in found[0]["article"]}
    assert {"Klaster Obróbki", "abc gnp.exe def", "😀", POISON["quotes"]} <= headlines


def test_both_engines_sort_text_alike(tmp_path: Path, postgres: PostgresServer) -> None:
    words = ["a", "B", "ą", "z", "Z", "2024-03", "2024-03-01", "2024", "_", "-", "ż", "Ł", "l"]
    orders = []
    for address_ in (str(tmp_path / "store.db"), postgres.create()):
        engine = open_database(address_)
        with writing(engine) as connection:
            connection.execute(insert(Source), [{"name": w, "first_run": at(0)} for w in words])
        with engine.connect() as connection:
            orders.append(list(connection.scalars(select(Source.name).order_by(Source.name))))
        engine.dispose()
    assert orders[0] == orders[1] == sorted(words)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 3, 29, 2, 30, tzinfo=timezone(timedelta(hours=2))),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=timezone(timedelta(hours=-11, minutes=-30))),
    ],
)
def test_times_come_back_as_the_same_moment_in_utc(engine: Engine, moment: datetime) -> None:
    with writing(engine) as connection:
        connection.execute(insert(Source), {"name": "x", "first_run": moment})
    with engine.connect() as connection:
        stored = connection.execute(select(Source.first_run)).scalar_one()
    assert stored == moment
    assert stored.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(engine: Engine) -> None:
    with pytest.raises(StatementError, match="without its zone"), writing(engine) as connection:
        connection.execute(insert(Source), {"name": "x", "first_run": datetime(2026, 1, 1)})  # noqa: DTZ001


def test_times_of_sqlite_sort_as_time_does() -> None:
    from sqlalchemy.dialects import sqlite

    bind = UtcTime().process_bind_param
    moments = [at(day) for day in (0, 0.00001, 0.5, 1, 400)]
    texts = [bind(moment, sqlite.dialect()) for moment in moments]
    assert texts == sorted(texts)


@given(st.text(alphabet=st.characters(codec=None), max_size=50), st.integers(1, 60))
def test_clean_text_can_be_stored_and_stays_clean(text: str, limit: int) -> None:
    once = clean(text, limit)
    once.encode()
    assert "\x00" not in once
    assert len(once) <= limit
    assert clean(once, limit) == once
    assert fold(fold(text)) == fold(text)


def test_what_looks_alike_folds_alike() -> None:
    assert fold("KLASTER\u00a0 Ż\u200b") == fold("klaster z\u0307") == "klaster ż"
    assert fold("Straße") == fold("STRASSE")
    assert fold("Klaster A") != fold("Klaster B")
