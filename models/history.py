"""What happened to items: their versions, the sequence of changes, and what was rejected."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, JsonText, Serial

OPERATIONS = ("create", "update", "missing", "restore", "cancel", "remove")


class ItemVersion(Base):
    """One content of one item, as it was read. Rows are only ever added.

    data: under the vocabulary's names; fields without a value are left out, so that a later
    release may add fields without making every item a changed one.
    """

    __tablename__ = "item_version"

    item_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    content_hash: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(JsonText)
    fetched_at: Mapped[datetime]
    extractor: Mapped[str]
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    recorded_at: Mapped[datetime]


class Change(Base):
    """One step in the life of an item, in an order that readers may trust.

    op: create, update, missing (its page no longer states it), restore, cancel (a future event
    that vanished), remove. version: the content that holds after the step.
    """

    __tablename__ = "change"
    __table_args__ = (Index(None, "item_id", "seq"), {"sqlite_autoincrement": True})

    seq: Mapped[int] = mapped_column(Serial, primary_key=True)
    item_id: Mapped[str]
    kind: Mapped[str]
    source: Mapped[str]
    op: Mapped[str]
    version: Mapped[int]
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    recorded_at: Mapped[datetime]


class Rejected(Base):
    """What could not be stored, and why. `kind` is "page" where a whole page could not."""

    __tablename__ = "rejected"
    __table_args__ = (Index(None, "run_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    source: Mapped[str]
    url: Mapped[str]
    kind: Mapped[str]
    payload: Mapped[str]
    error: Mapped[str]
    recorded_at: Mapped[datetime]


class Meta(Base):
    """Facts about the database itself. `epoch` names this sequence of changes."""

    __tablename__ = "meta"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
