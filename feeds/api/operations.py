"""Claims with their words, the feed of changes, sources and runs."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json
from sqlalchemy import func, select

from feeds.api import shapes
from feeds.api.answers import cursor, json_answer, page, place, tagged
from feeds.api.parameters import Country, Day, Fields, Id, Text, known_fields
from feeds.api.problems import responses
from feeds.items import change_json, stored_item
from feeds.owners import owners_of
from feeds.views import moment
from models.changes import changes_after
from models.runs import COUNTERS, Run, Source
from registry.feed import register_changes

router = APIRouter(prefix="/api")

Cursor = Annotated[
    str | None, Field(max_length=500, description="The `cursor` of the last answer; none: all.")
]


class Following(BaseModel):
    """Where to go on, and how far."""

    model_config = ConfigDict(extra="forbid")

    after: Cursor = None
    limit: int = Field(100, ge=1, le=1_000)


class Listed(BaseModel):
    """A page of a list."""

    model_config = ConfigDict(extra="forbid")

    after: str | None = Field(None, description="From `next`; nothing else.")
    limit: int = Field(100, ge=1, le=500)
    fields: Fields | None = Field(None, description="Only these, by commas, and what names it.")


class ListedSources(Listed):
    """A page of the sources."""

    country: Country | None = None


class ListedRuns(Listed):
    """A page of the runs."""

    source: Text | None = None
    verdict: Text | None = Field(None, description="ok, empty, degraded, blocked, …")
    since: Day | None = Field(None, description="Begun on this day or later, UTC.")
    until: Day | None = Field(None, description="Begun on this day or earlier, UTC.")


@router.get(
    "/changes", tags=["changes"], response_model=shapes.Changes, responses=responses(410, 422)
)
def changes(request: Request, wanted: Annotated[Following, Query()]) -> Response:
    """What changed, claim by claim, oldest first: the contract for apps that mirror.

    Keep `cursor` and give it as `after` the next time. None is lost and none told twice; 410
    says that the database was rebuilt, so start over without `after`.
    """
    engine = request.app.state.engine
    records, following = changes_after(engine, wanted.after, wanted.limit)
    rest = {"cursor": following, "more": len(records) == wanted.limit}
    items = b",".join(map(change_json, records))
    return tagged(request, b'{"items":[%b],%b' % (items, to_json(rest)[1:]), "application/json")


@router.get(
    "/register/changes",
    tags=["changes"],
    response_model=shapes.RegisterChanges,
    responses=responses(410, 422),
)
def registry_changes(request: Request, wanted: Annotated[Following, Query()]) -> Response:
    """What changed about organizations, oldest first: renamed, merged, coordinator changed,
    status gained, renewed or expired. Cursors work as those of /api/changes, but are others."""
    records, following = register_changes(request.app.state.engine, wanted.after, wanted.limit)
    views = [
        {
            "seq": record.seq,
            "kind": record.kind,
            "organization": {"id": record.organization, "name": record.name},
            "old": record.old,
            "new": record.new,
            "source": record.source,
            "url": record.url,
            "words": record.words,
            "day": record.day,
            "recorded_at": moment(record.recorded_at),
        }
        for record in records
    ]
    return json_answer(
        request, {"items": views, "cursor": following, "more": len(views) == wanted.limit}
    )


@router.get(
    "/claims/{id}", tags=["evidence"], response_model=shapes.Claim, responses=responses(404, 422)
)
def claim(request: Request, id: Id) -> Response:
    """What one page states: the exact words, the address, when it was read."""
    item = stored_item(request.app.state.engine, id)
    if item is None:
        raise HTTPException(404, f"There is no claim {id!r}.")
    return json_answer(request, item)


@router.get("/runs", tags=["operation"], response_model=shapes.Runs, responses=responses(422))
def runs(request: Request, wanted: Annotated[ListedRuns, Query()]) -> Response:
    """Runs, the latest first."""
    fields = known_fields(wanted.fields, shapes.Run)
    key = place(wanted.after, int)
    query = select(Run.__table__).order_by(Run.id.desc()).limit(wanted.limit + 1)
    if key:
        query = query.where(Run.id < key[0])
    for column, value in ((Run.source, wanted.source), (Run.verdict, wanted.verdict)):
        query = query.where(column == value) if value else query
    for day, moment_of_day, later in (
        (wanted.since, time.min, True),
        (wanted.until, time.max, False),
    ):
        if day:
            edge = datetime.combine(date.fromisoformat(day), moment_of_day, UTC)
            query = query.where(Run.started >= edge if later else Run.started <= edge)
    with request.app.state.engine.connect() as connection:
        rows = connection.execute(query).all()
    following = cursor(rows[wanted.limit - 1].id) if len(rows) > wanted.limit else None
    return page(request, [_run(row) for row in rows[: wanted.limit]], following, fields)


@router.get("/sources", tags=["operation"], response_model=shapes.Sources, responses=responses(422))
def sources(request: Request, wanted: Annotated[ListedSources, Query()]) -> Response:
    """The websites that were read, by name, each with its last run."""
    fields = known_fields(wanted.fields, shapes.Source)
    key = place(wanted.after, str)
    query = select(Source.__table__).order_by(Source.name).limit(wanted.limit + 1)
    if key:
        query = query.where(Source.name > key[0])
    if wanted.country:
        query = query.where(Source.country == wanted.country)
    with request.app.state.engine.connect() as connection:
        rows = connection.execute(query).all()
        names = [row.name for row in rows]
        newest = select(func.max(Run.id)).where(Run.source.in_(names)).group_by(Run.source)
        found = connection.execute(select(Run.__table__).where(Run.id.in_(newest)))
        last = {row.source: row for row in found}
        owners = owners_of(connection, names)
    views = [
        {
            "name": row.name,
            "url": row.url,
            "country": row.country,
            "organization": owners.get(row.name),
            "first_run": moment(row.first_run),
            "last_run": _run(last[row.name]) if row.name in last else None,
        }
        for row in rows[: wanted.limit]
    ]
    following = cursor(rows[wanted.limit - 1].name) if len(rows) > wanted.limit else None
    return page(request, views, following, [*fields, "name"] if fields else ())


def _run(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "source": row.source,
        "trigger": row.trigger,
        "started": moment(row.started),
        "finished": moment(row.finished) if row.finished else None,
        "verdict": row.verdict,
        "reason": row.reason or "",
        "counters": {name: getattr(row, name) for name in COUNTERS},
    }
