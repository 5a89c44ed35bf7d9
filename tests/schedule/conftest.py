"""Databases of the schedule's tests, opened."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from models import open_database


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """An open database with all tables, once on each engine."""
    engine = open_database(database)
    yield engine
    engine.dispose()
