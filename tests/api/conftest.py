"""A small directory, served over real HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from served import TOKEN, Service, article, event, serving
from sqlalchemy import Engine
from worlds import SOURCE, address, crawl, visit

from feeds.api import create_app
from items import Item, Organization
from models.errors import UnknownSource
from registry import Owner, settle
from registry.entries import settle_entries


def fill(engine: Engine) -> None:
    """A directory of a few articles and events of one site."""
    pages: dict[int, list[Item]] = {
        1: [article(1, "Nowy park w Łodzi", "2026-02-03", body="Klaster otworzył park.")],
        2: [article(2, "Nabór trwa", "2026-02-02", body="Trwa nabór do klastra.")],
        3: [article(3, "Bez daty", None, body="Tekst")],
        4: [event(4, "Targi wodorowe", "2026-06-10", end="2026-06-12", city="Gdańsk", kind="fair")],
        5: [
            event(5, "Walne", "2026-05-01T10:00", end="2026-05-01T12:00", timezone="Europe/Warsaw")
        ],
    }
    crawl(engine, [visit(number, items=items) for number, items in pages.items()])
    settle(engine, owners={SOURCE: Owner("Klaster Parkowy", country="PL", language="pl")})
    settle_entries(engine, {SOURCE: "PL"})


@pytest.fixture
def database(filled: Callable[[Callable[[Engine], None]], str]) -> str:
    """A copy of that directory, on each engine."""
    return filled(fill)


@pytest.fixture
def service(database: str, engine: Engine) -> Iterator[Service]:
    """The application over that directory, on a port of its own."""
    with serving(create_app(database), engine) as running:
        yield running


@pytest.fixture
def asked() -> list[str]:
    """Sources that somebody asked to have crawled."""
    return []


@pytest.fixture
def writable(database: str, engine: Engine, asked: list[str]) -> Iterator[Service]:
    """The same with a token, and a question for review."""
    site = {"website": "https://mewa.example/", "kind": "cluster", "source": SOURCE}
    visits = [
        visit(number, items=[Organization(name=name, url=address(number), evidence=name, **site)])
        for number, name in ((20, "Klaster Mewa"), (21, "Seagull Bay"), (22, "Fundacja Mewy"))
    ]
    crawl(engine, visits, 0.5)
    settle(engine)

    def ask(name: str) -> None:
        if name != SOURCE:
            raise UnknownSource(name)
        asked.append(name)

    with serving(create_app(database, token=TOKEN, ask_crawl=ask), engine) as running:
        yield running
