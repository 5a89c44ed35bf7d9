"""Entries of calendars and meeting lists: what makes a list one of events, and what each tells.

A list counts as one of events when what stands above it says so ("2024 meetings"), when its
entries carry times, agendas or labels, or when its days lie ahead; a list of dated news does not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date

from items import EVIDENCE_LIMIT, Event
from languages.dates import DateSpan, weekdays_in
from languages.places import city_named
from parsers.document import Block, Document
from parsers.event_places import Where, page_country, where_in, where_labelled
from parsers.event_times import clock_in, without_clock
from parsers.event_words import EventWords

LETTERS = re.compile(r"[^\W\d_]{3,}")
_LABELLED = re.compile(r"^([^\W\d_][^\W\d]{1,24}(?:\s[^\W\d]{1,16}){0,2})\s?:\s?(.*)$")
_ENOUGH = 2
_BESIDE = 24
_LONGEST_LINE = 160
_CLOCK_WITHIN = 14
_LINES = 3
"""Lines below an entry's day that may give its place."""
_WEEKDAY = re.compile(r"^[^\W\d_]{2,}[,.]?\s")


@dataclass(slots=True)
class Entry:
    """One entry: its day, the text it stands in, the blocks that belong to it.

    title: its name, where a block of its own states it.
    """

    index: int
    span: DateSpan
    text: str
    block: Block
    column: int | None = None
    body: list[Block] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    title: str = ""


@dataclass(slots=True)
class Section:
    """A stretch of a page under one heading. `lead` is its text that is no entry."""

    heading: str
    year: str | None
    above: str = ""
    lead: list[str] = field(default_factory=list)
    columns: tuple[str, ...] = ()
    entries: list[Entry] = field(default_factory=list)


def is_bare(text: str, spans: list[DateSpan], language: str) -> bool:
    """Whether a text holds nothing but a day and perhaps its weekday and a time."""
    rest = without_clock(text.replace(spans[0].raw, " "))
    for word, _ in weekdays_in(rest, language):
        rest = rest.replace(word, " ")
    return len(re.sub(r"[\W\d_]", "", rest)) <= 3


def is_calendar(section: Section, words: EventWords, document: Document) -> bool:
    entries = section.entries
    if not entries:
        return False
    if not resolve_years(section, document):
        return False
    entries = section.entries
    for entry in entries:
        read_fields(entry, section, words)
    labelled = sum(1 for e in entries if len(e.fields) >= 2 or "where" in e.fields)
    if labelled >= max(1, len(entries) / 2):
        return True
    if len(entries) < _ENOUGH:
        return False
    about = " ".join((section.heading, *(section.lead[-2:])))[:600]
    told = bool(words.trigger(section.heading) or words.papers.search(section.heading))
    told = told or (bool(words.trigger(about)) and bool(clock_in(about)))
    signs = sum(1 for e in entries if _has_sign(e, words))
    if told and signs >= len(entries) / 2:
        return True
    ahead = [e for e in entries if e.span.start[:10] > (document.fetched_at[:10] or "9999")]
    if len(ahead) == len(entries) and not words.calls.search(f"{document.headline} {about}"):
        return True
    papers = sum(1 for e in entries if words.papers.search(e.block.text))
    return papers >= max(3, 0.8 * len(entries))


def _has_sign(entry: Entry, words: EventWords) -> bool:
    text = entry.block.text
    return bool(
        _WEEKDAY.match(entry.span.raw)
        or clock_in(text)
        or words.papers.search(text)
        or words.trigger(text)
        or words.cancelled.search(text)
    )


def resolve_years(section: Section, document: Document) -> bool:
    """Keep the entries whose year is certain: written, a heading's, or told by the weekday."""
    if any(entry.span.inferred and not section.year for entry in section.entries):
        section.entries = [
            entry
            for entry in section.entries
            if not entry.span.inferred or _confirmed(entry, document)
        ]
    elif section.year and section.year < str(int(document.fetched_at[:4] or 0) - 1):
        # Sections of years long gone are an archive of papers, not a calendar.
        section.entries = []
    return bool(section.entries)


def _confirmed(entry: Entry, document: Document) -> bool:
    """Whether the weekday beside a day is the one that it has in a year near the fetch.

    Within three years a day has three different weekdays, so that the weekday tells the year.
    """
    try:
        day = date.fromisoformat(entry.span.start[:10])
    except ValueError:
        return False
    start, end = entry.span.span
    around = entry.text[max(0, start - _BESIDE) : end + _BESIDE]
    named = {weekday for _, weekday in weekdays_in(around, document.language)}
    return named == {day.weekday()} and abs(day.year - int(document.fetched_at[:4])) <= 1


def read_fields(entry: Entry, section: Section, words: EventWords) -> None:
    """Labels of an entry: a table's columns, or "Venue: …" in the lines below the day."""
    if entry.block.cells and len(section.columns) == len(entry.block.cells):
        for label, cell in zip(section.columns, entry.block.cells, strict=True):
            if label and cell and label != "when":
                entry.fields.setdefault(label, cell)
    for block in entry.body:
        match = _LABELLED.match(block.text)
        said = words.labels.get(match.group(1).casefold()) if match else None
        if match and said and match.group(2):
            entry.fields.setdefault(said, match.group(2))


