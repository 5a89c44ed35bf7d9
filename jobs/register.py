"""Brings what is derived up to date with what is stored and with what the catalogue says."""

from __future__ import annotations

from sqlalchemy import Engine

import registry
from catalogue import load_schemes, load_sources
from registry.entries import settle_entries
from registry.holders import months_of


def settle(engine: Engine) -> None:
    """Settle the register and the entries; a few queries where nothing happened since.

    `crawl` does so at its end, and every command that reads what is derived before it does, so
    that it is true also after `scrapy crawl`.
    """
    sources = load_sources()[0].values()
    owners = {
        source.name: registry.Owner(
            source.organization,
            country=source.country,
            language=source.languages[0] if source.languages else None,
        )
        for source in sources
        if source.organization
    }
    registry.settle(engine, owners=owners)
    settle_entries(engine, {source.name: source.country for source in sources})


def usual_validity() -> dict[str, int]:
    """The months that each scheme's label usually lasts, where its file names one number."""
    found = {scheme.id: months_of(scheme.validity) for scheme in load_schemes()}
    return {scheme: months for scheme, months in found.items() if months}


def scheme_names() -> dict[str, dict[str, str]]:
    """Each scheme's names by language."""
    return {scheme.id: scheme.names for scheme in load_schemes()}
