"""Event cards: a day on a line of its own beside the heading that names the event.

News are listed in the same shape. Cards are those of events only where most days lie ahead of the
fetch, where the cards say where and when, or where the list is headed as a calendar.
"""

from __future__ import annotations

from parsers.document import Block, Document
from parsers.event_entries import (
    LETTERS,
    Entry,
    Section,
    is_bare,
    read_fields,
    resolve_years,
)
from parsers.event_times import clock_in, days_in, only_year
from parsers.event_words import EventWords

_FEWEST = 2
_MOST = 200
_LONGEST_DAY = 90
_LONGEST_TITLE = 200
_MOST_BODY = 6
_TITLES = 6
"""Headings up to this level may name an event."""


def read_cards(
    blocks: list[Block], language: str, document: Document, words: EventWords
) -> Section | None:
    """The cards of a page as entries, if they are those of events."""
    bare = {i: entry for i, b in enumerate(blocks) if (entry := _day(i, b, language, document))}
    if len(bare) < _FEWEST:
        return None
    section = _titled(bare, blocks, document)
    if section is None or not resolve_years(section, document):
        return None
    for entry in section.entries:
        read_fields(entry, section, words)
    return section if _are_events(section, words, document) else None


def _day(index: int, block: Block, language: str, document: Document) -> Entry | None:
    """A block that holds nothing but a day."""
    text = block.text
    if block.kind == "heading" or block.cells or len(text) > _LONGEST_DAY:
        return None
    if not any(map(str.isdigit, text)):
        return None
    spans = days_in(text, language, None, document.fetched_at or None)[:2]
    if not spans or not is_bare(text, spans, document.language):
        return None
    return Entry(index, spans[0], text, block)


def _titled(bare: dict[int, Entry], blocks: list[Block], document: Document) -> Section | None:
    """The days with the headings that stand all behind or all before them."""
    ways: dict[tuple[int, int], list[Entry]] = {}
    for index, entry in bare.items():
        for step in (1, -1):
            title = blocks[index + step] if 0 <= index + step < len(blocks) else None
            if title is not None and _is_title(title, document):
                ways.setdefault((step, title.level), []).append(entry)
    # Of two ways with as many cards, the one that the page begins with.
    step, level = max(
        ways,
        key=lambda way: (len(ways[way]), -min(ways[way][0].index, ways[way][0].index + way[0])),
        default=(0, 0),
    )
    entries = ways.get((step, level), [])[:_MOST]
    if len(entries) < _FEWEST or 3 * len(entries) < 2 * len(bare):
        return None
    starts = [min(entry.index, entry.index + step) for entry in entries]
    for number, entry in enumerate(entries):
        entry.title = blocks[entry.index + step].text
        first = max(entry.index, entry.index + step) + 1
        beyond = starts[number + 1] if number + 1 < len(starts) else first + _MOST_BODY
        entry.body = blocks[first : min(beyond, first + _MOST_BODY)]
    above = [b.text for b in blocks[: starts[0]] if b.kind == "heading" and b.level < level]
    heading = above[-1] if above else document.headline or ""
    return Section(heading, only_year(heading), entries=entries)


def _is_title(block: Block, document: Document) -> bool:
    return (
        block.kind == "heading"
        and block.level <= _TITLES
        and len(block.text) <= _LONGEST_TITLE
        and block.text != document.headline
        and LETTERS.search(block.text) is not None
    )


def _are_events(section: Section, words: EventWords, document: Document) -> bool:
    entries = section.entries
    about = f"{section.heading} {document.headline or ''}"
    said = " ".join(entry.text for entry in entries[:20])
    if any(stems.search(text) for stems in (words.periods, words.calls) for text in (about, said)):
        return False
    ahead = sum(1 for e in entries if e.span.start[:10] > (document.fetched_at[:10] or "9999"))
    if 2 * ahead >= len(entries):
        return True
    placed = sum(1 for e in entries if "where" in e.fields)
    if 2 * placed >= len(entries):
        return True
    timed = sum(
        1 for e in entries if clock_in(e.text.replace(e.span.raw, " ")) or "T" in e.span.start
    )
    return 2 * timed >= len(entries) and bool(words.calendars.search(about))