def entry_events(
    entry: Entry, section: Section, words: EventWords, document: Document
) -> list[Event]:
    """What an entry tells: one event, or all of its day where the lines below have the hours."""
    timed = [] if entry.title else [b for b in entry.body if _opens_with_clock(b.text)]
    if not timed or not is_bare(entry.text, [entry.span], document.language):
        return [_event(entry, section, words, document)]
    return [
        _event(_timed(entry, block), section, words, document)
        for block in timed
        if LETTERS.search(without_clock(block.text))
    ] or [_event(entry, section, words, document)]


def _opens_with_clock(text: str) -> bool:
    return len(text) <= _LONGEST_LINE and bool(clock_in(text[:_CLOCK_WITHIN]))


def _timed(entry: Entry, block: Block) -> Entry:
    """One of the lines below a day, as an entry of its own."""
    name = " ".join(without_clock(block.text).split()).strip(" ,;:–-|")
    return replace(entry, text=f"{entry.span.raw} {block.text}", title=name, body=[])


def _event(entry: Entry, section: Section, words: EventWords, document: Document) -> Event:
    country = page_country(document)
    name = _title(entry, section, words, document)
    start, end = entry.span.start, entry.span.end
    clock = (
        start[11:16]
        or clock_in(entry.text.replace(entry.span.raw, " "))
        or clock_in(entry.block.text)
        or clock_in(entry.fields.get("clock", ""))
        or _common_clock(section, words)
    )
    if clock and not end:
        start = f"{start[:10]}T{clock}"
    where = _where(entry, section, words, document, country)
    trigger = words.trigger(name) or words.trigger(section.heading)
    around = f"{entry.block.text} {' '.join(b.text for b in entry.body[:1])}"
    cancelled = words.cancelled.search(entry.block.text)
    return Event(
        name=name,
        kind=trigger.kind if trigger else "meeting" if words.papers.search(around) else None,
        start=start,
        end=end,
        all_day="T" not in start,
        place=where.place,
        city=where.city,
        country=where.country,
        organizer=entry.fields.get("who"),
        status="cancelled" if cancelled else None,
        evidence=around[:EVIDENCE_LIMIT].strip(),
        url=document.url,
        language=document.language,
        fetched_at=document.fetched_at,
        source=document.source.name if document.source else "",
    )


def _title(entry: Entry, section: Section, words: EventWords, document: Document) -> str:
    if entry.title:
        return _tidy(entry.title, entry, words) or entry.title
    if entry.fields.get("name"):
        return _tidy(entry.fields["name"], entry, words)
    if entry.column is not None and len(entry.block.cells) > 1 and not _many_days(entry, section):
        cells = [_tidy(c, entry, words) for i, c in enumerate(entry.block.cells)]
        named = [c for c in cells if LETTERS.search(c)]
        best = next((c for c in named if words.trigger(c)), None)
        if named:
            return best or named[0]
    own = _tidy(entry.text, entry, words)
    if own.casefold() in words.labels:
        own = ""
    if LETTERS.search(own) and not is_bare(entry.text, [entry.span], document.language):
        return own
    for block in entry.body[:1]:
        if len(block.text) < 140 and not _LABELLED.match(block.text) and words.trigger(block.text):
            return block.text
    heading = re.sub(r"(?<!\d)(?:19|20)\d\d(?!\d)", " ", section.heading)
    return " ".join(heading.split()).strip(" ,:–-") or document.headline or entry.text


def _many_days(entry: Entry, section: Section) -> bool:
    return sum(1 for e in section.entries if e.index == entry.index) > 1


def _tidy(text: str, entry: Entry, words: EventWords) -> str:
    """`text` without day, time, and the names of papers linked beside it."""
    text = without_clock(text.replace(entry.span.raw, " "))
    text = words.cancelled.sub(" ", text)
    kept = [w for w in text.split() if not words.papers.match(w)]
    text = re.sub(r"\(\s?\)|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b", " ", " ".join(kept))
    return " ".join(text.split()).strip(" ,;:–-@|()")[:200]


def _common_clock(section: Section, words: EventWords) -> str | None:
    """The time that a section's lead gives for all of its entries."""
    clocks = {clock_in(text) for text in section.lead if words.trigger(text) and clock_in(text)}
    return clocks.pop() if len(clocks) == 1 else None


def _where(
    entry: Entry,
    section: Section,
    words: EventWords,
    document: Document,
    country: str | None,
) -> Where:
    if entry.fields.get("where"):
        return where_labelled(entry.fields["where"], document.language, country)
    for text in (entry.text, *(b.text for b in entry.body[:1]), *section.lead):
        if text is not entry.text and not (words.trigger(text) or words.venues.search(text)):
            continue
        where = where_in(text[:600], 0, document.language, words, country)
        if where.place or where.city:
            return where
    return _where_below(entry, document, country)


def _where_below(entry: Entry, document: Document, country: str | None) -> Where:
    """A line below the day that is a place: it ends in a city, and says nothing else."""
    for block in entry.body[:_LINES]:
        text = block.text
        if len(text) > _LONGEST_LINE or text == entry.title or text.endswith((".", "!", "?")):
            continue
        city = city_named(text, document.language, country=country)
        if city:
            return Where(None, city.name, city.country)
        if "," in text and (where := where_labelled(text, document.language, country)).city:
            return where
    return Where()
