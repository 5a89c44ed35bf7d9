"""Alembic's way in. `models.schema.migrate` hands over the open connection."""

from __future__ import annotations

from alembic import context

from models import Base
from models.schema import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    # SQLite too changes its tables within a transaction, whatever Alembic assumes.
    transactional_ddl=True,
)
context.run_migrations()
