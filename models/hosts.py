"""Hosts: who crawls one now, how it wants to be asked, and when not.

A host is asked by one crawl at a time, whatever its sources, processes and machines. The lease
here sees to that; the pace and what the host told us outlive the crawl.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Engine, LargeBinary, select, update
from sqlalchemy.dialects.postgresql import insert as upsert_postgresql
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite
from sqlalchemy.orm import Mapped, deferred, mapped_column

from models.base import Base
from models.database import writing
from models.errors import HostBusy
from models.leases import LEASE, died
from models.leases import owner as this_process
from models.pages import pack, unpack

ROBOTS_LIMIT = 512 * 1024
"""So many bytes of a robots.txt count."""


class Host(Base):
    """One host (see `host_key`).

    owner, source, since, lease_until: who crawls it now, for which source. last_request: the
    last one that is known of. crawl_delay: what its robots.txt asks for, in seconds. not_before
    and wait_reason: it asked to be left alone until then. robots_refused_since: the first of
    the runs in a row in which its robots.txt was out of reach. robots: the last one that was
    read, packed, with its validators.
    """

    __tablename__ = "host"

    host: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str | None]
    source: Mapped[str | None]
    since: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    last_request: Mapped[datetime | None]
    crawl_delay: Mapped[float | None]
    not_before: Mapped[datetime | None]
    wait_reason: Mapped[str | None]
    robots_refused_since: Mapped[datetime | None]
    robots_etag: Mapped[str | None]
    robots_modified: Mapped[str | None]
    packed_robots: Mapped[bytes | None] = deferred(mapped_column("robots", LargeBinary))


@dataclass(frozen=True, slots=True)
class HostState:
    """What is known of a host; the columns of `Host`, for those who only look."""

    host: str
    owner: str | None = None
    source: str | None = None
    since: datetime | None = None
    lease_until: datetime | None = None
    last_request: datetime | None = None
    crawl_delay: float | None = None
    not_before: datetime | None = None
    wait_reason: str | None = None
    robots_refused_since: datetime | None = None
    robots_etag: str | None = None
    robots_modified: str | None = None

    def held(self, now: datetime | None = None) -> bool:
        """Whether a crawl that is alive has the host now."""
        moment = now or datetime.now(UTC)
        return bool(
            self.owner and self.lease_until and self.lease_until > moment and not died(self.owner)
        )


def host_key(url: str) -> str:
    """The host of an address as the table names it: lower case, no www, no usual port.

    >>> host_key("https://www.Example.org/news"), host_key("http://127.0.0.1:8931/")
    ('example.org', '127.0.0.1:8931')
    """
    parts = urlsplit(url)
    name = (parts.hostname or "").lower().removeprefix("www.")
    usual = parts.port in (None, 80, 443)
    return name if usual else f"{name}:{parts.port}"


def acquire_host(
    engine: Engine,
    host: str,
    owner: str = "",
    *,
    source: str = "",
    lease: timedelta = LEASE,
    now: datetime | None = None,
) -> HostState:
    """Take a host for one crawl; returns what is known of it.

    host: from `host_key`. owner: who takes it, this process if left out. source: for which
    source, to tell others. Raises HostBusy while another crawl has it, be it of this very
    process. A lease that is over, or whose process on this machine is gone, is taken over.

    Every crawl does this for itself, so a scheduler need not: it may look with `host_state`.
    """
    moment = now or datetime.now(UTC)
    with writing(engine) as connection:
        _register(connection, host)
        before = _state(connection, host, lock=True)
        if before.held(moment):
            raise HostBusy(host, before.source or "", before.since or moment, before.owner or "")
        values: dict[str, Any] = {
            "owner": owner or this_process(),
            "source": source or None,
            "since": moment,
            "lease_until": moment + lease,
        }
        if before.owner:
            # Whoever had it before did not say when it asked last: perhaps just now.
            values["last_request"] = moment
        connection.execute(update(Host).where(Host.host == host).values(values))
        return _state(connection, host)


def renew_host(
    engine: Engine,
    host: str,
    owner: str = "",
    *,
    lease: timedelta = LEASE,
    last_request: datetime | None = None,
    now: datetime | None = None,
) -> bool:
    """A sign of life of the crawl that has the host; False if it has it no more."""
    moment = now or datetime.now(UTC)
    values: dict[str, Any] = {"lease_until": moment + lease}
    if last_request:
        values["last_request"] = last_request
    with writing(engine) as connection:
        return _update_own(connection, host, owner, values)


def release_host(
    engine: Engine, host: str, owner: str = "", *, last_request: datetime | None = None
) -> bool:
    """Let the host go; False if another had taken it over meanwhile, who then keeps it.

    last_request: when it was last asked, so that the next crawl keeps its distance.
    """
    values: dict[str, Any] = dict.fromkeys(("owner", "source", "since", "lease_until"))
    if last_request:
        values["last_request"] = last_request
    with writing(engine) as connection:
        return _update_own(connection, host, owner, values)


def note_host(engine: Engine, host: str, **values: Any) -> None:
    """Keep what a host told us: columns of `Host` by name."""
    with writing(engine) as connection:
        _register(connection, host)
        connection.execute(update(Host).where(Host.host == host).values(values))


def keep_robots(
    engine: Engine, host: str, body: bytes, etag: str | None, modified: str | None
) -> None:
    """Keep a robots.txt that was read, for the next 304 and for the day it is out of reach."""
    note_host(
        engine,
        host,
        packed_robots=pack(body[:ROBOTS_LIMIT]),
        robots_etag=etag,
        robots_modified=modified,
    )


def kept_robots(engine: Engine, host: str) -> bytes | None:
    """The last robots.txt of a host, or None."""
    with engine.connect() as connection:
        packed = connection.scalar(select(Host.packed_robots).where(Host.host == host))
    return None if packed is None else unpack(packed)


def host_state(engine: Engine, host: str) -> HostState:
    """What is known of a host; an empty state where nothing is."""
    with engine.connect() as connection:
        return _state(connection, host)


def host_states(engine: Engine) -> dict[str, HostState]:
    """All hosts that are known of."""
    with engine.connect() as connection:
        return {row.host: HostState(*row) for row in connection.execute(select(*_columns()))}


def _columns() -> list[Any]:
    return [getattr(Host, name) for name in HostState.__dataclass_fields__]


def _state(connection: Connection, host: str, *, lock: bool = False) -> HostState:
    query = select(*_columns()).where(Host.host == host)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return HostState(*row) if row is not None else HostState(host)


def _register(connection: Connection, host: str) -> None:
    upsert = upsert_postgresql if connection.dialect.name == "postgresql" else upsert_sqlite
    connection.execute(upsert(Host).values(host=host).on_conflict_do_nothing())


def _update_own(connection: Connection, host: str, owner: str, values: dict[str, Any]) -> bool:
    done = connection.execute(
        update(Host)
        .where(Host.host == host, Host.owner == (owner or this_process()))
        .values(values)
    )
    return bool(done.rowcount)
