"""Subscribers of webhooks, and what waits to be sent to them again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "subscriber",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("secret", TEXT, nullable=False),
        sa.Column("kinds", TEXT, nullable=False),
        sa.Column("countries", TEXT, nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.Column("epoch", TEXT, nullable=False),
        sa.Column("position", SERIAL, nullable=False),
        sa.Column("reset_at", TIME, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("not_before", TIME, nullable=True),
        sa.Column("last_try", TIME, nullable=True),
        sa.Column("last_answer", TEXT, nullable=True),
        sa.Column("last_accepted", TIME, nullable=True),
        sa.Column("off_since", TIME, nullable=True),
        sa.Column("off_reason", TEXT, nullable=True),
        sa.Column("grip", sa.Integer(), nullable=False),
        sa.Column("owner", TEXT, nullable=True),
        sa.Column("grip_until", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriber")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "held_message",
        sa.Column("subscriber_id", SERIAL, nullable=False),
        sa.Column("seq", SERIAL, autoincrement=False, nullable=False),
        sa.Column("item_id", TEXT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_try", TIME, nullable=True),
        sa.Column("not_before", TIME, nullable=True),
        sa.Column("answer", TEXT, nullable=True),
        sa.Column("given_up", TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name=op.f("fk_held_message_subscriber_id")
        ),
        sa.PrimaryKeyConstraint("subscriber_id", "seq", name=op.f("pk_held_message")),
    )
    op.create_index(
        op.f("ix_held_message_subscriber_id_item_id_seq"),
        "held_message",
        ["subscriber_id", "item_id", "seq"],
        unique=False,
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("held_message")
    op.drop_table("subscriber")
