"""Events in markup, cards, calendars, papers and prose; and what is no event."""

from __future__ import annotations

import time

import pytest

from catalogue import Source
from items import EVIDENCE_LIMIT, Event
from parsers.events import read_events
from parsers.opening import open_document

FETCHED = "2025-03-01T06:00:00Z"


def _events(
    body: str,
    language: str = "en",
    *,
    anchor: str | None = None,
    url: str = "https://cluster.example/news/one",
    head: str = "",
    fetched_at: str = FETCHED,
) -> list[Event]:
    page = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Page</title>'
        f"{head}</head><body><main><article>{body}</article></main></body></html>"
    )
    return read_events(open_document(page.encode(), url, fetched_at=fetched_at), anchor)


def _days(events: list[Event]) -> list[tuple[str, str | None]]:
    return sorted((event.start[:10], event.end and event.end[:10]) for event in events)


@pytest.mark.parametrize(
    ("language", "headline", "text", "start", "end", "city", "kind"),
    [
        (
            "pl",
            "Obrady w Lesznie",
            "Dnia 4 marca 2019 r. w Lesznie odbyło się posiedzenie rady klastra.",
            "2019-03-04",
            None,
            "Leszno",
            "meeting",
        ),
        (
            "pl",
            "Misja do Szwecji",
            "W dniach 7-9 października 2024 w Malmö odbyła się konferencja partnerów projektu.",
            "2024-10-07",
            "2024-10-09",
            "Malmö",
            "conference",
        ),
        (
            "en",
            "A new alliance",
            "The cooperation agreement was signed on 12 March 2020 in Vienna.",
            "2020-03-12",
            None,
            "Wien",
            "signing",
        ),
        (
            "de",
            "Das Netzwerk",
            "Der Verein wurde am 3. Februar 2010 in Dresden gegründet.",
            "2010-02-03",
            None,
            "Dresden",
            "founding",
        ),
        (
            "fr",
            "Vie du pôle",
            "L’assemblée générale du pôle s’est tenue le 12 juin 2019 à Grenoble.",
            "2019-06-12",
            None,
            "Grenoble",
            "assembly",
        ),
        (
            "cs",
            "Veletrh",
            "Ve dnech 3.–7. října 2022 se klastr účastnil veletrhu v Brně.",
            "2022-10-03",
            "2022-10-07",
            "Brno",
            "fair",
        ),
        (
            "sk",
            "Memorandum",
            "Memorandum o spolupráci bolo podpísané 5. júna 2019 v Trnave.",
            "2019-06-05",
            None,
            "Trnava",
            "signing",
        ),
        (
            "it",
            "Premio",
            "Il riconoscimento è stato consegnato il 18 novembre 2019 a Roma.",
            "2019-11-18",
            None,
            "Roma",
            "award ceremony",
        ),
        (
            "es",
            "Asamblea",
            "El clúster celebró su asamblea general el 23 de mayo de 2019 en Valladolid.",
            "2019-05-23",
            None,
            "Valladolid",
            "assembly",
        ),
        (
            "uk",
            "Форум",
            "15 травня 2019 року у Львові відбувся форум кластерів.",
            "2019-05-15",
            None,
            "Львів",
            "conference",
        ),
        (
            "ru",
            "Форум",
            "Форум технопарков состоялся 24 апреля 2019 года в Казани.",
            "2019-04-24",
            None,
            "Казань",
            "conference",
        ),
        (
            "hu",
            "Közgyűlés",
            "A klaszter közgyűlését 2018. május 23-án tartották Szegeden.",
            "2018-05-23",
            None,
            "Szeged",
            "assembly",
        ),
        (
            "hr",
            "Konferencija",
            "Konferencija klastera održana je 9. svibnja 2019. u Osijeku.",
            "2019-05-09",
            None,
            "Osijek",
            "conference",
        ),
        (
            "da",
            "Konference",
            "Klyngens årlige konference blev afholdt den 6. maj 2019 i Odense.",
            "2019-05-06",
            None,
            "Odense",
            "conference",
        ),
        (
            "lt",
            "Konferencija",
            "2019 m. gegužės 16 d. Kaune įvyko klasterių konferencija.",
            "2019-05-16",
            None,
            "Kaunas",
            "conference",
        ),
    ],
)
def test_a_sentence_tells_an_event(
    language: str,
    headline: str,
    text: str,
    start: str,
    end: str | None,
    city: str,
    kind: str,
) -> None:
    (event,) = _events(f"<h1>{headline}</h1><p>{text}</p>", language)
    assert (event.start, event.end, event.city, event.kind) == (start, end, city, kind)
    assert event.evidence in text
    assert event.all_day


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pl", "Wnioski o udział w szkoleniu można składać do 30 czerwca 2023 r."),
        ("pl", "Rozporządzenie z dnia 3 marca 2017 r. weszło w życie."),
        ("pl", "Status obowiązuje do 31 grudnia 2024 r., a wręczenie nastąpi później."),
        ("en", "Applications for the workshop are accepted until 30 April 2021."),
        ("en", "The project runs from 1 May 2021 to 31 December 2023."),
        ("en", "The conference takes place in spring 2023."),
        ("en", "Last updated on 12 March 2021"),
        ("de", "Anmeldeschluss für die Tagung: 15.04.2022"),
        ("de", "Der Förderzeitraum der Messe endet am 31. März 2022."),
        ("fr", "Dépôt des dossiers jusqu’au 15 septembre 2021."),
        ("it", "Le domande per il corso vanno presentate entro il 30 giugno 2022."),
        ("hu", "Az akkreditált klaszter cím 2018. január 24-től 2020. január 24-ig érvényes."),
    ],
)
def test_deadlines_terms_and_decrees_are_no_events(language: str, text: str) -> None:
    assert _events(f"<h1>Komunikat</h1><p>{text}</p>", language) == []


