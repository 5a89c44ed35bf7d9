"""Stored things in the words of the interface: one mapping each, ready for JSON.

The API, the feeds, the published files and the web pages show the same mappings, so that they
cannot tell different stories.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from feeds.entry_queries import EntryRow

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
TYPES = {
    "article": "NewsArticle",
    "event": "Event",
    "certification": "Certification",
    "organization": "Organization",
    "relation": "Relation",
}
"""The vocabulary's type of each kind."""


def entry_view(row: EntryRow) -> dict[str, Any]:
    """An article or event.

    status of an event: cancelled or scheduled; whether it is past is for the reader's clock.
    """
    claim = row.claim
    view: dict[str, Any] = {
        "id": row.id,
        "type": TYPES[row.kind],
        **{name: claim[name] for name in _PLAIN[row.kind]},
        "source": claim["source"],
        "organization": row.owner,
        "first_seen": _short(row.first_seen),
        "updated_at": _short(row.updated_at),
        "version": row.version,
        "evidence": {
            "words": claim["evidence"],
            "url": claim["url"],
            "fetched_at": _short(claim["fetched_at"]),
            "claims": row.tellings,
        },
    }
    if row.kind == "event":
        view["status"] = "cancelled" if row.cancelled else "scheduled"
    if row.gone_at is not None:
        view["gone_at"] = _short(row.gone_at)
    return view


def moment(value: datetime) -> str:
    """A time in UTC to the second: 2026-01-31T08:00:00Z."""
    return _short(value.astimezone(UTC).isoformat())


def _short(utc: str) -> str:
    return f"{utc[:19]}Z"
