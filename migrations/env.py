"""Alembic's way in. `models.schema.migrate` hands over the open connection."""

from __future__ import annotations

from alembic import context

from models import Base
from models.schema import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    # SQLite's tables change within a transaction too, and its columns by copying the table.
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
