"""Sentences, and their words as a reader of names sees them."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from languages.names_lexicon import Head, Lexicon, fold, head_of, legal_forms, lexicon
from languages.words import codes, section

LONGEST_SENTENCE = 2000
QUOTED = re.compile(r"([\"„”“‟«‹])([^\"„”“‟«»‹›]{1,90}?)([\"”“‟»›])")
_ELISION = r"(?:[LlDdSsNnQqMm]|[Qq]u|[DdNn]ell|[DdSs]all|[Aa]ll|[Ss]ull|[Dd]egl|[Uu]n)['’](?=\w)|"
_WORDS = r"[\"„”“‟«»‹›]|\w+(?:[-–'’.&+]\w+|(?<=\w)['’](?=\s|$))*\+?|\.{2,}|[^\w\s]"
_TOKEN = re.compile(_WORDS)
_ELIDED_TOKEN = re.compile(_ELISION + _WORDS)
_ELIDING = ("fr", "it", "ca")
_END = re.compile(
    r"[.!?…][\"”»)\]]?\s+(?=[\"„“«(\[–-]?\s?\w)|(?<=[a-ząćęłńóśźżáéíóúäöü)])[.;](?=[A-ZĄĆĘŁŃÓŚŹŻ])"
)
_OPENER = re.compile(r"[A-ZĄĆĘŁŃÓŚŹŻČŘŠŽÄÖÜА-ЯІЇЄҐ]\w{0,12}(?=\s)")
_CAPITAL_INSIDE = re.compile(r"(?<=[^\W_])[A-ZĄĆĘŁŃÓŚŹŻČŘŠŽÄÖÜА-ЯІЇЄҐ]|[A-Z]\d")
_LEGAL_SIGNS = (" ltd", " inc", "e.v.", "e. v.", "s.r.o", "a.s.", "z.s.", "d.o.o")
_ENGLISH_LINKS = frozenset({"of", "for"})
_SPELLED_OUT = 15
_SHORTEST_HEAD = 4
_COMPOUNDING = ("de", "nl", "da", "no", "sv")


class Token(NamedTuple):
    """A word or a mark of a sentence."""

    text: str
    start: int
    end: int
    kind: str  # "name", "head", "link", "legal", "word", "mark"


def sentences(text: str) -> list[str]:
    """The sentences of one block of text."""
    found: list[str] = []
    start = 0
    for match in _END.finditer(text):
        before = text[start : match.start()].rsplit(None, 1)[-1:] or [""]
        word = before[0].strip('(„"«“')
        following = text[match.end() : match.end() + 2].lstrip('"„“«([–- ')
        if match.group()[0] == "." and _is_abbreviation(word, following):
            opener = _OPENER.match(text, match.end())
            if not opener or not _ends_legal_form(word, opener.group()):
                continue
        found.append(text[start : match.end()].strip())
        start = match.end()
    found.append(text[start:].strip())
    return [sentence[:LONGEST_SENTENCE] for sentence in found if sentence]


def _is_abbreviation(word: str, following: str) -> bool:
    if following and following[0].islower() and not following[0].isdigit():
        return True
    if word.isdigit():
        return len(word) < 4
    if following.isdigit() and word.casefold() in _legal_ends():
        return True
    return "." in word or len(word) <= 2 or (len(word) <= 4 and word.casefold() in _short_words())


def _ends_legal_form(word: str, opener: str) -> bool:
    """ "X Sp. z o.o. The park ...": a legal form, and a word that opens a sentence."""
    return word.casefold() in _legal_ends() and opener.casefold() in _openers()


@cache
def _legal_ends() -> frozenset[str]:
    """Last words of legal forms that are written with a full stop."""
    forms = (form for code in codes() for form in section(code, "names").get("legal") or ())
    return frozenset(form.casefold().split()[-1].rstrip(".") for form in forms if form[-1] == ".")


@cache
def _openers() -> frozenset[str]:
    """Small words that are capitalised only at the beginning of a sentence."""
    return frozenset(word for code in codes() for word in lexicon(code).stop)


@cache
def _short_words() -> frozenset[str]:
    words: set[str] = set()
    for language in codes():
        words |= {word.rstrip(".") for word in lexicon(language).people if word.endswith(".")}
        words |= {str(w).casefold() for w in section(language, "names").get("abbreviations") or ()}
    return frozenset(words)


@cache
def never_names() -> frozenset[str]:
    """Capitals that name no organization: EU, SME, R&D."""
    listed: set[str] = set()
    for language in codes():
        listed |= {str(word) for word in section(language, "names").get("not_names") or ()}
    return frozenset(listed)


def read_tokens(sentence: str, language: str) -> list[Token]:
    spans = [
        (m.start(), m.end(), "legal" if len(m.group()) < _SPELLED_OUT else "word")
        for m in legal_forms().finditer(sentence)
    ]
    for match in QUOTED.finditer(sentence):
        inside = match.group(2).strip()
        if inside[:1].isupper() or any(char.isupper() for char in inside) or "-" in inside:
            spans.append((match.start(), match.end(), "quoted"))
    spans.sort()
    words = _ELIDED_TOKEN if language in _ELIDING else _TOKEN
    tokens: list[Token] = []
    position = 0
    for start, end, kind in [*spans, (len(sentence), len(sentence), "")]:
        if start < position:
            continue
        tokens += [
            _classified(match, language) for match in words.finditer(sentence, position, start)
        ]
        if kind:
            tokens.append(Token(sentence[start:end], start, end, kind))
        position = end
    return tokens


def _classified(match: re.Match[str], language: str) -> Token:
    word = match.group()
    return Token(word, match.start(), match.end(), _kind(word, language))


@lru_cache(maxsize=32_768)
def _kind(word: str, language: str) -> str:
    lexical = lexicon(language)
    lowered = word.casefold()
    if word[-1] in "'’":
        return "link" if word[0].islower() else "word"
    if not word[0].isalnum():
        return "and" if word == "&" else "mark"
    if _is_head(word, lowered, language, lexical):
        return "head"
    if lowered in lexical.ands:
        return "and"
    if word.islower() and (lowered in lexical.links or lowered in _ENGLISH_LINKS):
        return "link"
    if any(char.isupper() for char in word):
        return "name"
    return "number" if word.isdigit() else "word"


def _is_head(word: str, lowered: str, language: str, lexical: Lexicon) -> bool:
    if lowered in lexical.heads:
        return True
    return word[0].isupper() and compound_head(word, language) is not None


def compound_head(word: str, language: str) -> Head | None:
    """The head noun that a word is or ends in: "Leibniz-Institut", "Technologiepark"."""
    head = head_of(word, language)
    if head is None and "-" in word:
        head = head_of(word.rsplit("-", 1)[1], language)
    if head is None and language in _COMPOUNDING:
        lowered = word.casefold()
        for length in range(len(lowered) - 3, _SHORTEST_HEAD - 1, -1):
            head = lexicon(language).heads.get(lowered[-length:])
            if head is not None:
                return head
    return head


def has_odd_spelling(word: str) -> bool:
    """Capitals or digits where ordinary words have none."""
    if word in never_names():
        return False
    inner = [char for char in word[1:] if char.isalpha()]
    capital_inside = any(
        char.isupper() and word[index - 1] not in "-–'’."
        for index, char in enumerate(word)
        if index
    )
    mixed = any(c.isdigit() for c in word) and any(c.isupper() for c in word)
    return bool(inner) and (capital_inside or (mixed and len(word) > 2))


def key_of(name: str) -> str:
    """Folded letters and digits only: for comparing names with addresses and headlines."""
    return "".join(char for char in fold(name) if char.isalnum())


def has_capital_inside(sentence: str) -> bool:
    """Whether a word has capitals where ordinary words have none."""
    return _CAPITAL_INSIDE.search(sentence) is not None


@cache
def head_stems(language: str) -> tuple[str, ...]:
    """What head nouns begin with, none beginning another: a name that is sure has one.

    Or it has a capital inside a word.
    """
    forms = {form for code in (language, "en") for form in lexicon(code).heads}
    forms |= {abbreviation.casefold() for abbreviation in _LEGAL_SIGNS}
    return tuple(f for f in forms if not any(f != o and f.startswith(o) for o in forms))
