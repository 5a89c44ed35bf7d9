"""When something counts as removed. Absence is weak evidence, so the rules are few and strict.

- A complete run over a list that is meant to be exhaustive: a member list for organizations
  and relations; for certifications a page that still states others of the same scheme and is
  not flagged incomplete. News and archives scroll away: an article that is missing stays so.
- A page that answered 404 or 410 twice, a day or more apart: what it stated.
- An event of the future that vanished is cancelled; one of the past stays.
- What another page of the source still states is not removed.
- A run that would remove more than 5 items and more than a fifth of the source removes none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, select, text, update

from models.base import canonical_json
from models.bulk import insert_rows
from models.claims import KINDS, Certification, Event
from models.database import writing
from models.history import Change
from models.leases import beat
from models.pages import Page
from models.runs import Run
from pipelines.comparison import GONE
from pipelines.transaction import lock_changes

GONE_FOR = timedelta(days=1)
BRAKE_ITEMS = 5
BRAKE_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Removals:
    """How many items a run removed or cancelled, or how many it held back and of how many."""

    removed: int = 0
    cancelled: int = 0
    held_back: int = 0
    live: int = 0

    @property
    def reason(self) -> str:
        """One line for the run's reason; empty where nothing was held back."""
        if not self.held_back:
            return ""
        return f"{self.held_back} of {self.live} items would be removed: held back"


def settle_removals(
    engine: Engine,
    run_id: int,
    *,
    complete: bool,
    brake: bool = True,
    now: datetime | None = None,
) -> Removals:
    """Apply the rules at the end of a run, before it is finished.

    complete: whether the run ended by itself within its budget; else only pages that are gone
    count. brake: whether a mass removal is held back. Raises LeaseLost if the run was closed.
    """
    moment = now or datetime.now(UTC)
    with writing(engine) as connection:
        beat(connection, run_id, moment)
        source = connection.execute(select(Run.source).where(Run.id == run_id)).scalar_one()
        gone = _of_gone_pages(connection, source)
        vanished = _vanished(connection, source, run_id) if complete else []
        cancelled = [
            row
            for row in (*gone, *vanished)
            if row.kind == "event" and _ahead(row, moment) and row.cancelled_at is None
        ]
        removed = [row for row in (*gone, *vanished) if row.kind != "event"]
        live = _live(connection, source) + sum(
            1 for row in (*removed, *cancelled) if row.missing_since is not None
        )
        count = len(removed) + len(cancelled)
        if brake and count > max(BRAKE_ITEMS, BRAKE_SHARE * live):
            return Removals(held_back=count, live=live)
        changes = [_change(row, "cancel", run_id, moment) for row in cancelled]
        changes += [_change(row, "remove", run_id, moment) for row in removed]
        for row in cancelled:
            connection.execute(
                update(Event)
                .where(Event.id == row.id)
                .values(
                    cancelled_at=moment, missing_since=func.coalesce(Event.missing_since, moment)
                )
            )
        for row in removed:
            model = KINDS[row.kind]
            connection.execute(
                update(model)
                .where(model.id == row.id)
                .values(removed_at=moment, missing_since=func.coalesce(model.missing_since, moment))
            )
        # A page that comes back just as it was must be looked at item by item.
        pages = sorted({row.page_id for row in (*removed, *cancelled)})
        for page in pages:
            connection.execute(
                update(Page).where(Page.id == page).values(items_hash=None, input_hash=None)
            )
        counted = {"removed": len(removed), "cancelled": len(cancelled)}
        connection.execute(update(Run).where(Run.id == run_id).values(counted))
        lock_changes(connection, changes)
        insert_rows(connection, Change.__table__, changes)  # type: ignore[arg-type]
    return Removals(len(removed), len(cancelled), 0, live)


def _select(model: Any, kind: str) -> Any:
    cancelled = model.cancelled_at if model is Event else text("NULL AS cancelled_at")
    start = model.start if model is Event else text("'' AS start")
    end = model.end if model is Event else text("'' AS \"end\"")
    return (
        select(
            model.id,
            model.page_id,
            model.source,
            model.version,
            model.missing_since,
            model.natural_key,
            text(f"'{kind}' AS kind"),
            cancelled,
            start,
            end,
            Page.kind.label("page_kind"),
            (model.scheme if model is Certification else text("'' AS scheme")),
        )
        .join(Page, Page.id == model.page_id)
        .where(model.removed_at.is_(None))
        .order_by(model.id)
    )


def _of_gone_pages(connection: Connection, source: str) -> list[Row[Any]]:
    pages = connection.execute(
        select(Page.id, Page.gone_since, Page.last_fetch).where(
            Page.source == source, Page.gone_since.is_not(None), Page.http_status.in_(GONE)
        )
    ).all()
    ids = [row.id for row in pages if row.last_fetch - row.gone_since >= GONE_FOR]
    return [
        row
        for kind, model in KINDS.items()
        for row in (connection.execute(_select(model, kind).where(model.page_id.in_(ids))))
    ]


def _vanished(connection: Connection, source: str, run_id: int) -> list[Row[Any]]:
    """Items that pages, which this run read or found unchanged, no longer state, and no other
    page of the source does."""
    found: list[Row[Any]] = []
    for kind, model in KINDS.items():
        if kind == "article":
            continue
        rows = connection.execute(
            _select(model, kind).where(
                model.source == source,
                model.missing_since.is_not(None),
                Page.run_id == run_id,
                Page.gone_since.is_(None),
                Page.http_status.in_((200, 304)),
            )
        ).all()
        if not rows:
            continue
        stated = {
            canonical_json(key)
            for key in connection.scalars(
                select(model.natural_key).where(model.source == source, model.current())
            )
        }
        exhaustive = _exhaustive(connection, source) if kind == "certification" else set()
        for row in rows:
            if canonical_json(row.natural_key) in stated:
                continue
            if (
                kind == "event"
                or (kind == "certification" and (row.page_id, row.scheme) in exhaustive)
                or (kind in ("organization", "relation") and row.page_kind == "members")
            ):
                found.append(row)
    return found


def _exhaustive(connection: Connection, source: str) -> set[tuple[str, str]]:
    """Pages and schemes whose present list of certifications is whole."""
    whole: dict[tuple[str, str], bool] = {}
    for row in connection.execute(
        select(Certification.page_id, Certification.scheme, Certification.list_incomplete).where(
            Certification.source == source, Certification.current()
        )
    ):
        key = (row.page_id, row.scheme)
        whole[key] = whole.get(key, True) and not row.list_incomplete
    return {key for key, is_whole in whole.items() if is_whole}


def _ahead(row: Row[Any], now: datetime) -> bool:
    """Whether an event is still to come: only a whole date of a later day tells."""
    last = (row.end or row.start)[:10]
    return len(last) == 10 and last > now.date().isoformat()


def _live(connection: Connection, source: str) -> int:
    return sum(
        connection.execute(
            select(func.count()).select_from(model).where(model.source == source, model.current())
        ).scalar_one()
        for model in KINDS.values()
    )


def _change(row: Row[Any], op: str, run_id: int, now: datetime) -> dict[str, Any]:
    return {
        "item_id": row.id,
        "kind": row.kind,
        "source": row.source,
        "op": op,
        "version": row.version,
        "run_id": run_id,
        "recorded_at": now,
    }
