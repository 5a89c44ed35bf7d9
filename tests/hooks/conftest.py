"""Databases with changes, and somebody who is told of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from receiver import Receiver
from sqlalchemy import Engine

from models import open_database


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """An open database with all tables, once on each engine."""
    engine = open_database(database)
    yield engine
    engine.dispose()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A subscriber's server on loopback, which takes everything."""
    with Receiver() as server:
        yield server
