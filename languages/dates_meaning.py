"""What a sequence of date words means: days, months, years and hours that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from items import Precision
from languages.dates_grammar import HOUR
from languages.dates_lexicon import BETWEEN, TO, Lexicon
from languages.dates_tokens import Tokens

_LAST = -1
"""Value of the ordinal "last"."""
_MONTHS_OF_A_YEAR = 12
_CENTURY_TURNS = 69
"""Two-digit years from here on belong to the 20th century."""


class Moment(NamedTuple):
    """A date as read: ISO strings, and its tokens from `first` to before `beyond`."""

    start: str
    end: str | None
    precision: Precision
    first: int
    beyond: int
    inferred: bool = False


@dataclass(slots=True)
class _Point:
    """A day as far as its words say it."""

    day: int | None = None
    month: int | None = None
    year: int | None = None
    relative: str = ""
    ranged: bool = False  # a dash or "to" stands before it, not "and"


def meanings(
    match: re.Match[str], piece: Tokens, words: Lexicon, anchor: date | None
) -> list[Moment]:
    """The dates of one match of the grammar; none where no such day exists."""
    kind = _kind(match)
    first, beyond = match.span()
    if kind == "years":
        years = [piece.values[i] for i in range(first, beyond) if piece.shape[i] == "Y"]
        return [Moment(str(years[0]), str(years[1]) if years[1:] else None, "year", first, beyond)]
    if kind == "numeric":
        points = _numeric(match, piece, words)
    elif kind == "weekday":
        points = _weekday_of_month(match, piece)
    elif kind == "yearless":
        points = _yearless(match, piece)
    else:
        points = _points(match, kind, piece)
        if _is_doubtful(kind, points, match, piece, words):
            return []
    if kind == "months":
        return _months(points, first, beyond)
    weekday = _weekday(match, piece)
    days = [
        (_resolved(point, anchor, weekday if n == 0 else None), point)
        for n, point in enumerate(_completed(points, kind))
    ]
    if not days or any(day is None for day, _ in days):
        return []
    return _spans(
        [(day, point) for day, point in days if day is not None],
        _hours(match, piece),
        first,
        beyond,
    )


def _kind(match: re.Match[str]) -> str:
    for kind in ("numeric", "year_first", "weekday", "day_first", "month_first", "yearless"):
        if match[kind]:
            return kind
    return "months" if match["months"] else "years"


def _numeric(match: re.Match[str], piece: Tokens, words: Lexicon) -> list[_Point]:
    points = []
    for group in ("first", "middle", "last"):
        if not match[group]:
            continue
        start, end = match.span(group)
        numbers = [piece.values[i] for i in range(start, end) if piece.shape[i] in "dY"]
        signs = match[group]
        if signs[0] == "Y":
            year, month, day = numbers
        elif len(numbers) == 3:
            day, month, year = numbers
            american = words.anglo and (day <= 12 if signs[1] == "/" else month > 12)
            if american or (words.anglo and month > 12):
                day, month = month, day
            if signs[-1] == "d":
                if not _two_digits(piece, end - 1):
                    return []
                year = _full_year(year)
        else:
            year = 0
            day, month = numbers[0], numbers[1] if len(numbers) > 1 else 0
        ranged = group == "last" or (group == "middle" and (match["join"] or "").strip(",") != "a")
        points.append(_Point(day, month or None, year or None, ranged=ranged))
    return points


def _yearless(match: re.Match[str], piece: Tokens) -> list[_Point]:
    """ "22. i 23.11.", "15.12. - 3.1.", "le 20/6"."""
    start, end = match.span("yearless")
    numbers = [piece.values[i] for i in range(start, end) if piece.shape[i] == "d"]
    ranged = "a" not in match["yearless"]
    if "/" in match["yearless"] and not _no_fraction(match, piece):
        return []
    *first, day, month = numbers
    points = [_Point(first[0], first[1] if first[1:] else month)] if first else []
    return [*points, _Point(day, month, ranged=ranged)]


def _no_fraction(match: re.Match[str], piece: Tokens) -> bool:
    """Whether "20/6" can be a day only: not three quarters, not round the clock."""
    start, end = match.span("yearless")
    one, other = (piece.values[i] for i in range(start, end) if piece.shape[i] == "d")
    if start and "W" in piece.shape[max(start - 2, 0) : start]:
        return True
    return (one, other) != (24, 7) and (one > other or other > _MONTHS_OF_A_YEAR)


def _is_doubtful(
    kind: str, points: list[_Point], match: re.Match[str], piece: Tokens, words: Lexicon
) -> bool:
    """Whether words of a date without a year may say another thing: "Maja 12", "5 V"."""
    if any(point.year is not None or point.relative for point in points):
        return bool(match["short"]) and _is_roman(match, piece)
    return (kind == "month_first" and not words.month_first) or _is_roman(match, piece)


def _is_roman(match: re.Match[str], piece: Tokens) -> bool:
    return "R" in piece.shape[match.start() : match.end()]


def _two_digits(piece: Tokens, index: int) -> bool:
    return piece.ends[index] - piece.starts[index] == 2


def _full_year(number: int) -> int:
    return number + (1900 if number >= _CENTURY_TURNS else 2000)


def _weekday_of_month(match: re.Match[str], piece: Tokens) -> list[_Point]:
    """ "first Wednesday of October 2014", "the last day of October 2015"."""
    start, end = match.span("weekday")
    shape = piece.shape
    ordinal, month, year = piece.values[start] or _LAST, 0, 0
    for i in range(start, end):
        if shape[i] == "M":
            month = piece.values[i]
        elif shape[i] == "Y":
            year = piece.values[i]
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(1)).day
    if shape[start + 1] == "g":
        return [_Point(last if ordinal == _LAST else ordinal, month, year)]
    offset = (piece.values[start + 1] - date(year, month, 1).weekday()) % 7
    day = last - (last - 1 - offset) % 7 if ordinal == _LAST else 1 + offset + 7 * (ordinal - 1)
    return [_Point(day, month, year)]


def _points(match: re.Match[str], kind: str, piece: Tokens) -> list[_Point]:
    """The days, months and years of a match put together in their order."""
    start, end = match.span(kind)
    shape, values = piece.shape, piece.values
    short = match.start("short") if kind == "day_first" else -1
    points = [_Point()]
    ranged = False
    between = _is_between(piece, start, end)
    tens = 0

    def next_point(taken: bool) -> _Point:
        nonlocal ranged
        if taken:
            points.append(_Point(ranged=ranged))
            ranged = False
        return points[-1]

    for i in range(start, end):
        letter = shape[i]
        if letter in "-t" or (letter == "a" and between):
            ranged = True
        elif letter == "h":
            if values[i] != TO:
                return []
            ranged = True
        elif letter in "a,":
            ranged = ranged and letter == ","
        elif i == short:
            if not _two_digits(piece, i):
                return []
            points[-1].year = _full_year(values[i])
        elif letter == "k":
            tens = values[i]
        elif letter in "MQR" or (letter == "d" and shape[i + 1 : i + 2] == "u"):
            next_point(points[-1].month is not None).month = values[i]
        elif letter in "dO":
            next_point(points[-1].day is not None).day = values[i] + tens
            tens = 0
        elif letter == "Y":
            next_point(points[-1].year is not None).year = values[i]
        elif letter in "bLN" or (letter == "y" and points[-1].relative):
            points[-1].relative += letter
    return points


def _is_between(piece: Tokens, start: int, end: int) -> bool:
    """Whether "between" stands before two days, or behind them as in Hungarian."""
    near = (*range(max(start - 3, 0), start), *range(end, min(end + 1, len(piece.shape))))
    return any(piece.shape[i] == "f" and piece.values[i] == BETWEEN for i in near)


def _completed(points: list[_Point], kind: str) -> Iterator[_Point]:
    """Points with the month and year that their neighbours state for them."""
    if len(points) == 1:
        return iter(points)
    forward = kind in ("month_first", "year_first")
    for name in ("month", "year"):
        order = range(1, len(points)) if forward else range(len(points) - 2, -1, -1)
        for step in (order, range(1, len(points)), range(len(points) - 2, -1, -1)):
            for i in step:
                other = points[i - 1] if step.step > 0 else points[i + 1]
                if getattr(points[i], name) is None and getattr(other, name) is not None:
                    setattr(points[i], name, getattr(other, name))
                    if name == "year":
                        _turn_of_year(points, i, step.step)
                elif name == "year" and not points[i].relative and points[i].year is None:
                    points[i].relative = other.relative
    return iter(points)


def _turn_of_year(points: list[_Point], i: int, step: int) -> None:
    """ "30 grudnia - 2 stycznia 2024" begins in the year before."""
    point, other = points[i], points[i - step]
    if point.month is None or other.month is None or point.year is None:
        return
    if step < 0 and point.month > other.month:
        point.year -= 1
    elif step > 0 and point.month < other.month:
        point.year += 1


def _weekday(match: re.Match[str], piece: Tokens) -> int | None:
    found = [piece.values[i] for i in range(*match.span()) if piece.shape[i] == "W"]
    return found[0] if found else None


def _resolved(point: _Point, anchor: date | None, weekday: int | None) -> date | None:
    if point.day is None or point.month is None:
        return None
    if point.year is not None:
        return _date(point.year, point.month, point.day)
    if anchor is None:
        return None
    if point.relative in ("Ly", "Ny", "b", "by"):
        shift = {"L": -1, "N": 1, "b": 0}[point.relative[0]]
        return _date(anchor.year + shift, point.month, point.day)
    years = (_date(anchor.year + shift, point.month, point.day) for shift in (-1, 0, 1))
    near = [day for day in years if day is not None]
    if point.relative == "L":
        near = [day for day in near if day <= anchor][-1:]
    elif point.relative == "N":
        near = [day for day in near if day >= anchor][:1]
    elif weekday is not None and any(day.weekday() == weekday for day in near):
        near = [day for day in near if day.weekday() == weekday]
    return min(near, key=lambda day: abs(day - anchor), default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _months(points: list[_Point], first: int, beyond: int) -> list[Moment]:
    done = list(_completed(points, "months"))
    if any(not point.month or not 1 <= point.month <= 12 or not point.year for point in done):
        return []
    texts = [f"{point.year}-{point.month:02}" for point in done]
    end = texts[1] if len(texts) > 1 else None
    if end is not None and end <= texts[0]:
        return []
    return [Moment(texts[0], end, "month", first, beyond)]


def _hours(match: re.Match[str], piece: Tokens) -> list[str]:
    """The times of day that stand before or after the date: none, one or two."""
    group = "after" if match["after"] else "before"
    if not match[group]:
        return []
    found: list[tuple[int, int, str]] = []
    marked = False
    dotted = False
    start, end = match.span(group)
    for hour in HOUR.finditer(piece.shape, start, end):
        numbers = [piece.values[i] for i in range(*hour.span("time")) if piece.shape[i] == "d"]
        marked |= bool(hour["mark"] or hour["last"] or "H" in hour["time"] or hour["half"])
        dotted |= "." in hour["time"]
        found.append((numbers[0], numbers[1] if len(numbers) > 1 else 0, hour["half"]))
    marked |= "H" in match[group] or match[group][0] in "hf"
    if found[1:] and found[1][2] and not found[0][2]:
        found[0] = (*found[0][:2], found[1][2])
    if dotted and not marked and any(minute % 5 for _, minute, _ in found):
        return []  # more likely the next date, a price or a paragraph
    times = [_time(*parts) for parts in found[:2]]
    return [] if None in times else [time for time in times if time]


def _time(hour: int, minute: int, half: str) -> str | None:
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "P" else 0)
    if hour == 24 and not minute:
        hour = 0
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def _spans(
    days: list[tuple[date, _Point]], hours: list[str], first: int, beyond: int
) -> list[Moment]:
    """Days that follow each other or are joined by a dash make one span, others stand alone."""
    groups: list[list[date]] = []
    inferred = any(point.year is None for _, point in days)
    for day, point in days:
        if (
            groups
            and (last := groups[-1][-1]) < day
            and (point.ranged or day - last == timedelta(1))
        ):
            groups[-1].append(day)
        else:
            groups.append([day])
    moments = [
        Moment(
            group[0].isoformat(),
            group[-1].isoformat() if group[1:] else None,
            "day",
            first,
            beyond,
            inferred,
        )
        for group in groups
    ]
    if len(moments) == 1 and hours:
        return [_timed(moments[0], hours)]
    return moments


def _timed(moment: Moment, hours: list[str]) -> Moment:
    """The moment with its hours; one hour says nothing about when several days end."""
    if moment.end is None:
        end = f"{moment.start}T{hours[1]}" if hours[1:] and hours[1] > hours[0] else None
        return moment._replace(start=f"{moment.start}T{hours[0]}", end=end, precision="minute")
    if hours[1:]:
        return moment._replace(
            start=f"{moment.start}T{hours[0]}",
            end=f"{moment.end}T{hours[1]}",
            precision="minute",
        )
    return moment
