"""News and events as rows of the data set, and rows as the mappings that feeds are made of."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from feeds.entries import every_entry
from feeds.entry_queries import EntryKind, EntryRow
from feeds.publishing.tables import ARTICLES, EVENTS, Row, Table
from feeds.views import entry_view
from models.base import canonical_json

Owners = dict[str, dict[str, str]]
"""By source, whose website it is: id and name."""

KINDS: dict[str, EntryKind] = {ARTICLES.name: "article", EVENTS.name: "event"}
"""The kind of entry that each of the two tables holds."""


def entry_rows(
    connection: Connection,
    table: Table,
    countries: Mapping[str, str | None],
    *,
    gone: bool = False,
    without: Collection[str] = (),
) -> Iterator[Row]:
    """The articles or events, as a stream; gone, without: see `feeds.entries.every_entry`.

    A row of what is gone has the time since when behind its columns.
    """
    for entry in every_entry(connection, KINDS[table.name], gone=gone, without=without):
        row = _row(entry, table, countries)
        yield (*row, entry_view(entry)["gone_at"]) if gone else row


def view_of(table: Table, row: Row) -> dict[str, Any]:
    """A row as the interface's mapping. One column more is the time since when it is gone, or
    None."""
    view = dict(zip(table.names, row, strict=False))
    if len(row) > len(table.columns) and row[-1] is not None:
        view["gone_at"] = row[-1]
    owner = {"id": view["organization_id"], "name": view["organization_name"]}
    view["organization"] = owner if owner["id"] else None
    view["evidence"] = {
        "words": view["evidence_words"],
        "url": view["evidence_url"],
        "fetched_at": view["evidence_fetched_at"],
        "claims": json.loads(view["evidence_claims"]),
    }
    return view


def _row(entry: EntryRow, table: Table, countries: Mapping[str, str | None]) -> Row:
    view = entry_view(entry)
    owner = view["organization"] or {}
    evidence = view["evidence"]
    view |= {
        "organization_id": owner.get("id"),
        "organization_name": owner.get("name"),
        "evidence_words": evidence["words"],
        "evidence_url": evidence["url"],
        "evidence_fetched_at": evidence["fetched_at"],
        "evidence_claims": canonical_json(evidence["claims"]),
    }
    if table is ARTICLES:
        view["country"] = countries.get(entry.claim["source"])
        view["date_published_day"] = full_day(view["date_published"])
    else:
        view["start_day"] = full_day(view["start"])
        view["end_day"] = full_day(view["end"])
    return tuple(view[name] for name in table.names)


def full_day(value: str | None) -> str | None:
    """The day of a date or time that tells one; None for a month, a year, or no date at all.

    >>> full_day("2024-05-03T10:00"), full_day("2024-05"), full_day("31 December")
    ('2024-05-03', None, None)
    """
    if value is None or len(value) < 10:
        return None
    try:
        return date.fromisoformat(value[:10]).isoformat()
    except ValueError:
        return None
