"""The first tables."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Types as they were at this revision: a migration does not follow later changes of the models.
TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create everything, and name this life of the database."""
    op.create_table(
        "body",
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_body")),
    )
    op.create_table(
        "meta",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
    )
    op.create_table(
        "source",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=True),
        sa.Column("first_run", TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_source")),
    )
    op.create_table(
        "run",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("trigger", TEXT, nullable=False),
        sa.Column("code_version", TEXT, nullable=False),
        sa.Column("owner", TEXT, nullable=False),
        sa.Column("started", TIME, nullable=False),
        sa.Column("heartbeat", TIME, nullable=False),
        sa.Column("lease_until", TIME, nullable=False),
        sa.Column("finished", TIME, nullable=True),
        sa.Column("verdict", TEXT, nullable=True),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("details", TEXT, nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("not_modified", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("scraped", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("restored", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["source.name"], name=op.f("fk_run_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_run_source_started"), "run", ["source", "started"], unique=False)
    op.create_index(
        "uq_run_live_source",
        "run",
        ["source"],
        unique=True,
        sqlite_where=sa.text("finished IS NULL"),
        postgresql_where=sa.text("finished IS NULL"),
    )
    op.create_table(
        "change",
        sa.Column("seq", SERIAL, nullable=False),
        sa.Column("item_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("op", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("run_id", SERIAL, nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_change_run_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_change")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_change_item_id_seq"), "change", ["item_id", "seq"], unique=False)
    op.create_table(
        "item_version",
        sa.Column("item_id", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", TEXT, nullable=False),
        sa.Column("data", TEXT, nullable=False),
        sa.Column("fetched_at", TIME, nullable=False),
        sa.Column("extractor", TEXT, nullable=False),
        sa.Column("run_id", SERIAL, nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_item_version_run_id")),
        sa.PrimaryKeyConstraint("item_id", "version", name=op.f("pk_item_version")),
    )
    op.create_table(
        "page",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("headline", TEXT, nullable=True),
        sa.Column("http_status", sa.Integer(), nullable=False),
        sa.Column("problem", TEXT, nullable=True),
        sa.Column("content_type", TEXT, nullable=False),
        sa.Column("etag", TEXT, nullable=True),
        sa.Column("last_modified", TEXT, nullable=True),
        sa.Column("text_sha256", TEXT, nullable=True),
        sa.Column("items_hash", TEXT, nullable=True),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("first_fetch", TIME, nullable=False),
        sa.Column("last_fetch", TIME, nullable=False),
        sa.Column("last_read", TIME, nullable=True),
        sa.Column("last_change", TIME, nullable=True),
        sa.Column("next_visit", TIME, nullable=True),
        sa.Column("gone_since", TIME, nullable=True),
        sa.Column("fetches", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("run_id", SERIAL, nullable=False),
        sa.Column("links", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_page_run_id")),
        sa.ForeignKeyConstraint(["source"], ["source.name"], name=op.f("fk_page_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page")),
    )
    op.create_index(
        op.f("ix_page_source_next_visit"), "page", ["source", "next_visit"], unique=False
    )
    op.create_table(
        "rejected",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("run_id", SERIAL, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("payload", TEXT, nullable=False),
        sa.Column("error", TEXT, nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_rejected_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejected")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_rejected_run_id"), "rejected", ["run_id"], unique=False)
    op.create_table(
        "article",
        sa.Column("headline", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("summary", TEXT, nullable=False),
        sa.Column("author", TEXT, nullable=True),
        sa.Column("image", TEXT, nullable=True),
        sa.Column("date_published", TEXT, nullable=True),
        sa.Column("date_published_precision", TEXT, nullable=True),
        sa.Column("date_published_origin", TEXT, nullable=True),
        sa.Column("date_published_raw", TEXT, nullable=False),
        sa.Column("date_published_reason", TEXT, nullable=True),
        sa.Column("date_modified", TEXT, nullable=True),
        sa.Column("date_modified_precision", TEXT, nullable=True),
        sa.Column("date_modified_origin", TEXT, nullable=True),
        sa.Column("date_modified_raw", TEXT, nullable=False),
        sa.Column("date_modified_reason", TEXT, nullable=True),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("page_id", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("evidence", TEXT, nullable=False),
        sa.Column("natural_key", TEXT, nullable=False),
        sa.Column("content_hash", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("first_seen", TIME, nullable=False),
        sa.Column("fetched_at", TIME, nullable=False),
        sa.Column("missing_since", TIME, nullable=True),
        sa.Column("removed_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_article_page_id")),
        sa.ForeignKeyConstraint(["source"], ["source.name"], name=op.f("fk_article_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
    )
    op.create_index(
        op.f("ix_article_date_published_id"), "article", ["date_published", "id"], unique=False
    )
    op.create_index(op.f("ix_article_page_id"), "article", ["page_id"], unique=False)
    op.create_index(op.f("ix_article_source"), "article", ["source"], unique=False)
    op.create_table(
        "capture",
        sa.Column("page_id", TEXT, nullable=False),
        sa.Column("fetched_at", TIME, nullable=False),
        sa.Column("body_sha256", TEXT, nullable=False),
        sa.Column("http_status", sa.Integer(), nullable=False),
        sa.Column("content_type", TEXT, nullable=False),
        sa.Column("run_id", SERIAL, nullable=False),
        sa.ForeignKeyConstraint(
            ["body_sha256"], ["body.sha256"], name=op.f("fk_capture_body_sha256")
        ),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_capture_page_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_capture_run_id")),
        sa.PrimaryKeyConstraint("page_id", "fetched_at", name=op.f("pk_capture")),
    )
    op.create_index(op.f("ix_capture_body_sha256"), "capture", ["body_sha256"], unique=False)
    op.create_index(op.f("ix_capture_fetched_at"), "capture", ["fetched_at"], unique=False)
    op.create_table(
        "certification",
        sa.Column("scheme", TEXT, nullable=False),
        sa.Column("holder", TEXT, nullable=False),
        sa.Column("level", TEXT, nullable=True),
        sa.Column("round", TEXT, nullable=True),
        sa.Column("coordinator", TEXT, nullable=True),
        sa.Column("issued_by", TEXT, nullable=True),
        sa.Column("valid_from", TEXT, nullable=True),
        sa.Column("valid_until", TEXT, nullable=True),
        sa.Column("list_incomplete", sa.Boolean(), nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("page_id", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("evidence", TEXT, nullable=False),
        sa.Column("natural_key", TEXT, nullable=False),
        sa.Column("content_hash", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("first_seen", TIME, nullable=False),
        sa.Column("fetched_at", TIME, nullable=False),
        sa.Column("missing_since", TIME, nullable=True),
        sa.Column("removed_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_certification_page_id")),
        sa.ForeignKeyConstraint(["source"], ["source.name"], name=op.f("fk_certification_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certification")),
    )
    op.create_index(op.f("ix_certification_page_id"), "certification", ["page_id"], unique=False)
    op.create_index(op.f("ix_certification_scheme"), "certification", ["scheme"], unique=False)
    op.create_index(op.f("ix_certification_source"), "certification", ["source"], unique=False)
    op.create_table(
        "event",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("start", TEXT, nullable=False),
        sa.Column("end", TEXT, nullable=True),
        sa.Column("kind", TEXT, nullable=True),
        sa.Column("timezone", TEXT, nullable=True),
        sa.Column("all_day", sa.Boolean(), nullable=False),
        sa.Column("place", TEXT, nullable=True),
        sa.Column("city", TEXT, nullable=True),
        sa.Column("country", TEXT, nullable=True),
        sa.Column("status", TEXT, nullable=True),
        sa.Column("organizer", TEXT, nullable=True),
        sa.Column("cancelled_at", TIME, nullable=True),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("page_id", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("evidence", TEXT, nullable=False),
        sa.Column("natural_key", TEXT, nullable=False),
        sa.Column("content_hash", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("first_seen", TIME, nullable=False),
        sa.Column("fetched_at", TIME, nullable=False),
        sa.Column("missing_since", TIME, nullable=True),
        sa.Column("removed_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_event_page_id")),
        sa.ForeignKeyConstraint(["source"], ["source.name"], name=op.f("fk_event_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index(op.f("ix_event_page_id"), "event", ["page_id"], unique=False)
    op.create_index(op.f("ix_event_source"), "event", ["source"], unique=False)
    op.create_index(op.f("ix_event_start"), "event", ["start"], unique=False)
    op.create_table(
        "organization",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("names", TEXT, nullable=False),
        sa.Column("acronym", TEXT, nullable=True),
        sa.Column("kind", TEXT, nullable=True),
        sa.Column("website", TEXT, nullable=True),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("page_id", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("evidence", TEXT, nullable=False),
        sa.Column("natural_key", TEXT, nullable=False),
        sa.Column("content_hash", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("first_seen", TIME, nullable=False),
        sa.Column("fetched_at", TIME, nullable=False),
        sa.Column("missing_since", TIME, nullable=True),
        sa.Column("removed_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_organization_page_id")),
        sa.ForeignKeyConstraint(["source"], ["source.name"], name=op.f("fk_organization_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization")),
    )
    op.create_index(op.f("ix_organization_page_id"), "organization", ["page_id"], unique=False)
    op.create_index(op.f("ix_organization_source"), "organization", ["source"], unique=False)
    op.create_table(
        "relation",
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("relation", TEXT, nullable=False),
        sa.Column("object", TEXT, nullable=False),
        sa.Column("valid_from", TEXT, nullable=True),
        sa.Column("valid_until", TEXT, nullable=True),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("page_id", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("evidence", TEXT, nullable=False),
        sa.Column("natural_key", TEXT, nullable=False),
        sa.Column("content_hash", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("first_seen", TIME, nullable=False),
        sa.Column("fetched_at", TIME, nullable=False),
        sa.Column("missing_since", TIME, nullable=True),
        sa.Column("removed_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_relation_page_id")),
        sa.ForeignKeyConstraint(["source"], ["source.name"], name=op.f("fk_relation_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relation")),
    )
    op.create_index(op.f("ix_relation_page_id"), "relation", ["page_id"], unique=False)
    op.create_index(op.f("ix_relation_source"), "relation", ["source"], unique=False)
    op.bulk_insert(
        sa.table("meta", sa.column("key", sa.Text), sa.column("value", sa.Text)),
        [{"key": "epoch", "value": secrets.token_hex(8)}],
    )


def downgrade() -> None:
    """Drop everything."""
    op.drop_index(op.f("ix_relation_source"), table_name="relation")
    op.drop_index(op.f("ix_relation_page_id"), table_name="relation")
    op.drop_table("relation")
    op.drop_index(op.f("ix_organization_source"), table_name="organization")
    op.drop_index(op.f("ix_organization_page_id"), table_name="organization")
    op.drop_table("organization")
    op.drop_index(op.f("ix_event_start"), table_name="event")
    op.drop_index(op.f("ix_event_source"), table_name="event")
    op.drop_index(op.f("ix_event_page_id"), table_name="event")
    op.drop_table("event")
    op.drop_index(op.f("ix_certification_source"), table_name="certification")
    op.drop_index(op.f("ix_certification_scheme"), table_name="certification")
    op.drop_index(op.f("ix_certification_page_id"), table_name="certification")
    op.drop_table("certification")
    op.drop_index(op.f("ix_capture_fetched_at"), table_name="capture")
    op.drop_index(op.f("ix_capture_body_sha256"), table_name="capture")
    op.drop_table("capture")
    op.drop_index(op.f("ix_article_source"), table_name="article")
    op.drop_index(op.f("ix_article_page_id"), table_name="article")
    op.drop_index(op.f("ix_article_date_published_id"), table_name="article")
    op.drop_table("article")
    op.drop_index(op.f("ix_rejected_run_id"), table_name="rejected")
    op.drop_table("rejected")
    op.drop_index(op.f("ix_page_source_next_visit"), table_name="page")
    op.drop_table("page")
    op.drop_table("item_version")
    op.drop_index(op.f("ix_change_item_id_seq"), table_name="change")
    op.drop_table("change")
    op.drop_index(
        "uq_run_live_source",
        table_name="run",
        sqlite_where=sa.text("finished IS NULL"),
        postgresql_where=sa.text("finished IS NULL"),
    )
    op.drop_index(op.f("ix_run_source_started"), table_name="run")
    op.drop_table("run")
    op.drop_table("source")
    op.drop_table("meta")
    op.drop_table("body")
