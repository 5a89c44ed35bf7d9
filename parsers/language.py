"""The language of a page: that of its main content, not of its chrome or its address."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from lxml.html import HtmlElement

from catalogue import Source
from languages.detect import detect, two_letters
from languages.words import codes
from parsers.document import Block

_SAMPLE = 900
_QUERY_KEYS = frozenset(("lang", "language", "locale", "hl", "set_language", "l"))
_PATH_PART = re.compile(r"[a-z]{2}(?:[-_][a-z]{2})?", re.I)


def read_language(
    root: HtmlElement, blocks: list[Block], url: str = "", source: Source | None = None
) -> str:
    """The two-letter code of the language `blocks` are written in, or "und".

    What the page, its address and its site declare is asked only where the words leave a doubt.
    """
    return detect(_sample(blocks), declared_languages(root, url, source))


def _sample(blocks: list[Block]) -> str:
    """The longest blocks, as much as a sure answer needs: short ones are names and dates."""
    chosen: list[str] = []
    size = 0
    for text in sorted((block.text for block in blocks), key=len, reverse=True):
        chosen.append(text[: _SAMPLE - size])
        size += len(chosen[-1]) + 1
        if size >= _SAMPLE:
            break
    return "\n".join(chosen)


def declared_languages(root: HtmlElement, url: str, source: Source | None) -> list[str]:
    """Codes that the page, its address and its site declare, the most credible first."""
    found = [
        two_letters(root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang"))
    ]
    found += [two_letters(tag) for tag in _in_address(url)]
    head = root.find("head")
    if head is not None:
        for meta in head.iterfind("meta"):
            name = (
                meta.get("property") or meta.get("http-equiv") or meta.get("name") or ""
            ).lower()
            if name in ("og:locale", "content-language", "language", "dc.language"):
                found.append(two_letters(meta.get("content")))
    if source is not None and len(source.languages) == 1:
        found.append(source.languages[0])
    return list(dict.fromkeys(code for code in found if code))


def _in_address(url: str) -> list[str]:
    """Languages that an address names: `/en/`, `/da-DK/`, `?lang=pl`."""
    if not url:
        return []
    try:
        parts = urlsplit(url)
    except ValueError:
        return []
    named = [value for key, value in parse_qsl(parts.query)[:20] if key.lower() in _QUERY_KEYS]
    named += [
        part
        for part in parts.path.split("/")[1:3]
        if _PATH_PART.fullmatch(part) and two_letters(part) in codes()
    ]
    return named
