"""Four websites on one loopback port, told apart by the Host header.

    with ReplicaServer() as server:
        fetch(f"http://{server.address}/661/", headers={"Host": "agrobiocluster.pl"})
        server.log[-1].status

The bytes are the same on every start; only the one page with a clock differs.
"""

from __future__ import annotations

import gzip
import re
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from replica import agrobiocluster, klasterip, klasterlogtrans, pppt
from replica.answers import Answer, Site
from replica.content import WARSAW

COMPRESS_FROM = 256
"""Smallest body, in bytes, that is worth gzip."""

IDLE_SECONDS = 30
"""A kept-alive connection is closed after this long without a request."""

_ETAG = re.compile(r'(?:W/)?("[^"]*")')


def all_sites() -> list[Site]:
    """The four websites, built from their fragments."""
    return [pppt.build(), agrobiocluster.build(), klasterip.build(), klasterlogtrans.build()]


@dataclass(frozen=True, slots=True)
class Served:
    """One request and its answer.

    path: with its query. bytes: length of the body as sent, 0 for HEAD and 304. conditional:
    the client sent If-None-Match or If-Modified-Since. time: seconds since the epoch.
    """

    method: str
    host: str
    path: str
    status: int
    bytes: int
    conditional: bool
    time: float


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], sites: Iterable[Site]) -> None:
        super().__init__(address, _Handler)
        self.sites = {host: site for site in sites for host in site.hosts}
        self.log: list[Served] = []


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS
    server: _Listener

    def do_GET(self) -> None:
        target = urlsplit(self.path)
        host = (target.netloc or self.headers.get("Host", "")).lower().partition(":")[0]
        site = self.server.sites.get(host)
        if site is None:
            line = f"This replica does not serve the host {host or '(none)'}.\n".encode()
            plain = Answer(body=line, status=421, content_type="text/plain; charset=UTF-8")
            self._send(plain, plain.body, {}, host)
            return
        answer = site.answer(target.path or "/", target.query)
        headers = dict(site.headers)
        if answer.location:
            headers["Location"] = answer.location
        if answer.last_modified:
            headers["Last-Modified"] = http_date(answer.last_modified)
        body = answer.body_at(datetime.now(WARSAW))
        etag = answer.etag
        if len(body) >= COMPRESS_FROM and not answer.content_type.startswith("application/pdf"):
            headers["Vary"] = "Accept-Encoding"
            if self._accepts_gzip():
                body = gzip.compress(body, mtime=0)
                headers["Content-Encoding"] = "gzip"
                # One tag for two encodings of a page can only be a weak one.
                etag = f"W/{etag}" if etag and not etag.startswith("W/") else etag
        if etag:
            headers["ETag"] = etag
        self._send(answer, body, headers, host)

    do_HEAD = do_GET

    def _send(self, answer: Answer, body: bytes, headers: dict[str, str], host: str) -> None:
        status = 304 if self._is_unchanged(answer) else answer.status
        if status == 304:
            headers.pop("Content-Encoding", None)
        else:
            headers["Content-Type"] = answer.content_type
            headers["Content-Length"] = str(len(body))
        self.send_response_only(status)
        self.send_header("Date", self.date_time_string())
        for name, value in headers.items():
            self.send_header(name, value)
        sent = b"" if status == 304 or self.command == "HEAD" else body
        self.server.log.append(
            Served(
                method=self.command,
                host=host,
                path=self.path,
                status=status,
                bytes=len(sent),
                conditional=self._is_conditional(),
                time=time.time(),
            )
        )
        self.end_headers()
        self.wfile.write(sent)

    def _is_conditional(self) -> bool:
        return "If-None-Match" in self.headers or "If-Modified-Since" in self.headers

    def _is_unchanged(self, answer: Answer) -> bool:
        """Whether 304 is the answer; If-None-Match goes before If-Modified-Since."""
        if answer.status != 200:
            return False
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            own = _ETAG.search(answer.etag or "")
            return own is not None and (tags.strip() == "*" or own[1] in _ETAG.findall(tags))
        since = self.headers.get("If-Modified-Since")
        if since is None or answer.last_modified is None:
            return False
        try:
            return answer.last_modified <= parsedate_to_datetime(since)
        except (TypeError, ValueError):
            return False

    def _accepts_gzip(self) -> bool:
        for offer in self.headers.get("Accept-Encoding", "").split(","):
            coding, _, quality = offer.partition(";")
            if coding.strip().lower() in ("gzip", "*"):
                return quality.replace(" ", "") not in ("q=0", "q=0.0")
        return False

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the terminal: `ReplicaServer.log` has it."""


class ReplicaServer:
    """The replica, served from threads of this process while the context is open.

    port: 0 takes a free one. Raises OSError on entering where the port is taken.
    """

    def __init__(self, port: int = 0) -> None:
        self.sites = all_sites()
        self._port = port
        self._listener: _Listener | None = None

    def __enter__(self) -> ReplicaServer:
        self._listener = _Listener(("127.0.0.1", self._port), self.sites)
        threading.Thread(
            target=self._listener.serve_forever, args=(0.05,), name="replica", daemon=True
        ).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._running.shutdown()
        self._running.server_close()

    @property
    def _running(self) -> _Listener:
        if self._listener is None:
            raise RuntimeError("the replica is served only inside its `with` block")
        return self._listener

    @property
    def address(self) -> str:
        """Where to connect: ``127.0.0.1:43121``."""
        host, port = self._running.server_address[:2]
        return f"{host!s}:{port}"

    @property
    def hosts(self) -> frozenset[str]:
        """Every host name that is answered."""
        return frozenset().union(*(site.hosts for site in self.sites))

    @property
    def log(self) -> list[Served]:
        """What was asked and answered until now, in order: a copy."""
        return list(self._running.log)


def http_date(moment: datetime) -> str:
    """The moment as HTTP writes it, in GMT."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)
