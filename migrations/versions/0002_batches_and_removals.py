"""A run remembers its last batch and counts its removals; a page, what it was last fed."""

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
    op.add_column("run", sa.Column("removed", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("run", sa.Column("cancelled", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("run", sa.Column("last_batch", TEXT, nullable=True))
    op.add_column("page", sa.Column("input_hash", TEXT, nullable=True))


def downgrade() -> None:
    """Drop the columns."""
    op.drop_column("page", "input_hash")
    op.drop_column("run", "last_batch")
    op.drop_column("run", "cancelled")
    op.drop_column("run", "removed")
