"""When a page was published: a date with its origin, or the reason for having none.

Markup, address and visible words each speak for a day; the day with most support wins, so that
a template's wrong field does not beat two witnesses who agree. A page that says nothing certain
has no date.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from items import DatedValue, Event, Origin, Reason
from parsers.document import Document
from parsers.metas import Metas
from parsers.publication_labels import meaning_before
from parsers.publication_markup import (
    Stated,
    in_address,
    in_jsonld,
    in_scripts,
    modified_in_metas,
    published_in_metas,
)
from parsers.publication_score import scored
from parsers.publication_text import Candidate, visible_dates

_FIRST_YEAR = 1990
"""No website published anything before."""
_SUPPORT: dict[tuple[Origin, int], float] = {
    ("json-ld", 2): 5.0,
    ("meta", 2): 5.0,
    ("url", 2): 4.0,
    ("json-ld", 1): 3.5,
    ("meta", 1): 2.5,
}
_VISIBLE_SUPPORT = 6.0
"""Most that visible words weigh."""
_UTC = ("Z", "+00:00", "+0000", "UTC", "GMT")


def read_publication(document: Document, things: list[dict[str, Any]] | None = None) -> DatedValue:
    """The page's publication date.

    things: the page's JSON-LD as `parsers.jsonld.read_jsonld` gives it, if the caller has it
    already. The reason for no date is "future" for one after the fetch, "empty" for a label or
    field without a date, "ambiguous" for two days with equal support, "decoy" for dates that are
    another thing's, and "absent" where the page shows none.
    """
    fields = document.metas
    if things is None:
        things = document.jsonld
    fetched = _day(document.fetched_at)
    stated = in_jsonld(things, "datePublished", document.headline)
    stated += published_in_metas(fields, document.language)
    if not stated:
        stated += in_scripts(document.root)
    address = _address(document, fields)
    if address is not None:
        stated.append(address)
    visible = scored(visible_dates(document), fetched)
    latest = (fetched + timedelta(1)).isoformat() if fetched else "9999"
    refused: Reason = "absent"
    if any(candidate.score <= 0 for candidate in visible):
        refused = "decoy"
    if any(one.value[:10] > latest for one in stated):
        refused = "future"
    days = [one for one in stated if one.precision in ("day", "minute")]
    days = [one for one in days if f"{_FIRST_YEAR}" < one.value[:10] <= latest]
    shown = [
        one
        for one in visible
        if one.score > 0
        and one.meaning != "modified"
        and f"{_FIRST_YEAR}" < one.value[:10] <= latest
    ]
    best = _most_supported(days, shown) or _confirmed(address, visible)
    if best is None and days + shown:
        return DatedValue.absent("ambiguous")
    if best is not None:
        return best
    if address is not None and address.precision == "month" and address.value <= latest:
        return DatedValue(address.value, "month", "url", address.raw)
    if refused in ("absent", "decoy") and _empty_label(document, fields):
        refused = "empty"
    return DatedValue.absent(refused)


def read_modification(document: Document, things: list[dict[str, Any]] | None = None) -> DatedValue:
    """The day the page says it was last changed, from its markup or a label beside the text."""
    if things is None:
        things = document.jsonld
    fetched = _day(document.fetched_at)
    latest = (fetched + timedelta(1)).isoformat() if fetched else "9999"
    stated = in_jsonld(things, "dateModified", document.headline)
    stated += modified_in_metas(document.metas, document.language)
    for one in stated:
        if f"{_FIRST_YEAR}" < one.value[:10] <= latest:
            return DatedValue(one.value, one.precision, one.origin, one.raw)
    for candidate in visible_dates(document):
        apart = candidate.features.get("comment") or candidate.features.get("related")
        if candidate.meaning == "modified" and not apart and candidate.value[:10] <= latest:
            return _from_words(candidate)
    return DatedValue.absent("future" if stated else "absent")


def contradicted(published: DatedValue, events: Iterable[Event]) -> DatedValue:
    """`published`, unless the page reports as past an event that begins after that day."""
    day = published.day
    if day is None:
        return published
    if any(event.status == "past" and event.start[:10] > day for event in events):
        return DatedValue.absent("decoy", published.raw)
    return published


def _address(document: Document, fields: Metas) -> Stated | None:
    """The date in the page's address, or in the one that the page calls its own."""
    own = [
        link.get("href", "")
        for link in document.root.iterfind("head/link")
        if link.get("rel") == "canonical"
    ]
    found = [in_address(url) for url in (document.url, *own[:1], *fields.get("og:url", [])[:1])]
    days = [one for one in found if one is not None and one.precision == "day"]
    return next(iter(days), found[0])


