"""Sources and their runs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, JsonText, Serial

VERDICTS = ("ok", "empty", "degraded", "blocked", "unreachable", "partial", "crashed")
COUNTERS = (
    "pages",
    "not_modified",
    "failed",
    "scraped",
    "new",
    "changed",
    "unchanged",
    "rejected",
    "confirmed",
    "missing",
    "restored",
    "removed",
    "cancelled",
)
"""What the store counts of each run, in the columns of `Run`."""


class Source(Base):
    """One website; `name` is its file's name in sources/, `country` what the file says."""

    __tablename__ = "source"

    name: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str | None]
    first_run: Mapped[datetime]
    country: Mapped[str | None]


class Run(Base):
    """One run over one source. Its counters are committed together with the pages they count.

    scraped = new + changed + unchanged + rejected: items that were handed to the store.
    confirmed: items of pages that answered 304, which were not read again. missing and
    restored: items that their page stopped or resumed stating. failed: pages without a reading.
    last_batch: names the last transaction, so that one whose end was not heard of is not
    counted twice.
    """

    __tablename__ = "run"
    __table_args__ = (
        # The lease: the database itself refuses a second live run of a source.
        Index(
            "uq_run_live_source",
            "source",
            unique=True,
            sqlite_where=text("finished IS NULL"),
            postgresql_where=text("finished IS NULL"),
        ),
        Index(None, "source", "started"),
        Index(None, "finished"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    source: Mapped[str] = mapped_column(ForeignKey("source.name"))
    trigger: Mapped[str]
    code_version: Mapped[str]
    owner: Mapped[str]
    started: Mapped[datetime]
    heartbeat: Mapped[datetime]
    lease_until: Mapped[datetime]
    finished: Mapped[datetime | None]
    verdict: Mapped[str | None]
    complete: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(default="")
    details: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)

    pages: Mapped[int] = mapped_column(default=0)
    not_modified: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    scraped: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    confirmed: Mapped[int] = mapped_column(default=0)
    missing: Mapped[int] = mapped_column(default=0)
    restored: Mapped[int] = mapped_column(default=0)
    removed: Mapped[int] = mapped_column(default=0, server_default="0")
    cancelled: Mapped[int] = mapped_column(default=0, server_default="0")
    last_batch: Mapped[str | None]

    @property
    def items(self) -> int:
        """Items that the source states, as far as this run saw: read again or confirmed."""
        return self.new + self.changed + self.unchanged + self.confirmed

    @property
    def adds_up(self) -> bool:
        """Whether every item handed over is accounted for."""
        return self.scraped == self.new + self.changed + self.unchanged + self.rejected
