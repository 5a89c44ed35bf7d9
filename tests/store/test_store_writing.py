"""What the writer makes of visits, on both engines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select, text
from worlds import SOURCE, address, at, contents, crawl, page_items, visit

from items import Certification, Event, NewsArticle, Organization, Page, Visit
from models import (
    COUNTERS,
    KINDS,
    Article,
    Capture,
    Change,
    ItemVersion,
    Rejected,
    begin_run,
    finish_run,
    open_database,
    page_states,
    writing,
)
from models import Page as StoredPage
from models.errors import LeaseLost, StoreError
from models.upkeep import check_database
from pipelines.writer import Writer


def count(engine: Engine, model: Any) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(model)).scalar_one()


def operations(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(select(Change.op).order_by(Change.seq)))


def test_every_kind_of_item_reaches_its_table(engine: Engine) -> None:
    run = crawl(engine, [visit(1), visit(2)])
    assert (run.pages, run.scraped, run.new, run.rejected) == (2, 10, 10, 0)
    assert {kind: count(engine, model) for kind, model in KINDS.items()} == dict.fromkeys(KINDS, 2)
    assert count(engine, ItemVersion) == 10
    assert operations(engine) == ["create"] * 10
    with engine.connect() as connection:
        row = connection.execute(select(Article.__table__).order_by(Article.url)).first()
    assert row is not None
    assert (row.headline, row.date_published, row.date_published_raw) == (
        "Wiadomość 1",
        "2026-02-01",
        "1 lutego 2026",
    )
    assert row.date_modified is None
    assert row.date_modified_reason == "absent"
    assert row.first_seen == at(0)
    assert check_database(engine) == []


def test_a_second_crawl_of_the_same_changes_no_item(engine: Engine) -> None:
    crawl(engine, [visit(1), visit(2)])
    before = contents(engine)
    run = crawl(engine, [visit(1, 1), visit(2, 1)], day=1)
    assert (run.new, run.changed, run.unchanged, run.scraped) == (0, 0, 10, 10)
    after = contents(engine)
    for table in set(before) - {"page"}:
        assert after[table] == before[table]
    assert operations(engine) == ["create"] * 10
    assert [row["fetches"] for row in after["page"]] == [2, 2]
    assert [row["changes"] for row in after["page"]] == [1, 1]


def test_changed_content_is_a_new_version_and_the_old_one_stays(engine: Engine) -> None:
    crawl(engine, [visit(1)])
    run = crawl(engine, [visit(1, 1, word="inny")], day=1, version="2.0")
    assert (run.new, run.changed, run.unchanged) == (0, 5, 0)
    with engine.connect() as connection:
        versions = connection.execute(
            select(ItemVersion.version, ItemVersion.data, ItemVersion.extractor)
            .where(ItemVersion.item_id.like("a%"))
            .order_by(ItemVersion.version)
        ).all()
        article = connection.execute(select(Article.__table__)).one()
    assert [(row.version, row.data["body"], row.extractor) for row in versions] == [
        (1, "Treść nowy 1", "1.0"),
        (2, "Treść inny 1", "2.0"),
    ]
    assert (article.version, article.body) == (2, "Treść inny 1")
    assert (article.first_seen, article.fetched_at) == (at(0), at(1))
    assert operations(engine) == ["create"] * 5 + ["update"] * 5
    assert check_database(engine) == []


def test_what_a_page_no_longer_states_is_missing_and_never_deleted(engine: Engine) -> None:
    crawl(engine, [visit(1)])
    run = crawl(engine, [visit(1, 1, items=page_items(1)[:1])], day=1)
    assert (run.unchanged, run.missing) == (1, 4)
    run = crawl(engine, [visit(1, 2, items=page_items(1)[:1])], day=2)
    assert run.missing == 0
    run = crawl(engine, [visit(1, 3)], day=3)
    assert (run.unchanged, run.restored, run.new) == (5, 4, 0)
    assert operations(engine) == ["create"] * 5 + ["missing"] * 4 + ["restore"] * 4
    assert count(engine, ItemVersion) == 5
    assert check_database(engine) == []


def test_a_page_that_was_not_read_keeps_its_items(engine: Engine) -> None:
    crawl(engine, [visit(1), visit(2), visit(3)])
    failed = Visit(
        url=address(3), source=SOURCE, fetched_at=at(1).isoformat(), status=200, problem="no HTML"
    )
    run = crawl(engine, [visit(1, 1, status=304), visit(2, 1, status=500), failed], day=1)
    assert (run.pages, run.not_modified, run.failed, run.confirmed) == (3, 1, 2, 5)
    assert operations(engine) == ["create"] * 15
    states = page_states(engine, SOURCE)
    assert states[address(1)].etag == '"nowy-1"'
    assert states[address(1)].last_fetch == at(1)
    assert states[address(1)].links == (address(2),)
    assert states[address(2)].http_status == 500
    with engine.connect() as connection:
        read = dict(connection.execute(select(StoredPage.url, StoredPage.last_read)).all())
    assert read == {address(1): at(1), address(2): at(0), address(3): at(0)}


def test_a_page_that_is_gone_is_asked_for_without_conditions(engine: Engine) -> None:
    crawl(engine, [visit(1)])
    crawl(engine, [visit(1, 1, status=404)], day=1)
    crawl(engine, [visit(1, 2, status=410)], day=2)
    state = page_states(engine, SOURCE)[address(1)]
    assert (state.etag, state.gone_since) == (None, at(1))
    crawl(engine, [visit(1, 3)], day=3)
    state = page_states(engine, SOURCE)[address(1)]
    assert (state.etag, state.gone_since) == ('"nowy-1"', None)


def test_two_pages_with_the_same_claim_are_two_rows_in_any_order(engine: Engine) -> None:
    claim = Certification(
        url=address(1), source=SOURCE, scheme="gold", holder="Klaster", evidence="tu"
    )
    crawl(engine, [visit(1, items=[claim]), visit(2, items=[claim])])
    before = contents(engine)
    crawl(engine, [visit(2, 1, items=[claim]), visit(1, 1, items=[claim])], day=1)
    assert contents(engine)["certification"] == before["certification"]
    assert len(before["certification"]) == 2


def test_the_same_page_twice_in_a_batch(engine: Engine) -> None:
    run = crawl(engine, [visit(1), visit(2), visit(1, 0.1, word="inny"), visit(1, 0.2)])
    assert (run.scraped, run.new, run.changed) == (20, 10, 10)
    assert run.adds_up
    assert check_database(engine) == []


def test_repeated_items_of_a_page_are_settled(engine: Engine) -> None:
    day1 = Event(url=address(1), source=SOURCE, name="Walne zebranie", start="2026-05-01")
    day2 = Event(url=address(1), source=SOURCE, name="Walne zebranie", start="2027-05-01")
    hall_a = Event(url=address(1), source=SOURCE, name="Warsztaty", start="2026-05-01", place="A")
    hall_b = Event(url=address(1), source=SOURCE, name="Warsztaty", start="2026-05-01", place="B")
    again = Event(
        url=address(1), source=SOURCE, name="walne  ZEBRANIE", start="2026-05-01", evidence="x"
    )
    run = crawl(engine, [visit(1, items=[day1, day2, hall_a, hall_b, day1])])
    assert (run.new, run.unchanged, run.scraped) == (4, 1, 5)
    order = crawl(engine, [visit(1, 1, items=[hall_b, day2, day1, hall_a])], day=1)
    assert (order.new, order.missing, order.unchanged) == (0, 0, 4)
    spelled = crawl(engine, [visit(1, 2, items=[again, day2, hall_a, hall_b])], day=2)
    assert (spelled.new, spelled.changed) == (0, 1)


def test_posts_of_an_archive_are_told_apart_by_their_headlines(engine: Engine) -> None:
    posts = [
        NewsArticle(url=address(1), source=SOURCE, headline=f"Wpis {number}") for number in range(3)
    ]
    crawl(engine, [visit(1, items=posts[:1], kind="archive")])
    run = crawl(engine, [visit(1, 1, items=posts[::-1], kind="archive")], day=1)
    assert (run.new, run.unchanged) == (2, 1)


def test_a_headline_that_is_mended_is_a_new_version_of_the_article(engine: Engine) -> None:
    crawl(
        engine, [visit(1, items=[NewsArticle(url=address(1), source=SOURCE, headline="Pierwsz")])]
    )
    mended = NewsArticle(url=address(1), source=SOURCE, headline="Pierwszy")
    run = crawl(engine, [visit(1, 1, items=[mended])], day=1)
    assert (run.new, run.changed, run.missing) == (0, 1, 0)


def test_time_makes_no_new_content(engine: Engine) -> None:
    def fair(status: Any) -> Event:
        return Event(url=address(1), source=SOURCE, name="Targi", start="2026-03-03", status=status)

    crawl(engine, [visit(1, items=[fair("scheduled")])])
    run = crawl(engine, [visit(1, 5, items=[fair("past")])], day=5)
    assert (run.changed, run.unchanged) == (0, 1)
    run = crawl(engine, [visit(1, 6, items=[fair("cancelled")])], day=6)
    assert run.changed == 1
    assert check_database(engine) == []


def test_an_older_reading_says_nothing(engine: Engine) -> None:
    crawl(engine, [visit(1, 10, word="inny")], day=10)
    before = contents(engine)
    run = crawl(engine, [visit(1, 3)], day=11)
    assert (run.scraped, run.unchanged) == (5, 5)
    assert contents(engine) == before


def test_bodies_are_kept_once_and_when_the_page_reads_differently(engine: Engine) -> None:
    crawl(engine, [visit(1)])
    same_text = visit(1, 1)
    same_text.body = b"<html>another nonce</html>"
    crawl(engine, [same_text], day=1)
    crawl(engine, [visit(1, 2, word="inny")], day=2)
    assert count(engine, Capture) == 2


@pytest.mark.parametrize(
    ("item", "error"),
    [
        (NewsArticle(url=address(1), source=SOURCE, headline=10**30), "headline: expected text"),  # type: ignore[arg-type]
        (NewsArticle(url=address(1), source=SOURCE, headline="\x00 "), "headline is empty"),
        (NewsArticle(url="javascript:alert(1)", source=SOURCE, headline="x"), "not a web address"),
        (NewsArticle(url="https://x.example/" + "y" * 20000, source=SOURCE, headline="x"), "20018"),
        (Organization(url=address(1), source=SOURCE, name="x", names={"pl": 2**70}), "names"),  # type: ignore[dict-item]
        ("a string", "not an item of the vocabulary"),
    ],
)
def test_what_is_no_item_is_set_aside_and_the_rest_stays(
    engine: Engine, item: Any, error: str
) -> None:
    run = crawl(engine, [visit(1, items=[*page_items(1), item])])
    assert (run.scraped, run.new, run.rejected) == (6, 5, 1)
    with engine.connect() as connection:
        row = connection.execute(select(Rejected.__table__)).one()
    assert error in row.error
    assert row.url == address(1)
    again = crawl(engine, [visit(1, 1, items=[*page_items(1), item])], day=1)
    assert (again.unchanged, again.rejected, again.missing) == (5, 1, 0)
    assert check_database(engine) == []


def forbid(engine: Engine, name: str) -> None:
    """Make the database itself refuse an organization, as it does values it cannot hold."""
    with writing(engine) as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(
                text(
                    "CREATE TRIGGER no BEFORE INSERT ON organization WHEN NEW.name = "
                    f"'{name}' BEGIN SELECT RAISE(ABORT, 'poison'); END"
                )
            )
        else:
            connection.execute(
                text(f"ALTER TABLE organization ADD CONSTRAINT poison CHECK (name <> '{name}')")
            )


def test_a_poison_row_is_isolated_and_the_rest_of_the_batch_is_stored(engine: Engine) -> None:
    forbid(engine, "Klaster 3")
    run = crawl(engine, [visit(number) for number in range(7)])
    assert (run.pages, run.scraped, run.new, run.rejected) == (7, 35, 34, 1)
    with engine.connect() as connection:
        row = connection.execute(select(Rejected.__table__)).one()
    assert (row.kind, row.url) == ("organization", address(3))
    assert "poison" in row.error
    assert "Klaster 3" in row.payload
    assert count(engine, StoredPage) == 7
    assert check_database(engine) == []


@pytest.mark.parametrize(
    "bad",
    [
        {"url": "ftp://x.example/"},
        {"fetched_at": "yesterday"},
        {"fetched_at": "2026-03-02T08:00:00"},
        {"fetched_at": "0001-01-01T00:00:00+14:00"},
        {"status": 10**20},
        {"source": "another"},
    ],
)
def test_a_visit_that_cannot_be_stored_is_set_aside_whole(
    engine: Engine, bad: dict[str, Any]
) -> None:
    broken = visit(1)
    for name, value in bad.items():
        setattr(broken, name, value)
    run = crawl(engine, [broken, visit(2)])
    assert (run.pages, run.failed, run.scraped, run.new, run.rejected) == (2, 1, 10, 5, 5)
    assert run.adds_up
    assert count(engine, Rejected) == 1


def test_counters_are_those_of_the_run_row(engine: Engine) -> None:
    run_id = begin_run(engine, SOURCE)
    writer = Writer(engine)
    writer.put(visit(1), run_id)
    writer.put(visit(2, status=404), run_id)
    writer.flush()
    told = writer.counters(run_id)
    writer.close()
    run = finish_run(engine, run_id, "ok")
    assert told == {name: getattr(run, name) for name in COUNTERS}
    assert (told["pages"], told["new"], told["failed"]) == (2, 5, 1)


def test_a_run_that_was_closed_by_another_writes_no_more(engine: Engine) -> None:
    run_id = begin_run(engine, SOURCE)
    writer = Writer(engine)
    writer.put(visit(1), run_id)
    writer.flush()
    finish_run(engine, run_id, "partial")
    writer.put(visit(2), run_id)
    with pytest.raises(LeaseLost):
        writer.flush()
    with pytest.raises(StoreError):
        writer.close()
    assert count(engine, StoredPage) == 1


def test_a_writer_of_an_unknown_run_fails_clearly(engine: Engine) -> None:
    writer = Writer(engine)
    writer.put(visit(1), 4711)
    with pytest.raises(StoreError, match="no run 4711"):
        writer.close()
    with pytest.raises(StoreError):
        writer.put(visit(1), 4711)


def test_one_writer_serves_several_crawlers_of_a_process(database: str) -> None:
    first, second = Writer.shared(database), Writer.shared(database)
    assert first is second
    runs = {name: begin_run(first.engine, name) for name in ("anna", "bert")}
    for number in range(3):
        for name, run_id in runs.items():
            first.put(visit(number, source=name), run_id)
    first.close()
    second.put(visit(9, source="bert"), runs["bert"])
    second.close()
    assert second.counters(runs["anna"])["new"] == 15
    assert second.counters(runs["bert"])["new"] == 20
    with pytest.raises(StoreError):
        second.put(visit(9, source="bert"), runs["bert"])


def test_a_disk_that_is_full_is_one_clear_error_and_what_was_committed_stays(
    tmp_path: Path,
) -> None:
    engine = open_database(str(tmp_path / "store.db"))
    run_id = begin_run(engine, SOURCE)
    writer = Writer(engine)
    writer.put(visit(1), run_id)
    writer.flush()
    engine.dispose()
    event.listen(engine, "connect", lambda dbapi, _: dbapi.execute("PRAGMA max_page_count=1"))
    huge = NewsArticle(url=address(2), source=SOURCE, headline="x", body="słowo " * 80_000)
    writer.put(visit(2, items=[huge]), run_id)
    with pytest.raises(StoreError, match="disk is full"):
        writer.close()
    assert count(engine, Article) == 1
    assert check_database(engine) == []


def test_a_page_without_items_has_its_state(engine: Engine) -> None:
    page = Page(url=address(1), source=SOURCE, kind="listing", text="lista", links=[address(2)])
    seen = Visit(url=address(1), source=SOURCE, fetched_at=at(0).isoformat(), status=200, page=page)
    run = crawl(engine, [seen])
    assert (run.pages, run.scraped) == (1, 0)
    state = page_states(engine, SOURCE)[address(1)]
    assert (state.kind, state.items, state.links) == ("listing", 0, (address(2),))