def _confirmed(address: Stated | None, visible: list[Candidate]) -> DatedValue | None:
    """The one day that stands on the page, in no sentence, and lies in its address's month."""
    if address is None or address.precision != "month":
        return None
    own = [
        one
        for one in visible
        if one.value[:7] == address.value
        and (one.meaning == "published" or (one.meaning is None and one.features["rest"] <= 8))
        and not any(
            one.features.get(name) for name in ("comment", "quote", "related", "range", "prose")
        )
    ]
    return _from_words(own[0]) if len({one.value[:10] for one in own}) == 1 else None


def _most_supported(stated: list[Stated], shown: list[Candidate]) -> DatedValue | None:
    support: dict[str, float] = {}
    spoken: set[tuple[str, Origin]] = set()
    for one in stated:
        day = _local_day(one, stated, shown)
        if (day, one.origin) not in spoken:
            spoken.add((day, one.origin))
            support[day] = support.get(day, 0.0) + _SUPPORT[one.origin, one.trust]
    heard: set[str] = set()
    for candidate in shown:
        day = candidate.value[:10]
        if day not in heard:
            heard.add(day)
            support[day] = support.get(day, 0.0) + min(candidate.score, _VISIBLE_SUPPORT)
    if not support:
        return None
    ranked = sorted(support.items(), key=lambda pair: -pair[1])
    winner = ranked[0][0]
    for one in stated:
        if one.value[:10] == winner:
            return DatedValue(one.value, one.precision, one.origin, one.raw)
    for candidate in shown:
        if candidate.value[:10] == winner:
            return _from_words(candidate)
    return None


def _local_day(one: Stated, stated: list[Stated], shown: list[Candidate]) -> str:
    """The day at the publisher's place: a time in UTC may fall on the day before or after."""
    day = one.value[:10]
    if one.precision != "minute" or not one.raw.endswith(_UTC):
        return day
    neighbours = {(date.fromisoformat(day) + timedelta(n)).isoformat() for n in (-1, 1)}
    others = [
        other.value[:10]
        for other in stated
        if other.origin == "url" or (other.precision == "minute" and not other.raw.endswith(_UTC))
    ]
    others += [candidate.value[:10] for candidate in shown]
    if day in others:
        return day
    return next((other for other in others if other in neighbours), day)


def _from_words(candidate: Candidate) -> DatedValue:
    features = candidate.features
    origin: Origin = "text"
    if features.get("time_tag") or features.get("itemprop"):
        origin = "time-tag"
    elif candidate.meaning or features["below"] >= 0 or features["above"] >= 0:
        origin = "byline"
    precision = "minute" if len(candidate.value) > 10 else "day"
    return DatedValue(candidate.value, precision, origin, candidate.raw)  # type: ignore[arg-type]


def _empty_label(document: Document, fields: Metas) -> bool:
    """Whether a label ("Publié le ,") or a field (0001-01-01) promises a date and has none."""
    stated = fields.get("article:published_time", []) + fields.get("date", [])
    if any(not content.strip() or content.startswith("0001") for content in stated):
        return True
    for element in document.root.iter("p", "span", "div", "time", "li", "small", "em", "dd"):
        text = (element.text or "").strip()
        if 3 < len(text) < 60 and text[-1] in ":, \u00a0" and meaning_before(text) == "published":
            return True
    return False


def _day(fetched_at: str) -> date | None:
    try:
        return date.fromisoformat(fetched_at[:10])
    except ValueError:
        return None