def test_an_event_told_twice_is_one() -> None:
    events = _events(
        "<h1>Round table on recycling, 14 May 2024</h1>"
        "<p>On 14 May 2024 our members met in Graz for a round table.</p>"
        "<p>The meeting on 14 May 2024 ended with a tour.</p>"
    )
    assert _days(events) == [("2024-05-14", None)]
    assert events[0].city == "Graz"


def test_the_publication_day_beside_the_headline_is_no_event() -> None:
    body = "<h1>Meeting of the board</h1><p>12 March 2021</p><p>The board has a new chair.</p>"
    assert _events(body, anchor="2021-03-12") == []


def test_a_bare_day_under_an_events_headline_is_its_day() -> None:
    (event,) = _events(
        "<h1>Śniadanie biznesowe</h1><p>27.02.2020, godz. 9:00, Inkubator Zachodni, Radom.</p>",
        "pl",
    )
    assert (event.start, event.name) == ("2020-02-27T09:00", "Śniadanie biznesowe")
    assert (event.place, event.city, event.country) == ("Inkubator Zachodni", "Radom", "PL")


def test_a_year_that_is_not_written_comes_from_the_publication_day_or_not_at_all() -> None:
    body = "<h1>News</h1><p>Am 22. Juni fand in Jena die Jahrestagung statt.</p>"
    assert _events(body, "de") == []
    assert _days(_events(body, "de", anchor="2016-08-16")) == [("2016-06-22", None)]


def test_yesterday_is_the_day_before_publication() -> None:
    body = "<h1>Współpraca</h1><p>Wczoraj w Opolu podpisano porozumienie o współpracy.</p>"
    assert _days(_events(body, "pl", anchor="2019-05-01")) == [("2019-04-30", None)]
    assert _events(body, "pl") == []


def test_a_venue_is_named_in_the_nominative_and_tells_the_city() -> None:
    (event,) = _events(
        "<h1>Wizyta</h1><p>W dniu 8 maja 2014 r. w siedzibie Gdańskiego Parku Naukowego odbyło się"
        " spotkanie z delegacją.</p>",
        "pl",
    )
    assert (event.place, event.city, event.country) == ("Gdański Park Naukowy", "Gdańsk", "PL")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("The annual conference took place in Riga on 5 June 2024.", "past"),
        ("The annual conference will be held in Riga on 5 June 2026.", "scheduled"),
        ("The annual conference in Riga on 5 June 2026 has been cancelled.", "cancelled"),
    ],
)
def test_held_planned_or_cancelled(text: str, status: str) -> None:
    (event,) = _events(f"<h1>News</h1><p>{text}</p>")
    assert event.status == status


def test_neighbours_titles_with_their_dates_are_no_events() -> None:
    teasers = "".join(
        f'<li><a href="/n{day}">Conference of members {day} (2024-05-{day})</a></li>'
        for day in (11, 12, 13)
    )
    body = f"<h1>About us</h1><p>We are a cluster of forty firms.</p><ul>{teasers}</ul>"
    assert _events(body) == []


def test_the_address_tells_the_day_of_the_event_in_the_headline() -> None:
    events = _events(
        "<h1>Stretnutie klastrov</h1><p>Rokovanie o spolupráci s univerzitami.</p>",
        "sk",
        url="https://cluster.example/10-11-1-2023-stretnutie/",
    )
    assert _days(events) == [("2023-01-10", "2023-01-11")]


