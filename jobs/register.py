"""Brings the register up to date with what is stored and with whose sites the catalogue names."""

from __future__ import annotations

from sqlalchemy import Engine

import registry
from catalogue import load_sources


def settle(engine: Engine) -> None:
    """Settle the register; one query where nothing happened since the last time.

    `crawl` does so at its end, and every command that reads the register before it does, so
    that it is true also after `scrapy crawl`.
    """
    owners = {
        source.name: registry.Owner(
            source.organization,
            country=source.country,
            language=source.languages[0] if source.languages else None,
        )
        for source in load_sources()[0].values()
        if source.organization
    }
    registry.settle(engine, owners=owners)
