"""What changed about the organizations, week by week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Engine

from feeds.api.parameters import Day
from feeds.pages.charts_labels import label_name, level_and_round
from feeds.pages.rendering import page_words, render
from feeds.pages.words import Words
from registry.feed import RegisterChange, register_changes

KINDS = (
    *("status gained", "status renewed", "status expired", "status withdrawn"),
    *("coordinator changed", "renamed", "merged", "split", "website moved"),
    *("activity resumed", "added", "withdrawn"),
)
"""The kinds of changes, those that directories ask for most first."""

MOST = 3_000
"""So many changes of a week are shown, the first ones."""

WEEK = timedelta(days=7)

router = APIRouter()


class WantedWeek(BaseModel):
    """Which week."""

    model_config = ConfigDict(extra="forbid")

    until: Day | Literal[""] = ""


@dataclass(frozen=True, slots=True)
class ChangeTold:
    """A change with its old and new value as people read them."""

    record: RegisterChange
    old: str
    new: str


@router.get("/changes")
def changes(request: Request, wanted: Annotated[WantedWeek, Query()]) -> Response:
    """The changes of the seven days up to a day, by the day they became known and by kind."""
    today = datetime.now(UTC).date()
    last = min(date.fromisoformat(wanted.until), today) if wanted.until else today
    last = max(last, date.min + WEEK)
    first = last - WEEK + timedelta(days=1)
    found = week_changes(request.app.state.engine, first, last)
    words, labels = page_words(request), request.app.state.schemes
    days = []
    for day, records in groupby(reversed(found[:MOST]), key=lambda one: one.recorded_at.date()):
        by_kind: dict[str, list[ChangeTold]] = {}
        for one in sorted(records, key=lambda one: one.seq):
            by_kind.setdefault(one.kind, []).append(_told(one, words, labels))
        days.append((day, sorted(by_kind.items(), key=lambda group: _order(group[0]))))
    return render(
        request,
        "changes.html",
        first=first,
        last=last,
        days=days,
        is_cut=len(found) > MOST,
        earlier=first - timedelta(days=1),
        later=min(last + WEEK, today) if last < today else None,
    )


def week_changes(engine: Engine, first: date, last: date) -> list[RegisterChange]:
    """The register's changes that became known in these days, oldest first; one more than MOST
    where there are more."""
    since = datetime.combine(first, time(), UTC)
    end = datetime.combine(last, time.max, UTC)
    found: list[RegisterChange] = []
    cursor = None
    while len(found) <= MOST:
        records, cursor = register_changes(engine, cursor, 1_000, since=since)
        found += [one for one in records if one.recorded_at <= end]
        if not records or records[-1].recorded_at > end:
            break
    return found[: MOST + 1]


def value_words(value: Any, words: Words, labels: Mapping[str, Mapping[str, str]]) -> str:
    """What stood before or after a change: a name, names, or a term of a label."""
    if isinstance(value, list):
        return ", ".join(value_words(one, words, labels) for one in value)
    if not isinstance(value, dict):
        return "" if value is None else str(value)
    if "scheme" not in value:
        return str(value.get("name") or value.get("id") or "")
    parts = [
        label_name(value["scheme"], labels, words),
        level_and_round(value.get("level"), value.get("round"), words),
    ]
    if value.get("valid_until"):
        parts.append(words("timeline.until", until=words.day(value["valid_until"])))
    return ", ".join(filter(None, parts))


def _told(one: RegisterChange, words: Words, labels: Mapping[str, Mapping[str, str]]) -> ChangeTold:
    if one.kind == "activity resumed":
        return ChangeTold(one, words.day(one.old), words.day(one.new))
    return ChangeTold(one, value_words(one.old, words, labels), value_words(one.new, words, labels))


def _order(kind: str) -> int:
    return KINDS.index(kind) if kind in KINDS else len(KINDS)
