"""Words as a search compares them: without case, diacritics and punctuation.

The database's own folding differs between engines (and misses letters such as "ł"), so that it
happens here, once for what is stored and once for what is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from languages.names_lexicon import fold

_WORD = re.compile(r"[^\W_]+")
_ASKED = re.compile(r'"([^"]*)"|([^\s"]+)')

LONGEST_WORD = 60
"""Longer runs of letters are cut: no word of a language is longer, and indexes have limits."""

_OPEN_FROM = 4
_MOST_TERMS = 12


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a text must hold: words in a row, the last of them open at its end or not."""

    words: tuple[str, ...]
    open: bool


def search_words(text: str) -> list[str]:
    """The words of a text, folded, in their order.

    >>> search_words("Łódzki Klaster: ICT-2024")
    ['lodzki', 'klaster', 'ict', '2024']
    """
    return [word[:LONGEST_WORD] for word in _WORD.findall(fold(text))]


def search_terms(asked: str) -> list[Term]:
    """What somebody typed, as terms that must all be there; at most twelve.

    A word of four letters or more also finds those that begin with it, as inflected languages
    need; `*` at its end does so for any, and "quoted words" are taken as they are.

    >>> search_terms('łódź "nowy klaster"')
    [Term(words=('lodz',), open=True), Term(words=('nowy', 'klaster'), open=False)]
    """
    terms = []
    for quoted, plain in _ASKED.findall(asked[:1_000]):
        words = tuple(search_words(quoted or plain))
        if words:
            stretched = not quoted and (plain.endswith("*") or len(words[-1]) >= _OPEN_FROM)
            terms.append(Term(words, stretched))
    return terms[:_MOST_TERMS]
