"""What is known of a source's pages before it is visited again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine, bindparam, select, update

from models.database import writing
from models.pages import Page, unpack_links


@dataclass(frozen=True, slots=True)
class PageState:
    """What a conditional request and the plan of the next visit need to know of a page."""

    id: str
    kind: str
    etag: str | None
    last_modified: str | None
    http_status: int
    items: int
    last_fetch: datetime
    last_change: datetime | None
    next_visit: datetime | None
    gone_since: datetime | None
    fetches: int
    changes: int
    _links: bytes | None = field(default=None, repr=False)

    @property
    def links(self) -> tuple[str, ...]:
        """Where the page led when it was last read: a 304 answer does not say it again."""
        return unpack_links(self._links)


def page_states(engine: Engine, source: str) -> dict[str, PageState]:
    """All pages of a source by address."""
    query = select(
        Page.url,
        Page.id,
        Page.kind,
        Page.etag,
        Page.last_modified,
        Page.http_status,
        Page.items,
        Page.last_fetch,
        Page.last_change,
        Page.next_visit,
        Page.gone_since,
        Page.fetches,
        Page.changes,
        Page.packed_links,
    ).where(Page.source == source)
    with engine.connect() as connection:
        return {row[0]: PageState(*list(row)[1:]) for row in connection.execute(query)}


def plan_visits(engine: Engine, visits: Mapping[str, datetime]) -> None:
    """Set when pages, by id, are to be visited next."""
    rows: Iterable[dict[str, object]] = [
        {"page": page, "moment": moment} for page, moment in sorted(visits.items())
    ]
    if not visits:
        return
    with writing(engine) as connection:
        connection.execute(
            update(Page).where(Page.id == bindparam("page")).values(next_visit=bindparam("moment")),
            list(rows),
        )
