"""The dictionary form of an organization's name.

Only the head noun and the adjectives beside it inflect ("Mazowieckiemu Klastrowi Chemicznemu");
complements, acronyms and quoted tails stay as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from languages.names_lexicon import Head, Lexicon, fold, lexicon

_WORD = re.compile(r"\w+(?:\s?[-–]\s?\w+)*|[^\w\s]", re.UNICODE)
_QUOTES = frozenset("\"'„”“‟«»‹›‘’‚‛")
_LONGEST_NAME = 300
_SHORTEST_ADJECTIVE = 4
_VOWELS = frozenset("aeiouyáéíóúýôĺŕ")


@lru_cache(maxsize=8192)
def nominative(name: str, language: str) -> str:
    """The name's dictionary form: "Mazowieckiemu Klastrowi X" becomes "Mazowiecki Klaster X".

    `language` is the language of the sentence; a name of another language comes back unchanged.
    """
    lexical = lexicon(language)
    if not lexical.heads or len(name) > _LONGEST_NAME:
        return name
    words = list(_WORD.finditer(name))
    at = _head_position(words, lexical)
    if at is None:
        return name
    written = words[at].group()
    head = lexical.heads[written.casefold()]
    oblique = written.casefold() != head.lemma.casefold()
    changed: dict[int, str] = {}
    endings = _endings(head, written, lexical)
    before = _adjectives(words, range(at - 1, -1, -1), endings, lexical)
    if oblique or before:
        changed |= before
    if oblique:
        changed |= _adjectives(words, range(at + 1, len(words)), endings, lexical)
        changed[at] = _in_case_of(written, head.lemma)
    result = name
    for index in sorted(changed, reverse=True):
        start, end = words[index].span()
        result = result[:start] + changed[index] + result[end:]
    return result


def agrees(word: str, head_word: str, language: str) -> bool:
    """Whether an adjective's ending fits a head noun as both are written."""
    lexical = lexicon(language)
    head = lexical.heads.get(head_word.casefold())
    if head is None:
        return True
    endings = _endings(head, head_word, lexical)
    oblique = head_word.casefold() != head.lemma.casefold()
    wanted = set(endings) if oblique else set(endings.values()) | set(endings)
    return word.casefold().endswith(tuple(wanted))


def _head_position(words: list[re.Match[str]], lexical: Lexicon) -> int | None:
    for index, word in enumerate(words):
        if word.group() in _QUOTES:
            return None
        if word.group().casefold() in lexical.heads:
            return index
    return None


def _endings(head: Head, written: str, lexical: Lexicon) -> Mapping[str, str]:
    """Adjective endings that agree with the head as written: its case shows in its ending."""
    lowered = written.casefold()
    fallback: Mapping[str, str] = {}
    for key, endings in lexical.adjectives.items():
        gender, _, ending = key.partition(" -")
        if gender != head.gender:
            continue
        if ending and lowered.endswith(ending):
            return endings
        if not ending:
            fallback = endings
    return fallback


def _adjectives(
    words: list[re.Match[str]], order: range, endings: Mapping[str, str], lexical: Lexicon
) -> dict[int, str]:
    """Nominatives of the adjectives that follow each other along `order`."""
    found: dict[int, str] = {}
    for index in order:
        word = words[index].group()
        if word.casefold() in lexical.ands:
            continue
        plain = _plain_adjective(word, endings, lexical.long_vowels)
        if plain is not None:
            found[index] = plain
        elif not _is_prefix(word):
            break
    return found


def _is_prefix(word: str) -> bool:
    """First half of a compound written apart: "Logistyczno Transportowego"."""
    return len(word) > _SHORTEST_ADJECTIVE and word.casefold().endswith("o")


def _plain_adjective(word: str, endings: Mapping[str, str], long_vowels: str) -> str | None:
    if len(word) <= _SHORTEST_ADJECTIVE or word.isupper():
        return None
    lowered = word.casefold()
    if len(lowered) != len(word):
        return None
    for ending in sorted(endings, key=len, reverse=True):
        if lowered.endswith(ending) and len(ending) < len(word) - 2:
            stem = word[: len(word) - len(ending)]
            return stem + _after(stem, endings[ending], long_vowels)
    return None


def _after(stem: str, ending: str, long_vowels: str) -> str:
    """The ending, shortened where the language has no two long syllables in a row."""
    last = next((char for char in reversed(stem.casefold()) if char in _VOWELS), "")
    return fold(ending) if last and last in long_vowels else ending


def _in_case_of(written: str, lemma: str) -> str:
    if written.islower():
        return lemma.lower() if not lemma.isupper() else lemma
    return lemma.upper() if written.isupper() and len(written) > 1 else lemma
