"""Pages: the state of each address, and the bytes that were read there."""

from __future__ import annotations

from datetime import datetime

import zstandard
from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, deferred, mapped_column

from models.base import Base


class Page(Base):
    """What is known of one address of one source.

    last_read: the last time its content was seen or confirmed (200 or 304); an item of the page
    that is not missing was last seen then. gone_since: the first of the 404/410 answers in a
    row. items_hash: over all items as stored. input_hash: over them as they were handed over;
    a page read again unchanged is known by it, and costs one update.
    """

    __tablename__ = "page"
    __table_args__ = (Index(None, "source", "next_visit"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(ForeignKey("source.name"))
    url: Mapped[str]
    kind: Mapped[str]
    language: Mapped[str]
    headline: Mapped[str | None]
    http_status: Mapped[int]
    problem: Mapped[str | None]
    content_type: Mapped[str]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    text_sha256: Mapped[str | None]
    items_hash: Mapped[str | None]
    input_hash: Mapped[str | None]
    items: Mapped[int]
    first_fetch: Mapped[datetime]
    last_fetch: Mapped[datetime]
    last_read: Mapped[datetime | None]
    last_change: Mapped[datetime | None]
    next_visit: Mapped[datetime | None]
    gone_since: Mapped[datetime | None]
    fetches: Mapped[int]
    changes: Mapped[int]
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    packed_links: Mapped[bytes | None] = deferred(mapped_column("links", LargeBinary))


class Body(Base):
    """The bytes of a page as fetched, once per content: `packed` is zstandard of them."""

    __tablename__ = "body"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    packed: Mapped[bytes] = mapped_column(LargeBinary)


class Capture(Base):
    """That a page had this body at that time. Written when a page is new or reads differently."""

    __tablename__ = "capture"
    __table_args__ = (Index(None, "body_sha256"), Index(None, "fetched_at"))

    page_id: Mapped[str] = mapped_column(ForeignKey("page.id"), primary_key=True)
    fetched_at: Mapped[datetime] = mapped_column(primary_key=True)
    body_sha256: Mapped[str] = mapped_column(ForeignKey("body.sha256"))
    http_status: Mapped[int]
    content_type: Mapped[str]
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))


UNPACKED_LIMIT = 64 * 2**20
"""No stored body unpacks to more than this, in bytes."""


def pack(content: bytes) -> bytes:
    """Bytes compressed for the store."""
    return zstandard.ZstdCompressor(level=6).compress(content)


def unpack(packed: bytes) -> bytes:
    """The bytes again. Raises zstandard.ZstdError for damaged ones."""
    return zstandard.ZstdDecompressor().decompress(packed, max_output_size=UNPACKED_LIMIT)


def pack_links(links: list[str]) -> bytes | None:
    """Where a page leads, compressed; None for nowhere."""
    return pack("\n".join(links).encode()) if links else None


def unpack_links(packed: bytes | None) -> tuple[str, ...]:
    """Where a page leads, in the order of the page."""
    return tuple(unpack(packed).decode().split("\n")) if packed else ()
