"""What can be wrong with a database. Every message is one line that says what to do."""

from __future__ import annotations

from datetime import datetime


class DatabaseError(Exception):
    """The database cannot be used. Nothing was written."""


class DatabaseMissing(DatabaseError):
    """There is no database, or no folder for it."""


class DatabaseReadOnly(DatabaseError):
    """The database, its folder or its server accepts no writing."""


class DatabaseForeign(DatabaseError):
    """What is there is not a database of Clusterfeed."""


class DatabaseNewer(DatabaseError):
    """A later release of Clusterfeed wrote it."""


class DatabaseOlder(DatabaseError):
    """An earlier release wrote it, and it was not upgraded."""


class DatabaseUnreachable(DatabaseError):
    """The server does not answer, or refuses."""


class DatabaseUnsupported(DatabaseError):
    """Neither SQLite nor PostgreSQL, or an address that cannot be read."""


class StoreError(Exception):
    """Writing failed for good, and why. What was committed before stays."""


class RunInProgress(Exception):
    """Another run of the source is alive."""

    def __init__(self, source: str, since: datetime, owner: str, run_id: int) -> None:
        super().__init__(
            f"{source} is being crawled since {since:%Y-%m-%d %H:%M} UTC by {owner} (run {run_id})"
        )
        self.source = source
        self.since = since
        self.owner = owner
        self.run_id = run_id


class HostBusy(Exception):
    """Another crawl asks the host now."""

    def __init__(self, host: str, source: str, since: datetime, owner: str) -> None:
        what = f" for {source}" if source else ""
        super().__init__(
            f"{host} is being crawled{what} since {since:%Y-%m-%d %H:%M:%S} UTC by {owner}; "
            "a host is asked by one crawl at a time, so try again when that one is done"
        )
        self.host = host
        self.source = source
        self.since = since
        self.owner = owner


class UnknownSource(LookupError):
    """No source has this name."""

    def __init__(self, source: str) -> None:
        super().__init__(f"there is no source {source!r}; `clusterfeed sources` lists them")


class LeaseLost(StoreError):
    """The run was taken for crashed and closed by another; it must write no more."""


class CursorInvalid(ValueError):
    """Not a cursor of ours."""


class CursorExpired(Exception):
    """The cursor belongs to an earlier life of the database: the reader must start over."""
