"""Where an event is: the venue that a sentence names, its city and country."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from catalogue import Source
from languages.names import nominative
from languages.places import City, Mention, cities_in, city_named, city_of_adjective, spoken
from parsers.document import Document
from parsers.event_words import EventWords

_REACH = 160
"""Characters around a date in which a city still belongs to the event."""
_PHRASE = re.compile(
    r"(?:[\"„“”«»][^\"„“”«»]{1,80}[\"„“”«»]|[^\W\d_]\.|\d[\w./-]*|[\w&][\w.'’&/-]*)"
)
# fmt: off
_SMALL = frozenset({
    "a", "al", "am", "an", "and", "at", "d", "da", "das", "de", "dei", "del", "della", "den",
    "der", "des", "di", "die", "do", "dos", "ds", "du", "e", "el", "et", "für", "i", "im", "in",
    "la", "las", "le", "les", "los", "na", "nad", "nr", "o", "of", "on", "op", "pod", "por",
    "pri", "przy", "s", "sur", "św", "the", "u", "und", "van", "von", "voor", "y", "z", "za",
    "zur",
})
# fmt: on
_HOUSES = re.compile(
    r"hotel|hôtel|szálloda|restaura|resta|café|kavárn|kawiar|pub\b|klub|club", re.I
)
_NO_COUNTRY = {"eu", "com", "org", "net", "info", "io", "ai", "tv", "me", "co", "biz"}
_PUNCTUATION = " \t,;:.–-„“”\"'()"


@dataclass(frozen=True, slots=True)
class Where:
    """A venue, its city in the nominative, its country (ISO 3166-1 alpha-2)."""

    place: str | None = None
    city: str | None = None
    country: str | None = None


def page_country(document: Document) -> str | None:
    """The country that a page's site is of: the catalogue's, else the address's."""
    return country_of(document.source, document.url)


def country_of(source: Source | None, url: str) -> str | None:
    """The country of a site: the catalogue's, else the one that its address ends in."""
    if source and source.country:
        return source.country
    try:
        suffix = (urlsplit(url).hostname or "").rpartition(".")[2]
    except ValueError:
        return None
    if len(suffix) != 2 or suffix in _NO_COUNTRY:
        return None
    return {"uk": "GB"}.get(suffix, suffix.upper())


def where_in(
    text: str, at: int, language: str, words: EventWords, country: str | None = None
) -> Where:
    """The venue and the city that `text` names nearest to the offset `at`."""
    low, high = max(0, at - _REACH), at + _REACH
    near = text[low:high]
    cities = list(cities_in(near, language, country=country))
    venues = _venues(near, words, cities)
    place = ", ".join(venues[0]) if venues else None
    end = venues[1] if venues else at - low
    city = _nearest(cities, end, at - low)
    named = [_named(part, language, words) for part in venues[0]] if venues else []
    if place:
        place = ", ".join(dict.fromkeys(named)) or place
    if city is None and (behind := _listed(text, at, language, country)):
        return Where(place or behind.place, behind.city, behind.country)
    if city is None and named:
        seat = next((c for n in named if (c := _seat(n, language, country))), None)
        if seat:
            return Where(place, seat.name, seat.country)
    if city is None:
        if place is None and words.virtual.search(near):
            return Where("online")
        return Where(place)
    return Where(place, city.city.name, city.city.country)


def _seat(venue: str, language: str, country: str | None) -> City | None:
    """The city that a venue's name tells: "Płocki Park …", "Technologiepark Bremen"."""
    seat = city_of_adjective(venue, language)
    first, _, last = venue.rpartition(" ")
    # Houses that take guests bear the names of cities far away.
    if seat is None and first and not _HOUSES.search(venue):
        seat = city_named(last, language, country=country)
        if seat is not None and not (seat.native and seat.country in (country, *spoken(language))):
            return None
    return seat


def _listed(text: str, at: int, language: str, country: str | None) -> Where | None:
    """ "20 June 2024, 10:00, Chamber of Commerce, Kaunas": the city is a part of its own."""
    parts = [part.strip(" .") for part in re.split(r"[,|]|\s–\s", text[at : at + _REACH])[1:6]]
    for index, part in enumerate(parts):
        city = city_named(part, language, country=country) if part[:1].isupper() else None
        if city:
            before = [p for p in parts[:index] if p[:1].isupper() and not p[-2:].isdigit()]
            return Where(", ".join(before) or None, city.name, city.country)
    return None


