"""A subscriber's server on loopback, and the sender's side of the tests."""

from __future__ import annotations

import contextlib
import json
import random
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sqlalchemy import Engine

from feeds.hooks.messages import new_secret
from feeds.hooks.sender import deliver_due
from feeds.hooks.terms import Terms
from models.hooks import Subscriber, add_subscriber, backlogs, subscribers


@dataclass(frozen=True)
class Got:
    """One message as it arrived, and the status it was answered with."""

    headers: Mapping[str, str]
    raw: bytes
    status: int

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self.raw)
        return body

    @property
    def seq(self) -> int:
        return int(self.body["data"]["seq"])

    @property
    def item(self) -> str:
        return str(self.body["data"]["id"])


Reply = int | tuple[int, dict[str, str]]


class Receiver:
    """Notes what comes and answers what `answer` says: a status, with headers or without.

    together: how often two messages were there at the same time. connections: how many it took.
    """

    def __init__(self, answer: Callable[[dict[str, Any]], Reply] = lambda _: 204) -> None:
        self.answer = answer
        self.got: list[Got] = []
        self.together = 0
        self.connections = 0
        self._busy = 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.host}/hook"

    def __enter__(self) -> Receiver:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def taken(self) -> list[Got]:
        """What was accepted."""
        return [got for got in self.got if 200 <= got.status < 300]

    @property
    def seqs(self) -> list[int]:
        """The numbers of the changes that were accepted."""
        return [got.seq for got in self.taken]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # an answer in one packet: else it waits for the other side's kernel

            def setup(self) -> None:
                super().setup()
                receiver.connections += 1

            def do_POST(self) -> None:
                with receiver._lock:
                    receiver._busy += 1
                    receiver.together += receiver._busy > 1
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                reply = receiver.answer(json.loads(raw))
                status, headers = reply if isinstance(reply, tuple) else (reply, {})
                named = {name.lower(): value for name, value in self.headers.items()}
                with receiver._lock:
                    receiver.got.append(Got(named, raw, status))
                    receiver._busy -= 1
                with contextlib.suppress(OSError):  # who sent it may have been killed meanwhile
                    self.send_response(status)
                    for name, value in {"Content-Length": "0", **headers}.items():
                        self.send_header(name, value)
                    self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@contextlib.contextmanager
def raw_server(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that says what `talk` sends, which need not be HTTP; its host:port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=one, args=(connection,), daemon=True).start()

    def one(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            talk(connection)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


def free_host() -> str:
    """A host:port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"127.0.0.1:{listener.getsockname()[1]}"


@dataclass
class Sending:
    """One subscriber of a database, and a clock of its own."""

    engine: Engine
    host: str
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    secret: str = field(default_factory=new_secret)
    seed: int = 7
    countries: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.terms = Terms(
            allow_hosts=(self.host,),
            clock=lambda: self.now,
            countries=lambda: self.countries,
            chance=random.Random(self.seed),
        )

    def subscribe(self, **wishes: Any) -> int:
        """Tell the host everything there ever was, unless wished otherwise."""
        wishes = {"kinds": [], "countries": [], "from_start": True, **wishes}
        url = f"http://{self.host}/hook?key=s3cr3t"
        return add_subscriber(self.engine, url, self.secret, self.now, **wishes)

    def deliver(self) -> int:
        """Send what can be sent now."""
        return deliver_due(self.engine, self.terms)

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    def deliver_all(self, hours: float = 12, rounds: int = 60) -> None:
        """Send, and let time pass, until nothing is left to send."""
        for _ in range(rounds):
            self.deliver()
            if not backlogs(self.engine)[self.state.id].pending:
                return
            self.later(hours=hours)

    @property
    def state(self) -> Subscriber:
        """The subscriber as it stands."""
        return subscribers(self.engine)[0]
