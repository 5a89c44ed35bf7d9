"""Which databases are opened, and what is said of the others, which stay as they are."""

from __future__ import annotations

import os
import pwd
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from postgres_server import PostgresServer
from sqlalchemy import inspect, text
from worlds import crawl, visit

from models import Base, open_database, upgrade_database, writing
from models.database import database_url
from models.errors import (
    DatabaseForeign,
    DatabaseMissing,
    DatabaseNewer,
    DatabaseOlder,
    DatabaseReadOnly,
    DatabaseUnreachable,
    DatabaseUnsupported,
)
from models.fulltext import TABLE
from models.schema import NEWEST, VERSION_TABLE

ROOT = Path(__file__).parents[2]


def test_an_empty_database_gets_all_tables_and_keeps_what_it_is(empty_database: str) -> None:
    epochs = set()
    for _ in range(2):
        engine = open_database(empty_database)
        # The full text is each engine's own kind of table, with helpers of its own on SQLite.
        names = {n for n in inspect(engine).get_table_names() if not n.startswith("entry_text_")}
        assert names == {*Base.metadata.tables, VERSION_TABLE, TABLE}
        with engine.connect() as connection:
            epochs.add(connection.scalar(text("SELECT value FROM meta WHERE key = 'epoch'")))
        engine.dispose()
    assert len(epochs) == 1


@pytest.mark.parametrize("address", ["postgres://a@b/c", "postgresql+psycopg2://a@b/c"])
def test_every_spelling_of_postgresql_uses_the_one_driver(address: str) -> None:
    assert database_url(address).drivername == "postgresql+psycopg"


@pytest.mark.parametrize(
    "address", ["mysql://a@b/c", "sqlite://", "sqlite:///:memory:", "sqlite:///file::memory:?uri=1"]
)
def test_other_engines_and_memory_are_refused(address: str) -> None:
    with pytest.raises(DatabaseUnsupported):
        open_database(address)


def test_a_missing_folder_and_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DatabaseMissing, match="mkdir"):
        open_database(str(tmp_path / "no" / "store.db"))
    with pytest.raises(DatabaseMissing, match="clusterfeed crawl"):
        open_database(str(tmp_path / "store.db"), create=False)
    with pytest.raises(DatabaseForeign, match="folder"):
        open_database(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_files_of_others_stay_untouched(tmp_path: Path) -> None:
    notes = tmp_path / "notes.db"
    notes.write_text("not a database " * 100)
    foreign = tmp_path / "foreign.db"
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE page (a)")
        connection.commit()
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"SQLite format 3\0" + b"x" * 4000)
    for path in (notes, foreign, damaged):
        before = path.read_bytes(), sorted(tmp_path.iterdir())
        with pytest.raises(DatabaseForeign) as caught:
            open_database(str(path))
        assert "\n" not in str(caught.value)
        assert (path.read_bytes(), sorted(tmp_path.iterdir())) == before


def test_a_reader_that_ends_leaves_a_writer_its_log(tmp_path: Path) -> None:
    """What a crawl has committed lies in SQLite's log; who thinks he is the last one to close the
    file removes that. The crawl opens the database twice."""
    path = tmp_path / "store.db"
    held, engine = open_database(str(path)), open_database(str(path))
    count = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); "
    count += "print(c.execute('SELECT count(*) FROM page').fetchone()[0]); c.close()"
    for number in range(3):
        crawl(engine, [visit(number)], day=number)
        said = subprocess.run(
            [sys.executable, "-c", count, path], capture_output=True, text=True, check=True
        )
        assert int(said.stdout) == number + 1
    for each in (held, engine):
        each.dispose()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM page").fetchone() == (3,)


def test_a_database_of_a_later_release_is_refused_untouched(database: str) -> None:
    engine = open_database(database)
    with writing(engine) as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    engine.dispose()
    for use in (open_database, upgrade_database):
        with pytest.raises(DatabaseNewer, match="9999"):
            use(database)
    with engine.connect() as connection:
        assert connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}")) == "9999"
    engine.dispose()


def test_a_database_of_an_earlier_release_asks_for_the_upgrade(database: str) -> None:
    engine = open_database(database)
    with writing(engine) as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '0000'"))
    engine.dispose()
    with pytest.raises(DatabaseOlder, match="clusterfeed db upgrade"):
        open_database(database)


def test_a_file_that_may_not_be_written() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        open_database(str(path)).dispose()
        path.chmod(0o444)
        Path(folder).chmod(0o555)
        before = path.read_bytes()
        child = os.fork()
        if child == 0:
            if os.getuid() == 0:
                os.setuid(pwd.getpwnam("nobody").pw_uid)  # root may write anything
            try:
                open_database(str(path))
            except DatabaseReadOnly:
                os._exit(0)
            finally:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert path.read_bytes() == before
        Path(folder).chmod(0o755)


def test_a_server_that_does_not_answer_and_a_database_that_is_not_there(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    with pytest.raises(DatabaseUnreachable) as caught:
        open_database(f"postgresql://me:secret@/x?host={tmp_path}")
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)
    with pytest.raises(DatabaseMissing, match="createdb"):
        open_database(postgres.url("nowhere"))


def test_a_server_that_only_reads(postgres: PostgresServer) -> None:
    url = postgres.create()
    name = url.split("@/")[1].split("?")[0]
    postgres.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with pytest.raises(DatabaseReadOnly):
        open_database(url)


def test_tables_of_others_on_a_server(postgres: PostgresServer) -> None:
    url = postgres.create()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE procrastinate_jobs (id int)")
    assert "procrastinate_jobs" in inspect(open_database(url)).get_table_names()

    other = postgres.create()
    with psycopg.connect(other) as connection:
        connection.execute("CREATE TABLE event (id int)")
    with pytest.raises(DatabaseForeign, match="event"):
        open_database(other)
    with psycopg.connect(other) as connection:
        tables = connection.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchone()
    assert tables == (1,)


def test_the_newest_revision_is_the_one_of_the_code() -> None:
    files = sorted(path.name[:4] for path in (ROOT / "migrations/versions").glob("[0-9]*.py"))
    assert files[-1] == NEWEST
