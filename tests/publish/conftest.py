"""A directory of two websites."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from directories import pages, published, read
from sqlalchemy import Engine

from models import open_database


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """The directory, on each engine."""
    engine = open_database(database)
    for source in ("parkowo", "dolina"):
        read(engine, source, pages(source))
    yield engine
    engine.dispose()


@pytest.fixture
def small(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    """The directory, in an SQLite file only."""
    shutil.copy(sqlite_template, tmp_path / "small.db")
    engine = open_database(str(tmp_path / "small.db"))
    for source in ("parkowo", "dolina"):
        read(engine, source, pages(source))
    yield engine
    engine.dispose()


@pytest.fixture
def latest(engine: Engine, tmp_path: Path) -> Path:
    """What was published of the directory, on each engine."""
    published(engine, tmp_path / "out")
    return tmp_path / "out" / "latest"
