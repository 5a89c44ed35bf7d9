"""What a site answers at each of its addresses."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from replica.days import clock

CLOCK = "<!--clock-->"
"""Stands in a page for the moment at which it is served."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One response, before the server looks at what the client asks for.

    `etag` comes with its quotes. `has_clock` marks a page that holds `CLOCK`.
    """

    body: bytes
    status: int = 200
    content_type: str = "text/html; charset=UTF-8"
    etag: str | None = None
    last_modified: datetime | None = None
    location: str | None = None
    has_clock: bool = False

    def body_at(self, now: datetime) -> bytes:
        """The bytes that are served at this moment."""
        if not self.has_clock:
            return self.body
        return self.body.replace(CLOCK.encode(), clock(now).encode())


def document(text: str, modified: datetime | None = None, **more: object) -> Answer:
    """A page or a feed in UTF-8 with both validators, or with none where it holds a clock."""
    body = text.encode()
    if CLOCK in text:
        answer = Answer(body=body, has_clock=True)
    else:
        answer = Answer(body=body, etag=fingerprint(body), last_modified=modified)
    return replace(answer, **more)  # type: ignore[arg-type]


def redirect(location: str, status: int = 301) -> Answer:
    """An answer that sends the client elsewhere."""
    body = f'<html><head><title>Moved</title></head><body><a href="{location}">here</a></body>'
    return Answer(body=f"{body}</html>\n".encode(), status=status, location=location)


def missing(text: str) -> Answer:
    """The site's own page for an address that it does not have."""
    return Answer(body=text.encode(), status=404)


def fingerprint(body: bytes) -> str:
    """An ETag made of the bytes."""
    return f'"{hashlib.sha256(body).hexdigest()[:16]}"'


@dataclass(slots=True, kw_only=True)
class Site:
    """A website: host names, addresses and what they answer.

    base: the address that the site gives itself, without a final slash. parameters: the query
    parameters that choose a page; every other one is ignored, as the platform does. strict:
    those of them whose unknown values are a 404. folds_case: paths ignore case. slashes: a path
    without its final slash is sent to the one with it. headers: sent with every answer.
    addresses: every whole address that answers, in the order in which it was added.
    """

    name: str
    base: str
    not_found: Answer
    parameters: frozenset[str] = frozenset()
    strict: frozenset[str] = frozenset()
    folds_case: bool = False
    slashes: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    addresses: list[str] = field(default_factory=list)

    @property
    def hosts(self) -> frozenset[str]:
        """The names it answers to: with and without www."""
        bare = (urlsplit(self.base).hostname or "").removeprefix("www.")
        return frozenset({bare, f"www.{bare}"})

    def add(self, address: str, answer: Answer) -> None:
        """Serve the answer at this address (path and query).

        Raises ValueError where the address is taken already.
        """
        split = urlsplit(address)
        key = self._key(split.path, parse_qsl(split.query))
        if key in self.answers:
            raise ValueError(f"{self.name}: two pages at {address}")
        self.answers[key] = answer
        self.addresses.append(self.base + address)

    def answer(self, path: str, query: str = "") -> Answer:
        """What this address gives."""
        pairs = parse_qsl(query, keep_blank_values=True)
        chosen = [(key, value) for key, value in pairs if key in self.parameters]
        found = self.answers.get(self._key(path, chosen))
        if found is None and not any(key in self.strict for key, _ in chosen):
            found = self.answers.get(self._key(path, ()))
        if found is None and self.slashes and self._key(f"{path}/", ()) in self.answers:
            found = redirect(f"{self.base}{path}/" + (f"?{query}" if query else ""))
        return found or self.not_found

    def _key(self, path: str, pairs: Iterable[tuple[str, str]]) -> str:
        where = path.lower() if self.folds_case else path
        query = "&".join(f"{key}={value}" for key, value in sorted(pairs))
        return f"{where}?{query}" if query else where
