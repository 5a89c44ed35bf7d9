"""Pages as WARC files: what archives exchange, Common Crawl among them."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from models.archive import StoredPage

BODY_LIMIT = 16 * 2**20
"""A page of more bytes than this is passed over."""


# The reader of archives lets out whatever goes wrong inside of it.
_BREAKAGES = (ArchiveLoadFailed, EOFError, OSError, ValueError, AttributeError, TypeError)


class WarcError(Exception):
    """A file that cannot be read as WARC, and where it breaks."""


@dataclass(frozen=True, slots=True)
class ArchivedPage:
    """One answer as an archive kept it. headers: names in lower case."""

    url: str
    fetched_at: datetime
    status: int
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)


def write_warc(path: Path, pages: Iterable[StoredPage]) -> int:
    """Write pages as responses into a .warc.gz; returns how many.

    The file appears under its name when it is whole.
    """
    partial = path.with_name(path.name + ".partial")
    count = 0
    try:
        with partial.open("wb") as file:
            writer = WARCWriter(file, gzip=True)
            writer.write_record(
                writer.create_warcinfo_record(path.name, {"software": "clusterfeed"})
            )
            for page in pages:
                headers = [
                    ("Content-Type", page.content_type or "application/octet-stream"),
                    ("Content-Length", str(len(page.body))),
                ]
                writer.write_record(
                    writer.create_warc_record(
                        page.url,
                        "response",
                        payload=BytesIO(page.body),
                        http_headers=StatusAndHeaders(
                            str(page.status), headers, protocol="HTTP/1.1"
                        ),
                        warc_headers_dict={"WARC-Date": _warc_date(page.fetched_at)},
                    )
                )
                count += 1
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    return count


def read_warc(path: Path) -> Iterator[ArchivedPage]:
    """The pages of a .warc or .warc.gz, one at a time.

    Requests, revisits and other records are passed over, and so are answers that have no date,
    no address, or are too large. Raises WarcError where the file itself is broken. What is
    yielded is whole.
    """
    with path.open("rb") as file:
        records = ArchiveIterator(file)
        whole = last = 0
        waiting: ArchivedPage | None = None  # told once it is known where its record ends
        while True:
            try:
                record = next(records, None)
                if record is None:
                    _check_end(path, last)
                    break
                if waiting is not None:
                    yield waiting
                    waiting = None
                # A file that breaks off gives a last record without its length, or shorter.
                length = record.rec_headers.get_header("Content-Length")
                page = _page(record)
                record.raw_stream.read()
                if length is None or getattr(record.raw_stream, "limit", None):
                    raise EOFError("a record is cut")
                last = records.get_record_offset()
                whole = last + records.get_record_length()
                waiting = page
            except _BREAKAGES as error:
                raise WarcError(f"{path}: broken after byte {whole}: {error}") from error
        if waiting is not None:
            yield waiting


def _check_end(path: Path, offset: int) -> None:
    """Raise EOFError unless the record at `offset`, the file's last, ends as records do.

    A head that breaks off inside its last number would pass for a shorter record.
    """
    end, packed = b"", zlib.decompressobj(wbits=31)
    with path.open("rb") as file:
        file.seek(offset)
        is_packed = file.read(2) == b"\x1f\x8b"
        file.seek(offset)
        while chunk := file.read(65_536):
            if is_packed:
                while chunk and not packed.eof:
                    end = (end + packed.decompress(chunk, 65_536))[-4:]
                    chunk = packed.unconsumed_tail
            else:
                end = (end + chunk)[-4:]
    if end != b"\r\n\r\n" or (is_packed and not packed.eof):
        raise EOFError("the last record is cut")


def _page(record: Any) -> ArchivedPage | None:
    if record.rec_type not in ("response", "resource"):
        return None
    url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    date = record.rec_headers.get_header("WARC-Date") or ""
    status, headers = 200, {}
    if record.http_headers is not None:
        code = record.http_headers.get_statuscode()
        status = int(code) if code and code.isdigit() else 0
        headers = {name.lower(): value for name, value in record.http_headers.headers}
    elif record.rec_type == "resource":
        headers = {"content-type": record.rec_headers.get_header("Content-Type") or ""}
    body = record.content_stream().read(BODY_LIMIT + 1)
    if not url.startswith(("http://", "https://")) or len(body) > BODY_LIMIT:
        return None
    try:
        fetched_at = datetime.fromisoformat(date)
    except ValueError:
        return None
    if fetched_at.tzinfo is None:
        fetched_at = fetched_at.replace(tzinfo=UTC)  # the format knows UTC only
    return ArchivedPage(url, fetched_at.astimezone(UTC), status, headers, body)


def _warc_date(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
