"""What planning knows of each source, and a way to find the runs that ended lately."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the table, which the next look at what is due fills from the runs."""
    op.create_table(
        "schedule",
        sa.Column("source", TEXT, nullable=False),
        sa.Column("run_id", SERIAL, nullable=False),
        sa.Column("visited", TIME, nullable=False),
        sa.Column("verdict", TEXT, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", TIME, nullable=True),
        sa.Column("posts", sa.Double(), nullable=False),
        sa.Column("days", sa.Double(), nullable=False),
        sa.Column("newest", TEXT, nullable=True),
        sa.Column("told", TEXT, server_default="", nullable=False),
        sa.ForeignKeyConstraint(["source"], ["source.name"], name=op.f("fk_schedule_source")),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_schedule")),
    )
    op.create_index(op.f("ix_run_finished"), "run", ["finished"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index(op.f("ix_run_finished"), table_name="run")
    op.drop_table("schedule")
