"""Webhooks: alerts to an address that an operator named, and how subscribers are told."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from catalogue import Source
from feeds.hooks.post import AddressRefused, NoAnswer, Poster
from feeds.hooks.terms import Terms


class NotTold(Exception):
    """The address was not told, and why."""


def post_json(address: str, facts: Mapping[str, Any], allow_hosts: Collection[str] = ()) -> None:
    """Post `facts`; redirects are not followed. Raises NotTold.

    allow_hosts: as host:port, those that may be on a private network, and asked without TLS.
    """
    try:
        with Poster(address, allow_hosts) as poster:
            answer = poster.post(json.dumps(facts).encode())
    except (AddressRefused, NoAnswer) as error:
        raise NotTold(f"{_host(address)}: {error}") from error
    if not answer.accepted:
        raise NotTold(f"{_host(address)} answers with status {answer.words}")


def terms(allow_hosts: Collection[str], sources: Callable[[], Mapping[str, Source]]) -> Terms:
    """How subscribers are told of changes. sources: the catalogue as it is now."""

    def countries() -> dict[str, str | None]:
        return {name: source.country for name, source in sources().items()}

    return Terms(allow_hosts=tuple(allow_hosts), countries=countries)


def _host(address: str) -> str:
    """Whom an address means, without what it may hide in its path: the log need not know."""
    try:
        return urlsplit(address).hostname or "the webhook"
    except ValueError:
        return "the webhook"
