"""Organizations' ids in other works; lists of the register in the order of their names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

OF_CLAIMS = sa.text("claim_id <> ''")

ORDERS = (["name", "id"], ["country", "name", "id"], ["kind", "name", "id"])


def upgrade() -> None:
    """Add them; pages that were read before state no such ids."""
    op.add_column("organization", sa.Column("same_as", TEXT, nullable=False, server_default="[]"))
    op.create_table(
        "organization_outside_id",
        sa.Column("organization", TEXT, nullable=False),
        sa.Column("scheme", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.Column("claims", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organization"],
            ["registered_organization.id"],
            name=op.f("fk_organization_outside_id_organization"),
        ),
        sa.PrimaryKeyConstraint(
            "organization", "scheme", "value", name=op.f("pk_organization_outside_id")
        ),
    )
    op.create_index(
        op.f("ix_organization_outside_id_scheme_value"),
        "organization_outside_id",
        ["scheme", "value"],
        unique=False,
    )
    op.drop_index(op.f("ix_name_block_claim_id"), table_name="name_block")
    op.create_index(
        op.f("ix_name_block_claim_id"),
        "name_block",
        ["claim_id"],
        unique=False,
        sqlite_where=OF_CLAIMS,
        postgresql_where=OF_CLAIMS,
    )
    op.drop_index(op.f("ix_registered_organization_name"), table_name="registered_organization")
    for columns in ORDERS:
        op.create_index(
            op.f(f"ix_registered_organization_{'_'.join(columns)}"),
            "registered_organization",
            columns,
            unique=False,
        )


def downgrade() -> None:
    """Drop them."""
    for columns in ORDERS:
        name = op.f(f"ix_registered_organization_{'_'.join(columns)}")
        op.drop_index(name, table_name="registered_organization")
    op.create_index(
        op.f("ix_registered_organization_name"), "registered_organization", ["name"], unique=False
    )
    op.drop_index(op.f("ix_name_block_claim_id"), table_name="name_block")
    op.create_index(op.f("ix_name_block_claim_id"), "name_block", ["claim_id"], unique=False)
    op.drop_table("organization_outside_id")
    op.drop_column("organization", "same_as")
