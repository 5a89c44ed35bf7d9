"""How messages are sent: whom they may reach, and how long a refusal makes us wait."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from feeds.hooks.post import Resolve, resolve

DELAYS = (5, 30, 120, 600, 1_800, 3_600, 7_200, 18_000, 36_000)
"""Seconds to wait after the first refusal, the second, and so on; the last one for good."""

JITTER = 0.2
"""A wait is shorter or longer by up to this part of it."""


def _nowhere() -> Mapping[str, str | None]:
    return {}


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How messages are sent.

    allow_hosts: as host:port, subscribers that may be on a private network, and asked without
    TLS. countries: tells the sources' countries, where the process knows the catalogue.
    """

    allow_hosts: tuple[str, ...] = ()
    countries: Callable[[], Mapping[str, str | None]] = _nowhere
    clock: Callable[[], datetime] = _now
    resolve: Resolve = resolve
    chance: random.Random = field(default_factory=random.Random)

    def wait(self, refusals: int) -> timedelta:
        """How long to wait after so many refusals."""
        seconds = DELAYS[min(max(refusals, 1), len(DELAYS)) - 1]
        return timedelta(seconds=seconds * self.chance.uniform(1 - JITTER, 1 + JITTER))
