"""Reading pages beside lxml's bare parse, trafilatura and htmldate: `python -m benchmarks.reading`.

Two sets of pages, both of the replica: as they are, and made long (their main text repeated to
about 150 kB, as magazine pages are). Each reader runs in a process of its own over the same
pages; CPU seconds and peak memory are the kernel's count for that process, less its start-up.
Prints pages per CPU second and the ratio to each peer.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from urllib.parse import urljoin

from rich.console import Console
from rich.table import Table

from replica.server import all_sites

READERS = ("clusterfeed", "lxml", "trafilatura", "htmldate")
LONG = 150_000
"""Size of a page that was made long, in bytes."""
FLAT = 1_000
"""Pages over which memory must stay flat."""


def pages(long: bool) -> list[tuple[str, bytes]]:
    """(address, bytes) of the replica's HTML pages."""
    found = []
    for site in all_sites():
        for address, reply in zip(site.addresses, site.answers.values(), strict=True):
            if reply.status == 200 and reply.content_type.startswith("text/html"):
                body = _made_long(reply.body) if long else reply.body
                found.append((urljoin(site.base, address), body))
    return found


def _made_long(body: bytes) -> bytes:
    """The page with its paragraphs repeated where they stand."""
    start, end = body.find(b"<p"), body.rfind(b"</p>") + 4
    if start < 0 or end < start:
        return body
    text = body[start:end]
    return body[:start] + text * max(1, LONG // max(len(text), 1)) + body[end:]


def reader(name: str) -> Callable[[bytes, str], object]:
    """What reads one page, by the peer's name."""
    if name == "lxml":
        from lxml import html

        return lambda body, _url: html.document_fromstring(body)
    if name == "trafilatura":
        from trafilatura import bare_extraction

        return lambda body, url: bare_extraction(body, url=url, with_metadata=True)
    if name == "htmldate":
        from htmldate import find_date

        return lambda body, url: find_date(body.decode("utf-8", "replace"), url=url)
    from parsers.page import read_page

    return lambda body, url: read_page(body, url, fetched_at="2026-11-22T10:00:00+00:00")


def work(name: str, long: bool, count: int) -> None:
    """Read `count` pages in this process and print what it cost, as JSON."""
    todo, read = pages(long), reader(name)
    for url, body in todo[:3]:  # imports and tables that are loaded once
        read(body, url)
    started, early = time.process_time(), 0
    for number in range(count):
        url, body = todo[number % len(todo)]
        read(body, url)
        if number == count // 5:
            early = _peak()
    spent = time.process_time() - started
    json.dump({"cpu": spent, "pages": count, "early": early, "peak": _peak()}, sys.stdout)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measure(name: str, long: bool, count: int) -> dict[str, float]:
    """Run `work` in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.reading", name, str(int(long)), str(count)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def main() -> None:
    """Measure all readers on both sets and print the table."""
    console = Console()
    for long, count in ((False, FLAT), (True, 150)):
        table = Table(title="long pages" if long else "pages as they are")
        for column in ("reader", "pages per CPU second", "ours is faster by", "peak MB"):
            table.add_column(column, justify="left" if column == "reader" else "right")
        ours = 0.0
        for name in READERS:
            console.print(f"reading {count} pages with {name} ...", style="dim")
            result = measure(name, long, count)
            speed = result["pages"] / result["cpu"]
            ours = ours or speed
            memory = f"{result['peak']:.0f} (after a fifth: {result['early']:.0f})"
            table.add_row(name, f"{speed:.0f}", f"{ours / speed:.1f} x", memory)
        console.print(table)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        work(sys.argv[1], sys.argv[2] == "1", int(sys.argv[3]))
    else:
        main()
