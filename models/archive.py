"""Stored bytes of pages, to be read again without the network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, and_, delete, func, select

from models.database import writing
from models.pages import Body, Capture, Page, unpack

_CHUNK = 50


@dataclass(frozen=True, slots=True)
class StoredPage:
    """The bytes that an address had, and when. status: HTTP."""

    url: str
    source: str
    fetched_at: datetime
    status: int
    content_type: str
    body: bytes


def stored_pages(
    engine: Engine,
    source: str | None = None,
    since: datetime | None = None,
    *,
    every_version: bool = False,
) -> Iterator[StoredPage]:
    """Pages as they were fetched, by source and address; of each the newest.

    source: of one source only. since: fetched then or later. every_version: the older ones
    too, oldest first. Pages are loaded a few at a time, so others may write meanwhile.
    """
    query = (
        select(Capture.page_id, Capture.fetched_at)
        .join(Page, Page.id == Capture.page_id)
        .order_by(Page.source, Page.url, Capture.fetched_at)
    )
    if not every_version:
        newest = (
            select(Capture.page_id, func.max(Capture.fetched_at).label("newest"))
            .group_by(Capture.page_id)
            .subquery()
        )
        query = query.join(
            newest,
            and_(newest.c.page_id == Capture.page_id, newest.c.newest == Capture.fetched_at),
        )
    if source is not None:
        query = query.where(Page.source == source)
    if since is not None:
        query = query.where(Capture.fetched_at >= since)
    with engine.connect() as connection:
        keys = [(row.page_id, row.fetched_at) for row in connection.execute(query)]
    for start in range(0, len(keys), _CHUNK):
        yield from _load(engine, keys[start : start + _CHUNK])


def prune_bodies(engine: Engine, before: datetime) -> int:
    """Forget the bodies that were fetched before a time; the newest of each page stays.

    Returns how many captures went.
    """
    latest = (
        select(Capture.page_id, func.max(Capture.fetched_at).label("newest"))
        .group_by(Capture.page_id)
        .subquery()
    )
    kept = select(latest.c.newest).where(latest.c.page_id == Capture.page_id).scalar_subquery()
    with writing(engine) as connection:
        gone = connection.execute(
            delete(Capture).where(Capture.fetched_at < before, Capture.fetched_at != kept)
        )
        connection.execute(delete(Body).where(Body.sha256.not_in(select(Capture.body_sha256))))
    return gone.rowcount


def _load(engine: Engine, keys: list[tuple[str, datetime]]) -> list[StoredPage]:
    wanted = set(keys)
    with engine.connect() as connection:
        rows = connection.execute(
            select(
                Capture.page_id,
                Page.url,
                Page.source,
                Capture.fetched_at,
                Capture.http_status,
                Capture.content_type,
                Body.packed,
            )
            .join(Page, Page.id == Capture.page_id)
            .join(Body, Body.sha256 == Capture.body_sha256)
            .where(Capture.page_id.in_({page for page, _ in keys}))
        ).all()
    found = {
        (row.page_id, row.fetched_at): StoredPage(
            row.url,
            row.source,
            row.fetched_at,
            row.http_status,
            row.content_type,
            unpack(row.packed),
        )
        for row in rows
        if (row.page_id, row.fetched_at) in wanted
    }
    return [found[key] for key in keys if key in found]
