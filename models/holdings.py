"""What the store holds of one source now, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine, func, select

from models.claims import KINDS, Article


@dataclass(frozen=True, slots=True)
class Holdings:
    """items: current items of all kinds. news: articles among them. dated: share of the news
    with a date, 0 to 1. newest: the day of the newest dated news, or None."""

    items: int
    news: int
    dated: float
    newest: date | None


def holdings(engine: Engine, source: str) -> Holdings:
    """Count what `source` states at present."""
    with engine.connect() as connection:
        counts = {
            kind: connection.scalar(
                select(func.count())
                .select_from(table)
                .where(table.source == source, table.current())
            )
            or 0
            for kind, table in KINDS.items()
        }
        dated, newest = connection.execute(
            select(func.count(Article.date_published), func.max(Article.date_published)).where(
                Article.source == source, Article.current()
            )
        ).one()
    news = counts["article"]
    return Holdings(
        items=sum(counts.values()),
        news=news,
        dated=dated / news if news else 0.0,
        newest=_day(newest),
    )


def _day(value: str | None) -> date | None:
    """The first day that a date of any precision covers."""
    return date.fromisoformat((value + "-01-01")[:10]) if value else None
