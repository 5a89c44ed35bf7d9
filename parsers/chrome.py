"""Words by which a block gives itself away as chrome: "read more", "cookie", "share".

They are those of the page's declared language and of English, which themes leave behind on
pages of any language.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from languages.words import section

_LEADING = " \t«»<>‹›←→↑|•·*-–—+[("
_TRAILING = " \t«»<>‹›←→↑▸|:.…)(]-–0123456789"
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class _Words:
    """Words that are a whole block, and phrases that begin one, by their first letter."""

    whole: frozenset[str]
    beginnings: dict[str, tuple[str, ...]]


@cache
def _words(language: str) -> _Words:
    known = {*section("en", "page").get("chrome", ()), *section(language, "page").get("chrome", ())}
    whole = frozenset(word for word in known if word.isalpha())
    beginnings: dict[str, list[str]] = {}
    for phrase in [*sorted(known - whole), *(f"{word}:" for word in sorted(whole))]:
        beginnings.setdefault(phrase[0], []).append(phrase)
    return _Words(whole, {key: tuple(phrases) for key, phrases in beginnings.items()})


def says_chrome(text: str, language: str) -> bool:
    """Whether a block of this text is chrome by its words. `language`: as declared, or "en".

    >>> says_chrome("« Czytaj więcej o parku", "pl")
    True
    """
    if len(text) > _LONGEST:
        return False
    text = text.lstrip(_LEADING).lower()
    words = _words(language)
    phrases = words.beginnings.get(text[:1])
    if phrases is not None and text.startswith(phrases) and _whole_words(text, phrases):
        return True
    return len(text) < 40 and text.rstrip(_TRAILING) in words.whole


def _whole_words(text: str, phrases: Iterable[str]) -> bool:
    for phrase in phrases:
        if text.startswith(phrase):
            following = text[len(phrase) : len(phrase) + 1]
            if not (following.isalpha() and phrase[-1].isalpha()):
                return True
    return False
