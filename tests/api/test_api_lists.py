"""Lists and single things over HTTP: filters, pages, fields, caching, errors."""

from __future__ import annotations

import gzip
import json

import pytest
from served import Service, article
from sqlalchemy import text
from worlds import at, crawl, visit

from models import writing
from registry.entries import settle_entries


def titles(service: Service, path: str) -> list[str]:
    items = service.get(path).json["items"]
    return [item.get("headline") or item["name"] for item in items]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api/articles", ["Nowy park w Łodzi", "Nabór trwa", "Bez daty"]),
        ("/api/articles?q=lodz", ["Nowy park w Łodzi"]),
        ("/api/articles?q=klaster&since=2026-02-03", ["Nowy park w Łodzi"]),
        ("/api/articles?until=2026-02-02", ["Nabór trwa"]),
        ("/api/articles?country=PL&country=DE&limit=1", ["Nowy park w Łodzi"]),
        ("/api/articles?country=DE", []),
        ("/api/articles?language=de", []),
        ("/api/articles?source=parkowo", ["Nowy park w Łodzi", "Nabór trwa", "Bez daty"]),
        ("/api/articles?organization=o-nobody", []),
        ("/api/events", ["Targi wodorowe", "Walne"]),
        ("/api/events?since=2026-06-12&until=2026-07-01", ["Targi wodorowe"]),
        ("/api/events?q=walnego", ["Walne"]),
        ("/api/events?kind=fair&kind=training", ["Targi wodorowe"]),
        ("/api/events?kind=fair&q=targi&country=PL", ["Targi wodorowe"]),
        ("/api/events?kind=fair&q=walne", []),
    ],
)
def test_lists_hold_what_their_filters_say(
    service: Service, path: str, expected: list[str]
) -> None:
    assert titles(service, path) == expected


def test_every_fact_leads_to_the_words_it_was_read_from(service: Service) -> None:
    (first, *_) = service.get("/api/articles").json["items"]
    assert first["organization"]["name"] == "Klaster Parkowy"
    assert first["date_published"] == "2026-02-03"
    (claim,) = first["evidence"]["claims"]
    told = service.get(f"/api/claims/{claim}").json
    assert told["evidence"] == first["evidence"]["words"] == "Zdanie o: Nowy park w Łodzi"
    assert service.get(f"/api/articles/{claim}").json == first
    assert titles(service, f"/api/articles?organization={first['organization']['id']}&q=nabor") == [
        "Nabór trwa"
    ]


def test_pages_follow_each_other_to_the_end(service: Service) -> None:
    seen = []
    path = "/api/articles?limit=1&fields=headline"
    for _ in range(5):
        answer = service.get(path)
        seen += [item["headline"] for item in answer.json["items"]]
        following = answer.json["next"]
        if following is None:
            break
        assert answer.headers["Link"] == f'<{following}>; rel="next"'
        path = following
    assert seen == ["Nowy park w Łodzi", "Nabór trwa", "Bez daty"]
    assert set(answer.json["items"][0]) == {"id", "headline"}


def test_what_the_reader_has_is_not_sent_again(service: Service) -> None:
    answer = service.get("/api/articles")
    tag = answer.headers["ETag"]
    assert service.get("/api/articles", if_none_match=tag).status == 304
    assert service.get("/api/articles", if_none_match=f'"x", {tag}').status == 304
    assert service.get("/api/articles", if_none_match='"other"').status == 200
    visits = [visit(1, 1, items=[article(1, "Inny tytuł", "2026-02-03")], text="inny")]
    crawl(service.engine, visits, 1)
    settle_entries(service.engine)
    assert service.get("/api/articles", if_none_match=tag).status == 200


def test_long_answers_are_compressed_where_the_reader_can(service: Service) -> None:
    packed = service.get("/api/articles", accept_encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.body)) == service.get("/api/articles").json


