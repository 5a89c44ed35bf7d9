"""One reader gets so much and no more."""

from __future__ import annotations

from served import serving
from sqlalchemy import Engine

from feeds.api import create_app


def test_a_reader_that_asks_too_often_is_told_when_to_come_back(
    database: str, engine: Engine
) -> None:
    with serving(create_app(database, per_minute=3), engine) as service:
        said = [service.get("/api/articles") for _ in range(5)]
        assert [answer.status for answer in said] == [200, 200, 200, 429, 429]
        refused = said[-1]
        assert refused.headers["Content-Type"] == "application/problem+json"
        wait = int(refused.headers["Retry-After"])
        assert 1 <= wait <= 60
        assert f"wait {wait} seconds" in refused.json["detail"]
        assert service.get("/health").status == 200
        assert service.get("/metrics").status == 200
