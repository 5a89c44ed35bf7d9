"""The schema's revisions, and how a database gets from one to another."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, text

NEWEST = "0011"
"""The revision this code works with: four digits that count up, so that text sorts by age."""

VERSION_TABLE = "clusterfeed_version"
"""Not Alembic's usual name: a PostgreSQL database may hold other Alembic projects."""

FOLDER = Path(__file__).resolve().parent.parent / "migrations"

_LOCK = 0x636C7573  # any number, the same for all of us


def migrate(connection: Connection, target: str = NEWEST) -> None:
    """Bring the database to a revision, up or down, within the open transaction.

    target: a revision, or "base" for no tables at all.
    """
    # Alembic takes a quarter of a second to import, and a database is migrated once.
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    present = context.get_current_revision() or "base"
    if present == target:
        return
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    if present == "base" or (target != "base" and present < target):
        command.upgrade(config, target)
    else:
        command.downgrade(config, target)
