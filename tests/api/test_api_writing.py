"""What only the holder of the token may do, and what anybody may see of it."""

from __future__ import annotations

import json
from itertools import product

import pytest
from served import TOKEN, Answer, Service
from sqlalchemy import select
from worlds import SOURCE

from models.registry import Decision

BEARER = f"Bearer {TOKEN}"
once = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
"""What has nothing to do with the database is tried on one engine."""


def send(service: Service, path: str, content: object = None, bearer: str = BEARER) -> Answer:
    body = b"" if content is None else json.dumps(content).encode()
    headers = {"authorization": bearer} if bearer else {}
    return service.get(path, "POST", body, content_type="application/json", **headers)


@once
def test_a_crawl_is_asked_for(writable: Service, asked: list[str]) -> None:
    answer = send(writable, f"/api/sources/{SOURCE}/crawl")
    assert answer.status == 202
    assert answer.json["source"] == SOURCE
    assert answer.json["asked_at"].endswith("Z")
    unknown = send(writable, "/api/sources/nobody/crawl")
    assert (unknown.status, "nobody" in unknown.json["detail"]) == (404, True)
    assert asked == [SOURCE]


@once
def test_nobody_else_may(writable: Service, asked: list[str]) -> None:
    paths = (f"/api/sources/{SOURCE}/crawl", "/api/questions/1")
    wrong = ("", "Bearer wrong-but-long-enough", f"Basic {TOKEN}", "Bearer é")
    for path, bearer in product(paths, wrong):
        answer = send(writable, path, {"answer": "same"}, bearer)
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="clusterfeed"')
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert asked == []
    assert [one["state"] for one in writable.get("/api/questions").json["items"]] == ["open"] * 3


def test_questions_are_seen_by_all_and_answered_with_the_token(writable: Service) -> None:
    first = writable.get("/api/questions?limit=2").json
    rest = writable.get(first["next"]).json
    one = first["items"][0]
    assert rest["next"] is None
    assert len({question["id"] for question in first["items"] + rest["items"]}) == 3
    assert {side["website"] for side in one["sides"]} == {"https://mewa.example/"}
    assert all(side["evidence"][0]["words"] == side["name"] for side in one["sides"])

    sides = {side["id"] for side in one["sides"]}
    path = f"/api/questions/{one['id']}"
    answer = send(writable, path, {"answer": "same", "note": "the statute says so"})
    assert (answer.status, answer.json) == (200, {"id": one["id"], "state": "same"})
    profiles = [writable.get(f"/api/organizations/{side}").json["id"] for side in sides]
    assert len(set(profiles)) == 1
    with writable.engine.connect() as connection:
        note, by = connection.execute(select(Decision.note, Decision.decided_by)).one()
    assert (note, by) == (f"question {one['id']}: the statute says so", "api")
    assert send(writable, path, {"answer": "same"}).status == 409
    assert send(writable, "/api/questions/99", {"answer": "same"}).status == 404
    wrong = send(writable, path, {"answer": "perhaps"})
    assert (wrong.status, "answer" in wrong.json["detail"]) == (422, True)


@once
def test_a_question_that_is_put_off_is_shown_on_request(writable: Service) -> None:
    (one, *_) = writable.get("/api/questions").json["items"]
    assert send(writable, f"/api/questions/{one['id']}", {"answer": "later"}).status == 200
    assert len(writable.get("/api/questions").json["items"]) == 2
    seen = writable.get("/api/questions?later=true").json["items"]
    assert [question["state"] for question in seen] == ["open", "open", "later"]


@once
def test_nothing_long_is_read(writable: Service) -> None:
    answer = send(writable, "/api/questions/1", {"answer": "same", "note": "x" * 70_000}, "")
    assert answer.status == 413
    assert "64 KiB" in answer.json["detail"]


@once
def test_a_page_of_another_site_may_not_write(writable: Service) -> None:
    asks = {"origin": "https://app.example", "access_control_request_method": "POST"}
    answer = writable.get("/api/questions/1", "OPTIONS", **asks)
    assert answer.status == 400
    assert "POST" not in answer.headers["Access-Control-Allow-Methods"]


@once
def test_without_a_token_the_routes_do_not_exist(service: Service, writable: Service) -> None:
    for path in (f"/api/sources/{SOURCE}/crawl", "/api/questions/1"):
        assert send(service, path, {"answer": "same"}).status == 404
    with_token = writable.get("/openapi.json").json
    without = service.get("/openapi.json").json
    assert "/api/questions/{id}" in with_token["paths"]
    assert set(with_token["paths"]) - set(without["paths"]) == {
        "/api/questions/{id}",
        "/api/sources/{name}/crawl",
    }
    assert set(with_token["components"]["securitySchemes"]) == {"HTTPBearer"}
    assert "securitySchemes" not in without["components"]
