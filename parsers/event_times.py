"""Days and times as calendars print them: month first or day first, the year a heading's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError

from languages.dates import DateSpan, read_dates

_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})([/.-])(\d{1,2})\2(?:\d{4}|\d{2})(?!\d)")
_TWELVE = re.compile(
    r"(?<![\d:.])(\d{1,2})(?:[:.](\d\d))?\s?(?:-|–|to)?\s?(a|p)\.?\s?m\b\.?|\b(12)?\s?(noon)\b",
    re.I,
)
_TWENTY_FOUR = re.compile(
    r"(?<![\d:.,/-])([01]?\d|2[0-3])(?::|\.|h)([0-5]\d)(?![\d:./-])(?!\s?[ap]\.?\s?m)", re.I
)
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(?<![\d/.-])(?:19|20)\d\d(?![\d/.-])")


_PAIR = re.compile(r"\d\s?[./\-–]\s?\d|\d\s[IVX]{1,4}\b|\d\s?[月年]")
_SURE = 3
"""Numbers that must be month/day/year, more of which make a page American whatever it speaks."""


@cache
def _months(language: str) -> re.Pattern[str]:
    """The first letters of this language's months and of English ones."""
    starts = {"jän"}
    for code in (language, "en"):
        try:
            months = Locale.parse(code).months
        except (UnknownLocaleError, ValueError):
            continue
        for context in months.values():
            for names in (context.get("wide", {}), context.get("abbreviated", {})):
                starts |= {name.lower()[:3] for name in names.values()}
    letters = sorted(start for start in starts if start.isalpha() and len(start) == 3)
    return re.compile(rf"(?<![^\W\d_])(?:{'|'.join(letters)})")


@lru_cache(maxsize=2048)
def may_date(text: str, language: str) -> bool:
    """Whether `text` can hold a day at all: cheap, before the real reading."""
    if not _DIGIT.search(text):
        return False
    return bool(_PAIR.search(text) or language == "el" or _months(language).search(text.lower()))


def only_year(text: str) -> str | None:
    """The year that `text` names, if it names just one."""
    if not _DIGIT.search(text):
        return None
    years = set(_YEAR.findall(text))
    return years.pop() if len(years) == 1 else None


def date_language(texts: Iterable[str], language: str) -> str:
    """`language`, or "en-us" where the numbers of a page can only be month/day/year."""
    month_first = day_first = 0
    for text in texts:
        for first, _, second in _NUMERIC.findall(text) if _DIGIT.search(text) else ():
            month_first += int(second) > 12 >= int(first)
            day_first += int(first) > 12 >= int(second)
    sure = month_first > 4 * day_first and (language == "en" or month_first > _SURE)
    return "en-us" if sure else language


def days_in(
    text: str, language: str, year: str | None = None, anchor: str | None = None
) -> list[DateSpan]:
    """Dates of `text` that are a day or a span of days; `year` stands above or beside it."""
    found: list[DateSpan] = []
    if not may_date(text, language.partition("-")[0]):
        return found
    # Where the month stands first, it does so whatever the separator; lengths stay the same.
    read = _NUMERIC.sub(_slashed, text) if language == "en-us" else text
    for span in read_dates(read, language, f"{year}-07-01" if year else anchor):
        if span.precision not in ("day", "minute"):
            continue
        if read is not text:
            span = replace(span, raw=text[slice(*span.span)])
        if span.inferred and year and span.start[:4] != year:
            continue
        found.append(span)
    return found


def _slashed(match: re.Match[str]) -> str:
    return match.group().replace(match.group(2), "/")


def clock_in(text: str) -> str | None:
    """The first time of day in `text`, as "HH:MM"."""
    twelve, other = _TWELVE.search(text), _TWENTY_FOUR.search(text)
    if twelve and (other is None or twelve.start() <= other.start()):
        if twelve.group(5):
            return "12:00"
        hour, minute = int(twelve.group(1)), int(twelve.group(2) or 0)
        if not 1 <= hour <= 12 or minute > 59:
            return None
        hour = hour % 12 + (12 if twelve.group(3).lower() == "p" else 0)
        return f"{hour:02}:{minute:02}"
    if other:
        return f"{int(other.group(1)):02}:{other.group(2)}"
    return None


def without_clock(text: str) -> str:
    """`text` without its times of day."""
    return _TWENTY_FOUR.sub(" ", _TWELVE.sub(" ", text))
