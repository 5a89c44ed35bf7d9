"""Pages per second with one worker and with two: a real PostgreSQL, loopback sites, real crawls.

    python -m benchmarks.workers [--sources 8] [--pages 40] [--json FILE]

Each source is a site of its own at an address of its own (127.0.0.N), which answers at once and is
asked at the quickest pace that a source may set, ten times a second. Each worker runs one crawl
at a time. The clock runs from the first request to the end of the last run, so that it holds the
start of each child process but for the first.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from postgres_server import PostgresServer

BIN = Path(sys.executable).parent
WORDS = "The park and its cluster met companies from the region to plan the work of the year. " * 20


class Site(ThreadingHTTPServer):
    """One host: a list of news and the news."""

    daemon_threads = True

    def __init__(self, number: int, pages: int) -> None:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site = self.server
                assert isinstance(site, Site)
                site.first = site.first or time.time()
                body = site.page(self.path)
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        super().__init__((f"127.0.0.{number}", 0), Handler)
        self.pages = pages
        self.first = 0.0
        self.host = f"127.0.0.{number}:{self.server_port}"

    def page(self, path: str) -> bytes:
        """The list at /, news at /N/."""
        number = path.strip("/")
        if number and not (number.isdigit() and int(number) <= self.pages):
            return b""
        links = "".join(f'<li><a href="/{n}/">News {n}</a></li>' for n in range(1, self.pages + 1))
        text = f"<p>Posted on 3 March 2026</p><p>{WORDS}</p>" if number else f"<ul>{links}</ul>"
        return (
            "<!doctype html><html lang='en'><head><title>News of the park</title></head><body>"
            f"<article><h1>News {number} of the park</h1>{text}</article></body></html>"
        ).encode()


def measure(server: PostgresServer, workers: int, sources: int, pages: int) -> dict[str, float]:
    """One crawl of all sources by so many workers."""
    sites = [Site(number + 1, pages) for number in range(sources)]
    for site in sites:
        threading.Thread(target=site.serve_forever, daemon=True).start()
    database = server.create()
    with tempfile.TemporaryDirectory() as folder:
        for number, site in enumerate(sites):
            text = f"url: http://{site.host}/\ndelay: 0.1\n"
            (Path(folder) / f"site{number}.yaml").write_text(text)
        environment = os.environ | {
            "CLUSTERFEED_DB": database,
            "CLUSTERFEED_SOURCES": folder,
            "CLUSTERFEED_ALLOW_HOST": ",".join(site.host for site in sites),
        }
        command = [str(BIN / "clusterfeed")]
        subprocess.run([*command, "enqueue", "--all"], env=environment, check=True, text=True)
        running = [
            subprocess.Popen([*command, "worker", "--at-once", "1"], env=environment)
            for _ in range(workers)
        ]
        try:
            ended, read = _wait(database, sources)
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait()
    for site in sites:
        site.shutdown()
        site.server_close()
    seconds = ended - min(site.first for site in sites if site.first)
    return {"pages": read, "seconds": seconds, "per_second": read / seconds}


def _wait(database: str, sources: int) -> tuple[float, int]:
    """Until every source has a run that ended: when the last did, and the pages of all."""
    query = "SELECT count(*), max(finished), sum(pages) FROM run WHERE verdict = 'ok'"
    while True:
        with psycopg.connect(database) as connection:
            runs, ended, pages = connection.execute(query).fetchone() or (0, None, 0)
        if runs >= sources:
            return ended.timestamp(), int(pages)
        time.sleep(0.5)


def main() -> None:
    """Print the table of docs/performance.md."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sources", type=int, default=8)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    options = parser.parse_args()
    server = PostgresServer()
    try:
        figures = {
            workers: measure(server, workers, options.sources, options.pages) for workers in (1, 2)
        }
    finally:
        server.stop()
    print("\n| workers | pages | seconds | pages per second | to one worker |")
    print("|---|---|---|---|---|")
    for workers, row in figures.items():
        ratio = row["per_second"] / figures[1]["per_second"]
        print(
            f"| {workers} | {row['pages']} | {row['seconds']:.1f} | {row['per_second']:.1f} "
            f"| {ratio:.2f} |"
        )
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
