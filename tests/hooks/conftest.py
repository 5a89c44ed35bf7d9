"""Databases with changes, and somebody who is told of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from receiver import Receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A subscriber's server on loopback, which takes everything."""
    with Receiver() as server:
        yield server
