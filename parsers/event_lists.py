"""Calendars and meeting lists: lines and rows of one shape, each with a day of its own."""

from __future__ import annotations

import re

from items import Event
from languages.dates import DateSpan
from parsers.blocks import Region
from parsers.document import Block, Document
from parsers.event_cards import read_cards
from parsers.event_entries import LETTERS, Entry, Section, entry_events, is_bare, is_calendar
from parsers.event_times import clock_in, date_language, days_in, only_year
from parsers.event_words import EventWords, event_words

_DIGIT = re.compile(r"\d")
_LONGEST_ENTRY = 260
_LONGEST_HEADING = 90
_MOST_ENTRIES = 400
_MOST_BELOW = 400
_SECTION_LEVEL = 2
_CHROME = frozenset({"nav", "header", "footer", "aside", "form"})
_MOST_BODY = 6


def read_lists(document: Document) -> tuple[list[Event], frozenset[int]]:
    """Events of a page's calendars and meeting lists, and the positions of the blocks read."""
    blocks = _all_blocks(document)
    words = event_words(document.language)
    events: list[Event] = []
    used: set[int] = set()
    language = date_language((b.text for b in blocks if len(b.text) < 400), document.language)
    cards = read_cards(blocks, language, document, words)
    sections = [cards] if cards else _sections(blocks, language, document, words)
    for section in sections:
        if section is not cards and not is_calendar(section, words, document):
            continue
        for entry in section.entries:
            events += entry_events(entry, section, words, document)
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


def _sections(
    blocks: list[Block], language: str, document: Document, words: EventWords
) -> list[Section]:
    fetched = document.fetched_at
    current = Section(document.headline or "", only_year(document.headline or ""))
    sections = [current]
    total = 0
    for index, block in enumerate(blocks):
        text = block.text
        if _is_heading(block, language, words, current.year, fetched):
            heading, year = text, only_year(text) or only_year(document.headline or "")
            above = "" if LETTERS.search(re.sub(r"\d", "", text)) else current.heading
            current = Section(above or heading, year, current.heading)
            sections.append(current)
            continue
        columns = _columns(block, words) if block.kind == "row" else ()
        if columns and not _DIGIT.search(text):
            current = Section(current.heading, current.year, current.above, columns=columns)
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


def _belongs(block: Block, section: Section) -> None:
    """What is no entry belongs to the last entry, or leads the section."""
    if section.entries and len(section.entries[-1].body) < _MOST_BODY:
        section.entries[-1].body.append(block)
    elif not section.entries:
        section.lead.append(block.text)


def _entries(
    index: int, block: Block, language: str, section: Section, fetched: str, words: EventWords
) -> list[Entry]:
    if not block.cells and block.text.endswith(".") and _is_long(block.text):
        return []
    pieces = list(enumerate(block.cells)) if block.cells else [(None, block.text)]
    found: list[Entry] = []
    dated = [
        (column, piece, days_in(piece, language, section.year, fetched or None)[:2])
        for column, piece in pieces
        if _DIGIT.search(piece) and len(piece) <= _LONGEST_ENTRY
    ]
    dated = [(column, piece, spans) for column, piece, spans in dated if spans]
    if not dated:
        return []
    if block.cells and (
        len(section.columns) == len(block.cells) or is_bare(*dated[0][1:], language)
    ):
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
        found.append(Entry(index, spans[0], piece, block, column))
        if whole:
            break
    return found


def _is_long(text: str) -> bool:
    return len(text.split()) > 8 and clock_in(text) is None


def _is_sentence(text: str, span: DateSpan, words: EventWords) -> bool:
    """Whether the day stands in a sentence or behind a label of its own, not in an entry."""
    before, after = text[: span.span[0]], text[span.span[1] :]
    if words.other.search(before[-60:]) or words.held.search(text) or words.planned.search(text):
        return True
    count = len(text.split())
    return min(len(before.split()), len(after.split())) > 6 or count > 30
