"""News and events as readers see them: once each, in order, found by their words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from worlds import SOURCE, address, at, crawl, visit

from feeds.entries import find_entry, list_entries, recent_entries
from feeds.entry_queries import EntryFilter
from items import DatedValue, Event, Item, NewsArticle
from languages.search import search_terms, search_words
from models import begin_run, finish_run, writing
from models.base import utc_text
from models.entries import Entry, Telling, day_numbers
from models.fulltext import EntryText, write_texts
from pipelines.removal import settle_removals
from pipelines.writer import Writer
from registry.entries import settle_entries

NEWS = EntryFilter(kind="article")
EVENTS = EntryFilter(kind="event")


def news(url: str, headline: str, day: str | None = None, **more: Any) -> NewsArticle:
    date = DatedValue(None, reason="absent")
    if day:
        precision: Any = {4: "year", 7: "month", 10: "day"}[len(day)]
        date = DatedValue(day, precision, "byline", day)
    facts = {"source": SOURCE, "language": "pl", "evidence": headline, "body": "Treść", **more}
    return NewsArticle(url=url, headline=headline, date_published=date, **facts)


def event(number: int, name: str, start: str, **more: Any) -> Event:
    facts = {"source": SOURCE, "language": "pl", "evidence": name, **more}
    return Event(url=address(number), name=name, start=start, **facts)


def store(engine: Engine, pages: dict[int, list[Item]], day: float = 0, **more: Any) -> None:
    visits = [
        visit(
            number, day, items=items, kind="archive" if len(items) > 1 else "article", text=f"{day}"
        )
        for number, items in pages.items()
    ]
    crawl(engine, visits, day, **more)
    settle_entries(engine)


def headlines(engine: Engine, wanted: EntryFilter = NEWS) -> list[str]:
    name = "headline" if wanted.kind == "article" else "name"
    return [row.claim[name] for row in list_entries(engine, wanted)[0]]


def test_a_post_on_its_page_in_a_listing_and_in_an_archive_is_one(engine: Engine) -> None:
    post = address(7)
    store(
        engine,
        {
            1: [news(post, "Nowy członek", "2026-02-01"), news(address(8), "Inny", "2026-01-05")],
            7: [news(post, "Nowy członek", "2026-02-01", body="Cały tekst")],
            2: [
                news(address(2), "Nowy członek", "2026-02"),
                news(address(2), "Zjazd", "2026-02-03"),
            ],
        },
    )
    rows, end = list_entries(engine, NEWS)
    assert [row.claim["headline"] for row in rows] == ["Zjazd", "Nowy członek", "Inny"]
    assert end is None
    assert len(rows[1].tellings) == 3
    assert rows[1].claim["body"] == "Cały tekst"
    assert all(find_entry(engine, told) == rows[1] for told in rows[1].tellings)


def test_one_headline_of_two_addresses_is_two_articles(engine: Engine) -> None:
    store(engine, {n: [news(address(n), "Newsletter")] for n in (1, 2)})
    assert headlines(engine) == ["Newsletter", "Newsletter"]


def test_events_of_like_names_on_one_day_are_one_unless_their_hours_differ(engine: Engine) -> None:
    store(
        engine,
        {
            1: [event(1, "Targi logistyki w Łodzi", "2026-06-10", city="Łódź")],
            2: [
                event(2, "Targi logistyki w Łodzi", "2026-06-10T10:00"),
                event(2, "Walne zgromadzenie", "2026-06-10T09:00"),
                event(2, "Walne zgromadzenie rady", "2026-06-10T12:00"),
            ],
        },
    )
    found = headlines(engine, EVENTS)
    assert sorted(found) == [
        "Targi logistyki w Łodzi",
        "Walne zgromadzenie",
        "Walne zgromadzenie rady",
    ]


def test_an_entry_keeps_its_id_and_counts_what_happened(engine: Engine) -> None:
    store(engine, {1: [news(address(1), "Zapowiedź", "2026-02-01")]})
    (before,) = list_entries(engine, NEWS)[0]
    store(engine, {1: [news(address(1), "Zapowiedź zmieniona", "2026-02-04")]}, day=1)
    (after,) = list_entries(engine, NEWS)[0]
    assert (after.id, after.version) == (before.id, before.version + 1)
    assert after.number > before.number
    assert after.updated_at == utc_text(at(1))
    assert headlines(engine, EntryFilter(kind="article", text="zmieniona")) != []
    assert after.number in range(*day_numbers("2026-02-04"))


def test_a_page_that_is_gone_takes_its_entry_from_lists_but_not_from_mirrors(
    engine: Engine,
) -> None:
    store(engine, {1: [news(address(1), "Krótko", "2026-02-01")]})
    for day in (1, 3):
        run_id = begin_run(engine, SOURCE, now=at(day))
        writer = Writer(engine, clock=lambda day=day: at(day))  # type: ignore[misc]
        writer.put(visit(1, day, status=404), run_id)
        writer.close()
        settle_removals(engine, run_id, complete=True, now=at(day))
        finish_run(engine, run_id, "ok", now=at(day))
    settle_entries(engine)
    assert list_entries(engine, NEWS) == ([], None)
    assert headlines(engine, EntryFilter(kind="article", text="krotko")) == []
    (mirrored,) = recent_entries(engine, NEWS)
    assert mirrored.gone_at is not None


def test_news_that_scroll_off_a_listing_stay_but_a_retold_headline_does_not(
    engine: Engine,
) -> None:
    store(engine, {1: [news(address(9), "Stara", "2025-01-01"), news(address(1), "Bez linku")]})
    store(engine, {1: [news(address(1), "Bez linku, poprawione")]}, day=1)
    assert headlines(engine) == ["Stara", "Bez linku, poprawione"]


def test_an_undated_article_is_ordered_by_the_visit_that_found_it_new(engine: Engine) -> None:
    store(engine, {1: [news(address(1), "Dawne")], 2: [news(address(2), "Luty", "2026-02-01")]})
    store(engine, {3: [news(address(3), "Nowe")]}, day=5)
    assert headlines(engine) == ["Nowe", "Luty", "Dawne"]
    rows = list_entries(engine, NEWS)[0]
    assert [row.day for row in rows] == [at(5).date().isoformat(), "2026-02-01", ""]
    inside = EntryFilter(kind="article", first_day="2026-01-01", last_day="2026-02-28")
    assert headlines(engine, inside) == ["Luty"]
    early = EntryFilter(kind="article", last_day="2026-02-28")
    assert headlines(engine, early) == ["Luty"]


def test_an_event_counts_on_each_of_its_days(engine: Engine) -> None:
    store(engine, {1: [event(1, "Targi", "2026-06-10", end="2026-06-12")]})
    for first, last, found in (
        ("2026-06-12", "2026-06-30", ["Targi"]),
        ("2026-06-01", "2026-06-10", ["Targi"]),
        ("2026-06-13", "", []),
        ("", "2026-06-09", []),
    ):
        wanted = EntryFilter(kind="event", first_day=first, last_day=last)
        assert headlines(engine, wanted) == found


def test_pages_of_a_list_hold_everything_once(engine: Engine) -> None:
    days = [None, "2026-02-01", "2026-02-01", "2026-02-01", "2026-01", "2025"]
    store(engine, {n: [news(address(n), f"Nr {n}", day)] for n, day in enumerate(days)})
    seen: list[str] = []
    after = None
    for _ in range(10):
        rows, after = list_entries(engine, NEWS, after=after, limit=2)
        seen += [row.id for row in rows]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == len(days)
    recent: list[str] = []
    last = None
    while rows := recent_entries(engine, NEWS, after=last, limit=2):
        recent += [row.id for row in rows]
        last = (datetime.fromisoformat(rows[-1].updated_at), rows[-1].id)
    assert sorted(recent) == sorted(seen)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("lodz", ["Łódź"]),
        ("ŁÓDŹ", ["Łódź"]),
        ("konferencja", ["Konferencję", "Konferencji"]),
        ("klastrami", ["Łódź", "Konferencję"]),
        ("konferencj*", ["Konferencję", "Konferencji"]),
        ('"nowy klaster"', ["Łódź"]),
        ('"klaster nowy"', []),
        ("klaster nieobecny", []),
        ("ict-2024", ["Konferencji"]),
        ("'; DROP TABLE entry; --", []),
        ('" OR marks : *', []),
        ("!!!", []),
        ("w", ["Łódź"]),
    ],
)
def test_words_find_what_they_should_on_both_engines(
    engine: Engine, asked: str, found: list[str]
) -> None:
    store(
        engine,
        {
            1: [news(address(1), "Łódź", "2026-02-03", body="Nowy klaster w mieście")],
            2: [news(address(2), "Konferencję", "2026-02-02", body="Konferencja trwa, klaster")],
            3: [news(address(3), "Konferencji", "2026-02-01", body="ICT-2024: foo.bar")],
        },
    )
    assert headlines(engine, EntryFilter(kind="article", text=asked)) == found


def test_filters_hold_with_words_and_without(engine: Engine) -> None:
    store(
        engine,
        {
            1: [news(address(1), "Wodór dla Polski", "2026-02-01")],
            2: [news(address(2), "Wodór dla Niemiec", "2026-02-02", language="de")],
        },
    )
    settle_entries(engine, {SOURCE: "PL"})
    for asked in ("", "wodor"):
        for more, number in (
            ({"languages": ["de"]}, 1),
            ({"countries": ["PL"]}, 2),
            ({"countries": ["DE"]}, 0),
            ({"sources": [SOURCE]}, 2),
            ({"first_day": "2026-02-02", "last_day": "2026-02-02"}, 1),
        ):
            wanted = EntryFilter(kind="article", text=asked, **more)  # type: ignore[arg-type]
            assert len(headlines(engine, wanted)) == number, (asked, more)
    settle_entries(engine, {SOURCE: "DE"})
    assert len(headlines(engine, EntryFilter(kind="article", countries=["DE"], text="wodor"))) == 2


def test_derived_in_pieces_or_as_a_whole_the_entries_are_the_same(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.entries.AT_ONCE", 3)
    for day, word in enumerate(("raz", "dwa", "trzy")):
        pages: dict[int, list[Item]] = {
            1: [news(address(n), f"Nr {n} {word if n % 2 else ''}", "2026-02-01") for n in (2, 3)],
            2: [news(address(2), "Nr 2"), event(2, f"Targi {word}", "2026-06-10")],
            3: [event(3, "Targi", "2026-06-10", place=word)],
        }
        store(engine, pages, day)

    def told() -> Any:
        with engine.connect() as connection:
            columns = [c for c in Entry.__table__.c if c.name != "number"]
            entries = connection.execute(select(*columns).order_by(Entry.id)).all()
            tellings = select(Telling.__table__).order_by(Telling.claim_id, Telling.bucket)
            texts = connection.scalar(text("SELECT count(*) FROM entry_text"))
            return entries, connection.execute(tellings).all(), texts

    before = told()
    monkeypatch.setattr("registry.entries.RULES", "others")
    monkeypatch.setattr("registry.entries.AT_ONCE", 1_000)
    settle_entries(engine)
    assert told() == before
    assert settle_entries(engine) == 0


def test_nothing_is_derived_by_halves(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    crawl(engine, [visit(1)])

    def broken(*_: Any) -> None:
        raise RuntimeError("the power is gone")

    with monkeypatch.context() as patched:
        patched.setattr("registry.entries.write_texts", broken)
        with pytest.raises(RuntimeError):
            settle_entries(engine)
    assert list_entries(engine, NEWS) == ([], None)
    settle_entries(engine)
    assert headlines(engine) == ["Wiadomość 1"]


def test_numbers_of_days_are_in_order() -> None:
    low, high = day_numbers("2026-02-01", "2026-02-03")
    assert day_numbers("2026-02-02")[0] in range(low, high)
    assert day_numbers("")[1] <= low


def test_what_is_asked_is_bounded() -> None:
    assert len(search_terms("słowo " * 5_000)) == 12
    assert search_words("a" * 200)[0] == "a" * 60


def test_a_rule_change_derives_everything_again(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl(engine, [visit(1)])
    settle_entries(engine)
    with writing(engine) as connection:
        connection.execute(Entry.__table__.update().values(day="2000-01-01"))  # type: ignore[attr-defined]
    monkeypatch.setattr("registry.entries.RULES", "another")
    settle_entries(engine)
    assert list_entries(engine, NEWS)[0][0].day == "2026-02-01"


def test_a_search_goes_on_behind_entries_that_are_gone_by_the_time_they_are_read(
    engine: Engine,
) -> None:
    store(engine, {1: [news(address(1), "Wodór wczoraj", "2026-02-01")]})
    low = day_numbers("2026-02-02")[0]
    gone = [EntryText(low + number, search_words("wodór"), []) for number in range(4)]
    with writing(engine) as connection:
        write_texts(connection, gone)
    wanted = EntryFilter(kind="article", text="wodor")
    rows, after = list_entries(engine, wanted, limit=1)
    assert [row.claim["headline"] for row in rows] == ["Wodór wczoraj"]
    assert after is None


def test_an_index_that_was_filled_piece_by_piece_is_brought_into_one(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.entries.AT_ONCE", 1)
    monkeypatch.setattr("registry.entries._MANY", 3)
    store(engine, {number: [news(address(number), f"Wodór {number}")] for number in (1, 2, 3)})
    found = EntryFilter(kind="article", text="wodor")
    assert len(list_entries(engine, found)[0]) == 3
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            blocks = connection.scalar(text("SELECT count(*) FROM entry_text_data"))
        assert blocks == 3, "two tell of the whole, one holds the words"
