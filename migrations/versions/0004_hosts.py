"""Hosts: who crawls one now, how it wants to be asked, and when not."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the table; crawls fill it."""
    op.create_table(
        "host",
        sa.Column("host", TEXT, nullable=False),
        sa.Column("owner", TEXT, nullable=True),
        sa.Column("source", TEXT, nullable=True),
        sa.Column("since", TIME, nullable=True),
        sa.Column("lease_until", TIME, nullable=True),
        sa.Column("last_request", TIME, nullable=True),
        sa.Column("crawl_delay", sa.Double(), nullable=True),
        sa.Column("not_before", TIME, nullable=True),
        sa.Column("wait_reason", TEXT, nullable=True),
        sa.Column("robots_refused_since", TIME, nullable=True),
        sa.Column("robots_etag", TEXT, nullable=True),
        sa.Column("robots_modified", TEXT, nullable=True),
        sa.Column("robots", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_host")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("host")
