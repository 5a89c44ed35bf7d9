"""Stored things in the words of the interface: one mapping each, ready for JSON.

The API, the feeds, the published files and the web pages show the same mappings, so that they
cannot tell different stories.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from feeds.entries import EntryRow
from models.registry import Alias, Link, RegisteredOrganization

_PLAIN = {
    "article": (
        *("url", "headline", "summary", "body", "author", "image", "language"),
        *("date_published", "date_published_precision", "date_published_origin"),
        *("date_published_reason", "date_modified"),
    ),
    "event": (
        *("url", "name", "kind", "start", "end", "timezone", "all_day", "place", "city"),
        *("country", "organizer", "language"),
    ),
}
TYPES = {"article": "NewsArticle", "event": "Event"}
"""The vocabulary's type of each kind of entry."""


def entry_view(row: EntryRow, owners: dict[str, dict[str, str]]) -> dict[str, Any]:
    """An article or event. owners: by source, as `owners_of` gives them.

    status of an event: cancelled or scheduled; whether it is past is for the reader's clock.
    """
    claim = row.claim
    view: dict[str, Any] = {
        "id": row.id,
        "type": TYPES[row.kind],
        **{name: claim[name] for name in _PLAIN[row.kind]},
        "source": claim["source"],
        "organization": owners.get(claim["source"]),
        "first_seen": moment(row.first_seen),
        "updated_at": moment(row.updated_at),
        "version": row.version,
        "evidence": {
            "words": claim["evidence"],
            "url": claim["url"],
            "fetched_at": moment(claim["fetched_at"]),
            "claims": row.tellings,
        },
    }
    if row.kind == "event":
        view["status"] = "cancelled" if row.cancelled else "scheduled"
    if row.gone_at is not None:
        view["gone_at"] = moment(row.gone_at)
    return view


def owners_of(connection: Connection, sources: Iterable[str]) -> dict[str, dict[str, str]]:
    """Whose websites the sources are: by source, the organization's id and name."""
    table = RegisteredOrganization
    query = (
        select(Link.source, table.id, table.name)
        .join(Alias, Alias.key == Link.alias)
        .join(table, table.id == Alias.organization)
        .where(Link.role == "owner", Link.source.in_(set(sources)))
        .order_by(Link.source, table.id)
    )
    return {row.source: {"id": row.id, "name": row.name} for row in connection.execute(query)}


def moment(value: datetime) -> str:
    """A time in UTC to the second: 2026-01-31T08:00:00Z."""
    return f"{value.astimezone(UTC).isoformat()[:19]}Z"
