"""An event's own card: labels such as "Date:", "Venue:", "Organizator:" and their values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from lxml.html import HtmlElement

from items import EVIDENCE_LIMIT, Event
from parsers.document import Document
from parsers.event_places import Where, page_country, where_labelled
from parsers.event_times import clock_in, days_in, only_year
from parsers.event_words import EventWords, event_words

_TAGS = (
    "dt",
    "th",
    "b",
    "strong",
    "label",
    "span",
    "div",
    "p",
    "td",
    "li",
    "h3",
    "h4",
    "h5",
    "h6",
    "br",
)
_ALWAYS = frozenset({"dt", "th"})
_PAIR = 2
_MOST_ELEMENTS = 20_000
_LONGEST_LABEL = 40
_LONGEST_VALUE = 300
_MOST_CARDS = 100


@dataclass(slots=True)
class _Card:
    fields: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    element: HtmlElement | None = None


def read_labels(document: Document) -> list[Event]:
    """Events of which a page states day and place (or end, or organizer) behind labels."""
    words = event_words(document.language)
    events: list[Event] = []
    for card in _cards(document.root, words):
        event = _event(card, words, document)
        if event is not None:
            events.append(event)
    return events


def _cards(root: HtmlElement, words: EventWords) -> Iterator[_Card]:
    """Runs of labelled values; a second "when" begins a new card."""
    card, count = _Card(), 0
    for label, value, element in _pairs(root, words):
        if label == "when" and "when" in card.fields and not only_year(value) and clock_in(value):
            # "Date: 5 May 2025; Time: 10:00"
            label = "clock"
        if label in card.fields:
            if label != "when" and label != "name":
                continue
            yield card
            count += 1
            if count >= _MOST_CARDS:
                return
            card = _Card()
        if card.element is None:
            card.element = element
        card.fields[label] = value
        card.said.append(f"{label}: {value}")
    if card.fields:
        yield card


def _pairs(root: HtmlElement, words: EventWords) -> Iterator[tuple[str, str, HtmlElement]]:
    labels = words.labels
    for element in islice(root.iter(*_TAGS), _MOST_ELEMENTS):
        tag = element.tag
        text = element.text if tag != "br" else element.tail
        if not text or not (text := text.strip()):
            continue
        colon = text.find(":", 0, _LONGEST_LABEL + 1)
        if colon < 0 and len(text) > _LONGEST_LABEL:
            continue
        name = labels.get((text if colon < 0 else text[:colon]).strip(" ?").casefold())
        if name is None or len(text) > _LONGEST_LABEL + _LONGEST_VALUE:
            continue
        if colon < 0 and tag not in _ALWAYS and not text.endswith("?") and not _opens(element):
            continue
        value = text[colon + 1 :].strip() if colon >= 0 else ""
        value = " ".join((value or _value(element)).split())
        if value and len(value) <= _LONGEST_VALUE:
            yield name, value, element


def _opens(element: HtmlElement) -> bool:
    """Whether a label without a colon in it is one: a colon follows, or it heads a row of two."""
    if element.tag == "td":
        row = element.getparent()
        return row is not None and len(row) == _PAIR and row[0] is element
    return bool((element.tail or "").lstrip().startswith(":"))


def _value(element: HtmlElement) -> str:
    """What stands behind a label: its tail, the next element, or the next of its parent."""
    inner = " ".join("".join(child.itertext()) + (child.tail or "") for child in element)
    if inner.strip():
        return inner
    is_break = element.tag == "br"
    tail = "" if is_break else (element.tail or "").strip(" :\n\t\xa0")
    following = element.getnext()
    if tail:
        return tail
    if following is not None and following.tag == "br":
        return str(following.tail or "")
    if following is not None and isinstance(following.tag, str):
        # A row of heads is a table's, not a card's.
        return "" if following.tag == "th" else "".join(following.itertext())
    if element.tag == "th" or is_break:
        return ""
    parent = element.getparent()
    if parent is None or parent.tag == "body":
        return ""
    following = parent.getnext()
    if following is not None and isinstance(following.tag, str):
        return "".join(following.itertext())
    return ""


def _event(card: _Card, words: EventWords, document: Document) -> Event | None:
    fields = card.fields
    when = fields.get("when", "")
    if not when or len(fields) < 2 or not fields.keys() & {"where", "end", "who"}:
        return None
    days = days_in(when, document.language, only_year(when))
    if not days or days[0].inferred:
        return None
    start, end = days[0].start, days[0].end
    if end is None and len(days) > 1:
        end = days[1].start
    if end is None and fields.get("end"):
        last = days_in(fields["end"], document.language, only_year(fields["end"]))
        end = last[0].start if last and last[0].start[:10] >= start[:10] else None
    told = when.replace(days[0].raw, " "), fields.get("clock", "")
    if len(start) == 10 and (clock := clock_in(told[0]) or clock_in(told[1])):
        start = f"{start}T{clock}"
    where = Where()
    if fields.get("where"):
        where = where_labelled(fields["where"], document.language, page_country(document))
    name = fields.get("name") or _title(card) or document.headline
    if not name:
        return None
    trigger = words.trigger(name)
    return Event(
        name=name[:200],
        kind=trigger.kind if trigger else None,
        start=start,
        end=end,
        all_day="T" not in start,
        place=where.place,
        city=where.city,
        country=where.country,
        organizer=fields.get("who"),
        status="cancelled" if words.cancelled.search(name) else None,
        evidence="; ".join(card.said)[:EVIDENCE_LIMIT],
        url=document.url,
        language=document.language,
        fetched_at=document.fetched_at,
        source=document.source.name if document.source else "",
    )


def _title(card: _Card) -> str | None:
    """The heading inside of the box that holds the card, if the box has just one."""
    box = card.element
    for _ in range(4):
        box = box.getparent() if box is not None else None
        if box is None or box.tag in ("body", "main", "html"):
            return None
        heads = list(box.iter("h1", "h2", "h3", "h4"))
        if heads:
            text = " ".join("".join(heads[0].itertext()).split())
            return text if len(heads) == 1 and 3 < len(text) < 200 else None
    return None
