"""Names of organizations: their normal form, and whether two name the same one."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from languages.names_forms import nominative
from languages.names_lexicon import (
    all_heads,
    concepts_of,
    english_words,
    fold,
    legal_forms,
    same_inflected,
    small_words,
)

__all__ = ["nominative", "normal_key", "same_organization"]

_LONGEST_NAME = 300
_WORD = re.compile(r"\w+(?:[.'’]\w+)*")
_QUOTED = re.compile(r"[\"„”“‟«»‹›]([^\"„”“‟«»‹›]{1,120})[\"„”“‟«»‹›]")
_BRACKETS = re.compile(r"\(([^()]{1,60})\)")
_DASH = re.compile(r"\s[-–—]\s?|\s?[–—]\s")
_SQUEEZE = re.compile(r"[\W_]+")
_DIGRAPHS = ("ch", "sz", "cz", "dz", "rz")
_LEAST_INITIALS = 3
_LEAST_WITHOUT_HEAD = 4


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    folded: str
    concepts: tuple[str, ...]
    exact: bool
    head: bool


@dataclass(frozen=True, slots=True)
class _Name:
    """A name taken apart: its telling words, acronyms it gives in brackets, a brand up front."""

    words: tuple[_Word, ...]
    concepts: tuple[str, ...]
    others: tuple[_Word, ...]
    acronyms: frozenset[str]
    acronym: str | None
    brand: _Name | None
    squeezed: str


def same_organization(a: str, b: str) -> bool:
    """Whether two names can only mean the same organization.

    >>> same_organization("Mazowieckiego Klastra Chemicznego", "Mazovian Chemical Cluster")
    True
    >>> same_organization("Mazowiecki Klaster ICT", "Wschodni Klaster ICT")
    False
    """
    one, other = _analyse(a), _analyse(b)
    if not one.words or not other.words:
        return False
    if one.squeezed == other.squeezed:
        return True
    return (
        _same_words(one, other)
        or _is_acronym_of(one, other)
        or _is_acronym_of(other, one)
        or _is_brand_of(one, other)
        or _is_brand_of(other, one)
    )


@lru_cache(maxsize=50_000)
def normal_key(name: str) -> str:
    """A key that is equal for forms of one name which differ by inflection or typography."""
    parsed = _analyse(name)
    keys = [*parsed.concepts, *(_stem(word) for word in parsed.others)]
    return " ".join(sorted(keys))


def _stem(word: _Word) -> str:
    """Five letters survive most endings; acronyms and numbers stay whole."""
    return word.folded if word.exact else word.folded[:5]


@lru_cache(maxsize=50_000)
def _analyse(name: str) -> _Name:
    text = unicodedata.normalize("NFKC", name)[:_LONGEST_NAME].strip()
    acronyms = []
    for match in list(_BRACKETS.finditer(text)):
        if _acronym(match.group(1)):
            acronyms.append(fold(match.group(1)))
            text = text.replace(match.group(), " ")
    text = legal_forms().sub(" ", text)
    pieces = _DASH.split(text, maxsplit=1)
    brand = None
    if len(pieces) == 2 and _words(pieces[0]) and _words(pieces[1]):
        brand = _made(pieces[0], frozenset(), None)
    return _made(text, frozenset(acronyms), brand)


def _made(text: str, acronyms: frozenset[str], brand: _Name | None) -> _Name:
    words = _words(text)
    concepts = tuple(sorted(concept for word in words for concept in word.concepts))
    others = tuple(word for word in words if not word.concepts)
    telling = [word for word in words if not word.head]
    acronym = None
    if len(telling) == 1 or (len(telling) > 1 and _acronym(text.strip())):
        candidate = text.strip() if len(telling) > 1 or len(words) == 1 else telling[0].text
        if candidate and _acronym(candidate):
            acronym = candidate
    squeezed = _SQUEEZE.sub("", fold(text))
    return _Name(words, concepts, others, acronyms, acronym, brand, squeezed)


def _words(text: str) -> tuple[_Word, ...]:
    quoted = " ".join(_QUOTED.findall(text)).split()
    small = small_words()
    found: list[_Word] = []
    for position, match in enumerate(_WORD.finditer(text)):
        for piece in _unglued(match.group()):
            folded = fold(piece)
            if folded in small and (piece.islower() or position == 0):
                continue
            exact = piece in quoted or _is_exact(piece)
            concepts = () if piece.isupper() and len(piece) < 5 else concepts_of(folded)
            word = _Word(piece, folded, concepts, exact, piece.casefold() in all_heads())
            if found and _same_word(found[-1], word):
                continue
            found.append(word)
    if _is_apposed(found):
        del found[0]
    return tuple(found)


def _is_apposed(words: list[_Word]) -> bool:
    """Whether a name opens with what it is: "klaster AgroBioCluster", "klaster EduTech"."""
    if len(words) < 2 or not words[0].head or not words[0].concepts:
        return False
    if any(word.concepts == words[0].concepts for word in words[1:]):
        return True
    alone = len(words) == 2 and words[0].text.islower() and not words[1].concepts
    return alone and words[1].exact and words[1].text[1:].upper() != words[1].text[1:]


def _is_exact(word: str) -> bool:
    inner = word[1:]
    return not word.isalpha() or (len(word) > 1 and not inner.islower())


def _unglued(word: str) -> tuple[str, ...]:
    """Two words written as one, where both halves are words of the field."""
    if len(word) < 9 or concepts_of(fold(word)):
        return (word,)
    for at in range(4, len(word) - 3):
        if word[at].isupper() and word[at - 1].islower() and concepts_of(fold(word[at:])):
            return (word[:at], word[at:])
    folded = fold(word)
    if len(folded) == len(word):
        for at in range(len(word) - 5, 4, -1):
            if concepts_of(folded[:at]) and concepts_of(folded[at:]):
                return (word[:at], word[at:])
    return (word,)


def _acronym(text: str) -> str | None:
    """The letters of an acronym ("MKCh", "PPP-T"), or None for other words."""
    letters = text.strip().replace("-", "").replace(".", "")
    if not letters.isalpha() or not _LEAST_INITIALS <= len(letters) <= 8:
        return None
    capitals = sum(char.isupper() for char in letters)
    return letters if letters[0].isupper() and capitals >= len(letters) - 1 else None


def _same_word(a: _Word, b: _Word) -> bool:
    if a.concepts or b.concepts:
        return a.concepts == b.concepts
    if a.exact and b.exact:
        return a.folded == b.folded
    return same_inflected(a.folded, b.folded)


def _same_words(one: _Name, other: _Name) -> bool:
    """All telling words agree, in any order; one long word may have a slip of the pen."""
    if len(one.others) + len(one.concepts) != len(other.others) + len(other.concepts):
        return False
    left, right = Counter(one.concepts), Counter(other.concepts)
    only_left, only_right = left - right, right - left
    free = list(other.others)
    unmatched: list[_Word] = []
    for word in one.others:
        match = next((each for each in free if _same_word(word, each)), None)
        if match is None:
            unmatched.append(word)
        else:
            free.remove(match)
    slips = [word.folded for word in unmatched] + _folded(one, only_left)
    against = [word.folded for word in free] + _folded(other, only_right)
    if not slips and not against:
        return True
    if len(slips) != 1 or len(against) != 1 or (only_left and only_right):
        return False
    return _is_slip(slips[0], against[0])


def _folded(name: _Name, concepts: Counter[str]) -> list[str]:
    return [word.folded for word in name.words if any(c in concepts for c in word.concepts)]


def _is_slip(a: str, b: str) -> bool:
    if min(len(a), len(b)) < 6 or a[0] != b[0] or not (a.isalpha() and b.isalpha()):
        return False
    return OSA.distance(a, b, score_cutoff=1) <= 1


def _is_acronym_of(short: _Name, full: _Name) -> bool:
    """Whether `short` is the initials of `full`'s words, in its language or in English."""
    if short.acronym is None or len(full.words) < 2:
        return False
    letters = fold(_acronym(short.acronym) or "")
    if letters in full.acronyms:
        return True
    if len(letters) < _LEAST_INITIALS:
        return False
    words = full.words
    telling = tuple(word for word in words if not word.head)
    rows = [words]
    if len(letters) >= _LEAST_WITHOUT_HEAD or len(short.words) > 1:
        rows.append(telling)
    return any(
        len(row) > 1 and (_spells(letters, row) or _spells_english(letters, row)) for row in rows
    )


