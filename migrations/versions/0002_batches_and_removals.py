"""A run remembers its last batch, and counts what it removed and cancelled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the columns; runs of before removed nothing that was counted."""
    with op.batch_alter_table("run") as run:
        run.add_column(sa.Column("removed", sa.Integer(), nullable=False, server_default="0"))
        run.add_column(sa.Column("cancelled", sa.Integer(), nullable=False, server_default="0"))
        run.add_column(sa.Column("last_batch", TEXT, nullable=True))


def downgrade() -> None:
    """Drop the columns."""
    with op.batch_alter_table("run") as run:
        run.drop_column("last_batch")
        run.drop_column("cancelled")
        run.drop_column("removed")
