"""Databases of earlier releases come up with what they hold, and go down again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from worlds import crawl, visit

from models import Base, latest_runs, open_database, upgrade_database, writing
from models.errors import DatabaseOlder
from models.schema import FOLDER, NEWEST, VERSION_TABLE, migrate
from models.upkeep import check_database

REVISIONS = sorted(path.name[:4] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def rows(engine: Engine) -> dict[str, list[Any]]:
    """All rows of all tables, as the engine itself has them."""
    with engine.connect() as connection:
        return {
            table: sorted(map(str, connection.execute(text(f"SELECT * FROM {table}")).all()))
            for table in inspect(engine).get_table_names()
            if table != VERSION_TABLE
        }


def test_the_migrations_lead_to_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "version_table": VERSION_TABLE,
                "compare_server_default": False,
                "include_name": lambda name, kind, _: (
                    not (kind == "table" and "entry_text" in name)
                ),
            },
        )
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_down_and_up_again_with_data_in_the_tables(database: str, revision: str) -> None:
    engine = open_database(database)
    crawl(engine, [visit(1), visit(2)])
    crawl(engine, [visit(1, 1, word="inny"), visit(2, 1, status=404)], day=1)
    before = rows(engine)
    with writing(engine) as connection:
        migrate(connection, revision)
    old = rows(engine)
    assert {table: len(found) for table, found in old.items()} == {
        table: len(found) for table, found in before.items() if table in old
    }
    with pytest.raises(DatabaseOlder, match=f"schema {revision}"):
        open_database(database)
    engine.dispose()

    assert upgrade_database(database) == (revision, NEWEST)
    engine = open_database(database)
    assert check_database(engine) == []
    after = rows(engine)
    for table in ("article", "item_version", "change", "capture", "body"):
        assert after[table] == before[table]
    assert latest_runs(engine)[0].changed == 5
    run = crawl(engine, [visit(1, 2)], day=2)
    assert (run.changed, run.new) == (5, 0)
    assert upgrade_database(database) == (NEWEST, NEWEST)
    engine.dispose()


def test_all_the_way_down_leaves_nothing(engine: Engine) -> None:
    crawl(engine, [visit(1)])
    with writing(engine) as connection:
        migrate(connection, "base")
    assert set(inspect(engine).get_table_names()) <= {VERSION_TABLE}


def test_a_migration_that_fails_changes_nothing(database: str) -> None:
    engine = open_database(database)
    with writing(engine) as connection:
        migrate(connection, REVISIONS[0])
    with writing(engine) as connection:
        # Something is in the way of the second column that the next revision adds.
        connection.execute(text("ALTER TABLE run ADD COLUMN cancelled integer"))
    before = rows(engine)
    engine.dispose()
    with pytest.raises(Exception, match="cancelled"):
        upgrade_database(database)
    assert rows(engine) == before
    with pytest.raises(DatabaseOlder):
        open_database(database)
    engine.dispose()


def test_revisions_are_a_chain_without_branches() -> None:
    assert len(set(REVISIONS)) == len(REVISIONS)
    below = None
    for path in sorted((FOLDER / "versions").glob("[0-9]*.py")):
        words = Path(path).read_text()
        told = re.search(r'^down_revision = (?:"(\d{4})"|None)$', words, re.MULTILINE)
        assert told is not None
        assert told.group(1) == below
        below = path.name[:4]
