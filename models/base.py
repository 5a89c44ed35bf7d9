"""What all tables share: the declarative base and the column types that both engines agree on."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, MetaData, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeEngine

Serial = BigInteger().with_variant(Integer, "sqlite")
"""A 64 bit number that counts itself: SQLite does that only for its own INTEGER."""


PlainText = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that sorts and compares by code points on both engines, whatever the server's locale."""


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC. Naive values are refused; what comes back is aware, whatever the engine.

    SQLite drops offsets without a word, so there it is text of one fixed width, which also
    sorts as time does.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite, timestamptz elsewhere."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """The moment as the engine keeps it."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without its zone cannot be stored: {value!r}")
        moment = value.astimezone(UTC)
        return utc_text(moment) if dialect.name == "sqlite" else moment

    def result_processor(self, _dialect: Dialect, _coltype: object) -> Callable[[Any], Any] | None:
        """Makes aware datetimes in UTC; without the detours of `process_result_value`, for a page
        of fifty rows has hundreds of them."""
        return _moment


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    if isinstance(value, str):
        return datetime.fromisoformat(value)
    moment: datetime = value
    return moment.astimezone(UTC)


class UtcText(UtcTime):
    """The same column read as `utc_text`, for lists that show times and do not reckon with them:
    a page of fifty entries has two hundred."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, _coltype: object) -> Callable[[Any], Any] | None:
        """Nothing to do on SQLite."""
        return None if dialect.name == "sqlite" else _text


def _text(value: datetime | None) -> str | None:
    return None if value is None else utc_text(value)


def utc_text(moment: datetime) -> str:
    """A moment as text of one fixed width: 2026-01-31T08:00:00.000000+00:00."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


_decode = json.JSONDecoder().raw_decode


def _value(text: str | None) -> Any:
    # What is canonical has nothing around it, which `json.loads` takes its time to look for.
    return None if text is None else _decode(text)[0]


class JsonText(TypeDecorator[Any]):
    """A JSON value as canonical text: the same bytes on both engines."""

    impl = PlainText
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:
        """Text; a value that is text already is taken as canonical JSON."""
        if value is None or isinstance(value, str):
            return value
        return canonical_json(value)

    def result_processor(self, _dialect: Dialect, _coltype: object) -> Callable[[Any], Any]:
        """Makes the value."""
        return _value


_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
).encode


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces, so that equal values are equal text."""
    return _encode(value)


class Base(DeclarativeBase):
    """All tables. Constraints have names, so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {str: PlainText, datetime: UtcTime()}  # noqa: RUF012
