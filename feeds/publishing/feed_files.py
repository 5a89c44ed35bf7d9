"""The feeds of news and the calendar of events, of all and of each country."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from feeds.calendars import write_calendar
from feeds.publishing.database_file import DatabaseFile
from feeds.publishing.entry_rows import view_of
from feeds.publishing.tables import ARTICLES, EVENTS, Row, Table
from feeds.syndication import MEDIA_TYPES, Channel, write_feed

NEWEST = 100
"""So many articles a feed holds: those that are new or changed, or gone, last."""

_MOST_EVENTS = 10_000
_DAYS_BACK = 400
_COUNTRY = re.compile(r"[A-Z]{2}")
_LATEST = ("updated_at", "id")


def write_feeds(file: DatabaseFile, folder: Path, home: str, epoch: str) -> None:
    """Write `feeds/`. home: the address at which the publication will be served, with a slash
    behind, or empty. epoch: what names the database."""
    (folder / "feeds").mkdir()
    for country in (None, *_countries(file, "SELECT DISTINCT country FROM articles")):
        views = [view_of(ARTICLES, row) for row in _newest(file, country)]
        for form in MEDIA_TYPES:
            path = f"feeds/{_named('news', country)}.{form}"
            channel = Channel(
                title=_title("News", country),
                address=home + path if home else "",
                home=home or "../index.html",
                name="" if home else f"{epoch}/{path}",
            )
            (folder / path).write_bytes(write_feed(form, channel, views))


def write_calendars(file: DatabaseFile, folder: Path, as_of: date) -> None:
    """Write `calendar/`: the 400 days before the day of the data, and all that is to come."""
    (folder / "calendar").mkdir()
    since = (as_of - timedelta(days=_DAYS_BACK)).isoformat()
    for country in (None, *_countries(file, f"SELECT DISTINCT {_PLACE} FROM events")):
        views = (view_of(EVENTS, row) for row in _events(file, since, country))
        path = folder / "calendar" / f"{_named('events', country)}.ics"
        path.write_bytes(write_calendar(_title("Events", country), views))


def _newest(file: DatabaseFile, country: str | None) -> list[Row]:
    """The rows of the articles that something happened to last, those that are gone among them."""
    condition = "WHERE country = :country" if country else ""
    found: list[Row] = []
    for columns, name in _forms(ARTICLES):
        found += file.select(
            f"SELECT {columns} FROM {name} {condition} "
            f"ORDER BY updated_at DESC, id DESC LIMIT {NEWEST}",
            {"country": country},
        )
    updated, key = (ARTICLES.names.index(name) for name in _LATEST)
    return heapq.nlargest(NEWEST, found, key=lambda row: (row[updated], row[key]))


_PLACE = "coalesce(nullif(country, ''), (SELECT country FROM sources WHERE name = source))"
_LAST_DAY = 'max(substr(start, 1, 10), substr(coalesce("end", start), 1, 10))'


def _events(file: DatabaseFile, since: str, country: str | None) -> Iterable[Row]:
    """The events of a time on, the latest start first, those that are gone among them."""
    parts = [
        f"SELECT {columns} FROM {name} WHERE {_LAST_DAY} >= :since"
        for columns, name in _forms(EVENTS)
    ]
    if country:
        parts = [f"{part} AND {_PLACE} = :country" for part in parts]
    query = f"{' UNION ALL '.join(parts)} ORDER BY start DESC, id LIMIT {_MOST_EVENTS}"
    return file.select(query, {"since": since, "country": country})


def _forms(table: Table) -> Iterator[tuple[str, str]]:
    """What stands and what is gone, with the columns of the latter."""
    names = [f'"{name}"' for name in table.names]
    yield ", ".join([*names, "NULL AS gone_at"]), table.name
    yield ", ".join([*names, "gone_at"]), f"temp.gone_{table.name}"


def _countries(file: DatabaseFile, query: str) -> list[str]:
    """Of what a page may call a country, that which can name a file."""
    found: Iterable[Any] = (row[0] for row in file.select(query))
    return sorted(name for name in found if name and _COUNTRY.fullmatch(name))


def _named(what: str, country: str | None) -> str:
    return f"{what}-{country.lower()}" if country else what


def _title(what: str, country: str | None) -> str:
    return f"{what} of clusters and parks" + (f": {country}" if country else "")
