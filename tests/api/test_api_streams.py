"""Feeds and the calendar, read back by the libraries that readers use."""

from __future__ import annotations

import json
from datetime import date, datetime
from zoneinfo import ZoneInfo

import feedparser
import icalendar
import pytest
from lxml import etree
from served import Service, article, event
from worlds import SOURCE, at, crawl, visit

from models import begin_run, finish_run
from pipelines.removal import settle_removals
from pipelines.writer import Writer
from registry.entries import settle_entries

SINCE = "since=2026-01-01"


def remove_page(service: Service, number: int) -> None:
    """The page answers 404 on two days."""
    for day in (1, 3):
        run_id = begin_run(service.engine, SOURCE, now=at(day))
        writer = Writer(service.engine, clock=lambda day=day: at(day))  # type: ignore[misc]
        writer.put(visit(number, day, status=404), run_id)
        writer.close()
        settle_removals(service.engine, run_id, complete=True, now=at(day))
        finish_run(service.engine, run_id, "ok", now=at(day))
    settle_entries(service.engine)


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_a_feed_is_read_back(service: Service, form: str) -> None:
    answer = service.get(f"/feeds/news.{form}")
    assert answer.headers["Content-Type"].startswith(f"application/{form}+xml")
    feed = feedparser.parse(answer.body)
    assert not feed.bozo
    by_title = {entry.title: entry for entry in feed.entries}
    assert set(by_title) == {"Nowy park w Łodzi", "Nabór trwa", "Bez daty"}
    entry = by_title["Nowy park w Łodzi"]
    assert entry.link == "https://www.parkowo.example/aktualnosci/1/"
    assert entry.published_parsed[:3] == (2026, 2, 3)
    assert "published" not in by_title["Bez daty"]
    assert entry.id.startswith("urn:uuid:")


def test_an_entry_keeps_its_id_when_its_page_changes(service: Service) -> None:
    def ids() -> dict[str, str]:
        entries = feedparser.parse(service.get("/feeds/news.atom").body).entries
        return {entry.link: entry.id for entry in entries}

    before = ids()
    crawl(service.engine, [visit(1, 1, items=[article(1, "Inny", "2026-02-04")], text="x")], 1)
    settle_entries(service.engine)
    assert ids() == before
    assert feedparser.parse(service.get("/feeds/news.atom").body).entries[0].title == "Inny"


def test_a_deleted_entry_is_told_in_every_form(service: Service) -> None:
    (gone,) = [
        entry.id
        for entry in feedparser.parse(service.get("/feeds/news.atom").body).entries
        if entry.title == "Nabór trwa"
    ]
    remove_page(service, 2)
    for form in ("atom", "rss"):
        body = service.get(f"/feeds/news.{form}").body
        name = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
        (tombstone,) = etree.fromstring(body).iter(name)
        assert tombstone.get("ref") == gone
        assert gone not in [entry.id for entry in feedparser.parse(body).entries]
    feed = service.get("/feeds/news.json").json
    assert [one["id"] for one in feed["_clusterfeed"]["deleted"]] == [gone]
    assert gone not in [item["id"] for item in feed["items"]]


def test_the_json_feed_has_what_version_1_1_asks_for(service: Service) -> None:
    answer = service.get("/feeds/news.json?q=park")
    assert answer.headers["Content-Type"].startswith("application/feed+json")
    feed = json.loads(answer.body)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"].endswith("/feeds/news.json?q=park")
    (item,) = feed["items"]
    assert {"id", "url", "title", "content_text", "date_published", "language"} <= set(item)
    assert item["_clusterfeed"]["date_published"] == "2026-02-03"


