"""A source in breach keeps what was good of it, and says so."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import frictionless
from directories import (
    OWNERS,
    article,
    common,
    fingerprint,
    pages,
    published,
    read,
)

from items import Organization


def rows(folder: Path, table: str, source: str) -> list[dict]:
    """A table's rows of a source, or that rest on it."""
    lines = (folder / f"{table}.jsonl").read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    return [row for row in told if source in (row.get("source"), *row.get("sources", ()))]


def standing(folder: Path, name: str) -> dict:
    lines = (folder / "sources.jsonl").read_text(encoding="utf-8").splitlines()
    return next(row for row in map(json.loads, lines) if row["name"] == name)


def without_dates(engine, day: float, verdict: str = "degraded") -> None:
    """The site was redesigned: no dates, no members, names that are none."""
    content = pages("parkowo", dated=False)
    content[6] = [Organization(name="Menu Strona Kontakt", **common(6, "parkowo"))]
    content[4] = []
    read(engine, "parkowo", content, day, verdict)


def test_the_last_good_rows_are_kept_while_others_go_on(small, tmp_path):
    good = published(small, tmp_path / "out").folder
    without_dates(small, 3)
    read(small, "dolina", {8: [article(8, "Nové", "2026-03-05", "dolina")]}, 3)
    found = published(small, tmp_path / "out")
    kept = found.in_breach["parkowo"]
    assert (kept.status, kept.kept_from) == ("kept", "2026-03-02T08:00:00Z")
    for table in ("articles", "events", "certificates", "organizations"):
        of_before = [
            row for row in rows(good, table, "parkowo") if len(row.get("sources", "x")) == 1
        ]
        assert of_before
        of_now = {row["id"]: row for row in rows(found.folder, table, "parkowo")}
        assert all(of_now[row["id"]] == row for row in of_before)
    assert len(rows(found.folder, "articles", "parkowo")) == 3
    assert {row["headline"] for row in rows(found.folder, "articles", "dolina")} >= {"Nové"}
    names = [row["name"] for row in rows(found.folder, "organizations", "parkowo")]
    assert "Menu Strona Kontakt" not in names
    assert "Firma Chemiczna parkowo" in names
    told = standing(found.folder, "parkowo")
    assert (told["status"], told["last_run_verdict"]) == ("kept", "degraded")
    assert (told["articles"], told["events"]) == (3, 2)
    assert standing(found.folder, "dolina")["status"] == "current"
    package = json.loads((found.folder / "datapackage.json").read_bytes())
    assert [one["source"] for one in package["sources_in_breach"]] == ["parkowo"]
    assert "parkowo" in (found.folder / "index.html").read_text(encoding="utf-8")
    feed = (found.folder / "feeds/news-pl.json").read_text(encoding="utf-8")
    assert "2026-02-03" in feed
    assert "CANCELLED" not in (found.folder / "calendar/events.ics").read_text(encoding="utf-8")
    assert frictionless.Package(str(found.folder / "datapackage.json")).validate().valid
    with closing(sqlite3.connect(found.folder / "clusterfeed.sqlite")) as file:
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_breach_is_carried_on_and_the_bytes_stay_the_same(small, tmp_path):
    published(small, tmp_path / "out")
    without_dates(small, 3)
    second = published(small, tmp_path / "out", keep=5)
    again = published(small, tmp_path / "out", keep=5)
    assert not again.fresh
    read(small, "dolina", {8: [article(8, "Nové", "2026-03-05", "dolina")]}, 4)
    third = published(small, tmp_path / "out", keep=5)
    assert third.folder != second.folder
    assert standing(third.folder, "parkowo")["kept_from"] == "2026-03-02T08:00:00Z"
    assert rows(third.folder, "articles", "parkowo") == rows(second.folder, "articles", "parkowo")
    before = fingerprint(third.folder)
    assert fingerprint(published(small, tmp_path / "out", keep=5).folder) == before


def test_a_partial_crawl_does_not_end_a_breach_and_a_good_one_does(small, tmp_path):
    published(small, tmp_path / "out")
    without_dates(small, 3)
    read(small, "parkowo", {7: [article(7, "Nowe", "2026-03-06", "parkowo")]}, 4, "partial")
    found = published(small, tmp_path / "out")
    assert found.in_breach.keys() == {"parkowo"}
    assert "Nowe" not in str(rows(found.folder, "articles", "parkowo"))
    read(small, "parkowo", pages("parkowo"), 5)
    good = published(small, tmp_path / "out")
    assert not good.in_breach
    assert standing(good.folder, "parkowo")["status"] == "current"
    assert "Nowe" in str(rows(good.folder, "articles", "parkowo"))


def test_without_an_earlier_publication_there_is_nothing_to_keep(small, tmp_path):
    without_dates(small, 3)
    found = published(small, tmp_path / "out")
    assert (found.in_breach["parkowo"].status, found.in_breach["parkowo"].kept_from) == (
        "doubtful",
        None,
    )
    assert [row["date_published"] for row in rows(found.folder, "articles", "parkowo")] == [
        None
    ] * 3
    # What was doubtful when it was published is not kept as good.
    again = published(small, tmp_path / "out", publisher="Agencja")
    assert again.in_breach["parkowo"].status == "doubtful"


def test_what_another_source_states_too_stands_as_it_does_today(small, tmp_path):
    published(small, tmp_path / "out")
    without_dates(small, 3)
    read(small, "dolina", pages("dolina"), 4)
    found = published(small, tmp_path / "out").folder
    # The tie between the two sites' organizations is stated by each of them, on its own page.
    ties = rows(found, "relations", "dolina")
    assert {row["subject_name"] for row in ties} >= {OWNERS["parkowo"].name}
    assert rows(found, "relations", "parkowo")


def test_an_earlier_publication_that_cannot_be_read_is_none(small, tmp_path):
    good = published(small, tmp_path / "out").folder
    (good / "clusterfeed.sqlite").write_bytes(b"torn")
    without_dates(small, 3)
    assert published(small, tmp_path / "out").in_breach["parkowo"].status == "doubtful"
