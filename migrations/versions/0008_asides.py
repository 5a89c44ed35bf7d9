"""Addresses that led to no page of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the table; crawls fill it."""
    op.create_table(
        "aside",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("last_asked", TIME, nullable=False),
        sa.Column("next_visit", TIME, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["source.name"], name=op.f("fk_aside_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aside")),
    )
    op.create_index(op.f("ix_aside_source"), "aside", ["source"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("aside")
