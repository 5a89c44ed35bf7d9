"""Calendar files: what they tell, what they must not, and how much work they may make."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue import Source
from items import Event
from parsers.calendars import MOST, read_calendar
from parsers.links import read_addresses
from parsers.opening import open_document
from parsers.page import read_page

FETCHED = "2025-03-01T06:00:00Z"
URL = "https://cluster.example/calendar.ics"
MEETING = ("SUMMARY:Members' meeting", "DTSTART;TZID=Europe/Prague:20250310T100000")


def _file(*entries: tuple[str, ...], head: tuple[str, ...] = ()) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", *head]
    for number, entry in enumerate(entries):
        lines += ["BEGIN:VEVENT", f"UID:{number}", *entry, "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def _read(*entries: tuple[str, ...], fetched_at: str = FETCHED, **head: str) -> list[Event]:
    fields = tuple(f"{name.replace('_', '-')}:{value}" for name, value in head.items())
    return read_calendar(_file(*entries, head=fields), URL, fetched_at=fetched_at)


def _starts(*lines: str, fetched_at: str = FETCHED) -> list[str]:
    return [event.start for event in _read(("SUMMARY:Meeting", *lines), fetched_at=fetched_at)]


def test_whole_days_end_on_the_day_before_the_one_that_the_file_names():
    (event,) = _read(
        (
            "SUMMARY:Trade fair",
            "DTSTART;VALUE=DATE:20250512",
            "DTEND;VALUE=DATE:20250515",
            "LOCATION:Congress Centre\\, Brno",
        )
    )
    assert (event.start, event.end, event.all_day) == ("2025-05-12", "2025-05-14", True)
    assert (event.place, event.city, event.country) == ("Congress Centre", "Brno", "CZ")
    (single,) = _read(
        ("SUMMARY:Open day", "DTSTART;VALUE=DATE:20250512", "DTEND;VALUE=DATE:20250513")
    )
    assert (single.start, single.end) == ("2025-05-12", None)


@pytest.mark.parametrize(
    ("start", "zone", "told"),
    [
        ("DTSTART;TZID=Europe/Vienna:20250701T093000", "", ("2025-07-01T09:30", "Europe/Vienna")),
        (
            "DTSTART;TZID=Central European Standard Time:20250701T093000",
            "",
            ("2025-07-01T09:30", "Europe/Warsaw"),
        ),
        ("DTSTART:20250701T093000Z", "Europe/Riga", ("2025-07-01T12:30", "Europe/Riga")),
        ("DTSTART:20250701T093000Z", "", ("2025-07-01T09:30", "UTC")),
        ("DTSTART:20250701T223000Z", "Europe/Riga", ("2025-07-02T01:30", "Europe/Riga")),
        ("DTSTART:20250701T093000", "Europe/Riga", ("2025-07-01T09:30", "Europe/Riga")),
        ("DTSTART;TZID=Our own:20250701T093000", "", ("2025-07-01T09:30", None)),
        ("DTSTART:20250701T093000", "Our own", ("2025-07-01T09:30", None)),
        ("DTSTART:20250701T093000", "Europe", ("2025-07-01T09:30", None)),
    ],
)
def test_a_time_is_that_of_the_place(start, zone, told):
    head = {"X_WR_TIMEZONE": zone} if zone else {}
    (event,) = _read(("SUMMARY:Seminar", start), **head)
    assert (event.start, event.timezone) == told


@pytest.mark.parametrize("zone", ["Europe", "x" * 400], ids=["a folder of zones", "too long"])
def test_an_entry_in_a_zone_that_cannot_be_opened_costs_no_other(zone):
    told = _read(("SUMMARY:Seminar", f"DTSTART;TZID={zone}:20250701T093000"), MEETING)
    assert [event.name for event in told] == ["Members' meeting"]


def test_the_site_s_own_zone_and_country_count_where_the_file_names_none():
    source = Source(name="x", url="https://cluster.example/", timezone="Europe/Sofia", country="BG")
    (event,) = read_calendar(
        _file(("SUMMARY:Seminar", "DTSTART:20250701T093000Z", "LOCATION:Plovdiv")),
        URL,
        source=source,
        fetched_at=FETCHED,
    )
    assert (event.start, event.timezone, event.source) == ("2025-07-01T12:30", "Europe/Sofia", "x")
    assert (event.city, event.country) == ("Plovdiv", "BG")


def test_a_duration_stands_for_an_end():
    (event,) = _read((*MEETING, "DURATION:PT90M"))
    assert (event.start, event.end) == ("2025-03-10T10:00", "2025-03-10T11:30")


def test_what_is_called_off_says_so():
    one, other = _read(
        (*MEETING, "STATUS:CANCELLED"),
        ("SUMMARY:Walne zgromadzenie - odwołane", "DTSTART;VALUE=DATE:20250311"),
    )
    assert (one.status, other.status) == ("cancelled", "cancelled")
    assert [event.status for event in _read(MEETING, METHOD="CANCEL")] == ["cancelled"]


def test_an_organizer_is_an_organization_never_a_person():
    names = [
        event.organizer
        for event in _read(
            (*MEETING, 'ORGANIZER;CN="Wood Cluster":mailto:office@cluster.example'),
            ("SUMMARY:Talk", "DTSTART:20250311", "ORGANIZER;CN=Jane Doe:mailto:jd@cluster.example"),
            ("SUMMARY:Walk", "DTSTART:20250312", "ORGANIZER:mailto:office@cluster.example"),
        )
    ]
    assert names == ["Wood Cluster", None, None]


def test_an_entry_has_the_language_that_it_names_else_that_of_all():
    polish, german = _read(
        ("SUMMARY:Szkolenie dla wszystkich członków naszego klastra", "DTSTART:20250401"),
        ("SUMMARY;LANGUAGE=de:Mitgliederversammlung", "DTSTART;VALUE=DATE:20250402"),
    )
    assert (polish.language, polish.kind) == ("pl", "training")
    assert (german.language, german.kind) == ("de", "assembly")


def test_one_broken_entry_does_not_lose_the_others():
    good = ("SUMMARY:Meeting", "DTSTART:20250310T100000")
    events = _read(
        ("SUMMARY:No day",),
        ("SUMMARY:No such day", "DTSTART:20251399T100000"),
        ("SUMMARY:Not a day", "DTSTART:soon"),
        ("a line without a colon", *good),
        ("SUMMARY:Broken rule", "DTSTART:20250312T100000", "RRULE:FREQ=WEEKLY;UNTIL=99999999"),
        ("SUMMARY:Broken end", "DTSTART:20250313T100000", "DTEND:never"),
        ("DTSTART:20250314T100000",),
        ("SUMMARY:Ends before", "DTSTART:20250315T100000", "DTEND:20250315T090000"),
    )
    assert [(event.name, event.end) for event in events] == [
        ("Meeting", None),
        ("Broken rule", None),
        ("Broken end", None),
        ("Ends before", None),
    ]


def test_an_entry_that_the_transfer_cut_off_is_left_out():
    whole = _file(MEETING, ("SUMMARY:Cut", "DTSTART:20250311T100000"))
    (event,) = read_calendar(whole[: whole.rindex(b"END:VEVENT")], URL, fetched_at=FETCHED)
    assert event.name == "Members' meeting"


def test_private_entries_are_left_out():
    assert _read((*MEETING, "CLASS:PRIVATE")) == []


def test_a_series_gives_its_instances_near_the_fetch():
    weekly = _starts("DTSTART:20100107T170000", "RRULE:FREQ=WEEKLY;BYDAY=TH")
    assert len(weekly) == 50
    assert weekly[0] > "2024-08"
    assert weekly[-1] < "2025-09"
    assert "2025-03-06T17:00" in weekly
    monthly = _starts("DTSTART;VALUE=DATE:20250203", "RRULE:FREQ=MONTHLY;BYDAY=1MO;COUNT=3")
    assert monthly == ["2025-02-03", "2025-03-03", "2025-04-07"]
    yearly = _starts("DTSTART;VALUE=DATE:20200615", "RRULE:FREQ=YEARLY")
    assert yearly == ["2023-06-15", "2024-06-15", "2025-06-15", "2026-06-15"]


def test_instances_may_be_left_out_added_and_moved():
    told = _read(
        (
            "SUMMARY:Meeting",
            "DTSTART;TZID=Europe/Rome:20250303T100000",
            "RRULE:FREQ=WEEKLY;UNTIL=20250324T090000Z",
            "EXDATE;TZID=Europe/Rome:20250310T100000",
            "RDATE;TZID=Europe/Rome:20250402T100000",
        )
    )
    assert [event.start[:10] for event in told] == [
        "2025-03-03",
        "2025-03-17",
        "2025-03-24",
        "2025-04-02",
    ]
    series = ("SUMMARY:Meeting", "DTSTART:20250303T100000", "RRULE:FREQ=WEEKLY;COUNT=2")
    moved = ("SUMMARY:Meeting", "RECURRENCE-ID:20250310T100000", "DTSTART:20250311T110000")
    content = _file(series, moved).replace(b"UID:1", b"UID:0")
    starts = [event.start for event in read_calendar(content, URL, fetched_at=FETCHED)]
    assert starts == ["2025-03-03T10:00", "2025-03-11T11:00"]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTHDAY=31;BYMONTH=2",
        "FREQ=YEARLY;BYYEARDAY=366;BYDAY=MO",
        "FREQ=WEEKLY;BYDAY=TU",
        "FREQ=MONTHLY;BYDAY=5SU;BYSETPOS=9",
        "FREQ=DAILY;INTERVAL=100000",
    ],
)
def test_a_rule_that_is_uncommon_or_never_comes_true_tells_its_first_day(rule):
    assert _starts("DTSTART:20250303T100000", f"RRULE:{rule}") == ["2025-03-03T10:00"]


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART:19900101T100000", "RRULE:FREQ=DAILY"),
        ("DTSTART:19900101T100000", "RRULE:FREQ=DAILY;COUNT=999999"),
        ("DTSTART:19900101T100000", "RRULE:FREQ=DAILY", "EXDATE:" + "19900101T100000," * 900),
        ("DTSTART:20250101T100000", "DESCRIPTION:" + "x" * 15_000),
    ],
)
def test_the_work_for_a_hostile_file_is_bounded(lines):
    entries = tuple((f"SUMMARY:Meeting {number}", *lines) for number in range(600))
    before = time.process_time()
    assert len(_read(*entries)) <= MOST
    assert time.process_time() - before < 20


def test_of_a_large_file_the_entries_nearest_to_the_fetch_are_told():
    entries = tuple(
        (f"SUMMARY:Meeting {year}-{day}", f"DTSTART;VALUE=DATE:{year}01{day:02}")
        for year in range(1995, 2030)
        for day in range(1, 29)
    )
    told = _read(*entries)
    assert len(told) == MOST
    assert {"2025-01-28", "2024-01-01", "2026-01-01"} <= {event.start for event in told}
    assert min(event.start for event in told) > "2010"


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_no_text_breaks_the_reader(text):
    for content in (_file(MEETING, tuple(text.splitlines())), b"BEGIN:VCALENDAR\n" + text.encode()):
        assert all(event.name for event in read_calendar(content, URL, fetched_at=FETCHED))


def test_what_is_no_calendar_is_said_so():
    with pytest.raises(ValueError, match="not a calendar"):
        read_calendar(b"<html><body>BEGIN:VCALENDAR</body></html>")


def test_a_calendar_reads_as_a_page_that_lists_events():
    name = "What the cluster and its members do this year"
    page = read_page(_file(MEETING, head=(f"X-WR-CALNAME:{name}",)), URL, fetched_at=FETCHED)
    assert (page.kind, page.headline, page.language) == ("listing", name, "en")
    assert page.text == "2025-03-10T10:00 Members' meeting"
    assert [item.as_dict()["type"] for item in page.items] == ["Event"]


def test_a_page_names_the_calendars_that_it_links_to():
    body = (
        '<a href="/x/events.ics?y=1">a</a><a href="webcal://cal.example/b.ics">b</a>'
        '<a href="/events/?ical=1">c</a><a type="text/calendar" href="export?id=4">d</a>'
        '<a href="/physics/">e</a><a href="/icstories">f</a>'
    )
    document = open_document(
        f"<html><body><p>Some words about us.</p>{body}</body></html>".encode(),
        "https://cluster.example/",
    )
    assert read_addresses(document).calendars == [
        "https://cluster.example/x/events.ics?y=1",
        "http://cal.example/b.ics",
        "https://cluster.example/events/?ical=1",
        "https://cluster.example/export?id=4",
    ]