@pytest.mark.parametrize(
    ("path", "status", "word"),
    [
        ("/api/nothing", 404, "/docs"),
        ("/api/articles/a0", 404, "a0"),
        ("/api/articles?counrty=PL", 422, "counrty"),
        ("/api/articles?since=2026-02-30", 422, "since"),
        ("/api/articles?limit=0", 422, "limit"),
        ("/api/articles?fields=headline,colour", 422, "colour"),
        ("/api/articles?after=zzz", 422, "cursor"),
        ("/api/articles?after=WyJhIl0", 422, "cursor"),
        ("/api/organizations?after=WyJcdWQ4MDAiLCAiYSJd", 422, "cursor"),
        ("/api/organizations?after=WyJcdTAwMDAiLCAiYSJd", 422, "cursor"),
        ("/api/articles?kind=fair", 422, "kind"),
        ("/feeds/news.atom?after=WyJhIiwiYiJd", 422, "cursor"),
        ("/api/changes?after=zzz", 422, "cursor"),
        ("/api/claims/xyz", 404, "xyz"),
    ],
)
def test_errors_say_what_is_wrong(service: Service, path: str, status: int, word: str) -> None:
    answer = service.get(path)
    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = answer.json
    assert told["status"] == status
    assert word in told["detail"]


def test_what_can_be_read_can_be_asked_for_its_headers(service: Service) -> None:
    for path in ("/health", "/api/articles", "/feeds/events.ics", "/openapi.json"):
        whole, headers = service.get(path), service.get(path, "HEAD")
        assert (headers.status, headers.body) == (200, b"")
        for name in ("ETag", "Content-Type", "Content-Length"):
            assert headers.headers[name] == whole.headers[name]
    tag = service.get("/api/articles").headers["ETag"]
    assert service.get("/api/articles", "HEAD", if_none_match=tag).status == 304
    assert service.get("/api/nothing", "HEAD").status == 404


def test_any_page_may_read_but_not_write(service: Service) -> None:
    answer = service.get("/api/articles", origin="https://app.example")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_mirror_follows_the_changes_and_starts_over_after_a_rebuild(service: Service) -> None:
    seen = []
    cursor = ""
    while True:
        answer = service.get(f"/api/changes?limit=2&after={cursor}").json
        seen += answer["items"]
        cursor = answer["cursor"]
        if not answer["more"]:
            break
    assert [one["seq"] for one in seen] == list(range(1, 6))
    assert {one["op"] for one in seen} == {"create"}
    crawl(service.engine, [visit(1, 1, status=200, items=[], text="leer")], 1)
    (change,) = service.get(f"/api/changes?after={cursor}").json["items"]
    assert change["op"] == "missing"
    with writing(service.engine) as connection:
        connection.execute(text("UPDATE meta SET value = 'another' WHERE key = 'epoch'"))
    answer = service.get(f"/api/changes?after={cursor}")
    assert answer.status == 410
    assert "start over" in answer.json["detail"]


def test_sources_and_runs(service: Service) -> None:
    (source,) = service.get("/api/sources").json["items"]
    assert source["name"] == "parkowo"
    assert source["country"] == "PL"
    assert source["last_run"]["verdict"] == "ok"
    (run,) = service.get("/api/runs?source=parkowo").json["items"]
    assert run == source["last_run"]
    assert run["counters"]["new"] == 5
    for wanted, count in (
        ("/api/runs?verdict=ok&since=2026-03-02&until=2026-03-02", 1),
        ("/api/runs?verdict=blocked", 0),
        ("/api/runs?until=2026-03-01", 0),
        ("/api/runs?since=2026-03-03&until=9999-12-31", 0),
        ("/api/sources?country=PL", 1),
        ("/api/sources?country=DE", 0),
    ):
        assert len(service.get(wanted).json["items"]) == count, wanted
    assert service.get("/api/sources?fields=url").json["items"] == [
        {"name": "parkowo", "url": source["url"]}
    ]
    assert service.get("/api/runs?fields=verdict").json["items"] == [
        {"id": run["id"], "verdict": "ok"}
    ]
    assert service.get("/api/runs?fields=nothing").status == 422
    assert run["started"] == at(0).strftime("%Y-%m-%dT%H:%M:%SZ")
