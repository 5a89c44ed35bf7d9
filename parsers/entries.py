"""One entry of a list of organizations: its name, and who represents it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from languages.names import nominative
from languages.names_lexicon import head_of, legal_forms, lexicon
from languages.words import section
from parsers.mentions import clean_name, find_mentions
from parsers.phrases import words_pattern

_BRACKETS = re.compile(r"\s?\(([^()]{0,120})\)")
_DASH = re.compile(r"\s[–—-]\s|(?<=\w)[–—]\s|\s[–—](?=\w)")
_INITIAL = re.compile(r"(?<!\w)[A-ZŁŚŻ]\.\s?(?=[A-ZŁŚŻ])")
_UNFINISHED = ("…", "...", "-", "–", "(", ",", "/", "&")
_MOST_WORDS = 14
_QUOTES = '„“”"«»'


@dataclass(frozen=True, slots=True)
class Entry:
    """name: nominative. coordinator: nominative, where the entry tells one. sure: it can only
    be an organization. rest: what the entry says beside the name."""

    name: str
    coordinator: str | None
    sure: bool
    rest: str


def read_entry(text: str, language: str) -> Entry | None:
    """An organization named at the beginning of a list's item, or None."""
    text = " ".join(text.split()).strip(" ;,…")
    if not _ends_legal(text):
        text = text.rstrip(" .")
    article, _, rest = text.partition(" ")
    if article.islower() and article in lexicon(language).articles:
        text = rest
    left, coordinator, rest = _represented(text, language)
    name, described = _name(left, language)
    if name is None:
        return None
    return Entry(name, coordinator, is_sure(name, language), f"{described} {rest}".strip())


def is_cut_off(text: str, language: str) -> bool:
    """Whether an item stops in the middle: an open bracket or quote, a dangling word."""
    text = text.strip()
    if text.endswith(_UNFINISHED) or text.count("(") > text.count(")"):
        return True
    closing = sum(text.count(mark) for mark in '”“"')
    if text.count("„") > closing or text.count("«") > text.count("»"):
        return True
    phrases = tuple(section(language, "certifications").get("represented_by") or ())
    if not phrases:
        return False
    ends = [match.end() for match in words_pattern(phrases).finditer(text)]
    return bool(ends) and not text[ends[-1] :].strip(" :.,")


def is_sure(name: str, language: str) -> bool:
    """Whether a name can only be an organization's."""
    return any(mention.sure for mention in find_mentions(name, language))


def split_list(text: str) -> list[str]:
    """The parts of "A; B; C" or "A, B (x, y) and C"."""
    separator = ";" if ";" in text else ","
    parts: list[str] = []
    depth, start, quoted = 0, 0, False
    for index, char in enumerate(text):
        if char in "([":
            depth += 1
        elif char in ")]":
            depth = max(0, depth - 1)
        elif char in _QUOTES:
            quoted = not quoted if char == '"' else char in "„«" or (char == "“" and not quoted)
        elif char == separator and depth == 0 and not quoted:
            parts.append(text[start:index])
            start = index + 1
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]


def split_ands(part: str, language: str) -> list[str]:
    """ "A and B" in two, where these are two names."""
    for word in section(language, "names").get("ands") or ():
        left, middle, right = part.rpartition(f" {word} ")
        if middle and len(find_mentions(part, language)) == 2 == len(
            [*find_mentions(left, language), *find_mentions(right, language)]
        ):
            return [left, right]
        if part.startswith(f"{word} "):
            return [part[len(word) + 1 :]]
    return [part]


def _represented(text: str, language: str) -> tuple[str, str | None, str]:
    phrases = tuple(section(language, "certifications").get("represented_by") or ())
    match = words_pattern(phrases).search(text) if phrases else None
    if match is None or match.start() == 0:
        return text, None, ""
    left = text[: match.start()].rstrip(" ,;(–-")
    right = text[match.end() :].strip(" :")
    inside = text[: match.start()].rstrip().endswith("(")
    if inside:
        right = right.split(")")[0]
    right = re.split(r";|,\s(?=[a-ząćęłńóśźż])|\.\s(?=[A-ZŁŚŻ][a-z])", right)[0]
    name = clean_name(nominative(right.strip(" .,") if not _ends_legal(right) else right, language))
    return left, name or None, ""


def _ends_legal(text: str) -> bool:
    ends = [match.end() for match in legal_forms().finditer(text)]
    return bool(ends) and ends[-1] >= len(text.rstrip())


def _name(text: str, language: str) -> tuple[str | None, str]:
    """The name in front, nominative, and what follows it."""
    described = _BRACKETS.findall(text)
    plain = " ".join(_BRACKETS.sub(" ", text).replace(" ,", ",").split())
    plain, rest = _cut_at_comma(plain, language)
    described.append(rest)
    plain, rest = _cut_at_dash(plain, language)
    described.append(rest)
    plain, _, rest = plain.partition(": ")
    described.append(rest)
    plain = _without_tail(plain, language)
    name = clean_name(plain)
    words = name.split()
    if not words or len(words) > _MOST_WORDS or len(name) < 2:
        return None, ""
    first = words[0].lstrip(_QUOTES + "'(")
    if not any(char.isupper() or char.isdigit() for char in first):
        return None, ""
    if not any(char.isalpha() for char in name):
        return None, ""
    if _INITIAL.search(legal_forms().sub(" ", name)) and not is_sure(name, language):
        return None, ""
    return clean_name(nominative(name, language)), " ".join(filter(None, described))


def _without_tail(text: str, language: str) -> str:
    """The text up to a small word that no name contains: "X Cluster for the first time"."""
    lexical = lexicon(language)
    inside = lexical.links | lexical.prepositions | lexical.articles
    ends = (lexical.stop | tails(language)) - inside
    words = text.split()
    for index, word in enumerate(words):
        if index and word.islower() and word.strip(",.") in ends:
            return " ".join(words[:index])
    return text


@cache
def tails(language: str) -> frozenset[str]:
    """Words such as "again" that may follow a name in a list."""
    return frozenset(section(language, "certifications").get("again") or ())


def _cut_at_comma(text: str, language: str) -> tuple[str, str]:
    for match in re.finditer(r",\s?", text):
        after = text[match.end() :]
        legal = legal_forms().match(after)
        if after[:1].islower() and " " not in text[: match.start()] and not after.startswith("z "):
            continue
        if legal is None and not is_cut_off(text[: match.start()], language):
            return text[: match.start()], after
    return text, ""


def _cut_at_dash(text: str, language: str) -> tuple[str, str]:
    """Cuts a description off, and keeps a dash that belongs to the name."""
    match = _DASH.search(text)
    if match is None:
        return text, ""
    left, right = text[: match.start()], text[match.end() :]
    words = right.split()
    if not words or is_cut_off(left, language):
        return text, ""
    if words[0][0].isupper() and any(head_of(w.strip(_QUOTES), language) for w in words):
        return text, ""
    if len(words) == 1 and len(left.split()) > 2 and _is_plain_capitalised(left.split()[-1]):
        return text, ""
    return left, right


def _is_plain_capitalised(word: str) -> bool:
    return word[:1].isupper() and word[1:].islower()
