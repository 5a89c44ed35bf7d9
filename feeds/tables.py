"""Rows as tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from models.claims import Article, Certification, Event
from models.leases import is_stale
from models.runs import Run

COLOURS = {
    "ok": "green",
    "empty": "yellow",
    "degraded": "yellow",
    "partial": "yellow",
    "blocked": "red",
    "unreachable": "red",
    "crashed": "bold red",
    "running": "cyan",
}
_CONTROLS = dict.fromkeys([*range(32), *range(127, 160)])


def shown(value: object) -> Text:
    """A value as text: nothing of it is read as markup or as a terminal's command."""
    return Text("" if value is None else str(value).translate(_CONTROLS))


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], numbers: int = 0) -> Table:
    """A plain table; the last `numbers` columns but one are right-aligned."""
    made = Table(box=SIMPLE_HEAD, pad_edge=False)
    first_number = len(columns) - 1 - numbers
    for place, column in enumerate(columns):
        right = numbers and first_number <= place < len(columns) - 1
        justify: Literal["left", "right"] = "right" if right else "left"
        made.add_column(column, justify=justify, overflow="fold", no_wrap=place == 0)
    for row in rows:
        made.add_row(*(cell if isinstance(cell, Text) else shown(cell) for cell in row))
    return made


def verdict(run: Run) -> Text:
    """A run's verdict in its colour, with the reason."""
    stale = is_stale(run)
    name = "crashed" if stale else run.verdict or "running"
    reason = "no sign of life" if stale else run.reason
    text = Text(name, COLOURS.get(name, ""))
    return text.append(f": {reason}", "dim") if reason else text


def runs_table(runs: Iterable[Run]) -> Table:
    """What each run found."""
    return table(
        ["source", "pages", "new", "changed", "unchanged", "rejected", "verdict"],
        (
            [
                run.source,
                run.pages,
                run.new,
                run.changed,
                run.unchanged + run.confirmed,
                run.rejected,
                verdict(run),
            ]
            for run in runs
        ),
        numbers=5,
    )


def status_table(
    runs: Iterable[Run], now: datetime, visits: Mapping[str, datetime] | None = None
) -> Table:
    """The last run of each source, how long ago, and its next visit (`visits`, by source)."""
    planned = visits or {}
    return table(
        ["source", "last run", "next", "items", "pages", "verdict"],
        (
            [
                run.source,
                ago(run.started, now),
                until(planned[run.source], now) if run.source in planned else "",
                run.items,
                run.pages,
                verdict(run),
            ]
            for run in runs
        ),
        numbers=2,
    )


def plan_table(
    name: str, asked: Iterable[tuple[str, str]], known: int, next_due: datetime | None
) -> Table:
    """What a run would ask for, in order: address and why; and when the next known page is due."""
    rows = [(number, url, why) for number, (url, why) in enumerate(asked, 1)]
    made = table(["", name, "why"], rows)
    left = f"{known} known pages are left alone" if known else "no page is known yet"
    later = f"; the next is due {next_due:%Y-%m-%d %H:%M} UTC" if next_due else ""
    made.caption = left + later
    made.caption_justify = "left"
    return made


def ago(moment: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that fits.

    >>> ago(datetime(2024, 5, 1, 10), datetime(2024, 5, 3, 11))
    '2 days ago'
    """
    seconds = int((now - moment).total_seconds())
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            number = seconds // length
            return f"{number} {unit}{'s' if number > 1 else ''} ago"
    return "just now"


def until(moment: datetime, now: datetime) -> str:
    """In how long, in the largest unit that fits.

    >>> until(datetime(2024, 5, 3, 11), datetime(2024, 5, 1, 10))
    'in 2 days'
    """
    if moment <= now:
        return "due"
    length = ago(now - (moment - now), now)
    return "in a minute" if length == "just now" else f"in {length.removesuffix(' ago')}"


def news_table(articles: Iterable[Article]) -> Table:
    """News by their day; where there is none, the reason in brackets."""
    return table(
        ["published", "source", "headline", "address"],
        (
            [a.date_published or f"({a.date_published_reason})", a.source, a.headline, a.url]
            for a in articles
        ),
    )


def events_table(events: Iterable[Event]) -> Table:
    """Events by their days, with their place."""
    return table(
        ["start", "end", "event", "place", "source"],
        (
            [
                e.start.replace("T", " "),
                (e.end or "").replace("T", " "),
                e.name,
                ", ".join(part for part in (e.place, e.city, e.country) if part),
                e.source,
            ]
            for e in events
        ),
    )


def certifications_table(certifications: Iterable[Certification]) -> Table:
    """Who holds which label."""
    return table(
        ["scheme", "level", "holder", "coordinator", "valid until", "source"],
        (
            [
                c.scheme,
                c.level or (f"round {c.round}" if c.round else ""),
                c.holder,
                c.coordinator,
                c.valid_until,
                c.source,
            ]
            for c in certifications
        ),
    )


def page_tables(answer: Mapping[str, Any]) -> list[Table]:
    """What was read on one page (see `jobs.extract.answer`): the page, then its items."""
    page = answer["page"]
    date = page["date_published"]
    told = f"{date} ({page['date_origin']})" if date else f"none ({page['date_reason']})"
    words = page["text"].split()
    head = table(
        ["page", ""],
        [
            ["headline", page["headline"]],
            ["kind", page["kind"]],
            ["language", page["language"]],
            ["published", told],
            ["authors", ", ".join(page["authors"])],
            ["text", f"{len(words)} words: {' '.join(words[:25])} …" if words else ""],
        ],
    )
    rows = [[item["type"], _facts(item), item["evidence"]] for item in answer["items"]]
    return [head, *([table(["item", "facts", "evidence"], rows)] if rows else [])]


_SHOWN_ONCE = {"type", "url", "source", "language", "evidence", "fetched_at", "body", "summary"}


def _facts(item: Mapping[str, Any]) -> str:
    facts = ((k, v) for k, v in item.items() if k not in _SHOWN_ONCE and v not in (None, "", {}))
    return "\n".join(f"{key.replace('_', ' ')}: {value}" for key, value in facts)
