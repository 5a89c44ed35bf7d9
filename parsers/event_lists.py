"""Calendars and meeting lists: entries of one shape, each with a day of its own.

A list counts as one of events when what stands above it says so ("2024 meetings"), when its
entries carry times, agendas or labels, or when its days lie ahead; a list of dated news does not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from items import EVIDENCE_LIMIT, Event
from languages.dates import DateSpan
from parsers.blocks import Region
from parsers.document import Block, Document
from parsers.event_places import Where, page_country, where_in, where_labelled
from parsers.event_times import (
    clock_in,
    date_language,
    days_in,
    only_year,
    without_clock,
)
from parsers.event_words import EventWords, event_words

_DIGIT = re.compile(r"\d")
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_LABELLED = re.compile(r"^([^\W\d_][^\W\d]{1,24}(?:\s[^\W\d]{1,16}){0,2})\s?:\s?(.*)$")
_LONGEST_ENTRY = 260
_LONGEST_HEADING = 90
_MOST_ENTRIES = 400
_MOST_BELOW = 400
_SECTION_LEVEL = 2
_CHROME = frozenset({"nav", "header", "footer", "aside", "form"})
_MOST_BODY = 6
_ENOUGH = 2
_WEEKDAY = re.compile(r"^[^\W\d_]{2,}[,.]?\s")


@dataclass(slots=True)
class _Entry:
    """One entry: its day, the text it stands in, the blocks that belong to it."""

    index: int
    span: DateSpan
    text: str
    block: Block
    column: int | None = None
    body: list[Block] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Section:
    """A stretch of a page under one heading. `lead` is its text that is no entry."""

    heading: str
    year: str | None
    above: str = ""
    lead: list[str] = field(default_factory=list)
    columns: tuple[str, ...] = ()
    entries: list[_Entry] = field(default_factory=list)


def read_lists(document: Document) -> tuple[list[Event], frozenset[int]]:
    """Events of a page's calendars and meeting lists, and the positions of the blocks read."""
    blocks = _all_blocks(document)
    words = event_words(document.language)
    events: list[Event] = []
    used: set[int] = set()
    for section in _sections(blocks, document, words):
        if not _is_calendar(section, words, document):
            continue
        for entry in section.entries:
            events.append(_event(entry, section, words, document))
            used.update(block.position for block in (entry.block, *entry.body))
    alone = {(event.start, event.name): event for event in reversed(events)}
    return list(reversed(alone.values())), frozenset(used)


def _all_blocks(document: Document) -> list[Block]:
    """The main content with what stands between and right below its blocks.

    Bare days look like no content of their own, and may be missing from it.
    """
    segments, regions = document.layout.segments, document.layout.regions
    places = [block.position for block in document.blocks]
    if not segments or not places or min(places) < 0:
        return document.blocks
    first, last = places[0], places[-1]
    around = regions[segments[last].region].parent
    end = min(regions[around].end if around >= 0 else last + 1, last + _MOST_BELOW)
    kept = dict(zip(places, document.blocks, strict=True))
    blocks = []
    for place in range(first, max(end, last + 1)):
        segment = segments[place]
        if place in kept:
            blocks.append(kept[place])
        elif place > last and segment.kind == "heading" and segment.level <= _SECTION_LEVEL:
            break
        elif 4 * segment.linked < 3 * len(segment.text) and not _in_chrome(segment.region, regions):
            blocks.append(
                Block(
                    segment.kind,
                    segment.text,
                    segment.element,
                    segment.level,
                    segment.cells,
                    segment.bold,
                    place,
                )
            )
    return blocks


def _in_chrome(region: int, regions: list[Region]) -> bool:
    while region >= 0:
        if regions[region].tag in _CHROME:
            return True
        region = regions[region].parent
    return False