def test_the_rows_of_a_meeting_list_take_year_and_time_from_above() -> None:
    days = ("Monday January 11", "Monday February 8", "Monday March 15", "Monday April 12")
    rows = "".join(f"<p>{day}</p>" for day in days)
    events = _events(
        "<h1>Board of the port</h1><p>The board oversees the port.</p>"
        "<h2>2021 Meeting Schedule</h2>"
        f"<p>All meetings start at 3:30 pm in the council chambers.</p>{rows}",
        fetched_at="2021-01-02T00:00:00Z",
    )
    assert sorted(event.start for event in events) == [
        "2021-01-11T15:30",
        "2021-02-08T15:30",
        "2021-03-15T15:30",
        "2021-04-12T15:30",
    ]


def test_a_table_with_a_head_gives_name_place_and_american_days() -> None:
    body = (
        "<h1>Agendas and minutes</h1><table>"
        "<tr><th>Date/time</th><th>Type</th><th>Meeting name</th><th>Location</th></tr>"
        "<tr><td>06/15/2024 2:00 PM</td><td>Public</td><td>Audit committee</td><td>Room 4</td></tr>"
        "<tr><td>07/02/2024 9:00 AM</td><td>Public</td><td>Budget hearing CANCELLED</td>"
        "<td>Room 5</td></tr></table>"
    )
    first, second = sorted(_events(body), key=lambda event: event.start)
    assert (first.start, first.name, first.place) == (
        "2024-06-15T14:00",
        "Audit committee",
        "Room 4",
    )
    assert (second.start, second.status) == ("2024-07-02T09:00", "cancelled")


def test_a_list_of_dated_news_is_no_calendar() -> None:
    items = "".join(
        f"<li>{day}.05.2024 Our members win a prize of the region</li>" for day in (11, 12, 13, 14)
    )
    assert _events(f"<h1>News</h1><p>What happened lately.</p><ul>{items}</ul>", "en") == []


def test_links_to_minutes_tell_of_meetings() -> None:
    links = "".join(
        f'<p><a href="/files/minutes-{day}.pdf">Minutes {day}</a></p>'
        for day in ("4-24-2024", "5-22-2024", "10-2-2024")
    )
    events = _events(f"<h1>Meeting minutes</h1>{links}")
    assert [day for day, _ in _days(events)] == ["2024-04-24", "2024-05-22", "2024-10-02"]


def test_a_card_of_labels_is_an_event() -> None:
    (event,) = _events(
        "<h1>Fachtagung Leichtbau</h1><dl><dt>Beginn</dt><dd>12. September 2025, 14:00</dd>"
        "<dt>Ende</dt><dd>13. September 2025</dd><dt>Ort</dt><dd>Kulturhaus, Jena</dd>"
        "<dt>Veranstalter</dt><dd>Netzwerk Leichtbau</dd></dl>",
        "de",
    )
    assert (event.start, event.end) == ("2025-09-12T14:00", "2025-09-13")
    assert (event.place, event.city, event.organizer) == (
        "Kulturhaus",
        "Jena",
        "Netzwerk Leichtbau",
    )
    assert (event.name, event.status) == ("Fachtagung Leichtbau", None)


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ("9999-12-31", None),
        ("2099-12-31T23:59:00Z", None),
        ("2026-05-31", "2026-05-31"),
    ],
)
def test_an_end_that_stands_for_none_is_none(end: str, told: str | None) -> None:
    json_ld = (
        '<script type="application/ld+json">{"@type": "Event", "name": "Permanent exhibition",'
        f'"startDate": "2025-06-03", "endDate": "{end}"}}</script>'
    )
    (event,) = _events("<h1>Exhibition</h1>", head=json_ld)
    assert (event.start, event.end) == ("2025-06-03", told)


@pytest.mark.parametrize("years", ["00010101T000000Z/00010101T010000Z", "99991231T230000Z"])
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_a_calendar_link_beyond_all_time_breaks_nothing(years: str, zone: str) -> None:
    link = "https://calendar.google.com/calendar/render?action=TEMPLATE&amp;text=Seminar&amp;dates="
    page = f'<html><body><main><h1>Seminar</h1><a href="{link}{years}">Add</a></main></body></html>'
    url = "https://cluster.example/news/one"
    source = Source(name="x", url="https://cluster.example/", timezone=zone)
    document = open_document(page.encode(), url, fetched_at=FETCHED, source=source)
    assert all(event.start[:4] == "9999" for event in read_events(document, None))


