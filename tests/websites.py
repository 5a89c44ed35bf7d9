"""Small websites on loopback, made for one test each."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Reply:
    """What a path answers; `drip` is the pause before it, in seconds."""

    body: bytes | str = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    drip: float = 0.0


def page(title: str, text: str = "", links: tuple[str, ...] = (), day: str = "") -> Reply:
    """A plain page of a hand-made site; with a day (YYYY-MM-DD) it is a piece of news."""
    posted = f'<p class="date">Posted on <time datetime="{day}">{day}</time></p>' if day else ""
    anchors = "".join(f'<li><a href="{link}">{link}</a></li>' for link in links)
    return Reply(
        f"<!doctype html><html lang='en'><head><title>{title}</title></head><body>"
        f"<article><h1>{title}</h1>{posted}<p>{text}</p></article><ul>{anchors}</ul></body></html>",
        headers={"Content-Type": "text/html; charset=utf-8"},
    )


class Website:
    """Serves `replies` by path, or by host and path; `asked` lists the paths as they were asked,
    `moments` when (monotonic seconds), `posted` the bodies of requests that brought one."""

    def __init__(self, replies: Mapping[str, Reply]) -> None:
        self.replies = dict(replies)
        self.asked: list[str] = []
        self.moments: list[float] = []
        self.posted: list[bytes] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.host}/"

    def __enter__(self) -> Website:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.moments.append(time.monotonic())
                site.asked.append(self.path)
                hosted = site.replies.get(f"{self.headers['Host']}{self.path}")
                reply = hosted or site.replies.get(self.path, Reply(b"not here", 404))
                time.sleep(reply.drip)
                body = reply.body.encode() if isinstance(reply.body, str) else reply.body
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                site.posted.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.do_GET()

            def log_message(self, *_: object) -> None:
                pass

        return Handler
