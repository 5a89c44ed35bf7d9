"""A name's place in the register: its key, how far it reaches, and the blocks it is found by."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from hashlib import blake2b

from languages.names import normal_key

LONGEST = 200
"""Longer texts are no names, in characters."""

_LEAST_SLIP = 6
"""A shorter word with a slip of the pen may be another word, in letters."""

_REST = 3
"""So many letters of the other words must agree then."""

_QUOTES = re.compile(r"[\"„”“‟«»‹›'’‘`]")
_DASHES = re.compile(r"[-‐-―−]")
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+(?:[-.][^\W_]+)*")
_BRACKETS = re.compile(r"\(([^()]{2,12})\)")
_BRAND = re.compile(r"\s[-–—]\s")
_SQUEEZE = re.compile(r"[\W_]+")

# Words that say what an organization is or does, but not which one it is.
_HEADS = ("cluster", "park", "association", "foundation", "company", "university", "chamber")
_FIELDS = (
    *("technology", "technological", "industrial", "industry", "science", "scientific"),
    *("innovation", "innovative", "ICT", "IT", "logistics", "transport", "energy", "chemical"),
    *("medical", "food", "aviation", "metal", "construction", "business", "national"),
)


def is_name(text: str) -> bool:
    """Whether a text can be an organization's name at all."""
    return 1 < len(text) <= LONGEST and any(char.isalpha() for char in text)


@lru_cache(maxsize=50_000)
def form_of(name: str) -> str:
    """The name without what typography adds: case, quotes, kinds of dashes, spaces.

    >>> form_of("Klaster  „Zielona Chemia”")
    'klaster zielona chemia'
    """
    text = unicodedata.normalize("NFKC", name)
    text = _DASHES.sub("-", _QUOTES.sub("", text))
    return _SPACES.sub(" ", text).strip(" .,;:").casefold()[:LONGEST]


def alias_key(name: str, source: str) -> str:
    """The key of a name as a source uses it.

    An acronym and a name of two general words ("Klaster ICT") mean what their own source means
    by them, so the source belongs to their key.

    >>> alias_key("PPPT", "pppt"), alias_key("Klaster Zielona Chemia", "pppt")
    ('pppt@pppt', 'klaster zielona chemia')
    """
    form = form_of(name)
    return f"{form}@{source}" if is_acronym(name) or is_general(name) else form


def split_brackets(name: str) -> tuple[str, str | None]:
    """A name and the acronym that it carries in brackets, if any.

    >>> split_brackets("Mazowiecki Klaster Chemiczny (MKCh)")
    ('Mazowiecki Klaster Chemiczny', 'MKCh')
    """
    for match in _BRACKETS.finditer(name[: 2 * LONGEST]):
        rest = _SPACES.sub(" ", name.replace(match[0], " ")).strip()
        if is_acronym(match[1].strip()) and rest:
            return rest, match[1].strip()
    return name.strip(), None


@lru_cache(maxsize=50_000)
def is_acronym(name: str) -> bool:
    """Whether all that tells which one it is are the letters of an acronym ("Klaster LTPP")."""
    words = _WORD.findall(name[:LONGEST])
    # Asked first, because most names have no such word and then need no reading.
    if not any(map(_is_short, words)):
        return False
    telling = [word for word in words if not _is_head(word)]
    return len(telling) == 1 and _is_short(telling[0]) and not is_general(name)


def _is_short(word: str) -> bool:
    """Whether a word is written as acronyms are."""
    letters = word.replace("-", "").replace(".", "")
    capitals = sum(char.isupper() for char in letters)
    return 2 <= len(letters) <= 8 and letters[0].isupper() and capitals >= max(2, len(letters) - 1)


@lru_cache(maxsize=50_000)
def is_general(name: str) -> bool:
    """Whether at most two words make the name, none of which tells which one it is."""
    tokens = normal_key(name).split()
    return len(tokens) <= 2 and all(token in _general_tokens() for token in tokens)


@lru_cache(maxsize=50_000)
def head_kind(name: str) -> str | None:
    """The kind that the name's own head word tells: cluster, park, association, foundation."""
    tokens = set(normal_key(name).split())
    found = [kind for kind, token in _kind_tokens() if token in tokens]
    return found[0] if len(found) == 1 else None


def blocks_of(name: str, key: str) -> list[str]:
    """The blocks under which a name is compared with others.

    Equal normal keys; keys that are equal but for a slip of the pen in one word; equal letters;
    and what stands before a dash, which may be used alone.
    """
    scope = key[len(form_of(name)) :]
    normal = normal_key(name)
    tokens = normal.split()
    found = {f"k:{normal}", f"q:{_SQUEEZE.sub('', form_of(name))}"}
    found |= _slips(name)
    telling = " ".join(token for token in tokens if token not in _head_tokens())
    if telling and not is_general(name):
        found.add(f"b:{telling}")
    brand = _BRAND.split(name, maxsplit=1)[0] if _BRAND.search(name) else ""
    if brand and not is_general(brand):
        brand_tokens = normal_key(brand).split()
        found.add(f"k:{' '.join(brand_tokens)}")
        found.add(f"b:{' '.join(t for t in brand_tokens if t not in _head_tokens())}")
    return sorted(block + scope for block in found)


def _slips(name: str) -> set[str]:
    """A block for each letter that a slip of the pen may have hit in a long word.

    Beginnings of words that differ by one letter are equal when one letter of each is left out;
    the other words must begin alike, as forms of one word do.
    """
    found = set()
    words = [_letters(word) for word in form_of(name).split()]
    beginnings = [word[:_REST] for word in words]
    for place, word in enumerate(words):
        if len(word) < _LEAST_SLIP:
            continue
        rest = " ".join(sorted(beginnings[:place] + beginnings[place + 1 :]))
        for at in range(1, 5):
            text = f"{rest}/{word[:at]}{word[at + 1 : 5]}"
            found.add("d:" + blake2b(text.encode(), digest_size=6).hexdigest())
    return found


@lru_cache(maxsize=50_000)
def _letters(word: str) -> str:
    """The letters and digits of a word, without their marks."""
    return "".join(char for char in unicodedata.normalize("NFKD", word) if char.isalnum())


def website_key(address: str) -> str:
    """A website's address without scheme, www, query and closing slash.

    >>> website_key("https://www.Klaster.example/pl/?a=1")
    'klaster.example/pl'
    """
    text = address.strip().partition("://")[2] or address.strip()
    text = text.partition("#")[0].partition("?")[0].rstrip("/")
    host, slash, path = text.partition("/")
    return host.casefold().removeprefix("www.") + slash + path


@lru_cache(maxsize=10_000)
def _is_head(word: str) -> bool:
    return normal_key(word) in _head_tokens()


@cache
def _head_tokens() -> frozenset[str]:
    return frozenset(token for word in _HEADS for token in normal_key(word).split())


@cache
def _general_tokens() -> frozenset[str]:
    fields = frozenset(token for word in _FIELDS for token in normal_key(word).split())
    return _head_tokens() | fields


@cache
def _kind_tokens() -> tuple[tuple[str, str], ...]:
    return tuple((word, normal_key(word)) for word in _HEADS[:4])
