"""Cities in running text: inflected as the sentence needs them, returned in the nominative.

The names come from gazetteer/cities.tsv, which is bisected where it lies: opening it costs
nothing, a name some ten microseconds. What a case does to a name ("in Saragossa" is
"w Saragossie" in Polish) is data: `city_endings` in a language's `events` section.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice, product
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages

from languages.words import section

_FILE = Path(__file__).parent / "gazetteer" / "cities.tsv"
_NEVER = re.compile(r"(?!)")
# fmt: off
_COUNTRIES = frozenset({
    "AL", "AT", "BA", "BE", "BG", "BY", "CA", "CH", "CN", "CY", "CZ", "DE", "DK", "EE", "ES",
    "FI", "FR", "GB", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MD", "ME", "MK", "NL",
    "NO", "PL", "PT", "RO", "RS", "RU", "SE", "SI", "SK", "TR", "UA", "US",
})
# fmt: on
_NAME = re.compile(
    r"[^\W\d_][\w'’]{1,30}"
    r"(?:[ \-–]{1,3}[^\W\d_][\w'’]{0,30}){0,3}"
)
_PIECE = re.compile(r"[^\W_][\w'’]*")
_MOST_FORMS = 200
"""Most spellings tried for one name: a bound on work, never reached by a real name."""


@dataclass(frozen=True, slots=True)
class City:
    """A city: its name in the nominative, its country (ISO 3166-1 alpha-2).

    `inhabitants` in thousands; `native` where the name was written as the city calls itself.
    """

    name: str
    country: str
    inhabitants: int
    native: bool = True


@dataclass(frozen=True, slots=True)
class Mention:
    """A city where a text names it; `span` in character offsets, without the preposition."""

    city: City
    span: tuple[int, int]


@cache
def _lines() -> bytes:
    return _FILE.read_bytes()


def _key(name: str) -> str:
    return re.sub(r"[\s\-–]+", " ", name.casefold().replace("’", "'")).strip()


@lru_cache(maxsize=4096)
def _named(key: str) -> tuple[tuple[str, City], ...]:
    """Cities of exactly this key, the likeliest first, each with the spelling listed."""
    data, wanted = _lines(), key.encode() + b"\t"
    low, high = 0, len(data)
    while low < high:
        start = data.rfind(b"\n", 0, (low + high) // 2) + 1
        end = data.find(b"\n", start)
        if data[start:end].split(b"\t", 1)[0] + b"\t" < wanted:
            low = end + 1
        else:
            high = start
    found = []
    while data.startswith(wanted, low):
        end = data.find(b"\n", low)
        _, spelled, name, country, size = data[low:end].decode().split("\t")
        found.append((spelled or name, City(name, country, int(size), native=not spelled)))
        low = end + 1
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Grammar:
    """How one language says where: prepositions, case endings, words that are no city."""

    leads: re.Pattern[str]
    endings: tuple[tuple[str, tuple[str, ...]], ...]
    suffixed: bool
    never: frozenset[str]


@cache
def _grammar(language: str) -> _Grammar:
    words = section(language, "events")
    leads = sorted(words.get("city_prepositions") or (), key=len, reverse=True)
    pattern = "|".join(re.escape(lead) for lead in leads)
    endings: Mapping[str, list[str]] = words.get("city_endings") or {}
    return _Grammar(
        leads=re.compile(rf"(?<![\w-])(?:{pattern})[ \u00a0]", re.I) if leads else _NEVER,
        endings=tuple(
            (ending, tuple(to)) for ending, to in sorted(endings.items(), key=lambda e: -len(e[0]))
        ),
        suffixed=bool(words.get("city_suffixed")),
        never=frozenset(words.get("not_cities") or ()),
    )


def _word_forms(word: str, grammar: _Grammar) -> list[str]:
    """What the word may be in the nominative: itself first, then by its endings."""
    forms = [word]
    for ending, replacements in grammar.endings:
        if word.endswith(ending):
            stem = word[: len(word) - len(ending)]
            forms += [stem + to for to in replacements if len(stem + to) > 2]
    return list(dict.fromkeys(forms))


@lru_cache(maxsize=4096)
def _resolve(key: str, language: str, inflected: bool) -> tuple[tuple[str, City], ...]:
    """Cities that the (possibly inflected) key may name, the likeliest first."""
    grammar = _grammar(language)
    if key in grammar.never or len(key) < 2:
        return ()
    choices = [_word_forms(word, grammar) for word in key.split(" ")] if inflected else []
    if choices and not grammar.never.isdisjoint(choices[0]) and len(choices) == 1:
        return ()
    exact = _named(key)
    if exact or not inflected:
        return exact
    found: dict[tuple[str, str], tuple[str, City]] = {}
    for forms in islice(product(*choices), _MOST_FORMS):
        for spelled, city in _named(" ".join(forms)):
            found.setdefault((city.name, city.country), (spelled, city))
    # Two readings: a city under its own name beats one under a foreign one, then the larger.
    return tuple(sorted(found.values(), key=lambda f: (not f[1].native, -f[1].inhabitants)))


@cache
def spoken(language: str) -> frozenset[str]:
    """Countries whose main language this is."""
    code = "nb" if language == "no" else language
    return frozenset(
        country
        for country in _COUNTRIES
        if code in get_official_languages(country, de_facto=True)
        or language in get_official_languages(country, de_facto=True)
    )


@cache
def _countries(language: str) -> Mapping[str, str]:
    """Country codes by their names in this language, in small letters."""
    try:
        territories = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):
        return {}
    return {name.casefold(): code for code, name in territories.items() if len(code) == 2}


def country_named(text: str, language: str) -> str | None:
    """Code of the country that `text` is the name of, in `language` or in English."""
    name = text.strip(" .,;()").casefold()
    return _countries(language).get(name) or _countries("en").get(name)


def _choose(found: tuple[tuple[str, City], ...], language: str, country: str | None) -> City | None:
    if not found:
        return None
    own = [f for f in found if f[1].country == country] if country else []
    near = [f for f in found if f[1].country in spoken(language)]
    spelled, city = (own or near or list(found))[0]
    if city.inhabitants * 3 < found[0][1].inhabitants and not own:
        spelled, city = found[0]
    if not spelled.isascii() and not _latin(spelled):
        return City(spelled, city.country, city.inhabitants, city.native)
    return city


def _latin(word: str) -> bool:
    return all(char < "\u0250" or "\u1e00" <= char < "\u1f00" for char in word)


def city_at(
    text: str,
    start: int,
    language: str,
    *,
    country: str | None = None,
    inflected: bool = True,
) -> Mention | None:
    """The city whose name begins at `start` of `text`; the longest reading wins.

    `country` is the one that the page's site is of, for names that several countries have.
    """
    match = _NAME.match(text, start)
    if match is None or not text[start].isupper():
        return None
    pieces = list(_PIECE.finditer(text, start, match.end()))
    for last in range(min(len(pieces), 4) - 1, -1, -1):
        end = pieces[last].end()
        if not pieces[last].group()[0].isupper() and last:
            continue
        found = _resolve(_key(text[start:end]), language, inflected)
        if not found:
            continue
        if _grammar(language).never and _key(pieces[0].group()) in _grammar(language).never:
            continue
        city = _choose(found, language, _country_behind(text, end, language) or country)
        if city is not None:
            return Mention(city, (start, end))
    return None


def _country_behind(text: str, end: int, language: str) -> str | None:
    """The country in "Zagreb, Croatia" and "Zagreb (HR)"."""
    match = re.compile(r"\s?[,(]\s?([^\W\d_][\w .'’-]{1,40})").match(text, end)
    if match is None:
        return None
    words = match.group(1).split(" ")
    for count in range(min(3, len(words)), 0, -1):
        code = country_named(" ".join(words[:count]), language)
        if code:
            return code
    return None


def cities_in(text: str, language: str, *, country: str | None = None) -> Iterator[Mention]:
    """Cities that `text` says something is in: behind a preposition or with a local case."""
    grammar = _grammar(language)
    for lead in grammar.leads.finditer(text):
        start = lead.end()
        # "w hiszpańskiej Saragossie": one small word may stand between.
        for _ in range(2):
            if start >= len(text):
                break
            if text[start].isupper():
                mention = city_at(text, start, language, country=country)
                if mention:
                    yield mention
                break
            gap = text.find(" ", start, start + 25)
            if gap < 0:
                break
            start = gap + 1
    if grammar.suffixed:
        for word in _PIECE.finditer(text):
            if not word.group()[0].isupper() or len(word.group()) < 4:
                continue
            key = _key(word.group())
            found = _resolve(key, language, True) if not _named(key) else _own(key, language)
            city = _choose(found, language, country)
            if city:
                yield Mention(city, word.span())


def _own(key: str, language: str) -> tuple[tuple[str, City], ...]:
    """Cities of the language's own countries in a local case that is a foreign city's name:
    Estonian "Tartus" is in Tartu, not in Syria."""
    own = spoken(language)
    if any(city.country in own for _, city in _named(key)):
        return ()
    forms = _word_forms(key, _grammar(language))[1:]
    return tuple(one for form in forms for one in _named(form) if one[1].country in own)


def city_named(text: str, language: str, *, country: str | None = None) -> City | None:
    """The city that the whole of `text` names, in the nominative; postcodes are skipped."""
    name = re.sub(r"^(?:[A-Z]{1,2}-)?\d[\d -]{2,6}\d? (?=\D)", "", text.strip(" .,;()"))
    mention = city_at(name, 0, language, country=country, inflected=False)
    if mention is None:
        return None
    rest = name[mention.span[1] :].strip(" ,()")
    return mention.city if not rest or country_named(rest, language) else None


def city_of_adjective(name: str, language: str) -> City | None:
    """The city that an organization's name tells by an adjective ("Płocki Park …": Płock)."""
    endings = _adjectives(language)
    for word in _PIECE.findall(name)[:12]:
        if not word[0].isupper():
            continue
        small = word.casefold()
        for ending, replacements in endings:
            if not small.endswith(ending) or len(small) < len(ending) + 2:
                continue
            for to in replacements:
                own = [c for _, c in _named(small[: -len(ending)] + to) if c.native]
                if own and own[0].country in spoken(language):
                    return own[0]
    return None


@cache
def _adjectives(language: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    endings = section(language, "events").get("city_adjectives") or {}
    return tuple(
        (ending, tuple(to)) for ending, to in sorted(endings.items(), key=lambda e: -len(e[0]))
    )
