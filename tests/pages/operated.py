"""A directory with all that its keepers look after: labels, differing sources, an open question,
sources in every state."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pages_served import SCHEMES, Pages
from served import article, event, serving
from sqlalchemy import Engine
from worlds import SOURCE, address, at, crawl, visit

from feeds.api import create_app
from feeds.pages import add_pages
from items import Certification, Organization, Relation
from models import begin_run, finish_run
from registry import Owner, settle
from registry.entries import settle_entries

TOKEN = "a-token-for-tests"
LABEL = "zz-label"
PAYLOAD = '"><script>alert(1)</script>'


def fill(engine: Engine) -> None:
    """The directory, as it was read on the first days of March 2026."""
    facts: dict[str, Any] = {"source": SOURCE, "language": "pl", "url": address(1)}
    words = {"evidence": f"Klaster Wodny ma znak {PAYLOAD}", **facts}
    items: dict[int, list[Any]] = {
        1: [article(1, "Nowy park w Łodzi", "2026-02-03", body="Klaster otworzył park.")],
        2: [article(2, "Bez daty", None, body="Tekst")],
        3: [event(3, "Targi wodorowe", "2026-06-10", end="2026-06-12", city="Gdańsk")],
        4: [
            _label("Klaster Wodny", words, valid_from="2020-01-01", valid_until="2022-12-31"),
            _label("Klaster Wodny", words, level="gold", valid_from="2025-05-01"),
            _label("Klaster Leśny", words, level="silver", valid_until="2030-06-30"),
            Relation(
                subject="Fundacja Wody", relation="coordinator_of", object="Klaster Wodny", **words
            ),
        ],
        5: [
            Organization(name="Zielona Dolina Klaster", website="https://dolina.example/", **words)
        ],
        6: [Organization(name="Klaster Nowej Energii", website="https://dolina.example/", **words)],
        7: [_label("Klaster Leśny", words, level="silver", valid_until="2030-09-30")],
    }
    crawl(engine, [visit(number, items=found) for number, found in items.items()])
    for day, verdict, reason in (
        (1, "unreachable", "no answer from the site"),
        (2, "degraded", "3 items, expected at least 10"),
        (3, "ok", ""),
    ):
        _run(engine, SOURCE, day, verdict, reason)
    _run(engine, "cichowo", 1, "ok", "")
    _run(engine, "murowo", 1, "blocked", "403 Forbidden")
    _run(engine, "polowo", 1, "partial", "out of time")
    begin_run(engine, "nowo", url="https://www.nowo.example/")
    settle(engine, owners={SOURCE: Owner("Klaster Parkowy", "PL", "pl")}, now=at(3))
    settle_entries(engine, {SOURCE: "PL"})


def _label(holder: str, words: dict[str, Any], **more: Any) -> Certification:
    return Certification(scheme=LABEL, holder=holder, **words, **more)


def _run(engine: Engine, source: str, day: float, verdict: str, reason: str) -> None:
    url = f"https://www.{source}.example/"
    run = begin_run(engine, source, url=url, now=at(day))
    finish_run(engine, run, verdict, reason, now=at(day))


@contextmanager
def operated(
    database: str, engine: Engine, *, token: str | None = TOKEN, asked: list[str] | None = None
) -> Iterator[Pages]:
    """Its pages, served; asked: where the names of sources are put that are to be read."""
    app = create_app(database, token=token, ask_crawl=None if asked is None else asked.append)
    add_pages(app, schemes=SCHEMES)
    with serving(app, engine) as running:
        yield Pages(running)
