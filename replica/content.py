"""The prose of the replica: fragments of HTML under plain `key: value` lines.

A fragment is one file, sites/SITE/NAME.html: header lines, one empty line, then the body as an
editor would have typed it. The skins (pppt.py, agrobiocluster.py, ...) put the platform's
markup around it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

SITES = Path(__file__).parent / "sites"
WARSAW = ZoneInfo("Europe/Warsaw")
HEADERS = {
    *("address", "author", "category", "charset", "date", "id", "kind", "language", "lead"),
    *("modified", "section", "title", "translations", "validators"),
}


@dataclass(frozen=True, slots=True)
class Fragment:
    """One page's words. `name` is the file's name without its ending."""

    name: str
    headers: Mapping[str, str]
    body: str

    def get(self, key: str, default: str = "") -> str:
        """The header's value, or the default where the fragment does not carry it."""
        return self.headers.get(key, default)

    @property
    def address(self) -> str:
        """Path and query on the site, such as ``/661/``."""
        return self.headers["address"]

    @property
    def title(self) -> str:
        """The headline."""
        return self.headers["title"]

    @property
    def language(self) -> str:
        """Two-letter code of the body's language."""
        return self.get("language", "pl")

    @property
    def published(self) -> datetime | None:
        """The day of publication, in Polish local time; None for a page of facts."""
        return _moment(self.get("date"))

    @property
    def modified(self) -> datetime | None:
        """When the page last changed: its own word for it, else the day of publication."""
        return _moment(self.get("modified")) or self.published


def read_fragments(site: str) -> list[Fragment]:
    """Every fragment of the site, the newest first, undated ones last, else by name.

    Raises ValueError for a header that no skin knows, naming the file.
    """
    found = [read_fragment(path) for path in sorted((SITES / site).glob("*.html"))]
    return sorted(found, key=lambda one: one.get("date"), reverse=True)


def read_fragment(path: Path) -> Fragment:
    """One fragment from its file."""
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    headers = {}
    for line in head.splitlines():
        key, colon, value = line.partition(": ")
        if not colon or key not in HEADERS:
            raise ValueError(f"{path.name}: {line!r} is no header that the replica knows")
        headers[key] = value.strip()
    return Fragment(path.stem, headers, body.strip() + "\n")


def read_calendar(name: str) -> str:
    """A calendar file with the line ends that its format asks for."""
    return (SITES / name).read_text(encoding="utf-8").replace("\n", "\r\n")


def newest(fragments: list[Fragment]) -> datetime | None:
    """The latest change among them, which is when a list of them last changed."""
    return max((one.modified for one in fragments if one.modified), default=None)


def _moment(value: str) -> datetime | None:
    return datetime.fromisoformat(value).replace(tzinfo=WARSAW) if value else None
