"""Where a site's menus lead: to lists of news, events and labels, and to other languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from babel import Locale
from babel.core import UnknownLocaleError
from lxml import etree

from languages.words import codes, english_name, section
from parsers.document import Document
from parsers.links import base_url, read_addresses

Subject = Literal["news", "events", "labels"]
SUBJECTS: tuple[Subject, ...] = ("news", "events", "labels")

MOST = 2_000
"""So many links of a page are looked at."""

LONGEST = 200
"""Longest text of a link, in characters."""

_STRING = etree.XPath("string()")
_MENU_WORDS = 5
_HEADLINE_WORDS = 4
_HEADLINE_CHARACTERS = 20
_WORD = re.compile(r"\w+")
_EAST_ASIAN = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link: its absolute address without a fragment, and its text."""

    url: str
    text: str

    @property
    def is_headline(self) -> bool:
        """Whether the text is as long as a headline is."""
        if _EAST_ASIAN.search(self.text):
            return len(self.text) >= _HEADLINE_CHARACTERS // 2
        words = len(_WORD.findall(self.text))
        return words >= _HEADLINE_WORDS and len(self.text) >= _HEADLINE_CHARACTERS


@dataclass(frozen=True, slots=True)
class Section:
    """A link that by its words leads to a list of `subject`. certainty: 0 to 1."""

    url: str
    text: str
    subject: Subject
    certainty: float


def read_anchors(document: Document) -> list[Anchor]:
    """The page's links with their texts, in order; what has no text is named by its title."""
    base = base_url(document)
    found = []
    for number, element in enumerate(document.root.iter("a", "area")):
        if number >= MOST:
            break
        address = _address(base, element.get("href") or "")
        if address:
            found.append(Anchor(address, _text(element)))
    return found


def read_sections(anchors: list[Anchor]) -> list[Section]:
    """Links to lists, the most certain first; each address once."""
    best: dict[str, Section] = {}
    for anchor in anchors:
        for found in _sections(anchor):
            known = best.get(anchor.url)
            if known is None or found.certainty > known.certainty:
                best[anchor.url] = found
    return sorted(best.values(), key=lambda section: -section.certainty)


def read_languages(document: Document, anchors: list[Anchor]) -> dict[str, str]:
    """The site's language versions, code to address: by hreflang, and by menus such as PL EN DE.

    Only languages that have a file are named.
    """
    names = _language_names()
    found: dict[str, str] = {}
    for tag, address in read_addresses(document).alternates.items():
        found.setdefault(names.get(tag.partition("-")[0], tag), address)
    told: dict[str, str] = {}
    for anchor in anchors:
        if code := names.get(anchor.text.casefold().strip(" []()/|")):
            told.setdefault(code, anchor.url)
    # One link alone may be a word: "IT", "NO".
    if len(told) > 1 or "en" in told:
        found = told | found
    return {code: address for code, address in found.items() if code in codes()}


def _sections(anchor: Anchor) -> Iterator[Section]:
    yield from _matches(anchor, _words(anchor.text), False, 1.0)
    tail = [part for part in urlsplit(anchor.url).path.split("/") if part][-1:]
    if tail and not anchor.is_headline:
        file = unquote(tail[0])
        yield from _matches(anchor, _words(_folded(file.rpartition(".")[0] or file)), True, 0.9)


def _matches(anchor: Anchor, words: list[str], folded: bool, certainty: float) -> Iterator[Section]:
    if len(words) <= _MENU_WORDS:
        for subject, phrase in _phrases(folded):
            if _within(phrase, words):
                share = len(phrase) / len(words)
                yield Section(anchor.url, anchor.text, subject, certainty * share)


@cache
def _phrases(folded: bool) -> tuple[tuple[Subject, tuple[str, ...]], ...]:
    """The words of all languages' menus; `folded` as addresses write them."""
    found: dict[tuple[Subject, tuple[str, ...]], None] = {}
    for code in codes():
        for subject in SUBJECTS:
            for phrase in section(code, "menu").get(subject, ()):
                text = phrase.casefold()
                words = (_folded(text) if folded else text).replace("-", " ").split()
                found[subject, tuple(words)] = None
    # "News & events" is a list of news: of equal matches the first subject counts.
    return tuple(sorted(found, key=lambda phrase: SUBJECTS.index(phrase[0])))


def _within(phrase: tuple[str, ...], words: list[str]) -> bool:
    for start in range(len(words) - len(phrase) + 1):
        if all(
            words[start + place].startswith(word[:-1])
            if word.endswith("*")
            else words[start + place] == word
            for place, word in enumerate(phrase)
        ):
            return True
    return False


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold().replace("_", " "))


def _folded(text: str) -> str:
    """Without accents, as addresses are written: ł is l, ß is ss."""
    plain = text.casefold().translate({ord("ł"): "l", ord("ø"): "o", ord("đ"): "d", ord("ı"): "i"})
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))


@cache
def _language_names() -> dict[str, str]:
    """Codes and own names of the languages, to their codes."""
    found = {"ua": "uk", "cz": "cs", "se": "sv", "gr": "el", "dk": "da", "nb": "no", "nn": "no"}
    found |= {"english": "en", "norsk bokmål": "no", "中文": "zh"}
    for code in codes():
        found[code] = code
        try:
            own = Locale.parse(code).get_language_name(code)
        except (UnknownLocaleError, ValueError):
            own = None
        for name in (own, english_name(code)):
            if name:
                found[name.casefold()] = code
    return found


def _text(element: etree._Element) -> str:
    text = " ".join("".join(element.itertext())[: 4 * LONGEST].split())
    if not text:
        image = next(element.iter("img"), None)
        text = element.get("title") or element.get("aria-label") or ""
        if not text and image is not None:
            text = image.get("alt") or ""
    return " ".join(text.split())[:LONGEST]


def _address(base: str, href: str) -> str | None:
    if not href or href.startswith(("#", "mailto:", "javascript:", "tel:")):
        return None
    try:
        address = urldefrag(urljoin(base, href.strip())).url
    except ValueError:
        return None
    return address if address.startswith(("http://", "https://")) else None
