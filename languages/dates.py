"""Dates in running text, in every language that has a file.

What a date looks like is said in `languages.dates_grammar`, which words it is made of in
`languages.dates_lexicon` and the files' section `dates`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from items import Precision
from languages.dates_grammar import DATE, HOPE
from languages.dates_lexicon import Lexicon, lexicon
from languages.dates_meaning import Moment, meanings
from languages.dates_tokens import Tokens, tokens, windows

_WORD = re.compile(r"[^\W\d_]{3,}")
_SHORT = 600
"""Texts up to this many characters are cut into words once, however often they are read."""
_OLD_YEAR = re.compile(r"[\s,]{1,2}(?:[^\W\d]{1,2}\.?\s)?1[0-8][0-9]{2}(?![0-9])")
"""A year too long ago to be one of ours: the day before it has it, not that of the anchor."""
_ANY_DIGIT = re.compile(r"[0-9]")


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A date, a time or a range as written in a text.

    start, end: ISO 8601 cut to `precision` ("2024", "2024-03", "2024-03-28" or
    "2024-03-28T10:00"); end is None for a single date. span: where it stands in the text, as
    character offsets. raw: the words. inferred: the year is not written and comes from the
    anchor.
    """

    start: str
    end: str | None
    precision: Precision
    span: tuple[int, int]
    raw: str
    inferred: bool = False


def read_dates(text: str, language: str, anchor: date | str | None = None) -> list[DateSpan]:
    """All dates that `text` states, in order; nothing that is not certain.

    language: a code that has a file in this folder ("pl"), with a region if one is known
    ("en-us"); of any other language dates in numbers and with CLDR's names of months are read,
    of an unknown one ("und") only those in numbers. anchor: a day, or its ISO
    string, from which a year that is not written follows ("16 marca br.", "8 novembre prochain",
    "26 May"); without one such dates are left out. Numbers stand for day and month in this
    order, but for month and day in plain "en" and "en-us" between slashes.

    >>> read_dates("w dniach 16-18 stycznia 2023", "pl")[0].end
    '2023-01-18'
    """
    if not _ANY_DIGIT.search(text):
        return []
    words = lexicon(language)
    day = _day(anchor)
    found: list[DateSpan] = []
    for piece in _pieces(text, language) if len(text) <= _SHORT else _cut(text, language):
        found += _read(text, piece, words, day)
    return found


def _cut(text: str, language: str) -> tuple[Tokens, ...]:
    """The pieces of a text that may hold a date."""
    words = lexicon(language)
    pieces = (tokens(text, start, end, words) for start, end in windows(text))
    return tuple(piece for piece in pieces if HOPE.search(piece.shape))


# A page's lines are asked for dates by several parsers, with and without an anchor.
_pieces = lru_cache(maxsize=512)(_cut)


def names_month(text: str, language: str) -> bool:
    """Whether a word of `text` is a month's name in `language`: a cheap test before reading."""
    entry = lexicon(language).entry
    return any((found := entry(word)) and found[0] in "MQ" for word in _WORD.findall(text))


def weekdays_in(text: str, language: str) -> list[tuple[str, int]]:
    """The words of `text` that name a weekday, each with its number (Monday is 0)."""
    entry = lexicon(language).entry
    words = ((word, entry(word)) for word in _WORD.findall(text))
    return [(word, found[1]) for word, found in words if found and found[0] == "W"]


def _read(text: str, piece: Tokens, words: Lexicon, anchor: date | None) -> list[DateSpan]:
    found: list[DateSpan] = []
    shape, position = piece.shape, 0
    while match := DATE.search(shape, position):
        read = [] if _cut_out(text, piece, match) else meanings(match, piece, words, anchor)
        position = match.end() if read else match.start() + 1
        for moment in read:
            span = _span(text, piece, moment)
            if not found or not (joined := _joined(text, found[-1], span)):
                found.append(span)
            else:
                found[-1] = joined
    return found


def _cut_out(text: str, piece: Tokens, match: re.Match[str]) -> bool:
    """Whether the words are a part of something longer: a version, a telephone number."""
    first = match.start()
    while first < match.end() and piece.shape[first] not in "dYOMQk":
        first += 1
    start, end = piece.starts[first], piece.ends[match.end() - 1]
    before, after = text[max(start - 2, 0) : start], text[end : end + 2]
    if first and piece.shape[first] in "dY":
        if len(before) == 2 and before[1] in ".-/:_" and before[0].isdigit():
            return True
        if before[-1:].isalpha() and not before[-2:-1].isalpha() and piece.shape[first - 1] != "h":
            return True
        if "#" in piece.shape[max(first - 2, 0) : first] and match["numeric"]:
            return True
    if text[end - 1] in ".-/" and after[:1].isdigit():
        return True
    if "Y" not in match.group() and _OLD_YEAR.match(text, end):
        return True
    return len(after) == 2 and after[0] in ".-/_" and after[1].isdigit()


def _span(text: str, piece: Tokens, moment: Moment) -> DateSpan:
    start, end = piece.starts[moment.first], piece.ends[moment.beyond - 1]
    return DateSpan(
        start=moment.start,
        end=moment.end,
        precision=moment.precision,
        span=(start, end),
        raw=text[start:end],
        inferred=moment.inferred,
    )


def _joined(text: str, first: DateSpan, second: DateSpan) -> DateSpan | None:
    """ "5 marca, 10:00 – 6 marca 2024, 14:00" as one: both have hours and a dash between."""
    if first.end or second.end or first.precision != "minute" or second.precision != "minute":
        return None
    if text[first.span[1] : second.span[0]].strip() not in ("-", "–", "—"):
        return None
    if not first.start < second.start:
        return None
    span = (first.span[0], second.span[1])
    return replace(first, end=second.start, span=span, raw=text[span[0] : span[1]])


def _day(anchor: date | str | None) -> date | None:
    if isinstance(anchor, str):
        try:
            return date.fromisoformat(anchor[:10])
        except ValueError:
            return None
    return anchor
