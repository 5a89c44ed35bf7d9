"""Addresses that led to no page of their own: moved, forbidden, refused, broken.

Links to them stay on the pages, so without a memory every run would follow them again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Engine, ForeignKey, Index, select
from sqlalchemy.dialects.postgresql import insert as upsert_postgresql
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.database import writing
from models.identity import page_id

FIRST_AGAIN = timedelta(days=7)
MOVED_AGAIN = timedelta(days=30)
LIMIT = timedelta(days=120)


class Aside(Base):
    """One such address of one source. id: as a page of that address would have it. status: of
    HTTP, 0 where nobody was asked (robots.txt). times: so often it led to nothing."""

    __tablename__ = "aside"
    __table_args__ = (Index(None, "source"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(ForeignKey("source.name"))
    url: Mapped[str]
    status: Mapped[int]
    reason: Mapped[str]
    last_asked: Mapped[datetime]
    next_visit: Mapped[datetime]
    times: Mapped[int]


def set_aside(
    engine: Engine, source: str, found: Mapping[str, tuple[int, str]], now: datetime
) -> None:
    """Keep addresses, each with its HTTP status and why it led to nothing.

    Each time an address leads to nothing again it is left alone for twice as long.
    """
    rows = {page_id(source, url): (url, *told) for url, told in found.items()}
    if not rows:
        return
    with writing(engine) as connection:
        known = {
            row.id: row.times
            for row in connection.execute(
                select(Aside.id, Aside.times).where(Aside.source == source)
            )
        }
        upsert = upsert_postgresql if connection.dialect.name == "postgresql" else upsert_sqlite
        for key, (url, status, reason) in sorted(rows.items()):
            times = known.get(key, 0) + 1
            first = MOVED_AGAIN if 300 <= status < 400 else FIRST_AGAIN
            values = {
                "url": url,
                "status": status,
                "reason": reason,
                "last_asked": now,
                "next_visit": now + min(first * 2 ** min(times - 1, 5), LIMIT),
                "times": times,
            }
            connection.execute(
                upsert(Aside)
                .values(id=key, source=source, **values)
                .on_conflict_do_update(index_elements=["id"], set_=values)
            )


def left_aside(engine: Engine, source: str, now: datetime) -> frozenset[str]:
    """The addresses of a source that are not to be asked again yet."""
    query = select(Aside.url).where(Aside.source == source, Aside.next_visit > now)
    with engine.connect() as connection:
        return frozenset(connection.scalars(query))
