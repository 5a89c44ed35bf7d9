"""Which organizations were merged into one is asked for each page about it."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the index."""
    op.create_index(
        op.f("ix_registered_organization_merged_into"),
        "registered_organization",
        ["merged_into"],
        unique=False,
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_index(
        op.f("ix_registered_organization_merged_into"), table_name="registered_organization"
    )