def test_json_ld_microdata_and_microformats_are_read() -> None:
    json_ld = (
        '<script type="application/ld+json">{"@type": "BusinessEvent", "name": "Hydrogen forum",'
        '"startDate": "2025-06-03T09:00:00+02:00", "endDate": "2025-06-04",'
        '"eventStatus": "https://schema.org/EventCancelled", "location": {"@type": "Place",'
        '"name": "Expo hall", "address": {"addressLocality": "Ostrava", "addressCountry": "CZ"}},'
        '"organizer": {"name": "Hydrogen cluster"}}</script>'
    )
    microdata = (
        '<div itemscope itemtype="https://schema.org/Event"><span itemprop="name">Open lab</span>'
        '<time itemprop="startDate" datetime="2025-07-01">1 July</time></div>'
    )
    microformat = (
        '<div class="vevent"><span class="summary">Night run</span>'
        '<abbr class="dtstart" title="2025-08-09">9 Aug</abbr></div>'
    )
    events = _events(f"<h1>Calendar</h1>{microdata}{microformat}", head=json_ld)
    found = {event.name: event for event in events}
    assert found.keys() == {"Hydrogen forum", "Open lab", "Night run"}
    forum = found["Hydrogen forum"]
    assert (forum.start, forum.end, forum.status) == ("2025-06-03T09:00", "2025-06-04", "cancelled")
    assert (forum.place, forum.city, forum.country) == ("Expo hall", "Ostrava", "CZ")
    assert forum.organizer == "Hydrogen cluster"
    assert found["Night run"].start == "2025-08-09"


def test_add_to_calendar_links_carry_an_event() -> None:
    google = (
        "https://calendar.google.com/calendar/render?action=TEMPLATE&amp;text=Matchmaking"
        "&amp;dates=20250603T090000/20250603T170000&amp;location=Linz"
    )
    inline = (
        "data:text/calendar;charset=utf8,BEGIN:VCALENDAR%0ABEGIN:VEVENT%0ASUMMARY:Assembly%0A"
        "DTSTART;VALUE=DATE:20250710%0AEND:VEVENT%0AEND:VCALENDAR"
    )
    events = _events(
        f'<h1>Dates</h1><p><a href="{google}">add</a></p><p><a href="{inline}">add</a></p>'
    )
    told = {event.name: (event.start, event.city) for event in events}
    assert told == {"Matchmaking": ("2025-06-03T09:00", "Linz"), "Assembly": ("2025-07-10", None)}


def test_evidence_is_short_and_holds_the_day() -> None:
    filler = "with many guests from all of the regions " * 30
    text = f"The conference {filler}took place in Riga on 5 June 2024 {filler}."
    (event,) = _events(f"<h1>Conference</h1><p>{text}</p>")
    assert len(event.evidence) <= EVIDENCE_LIMIT
    assert "5 June 2024" in event.evidence


@pytest.mark.parametrize(
    "body",
    [
        "<p>" + "1.2.2024 " * 20_000 + "</p>",
        "<p>" + "meeting " * 40_000 + "5 May 2024</p>",
        "<p>" + "„" * 50_000 + " conference 5 May 2024</p>",
        "<ul>" + "<li>5 May 2024 meeting</li>" * 5_000 + "</ul>",
        '<a href="x.pdf">Minutes 1-31-2024</a> ' * 4_000,
        "<dl>" + "<dt>Date</dt><dd>5 May 2024</dd>" * 5_000 + "</dl>",
    ],
    ids=["dates", "triggers", "quotes", "list", "papers", "cards"],
)
def test_hostile_pages_cost_bounded_time(body: str) -> None:
    page = f'<html lang="en"><body><main><h1>Meetings</h1>{body}</main></body></html>'
    document = open_document(page.encode(), "https://cluster.example/", fetched_at=FETCHED)
    started = time.process_time()
    assert len(read_events(document)) < 1_000
    assert time.process_time() - started < 5


def test_a_clock_in_the_header_is_no_event():
    page = (
        "<html lang='de'><body><div>Sonntag, 14. April 2024, 10:15:42</div>"
        "<h2>Neues aus dem Park</h2><p>Im Park wird gebaut, die Wege sind frei.</p></body></html>"
    )
    found = read_events(open_document(page.encode(), fetched_at="2024-04-14T08:15:42+00:00"))
    assert found == []


def test_a_table_of_validity_periods_holds_no_events():
    page = (
        "<html lang='de'><body><h1>Unsere Siegel</h1><p>Alle Siegel, die wir haben.</p><table>"
        "<tr><th>Name</th><th>von</th><th>bis</th></tr><tr><td>Siegel der Messe</td>"
        "<td>1. Januar 2018</td><td>31. Dezember 2019</td></tr></table></body></html>"
    )
    assert read_events(open_document(page.encode())) == []
