"""Opening the database: which engine, whose file, which release, and who may write."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from models.base import Base
from models.errors import (
    DatabaseError,
    DatabaseForeign,
    DatabaseMissing,
    DatabaseNewer,
    DatabaseOlder,
    DatabaseReadOnly,
    DatabaseUnreachable,
    DatabaseUnsupported,
)
from models.schema import NEWEST, VERSION_TABLE, migrate

BUSY_SECONDS = 30
"""How long a writer of SQLite waits for another one."""

_WRITES = "store_writes"


def database_url(database: str) -> URL:
    """The SQLAlchemy URL of a path or URL. Raises DatabaseUnsupported for other engines.

    >>> database_url("postgres://me@db/feeds").drivername
    'postgresql+psycopg'
    """
    if "://" not in database:
        return URL.create("sqlite", database=database)
    try:
        url = make_url(database)
    except ArgumentError:
        raise DatabaseUnsupported(
            "cannot read this database address; write sqlite:///file.db or "
            "postgresql://user@host/name"
        ) from None
    backend = url.drivername.partition("+")[0]
    if backend in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    if backend == "sqlite":
        return url.set(drivername="sqlite")
    raise DatabaseUnsupported(
        f"{backend} databases are not supported; use SQLite (a file) or postgresql://"
    )


def open_database(database: str, *, create: bool = True) -> Engine:
    """An engine on a database that is ours, writable and of this release.

    database: a path, or a URL of SQLite or PostgreSQL. With `create`, an empty or absent
    database gets its tables. Raises a DatabaseError, with nothing written, where that is not
    so; `upgrade_database` brings an older one up to date.
    """
    url = database_url(database)
    check = _check_file if url.drivername == "sqlite" else _check_server
    revision = check(url, create)
    name = _name(url)
    if revision is not None and revision > NEWEST:
        raise DatabaseNewer(
            f"{name} was written by a newer Clusterfeed (schema {revision}, this one knows "
            f"{NEWEST}): upgrade Clusterfeed"
        )
    if revision is not None and revision < NEWEST:
        raise DatabaseOlder(
            f"{name} was written by an older Clusterfeed (schema {revision}, now {NEWEST}): "
            "make a backup, then run `clusterfeed db upgrade`"
        )
    engine = _engine(url)
    if revision is None:
        _migrate(engine, name)
    return engine


def upgrade_database(database: str) -> tuple[str | None, str]:
    """Bring a database to this release's schema. Returns the schema before and after.

    Raises a DatabaseError where the database cannot be used, or is newer than the code.
    """
    url = database_url(database)
    check = _check_file if url.drivername == "sqlite" else _check_server
    revision = check(url, True)
    if revision is not None and revision > NEWEST:
        raise DatabaseNewer(f"{_name(url)} is newer (schema {revision}) than this Clusterfeed")
    engine = _engine(url)
    try:
        _migrate(engine, _name(url))
    finally:
        engine.dispose()
    return revision, NEWEST


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: on SQLite it takes the write lock at once, so that it cannot
    fail half way because another one wrote first."""
    with engine.connect() as connection:
        connection.execution_options(**{_WRITES: True})
        with connection.begin():
            yield connection


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one moment of the database, however busy it is."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


def _migrate(engine: Engine, name: str) -> None:
    try:
        with writing(engine) as connection:
            migrate(connection)
    except OperationalError as error:
        engine.dispose()
        raise _translated(error, name) from error


def _engine(url: URL) -> Engine:
    if url.drivername != "sqlite":
        # A connection that died while it was idle is replaced before it is used.
        engine = create_engine(url, pool_pre_ping=True, connect_args=_server_args(url))
        event.listen(engine, "connect", _prepare_postgresql)
        return engine
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _server_args(url: URL) -> dict[str, Any]:
    defaults = {"connect_timeout": 10, "application_name": "clusterfeed"}
    return {key: value for key, value in defaults.items() if key not in url.query}


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    # The driver cannot read the last hours of the calendar in a zone ahead of UTC.
    connection.execute("SET TIME ZONE 'UTC'")
    connection.commit()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver shall not begin transactions on its own
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")  # a commit survives the loss of power
    connection.execute("PRAGMA foreign_keys=ON")
    # Ids are hashes, so each row touches other pages of the indexes: let them gather in memory
    # (64 MB at most) and in the log before they are written into the file.
    connection.execute("PRAGMA cache_size=-65536")
    connection.execute("PRAGMA wal_autocheckpoint=16000")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _name(url: URL) -> str:
    if url.drivername == "sqlite":
        return str(url.database)
    return url.set(drivername="postgresql").render_as_string(hide_password=True)


