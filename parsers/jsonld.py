"""Structured data that a page carries as JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

LIMIT = 1_000_000
"""Characters of JSON-LD read on one page; longer scripts are left alone."""
OBJECTS = 2_000
"""Most objects taken from one page."""

_SCRIPTS = etree.XPath("//script[contains(@type, 'ld+json')]")
_OPENINGS = ("//", "<!--", "/*", "<![CDATA[", "*/")
_CLOSINGS = ("//", "-->", "*/", "]]>", "/*", ";")
_TRAILING_COMMA = re.compile(r",(?=\s?[\]}])")
_decoder = json.JSONDecoder(strict=False)


def read_jsonld(root: HtmlElement) -> list[dict[str, Any]]:
    """All JSON-LD objects of a page in reading order, outer ones first.

    Lists, ``@graph`` and objects inside of objects are flattened, so that an article within a
    page's ``mainEntity`` stands in the list beside the page. Broken scripts give what stands
    before the break, or nothing; nothing is raised. Keep the answer: every call reads anew.
    """
    found: list[dict[str, Any]] = []
    left = LIMIT
    for script in _SCRIPTS(root):
        text = script.text or ""
        left -= len(text)
        if left < 0:
            break
        for value in _values(text):
            for thing in _flattened(value):
                if len(found) >= OBJECTS:
                    return found
                found.append(thing)
    return found


def types_of(thing: dict[str, Any]) -> set[str]:
    """The names in an object's ``@type``, without schema.org's address."""
    kinds = thing.get("@type")
    listed = kinds if isinstance(kinds, list) else [kinds]
    return {kind.rpartition("/")[2] for kind in listed if isinstance(kind, str)}


def _values(text: str) -> Iterator[Any]:
    """The JSON values in a script: one as a rule, several where a site glues them together."""
    text = _unwrapped(text)
    for attempt in (text, _TRAILING_COMMA.sub("", text)):
        values: list[Any] = []
        position = 0
        try:
            while position < len(attempt):
                if attempt[position].isspace() or attempt[position] in ";,":
                    position += 1
                    continue
                value, position = _decoder.raw_decode(attempt, position)
                values.append(value)
        except (ValueError, RecursionError):
            if not values:
                continue
        yield from values
        return


def _unwrapped(text: str) -> str:
    """A script without the comment and CDATA marks that old templates put around it."""
    text = text.strip()
    for _ in range(4):
        for mark in _OPENINGS:
            text = text.removeprefix(mark).lstrip()
        for mark in _CLOSINGS:
            text = text.removesuffix(mark).rstrip()
    return text


def _flattened(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in `value`, outer before inner, without recursion (depth is the site's)."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if set(value) != {"@id"}:
                yield value
            waiting.extend(
                inner for inner in reversed(value.values()) if isinstance(inner, dict | list)
            )
        elif isinstance(value, list):
            waiting.extend(reversed(value))
