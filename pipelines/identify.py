"""Settles which items a page really states: each once, and none that another page states.

A listing or an archive shows posts that have pages of their own; those pages are visited too
and say more, so that what is read of them in passing is left to them.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from items import Item, Visit

_VOLATILE = {"evidence", "fetched_at", "language", "source", "url"}


class Identify:
    """Item pipeline: drops repetitions and what belongs to other pages."""

    def process_item(self, visit: Visit) -> Visit:
        """Keep the page's own items, each once; the first of equals stays."""
        page = visit.page
        if page:
            kept: dict[Any, Item] = {}
            for item in page.items:
                if item.url == page.url:
                    kept.setdefault(_identity(item), item)
            page.items = list(kept.values())
        return visit


def _identity(item: Item) -> tuple[str, str]:
    facts = {name: value for name, value in asdict(item).items() if name not in _VOLATILE}
    return item.type, repr(facts)
