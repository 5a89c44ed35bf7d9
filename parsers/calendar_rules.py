"""When an entry of a calendar repeats: its instances near the day of the fetch.

Only rules that are sure to come to an end are followed: a rule whose own first day does not obey
it ("every 30 February") would keep any library searching to the year 9999. Of those, as of an
entry with an uncommon rule, the first day alone is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from dateutil.rrule import rruleset, rrulestr

if TYPE_CHECKING:
    from icalendar import Event as Entry

MOST = 50
"""Instances told of one entry: those nearest to the fetch."""
YEARS = 2
"""How far from the fetch they may be."""

_STEPS = 1_500
"""Instances that are gone through to find those: every day of the years told."""
_DAYS = {"DAILY": 1, "WEEKLY": 7}
_PARTS = {
    "DAILY": {"BYDAY"},
    "WEEKLY": {"BYDAY"},
    "MONTHLY": {"BYDAY", "BYMONTHDAY", "BYSETPOS"},
    "YEARLY": {"BYMONTH", "BYDAY", "BYMONTHDAY"},
}
_ALWAYS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"}
_MOST_INTERVAL = 99
_MOST_RULES = 4
_MOST_DATES = 400
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def instances(entry: Entry, start: date, today: date | None) -> list[date]:
    """The starts of an entry that repeats: at most `MOST`, within `YEARS` of `today`.

    `today` is the day of the fetch, None where it is unknown: then the first ones are told.
    """
    rules = _listed(entry.get("RRULE"))
    if len(rules) > _MOST_RULES or not all(_is_plain(rule, start) for rule in rules):
        return [start]
    first = start if isinstance(start, datetime) else datetime.combine(start, time())
    naive = first.replace(tzinfo=None)
    times = rruleset()
    try:
        for rule in rules:
            times.rrule(rrulestr(_written(rule, first), dtstart=_forward(rule, naive, today)))
        for name, add in (("RDATE", times.rdate), ("EXDATE", times.exdate)):
            for day in islice(_dates(entry.get(name)), _MOST_DATES):
                add(_like(day, first))
    except (ValueError, TypeError, AttributeError, OverflowError):
        return [start]
    found: list[date] = []
    for moment in islice(_from(times, naive, not rules), _STEPS):
        near = _as_told(moment, first, start)
        if today is not None and (_day(near) - today).days > 366 * YEARS:
            break
        if today is None and len(found) == MOST:
            break
        if today is None or (today - _day(near)).days <= 366 * YEARS:
            found.append(near)
    if today is not None:
        found.sort(key=lambda day: abs((_day(day) - today).days))
    return sorted(found[:MOST]) or [start]


def _forward(rule: Any, first: datetime, today: date | None) -> datetime:
    """An instance not long before those asked for, of a rule that need not be counted out."""
    length = _DAYS.get(_texts(rule, "FREQ")[0])
    if today is None or length is None or rule.get("COUNT"):
        return first
    length *= int((_texts(rule, "INTERVAL") or ["1"])[0])
    gone = (today - first.date()).days - 366 * YEARS
    return first + timedelta(days=gone // length * length) if gone > length else first


def _from(times: rruleset, first: datetime, alone: bool) -> Iterator[datetime]:
    """The instances; dates that are only listed come beside the first one."""
    if alone:
        times.rdate(first)
    yield from times


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _texts(rule: Any, name: str) -> list[str]:
    value = rule.get(name)
    return [str(one).upper() for one in (value if isinstance(value, list) else [value]) if value]


def _is_plain(rule: Any, start: date) -> bool:
    """Whether a rule is one of the usual ones, and `start` obeys it."""
    # What the library could not read is no mapping.
    frequency = (_texts(rule, "FREQ") or [""])[0] if isinstance(rule, dict) else ""
    if frequency not in _PARTS or not set(map(str.upper, rule)) <= _ALWAYS | _PARTS[frequency]:
        return False
    interval = (_texts(rule, "INTERVAL") or ["1"])[0]
    if not interval.isdigit() or not 1 <= int(interval) <= _MOST_INTERVAL:
        return False
    days, numbers = _texts(rule, "BYDAY"), _texts(rule, "BYMONTHDAY")
    months, places = _texts(rule, "BYMONTH"), _texts(rule, "BYSETPOS")
    if days and numbers:
        return False
    if days and not any(_is_weekday(day, start, frequency) for day in days):
        return False
    if frequency == "YEARLY" and days and not months:
        return False
    if numbers and str(start.day) not in numbers and not _is_last(numbers, start):
        return False
    if months and str(start.month) not in months:
        return False
    return not places or (bool(days) and set(places) <= {"1", "2", "3", "4", "-1"})


def _is_weekday(day: str, start: date, frequency: str) -> bool:
    """Whether `start` is such a weekday: "MO", or the third of its month: "3TH"."""
    if day[-2:] != _WEEKDAYS[start.weekday()]:
        return False
    number = day[:-2].lstrip("+")
    if not number or frequency in ("DAILY", "WEEKLY"):
        return not number
    following = start + timedelta(days=7)
    return number == str((start.day + 6) // 7) or (
        number == "-1" and following.month != start.month
    )


def _is_last(numbers: list[str], start: date) -> bool:
    return "-1" in numbers and (start + timedelta(days=1)).day == 1


def _written(rule: Any, first: datetime) -> str:
    """The rule as text. Its end is a moment of the same kind as its start."""
    parts = []
    for name, value in rule.items():
        values = value if isinstance(value, list) else [value]
        if name.upper() == "UNTIL":
            until = _like(values[0], first)
            if not isinstance(values[0], datetime):
                until = datetime.combine(until, time.max)
            values = [until.strftime("%Y%m%dT%H%M%S")]
        parts.append(f"{name.upper()}={','.join(str(one) for one in values)}")
    return ";".join(parts)


def _dates(value: Any) -> Iterator[date]:
    for listed in _listed(value):
        for one in getattr(listed, "dts", ()):
            day = one.dt[0] if isinstance(one.dt, tuple) else one.dt
            if isinstance(day, date):
                yield day


def _like(day: date, first: datetime) -> datetime:
    """A moment on the clock that `first` is told by; a whole day begins when `first` does."""
    if not isinstance(day, datetime):
        return datetime.combine(day, first.time())
    if day.tzinfo is not None and first.tzinfo is not None:
        day = day.astimezone(first.tzinfo)
    return day.replace(tzinfo=None)


def _as_told(moment: datetime, first: datetime, start: date) -> date:
    return moment.replace(tzinfo=first.tzinfo) if isinstance(start, datetime) else moment.date()


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
