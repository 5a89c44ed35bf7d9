"""Items as linked data at their own addresses."""

from __future__ import annotations

from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

import pytest
from schema_org import check
from served import Answer, Service, event, serving
from sqlalchemy import Engine
from worlds import SOURCE, address, at, crawl, visit

from feeds.api import create_app
from feeds.pages import add_pages
from items import Certification, DatedValue, Item, NewsArticle, Organization, Relation
from registry import review, settle
from registry.entries import settle_entries

SCHEME = "pl-krajowy-klaster-kluczowy"


@pytest.fixture
def engine_name() -> str:
    """SQLite is enough here: what is read is the same on both."""
    return "sqlite"


@pytest.fixture
def linked(database: str, engine: Engine) -> Iterator[Service]:
    """With organizations, a label and relations, and with pages."""
    common: dict[str, Any] = {"source": SOURCE, "language": "pl", "url": address(9)}
    items: list[Item] = [
        Organization(
            name="Wschodni Klaster Wodorowy",
            names={"en": "Eastern Hydrogen Cluster"},
            kind="cluster",
            website="https://wodor.example/",
            same_as=["https://www.wikidata.org/wiki/Q42"],
            evidence="Wschodni Klaster Wodorowy (Eastern Hydrogen Cluster)",
            **common,
        ),
        Certification(
            scheme=SCHEME,
            holder="Wschodni Klaster Wodorowy",
            coordinator="Stowarzyszenie Wodór",
            issued_by="Ministerstwo Rozwoju",
            round="VI",
            valid_from="2025-10",
            valid_until="2028-12-31",
            evidence="Lista posiadaczy statusu",
            **common,
        ),
        Relation(
            subject="Firma Gama sp. z o.o.",
            relation="member_of",
            object="Wschodni Klaster Wodorowy",
            evidence="Członkowie: Firma Gama",
            **common,
        ),
    ]
    pages: list[list[Item]] = [
        items,
        [event(10, "Zjazd", "2026-05-02T09:00", timezone="Europe/Warsaw", place="Hala")],
        [event(11, "Pokaz", "2026-08", status="cancelled", organizer="Gmina")],
        [
            NewsArticle(
                headline="Miesiąc",
                author="Redakcja",
                date_published=DatedValue("2026-01", "month", "byline", "styczeń 2026"),
                evidence="Miesiąc",
                **{**common, "language": "und", "url": address(12)},
            )
        ],
    ]
    crawl(engine, [visit(9 + n, 1, items=page) for n, page in enumerate(pages)], 1)
    settle(engine, now=at(1))
    settle_entries(engine)
    app = create_app(database)
    add_pages(app, schemes={SCHEME: {"pl": "Krajowy Klaster Kluczowy", "en": "National"}})
    with serving(app, engine) as running:
        yield running


def named(service: Service, name: str) -> str:
    (found,) = service.get("/api/organizations?q=" + name.replace(" ", "+")).json["items"]
    return str(found["id"])


def asked(service: Service, path: str, **headers: str) -> Answer:
    """What a reader gets who follows no redirection."""
    connection = HTTPConnection(service.base.removeprefix("http://"), timeout=30)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    told = Answer(answer.status, answer.headers, answer.read())
    connection.close()
    return told


def read(service: Service, item: str) -> dict[str, Any]:
    """An item's node, which says only what schema.org has words for."""
    answer = service.get(f"/id/{item}", accept="application/ld+json")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/ld+json"
    node: dict[str, Any] = answer.json
    assert node["@context"] == "https://schema.org"
    assert node["@id"] == f"{service.base}/id/{item}"
    check(node)
    return node


def test_news(linked: Service) -> None:
    dated, *_ = linked.get("/api/articles?q=lodz").json["items"]
    node = read(linked, dated["id"])
    assert (node["@type"], node["headline"]) == ("NewsArticle", "Nowy park w Łodzi")
    assert (node["datePublished"], node["inLanguage"]) == ("2026-02-03", "pl")
    assert node["publisher"]["name"] == "Klaster Parkowy"
    assert node["citation"]["url"] == node["url"] == dated["url"]
    assert node["citation"]["hasPart"]["text"] == "Zdanie o: Nowy park w Łodzi"
    undated = read(linked, linked.get("/api/articles?q=miesiac").json["items"][0]["id"])
    assert undated["creditText"] == "Redakcja"
    assert not {"datePublished", "inLanguage", "author"} & set(undated)