def _named(venue: str, language: str, words: EventWords) -> str:
    """A venue's name in the nominative, as far as its first words are known."""
    first, *rest = venue.split(" ")
    form = words.venue_forms.get(first.casefold())
    if form is None:
        return nominative(venue, language)
    for number, word in enumerate(rest):
        ending = next((e for e in words.venue_adjectives if word.endswith(e)), None)
        if ending is None:
            break
        rest[number] = word[: -len(ending)] + words.venue_adjectives[ending]
    return " ".join((form, *rest))


def _nearest(cities: list[Mention], venue_end: int, date_at: int) -> Mention | None:
    """The city behind the venue, else the one nearest to the date."""
    if not cities:
        return None
    return min(cities, key=lambda c: min(abs(c.span[0] - venue_end), abs(c.span[0] - date_at)))


def _venues(text: str, words: EventWords, cities: list[Mention]) -> tuple[list[str], int] | None:
    """Venue phrases that stand one behind the other, and where they end."""
    found: list[str] = []
    end = -1
    for lead in words.leads.finditer(text):
        if lead.start() < end:
            continue
        if found and lead.start() - end > 3:
            break
        stop = min((c.span[0] for c in cities if c.span[0] > lead.end() + 3), default=len(text))
        phrase = _venue_at(text[:stop], lead.end(), words)
        if phrase is None:
            continue
        name, end = phrase
        found.append(name)
    return (found, end) if found else None


def _venue_at(text: str, start: int, words: EventWords) -> tuple[str, int] | None:
    """A venue's name from `start`: some words before its noun, then what belongs to it."""
    venue = words.venues.search(text, start, start + 60)
    if venue is None:
        return None
    between = text[start : venue.start()]
    if any(mark in between for mark in ",;:.("):
        return None
    led = between.split()
    # "in the Industry Agency headquarters": a name may stand before its noun.
    if len(led) > 2 and not (len(led) < 6 and all(w[0].isupper() for w in led if w not in _SMALL)):
        return None
    if words.leads.search(between):
        return None
    end, proper, small, last = start, False, False, start
    for count, word in enumerate(_PHRASE.finditer(text, start, start + 140)):
        gap = text[last : word.start()]
        if count and (gap.strip(" ") or count > 14):
            break
        token = word.group()
        if word.start() >= venue.end():
            at = word.start()
            known = token.strip(".") in _SMALL or words.venues.match(text, at)
            if token[0].islower() and not known:
                # "v sídle Únie klastrov Slovenska": one small word, then the name goes on.
                if small or len(token) < 4 or not text[word.end() + 1 : word.end() + 2].isupper():
                    break
                small = True
            if words.held.match(text, word.start()) or words.planned.match(text, word.start()):
                break
            if token[0].isdigit() and not proper:
                break
        last = word.end()
        if token[0].isupper() or token[0] in '"„“«':
            proper = True
        inner = word.start() < venue.end() or words.venues.match(text, word.start())
        if inner or not token[0].islower():
            end = word.end()
    if not proper:
        return None
    name = text[start:end]
    premises = words.premises.match(name)
    if premises:
        rest = name[premises.end() :]
        rest = rest.lstrip("abcdefghijklmnopqrstuvwxyząęěšíé") if rest[:1].islower() else rest
        name = rest if rest.strip() else name
    name = name.strip(" ,;:" if name.endswith(".") and "." in name[:-1] else _PUNCTUATION)
    name = re.sub(r"^(?:the|la|le|les|der|die|das|dem|den|el|los|las)\s", "", name)
    return (name, end) if len(name) > 2 else None


def where_labelled(value: str, language: str, country: str | None = None) -> Where:
    """What stands behind a label such as "Venue:": its last parts may be a city and a country."""
    value = " ".join(value.split())[:200].strip(" ,;:")
    parts = [part.strip() for part in re.split(r"[,;|]|\s[–-]\s", value) if part.strip()]
    for index in range(len(parts) - 1, -1, -1):
        city = city_named(parts[index], language, country=country)
        if city:
            place = ", ".join(parts[:index]) or None
            return Where(place, city.name, city.country)
    return Where(value or None)
