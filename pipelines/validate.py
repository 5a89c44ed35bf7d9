"""Takes out items that cannot be true or say nothing, each with its reason."""

from __future__ import annotations

from datetime import date, timedelta

from items import Certification, Event, Item, NewsArticle, Organization, Rejection, Relation, Visit

EARLIEST = "1950"
"""No event, label or membership that such sites report is older."""

EVENTS_AHEAD = timedelta(days=5 * 366)
NAME_LENGTH = 500
"""Longest name or headline, in characters; longer ones are whole paragraphs."""


class Validate:
    """Item pipeline: moves impossible items from the page to the visit's rejections."""

    def process_item(self, visit: Visit) -> Visit:
        """Check every item of the page."""
        if visit.page:
            fetched = date.fromisoformat(visit.fetched_at[:10])
            kept = []
            for item in visit.page.items:
                reason = fault(item, fetched)
                if reason:
                    visit.rejected.append(Rejection(item, reason))
                else:
                    kept.append(item)
            visit.page.items = kept
        return visit


def fault(item: Item, fetched: date) -> str | None:
    """What is wrong with an item fetched on that day, or None."""
    if not item.url.startswith(("http://", "https://")):
        return f"the address {item.url[:80]!r} is not on the web"
    match item:
        case NewsArticle():
            return _name(item.headline, "headline") or _published(item, fetched)
        case Event():
            return _name(item.name, "name") or _when(item, fetched)
        case Certification():
            return _name(item.holder, "holder") or _span(item.valid_from, item.valid_until)
        case Relation():
            return (
                _name(item.subject, "subject")
                or _name(item.object, "object")
                or _span(item.valid_from, item.valid_until)
                or ("an organization is related to itself" if item.subject == item.object else None)
            )
        case Organization():
            return _name(item.name, "name")
    return f"{type(item).__name__} is no kind of item"


def _name(value: str, field: str) -> str | None:
    if not any(letter.isalnum() for letter in value):
        return f"the {field} is empty"
    return f"the {field} has over {NAME_LENGTH} characters" if len(value) > NAME_LENGTH else None


def _published(item: NewsArticle, fetched: date) -> str | None:
    day = item.date_published.day
    if day and day > (fetched + timedelta(days=1)).isoformat():
        return f"published {day}, after it was fetched"
    value = item.date_published.value
    return f"published {value}: too early" if value and value < "1990" else None


def _when(item: Event, fetched: date) -> str | None:
    if item.start > (fetched + EVENTS_AHEAD).isoformat():
        return f"starts {item.start}: over five years ahead"
    if (item.end or "") > (fetched + 2 * EVENTS_AHEAD).isoformat():
        return f"ends {item.end}: over ten years ahead"
    return _span(item.start, item.end)


def _span(start: str | None, end: str | None) -> str | None:
    if (start or "9") < EARLIEST or (end or "9") < EARLIEST:
        return f"{start or end} is too early"
    if start and end and end[: len(start)] < start[: len(end)]:
        return f"ends {end}, before it starts {start}"
    return None
