"""From when to when a sentence says that a label or a tie between organizations holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from languages.dates import read_dates
from languages.words import section

_YEAR = re.compile(r"(?<![\w.,/:-])((?:19|20)\d\d)(?![\d%€$£/:])(?!,\d)")
_SPAN = re.compile(r"(?<![\w.,/:-])((?:19|20)\d\d)\s?[-–/]\s?((?:19|20)\d\d)(?!\d)")
_HAS_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d")
_CLOSING = re.compile(r"[,;:)]\s|\s[–—-]\s")
_OPENING = re.compile(r"[,;:]\s|\s[–—-]\s|\(")
_WIDEST = 80
_WORDS_OF_AN_OPENING = 3
_NEXT_WORDS = 24
_LONGEST_EVENT = 31


@dataclass(frozen=True, slots=True)
class Term:
    """since, until: as told; on: when it came about. ISO 8601, as precise as the words are."""

    since: str | None = None
    until: str | None = None
    on: str | None = None

    @property
    def beginning(self) -> str | None:
        """`since`, else `on`."""
        return self.since or self.on


NO_TERM = Term()


@dataclass(frozen=True, slots=True)
class _Date:
    start: int
    end: int
    first: str
    last: str | None
    bare: bool


def term_in(text: str, language: str, start: int = 0, end: int | None = None) -> Term:
    """The term that the clause with the characters `start` to `end` of a sentence tells.

    Two days that each may be meant are none.
    """
    if _HAS_YEAR.search(text) is None:
        return NO_TERM
    end = len(text) if end is None else end
    first, last = _clause(text, start, end)
    part = text[first:last]
    if _HAS_YEAR.search(part) is None:
        return NO_TERM
    since: set[str] = set()
    until: set[str] = set()
    on: dict[str, bool] = {}
    dates = list(_dates(part, language))
    for index, date in enumerate(dates):
        role = _role(part, date, language)
        if index and role in ("on", None) and _follows(part, dates[index - 1], date, language):
            role = "until"
        if date.last is not None:
            since.add(date.first)
            until.add(date.last)
        elif role == "since":
            since.add(date.first)
        elif role == "until":
            until.add(date.first)
        elif role == "on":
            on[date.first] = start <= first + date.start < end
    inside = [value for value, within in on.items() if within] or list(on)
    return Term(
        since.pop() if len(since) == 1 else None,
        until.pop() if len(until) == 1 else None,
        inside[0] if len(inside) == 1 else None,
    )


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    """The clause around a part of a sentence, with a date that opens the sentence."""
    closing = _CLOSING.search(text, end)
    last = min(closing.start() if closing else len(text), end + _WIDEST)
    opening = 0
    for match in _OPENING.finditer(text, max(0, start - _WIDEST), start):
        opening = match.end()
    before = text[:opening]
    if opening and len(before) < _WIDEST and _HAS_YEAR.search(before):
        words = [word for word in re.findall(r"[^\W\d_]+", before) if len(word) > 1]
        if len(words) <= _WORDS_OF_AN_OPENING:
            opening = 0
    return opening, last


def _dates(text: str, language: str) -> Iterator[_Date]:
    taken: list[tuple[int, int]] = []
    found: list[_Date] = []
    for span in _SPAN.finditer(text):
        found.append(_Date(span.start(), span.end(), span.group(1), span.group(2), bare=False))
        taken.append(span.span())
    for read in read_dates(text, language):
        begin, stop = read.span
        if read.inferred or any(begin < b and a < stop for a, b in taken):
            continue
        first, last = read.start[:10], read.end[:10] if read.end else None
        if last is not None and _is_event(first, last):
            last = None
        found.append(_Date(begin, stop, first, last, bare=False))
        taken.append((begin, stop))
    found += [
        _Date(year.start(), year.end(), year.group(1), None, bare=True)
        for year in _YEAR.finditer(text)
        if not any(year.start() < b and a < year.end() for a, b in taken)
    ]
    found.sort(key=lambda date: date.start)
    yield from found


def _is_event(first: str, last: str) -> bool:
    """A few days in a row: a fair, no term."""
    if len(first) < 10 or len(last) < 10:
        return first == last
    days = (int(last[:4]) - int(first[:4])) * 366 + (int(last[5:7]) - int(first[5:7])) * 31
    return days + int(last[8:10]) - int(first[8:10]) <= _LONGEST_EVENT


def _role(text: str, date: _Date, language: str) -> str | None:
    """What the words around a date make of it; None for a founding's."""
    before, behind = text[: date.start], text[date.end :]
    founded = _starts(language, "founded")
    if founded is not None:
        near = before.split()[-3:] + behind[:_NEXT_WORDS].split()[:2]
        if any(founded.match(_uncapitalised(word, text)) for word in near):
            return None
    before, behind = before.casefold(), behind.casefold()
    for role in ("until", "since"):
        ends, suffix = _role_words(language, role)
        if ends is not None and ends.search(before):
            return role
        if suffix is not None and suffix.match(behind):
            return role
    if date.bare:
        ends, suffix = _role_words(language, "in")
        if not ((ends and ends.search(before)) or (suffix and suffix.match(behind))):
            return None
    return "on"


def _uncapitalised(word: str, text: str) -> str:
    """A word that is capitalised only because it opens the clause, in small letters."""
    return word[0].lower() + word[1:] if text.startswith(word) else word


def _follows(text: str, previous: _Date, date: _Date, language: str) -> bool:
    """Whether two dates are the ends of one term: "between 2015 and 2019"."""
    between = text[previous.end : date.start].casefold().split()
    ands = section(language, "names").get("ands") or ()
    return len(between) == 1 and between[0] in ands and _role(text, previous, language) == "since"


@cache
def _role_words(language: str, role: str) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """What stands before a date of a role, and what is written behind it ("-ig")."""
    words = [str(word) for word in section(language, "relations").get(role) or ()]
    before = [re.escape(word) for word in words if word[0] != "-"]
    suffixes = [re.escape(word) for word in words if word[0] == "-"]
    return (
        re.compile(rf"(?<!\w)(?:{'|'.join(before)})['\s]\s?$") if before else None,
        re.compile(rf"(?:{'|'.join(suffixes)})(?!\w)") if suffixes else None,
    )


@cache
def _starts(language: str, key: str) -> re.Pattern[str] | None:
    stems = [re.escape(word) for word in section(language, "relations").get(key) or ()]
    return re.compile("|".join(stems)) if stems else None
