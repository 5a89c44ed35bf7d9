"""What the tests of the interface share: a reader, and things to be read."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine
from worlds import SOURCE, address

from items import DatedValue, Event, NewsArticle

TOKEN = "a-token-of-tests-only"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Service:
    """A running server over a database."""

    base: str
    engine: Engine

    def get(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> Answer:
        """What it answers; names of headers with _ for -."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request(self.base + path, method=method, headers=named, data=body)
        try:
            with urlopen(request, timeout=30) as response:
                return Answer(response.status, response.headers, response.read())
        except HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())


@contextmanager
def serving(app: FastAPI, engine: Engine) -> Iterator[Service]:
    """An application on a port of its own."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on"))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        while not server.started:
            thread.join(0.01)
            assert thread.is_alive(), "the server did not start"
        yield Service(f"http://127.0.0.1:{listener.getsockname()[1]}", engine)
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def article(number: int, headline: str, day: str | None, **more: Any) -> NewsArticle:
    """News on a page of its own."""
    date = DatedValue(day, "day", "byline", day) if day else DatedValue(None, reason="absent")
    facts = {"source": SOURCE, "language": "pl", "evidence": f"Zdanie o: {headline}", **more}
    return NewsArticle(url=address(number), headline=headline, date_published=date, **facts)


def event(number: int, name: str, start: str, **more: Any) -> Event:
    """An event."""
    facts = {"source": SOURCE, "language": "pl", "evidence": f"Zdanie o: {name}", **more}
    return Event(url=address(number), name=name, start=start, **facts)
