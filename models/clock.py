"""What time it is for the database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, func, select

from models.runs import Run


def server_time(engine: Engine) -> datetime | None:
    """The time of a database server, in UTC; None for a file, which has no clock."""
    if engine.dialect.name != "postgresql":
        return None
    with engine.connect() as connection:
        now: datetime = connection.execute(select(func.now())).scalar_one()
        return now


def newest_time(engine: Engine) -> datetime | None:
    """When the last run began, in UTC; None where there was none."""
    with engine.connect() as connection:
        return connection.execute(select(func.max(Run.started))).scalar()
