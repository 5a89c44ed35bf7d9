"""The words of organizations' names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the table; the next settling fills it."""
    op.create_table(
        "name_word",
        sa.Column("organization", TEXT, nullable=False),
        sa.Column("word", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organization"],
            ["registered_organization.id"],
            name=op.f("fk_name_word_organization"),
        ),
        sa.PrimaryKeyConstraint("organization", "word", name=op.f("pk_name_word")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_name_word_word"), "name_word", ["word"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("name_word")
