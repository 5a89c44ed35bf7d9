"""Ids and hashes: they come from what is claimed and where, never from when, so that a database
that is rebuilt has the same ones, and so have both engines."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from models.base import canonical_json


def page_id(source: str, url: str) -> str:
    """The id of a page: p and 24 hex digits."""
    return "p" + _digest([source, url])[:24]


def item_id(kind: str, source: str, page_url: str, natural_key: list[str]) -> str:
    """The id of an item: its kind's first letter and 24 hex digits."""
    return kind[0] + _digest([kind, source, page_url, *natural_key])[:24]


def content_hash(data: str, values: dict[str, Any]) -> str:
    """32 hex digits over an item's content. data: the values as canonical JSON."""
    if values.get("status") == "past":
        # Time alone makes a scheduled event a past one: that is no new content.
        data = canonical_json({**values, "status": "scheduled"})
    return sha256(data.encode()).hexdigest()[:32]


def items_hash(items: list[tuple[str, str]]) -> str:
    """32 hex digits over a page's items, each as (id, content hash), in any order."""
    return sha256("".join(sorted(a + b for a, b in items)).encode()).hexdigest()[:32]


def _digest(parts: list[str]) -> str:
    # Stored text holds no controls, so nothing else can look like the boundary.
    return sha256("\x1f".join(parts).encode()).hexdigest()
