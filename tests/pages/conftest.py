"""The small directory of tests/api, with its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pages_served import SCHEMES, Pages
from served import article, event, serving
from sqlalchemy import Engine
from worlds import SOURCE, crawl, visit

from feeds.api import create_app
from feeds.pages import add_pages
from items import Item
from registry import Owner, settle
from registry.entries import settle_entries


def fill(engine: Engine) -> None:
    """News and events of one Polish site."""
    pages: dict[int, list[Item]] = {
        1: [article(1, "Nowy park w Łodzi", "2026-02-03", body="Klaster otworzył park.")],
        2: [article(2, "Bez daty", None, body="Tekst")],
        3: [event(3, "Targi wodorowe", "2026-06-10", end="2026-06-12", city="Gdańsk")],
    }
    crawl(engine, [visit(number, items=items) for number, items in pages.items()])
    settle(engine, owners={SOURCE: Owner("Klaster Parkowy", country="PL", language="pl")})
    settle_entries(engine, {SOURCE: "PL"})


@pytest.fixture
def database(filled: Callable[[Callable[[Engine], None]], str]) -> str:
    """A copy of that directory, on each engine."""
    return filled(fill)


@pytest.fixture
def pages(database: str, engine: Engine) -> Iterator[Pages]:
    """Its pages, served over real HTTP."""
    app = create_app(database)
    add_pages(app, schemes=SCHEMES)
    with serving(app, engine) as running:
        yield Pages(running)
