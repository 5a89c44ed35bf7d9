"""What is fuzzed: each target takes any bytes, and raises for what must never happen.

An error that a reader's docstring names is an answer; any other, and any broken promise about
what was read, ends the search with the input that shows it.
"""

from __future__ import annotations

import os
import tempfile
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from protego import Protego

from catalogue import Source, load_sources
from feeds.calendars import write_calendar
from feeds.syndication import MEDIA_TYPES, Channel, write_feed
from items import Event, Item, NewsArticle, Page, Visit
from languages.dates import read_dates
from languages.names import same_organization
from parsers import syndication
from parsers.page import read_page
from pipelines.normalise import complete
from pipelines.prepare import ItemError, prepare_item
from pipelines.validate import Validate
from spiders.robots import whole_lines

URL = "https://fuzz.example/news/1"
FETCHED = date(2026, 1, 31)
_SOURCE = Source(name="fuzz", url="https://fuzz.example/", timezone="America/New_York")
_VIEW = {
    "id": "fuzz",
    "version": 1,
    "first_seen": f"{FETCHED}T12:00:00+00:00",
    "updated_at": f"{FETCHED}T12:00:00+00:00",
    "organization": None,
    "evidence": {"words": "fuzz"},
}
"""What feeds and calendars tell of an item beside its row."""
_CHANNEL = Channel(title="fuzz", address=URL, home=URL)
_LANGUAGES = ("pl", "en", "de", "lt", "hu", "tr", "el", "uk", "es", "zh", "und", "xx")
_HARMLESS = frozenset("\n\t\u200c\u200d")


def page(data: bytes) -> None:
    """A page, read and prepared for the store as a crawl does."""
    found = _read(data)
    assert found is None or len(found.text) <= 4 * len(data) + 1_000


def calendar(data: bytes) -> None:
    """A calendar file."""
    _read(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + data)


def _read(data: bytes) -> Page | None:
    fetched = f"{FETCHED}T12:00:00Z"
    try:
        found = read_page(data, URL, fetched_at=fetched, source=_SOURCE)
    except ValueError:
        return None
    for item in found.items:
        complete(item, found)
    Validate().process_item(
        Visit(url=URL, source="fuzz", fetched_at=fetched, status=200, page=found)
    )
    for item in found.items:
        row = _stored(item)
        if row is not None and isinstance(item, Event):
            write_calendar("fuzz", [row | _VIEW])
        elif row is not None and isinstance(item, NewsArticle):
            for form in MEDIA_TYPES:
                write_feed(form, _CHANNEL, [row | _VIEW])
    return found


def _stored(item: Item) -> dict[str, Any] | None:
    try:
        row = prepare_item(item).row
    except ItemError:
        return None
    for name, value in row.items():
        if isinstance(value, str):
            value.encode()
            odd = [
                letter
                for letter in value
                if unicodedata.category(letter) in ("Cc", "Cs") and letter not in _HARMLESS
            ]
            assert not odd, f"{name} holds {odd!r}"
    assert urlsplit(row["url"]).scheme in ("http", "https")
    for name in ("image", "organizer_url"):
        assert not row.get(name) or urlsplit(row[name]).scheme in ("http", "https")
    if isinstance(item, NewsArticle) and (published := row.get("date_published")):
        assert "1950" <= published[:10] <= (FETCHED + timedelta(days=2)).isoformat()
    return row


def dates(data: bytes) -> None:
    """A text with dates, its language by the first byte."""
    text = data[1:4_000].decode("utf-8", "replace")
    language = _LANGUAGES[data[0] % len(_LANGUAGES)] if data else "pl"
    last = 0
    for span in read_dates(text, language, FETCHED):
        first, end = span.span
        assert last <= first < end <= len(text)
        assert text[first:end] == span.raw
        last = first
        for value in filter(None, (span.start, span.end)):
            date.fromisoformat(f"{value}-01-01"[:10] if len(value) < 10 else value[:10])
        assert not span.end or span.start[:7] <= span.end[:7]


def feed(data: bytes) -> None:
    """A feed or sitemap."""
    found = syndication.read_addresses(data, URL)
    assert len(found.pages) + len(found.sitemaps) <= syndication.LIMIT


def robots(data: bytes) -> None:
    """A site's robots.txt."""
    rules = Protego.parse(whole_lines(data).decode("utf-8", "replace"))
    rules.can_fetch(URL, "clusterfeed")
    rules.crawl_delay("clusterfeed")
    list(rules.sitemaps)


def source(data: bytes) -> None:
    """A source's file: read, or told what is wrong and in which line."""
    with tempfile.TemporaryDirectory(dir=_MEMORY) as folder:
        Path(folder, "fuzz.yaml").write_bytes(data)
        found, mistakes = load_sources(Path(folder))
    assert len(found) + bool(mistakes) == 1
    lines = len(data.decode("utf-8", "replace").splitlines())
    assert all(1 <= mistake.line <= lines + 2 for mistake in mistakes)


def names(data: bytes) -> None:
    """Two organizations' names, parted by a line's end."""
    first, _, second = data[:400].decode("utf-8", "replace").partition("\n")
    assert same_organization(first, second) == same_organization(second, first)


_MEMORY = "/dev/shm" if os.path.isdir("/dev/shm") else None

TARGETS: dict[str, Callable[[bytes], None]] = {
    function.__name__: function for function in (page, calendar, dates, feed, robots, source, names)
}
