"""Calendar files (.ics): what a site publishes for other calendars to subscribe to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from html import unescape
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from catalogue import Source
from items import EVIDENCE_LIMIT, Event
from languages.detect import detect, two_letters
from languages.names_lexicon import head_of
from parsers.calendar_rules import instances
from parsers.charset import clean_markup, to_utf8
from parsers.event_places import country_of, where_labelled
from parsers.event_words import event_words
from timezones import zone_named

if TYPE_CHECKING:
    from icalendar import Event as Entry

LARGEST = 12_000_000
"""Largest calendar file that is read, in bytes."""
MOST = 500
"""Events told of one file: those nearest to the day of the fetch."""

_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,20}BEGIN:VCALENDAR", re.I)
_LONGEST_ENTRY = 20_000
_LONGEST_ENTRIES = 2_000_000
_LONGEST = 300
_FIRST_YEAR = 1990
_LONGEST_DAYS = 366
_MOST_SERIES = 60
"""Entries of one file that are followed through their repetitions."""
_ENTRY = re.compile(r"^BEGIN:VEVENT[ \t]*$", re.I | re.M)
_ENTRY_END = re.compile(r"^END:VEVENT[ \t]*$", re.I | re.M)
_FOLD = re.compile(r"\n[ \t]")
_START_DAY = re.compile(r"^DTSTART[^:\n]{0,100}:(\d{4})(\d\d)(\d\d)", re.I | re.M)
_RULED = re.compile(r"^R(?:RULE|DATE)[;:]", re.I | re.M)
_WORD = re.compile(r"[^\W\d_]{2,}")
_NOT_SHOWN = re.compile(r"^CLASS:\s?(?:PRIVATE|CONFIDENTIAL)", re.I | re.M)
_HEAD_FIELD = re.compile(r"^([A-Z-]{3,30})[^:\n]{0,100}:(.{1,300})$", re.I | re.M)


def is_calendar(content: bytes) -> bool:
    """Whether a file says of itself that it is a calendar."""
    return _BEGINS.match(content) is not None


def read_calendar(
    content: bytes,
    url: str = "",
    *,
    fetched_at: str = "",
    source: Source | None = None,
    content_type: str = "",
) -> list[Event]:
    """The events of a calendar file, by their start.

    content: its bytes as fetched; fetched_at: ISO 8601 in UTC. Times are those of the entry's own
    zone. An entry that cannot be read, that has no name, or that is not for everybody is left
    out, the others stay. Of one that repeats, the instances near the day of the fetch are told
    (`parsers.calendar_rules`). Raises ValueError for what is no calendar.
    """
    if not is_calendar(content):
        raise ValueError("not a calendar: it does not begin with BEGIN:VCALENDAR")
    if len(content) > LARGEST:
        raise ValueError(f"the calendar is larger than {LARGEST} bytes")
    text = _text(content, content_type)
    head = _head(text)
    country = country_of(source, url)
    named = zone_named(head.get("X-WR-TIMEZONE"))
    zone = named.key if named else source.timezone if source else None
    cancelled = head.get("METHOD", "").upper() == "CANCEL"
    today = _day(fetched_at)
    entries = [entry for chunk in _chunks(text, today) if (entry := _parsed(chunk)) is not None]
    language = _language(head.get("X-WR-CALNAME", ""), entries, source)
    told: dict[tuple[str, str], Event] = {}
    for entry, start, end in _instances(entries, today):
        try:
            event = _event(entry, start, end, language, zone, country)
        except (ValueError, OverflowError):
            # A field that the library could not read says so when it is used.
            continue
        if event is None:
            continue
        event.url, event.fetched_at = url, fetched_at
        event.source = source.name if source else ""
        if cancelled:
            event.status = "cancelled"
        told.setdefault((event.name.casefold(), event.start), event)
    near = sorted(told.values(), key=lambda event: _distance(event.start, today))[:MOST]
    return sorted(near, key=lambda event: (event.start, event.name))


def calendar_name(content: bytes, content_type: str = "") -> str | None:
    """What a calendar file calls itself."""
    head = _head(_text(content[:20_000], content_type))
    return head.get("X-WR-CALNAME") or head.get("NAME")


def _text(content: bytes, content_type: str) -> str:
    text = clean_markup(to_utf8(content, content_type)[0]).decode()
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _head(text: str) -> dict[str, str]:
    """The fields of the calendar itself, which stand before its first entry."""
    first = _ENTRY.search(text)
    head = _FOLD.sub("", text[: min(first.start() if first else len(text), 5_000)])
    found: dict[str, str] = {}
    for name, value in _HEAD_FIELD.findall(head):
        found.setdefault(name.upper(), _plain(value))
    return found


def _day(moment: str) -> date | None:
    try:
        return date.fromisoformat(moment[:10])
    except ValueError:
        return None


def _distance(start: str, today: date | None) -> int:
    """Days between an event and the fetch; without a known fetch the newest come first."""
    try:
        day = date.fromisoformat(start[:10])
    except ValueError:
        return 0
    return abs((day - today).days) if today else -day.toordinal()


def _chunks(text: str, today: date | None) -> list[str]:
    """The entries' texts: of a large file those nearest to the fetch, and all that repeat."""
    found: list[tuple[int, str]] = []
    starts = [match.start() for match in _ENTRY.finditer(text)]
    for start, beyond in pairwise([*starts, len(text)]):
        end = _ENTRY_END.search(text, start, beyond)
        # An entry without an end is one that the transfer cut off.
        if end is None or end.end() - start > _LONGEST_ENTRY:
            continue
        chunk = text[start : end.end()]
        first = _START_DAY.search(chunk)
        if first is None or _NOT_SHOWN.search(chunk):
            continue
        near = -1 if _RULED.search(chunk) else _distance("-".join(first.groups()), today)
        found.append((near, chunk))
    if len(found) > MOST:
        found.sort(key=lambda one: one[0])
    chunks: list[str] = []
    size = 0
    for _, chunk in found[:MOST]:
        size += len(chunk)
        if size > _LONGEST_ENTRIES:
            break
        chunks.append(chunk)
    return chunks


