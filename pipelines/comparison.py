"""What a visit changes: the page's state and items as they were read, against what is stored.

Nothing here asks or writes the database; the rows to be written are gathered in `Work`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from pipelines.prepare import PreparedItem
from pipelines.visits import PreparedVisit, Refusal

GONE = (404, 410)

# Columns of a page that the fetch alone decides.
_STATE = (
    "next_visit",
    "last_fetch",
    "last_read",
    "fetches",
    "http_status",
    "problem",
    "content_type",
    "gone_since",
    "etag",
    "last_modified",
)


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a writer must know of a run."""

    source: str
    code_version: str


@dataclass(slots=True)
class Work:
    """The rows of one transaction, by table, in the order in which they are written."""

    now: datetime
    runs: Mapping[int, RunFacts]
    counts: dict[int, Counter[str]] = field(default_factory=dict)
    inserts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    ignorable: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    updates: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def insert(self, table: str, row: dict[str, Any]) -> None:
        """A row to be inserted into a table."""
        self.inserts.setdefault(table, []).append(row)

    def update(self, table: str, row: dict[str, Any]) -> None:
        """A row to be updated; what of it is the name after a colon."""
        self.updates.setdefault(table, []).append(row)

    def change(self, visit: PreparedVisit, item_id: str, kind: str, op: str, version: int) -> None:
        """A change of an item, of this visit's run."""
        self.insert(
            "change",
            {
                "item_id": item_id,
                "kind": kind,
                "source": visit.source,
                "op": op,
                "version": version,
                "run_id": visit.run_id,
                "recorded_at": self.now,
            },
        )


def compare(
    work: Work, visit: PreparedVisit, known: Row[Any] | None, stored: dict[str, Row[Any]]
) -> None:
    """Gather what the visit changes. known: the page's row; stored: its items' states by id."""
    counts = work.counts.setdefault(visit.run_id, Counter())
    counts["pages"] += 1
    row = _page_row(visit, known)
    if visit.page is None:
        if visit.status == 304 and known is not None:
            counts["not_modified"] += 1
            counts["confirmed"] += known.items
        else:
            counts["failed"] += 1
    else:
        scraped = len(visit.page.raw)
        counts["scraped"] += scraped
        if known is not None and known.last_change and visit.fetched_at < known.last_change:
            # An older reading than the one that is stored: it has nothing to say.
            counts["unchanged"] += scraped
        else:
            _page_items(work, visit, known, stored, row)
    if known is None:
        work.insert("page", row)
    else:
        row["page"] = visit.page_id
        work.update("page:read" if "items_hash" in row else "page", row)


def _page_row(visit: PreparedVisit, known: Row[Any] | None) -> dict[str, Any]:
    """The page's state after the visit, as far as the fetch itself tells."""
    if known is None:
        row: dict[str, Any] = {
            "id": visit.page_id,
            "source": visit.source,
            "url": visit.url,
            "kind": "page",
            "language": "und",
            "headline": None,
            "etag": None,
            "last_modified": None,
            "text_sha256": None,
            "items_hash": None,
            "input_hash": None,
            "items": 0,
            "first_fetch": visit.fetched_at,
            "last_read": None,
            "last_change": None,
            "next_visit": None,
            "gone_since": None,
            "fetches": 0,
            "changes": 0,
            "links": None,
        }
    else:
        row = {name: known._mapping[name] for name in _STATE}
    row["run_id"] = visit.run_id
    row["next_visit"] = visit.next_visit or row["next_visit"]
    if known is not None and visit.fetched_at <= known.last_fetch:
        return row  # bytes that were fetched before are read again: no new visit to the site
    row["last_fetch"] = visit.fetched_at
    row["fetches"] += 1
    row["http_status"] = visit.status
    row["problem"] = visit.problem
    row["content_type"] = visit.content_type or row.get("content_type", "")
    if visit.page is not None or visit.status == 304:
        row["last_read"] = visit.fetched_at
        row["gone_since"] = None
    if visit.page is not None:
        row["etag"], row["last_modified"] = visit.etag, visit.last_modified
    elif visit.status == 304:
        row["etag"] = visit.etag or row["etag"]
        row["last_modified"] = visit.last_modified or row["last_modified"]
    elif visit.status in GONE:
        # If it comes back it must be read, whatever it looked like before.
        row["etag"] = row["last_modified"] = None
        row["gone_since"] = row["gone_since"] or visit.fetched_at
    return row