def test_events(linked: Service) -> None:
    ids = {one["name"]: one["id"] for one in linked.get("/api/events").json["items"]}
    timed = read(linked, ids["Zjazd"])
    assert timed["startDate"] == "2026-05-02T09:00:00+02:00"
    assert timed["eventStatus"] == "https://schema.org/EventScheduled"
    assert timed["location"] == {"@type": "Place", "name": "Hala"}
    assert timed["subjectOf"]["citation"]["hasPart"]["text"] == "Zdanie o: Zjazd"
    days = read(linked, ids["Targi wodorowe"])
    assert (days["startDate"], days["endDate"]) == ("2026-06-10", "2026-06-12")
    assert days["location"]["address"]["addressLocality"] == "Gdańsk"
    vague = read(linked, ids["Pokaz"])
    assert vague["eventStatus"] == "https://schema.org/EventCancelled"
    assert vague["organizer"]["name"] == "Gmina"
    assert not {"startDate", "location", "eventAttendanceMode"} & set(vague)


def test_an_organization_and_its_label(linked: Service) -> None:
    node = read(linked, named(linked, "Wschodni Klaster Wodorowy"))
    assert (node["@type"], node["name"]) == ("Organization", "Wschodni Klaster Wodorowy")
    english = {"@value": "Eastern Hydrogen Cluster", "@language": "en"}
    assert english in [node["alternateName"], *node["alternateName"]]
    assert node["sameAs"] == ["https://wodor.example/", "https://www.wikidata.org/wiki/Q42"]
    assert node["subjectOf"]["citation"]["url"] == address(9)
    members = {role["roleName"]: role for role in node["member"]}
    assert members["coordinator"]["member"]["name"] == "Stowarzyszenie Wodór"
    assert members["member"]["member"]["name"] == "Firma Gama sp. z o.o."
    assert members["member"]["subjectOf"]["hasPart"]["text"] == "Członkowie: Firma Gama"
    held = node["hasCertification"]
    assert held["expires"] == "2028-12-31"
    assert "validFrom" not in held, "a month is no day"

    label = read(linked, held["@id"].removeprefix(f"{linked.base}/id/"))
    assert label["about"]["@id"] == node["@id"]
    assert label["issuedBy"]["name"] == "Ministerstwo Rozwoju"
    assert label["name"][1] == {"@value": "Krajowy Klaster Kluczowy", "@language": "pl"}
    assert label["citation"]["hasPart"]["text"] == "Lista posiadaczy statusu"
    gamma = read(linked, named(linked, "Firma Gama"))
    assert gamma["memberOf"]["memberOf"]["@id"] == node["@id"]


def test_who_reads_pages_is_led_to_the_page(linked: Service) -> None:
    organization = named(linked, "Klaster Parkowy")
    browser = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": "pl"}
    answer = asked(linked, f"/id/{organization}", **browser)
    assert (answer.status, answer.headers["Location"]) == (303, f"/pl/organizations/{organization}")
    assert "Accept-Language" in answer.headers["Vary"]
    plain = asked(linked, f"/id/{organization}", Accept="*/*")
    assert (plain.status, plain.headers["Content-Type"]) == (200, "application/ld+json")
    tag = plain.headers["ETag"]
    assert asked(linked, f"/id/{organization}", **{"If-None-Match": tag}).status == 304


def test_what_became_another_or_nothing(linked: Service) -> None:
    engine = linked.engine
    gamma, park = named(linked, "Firma Gama"), named(linked, "Klaster Parkowy")
    review.merge(engine, park, gamma, now=at(2))
    moved = asked(linked, f"/id/{gamma}")
    assert (moved.status, moved.headers["Location"]) == (301, f"/id/{park}")
    (lost,) = linked.get("/api/articles?q=nabor").json["items"]
    crawl(engine, [visit(2, 2, items=[], text="leer")], 2)
    settle_entries(engine)
    answer = linked.get(f"/id/{lost['id']}")
    assert (answer.status, answer.json["@type"]) == (410, "NewsArticle")
    assert set(answer.json) == {"@context", "@type", "@id"}
    for unknown in ("a0", "o-nobody", f"{park}/{SCHEME}/IX", "x/y"):
        answer = linked.get(f"/id/{unknown}")
        assert (answer.status, answer.headers["Content-Type"]) == (404, "application/problem+json")