def _spells(letters: str, words: tuple[_Word, ...]) -> bool:
    """Initials one after the other; an acronym inside a name counts whole."""
    if not words:
        return not letters
    first, rest = words[0], words[1:]
    if first.text.isupper() and len(first.text) > 1:
        return letters.startswith(first.folded) and _spells(letters[len(first.folded) :], rest)
    starts = [first.folded[:1]]
    if first.folded.startswith(_DIGRAPHS):
        starts.append(first.folded[:2])
    return any(letters.startswith(s) and _spells(letters[len(s) :], rest) for s in starts)


def _spells_english(letters: str, words: tuple[_Word, ...]) -> bool:
    spelled = ""
    for word in words:
        if word.text.isupper() and len(word.text) > 1:
            spelled += word.folded
        elif word.concepts:
            spelled += "".join(english_words().get(c, "?")[0] for c in word.concepts)
        else:
            return False
    return spelled == letters


def _is_brand_of(short: _Name, full: _Name) -> bool:
    """Whether `short` is what `full` says before its dash, with or without the head noun."""
    if full.brand is None or not full.brand.words:
        return False
    brand = full.brand
    if all(word.head for word in brand.words) or (len(brand.words) == 1 and brand.concepts):
        return False
    if brand.squeezed == short.squeezed or _same_words(brand, short):
        return True
    heads = {c for word in full.words if word.head for c in word.concepts}
    own = tuple(word for word in short.words if not word.head)
    if not heads >= {c for word in short.words if word.head for c in word.concepts} or not own:
        return False
    concepts = tuple(sorted(c for word in own for c in word.concepts))
    others = tuple(word for word in own if not word.concepts)
    bare = _Name(own, concepts, others, frozenset(), None, None, "")
    return _same_words(brand, bare)