def test_feeds_are_paged(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.api.streams.PAGE", 2)
    first = feedparser.parse(service.get("/feeds/news.atom").body)
    links = {link.rel: link.href for link in first.feed.links}
    second = feedparser.parse(service.get(links["next"].removeprefix(service.base)).body)
    assert links["first"] == f"{service.base}/feeds/news.atom"
    titles = [entry.title for feed in (first, second) for entry in feed.entries]
    assert sorted(titles) == ["Bez daty", "Nabór trwa", "Nowy park w Łodzi"]


def test_the_calendar_is_read_back(service: Service) -> None:
    answer = service.get(f"/feeds/events.ics?{SINCE}")
    assert answer.headers["Content-Type"].startswith("text/calendar")
    calendar = icalendar.Calendar.from_ical(answer.body)
    events = {str(one["SUMMARY"]): one for one in calendar.events}
    fair, assembly = events["Targi wodorowe"], events["Walne"]
    assert (fair.start, fair.end) == (date(2026, 6, 10), date(2026, 6, 13))
    zone = ZoneInfo("Europe/Warsaw")
    assert assembly.start == datetime(2026, 5, 1, 10, tzinfo=zone)
    assert assembly.end == datetime(2026, 5, 1, 12, tzinfo=zone)
    assert {str(one["TZID"]) for one in calendar.timezones} == {"Europe/Warsaw"}
    assert (fair["STATUS"], fair["SEQUENCE"]) == ("CONFIRMED", 0)
    assert "Zdanie o: Targi wodorowe" in fair["DESCRIPTION"]


@pytest.mark.parametrize(
    "told",
    [
        {"start": "2026-06-10", "end": "9999-12-31"},
        {"start": "2026-06-10T10:00", "end": "9999-12-31T10:00", "timezone": "Europe/Warsaw"},
        {"start": "2026-06-10T10:00", "timezone": "Europe"},
        {"start": "2026-06-10T10:00", "timezone": "Nowhere"},
        {"start": "2026-06-10T10:00", "end": "2026-06-10T12:00+02:00"},
    ],
)
def test_an_event_that_was_stored_amiss_costs_the_calendar_no_other(
    service: Service, told: dict[str, str]
) -> None:
    crawl(service.engine, [visit(6, 0.5, items=[event(6, "Zjazd", **told)], text="x")], 0.5)
    settle_entries(service.engine)
    calendar = icalendar.Calendar.from_ical(service.get(f"/feeds/events.ics?{SINCE}").body)
    assert {"Zjazd", "Targi wodorowe"} <= {str(one["SUMMARY"]) for one in calendar.events}


def test_a_changed_event_counts_up_and_a_gone_one_is_cancelled(service: Service) -> None:
    def fair() -> icalendar.Event:
        answer = service.get(f"/feeds/events.ics?{SINCE}")
        events = icalendar.Calendar.from_ical(answer.body).events
        (found,) = [one for one in events if one["SUMMARY"] == "Targi wodorowe"]
        return found

    before = fair()
    moved = event(4, "Targi wodorowe", "2026-06-10", end="2026-06-13", city="Gdynia")
    crawl(service.engine, [visit(4, 0.5, items=[moved], text="x")], 0.5)
    settle_entries(service.engine)
    after = fair()
    assert (after["UID"], after["SEQUENCE"]) == (before["UID"], before["SEQUENCE"] + 1)
    assert "Gdynia" in after["LOCATION"]
    remove_page(service, 4)
    gone = fair()
    assert (gone["UID"], gone["STATUS"]) == (before["UID"], "CANCELLED")
    assert gone["SEQUENCE"] > after["SEQUENCE"]


@pytest.mark.parametrize(
    "payload",
    [
        "<script>alert(1)</script>",
        "]]><script>alert(1)</script>",
        "=HYPERLINK(1)",
        "Targi\r\nATTENDEE:mailto:x@y.example",
        "Targi \u202egnp.exe",
        "&amp; & < > \" '",
        "\x00\x1b[31m",
    ],
)
def test_payloads_are_text_in_every_stream(service: Service, payload: str) -> None:
    items = [article(7, f"Tytuł {payload}", "2026-03-01", body=payload)]
    items += [event(7, f"Nazwa {payload}", "2026-07-01", place=payload)]  # type: ignore[list-item]
    crawl(service.engine, [visit(7, 1, items=list(items), text="x")], 1)
    settle_entries(service.engine)
    for form in ("atom", "rss"):
        body = service.get(f"/feeds/news.{form}").body
        tree = etree.fromstring(body)
        assert not tree.xpath("//*[local-name() = 'script']")
        assert "\u202e" not in body.decode()
    json.loads(service.get("/feeds/news.json").body)
    calendar = icalendar.Calendar.from_ical(service.get(f"/feeds/events.ics?{SINCE}").body)
    assert len(calendar.events) == 3
    assert not any("ATTENDEE" in one for one in calendar.events)
