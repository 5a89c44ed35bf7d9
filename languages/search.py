"""Words as a search compares them: without case, diacritics, punctuation and most inflection.

The database's own folding differs between engines (and misses letters such as "ł"), so that it
happens here, once for what is stored and once for what is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

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
    for quoted, plain in _ASKED.findall(asked[:1_000]):
        stretched = plain.endswith("*")
        words = search_words(quoted or plain)
        stems = tuple(words if stretched else map(_stem, words))
        if stems:
            terms.append(Term(stems, stretched))
    return terms[:_MOST_TERMS]


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
