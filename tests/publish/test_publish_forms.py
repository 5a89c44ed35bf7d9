"""Every form of a publication, read back by what its readers use."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import frictionless
import icalendar
import pyarrow.parquet as pq
import pytest
from directories import PAYLOADS, article, pages, published, read
from lxml import html
from sqlalchemy import Engine

from feeds.entries import list_entries
from feeds.entry_queries import EntryFilter
from feeds.publishing.delimited import LONGEST, RISKY
from feeds.publishing.tables import NESTED, TABLES
from feeds.views import entry_view


def lines(folder: Path, table: str) -> list[dict]:
    text = (folder / f"{table}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.split("\n") if line]


def cells(folder: Path, name: str) -> list[list[str]]:
    with (folder / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def test_frictionless_finds_the_package_valid(latest):
    report = frictionless.Package(str(latest / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "type", "message"])
    told = {task.name: task.stats["rows"] for task in report.tasks if task.type == "table"}
    assert told["articles"] == told["articles-spreadsheet"] == told["articles-jsonl"] == 6
    assert (told["events"], told["sources"], told["certificates"]) == (4, 2, 2)
    assert told["relations"] == 4
    assert told["organizations"] >= 4


def test_frictionless_would_find_a_mistake(latest, tmp_path):
    copy = shutil.copytree(latest, tmp_path / "copy")
    file = copy / "articles.csv"
    file.write_bytes(file.read_bytes().replace(b"parkowo", b"nowhere"))
    report = frictionless.Package(str(copy / "datapackage.json")).validate()
    kinds = {kind for (kind,) in report.flatten(["type"])}
    assert {"hash-count", "foreign-key"} & kinds


def test_the_tables_say_what_the_interface_says(small, latest):
    for table, kind in (("articles", "article"), ("events", "event")):
        rows, _ = list_entries(small, EntryFilter(kind=kind))
        views = {row.id: entry_view(row) for row in rows}
        found = lines(latest, table)
        assert {row["id"] for row in found} == views.keys()
        for row in found:
            view = views[row["id"]]
            assert row["organization_id"] == view["organization"]["id"]
            assert row["evidence_words"] == view["evidence"]["words"]
            assert row["evidence_claims"] == view["evidence"]["claims"]
            same = view.keys() & row.keys() - {"country"}
            assert {name: row[name] for name in same} == {name: view[name] for name in same}


def test_all_forms_hold_the_same(latest):
    with closing(sqlite3.connect(latest / "clusterfeed.sqlite")) as file:
        file.row_factory = sqlite3.Row
        assert file.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []
        for table in TABLES:
            told = lines(latest, table.name)
            assert told
            stored = [dict(row) for row in file.execute(f"SELECT * FROM {table.name}")]
            typed = pq.read_table(latest / f"{table.name}.parquet").to_pylist()
            plain = cells(latest, f"{table.name}.csv")
            assert plain[0] == table.names
            for row, in_file, in_parquet, in_csv in zip(
                told, stored, typed, plain[1:], strict=True
            ):
                for column, cell in zip(table.columns, in_csv, strict=True):
                    value = row[column.name]
                    nested = column.kind in NESTED
                    assert (json.loads(cell) if nested else cell) == (
                        value if nested else _as_cell(value)
                    )
                    assert _read(in_file[column.name], nested, column.kind) == value
                    assert _plain(in_parquet[column.name], column.kind) == value


def _as_cell(value):
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _read(value, nested, kind):
    if value is not None and kind == "boolean":
        return bool(value)
    return json.loads(value) if nested else value


def _plain(value, kind):
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    return json.loads(value) if kind in ("array", "object") else value


def test_parquet_has_types(latest):
    schema = pq.read_schema(latest / "articles.parquet")
    assert str(schema.field("date_published_day").type) == "date32[day]"
    assert str(schema.field("updated_at").type) == "timestamp[ms, tz=UTC]"
    assert str(schema.field("version").type) == "int64"
    assert not schema.field("id").nullable
    assert str(pq.read_schema(latest / "events.parquet").field("all_day").type) == "bool"
    assert (
        pq.ParquetFile(latest / "articles.parquet").metadata.row_group(0).column(0).compression
        == "ZSTD"
    )


def test_only_a_day_that_is_told_is_a_day(latest):
    days = {row["headline"]: row["date_published_day"] for row in lines(latest, "articles")}
    assert days["Nowy park w Łodzi, parkowo"] == "2026-02-03"
    assert days["Nabór, parkowo"] is None
    certificate = lines(latest, "certificates")[0]
    assert (certificate["valid_from"], certificate["valid_from_day"]) == ("2025-01", None)
    assert certificate["valid_until_day"] == "2027-12-31"
    assert (certificate["state"], certificate["as_of"]) == ("valid", "2026-03-02")


def test_the_register_comes_with_its_evidence(latest):
    by_name = {row["name"]: row for row in lines(latest, "organizations")}
    firm = by_name["Firma Chemiczna parkowo"]
    assert firm["sources"] == ["parkowo"]
    assert (firm["evidence_words"], firm["evidence_url"]) == (
        "Zdanie 6",
        "https://www.parkowo.example/aktualnosci/6/",
    )
    member = next(r for r in lines(latest, "relations") if r["subject_id"] == firm["id"])
    assert member["object_name"] == "Klaster Parkowy"
    assert [one["words"] for one in member["evidence"]] == ["Zdanie 6"]


def test_feeds_are_read_by_a_feed_reader(latest):
    every = feedparser.parse((latest / "feeds/news.atom").read_bytes())
    assert not every.bozo
    assert len(every.entries) == 6
    assert len({entry.id for entry in every.entries}) == 6
    polish = feedparser.parse((latest / "feeds/news-pl.rss").read_bytes())
    assert {entry.category for entry in polish.entries} == {"parkowo"}
    told = json.loads((latest / "feeds/news-cz.json").read_bytes())
    assert {item["_clusterfeed"]["organization"]["name"] for item in told["items"]} == {
        "Dolina Kruszynska"
    }
    assert "feed_url" not in told


def test_feeds_name_their_address_where_it_is_known(small, tmp_path):
    published(small, tmp_path / "out", base_url="https://data.example/klastry/")
    folder = tmp_path / "out" / "latest"
    feed = feedparser.parse((folder / "feeds/news.atom").read_bytes())
    links = {link.rel: link.href for link in feed.feed.links}
    assert links["self"] == "https://data.example/klastry/latest/feeds/news.atom"
    told = json.loads((folder / "dcat.jsonld").read_bytes())
    assert told["@id"] == "https://data.example/klastry/latest/"


def test_what_is_gone_leaves_the_tables_and_is_told_in_feeds(small, tmp_path):
    content = pages("parkowo")
    for day in (20, 40):
        read(small, "parkowo", {3: [], 4: []} | {1: content[1]}, day)
    published(small, tmp_path / "out")
    folder = tmp_path / "out" / "latest"
    assert not [r for r in lines(folder, "events") if r["name"] == "Targi, parkowo"]
    calendar = icalendar.Calendar.from_ical((folder / "calendar/events-pl.ics").read_bytes())
    states = {str(e["SUMMARY"]): str(e["STATUS"]) for e in calendar.walk("VEVENT")}
    assert states["Targi, parkowo"] == "CANCELLED"
    assert states["Walne, parkowo"] == "CONFIRMED"
    # The fair of the Czech site takes place in Poland.
    assert states["Targi, dolina"] == "CONFIRMED"
    assert "Walne, dolina" not in states


def test_dcat_tells_each_file_and_what_the_publisher_says(small, tmp_path):
    licence = "https://creativecommons.org/licenses/by/4.0/"
    published(small, tmp_path / "plain")
    published(small, tmp_path / "said", publisher="Agencja & Synowie", licence=licence)
    plain, said = (
        json.loads((tmp_path / name / "latest" / "dcat.jsonld").read_bytes())
        for name in ("plain", "said")
    )
    assert not {"dct:publisher", "dcat:landingPage"} & plain.keys()
    assert said["dct:publisher"]["foaf:name"] == "Agencja & Synowie"
    assert {title["@language"] for title in said["dct:title"]} == {"en", "pl"}
    for one in said["dcat:distribution"]:
        file = tmp_path / "said" / "latest" / one["dcat:downloadURL"]["@id"]
        assert one["dcat:byteSize"]["@value"] == str(file.stat().st_size)
        digest = one["spdx:checksum"]["spdx:checksumValue"]["@value"]
        assert digest == sha256(file.read_bytes()).hexdigest()
        assert one["dct:license"]["@id"] == licence
    there = {
        str(path.relative_to((tmp_path / "said" / "latest").resolve()))
        for path in (tmp_path / "said" / "latest").resolve().rglob("*")
        if path.is_file()
    }
    told = {one["dcat:downloadURL"]["@id"] for one in said["dcat:distribution"]}
    assert there - told == {"dcat.jsonld", "datapackage.json", "index.html"}


def test_the_page_for_people(latest):
    page = html.document_fromstring((latest / "index.html").read_bytes())
    assert page.get("lang") == "en"
    assert not page.xpath("//script | //@onclick | //link[@href]")
    addresses = page.xpath("//a/@href")
    assert all((latest / address).is_file() for address in addresses)
    assert {f"{table.name}.spreadsheet.csv" for table in TABLES} <= set(addresses)
    above = html.document_fromstring((latest.parent / "index.html").read_bytes())
    assert [address for address in above.xpath("//a/@href") if "2026" in address] == [
        f"{latest.resolve().name}/"
    ]


@pytest.fixture
def poisoned(small: Engine, tmp_path: Path) -> Path:
    """A publication of news whose words are attacks."""
    content = {
        number: [article(number, payload.strip() or "x", None, "parkowo", body=payload)]
        for number, payload in enumerate(PAYLOADS, 100)
    }
    content[99] = [article(99, "Długie", None, "parkowo", body="ż" * (LONGEST + 500))]
    read(small, "parkowo", content, 1)
    published(small, tmp_path / "out", publisher="<b>=1</b>")
    return tmp_path / "out" / "latest"


def test_no_cell_of_a_spreadsheet_is_a_formula(poisoned):
    for table in TABLES:
        safe = cells(poisoned, f"{table.name}.spreadsheet.csv")
        raw = cells(poisoned, f"{table.name}.csv")
        for guarded, plain in zip(safe, raw, strict=True):
            for cell, was in zip(guarded, plain, strict=True):
                assert not cell.lstrip().startswith(RISKY)
                assert len(cell) <= LONGEST + 1
                assert cell == was or cell == f"'{was}" or len(was) > LONGEST
    guarded = [row for row in cells(poisoned, "articles.spreadsheet.csv") if row[2][:1] == "'"]
    assert len(guarded) >= 7
    assert (poisoned / "articles.spreadsheet.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert not (poisoned / "articles.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_attacks_are_words_in_every_form(poisoned):
    assert frictionless.Package(str(poisoned / "datapackage.json")).validate().valid
    headlines = {row["headline"] for row in lines(poisoned, "articles")}
    assert {"=1+1", "<script>alert(1)</script>", "]]>&amp;"} <= headlines
    for form in ("atom", "rss"):
        feed = feedparser.parse((poisoned / f"feeds/news.{form}").read_bytes())
        assert not feed.bozo
    page = html.document_fromstring((poisoned / "index.html").read_bytes())
    assert not page.xpath("//script | //b")
    assert "<b>=1</b>" in page.text_content()
    assert all(not urlsplit(link).scheme for link in page.xpath("//a/@href"))
