"""A directory of two websites. That PostgreSQL gives the same bytes has a test of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from directories import pages, published, read
from sqlalchemy import Engine

from models import open_database


@pytest.fixture(scope="session")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory, in a file that others are copied from."""
    path = tmp_path_factory.mktemp("publish") / "directory.db"
    shutil.copy(sqlite_template, path)
    engine = open_database(str(path))
    for source in ("parkowo", "dolina"):
        read(engine, source, pages(source))
    engine.dispose()
    return path


@pytest.fixture
def small(filled: Path, tmp_path: Path) -> Iterator[Engine]:
    """The directory, to be altered."""
    shutil.copy(filled, tmp_path / "small.db")
    engine = open_database(str(tmp_path / "small.db"))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def latest(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What was published of the directory, to be read only."""
    folder = tmp_path_factory.mktemp("published") / "out"
    engine = open_database(str(filled))
    published(engine, folder)
    engine.dispose()
    return folder / "latest"
