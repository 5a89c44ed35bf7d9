"""What a database's complaint means for the writer."""

from __future__ import annotations

from enum import Enum
from sqlite3 import OperationalError as SqliteOperationalError

from sqlalchemy.exc import DBAPIError, SQLAlchemyError


class Fault(Enum):
    """PASSING: try again. FATAL: nothing can be written. CONTENT: these rows are refused."""

    PASSING = "passing"
    FATAL = "fatal"
    CONTENT = "content"


_PASSING_SQLITE = ("database is locked", "database table is locked", "locking protocol")
_FATAL_SQLITE = {
    "database or disk is full": "the disk is full; make room, then run again",
    "readonly database": "the database cannot be written to; check who owns it",
    "disk i/o error": "the disk fails; check it, then run again",
    "unable to open database file": "the database file is gone or cannot be opened",
    "file is not a database": "the database file is damaged; restore a backup",
    "disk image is malformed": "the database file is damaged; restore a backup",
    "no such table": "the database is not one of this release any more",
    "no such column": "the database is not one of this release any more",
}
# By SQLSTATE, whose first two characters are its class.
_PASSING_POSTGRESQL = ("40", "08", "53300", "55P03", "57P01", "57P02", "57P03", "57P05")
_FATAL_POSTGRESQL = {
    "53100": "the server's disk is full; make room, then run again",
    "53": "the server is short of resources",
    "25006": "the server accepts no writing",
    "28": "the server refuses this user",
    "42": "the database is not one of this release, or this user may not write",
    "58": "the server's system fails",
    "XX": "the server fails; look into its log",
}


def fault_of(error: Exception) -> tuple[Fault, str]:
    """What kind of fault an error is, and one line about it."""
    if not isinstance(error, DBAPIError):
        first = str(error).strip().split("\n", 1)[0][:300]
        if isinstance(error, SQLAlchemyError) and not _about_values(error):
            return Fault.FATAL, f"the store failed: {first}"
        return Fault.CONTENT, f"{type(error).__name__}: {first}"
    words = " ".join(str(error.orig).split())[:300]
    state = getattr(error.orig, "sqlstate", None)
    if state:
        if state.startswith(_PASSING_POSTGRESQL):
            return Fault.PASSING, words
        for prefix, advice in _FATAL_POSTGRESQL.items():
            if state.startswith(prefix):
                return Fault.FATAL, f"{advice} ({words})"
        return Fault.CONTENT, words
    if error.connection_invalidated:
        return Fault.PASSING, words
    if isinstance(error.orig, SqliteOperationalError):
        if any(sign in words.lower() for sign in _PASSING_SQLITE):
            return Fault.PASSING, words
        for sign, advice in _FATAL_SQLITE.items():
            if sign in words.lower():
                return Fault.FATAL, f"{advice} ({words})"
    elif type(error.orig).__module__.startswith("psycopg") and _is_operational(error.orig):
        return Fault.PASSING, words  # no state at all: the server did not answer
    elif any(sign in words.lower() for sign in _FATAL_SQLITE):
        return Fault.FATAL, words
    return Fault.CONTENT, words


def _about_values(error: SQLAlchemyError) -> bool:
    """Whether it is a statement's values that could not be prepared."""
    return type(error).__name__ == "StatementError"


def _is_operational(error: BaseException | None) -> bool:
    return any(base.__name__ == "OperationalError" for base in type(error).__mro__)
