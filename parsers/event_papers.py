"""Meetings known by their papers: links to minutes and agendas, each with its day."""

from __future__ import annotations

import re
from itertools import islice

from lxml.html import HtmlElement

from items import EVIDENCE_LIMIT, Event
from languages.dates import DateSpan
from parsers.document import Document
from parsers.event_times import date_language, days_in, only_year
from parsers.event_words import EventWords, event_words

_FILES = frozenset({"pdf", "doc", "docx", "odt", "rtf"})
_FILE_MARKS = frozenset(f".{written}" for name in _FILES for written in (name, name.upper()))
_ENOUGH = 3
_MOST_LINKS = 3_000
_LONGEST = 160
_DEPTH = 6
_MOST_CALENDARS = 50
_DIGIT = re.compile(r"\d")
_SEPARATORS = re.compile(r"[\W_]+")


def read_papers(document: Document) -> list[Event]:
    """Meetings of which a page links minutes or agendas, where it links at least three."""
    if _FILE_MARKS.isdisjoint(document.marks):
        return []
    words = event_words(document.language)
    links = [
        (link, " ".join("".join(link.itertext()).split()))
        for link in islice(document.root.iter("a"), _MOST_LINKS)
        if _is_paper(link, words)
    ]
    if len(links) < _ENOUGH:
        return []
    links = [(link, text) for link, text in links if len(text) <= _LONGEST]
    language = date_language((text for _, text in links), document.language)
    events: dict[str, Event] = {}
    calendars: dict[HtmlElement, str] = {}
    for link, text in links:
        found = _day(link, text, language, calendars)
        if found is None:
            continue
        span, told = found
        name = _name(text, span, words) or _page_name(document, words) or text
        events.setdefault(span.start[:10], _event(document, name, span, told))
    if len(events) < _ENOUGH:
        return []
    # In a list by days, those to come have no papers yet.
    for calendar, year in [*calendars.items(), *_years_beside(calendars)]:
        for item in calendar.iterchildren("li"):
            label = _own_text(item)
            days = days_in(label, language, year) if _DIGIT.search(label) else []
            if len(days) == 1 and len(label) < len(days[0].raw) + 12:
                name = _page_name(document, words) or label
                event = _event(document, name, days[0], f"{label} {year}")
                events.setdefault(days[0].start[:10], event)
    return list(events.values())


def _years_beside(calendars: dict[HtmlElement, str]) -> list[tuple[HtmlElement, str]]:
    """The lists of other years that stand beside those read: next year's has no papers yet."""
    found = []
    for calendar in calendars:
        own = next(calendar.iterancestors("li"), None)
        for item in own.getparent().iterchildren("li") if own is not None else ():
            year, inner = only_year(_own_text(item)), item.find(".//ul")
            if year and inner is not None and inner not in calendars and item is not own:
                found.append((inner, year))
    return found[:_MOST_CALENDARS]


def _page_name(document: Document, words: EventWords) -> str:
    """The headline, where it speaks of meetings or their papers."""
    title = document.headline or ""
    return title if words.trigger(title) or words.papers.search(title) else ""


def _is_paper(link: HtmlElement, words: EventWords) -> bool:
    href = link.get("href") or ""
    if href[-5:].rpartition(".")[2].lower() not in _FILES:
        return False
    file = href.rpartition("/")[2][:200]
    if words.papers.search(_SEPARATORS.sub(" ", file)):
        return True
    text = "".join(link.itertext()).strip()
    return bool(len(text) <= _LONGEST and words.papers.search(text))


def _day(
    link: HtmlElement, text: str, language: str, calendars: dict[HtmlElement, str]
) -> tuple[DateSpan, str] | None:
    """The day in the link's own words, else of the list item around it with the year above.

    The list of such an item goes into `calendars`, with its year.
    """
    if _DIGIT.search(text):
        days = days_in(text, language, only_year(text))
        if len(days) == 1 and not days[0].inferred:
            return days[0], text
    label, year, calendar = "", None, None
    for depth, around in enumerate(link.iterancestors("li")):
        if depth >= _DEPTH:
            break
        own = _own_text(around)
        if not label and _DIGIT.search(own) and not only_year(own):
            label, calendar = own, around.getparent()
        elif label and only_year(own):
            year = only_year(own)
            break
        elif not label and only_year(own):
            label, year = own, only_year(own)
            break
    if not label or not year:
        return None
    days = days_in(label, language, year)
    if len(days) != 1:
        return None
    if calendar is not None:
        calendars[calendar] = year
    return days[0], f"{label} {year} {text}".strip()


def _own_text(item: HtmlElement) -> str:
    """What a list item says before its inner list."""
    parts = [item.text or ""]
    for child in item:
        if child.tag in ("ul", "ol") or (
            isinstance(child.tag, str) and child.find(".//li") is not None
        ):
            inner = child.find(".//ul") if child.tag not in ("ul", "ol") else None
            if inner is not None and child.text:
                parts.append(child.text)
            label = next((c for c in child if c.tag in ("span", "a", "strong", "b")), None)
            if child.tag not in ("ul", "ol") and label is not None:
                parts.append(_head_text(label))
            break
        if isinstance(child.tag, str):
            parts.append("".join(child.itertext()))
        parts.append(child.tail or "")
    return " ".join(" ".join(parts).split())[:_LONGEST]


def _head_text(element: HtmlElement) -> str:
    """An element's words up to its first inner list."""
    parts = [element.text or ""]
    for child in element:
        if child.tag in ("ul", "ol", "div"):
            break
        if isinstance(child.tag, str):
            parts.append(_head_text(child))
        parts.append(child.tail or "")
    return " ".join(parts)


def _name(text: str, span: DateSpan, words: EventWords) -> str:
    name = words.papers.sub(" ", text.replace(span.raw, " "))
    name = " ".join(name.split()).strip(" ,;:–-|()")
    return name if len(re.sub(r"[\W\d_]", "", name)) > 5 else ""


def _event(document: Document, name: str, span: DateSpan, told: str) -> Event:
    return Event(
        name=name,
        kind="meeting",
        start=span.start,
        end=span.end,
        all_day="T" not in span.start,
        evidence=told[:EVIDENCE_LIMIT],
        url=document.url,
        language=document.language,
        fetched_at=document.fetched_at,
        source=document.source.name if document.source else "",
    )
