"""Databases of the register's tests, opened; each must be as if derived from nothing at the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

import registry
from models import open_database


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """An open database with all tables, once on each engine."""
    engine = open_database(database)
    yield engine
    assert registry.differences(engine) == []
    engine.dispose()
