"""The register: organizations, what links claims to them, and what is derived."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

TABLES = (
    "registered_organization",
    "alias",
    "name_block",
    "link",
    "evidence",
    "decision",
    "question",
    "certificate",
    "tie",
    "registry_change",
    "source_owner",
    "register_state",
)


def upgrade() -> None:
    """Create the tables; the first settling fills them."""
    op.create_table(
        "registered_organization",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("names", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=True),
        sa.Column("country", TEXT, nullable=True),
        sa.Column("website", TEXT, nullable=True),
        sa.Column("first_seen", TEXT, nullable=False),
        sa.Column("last_activity", TEXT, nullable=True),
        sa.Column("last_activity_url", TEXT, nullable=True),
        sa.Column("merged_into", TEXT, nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registered_organization")),
    )
    op.create_index(
        op.f("ix_registered_organization_last_activity"),
        "registered_organization",
        ["last_activity"],
        unique=False,
    )
    op.create_index(
        op.f("ix_registered_organization_name"), "registered_organization", ["name"], unique=False
    )
    op.create_table(
        "alias",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("form", TEXT, nullable=False),
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("normal", TEXT, nullable=False),
        sa.Column("acronym", sa.Boolean(), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("mentions", sa.Integer(), nullable=False),
        sa.Column("sources", sa.Integer(), nullable=False),
        sa.Column("first_day", TEXT, nullable=False),
        sa.Column("organization", TEXT, nullable=True),
        sa.Column("born", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["organization"], ["registered_organization.id"], name=op.f("fk_alias_organization")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_alias")),
    )
    op.create_index(op.f("ix_alias_form"), "alias", ["form"], unique=False)
    op.create_index(op.f("ix_alias_normal"), "alias", ["normal"], unique=False)
    op.create_index(op.f("ix_alias_organization"), "alias", ["organization"], unique=False)
    op.create_index(op.f("ix_alias_scope"), "alias", ["scope"], unique=False)
    op.create_table(
        "name_block",
        sa.Column("block", TEXT, nullable=False),
        sa.Column("alias", TEXT, nullable=False),
        sa.Column("claim_id", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("block", "alias", "claim_id", name=op.f("pk_name_block")),
    )
    op.create_index(op.f("ix_name_block_alias"), "name_block", ["alias"], unique=False)
    op.create_index(op.f("ix_name_block_claim_id"), "name_block", ["claim_id"], unique=False)
    op.create_table(
        "link",
        sa.Column("claim_id", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("alias", TEXT, nullable=False),
        sa.Column("written", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("day", TEXT, nullable=True),
        sa.Column("first_day", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=True),
        sa.Column("website", TEXT, nullable=True),
        sa.Column("score", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["alias"], ["alias.key"], name=op.f("fk_link_alias")),
        sa.PrimaryKeyConstraint("claim_id", "role", "alias", name=op.f("pk_link")),
    )
    op.create_index(op.f("ix_link_alias_role_day"), "link", ["alias", "role", "day"], unique=False)
    op.create_index(op.f("ix_link_source_alias"), "link", ["source", "alias"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("a", TEXT, nullable=False),
        sa.Column("b", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("origin", TEXT, nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("a", "b", "reason", "origin", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_b"), "evidence", ["b"], unique=False)
    op.create_index(op.f("ix_evidence_origin"), "evidence", ["origin"], unique=False)
    op.create_table(
        "decision",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("verdict", TEXT, nullable=False),
        sa.Column("sides", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.Column("decided_by", TEXT, nullable=False),
        sa.Column("decided_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "question",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("a", TEXT, nullable=False),
        sa.Column("b", TEXT, nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("evidence", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("answered_at", TIME, nullable=True),
        sa.Column("answered_by", TEXT, nullable=True),
        sa.ForeignKeyConstraint(["a"], ["alias.key"], name=op.f("fk_question_a")),
        sa.ForeignKeyConstraint(["b"], ["alias.key"], name=op.f("fk_question_b")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_question_a_b"), "question", ["a", "b"], unique=True)
    op.create_table(
        "certificate",
        sa.Column("organization", TEXT, nullable=False),
        sa.Column("scheme", TEXT, nullable=False),
        sa.Column("term", TEXT, nullable=False),
        sa.Column("level", TEXT, nullable=True),
        sa.Column("round", TEXT, nullable=True),
        sa.Column("valid_from", TEXT, nullable=True),
        sa.Column("valid_until", TEXT, nullable=True),
        sa.Column("first_stated", TEXT, nullable=False),
        sa.Column("coordinator", TEXT, nullable=True),
        sa.Column("rules", TEXT, nullable=False),
        sa.Column("disputes", TEXT, nullable=False),
        sa.Column("claims", TEXT, nullable=False),
        sa.Column("renews", TEXT, nullable=True),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.Column("incomplete", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coordinator"], ["registered_organization.id"], name=op.f("fk_certificate_coordinator")
        ),
        sa.ForeignKeyConstraint(
            ["organization"],
            ["registered_organization.id"],
            name=op.f("fk_certificate_organization"),
        ),
        sa.PrimaryKeyConstraint("organization", "scheme", "term", name=op.f("pk_certificate")),
    )
    op.create_index(op.f("ix_certificate_scheme"), "certificate", ["scheme"], unique=False)
    op.create_index(
        op.f("ix_certificate_valid_until"), "certificate", ["valid_until"], unique=False
    )
    op.create_table(
        "tie",
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("relation", TEXT, nullable=False),
        sa.Column("object", TEXT, nullable=False),
        sa.Column("valid_from", TEXT, nullable=True),
        sa.Column("valid_until", TEXT, nullable=True),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("rule", TEXT, nullable=False),
        sa.Column("day", TEXT, nullable=False),
        sa.Column("claims", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["object"], ["registered_organization.id"], name=op.f("fk_tie_object")
        ),
        sa.ForeignKeyConstraint(
            ["subject"], ["registered_organization.id"], name=op.f("fk_tie_subject")
        ),
        sa.PrimaryKeyConstraint("subject", "relation", "object", name=op.f("pk_tie")),
    )
    op.create_index(op.f("ix_tie_object"), "tie", ["object"], unique=False)
    op.create_table(
        "registry_change",
        sa.Column("seq", SERIAL, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("organization", TEXT, nullable=False),
        sa.Column("old", TEXT, nullable=True),
        sa.Column("new", TEXT, nullable=True),
        sa.Column("source", TEXT, nullable=True),
        sa.Column("url", TEXT, nullable=True),
        sa.Column("words", TEXT, nullable=False),
        sa.Column("day", TEXT, nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["organization"],
            ["registered_organization.id"],
            name=op.f("fk_registry_change_organization"),
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_registry_change")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_registry_change_organization"), "registry_change", ["organization"], unique=False
    )
    op.create_index(
        op.f("ix_registry_change_recorded_at"), "registry_change", ["recorded_at"], unique=False
    )
    op.create_table(
        "source_owner",
        sa.Column("source", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("country", TEXT, nullable=True),
        sa.Column("language", TEXT, nullable=True),
        sa.Column("kind", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_source_owner")),
    )
    op.create_table(
        "register_state",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_register_state")),
    )


def downgrade() -> None:
    """Drop them; the claims that they were derived from stay."""
    for name in reversed(TABLES):
        op.drop_table(name)
