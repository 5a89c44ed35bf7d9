"""The first page: what this is, how much there is, what is new."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Request, Response
from sqlalchemy import func, select

from feeds.entries import coming_events, list_entries
from feeds.entry_queries import EntryFilter
from feeds.pages.lists import overview
from feeds.pages.rendering import render
from feeds.views import entry_view
from models.registry import RegistryChange

router = APIRouter()

_SHOWN = 6
_WEEK = timedelta(days=7)


@router.get("")
def start(request: Request) -> Response:
    """What this is, and the ways in."""
    engine = request.app.state.engine
    now = datetime.now(UTC)
    today = now.date().isoformat()
    news, _ = list_entries(engine, EntryFilter(kind="article", last_day=today), limit=_SHOWN)
    coming = coming_events(engine, EntryFilter(kind="event", first_day=today), limit=_SHOWN)
    events = coming or list_entries(engine, EntryFilter(kind="event"), limit=_SHOWN)[0]
    table = RegistryChange
    recent = (
        select(table.kind, func.count())
        .where(table.recorded_at >= now.replace(hour=0, minute=0, second=0, microsecond=0) - _WEEK)
        .group_by(table.kind)
        .order_by(func.count().desc(), table.kind)
    )
    with engine.connect() as connection:
        figures = overview(request, connection)
        changes = [(kind, number) for kind, number in connection.execute(recent)]
    return render(
        request,
        "start.html",
        figures=figures,
        news=[*map(entry_view, news)],
        events=[*map(entry_view, events)],
        coming=bool(coming),
        changes=changes,
    )