def _page_items(
    work: Work,
    visit: PreparedVisit,
    known: Row[Any] | None,
    stored: dict[str, Row[Any]],
    row: dict[str, Any],
) -> None:
    """The items of a page that was read, against those that are stored of it."""
    page = visit.page
    assert page is not None
    row["kind"], row["language"], row["headline"] = page.kind, page.language, page.headline
    row["text_sha256"], row["links"] = page.text_sha256, page.links
    if known is not None and says_the_same(visit, known.input_hash):
        work.counts[visit.run_id]["unchanged"] += len(page.raw)
        row["items_hash"], row["input_hash"] = known.items_hash, known.input_hash
        row["items"] = known.items
        differs = known.text_sha256 != page.text_sha256
    else:
        differs = _settle(work, visit, known, stored, row)
    row["last_change"] = known.last_change if known is not None else None
    row["changes"] = known.changes if known is not None else 0
    if not differs:
        return
    if row["last_change"] is None or visit.fetched_at > row["last_change"]:
        row["last_change"] = visit.fetched_at
        row["changes"] += 1
    if visit.body is not None:
        digest, size, packed = visit.body
        work.ignorable.setdefault("body", []).append(
            {"sha256": digest, "size": size, "packed": packed}
        )
        work.ignorable.setdefault("capture", []).append(
            {
                "page_id": visit.page_id,
                "fetched_at": visit.fetched_at,
                "body_sha256": digest,
                "http_status": visit.status,
                "content_type": visit.content_type,
                "run_id": visit.run_id,
            }
        )


def _settle(
    work: Work,
    visit: PreparedVisit,
    known: Row[Any] | None,
    stored: dict[str, Row[Any]],
    row: dict[str, Any],
) -> bool:
    """Write what is new of the items; whether the page reads differently from before."""
    assert visit.page is not None
    items, refused = visit.items, visit.refused
    counts = work.counts[visit.run_id]
    counts["rejected"] += len(refused)
    counts["unchanged"] += len(visit.page.raw) - len(refused) - len(items)  # repeated claims
    for refusal in refused:
        work.insert("rejected", _refused_row(visit, refusal, work.now))
    items_hash = visit.items_hash
    row["items_hash"], row["items"] = items_hash, len(items)
    row["input_hash"] = None if refused else visit.page.input_hash
    same_text = known is not None and known.text_sha256 == visit.page.text_sha256
    if known is not None and items_hash is not None and items_hash == known.items_hash:
        counts["unchanged"] += len(items)
        return not same_text
    before = counts["new"] + counts["changed"] + counts["missing"] + counts["restored"]
    _settle_items(work, visit, items, stored)
    after = counts["new"] + counts["changed"] + counts["missing"] + counts["restored"]
    return after != before or not same_text


def _settle_items(
    work: Work, visit: PreparedVisit, items: list[PreparedItem], stored: dict[str, Row[Any]]
) -> None:
    counts = work.counts[visit.run_id]
    for item in items:
        old = stored.get(item.id)
        if old is None:
            counts["new"] += 1
            _insert_item(work, visit, item)
            work.change(visit, item.id, item.kind, "create", 1)
            continue
        away = old.missing_since is not None or old.removed_at is not None
        if away:
            counts["restored"] += 1
        if old.content_hash == item.content_hash:
            counts["unchanged"] += 1
            version = old.version
            if away:
                work.update(f"{item.kind}:restore", {"item": item.id})
        else:
            counts["changed"] += 1
            version = old.version + 1
            new = {
                **item.row,
                "item": item.id,
                "content_hash": item.content_hash,
                "version": version,
                "fetched_at": visit.fetched_at,
            }
            work.update(item.kind, new)
            if away:
                work.update(f"{item.kind}:restore", {"item": item.id})
            _insert_version(work, visit, item, version)
        if away:
            work.change(visit, item.id, item.kind, "restore", version)
        elif version != old.version:
            work.change(visit, item.id, item.kind, "update", version)
    if visit.refused:
        return  # one of those that were refused may be one of those that seem to be missing
    present = {item.id for item in items}
    for item_id, old in stored.items():
        if item_id not in present and old.missing_since is None and old.removed_at is None:
            counts["missing"] += 1
            work.update(f"{old.kind}:missing", {"item": item_id, "since": visit.fetched_at})
            work.change(visit, item_id, old.kind, "missing", old.version)


def _refused_row(visit: PreparedVisit, refusal: Refusal, now: datetime) -> dict[str, Any]:
    return {
        "run_id": visit.run_id,
        "source": visit.source,
        "url": visit.url,
        "kind": refusal.kind,
        "payload": refusal.payload,
        "error": refusal.error,
        "recorded_at": now,
    }


def _insert_item(work: Work, visit: PreparedVisit, item: PreparedItem) -> None:
    work.insert(
        item.kind,
        {
            **item.row,
            "id": item.id,
            "page_id": visit.page_id,
            "natural_key": item.natural_key,
            "content_hash": item.content_hash,
            "version": 1,
            "first_seen": visit.fetched_at,
            "fetched_at": visit.fetched_at,
        },
    )
    _insert_version(work, visit, item, 1)


def _insert_version(work: Work, visit: PreparedVisit, item: PreparedItem, version: int) -> None:
    work.insert(
        "item_version",
        {
            "item_id": item.id,
            "version": version,
            "content_hash": item.content_hash,
            "data": item.data,
            "fetched_at": visit.fetched_at,
            "extractor": work.runs[visit.run_id].code_version,
            "run_id": visit.run_id,
            "recorded_at": work.now,
        },
    )


def says_the_same(visit: PreparedVisit, input_hash: str | None) -> bool:
    """Whether the page was handed over before just as it is, by the hash that is stored."""
    return visit.page is not None and input_hash is not None and visit.page.input_hash == input_hash
