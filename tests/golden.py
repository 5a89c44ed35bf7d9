"""Writes what is read on every page of the replica to tests/golden/: `python -m tests.golden`.

Read the difference before you commit it; test_golden.py holds the parsers to it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

from catalogue import load_sources
from jobs.extract import answer
from parsers.page import read_page
from replica.server import all_sites

FOLDER = Path(__file__).parent / "golden"
FETCHED = "2026-11-22T10:00:00+00:00"


def readings() -> Iterator[tuple[str, str]]:
    """(file name, JSON) of every HTML page of the replica that a crawl stores."""
    sources, _ = load_sources()
    for site in all_sites():
        for address, reply in zip(site.addresses, site.answers.values(), strict=True):
            if reply.status != 200 or not reply.content_type.startswith("text/html"):
                continue
            url = urljoin(site.base, address)
            page = read_page(
                reply.body,
                url,
                fetched_at=FETCHED,
                source=sources[site.name],
                content_type=reply.content_type,
            )
            read = {"url": url, **answer(page)}
            read["page"]["text"] = page.text.splitlines()
            for item in read["items"]:
                item.pop("body", None)  # the page's text again
                for shared in ("url", "source", "fetched_at"):
                    item.pop(shared)
            yield (
                f"{site.name}/{_file_name(url, site.base)}.json",
                (json.dumps(read, ensure_ascii=False, indent=1) + "\n"),
            )


def _file_name(url: str, base: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", url.removeprefix(base)).strip("-") or "home"


def write() -> int:
    """Write all files anew and remove those without a page; returns how many there are."""
    written = set()
    for name, text in readings():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.add(path)
    for path in FOLDER.rglob("*.json"):
        if path not in written:
            path.unlink()
    return len(written)


if __name__ == "__main__":
    sys.stdout.write(f"{write()} files in {FOLDER}\n")
