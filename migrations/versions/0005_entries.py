"""News and events as readers see them, each once, and their full text."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

INDEXES = {
    "entry": (
        ("kind", "number"),
        ("kind", "country", "number"),
        ("kind", "language", "number"),
        ("kind", "source", "number"),
        ("kind", "updated_at", "id"),
    ),
    "telling": (("bucket",), ("entry",)),
}


def upgrade() -> None:
    """Create the tables; the next settling fills them."""
    op.add_column("source", sa.Column("country", TEXT, nullable=True))
    op.create_table(
        "entry",
        sa.Column("number", SERIAL, autoincrement=False, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("claim", TEXT, nullable=False),
        sa.Column("tellings", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("country", TEXT, nullable=True),
        sa.Column("day", TEXT, nullable=False),
        sa.Column("last_day", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("first_seen", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("gone_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["source"], ["source.name"], name=op.f("fk_entry_source")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_entry")),
        sa.UniqueConstraint("id", name=op.f("uq_entry_id")),
    )
    op.create_table(
        "telling",
        sa.Column("claim_id", TEXT, nullable=False),
        sa.Column("bucket", TEXT, nullable=False),
        sa.Column("entry", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("claim_id", "bucket", name=op.f("pk_telling")),
    )
    op.create_table(
        "entry_state",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_entry_state")),
    )
    for table, indexes in INDEXES.items():
        for columns in indexes:
            op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE entry_text USING fts5(marks, words, "
            "tokenize = 'unicode61 remove_diacritics 0')"
        )
    else:
        op.execute("CREATE TABLE entry_text (number bigint PRIMARY KEY, words tsvector NOT NULL)")
        op.execute("CREATE INDEX ix_entry_text_words ON entry_text USING gin (words)")


def downgrade() -> None:
    """Drop them; they can be derived again."""
    op.execute("DROP TABLE entry_text")
    for table in ("entry_state", "telling", "entry"):
        op.drop_table(table)
    op.drop_column("source", "country")
