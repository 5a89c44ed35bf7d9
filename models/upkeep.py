"""Whether a database is whole, and whether what is derived in it agrees with what is not."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from typing import Any

import zstandard
from sqlalchemy import Connection, Engine, func, select, text

from models.base import canonical_json
from models.claims import KINDS, Claim, Event
from models.history import Change, ItemVersion
from models.identity import content_hash, item_id, items_hash, page_id
from models.pages import Body, Capture, Page, unpack
from models.runs import Run

MOST_FINDINGS = 100
"""After so many findings the check has said enough."""


def check_database(engine: Engine) -> list[str]:
    """What is wrong with a database, one line each; empty where all is well.

    Looks for damage, orphans, ids and hashes that do not follow from what they name, versions
    that are missing, states that the changes do not lead to, pages whose counts differ, runs
    that do not add up, and bodies that do not unpack to what they should be.
    """
    with engine.connect() as connection:
        found: Iterator[str] = _findings(connection)
        return list(islice(found, MOST_FINDINGS))


def _findings(connection: Connection) -> Iterator[str]:
    if connection.dialect.name == "sqlite":
        for (words,) in connection.execute(text("PRAGMA integrity_check")):
            if words != "ok":
                yield f"damaged: {words}"
        for row in connection.execute(text("PRAGMA foreign_key_check")):
            yield f"{row[0]} row {row[1]} refers to a {row[2]} that is not there"
    yield from _pages(connection)
    states = _replayed(connection)
    for kind, model in KINDS.items():
        yield from _items(connection, kind, model, states)
    yield from (f"item {item} has changes but no row" for item in sorted(states))
    yield from _versions(connection)
    for run in connection.execute(select(Run.__table__)):
        if run.scraped != run.new + run.changed + run.unchanged + run.rejected:
            yield f"run {run.id}: its counters do not add up"
    yield from _bodies(connection)


def _pages(connection: Connection) -> Iterator[str]:
    stated: dict[str, list[tuple[str, str]]] = {}
    for model in KINDS.values():
        for row in connection.execute(
            select(model.page_id, model.id, model.content_hash).where(model.current())
        ):
            stated.setdefault(row.page_id, []).append((row.id, row.content_hash))
    for page in connection.execute(
        select(Page.id, Page.source, Page.url, Page.items, Page.items_hash)
    ):
        if page.id != page_id(page.source, page.url):
            yield f"page {page.id} is not the id of {page.url[:200]}"
        items = stated.get(page.id, [])
        if page.items_hash is not None and (
            page.items != len(items) or page.items_hash != items_hash(items)
        ):
            yield f"page {page.id} ({page.url[:200]}) has other items than it should"


def _replayed(connection: Connection) -> dict[str, tuple[str, int]]:
    """Each item's last operation and version, as the changes tell in their order."""
    states: dict[str, tuple[str, int]] = {}
    for row in connection.execute(
        select(Change.item_id, Change.op, Change.version).order_by(Change.seq)
    ):
        states[row.item_id] = (row.op, row.version)
    return states


def _items(
    connection: Connection, kind: str, model: type[Claim], states: dict[str, tuple[str, int]]
) -> Iterator[str]:
    cancelled = Event.cancelled_at if model is Event else text("NULL AS cancelled_at")
    rows = connection.execute(
        select(
            model.id,
            model.source,
            model.natural_key,
            model.content_hash,
            model.version,
            model.missing_since,
            model.removed_at,
            cancelled,
            Page.url.label("page_url"),
            ItemVersion.content_hash.label("version_hash"),
        )
        .join(Page, Page.id == model.page_id)
        .outerjoin(
            ItemVersion,
            (ItemVersion.item_id == model.id) & (ItemVersion.version == model.version),
        )
    )
    for row in rows:
        if row.id != item_id(kind, row.source, row.page_url, row.natural_key):
            yield f"{kind} {row.id}: its id does not follow from its key"
        if row.version_hash is None:
            yield f"{kind} {row.id}: version {row.version} is not recorded"
        elif row.version_hash != row.content_hash:
            yield f"{kind} {row.id}: version {row.version} holds something else"
        op, version = states.pop(row.id, ("", 0))
        if version != row.version or _state(op) != _state_of(row):
            yield f"{kind} {row.id}: its changes lead to another state"


def _state(op: str) -> str:
    return "live" if op in ("create", "update", "restore") else op


def _state_of(row: Any) -> str:
    if row.removed_at is not None:
        return "remove"
    if row.cancelled_at is not None:
        return "cancel"
    return "live" if row.missing_since is None else "missing"


def _versions(connection: Connection) -> Iterator[str]:
    counted = select(
        ItemVersion.item_id,
        func.count().label("versions"),
        func.max(ItemVersion.version).label("last"),
    ).group_by(ItemVersion.item_id)
    for row in connection.execute(counted):
        if row.versions != row.last:
            yield f"item {row.item_id}: {row.versions} versions, the last is {row.last}"
    contents = select(
        ItemVersion.item_id, ItemVersion.version, ItemVersion.content_hash, ItemVersion.data
    )
    for row in connection.execution_options(yield_per=500).execute(contents):
        if content_hash(canonical_json(row.data), row.data) != row.content_hash:
            yield f"item {row.item_id}: version {row.version} was altered"


def _bodies(connection: Connection) -> Iterator[str]:
    orphans = select(func.count()).where(Body.sha256.not_in(select(Capture.body_sha256)))
    if count := connection.execute(orphans).scalar_one():
        yield f"{count} bodies belong to no page"
    for row in connection.execution_options(yield_per=50).execute(
        select(Body.sha256, Body.size, Body.packed)
    ):
        try:
            content = unpack(row.packed)
        except zstandard.ZstdError as error:
            yield f"body {row.sha256} does not unpack: {error}"
            continue
        if len(content) != row.size or sha256(content).hexdigest() != row.sha256:
            yield f"body {row.sha256} is not what it was"