def _sections(blocks: list[Block], document: Document, words: EventWords) -> list[_Section]:
    language = date_language((b.text for b in blocks if len(b.text) < 400), document.language)
    fetched = document.fetched_at
    current = _Section(document.headline or "", only_year(document.headline or ""))
    sections = [current]
    total = 0
    for index, block in enumerate(blocks):
        text = block.text
        if _is_heading(block, language, words, current.year, fetched):
            heading, year = text, only_year(text) or only_year(document.headline or "")
            above = "" if _LETTERS.search(re.sub(r"\d", "", text)) else current.heading
            current = _Section(above or heading, year, current.heading)
            sections.append(current)
            continue
        columns = _columns(block, words) if block.kind == "row" else ()
        if columns and not _DIGIT.search(text):
            current = _Section(current.heading, current.year, current.above, columns=columns)
            sections.append(current)
            continue
        if not _DIGIT.search(text) or len(text) > 4 * _LONGEST_ENTRY or total > _MOST_ENTRIES:
            _belongs(block, current)
            continue
        found = _entries(index, block, language, current, fetched, words)
        if found:
            current.entries += found
            total += len(found)
        else:
            _belongs(block, current)
    return sections


def _columns(block: Block, words: EventWords) -> tuple[str, ...]:
    """What a table's head says of its columns; empty for a row that is no head."""
    columns = []
    for cell in block.cells:
        small = cell.casefold().strip(" :")
        parts = (small, *re.split(r"\s?[/|&]\s?|\sand\s", small), small.rpartition(" ")[2])
        columns.append(next((words.labels[p] for p in parts if p in words.labels), ""))
    return tuple(columns) if sum(1 for c in columns if c) >= 2 else ()


def _is_heading(
    block: Block, language: str, words: EventWords, year: str | None, fetched: str
) -> bool:
    text = block.text
    if len(text) > _LONGEST_HEADING or block.kind == "row":
        return False
    if block.kind != "heading" and not block.bold:
        titled = only_year(text) and words.trigger(text) and len(text.split()) <= 6
        if not titled:
            return False
    if not _DIGIT.search(text):
        return True
    return not days_in(text, language, only_year(text) or year, fetched or None)


def _belongs(block: Block, section: _Section) -> None:
    """What is no entry belongs to the last entry, or leads the section."""
    if section.entries and len(section.entries[-1].body) < _MOST_BODY:
        section.entries[-1].body.append(block)
    elif not section.entries:
        section.lead.append(block.text)


def _entries(
    index: int, block: Block, language: str, section: _Section, fetched: str, words: EventWords
) -> list[_Entry]:
    if not block.cells and block.text.endswith(".") and _is_long(block.text):
        return []
    pieces = list(enumerate(block.cells)) if block.cells else [(None, block.text)]
    found: list[_Entry] = []
    dated = [
        (column, piece, days_in(piece, language, section.year, fetched or None)[:2])
        for column, piece in pieces
        if _DIGIT.search(piece) and len(piece) <= _LONGEST_ENTRY
    ]
    dated = [(column, piece, spans) for column, piece, spans in dated if spans]
    if not dated:
        return []
    if block.cells and (len(section.columns) == len(block.cells) or _is_bare(*dated[0][1:])):
        when = [
            d for d in dated if d[0] is not None and section.columns[d[0] : d[0] + 1] == ("when",)
        ]
        if when or len(dated) < len(block.cells):
            dated = (when or dated)[:1]
    whole = len({spans[0].start[:10] for _, _, spans in dated}) == 1
    for column, piece, spans in dated:
        if len({span.start[:10] for span in spans}) > 1 or spans[0].span[0] > 90:
            continue
        if not block.cells and _is_sentence(piece, spans[0], words):
            continue
        found.append(_Entry(index, spans[0], piece, block, column))
        if whole:
            break
    return found


def _is_long(text: str) -> bool:
    return len(text.split()) > 8 and clock_in(text) is None


def _is_bare(text: str, spans: list[DateSpan]) -> bool:
    """Whether a cell holds nothing but a day and perhaps a time."""
    rest = without_clock(text.replace(spans[0].raw, " "))
    return len(re.sub(r"[\W\d_]", "", rest)) <= 3


def _is_sentence(text: str, span: DateSpan, words: EventWords) -> bool:
    """Whether the day stands in a sentence or behind a label of its own, not in an entry."""
    before, after = text[: span.span[0]], text[span.span[1] :]
    if words.other.search(before[-60:]) or words.held.search(text) or words.planned.search(text):
        return True
    count = len(text.split())
    return min(len(before.split()), len(after.split())) > 6 or count > 30


