"""Lists on pages: what they may be limited to, and how to go on."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Request
from pydantic import BaseModel, Field
from sqlalchemy import Connection, func, select
from starlette.datastructures import QueryParams

from feeds.api.parameters import Text
from feeds.pages.words import Words
from models.entries import Entry
from models.registry import RegisteredOrganization
from models.runs import Source

AT_ONCE = 30
"""So many rows a page shows."""

_KEPT = 300.0  # seconds


class Wanted(BaseModel):
    """What the lists share. A form sends its empty fields too; what we do not know (a campaign's
    mark behind a shared link) is no reason to send a person away."""

    q: Text = ""
    country: Annotated[str, Field(pattern=r"^([A-Z]{2})?$")] = ""
    after: Annotated[str, Field(max_length=4_000)] = ""


def following(request: Request, after: str | None) -> str:
    """The address of the next page of a list; empty at its end."""
    if after is None:
        return ""
    return _address(request, {"after": after})


def first(request: Request) -> str:
    """The address of a list's beginning; empty on that page."""
    return _address(request, {"after": ""}) if request.query_params.get("after") else ""


def query_of(**fields: str) -> str:
    """The fields that are not empty as the query of an address, with its question mark."""
    query = str(QueryParams({name: value for name, value in fields.items() if value}))
    return f"?{query}" if query else ""


def _address(request: Request, changed: Mapping[str, str]) -> str:
    fields = {**request.query_params, **changed}
    return request.url.path + query_of(**fields)


class Overview:
    """How much there is, and what lists can be limited to: counted at most every five minutes,
    for no number of readers shall count a million rows each."""

    def __init__(self) -> None:
        self._until = 0.0
        self._figures: dict[str, Any] = {}

    def figures(self, connection: Connection) -> dict[str, Any]:
        """Counts of articles, events, organizations, sources; countries, languages and kinds."""
        if time.monotonic() >= self._until:
            self._figures = _count(connection)
            self._until = time.monotonic() + _KEPT
        return self._figures


def overview(request: Request, connection: Connection) -> dict[str, Any]:
    """The application's figures."""
    figures: dict[str, Any] = request.app.state.overview.figures(connection)
    return figures


def named_choices(codes: list[str], name: Any, words: Words) -> list[tuple[str, str]]:
    """Codes with their names, in the order of the names. name: gives a code's name."""
    named = [(code, name(code)) for code in codes]
    return sorted(named, key=lambda one: words.sorting(one[1]))


def _count(connection: Connection) -> dict[str, Any]:
    entries = select(Entry.kind, func.count()).group_by(Entry.kind)
    by_kind = {row[0]: row[1] for row in connection.execute(entries)}
    table = RegisteredOrganization
    present = (table.merged_into.is_(None), table.withdrawn.is_(False))
    kinds = select(table.kind, func.count()).where(*present).group_by(table.kind)
    organizations = {row[0]: row[1] for row in connection.execute(kinds)}
    lands = select(table.country).where(*present, table.country.is_not(None)).distinct()
    sources = select(Source.country, func.count()).group_by(Source.country)
    from_lands = {row[0]: row[1] for row in connection.execute(sources)}
    tongues = select(Entry.language).where(Entry.language != "und").distinct()
    return {
        "articles": by_kind.get("article", 0),
        "events": by_kind.get("event", 0),
        "organizations": sum(organizations.values()),
        "sources": sum(from_lands.values()),
        "kinds": sorted(kind for kind in organizations if kind),
        "countries": sorted(connection.scalars(lands)),
        "entry_countries": sorted(country for country in from_lands if country),
        "languages": sorted(connection.scalars(tongues)),
    }