def _parsed(chunk: str) -> Entry | None:
    # The library takes longer to load than most pages to read.
    from icalendar import Event as Entry

    try:
        entry = Entry.from_ical(chunk)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OSError):
        # OSError: a time zone that is a folder of the system's zones, such as "Europe".
        return None
    return entry if isinstance(entry, Entry) and _start(entry) else None


def _start(entry: Entry) -> date | None:
    try:
        start = entry.DTSTART
    except (ValueError, TypeError):
        return None
    return start if isinstance(start, date) else None


def _end(entry: Entry, start: date) -> date | None:
    """The last day or moment; of whole days the file's own end is the day after."""
    try:
        end = entry.DTEND
        if end is None and entry.DURATION is not None:
            end = start + entry.DURATION
    except (ValueError, TypeError, OverflowError):
        return None
    if end is None or isinstance(end, datetime) != isinstance(start, datetime):
        return None
    if not isinstance(start, datetime):
        end -= timedelta(days=1)
    elif isinstance(end, datetime) and (end.tzinfo is None) != (start.tzinfo is None):
        return None
    try:
        long = end - start
    except TypeError:
        return None
    return end if timedelta(0) < long < timedelta(days=_LONGEST_DAYS) else None


def _instances(
    entries: list[Entry], today: date | None
) -> Iterator[tuple[Entry, date, date | None]]:
    """Each time that an entry stands for, with its start and end."""
    moved: dict[str, set[str]] = {}
    for entry in entries:
        if (at := _moved_from(entry)) is not None:
            moved.setdefault(str(entry.get("UID", "")), set()).add(_iso(at)[:10])
    series = 0
    for entry in entries:
        start = _start(entry)
        if start is None or start.year < _FIRST_YEAR:
            continue
        end = _end(entry, start)
        repeats = "RECURRENCE-ID" not in entry and ("RRULE" in entry or "RDATE" in entry)
        series += repeats
        if not repeats or series > _MOST_SERIES:
            yield entry, start, end
            continue
        gone = moved.get(str(entry.get("UID", "")), set())
        for moment in instances(entry, start, today):
            if _iso(moment)[:10] not in gone:
                yield entry, moment, moment + (end - start) if end else None


def _moved_from(entry: Entry) -> date | None:
    """The instance of a series that an entry stands for, at another time or place."""
    try:
        found = getattr(entry.get("RECURRENCE-ID"), "dt", None)
    except ValueError:
        return None
    return found if isinstance(found, date) else None


