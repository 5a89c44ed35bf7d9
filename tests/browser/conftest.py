"""A real Chromium, and a small directory served for it to look at."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from chromium import ADVICE, find
from operated import fill, operated
from pages_served import Pages
from playwright.sync_api import Browser, sync_playwright
from readers import Readers

from models import open_database


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a module's tests. The run fails where there is none.

    Not for the whole session: while it is open, no other test could start an event loop.
    """
    path = find()
    if path is None:
        pytest.fail(ADVICE)
    # Chromium's sandbox refuses to run as root, which is who tests run as in containers. It
    # loads nothing but our own pages here.
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox"] if is_root else []
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def asked() -> list[str]:
    """The sources that were asked to be read."""
    return []


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, asked: list[str]) -> Iterator[Pages]:
    """The pages of a directory with all that there is to see, and a token."""
    database = str(tmp_path_factory.mktemp("site") / "store.db")
    engine = open_database(database)
    fill(engine)
    with operated(database, engine, asked=asked) as pages:
        yield pages
    engine.dispose()


@pytest.fixture
def readers(chromium: Browser, site: Pages) -> Iterator[Readers]:
    """Who looks at the site."""
    readers = Readers(chromium, site.service.base)
    yield readers
    readers.close()
