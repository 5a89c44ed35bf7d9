"""Databases of the register's tests, opened; each must be as if derived from nothing at the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

import registry


@pytest.fixture
def engine(engine: Engine) -> Iterator[Engine]:
    """The same; and what a test has settled is what deriving it anew gives."""
    yield engine
    assert registry.differences(engine) == []
