"""What the languages' files know about names: head nouns, legal forms, words of the field.

A head noun is the word that makes a name an organization's ("Klaster", "Agency"). The words of
the field are concepts that many names share ("chemistry", "mazovia"), each with its stems in
every language, so that a translated name still meets its original.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import cast

from items import OrganizationKind
from languages.words import codes, section

_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})
_LONGEST_ENDING = 5


@dataclass(frozen=True, slots=True)
class Head:
    """A head noun: its dictionary form, gender, the kind of organization, its language."""

    lemma: str
    gender: str
    kind: OrganizationKind | None
    language: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language's words for names; all keys and words are case-folded.

    projects: words before what a project or a conference is called. short_for: words before a
    short form ("hereinafter"). events_behind: an event's noun stands behind its name.
    small_heads: names may carry their head noun in small letters ("Českomoravský klastr").
    free_order: cases tell subject from object, so that either may come first.
    long_vowels: those after which an ending is short.
    """

    heads: Mapping[str, Head]
    adjectives: Mapping[str, Mapping[str, str]]
    articles: frozenset[str]
    links: frozenset[str]
    prepositions: frozenset[str]
    ands: frozenset[str]
    people: frozenset[str]
    roles: frozenset[str]
    events: frozenset[str]
    stop: frozenset[str]
    endings: frozenset[str]
    projects: frozenset[str]
    short_for: frozenset[str]
    events_behind: bool
    small_heads: bool
    free_order: bool
    long_vowels: str


def fold(text: str) -> str:
    """Lower case without diacritics: "Śląski" becomes "slaski"."""
    lowered = text.casefold()
    return lowered if lowered.isascii() else _OTHERS.sub(_plain, lowered)


_OTHERS = re.compile(r"[^\x00-\x7f]")


def _plain(found: re.Match[str]) -> str:
    return _plain_letter(found.group())


@lru_cache(4_096)
def _plain_letter(letter: str) -> str:
    parts = unicodedata.normalize("NFD", letter.translate(_LETTERS))
    return "".join(char for char in parts if not unicodedata.combining(char))


@cache
def lexicon(language: str) -> Lexicon:
    """The words of `language`; empty for a language without a file."""
    words = section(language, "names")
    heads: dict[str, Head] = {}
    for lemma, entry in (words.get("heads") or {}).items():
        kind = cast("OrganizationKind | None", entry.get("kind"))
        head = Head(lemma, entry["gender"], kind, language)
        for form in (lemma, *entry.get("forms", ())):
            heads.setdefault(form.casefold(), head)

    def folded(key: str) -> frozenset[str]:
        return frozenset(str(word).casefold() for word in words.get(key) or ())

    return Lexicon(
        heads=MappingProxyType(heads),
        adjectives=MappingProxyType(words.get("adjectives") or {}),
        articles=folded("articles"),
        links=folded("links") | folded("ands"),
        prepositions=folded("prepositions"),
        ands=folded("ands"),
        people=folded("people"),
        roles=folded("roles"),
        events=folded("events"),
        stop=folded("stop"),
        endings=folded("endings"),
        projects=folded("projects"),
        short_for=folded("short_for"),
        events_behind=bool(words.get("events_behind")),
        small_heads=bool(words.get("small_heads")),
        free_order=bool(words.get("free_order")),
        long_vowels=words.get("long_vowels", ""),
    )


@cache
def all_heads() -> Mapping[str, Head]:
    """Head nouns of all languages by their forms; English ones win where forms coincide."""
    heads: dict[str, Head] = {}
    for language in ("en", *codes()):
        for form, head in lexicon(language).heads.items():
            heads.setdefault(form, head)
    return MappingProxyType(heads)


def head_of(word: str, language: str) -> Head | None:
    """The head noun that `word` is a form of, in `language` first, then in any other."""
    key = word.casefold()
    return lexicon(language).heads.get(key) or all_heads().get(key)


@cache
def legal_forms() -> re.Pattern[str]:
    """Matches a legal form of any language standing as a word of its own."""
    forms = {form for language in codes() for form in section(language, "names").get("legal") or ()}
    ordered = sorted(forms, key=len, reverse=True)
    body = "|".join(re.escape(form).replace(r"\ ", r"\s?") for form in ordered)
    loose = "".join(f"|(?i:{re.escape(form)})" for form in ordered if form[:2].lower() == "sp")
    return re.compile(rf"(?<![\w.&])(?:{body}{loose})(?![\w])")


@cache
def small_words() -> frozenset[str]:
    """Articles, prepositions and connecting words of all languages, folded.

    They never tell names apart.
    """
    words: set[str] = set()
    for language in codes():
        lexical = lexicon(language)
        words |= lexical.links | lexical.articles | lexical.prepositions
    return frozenset(fold(word) for word in words)


@cache
def ending_sets() -> tuple[frozenset[str], ...]:
    """The case endings of each language, folded, the empty one among them."""
    sets = (frozenset(fold(e) for e in lexicon(code).endings) | {""} for code in codes())
    return tuple(sorted({endings for endings in sets if len(endings) > 1}, key=len, reverse=True))


@cache
def _stems() -> Mapping[str, tuple[tuple[str, ...], frozenset[str]]]:
    stems: dict[str, tuple[tuple[str, ...], frozenset[str]]] = {}
    for language in ("en", *codes()):
        endings = frozenset(fold(ending) for ending in lexicon(language).endings)
        for concept, forms in (section(language, "names").get("words") or {}).items():
            for form in forms:
                stem = fold(form)
                known, allowed = stems.get(stem, ((), frozenset()))
                stems[stem] = (known or tuple(concept.split()), allowed | endings)
    return MappingProxyType(stems)


@cache
def common_concepts() -> frozenset[str]:
    """Concepts that tell no organization from another by themselves: countries, "regional"."""
    return frozenset(section("en", "names").get("common_concepts") or ())


@cache
def english_words() -> Mapping[str, str]:
    """The English word of each concept."""
    return MappingProxyType(
        {c: f[0] for c, f in (section("en", "names").get("words") or {}).items()}
    )


def concepts_of(word: str) -> tuple[str, ...]:
    """The concepts that a folded word stands for: "chemicznego" is ("chemistry",)."""
    stems = _stems()
    for length in range(len(word), max(2, len(word) - _LONGEST_ENDING - 1), -1):
        found = stems.get(word[:length])
        if found and (length == len(word) or word[length:] in found[1]):
            return found[0]
    return ()


def same_inflected(one: str, other: str) -> bool:
    """Whether two folded words differ only by endings that one language has."""
    if one == other:
        return True
    if min(len(one), len(other)) < 4:
        return False
    common = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        common += 1
    shortest = max(3, min(len(one), len(other)) - _LONGEST_ENDING)
    for length in range(common, shortest - 1, -1):
        left, right = one[length:], other[length:]
        if len(left) > _LONGEST_ENDING or len(right) > _LONGEST_ENDING:
            return False
        if any(left in endings and right in endings for endings in ending_sets()):
            return True
    return False
