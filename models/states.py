"""What is known of a source's pages before it is visited again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Engine, select

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
    text_sha256: str | None
    _links: bytes | None = field(default=None, repr=False)

    @property
    def links(self) -> tuple[str, ...]:
        """Where the page led when it was last read: a 304 answer does not say it again."""
        return unpack_links(self._links)

    def reads(self, text: str) -> bool:
        """Whether the page's text was this one."""
        return sha256(text.encode("utf-8", "replace")).hexdigest() == self.text_sha256


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
        Page.text_sha256,
        Page.packed_links,
    ).where(Page.source == source)
    with engine.connect() as connection:
        return {row[0]: PageState(*list(row)[1:]) for row in connection.execute(query)}
