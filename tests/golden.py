"""Writes what is read on every page of the replica to tests/golden/: `python -m tests.golden`.

Read the difference before you commit it; test_golden.py holds the parsers to it.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from catalogue import Source, load_sources
from jobs.extract import answer
from parsers.page import read_page
from replica.answers import Answer
from replica.server import all_sites

FOLDER = Path(__file__).parent / "golden"
FETCHED = "2026-11-22T10:00:00+00:00"


@dataclass(frozen=True)
class Told:
    """A page of the replica: where it stands, whose it is, and what the server answers."""

    url: str
    source: Source
    answer: Answer

    def reading(self) -> str:
        """What is read on it, as JSON."""
        page = read_page(
            self.answer.body,
            self.url,
            fetched_at=FETCHED,
            source=self.source,
            content_type=self.answer.content_type,
        )
        read = {"url": self.url, **answer(page)}
        read["page"]["text"] = page.text.splitlines()
        for item in read["items"]:
            item.pop("body", None)  # the page's text again
            for shared in ("url", "source", "fetched_at"):
                item.pop(shared)
        return json.dumps(read, ensure_ascii=False, indent=1) + "\n"


def pages() -> dict[str, Told]:
    """Every HTML page of the replica that a crawl stores, by the name of its file."""
    sources, _ = load_sources()
    found = {}
    for site in all_sites():
        for address, reply in zip(site.addresses, site.answers.values(), strict=True):
            if reply.status == 200 and reply.content_type.startswith("text/html"):
                url = urljoin(site.base, address)
                name = f"{site.name}/{_file_name(url, site.base)}.json"
                found[name] = Told(url, sources[site.name], reply)
    return found


def _file_name(url: str, base: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", url.removeprefix(base)).strip("-") or "home"


def write() -> int:
    """Write all files anew and remove those without a page; returns how many there are."""
    written = set()
    for name, page in pages().items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page.reading(), encoding="utf-8")
        written.add(path)
    for path in FOLDER.rglob("*.json"):
        if path not in written:
            path.unlink()
    return len(written)


if __name__ == "__main__":
    sys.stdout.write(f"{write()} files in {FOLDER}\n")
