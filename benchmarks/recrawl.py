"""What a second visit costs: requests and bytes of a site of about 150 pages, crawled twice.

    python -m benchmarks.recrawl

Four sites on loopback, as one machine serves them: like WordPress (feed, sitemaps) or plain,
with validators (ETag, Last-Modified) or without. Each is crawled, crawled again at once, and
once more as if a day had passed; nothing changes on them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random

from sqlalchemy import create_engine, text

from models.base import Base, UtcTime

POSTS = 120
STATIC = 16
PER_PAGE = 10
_WORDS = [
    "cluster",
    "companies",
    "park",
    "region",
    "members",
    "project",
    "energy",
    "training",
    "hall",
    "visitors",
    "school",
    "research",
    "machines",
    "laboratory",
    "council",
    "meeting",
    "export",
    "network",
    "partner",
    "agreement",
    "building",
    "office",
    "growth",
    "market",
    "design",
    "water",
    "wood",
    "metal",
    "food",
    "health",
    "transport",
    "software",
    "funding",
    "spring",
    "autumn",
]


@dataclass
class MadeSite:
    """A site of POSTS dated posts in lists of ten, and STATIC other pages.

    wordpress: with a feed and sitemaps, lists under /page/N/; else lists under /news?page=N.
    validators: answers 304. posts: by number, the day and the text's seed; tests change them.
    """

    name: str
    wordpress: bool
    validators: bool
    today: date = field(default_factory=lambda: datetime.now(UTC).date())
    posts: dict[int, tuple[date, str]] = field(default_factory=dict)
    changed: dict[int, date] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ages = [2 + number * (1 + number // 8) for number in range(POSTS)]
        self.posts = {
            POSTS - number: (self.today - timedelta(days=age), str(number))
            for number, age in enumerate(ages)
        }

    @property
    def host(self) -> str:
        """The site's name."""
        return f"www.{self.name}.example"

    @property
    def yaml(self) -> str:
        """Its file in sources/."""
        kind = "platform: wordpress\n" if self.wordpress else "listings: [/news]\n"
        return f"url: http://{self.host}/\nlanguages: [en]\n{kind}"

    def path(self, number: int) -> str:
        """Where a post stands."""
        return f"/post-{number}/" if self.wordpress else f"/news/{number}"

    def answer(self, path: str) -> tuple[int, str, str]:
        """Status, content type and body."""
        page = self._page(path)
        if page is not None:
            return 200, "text/html; charset=utf-8", page
        listed = self._xml(path)
        if listed is not None:
            return 200, "application/xml", f'<?xml version="1.0" encoding="UTF-8"?>{listed}'
        return 404, "text/html", "<p>not here</p>"

    def _page(self, path: str) -> str | None:
        lists = "/page/{}/" if self.wordpress else "/news?page={}"
        count = -(-len(self.posts) // PER_PAGE)
        pages = {lists.format(number): number for number in range(2, count + 1)}
        first = "/" if self.wordpress else "/news"
        if path == first or path in pages:
            number = pages.get(path, 1)
            newest = sorted(self.posts, reverse=True)[(number - 1) * PER_PAGE : number * PER_PAGE]
            titles = ((self.path(post), self._title(post), self.posts[post][0]) for post in newest)
            rows = "".join(
                f'<li><a href="{url}">{name}</a> {day}</li>' for url, name, day in titles
            )
            more = lists.format(number + 1)
            onward = f'<a href="{more}">older</a>' if more in pages else ""
            return self._html("News", f"<ul>{rows}</ul>{onward}")
        if path == "/":
            return self._html("The park", f"<p>{self._prose('home', 60)}</p>")
        for post, (day, seed) in self.posts.items():
            if path == self.path(post):
                stamp = f'<p class="date">Posted on <time datetime="{day}">{day}</time></p>'
                paragraphs = "".join(f"<p>{self._prose(f'{seed}-{n}', 60)}</p>" for n in range(5))
                return self._html(self._title(post), f"{stamp}{paragraphs}")
        for number in range(STATIC):
            if path == f"/about/part-{number}":
                return self._html(
                    f"About us: part {number}", f"<p>{self._prose(f'part{number}', 150)}</p>"
                )
        return None

    def _xml(self, path: str) -> str | None:
        if not self.wordpress:
            return None
        base = f"http://{self.host}"
        newest = sorted(self.posts, reverse=True)
        if path == "/feed/":
            entries = "".join(
                f"<item><title>{self._title(post)}</title><link>{base}{self.path(post)}</link></item>"
                for post in newest[:PER_PAGE]
            )
            return f"<rss version='2.0'><channel><title>News</title>{entries}</channel></rss>"
        if path == "/wp-sitemap.xml":
            parts = ("posts-post-1", "posts-page-1")
            listed = "".join(
                f"<sitemap><loc>{base}/wp-sitemap-{part}.xml</loc></sitemap>" for part in parts
            )
            return f"<sitemapindex>{listed}</sitemapindex>"
        if path == "/wp-sitemap-posts-post-1.xml":
            listed = "".join(
                f"<url><loc>{base}{self.path(post)}</loc>"
                f"<lastmod>{self.changed.get(post, self.posts[post][0])}</lastmod></url>"
                for post in newest
            )
            return f"<urlset>{listed}</urlset>"
        if path == "/wp-sitemap-posts-page-1.xml":
            listed = "".join(
                f"<url><loc>{base}/about/part-{number}</loc></url>" for number in range(STATIC)
            )
            return f"<urlset>{listed}</urlset>"
        return None

    def _title(self, post: int) -> str:
        words = Random(f"{self.name}{post}").sample(_WORDS, 4)
        return f"Report {post}: {' '.join(words)}"

    def _prose(self, seed: str, words: int) -> str:
        chosen = Random(f"{self.name}{seed}").choices(_WORDS, k=words)
        lines = [" ".join(chosen[n : n + 12]).capitalize() + "." for n in range(0, words, 12)]
        return " ".join(lines)

    def _html(self, title: str, main: str) -> str:
        menu = "".join(f'<li><a href="/about/part-{n}">Part {n}</a></li>' for n in range(STATIC))
        home = '<li><a href="/">Home</a></li>' + (
            "" if self.wordpress else '<li><a href="/news">News</a></li>'
        )
        style = "".join(f".c{n}{{margin:{n}px;padding:{n % 7}px}}" for n in range(260))
        return (
            f"<!doctype html><html lang='en'><head><title>{title}</title>"
            f"<style>{style}</style></head>"
            f"<body><header><nav><ul>{home}{menu}</ul></nav></header><main><article><h1>{title}</h1>"
            f"{main}</article></main><footer><p>The park, 1 Park Street</p></footer></body></html>"
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that was answered. bytes: of the body."""

    host: str
    path: str
    status: int
    bytes: int


class MadeServer:
    """Serves sites by their names, on loopback; `asked` lists what was answered."""

    def __init__(self, sites: list[MadeSite]) -> None:
        self.sites = {site.host: site for site in sites}
        self.asked: list[Asked] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.address = f"127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> MadeServer:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def cost(self, host: str, since: int = 0) -> tuple[int, int]:
        """Requests to a host and bytes sent, from a place in `asked` on."""
        own = [asked for asked in self.asked[since:] if asked.host == host]
        return len(own), sum(asked.bytes for asked in own)


def _handler(server: MadeServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site = server.sites[self.headers["Host"]]
            status, content_type, words = site.answer(self.path)
            body = words.encode()
            tag = f'"{sha256(body).hexdigest()[:16]}"'
            if status == 200 and site.validators and self.headers["If-None-Match"] == tag:
                status, body = 304, b""
            server.asked.append(Asked(site.host, self.path, status, len(body)))
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            if site.validators and status in (200, 304):
                self.send_header("ETag", tag)
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def run_anew(
    command: list[str], folder: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder as people do."""
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@dataclass
class Folder:
    """A folder with sources and a database, and the command line in it."""

    path: Path
    server: MadeServer
    run: Callable[[list[str], Path, dict[str, str]], subprocess.CompletedProcess[str]] = run_anew

    def __post_init__(self) -> None:
        (self.path / "sources").mkdir()
        for site in self.server.sites.values():
            (self.path / "sources" / f"{site.name}.yaml").write_text(site.yaml, encoding="utf-8")

    def crawl(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Crawl all sites, whatever the verdicts."""
        environment = {
            **os.environ,
            "CLUSTERFEED_SOURCES": str(self.path / "sources"),
            "CLUSTERFEED_REPLICA": self.server.address,
            "COLUMNS": "160",
        }
        program = str(Path(sys.executable).parent / "clusterfeed")
        return self.run([program, "crawl", "--all", *arguments], self.path, environment)

    def pass_days(self, days: float) -> None:
        """Let days pass: every moment in the database moves into the past by so much."""
        engine = create_engine(f"sqlite:///{self.path / 'clusterfeed.db'}")
        with engine.begin() as connection:
            for table in Base.metadata.sorted_tables:
                moments = [column.name for column in table.c if isinstance(column.type, UtcTime)]
                for name in moments:
                    connection.execute(
                        text(
                            f'UPDATE "{table.name}" SET "{name}" = '
                            f"strftime('%Y-%m-%dT%H:%M:%f', \"{name}\", :span) || '000+00:00' "
                            f'WHERE "{name}" IS NOT NULL'
                        ),
                        {"span": f"-{round(days * 86_400)} seconds"},
                    )
        engine.dispose()


@contextmanager
def made_folder(sites: list[MadeSite], path: Path) -> Iterator[Folder]:
    """The sites, served, and a folder to crawl them from."""
    with MadeServer(sites) as server:
        yield Folder(path, server)


def main() -> None:
    """Print what each visit cost."""
    sites = [
        MadeSite(f"{kind}-{answers}", kind == "wordpress", answers == "validators")
        for kind in ("wordpress", "plain")
        for answers in ("validators", "whole")
    ]
    print(f"{'site':<24}{'visit':<16}{'requests':>9}{'bytes':>12}{'of first':>18}")
    with tempfile.TemporaryDirectory() as folder, made_folder(sites, Path(folder)) as made:
        first: dict[str, tuple[int, int]] = {}
        for visit, days in (("first", 0.0), ("at once", 0.0), ("a day later", 1.0)):
            if days:
                made.pass_days(days)
            since = len(made.server.asked)
            made.crawl()
            for site in sites:
                requests, size = made.server.cost(site.host, since)
                base = first.setdefault(site.host, (requests, size))
                share = f"{requests / base[0]:.1%} {size / base[1]:.1%}"
                print(f"{site.name:<24}{visit:<16}{requests:>9}{size:>12,}{share:>18}")


if __name__ == "__main__":
    main()
