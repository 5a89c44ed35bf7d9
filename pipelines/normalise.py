"""Brings what was read into one form: every item knows its page, codes have one spelling."""

from __future__ import annotations

from items import EVIDENCE_LIMIT, Event, Item, Page, Visit


class Normalise:
    """Item pipeline: fills in what every item of a page shares."""

    def process_item(self, visit: Visit) -> Visit:
        """Complete the page and its items."""
        page = visit.page
        if page:
            page.url = visit.url
            page.source = visit.source
            page.fetched_at = visit.fetched_at
            for item in page.items:
                complete(item, page)
        return visit


def complete(item: Item, page: Page) -> None:
    """Give an item its page's address, source, language and day of fetch."""
    item.url = item.url or page.url
    item.source = page.source
    item.fetched_at = page.fetched_at
    if item.language == "und":
        item.language = page.language
    item.evidence = " ".join(item.evidence.split())
    if len(item.evidence) > EVIDENCE_LIMIT:
        item.evidence = item.evidence[: EVIDENCE_LIMIT - 1].rstrip() + "…"
    if isinstance(item, Event) and item.country:
        item.country = item.country.upper()
