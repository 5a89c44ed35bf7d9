"""The name an organization is shown under, and what kind of name each of its others is.

The rule, per language: names before acronyms, former and inflected ones; what the source's own
file says before what pages say; then the name that most sources use, then most mentions, then
the longest, then the first in the alphabet. The organization's own language is that of its
source's file, else its country's, else that of most mentions. Never the last writer's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from babel.languages import get_official_languages

from languages.names import nominative, normal_key, same_organization


@dataclass(frozen=True, slots=True)
class Named:
    """A name of one organization with what counts for it. own: its source's file gives it."""

    key: str
    name: str
    acronym: bool
    language: str
    mentions: int
    sources: int
    former: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class Canonical:
    """The names to show, and the kind of every alias by its key. main: the key of `name`."""

    main: str
    name: str
    names: dict[str, str]
    kinds: dict[str, str]


def canonical(names: Iterable[Named], country: str | None, language: str | None) -> Canonical:
    """Choose the names of one organization that has at least one alias."""
    known = sorted(names, key=_rank)
    native = language or _country_language(country, known) or _language_of_most(known)
    best: dict[str, Named] = {}
    for one in known:
        if one.language not in best and not one.former and not one.acronym:
            best[one.language] = one
    main = best.get(native) or (min(best.values(), key=_rank) if best else known[0])
    shown = {spoken: nominative(one.name, spoken) for spoken, one in sorted(best.items())}
    kinds = {one.key: _kind(one, main) for one in known}
    return Canonical(main.key, nominative(main.name, main.language), shown, kinds)


def _rank(one: Named) -> tuple[object, ...]:
    inflected = nominative(one.name, one.language) != one.name
    return (
        one.acronym,
        one.former,
        not one.own,
        inflected,
        -one.sources,
        -one.mentions,
        -len(one.name),
        one.name,
        one.key,
    )


def _kind(one: Named, main: Named) -> str:
    if one.acronym:
        return "acronym"
    if one.former:
        return "former"
    if one.key == main.key:
        return "name"
    if nominative(one.name, one.language) != one.name:
        return "inflected"
    if one.language not in (main.language, "und"):
        return "translated"
    if normal_key(one.name) == normal_key(main.name):
        return "name"
    slip = one.mentions < main.mentions and same_organization(one.name, main.name)
    alike = len(normal_key(one.name).split()) == len(normal_key(main.name).split())
    return "misspelt" if slip and alike else "name"


def _language_of_most(names: list[Named]) -> str:
    counted: Counter[str] = Counter()
    for one in names:
        counted[one.language] += one.mentions
    known = {spoken: count for spoken, count in counted.items() if spoken != "und"}
    return min(known, key=lambda spoken: (-known[spoken], spoken)) if known else "und"


def _country_language(country: str | None, names: list[Named]) -> str | None:
    """The country's official language in which most is said about it."""
    spoken = _official(country) if country else ()
    counted = Counter(dict.fromkeys(spoken, 0))
    for name in names:
        if name.language in counted:
            counted[name.language] += name.mentions
    return min(spoken, key=lambda one: (-counted[one], spoken.index(one))) if spoken else None


@cache
def _official(country: str) -> tuple[str, ...]:
    return tuple(get_official_languages(country, de_facto=True))


def most(counted: Mapping[str, int]) -> str | None:
    """The value with the highest count, of several the first by code points."""
    return min(counted, key=lambda value: (-counted[value], value)) if counted else None
