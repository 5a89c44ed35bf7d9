"""Words by which a block gives itself away as chrome: "read more", "cookie", "share".

They are those of the page's declared language and of English, which themes leave behind on
pages of any language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from languages.words import codes, section

_LEADING = " \t«»<>‹›←→↑|•·*-–—+[("
_TRAILING = " \t«»<>‹›←→↑▸|:.…)(]-–0123456789"
_LONGEST = 200
_LONGEST_RIGHTS = 160
_RIGHTS = re.compile(r"^\W{0,3}©|©\s?(?:[Cc]opyright\s)?(?:19|20)\d\d|(?:19|20)\d\d\s?©")
_SWITCHER = re.compile(r"[A-Za-z]{2}(?:\s?[|/·•,-]?\s?[A-Za-z]{2}){1,11}")
_CODE = re.compile(r"[A-Za-z]{2}")


@dataclass(frozen=True, slots=True)
class _Words:
    """Words that are a whole block, and phrases that begin one, by their first letter."""

    whole: frozenset[str]
    phrases: frozenset[str]
    beginnings: dict[str, tuple[str, ...]]


@cache
def _words(language: str, own: tuple[str, ...]) -> _Words:
    known = {*section("en", "page").get("chrome", ()), *section(language, "page").get("chrome", ())}
    known.update(line.lower() for line in own)
    whole = frozenset(word for word in known if word.isalpha())
    beginnings: dict[str, list[str]] = {}
    for phrase in [*sorted(known - whole), *(f"{word}:" for word in sorted(whole))]:
        beginnings.setdefault(phrase[0], []).append(phrase)
    return _Words(
        whole, frozenset(known), {key: tuple(phrases) for key, phrases in beginnings.items()}
    )


def says_chrome(text: str, language: str, own: tuple[str, ...] = ()) -> bool:
    """Whether a block of this text is chrome by its words.

    language: as declared, or "en"; own: beginnings of the site's own chrome (`Source.chrome`).

    >>> says_chrome("« Czytaj więcej o parku", "pl")
    True
    """
    if len(text) > _LONGEST:
        return False
    text = text.lstrip(_LEADING).lower()
    words = _words(language, own)
    phrases = words.beginnings.get(text[:1])
    if phrases is not None and text.startswith(phrases) and _whole_words(text, phrases):
        return True
    return len(text) < 40 and text.rstrip(_TRAILING) in words.whole


def is_only_chrome(text: str, language: str, own: tuple[str, ...] = ()) -> bool:
    """Whether a block is nothing but chrome: such a word alone, a copyright line, languages.

    >>> is_only_chrome("« powrót", "pl"), is_only_chrome("Powrót do Płocka", "pl")
    (True, False)
    """
    if len(text) <= _LONGEST_RIGHTS and "©" in text and _RIGHTS.search(text):
        return True
    if len(text) > 40:
        return False
    if text.lower().strip(_LEADING + _TRAILING) in _words(language, own).phrases:
        return True
    if _SWITCHER.fullmatch(text) is None:
        return False
    named = [code.lower() for code in _CODE.findall(text)]
    return len(set(named)) == len(named) and all(code in codes() for code in named)


def _whole_words(text: str, phrases: Iterable[str]) -> bool:
    for phrase in phrases:
        if text.startswith(phrase):
            following = text[len(phrase) : len(phrase) + 1]
            if not (following.isalpha() and phrase[-1].isalpha()):
                return True
    return False
