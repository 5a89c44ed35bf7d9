"""Words as a search compares them: without case, diacritics, punctuation and most inflection.

The database's own folding differs between engines (and misses letters such as "ł"), so that it
happens here, once for what is stored and once for what is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from languages.names_lexicon import fold

_WORD = re.compile(r"[^\W_]+")
_ASKED = re.compile(r'"([^"]*)"|([^\s"]+)')

LONGEST_WORD = 60
"""Longer runs of letters are cut: no word of a language is longer, and indexes have limits."""

_SHORTEST_STEM = 3
_MOST_TERMS = 12

# Case, number and gender, folded, of all our languages together: a search may find a little too
# much, but "konferencja" must find "konferencji" and "Cluster" the "Clusters".
_ENDINGS = frozenset(
    [
        "iami",
        "ami",
        "imi",
        "ymi",
        "ach",
        "iach",
        "ich",
        "ych",
        "iego",
        "ego",
        "iemu",
        "emu",
        "owie",
        "owi",
        "iow",
        "ow",
        "om",
        "em",
        "am",
        "iem",
        "ej",
        "iej",
        "ym",
        "im",
        "ie",
        "ia",
        "iu",
        "uje",
        "eho",
        "ovi",
        "ech",
        "ou",
        "ova",
        "ove",
        "ovy",
        "owa",
        "owy",
        "ais",
        "oje",
        "iui",
        "ius",
        "uose",
        "ams",
        "omis",
        "ban",
        "ben",
        "nak",
        "nek",
        "rol",
        "bol",
        "hoz",
        "hez",
        "es",
        "en",
        "ern",
        "s",
        "n",
        "e",
        "a",
        "i",
        "o",
        "u",
        "y",
    ]
)


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a text must hold: stems in a row, the last of them open at its end or not."""

    stems: tuple[str, ...]
    open: bool


def search_words(text: str) -> list[str]:
    """The words of a text, folded, in their order.

    >>> search_words("Łódzki Klaster: ICT-2024")
    ['lodzki', 'klaster', 'ict', '2024']
    """
    return [word[:LONGEST_WORD] for word in _WORD.findall(fold(text))]


def search_stems(text: str) -> list[str]:
    """The words of a text without their endings, in their order.

    >>> search_stems("Konferencje klastrów") == search_stems("konferencją, Klaster")
    True
    """
    return [_stem(word) for word in search_words(text)]


def search_terms(asked: str) -> list[Term]:
    """What somebody typed, as terms that must all be there; at most twelve.

    "Quoted words" must stand in a row, and `*` at a word's end finds all that begin with it.

    >>> search_terms('łodzi "nowy klaster"')
    [Term(stems=('lodz',), open=False), Term(stems=('now', 'klastr'), open=False)]
    """
    terms = []
    for words, _, stretched in _asked(asked):
        stems = tuple(words if stretched else map(_stem, words))
        terms.append(Term(stems, stretched))
    return terms[:_MOST_TERMS]


def name_words(name: str) -> set[str]:
    """What a name is found by: its stems, and every two of them that stand in a row.

    >>> sorted(name_words("Łódzki Klaster ICT"))
    [' klastr ict', ' lodzk klastr', 'ict', 'klastr', 'lodzk']
    """
    stems = search_stems(name)
    return {*stems, *(f" {one} {other}" for one, other in pairwise(stems))}


def name_terms(asked: str) -> list[tuple[str | None, str | None]]:
    """What somebody typed to find a name, as terms that must all be there; at most twelve.

    Each is a word as `name_words` has it, or what such a word begins with; where it has both,
    either will do. Names are short and often known by their beginning only, so every word may
    go on, but for quoted ones and single letters.

    >>> name_terms('klastry mazow "zielona chemia"')
    [('klastr', 'klastry'), ('maz', 'mazow'), (' ziel chem', None)]
    """
    terms: list[tuple[str | None, str | None]] = []
    for words, quoted, stretched in _asked(asked):
        stems = [_stem(word) for word in words]
        if quoted:
            rows = [f" {one} {other}" for one, other in pairwise(stems)]
            terms += [(word, None) for word in rows or stems]
            continue
        for word, stem in zip(words, stems, strict=True):
            goes_on = len(word) > 1
            exact = not goes_on or not (stretched or stem == word)
            terms.append((stem if exact else None, word if goes_on else None))
    return terms[:_MOST_TERMS]


def _asked(text: str) -> Iterator[tuple[list[str], bool, bool]]:
    """What stands between spaces or quotation marks: its words, whether they were quoted, and
    whether the last may go on."""
    for quoted, plain in _ASKED.findall(text[:1_000]):
        words = search_words(quoted or plain)
        if words:
            yield words, bool(quoted), plain.endswith("*")


@lru_cache(50_000)
def _stem(word: str) -> str:
    if not word.isalpha():
        return word
    for least in (_SHORTEST_STEM, _SHORTEST_STEM + 1, _SHORTEST_STEM + 1):
        for length in (4, 3, 2, 1):
            if len(word) - length >= least and word[-length:] in _ENDINGS:
                word = word[:-length]
                break
        else:
            break
    # "klaster" has "klastra" beside it, "Cluster" the "Clusters".
    fleeting = word.endswith("er") and len(word) > _SHORTEST_STEM + 2
    return word[:-2] + "r" if fleeting else word