def _iso(moment: date) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M" if isinstance(moment, datetime) else "%Y-%m-%d")


def _plain(value: Any) -> str:
    """A field's words, cut to a line; of several of one name the first."""
    if isinstance(value, list):
        value = value[0] if value else ""
    text = str(value or "").replace("\\,", ",").replace("\\;", ";").replace("\\n", " ")
    return " ".join(unescape(text[: 2 * _LONGEST]).split())[:_LONGEST]


def _language(title: str, entries: list[Entry], source: Source | None) -> str:
    """The language that a calendar and its entries are written in."""
    declared: list[str] = []
    words = [title]
    for entry in entries[:40]:
        told = _parameter(entry, "SUMMARY", "LANGUAGE")
        declared += [code] if (code := two_letters(told)) else []
        words += [_plain(entry.get("SUMMARY")), _plain(entry.get("DESCRIPTION"))]
    if source is not None and len(source.languages) == 1:
        declared.append(source.languages[0])
    return detect("\n".join(word for word in words if word), list(dict.fromkeys(declared)))


def _parameter(entry: Entry, name: str, parameter: str) -> str:
    """What a field carries beside its value; "" for none and for a field that is broken."""
    field = entry.get(name)
    field = field[0] if isinstance(field, list) and field else field
    try:
        return str(getattr(field, "params", {}).get(parameter) or "")
    except ValueError:
        return ""


def _event(
    entry: Entry,
    start: date,
    end: date | None,
    language: str,
    zone: str | None,
    country: str | None,
) -> Event | None:
    name = _plain(entry.get("SUMMARY"))
    if not any(letter.isalpha() for letter in name):
        return None
    language = two_letters(_parameter(entry, "SUMMARY", "LANGUAGE")) or language
    words = event_words(language)
    start, end, zone = _local(start, end, zone, entry)
    where = where_labelled(_plain(entry.get("LOCATION")), language, country)
    trigger = words.trigger(name)
    state = _plain(entry.get("STATUS")).upper()
    said = [name, f"DTSTART {_plain_start(entry)}", _plain(entry.get("LOCATION"))]
    return Event(
        name=name,
        kind=trigger.kind if trigger else None,
        start=_iso(start),
        end=_iso(end) if end else None,
        all_day=not isinstance(start, datetime),
        timezone=zone if isinstance(start, datetime) else None,
        place="online" if where.place and _is_address(where.place) else where.place,
        city=where.city,
        country=where.country,
        status="cancelled" if state == "CANCELLED" or words.cancelled.search(name) else None,
        organizer=_organizer(entry, language),
        language=language,
        evidence="; ".join(part for part in said if part)[:EVIDENCE_LIMIT],
    )


def _is_address(place: str) -> bool:
    return place.startswith(("http://", "https://", "www."))


def _plain_start(entry: Entry) -> str:
    start = _start(entry)
    return _iso(start) if start else ""


def _local(
    start: date, end: date | None, zone: str | None, entry: Entry
) -> tuple[date, date | None, str | None]:
    """Start and end as the clock of the place shows them, and the zone's name."""
    if not isinstance(start, datetime):
        return start, end, None
    told = _parameter(entry, "DTSTART", "TZID")
    if start.tzinfo is None:
        named = told if zone_named(told) else zone
    elif told:
        named = getattr(start.tzinfo, "key", None) or (told if zone_named(told) else zone)
    else:
        # Times in UTC are those of a place whose zone the calendar or the site names.
        named = zone or "UTC"
        there = zone_named(named)
        start = start.astimezone(there)
        end = end.astimezone(there) if isinstance(end, datetime) else end
    # Midnight to midnight is how many systems write a whole day.
    if isinstance(end, datetime) and start.hour == start.minute == end.hour == end.minute == 0:
        last = end.date() - timedelta(days=1)
        return start.date(), last if last > start.date() else None, None
    return start, end, named


def _organizer(entry: Entry, language: str) -> str | None:
    """The organization that the entry names; people and their mailboxes are not collected."""
    name = _plain(_parameter(entry, "ORGANIZER", "CN")).strip('"')
    if "@" in name:
        return None
    return name if any(head_of(word, language) for word in _WORD.findall(name)) else None
