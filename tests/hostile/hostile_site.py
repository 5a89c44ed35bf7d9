"""A website that wants no good, and listeners that nobody shall ever reach.

Each threat has a route, or several; the home page leads to all of them.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
import zlib
from collections.abc import Callable
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import brotli
import zstandard

CANARY = "canary-5f1c9e27"
"""Stands in a file of this machine, and must stand nowhere else."""

SECRET = "hunter2-5f1c9e27"
"""A password in an address, which must stand nowhere at all."""

SPELLINGS = (
    "127.0.0.2",
    "127.2",
    "127.0.2",
    "0x7f.0.0.2",
    "0x7f000002",
    "0177.0.0.2",
    "2130706434",
    "017700000002",
    "[::ffff:127.0.0.2]",
    "[::ffff:7f00:2]",
    "127.0.0.2.",
    "127。0。0。2",
    "%31%32%37.0.0.2",
    "10.0.0.1",
    "169.254.169.254",
    "[::1]",
    "0.0.0.0",
)
"""Ways to write an address that is not on the public web; all but four are the canary's."""

MARKUP = "text/html; charset=utf-8"
XML = "application/xml"


class Canary:
    """Listens where no crawl may come, and counts who comes."""

    def __init__(self) -> None:
        self.visits = 0
        self._listener = socket.create_server(("127.0.0.2", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                visitor, _ = self._listener.accept()
                self.visits += 1
                visitor.close()

    def close(self) -> None:
        """Listen no more."""
        self._listener.close()


class HostileSite:
    """The site. asked: paths as they were asked; headers: of each request, as sent.

    bomb: size of what the compressed answers unpack to, in bytes. listening: the ports that the
    crawling process listens at, looked at while it asks for /ports; set `crawler` to its id.
    """

    def __init__(self, canary: Canary, secret_file: Path, bomb: int) -> None:
        self.asked: list[str] = []
        self.headers: list[str] = []
        self.listening: list[int] | None = None
        self.crawler = 0
        self.canary = canary
        self.secret_file = secret_file
        self.bomb = bomb
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.host}/"
        self.routes = self._routes()

    def __enter__(self) -> HostileSite:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def only(self, path: str) -> None:
        """Let the home page lead to this path, and robots.txt name it, and nothing else."""
        self.routes["/"] = _page("Home", _links([path, "/after"]))
        robots = f"User-agent: *\nAllow: /\nSitemap: {path}\n"
        self.routes["/robots.txt"] = _answer(robots, Type="text/plain")

    def times(self, path: str) -> int:
        """How often a path was asked for."""
        return self.asked.count(path)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                site.headers.append(str(self.headers))
                route = site.routes.get(self.path) or site.routes.get(
                    self.path.partition("?")[0], _missing
                )
                with contextlib.suppress(OSError):
                    route(self)

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def _routes(self) -> dict[str, Route]:
        near = {spelling: f"http://{spelling}:{self.canary.port}/" for spelling in SPELLINGS}
        file = self.secret_file.as_uri()
        elsewhere = {"file": file, "data": f"data:text/html,{CANARY}", "ftp": "ftp://127.0.0.2/x"}
        routes: dict[str, Route] = {}
        for number, target in enumerate([*elsewhere.values(), *near.values()]):
            routes[f"/to/{number}"] = _answer("", 302, Location=f"{target}?to")
            refresh = f'<meta http-equiv="refresh" content="0; url={target}?refresh">'
            if number < len(elsewhere) or number % 4 == 0:
                routes[f"/refresh/{number}"] = _page(f"Refresh {number}", "", refresh)
        routes |= self._takers() | self._markup(elsewhere, near)
        inner = [path for path in routes if path not in ("/robots.txt", "/sitemap-0.xml")]
        outer = [*elsewhere.values(), *near.values(), "javascript:alert(1)", "http://[bad/"]
        outer += [
            f"http://{self.host.partition(':')[0]}:port/",
            f"http://me:{SECRET}@{self.host}/in",
        ]
        routes["/"] = _page("Hostile", _links([*inner, *outer, "/after"]))
        routes["/in"] = _page("In", "Nobody asked for a password here.")
        routes["/after"] = _news("After all", "The park signed an agreement with the school.")
        return routes

    def _takers(self) -> dict[str, Route]:
        """Answers that cost more than they should."""
        return {
            "/bomb/gzip": _packed("gzip", _gzip_bomb(self.bomb)),
            "/bomb/br": _packed("br", _brotli_bomb(self.bomb)),
            "/bomb/zstd": _packed("zstd", _zstd_bomb(self.bomb)),
            "/sitemap-bomb.xml": _packed("gzip", _gzip_bomb(self.bomb), XML),
            "/sitemap-bomb.xml.gz": _answer(_gzip_bomb(self.bomb), Type="application/gzip"),
            "/endless/body": _endless_body,
            "/endless/headers": _endless_headers,
            "/endless/line": _endless_line,
            "/endless/continue": _endless_continue,
            "/slow/body": _drip(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>"),
            "/slow/headers": _drip(b"HTTP/1.1 200 OK\r\nX-Slow: "),
            "/circle": _circle,
            "/deep": _page("Deep", "<div>" * 100_000 + "At the bottom."),
            "/attributes": _page("Crowd", f"<p {' '.join(f'a{n}=1' for n in range(50_000))}>x"),
            "/rows": _page("Rows", "<table>" + "<tr><td>1<td>2" * 150_000),
            "/ports": self._ports,
        }

    def _markup(self, elsewhere: dict[str, str], near: dict[str, str]) -> dict[str, Route]:
        """What feeds, sitemaps and robots.txt may say, and one page with wrong words."""
        lines = [f"Sitemap: {url}sitemap.xml" for url in near.values()]
        own = ["Sitemap: /sitemap-0.xml", "Sitemap: /sitemap-bomb.xml", "Sitemap: http://[bad/"]
        own += ["Sitemap: /sitemap-bomb.xml.gz", ""]
        robots = "\n".join(["User-agent: *", "Allow: /", *lines, *own])
        entries = [*elsewhere.values(), *near.values(), "http://[bad/", "javascript:alert(1)"]
        urls = "".join(f"<url><loc>{url}</loc></url>" for url in [*entries, "/from-the-sitemap"])
        file = elsewhere["file"]
        laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
        dtd = f'<!DOCTYPE r [<!ENTITY x SYSTEM "{file}"><!ENTITY l0 "{CANARY}">{laughs}]>'
        feed = (
            f"{dtd}<rss><channel><item><title>&x;&l11;</title><link>&x;</link></item>"
            "<item><link>javascript:alert(1)</link></item>"
            "<item><link>/from-the-feed</link></item></channel></rss>"
        )
        return {
            "/robots.txt": _answer(robots, Type="text/plain"),
            "/sitemap-0.xml": _answer(f"<urlset>{urls}</urlset>", Type=XML),
            "/feed.xml": _answer(feed, Type="application/rss+xml"),
            "/from-the-feed": _news("From the feed", "The cluster met the mayor."),
            "/from-the-sitemap": _news("From the sitemap", "The park grew by a hall."),
            "/flaky": _Once(_answer("", 503), _answer("", 302, Location=near["127.0.0.2"])),
            "/cookie": _answer("<p>Set.", Type=MARKUP, **{"Set-Cookie": "sid=1; Path=/"}),
            "/password": _answer("", 302, Location=f"http://me:{SECRET}@{self.host}/in"),
            "/future": _news("Tomorrow", "The park opened a hall.", "2999-01-01"),
        }

    def _ports(self, handler: BaseHTTPRequestHandler) -> None:
        self.listening = listening(self.crawler)
        _page("Ports", "Which ports are open?")(handler)


Route = Callable[[BaseHTTPRequestHandler], None]


def listening(process: int) -> list[int]:
    """The TCP ports that a process listens at (Linux)."""
    sockets = set()
    for entry in Path(f"/proc/{process}/fd").iterdir():
        with contextlib.suppress(OSError):
            sockets.add(os.readlink(entry))
    ports = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{process}/net/{table}").read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and f"socket:[{words[9]}]" in sockets:
                ports.append(int(words[1].rpartition(":")[2], 16))
    return ports


def _answer(body: bytes | str, status: int = 200, **headers: str) -> Route:
    content = body.encode() if isinstance(body, str) else body
    kind = headers.pop("Type", MARKUP)

    def route(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Type": kind, **headers}.items():
            handler.send_header(name, value.encode().decode("latin-1"))
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return route


def _page(title: str, body: str, head: str = "") -> Route:
    return _answer(
        f"<!doctype html><html lang=en><head><title>{title}</title>{head}"
        f'<link rel=alternate type="application/rss+xml" href="/feed.xml"></head>'
        f"<body><h1>{title}</h1>{body}</body></html>"
    )


def _news(title: str, text: str, day: str = "2026-03-02") -> Route:
    when = f'<p class="date">Posted on <time datetime="{day}">{day}</time></p>'
    return _page(title, f"<article>{when}<p>{text}</p></article>")


def _links(targets: list[str]) -> str:
    return "<ul>" + "".join(f'<li><a href="{target}">{target}</a>' for target in targets) + "</ul>"


_missing = _answer("Not here.", 404)


class _Once:
    """Answers one way the first time, and another way from then on."""

    def __init__(self, first: Route, later: Route) -> None:
        self.first, self.later, self.asked = first, later, False

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        route = self.later if self.asked else self.first
        self.asked = True
        route(handler)


def _packed(encoding: str, body: bytes, kind: str = MARKUP) -> Route:
    return _answer(body, Type=kind, **{"Content-Encoding": encoding})


@cache
def _gzip_bomb(size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packer.compress(bytes(1_000_000)) for _ in range(size // 1_000_000)]
    return b"".join([*parts, packer.flush()])


@cache
def _brotli_bomb(size: int) -> bytes:
    packer = brotli.Compressor(quality=3)
    parts = [packer.process(bytes(1_000_000)) for _ in range(size // 1_000_000)]
    return b"".join([*parts, packer.finish()])


@cache
def _zstd_bomb(size: int) -> bytes:
    packer = zstandard.ZstdCompressor(level=1).compressobj()
    parts = [packer.compress(bytes(1_000_000)) for _ in range(size // 1_000_000)]
    return b"".join([*parts, packer.flush()])


def _raw(handler: BaseHTTPRequestHandler, start: bytes, more: bytes, most: int) -> None:
    """Send bytes again and again, until `most` or the other side hangs up."""
    handler.close_connection = True
    handler.wfile.write(start)
    for _ in range(most // len(more)):
        handler.wfile.write(more)


def _endless_body(handler: BaseHTTPRequestHandler) -> None:
    start = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    _raw(handler, start, b"10000\r\n" + b"x" * 65_536 + b"\r\n", 2**31)


def _endless_headers(handler: BaseHTTPRequestHandler) -> None:
    line = b"X-More: " + b"a" * 1_000 + b"\r\n"
    _raw(handler, b"HTTP/1.1 200 OK\r\n", line * 50, 200_000_000)
    handler.wfile.write(b"Content-Length: 2\r\n\r\nok")


def _endless_line(handler: BaseHTTPRequestHandler) -> None:
    _raw(handler, b"HTTP/1.1 200 OK\r\nX-More: ", b"a" * 65_536, 200_000_000)


def _endless_continue(handler: BaseHTTPRequestHandler) -> None:
    _raw(handler, b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000, 200_000_000)


def _drip(start: bytes) -> Route:
    def route(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        handler.wfile.write(start)
        for _ in range(600):
            handler.wfile.write(b"x")
            time.sleep(0.1)

    return route


def _circle(handler: BaseHTTPRequestHandler) -> None:
    turn = int(handler.path.partition("?turn=")[2] or 0)
    _answer("", 302, Location=f"/circle?turn={turn + 1}")(handler)


def evasive_attributes(most: int) -> bytes:
    """A page whose one tag has `most` attributes, hidden from whoever looks for its end."""
    crowd = " ".join(f'a{n}=">"' for n in range(most))
    return f"<!doctype html><html><body><p {crowd}>words</p></body></html>".encode()