def _is_calendar(section: _Section, words: EventWords, document: Document) -> bool:
    entries = section.entries
    if not entries:
        return False
    if not _resolve_years(section, document):
        return False
    entries = section.entries
    for entry in entries:
        _read_fields(entry, section, words)
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
    if len(ahead) == len(entries):
        return True
    papers = sum(1 for e in entries if words.papers.search(e.block.text))
    return papers >= max(3, 0.8 * len(entries))


def _has_sign(entry: _Entry, words: EventWords) -> bool:
    text = entry.block.text
    return bool(
        _WEEKDAY.match(entry.span.raw)
        or clock_in(text)
        or words.papers.search(text)
        or words.trigger(text)
        or words.cancelled.search(text)
    )


def _resolve_years(section: _Section, document: Document) -> bool:
    """Keep the entries whose year is certain: written, from a heading, or told by weekdays."""
    bare = [e for e in section.entries if e.span.inferred and not section.year]
    if bare:
        days = []
        for entry in bare:
            if not _WEEKDAY.match(entry.span.raw):
                section.entries = [e for e in section.entries if e not in bare]
                return bool(section.entries)
            day = entry.span.start[:10]
            days.append(day)
        # The reader of dates only joins a weekday with a day that it is the weekday of.
        years = {day[:4] for day in days}
        near = document.fetched_at[:4]
        if not near.isdigit() or any(abs(int(year) - int(near)) > 1 for year in years):
            section.entries = [e for e in section.entries if e not in bare]
    elif section.year and section.year < str(int(document.fetched_at[:4] or 0) - 1):
        # Sections of years long gone are an archive of papers, not a calendar.
        section.entries = []
    return bool(section.entries)


def _read_fields(entry: _Entry, section: _Section, words: EventWords) -> None:
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


def _event(entry: _Entry, section: _Section, words: EventWords, document: Document) -> Event:
    country = page_country(document)
    name = _title(entry, section, words, document)
    start, end = entry.span.start, entry.span.end
    clock = (
        start[11:16]
        or clock_in(entry.text.replace(entry.span.raw, " "))
        or clock_in(entry.block.text)
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


def _title(entry: _Entry, section: _Section, words: EventWords, document: Document) -> str:
    if entry.fields.get("name"):
        return _tidy(entry.fields["name"], entry, words)
    if entry.column is not None and len(entry.block.cells) > 1 and not _many_days(entry, section):
        cells = [_tidy(c, entry, words) for i, c in enumerate(entry.block.cells)]
        named = [c for c in cells if _LETTERS.search(c)]
        best = next((c for c in named if words.trigger(c)), None)
        if named:
            return best or named[0]
    own = _tidy(entry.text, entry, words)
    if _LETTERS.search(own):
        return own
    for block in entry.body[:1]:
        if len(block.text) < 140 and not _LABELLED.match(block.text) and words.trigger(block.text):
            return block.text
    heading = re.sub(r"(?<!\d)(?:19|20)\d\d(?!\d)", " ", section.heading)
    return " ".join(heading.split()).strip(" ,:–-") or document.headline or entry.text


def _many_days(entry: _Entry, section: _Section) -> bool:
    return sum(1 for e in section.entries if e.index == entry.index) > 1


def _tidy(text: str, entry: _Entry, words: EventWords) -> str:
    """`text` without day, time, and the names of papers linked beside it."""
    text = without_clock(text.replace(entry.span.raw, " "))
    text = words.cancelled.sub(" ", text)
    kept = [w for w in text.split() if not words.papers.match(w)]
    text = re.sub(r"\(\s?\)|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b", " ", " ".join(kept))
    return " ".join(text.split()).strip(" ,;:–-@|()")[:200]


def _common_clock(section: _Section, words: EventWords) -> str | None:
    """The time that a section's lead gives for all of its entries."""
    clocks = {clock_in(text) for text in section.lead if words.trigger(text) and clock_in(text)}
    return clocks.pop() if len(clocks) == 1 else None


def _where(
    entry: _Entry,
    section: _Section,
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
    return Where()
