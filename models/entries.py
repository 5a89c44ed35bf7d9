"""News and events as readers want them: each once, however many pages tell it.

Entries follow from the claims and can be derived again at any time; `number` is what lists are
ordered and paged by.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, JsonText, Serial

DERIVED = {"derived": True}
"""Marks tables that a copy of the database leaves out, and makes anew."""

PER_DAY = 1 << 32
"""So many entries a day can have."""


class Entry(Base):
    """One article or event.

    number: orders entries by day, none twice; see `day_numbers`. id: that of the claim that told
    it first, so that it lasts. claim: the best telling; `tellings` all of them. day: the day of
    publication or of the start, else the day on which it appeared between two visits, else
    empty. version: counts all that happened to its tellings. gone_at: since when nobody states
    it any more.
    """

    __tablename__ = "entry"
    __table_args__ = (
        Index(None, "kind", "number"),
        Index(None, "kind", "country", "number"),
        Index(None, "kind", "language", "number"),
        Index(None, "kind", "source", "number"),
        Index(None, "kind", "updated_at", "id"),
        {"info": DERIVED},
    )

    number: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    claim: Mapped[str]
    tellings: Mapped[list[str]] = mapped_column(JsonText)
    source: Mapped[str] = mapped_column(ForeignKey("source.name"))
    language: Mapped[str]
    country: Mapped[str | None]
    day: Mapped[str]
    last_day: Mapped[str]
    version: Mapped[int]
    first_seen: Mapped[datetime]
    updated_at: Mapped[datetime]
    cancelled: Mapped[bool]
    gone_at: Mapped[datetime | None]


class Telling(Base):
    """That a claim may tell the same as others in a bucket (an address, a headline, a day)."""

    __tablename__ = "telling"
    __table_args__ = (Index(None, "bucket"), {"info": DERIVED})

    claim_id: Mapped[str] = mapped_column(primary_key=True)
    bucket: Mapped[str] = mapped_column(primary_key=True)
    entry: Mapped[str] = mapped_column(index=True)


class EntryState(Base):
    """Up to which change the entries have been derived, and by which rules."""

    __tablename__ = "entry_state"
    __table_args__: Any = ({"info": DERIVED},)

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


def day_numbers(first: str, last: str | None = None) -> tuple[int, int]:
    """The range [from, to) of entry numbers of a day, or of a span of days; "" is no day.

    >>> low, high = day_numbers("2024-06-01")
    >>> high - low == 1 << 32
    True
    """
    low = date.fromisoformat(first).toordinal() if first else 0
    high = date.fromisoformat(last).toordinal() if last else low
    return low * PER_DAY, (high + 1) * PER_DAY
