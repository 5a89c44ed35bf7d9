"""The typed tables of items. Each row is the claim of one page: what that page states.

Two pages of a source that state the same are two rows, so nothing flips between them and the
result does not depend on the order in which pages are read. Names and dates are as the page
gave them; what several claims together say is for others to derive.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, and_
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from models.base import Base, JsonText


class Claim:
    """What all items carry.

    id: a letter for the kind and 24 hex digits of the hash over (kind, source, page, natural
    key): the same in every database that read the same page. version: counts the contents
    that the claim had. missing_since: since when the page was read without it. removed_at: set
    by the rules of removal only. fetched_at: when the present content was read.
    """

    id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(ForeignKey("source.name"), index=True)
    page_id: Mapped[str] = mapped_column(ForeignKey("page.id"), index=True)
    url: Mapped[str]
    language: Mapped[str]
    evidence: Mapped[str]
    natural_key: Mapped[list[str]] = mapped_column(JsonText)
    content_hash: Mapped[str]
    version: Mapped[int]
    first_seen: Mapped[datetime]
    fetched_at: Mapped[datetime]
    missing_since: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]

    @classmethod
    def current(cls) -> ColumnElement[bool]:
        """Condition: the page states it, as far as known, and it was not removed."""
        return and_(
            cls.missing_since.is_(None),
            cls.removed_at.is_(None),
        )


class Article(Claim, Base):
    """NewsArticle. A date is None for want of one, and then its reason says why."""

    __tablename__ = "article"

    headline: Mapped[str]
    body: Mapped[str]
    summary: Mapped[str]
    author: Mapped[str | None]
    image: Mapped[str | None]
    date_published: Mapped[str | None]
    date_published_precision: Mapped[str | None]
    date_published_origin: Mapped[str | None]
    date_published_raw: Mapped[str]
    date_published_reason: Mapped[str | None]
    date_modified: Mapped[str | None]
    date_modified_precision: Mapped[str | None]
    date_modified_origin: Mapped[str | None]
    date_modified_raw: Mapped[str]
    date_modified_reason: Mapped[str | None]

    @declared_attr.directive
    def __table_args__(cls) -> Any:
        """The newest first."""
        return (Index(None, "date_published", "id"),)


class Event(Claim, Base):
    """Event. `start` and `end` are local times of the place, as precise as the page.

    cancelled_at: when an event of the future was found to have vanished from its page.
    """

    __tablename__ = "event"

    name: Mapped[str]
    start: Mapped[str] = mapped_column(index=True)
    end: Mapped[str | None]
    kind: Mapped[str | None]
    timezone: Mapped[str | None]
    all_day: Mapped[bool]
    place: Mapped[str | None]
    city: Mapped[str | None]
    country: Mapped[str | None]
    status: Mapped[str | None]
    organizer: Mapped[str | None]
    cancelled_at: Mapped[datetime | None]


class Certification(Claim, Base):
    """Certification: that a holder has a label."""

    __tablename__ = "certification"

    scheme: Mapped[str] = mapped_column(index=True)
    holder: Mapped[str]
    level: Mapped[str | None]
    round: Mapped[str | None]
    coordinator: Mapped[str | None]
    issued_by: Mapped[str | None]
    valid_from: Mapped[str | None]
    valid_until: Mapped[str | None]
    list_incomplete: Mapped[bool]


class Organization(Claim, Base):
    """Organization, as one page names it."""

    __tablename__ = "organization"

    name: Mapped[str]
    names: Mapped[dict[str, str]] = mapped_column(JsonText)
    acronym: Mapped[str | None]
    kind: Mapped[str | None]
    website: Mapped[str | None]
    same_as: Mapped[list[str]] = mapped_column(JsonText)


class Relation(Claim, Base):
    """Relation: who coordinates, belongs to, founded or became what."""

    __tablename__ = "relation"

    subject: Mapped[str]
    relation: Mapped[str]
    object: Mapped[str]
    valid_from: Mapped[str | None]
    valid_until: Mapped[str | None]


KINDS: dict[str, type[Article | Event | Certification | Organization | Relation]] = {
    "article": Article,
    "event": Event,
    "certification": Certification,
    "organization": Organization,
    "relation": Relation,
}
"""The five tables by the kind's name, which is the table's."""


def kind_of(item_id: str) -> str | None:
    """The kind that an item's id tells by its first letter; None if it tells none."""
    return {kind[0]: kind for kind in KINDS}.get(item_id[:1])
