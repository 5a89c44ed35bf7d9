"""What a publication holds: its files, their sizes and hashes, and what each is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from feeds.publishing.keeping import DATABASE, Standing
from feeds.publishing.tables import TABLES, Table

_FORMS = {
    ".csv": ("csv", "text/csv", "CSV"),
    ".spreadsheet.csv": ("csv", "text/csv", "CSV for spreadsheets"),
    ".jsonl": ("jsonl", "application/x-ndjson", "JSON lines"),
    ".parquet": ("parquet", "application/vnd.apache.parquet", "Parquet"),
}
_KINDS = {
    ".sqlite": ("sqlite", "application/vnd.sqlite3"),
    ".atom": ("atom", "application/atom+xml"),
    ".rss": ("rss", "application/rss+xml"),
    ".json": ("json", "application/json"),
    ".ics": ("ics", "text/calendar"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file. path: below the publication. table, form: of a table's file, which and how."""

    path: str
    name: str
    title: str
    format: str
    media_type: str
    size: int
    sha256: str
    table: Table | None = None
    form: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """All that a publication tells of itself.

    moment: of the data, the last thing that happened to it. home: where it will be served, with
    a slash behind; empty if that is not known. publisher, licence: as the publisher says, or
    empty. rows: by table.
    """

    moment: datetime
    home: str
    publisher: str
    licence: str
    rows: Mapping[str, int]
    standings: Mapping[str, Standing]
    files: list[File] = field(default_factory=list)

    @property
    def in_breach(self) -> dict[str, Standing]:
        """The sources whose rows are kept or doubtful."""
        return {
            name: standing
            for name, standing in self.standings.items()
            if standing.status in ("kept", "doubtful")
        }


def take_stock(folder: Path) -> list[File]:
    """The files of a publication: tables first, in every form, then the rest by name."""
    found = [
        _file(folder, f"{table.name}{form}", table=table, form=form)
        for table in TABLES
        for form in _FORMS
    ]
    rest = [DATABASE]
    for below in ("feeds", "calendar"):
        rest += sorted(f"{below}/{path.name}" for path in (folder / below).iterdir())
    return found + [_file(folder, path) for path in rest]


def _file(folder: Path, path: str, *, table: Table | None = None, form: str = "") -> File:
    place = folder / path
    with place.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if table is not None:
        short, media_type, words = _FORMS[form]
        name = table.name if form == ".csv" else f"{table.name}{form}".removesuffix(".csv")
        title = f"{table.title}: {words}"
    else:
        short, media_type = _KINDS[place.suffix]
        name = f"{place.stem}-{short}"
        title = _title(place)
    return File(
        path=path,
        name=name.replace(".", "-"),
        title=title,
        format=short,
        media_type=media_type,
        size=place.stat().st_size,
        sha256=digest,
        table=table,
        form=form,
    )


def _title(place: Path) -> str:
    if place.suffix == ".sqlite":
        return "All tables in one SQLite file"
    what, _, country = place.stem.partition("-")
    told = {
        ".ics": "Calendar of events",
        ".atom": "Latest news, Atom",
        ".rss": "Latest news, RSS",
        ".json": "Latest news, JSON Feed",
    }[place.suffix]
    assert what in ("news", "events")
    return f"{told} ({country.upper()})" if country else told