def _check_file(url: URL, create: bool) -> str | None:
    """The schema of an SQLite file, None for an empty or absent one; read without writing."""
    if not url.database or url.database.startswith((":memory:", "file:")):
        raise DatabaseUnsupported("a database in memory is lost at once; name a file by its path")
    path = Path(url.database)
    folder = path.parent
    if not folder.is_dir():
        raise DatabaseMissing(f"the folder {folder} does not exist; create it (mkdir -p {folder})")
    if path.is_dir():
        raise DatabaseForeign(f"{path} is a folder; name a file in it")
    if not path.exists():
        if not create:
            raise DatabaseMissing(f"there is no database {path} yet; `clusterfeed crawl` makes it")
        if not os.access(folder, os.W_OK):
            raise DatabaseReadOnly(f"the folder {folder} cannot be written to; choose another")
        return None
    revision = None
    if path.stat().st_size:
        revision = _file_revision(path)
    if not os.access(path, os.W_OK) or not os.access(folder, os.W_OK):
        raise DatabaseReadOnly(f"{path} or its folder cannot be written to; check who owns them")
    return revision


def _file_revision(path: Path) -> str | None:
    # By SQLite alone: who opens the file himself and closes it drops, on POSIX, the locks that this
    # process holds by other connections, and the next reader that ends removes the log they write.
    foreign = DatabaseForeign(f"{path} is not a database of Clusterfeed; name another file")
    # Without a log beside the file nobody writes, and an immutable look leaves no trace.
    quiet = "" if Path(f"{path}-wal").exists() else "&immutable=1"
    uri = f"{path.resolve().as_uri()}?mode=ro{quiet}"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS)) as probe:
            names = {row[0] for row in probe.execute("SELECT name FROM sqlite_master")}
            if not names:
                return None
            if VERSION_TABLE not in names:
                raise foreign
            row = probe.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()
            return str(row[0]) if row else None
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
            raise foreign from error
        raise DatabaseForeign(f"{path} cannot be read as a database: {error}") from error


def _check_server(url: URL, create: bool) -> str | None:
    """The schema of a PostgreSQL database, None for an empty one; read without writing."""
    name = _name(url)
    engine = create_engine(url, connect_args=_server_args(url))
    try:
        with engine.connect() as connection:
            if connection.scalar(text("SHOW server_encoding")) != "UTF8":
                raise DatabaseUnsupported(f"{name} is not UTF-8; create it with ENCODING 'UTF8'")
            if connection.scalar(text("SHOW transaction_read_only")) == "on":
                raise DatabaseReadOnly(f"{name} accepts no writing; use its primary server")
            return _server_revision(connection, name, create)
    except OperationalError as error:
        raise _translated(error, name) from error
    finally:
        engine.dispose()


def _server_revision(connection: Connection, name: str, create: bool) -> str | None:
    tables = set(inspect(connection).get_table_names())
    if VERSION_TABLE in tables:
        revision = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))
        if revision is not None:
            return str(revision)
    if taken := sorted(tables & set(Base.metadata.tables)):
        raise DatabaseForeign(
            f"{name} has tables of the same names ({', '.join(taken[:3])}) that are not "
            "Clusterfeed's; use a database of its own"
        )
    if not create:
        raise DatabaseMissing(f"{name} is empty; `clusterfeed crawl` makes its tables")
    return None


def _translated(error: DBAPIError, name: str) -> DatabaseError:
    """A driver's error as one clear line."""
    words = " ".join(str(error.orig).split())
    if "does not exist" in words and "database" in words:
        return DatabaseMissing(f"{name}: {words}; create it with `createdb`")
    if "readonly" in words or "read-only" in words:
        return DatabaseReadOnly(f"{name} cannot be written to: {words}")
    return DatabaseUnreachable(f"cannot use {name}: {words[:300]}; is the server up?")
