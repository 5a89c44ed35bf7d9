"""Finds the words that name a label scheme, its grade, its round and its validity."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from catalogue import Scheme, load_schemes
from languages.dates import read_dates
from languages.words import section
from parsers.phrases import Label, words_pattern

_ROMAN = r"(?:X{0,2}(?:IX|IV|V?I{1,3}|V|X))"
_NUMBER = r"\d{1,2}"
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SPAN = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?[-–]\s?((?:19|20)\d\d)(?!\d)")
_FAR = 60
_NEAR = 4
_SMALL = 4


@dataclass(frozen=True, slots=True)
class _Words:
    """One scheme's words in one language, and English beside it.

    gists: the beginnings of each phrase's words. acronyms: phrases that are one, in capitals.
    Together they are a quick test: a text that has none of them does not name the scheme.
    """

    scheme: Scheme
    named: tuple[str, ...]
    levels: tuple[tuple[str, tuple[str, ...]], ...]
    rounds: tuple[str, ...]
    gists: tuple[frozenset[str], ...]
    acronyms: frozenset[str]

    def may_be_in(self, stems: set[str], acronyms: set[str]) -> bool:
        """Whether a text with these of all stems and acronyms may name the scheme."""
        if not self.acronyms.isdisjoint(acronyms):
            return True
        return any(map(stems.issuperset, self.gists))


@cache
def schemes_by_id() -> dict[str, Scheme]:
    """The schemes by their ids."""
    return {scheme.id: scheme for scheme in load_schemes()}


@cache
def _words(language: str) -> tuple[_Words, ...]:
    return tuple(_scheme_words(scheme, language) for scheme in load_schemes())


@lru_cache(maxsize=512)
def _tests(
    language: str, among: frozenset[str] | None
) -> tuple[tuple[_Words, ...], tuple[str, ...], tuple[str, ...]]:
    """Words of all or of some schemes, and all their stems and acronyms, each once."""
    listed = tuple(w for w in _words(language) if among is None or w.scheme.id in among)
    stems = {stem for words in listed for gist in words.gists for stem in gist}
    acronyms = {acronym for words in listed for acronym in words.acronyms}
    return listed, tuple(sorted(stems)), tuple(sorted(acronyms))


def _scheme_words(scheme: Scheme, language: str) -> _Words:
    """A scheme's words from its own file, with what the language's file adds to them."""
    told = (section(language, "certifications").get("schemes") or {}).get(scheme.id) or {}

    def both(phrases: dict[str, list[str]], more: Sequence[str] = ()) -> tuple[str, ...]:
        own = [*phrases.get(language, []), *more]
        native = phrases.get(_home(scheme), []) if not own else []
        return tuple(dict.fromkeys([*own, *phrases.get("en", []), *native]))

    named = both(scheme.words, told.get("words") or ())
    grades = told.get("levels") or {}
    levels = tuple(
        (level, both(phrases, grades.get(level) or ())) for level, phrases in scheme.levels.items()
    )
    tell = [*named, *(phrase for _, phrases in levels for phrase in phrases)]
    if not scheme.level_alone:
        tell = list(named)
    return _Words(
        scheme,
        named,
        tuple((level, phrases) for level, phrases in levels if phrases),
        both(scheme.rounds, told.get("rounds") or ()),
        tuple({_stems(phrase) for phrase in tell if not _is_acronym(phrase)}),
        frozenset(phrase for phrase in tell if _is_acronym(phrase)),
    )


def _stems(phrase: str) -> frozenset[str]:
    """The beginnings of a phrase's words."""
    return frozenset(word.rstrip("*").casefold() for word in phrase.split())


def _is_acronym(phrase: str) -> bool:
    return phrase.isalpha() and phrase.isupper()


def _home(scheme: Scheme) -> str:
    return next(iter(scheme.names))


@cache
def _round_pattern(phrase: str) -> re.Pattern[str]:
    parts = []
    for word in phrase.split():
        if word == "{R}":
            parts.append(f"(?P<round>(?-i:{_ROMAN}))")
        elif word == "{N}":
            parts.append(f"(?P<round>{_NUMBER})")
        else:
            parts.append(re.escape(word).replace(r"\*", r"\w{0,12}"))
    return re.compile(r"(?<!\w)" + r"\s?".join(parts) + r"(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Traces:
    """The words that may name a label somewhere on a page: a quick test for its sentences.

    schemes: ids of the schemes. acronyms: as written. gists: beginnings of words, case-folded,
    of which a text has all of one set.
    """

    schemes: frozenset[str]
    acronyms: tuple[str, ...]
    gists: tuple[tuple[str, ...], ...]

    def are_in(self, text: str, lowered: str) -> bool:
        """Whether a text, and the same case-folded, may name one of the schemes."""
        for acronym in self.acronyms:
            if acronym in text:
                return True
        for gist in self.gists:
            for stem in gist:
                if stem not in lowered:
                    break
            else:
                return True
        return False


def traces_in(texts: Sequence[str], language: str) -> Traces:
    """What of all labels' words the blocks of a page have."""
    whole = "\n".join(texts)
    lowered = whole.casefold()
    by_stem, by_acronym = _telling_words(language)
    has_too = [acronym for acronym in by_acronym if acronym in whole]
    schemes = {scheme for acronym in has_too for scheme in by_acronym[acronym]}
    kept: list[tuple[str, ...]] = []
    folded: list[str] = []
    for stem, gists in by_stem.items():
        if stem not in lowered:
            continue
        folded = folded or lowered.split("\n")
        near = [text for text in folded if stem in text]
        for gist, named in gists.items():
            if len(gist) == 1 or any(all(map(text.__contains__, gist)) for text in near):
                kept.append(gist)
                schemes |= named
    return Traces(frozenset(schemes), tuple(has_too), tuple(kept))


@cache
def _telling_words(
    language: str,
) -> tuple[dict[str, dict[tuple[str, ...], set[str]]], dict[str, set[str]]]:
    """Sets of beginnings of words, by the longest of each, and acronyms, with their schemes."""
    by_stem: dict[str, dict[tuple[str, ...], set[str]]] = {}
    by_acronym: dict[str, set[str]] = {}
    for words in _words(language):
        for gist in words.gists:
            stems = tuple(sorted(gist, key=lambda stem: (-len(stem), stem)))
            by_stem.setdefault(stems[0], {}).setdefault(stems, set()).add(words.scheme.id)
        for acronym in words.acronyms:
            by_acronym.setdefault(acronym, set()).add(words.scheme.id)
    return by_stem, by_acronym


def _named_in(text: str, language: str, among: frozenset[str] | None = None) -> list[_Words]:
    """The words of the schemes that a text may name."""
    lowered = text.casefold()
    listed, stems, acronyms = _tests(language, among)
    has = {stem for stem in stems if stem in lowered}
    has_too = {acronym for acronym in acronyms if acronym in text}
    return [words for words in listed if words.may_be_in(has, has_too)]


def names_a_label(text: str, language: str) -> bool:
    """Whether any label is named in a text."""
    return bool(find_labels(text, language))


def find_labels(text: str, language: str, among: frozenset[str] | None = None) -> list[Label]:
    """The labels that a sentence names, from left to right, none inside another.

    `among`: ids of the schemes to look for, as `traces_in` gives them for the page.
    """
    if among is not None and not among:
        return []
    found: list[Label] = []
    for words in _named_in(text, language, among):
        found += _labels_of(words, text)
    found.sort(key=lambda label: (label.start - label.end, label.start))
    kept: list[Label] = []
    for label in found:
        if all(label.end <= other.start or label.start >= other.end for other in kept):
            kept.append(label)
    return sorted(kept, key=lambda label: label.start)


def _labels_of(words: _Words, text: str) -> list[Label]:
    scheme = words.scheme
    round_ = _round(text, words)
    levels = [
        Label(scheme.id, level, round_, *match.span())
        for level, phrases in words.levels
        for match in words_pattern(phrases).finditer(text)
    ]
    named = list(words_pattern(words.named).finditer(text)) if words.named else []
    if scheme.level_alone:
        return [_joined(label, named) for label in levels]
    found = []
    for match in named:
        near = [label for label in levels if abs(label.start - match.start()) < _FAR]
        level = near[0].level if len({label.level for label in near}) == 1 else None
        found.append(Label(scheme.id, level, round_, *match.span()))
    return found


def _joined(label: Label, named: list[re.Match[str]]) -> Label:
    """The label with the scheme's own name, where that stands right before or behind it."""
    start, end = label.start, label.end
    for match in named:
        if match.end() >= start - _NEAR and match.start() <= end + _NEAR:
            start, end = min(start, match.start()), max(end, match.end())
    return replace(label, start=start, end=end)


def find_scheme(text: str, language: str) -> Label | None:
    """The one scheme that a text names without a grade, where grades usually name it."""
    found = {
        words.scheme.id: match.span()
        for words in _named_in(text, language, among=_graded())
        if words.named and (match := words_pattern(words.named).search(text))
    }
    if len(found) != 1:
        return None
    scheme, span = found.popitem()
    return Label(scheme, None, None, *span)


@cache
def _graded() -> frozenset[str]:
    return frozenset(scheme.id for scheme in load_schemes() if scheme.level_alone)


def bare_grades(text: str, scheme: str, language: str, start: int = 0) -> list[Label]:
    """Grades of `scheme` by one word each: "gold" in a cell, in brackets, or after a label.

    The word stands alone: at the end or before a mark or a small word.
    """
    listed = section(language, "certifications").get("grades") or {}
    levels = schemes_by_id()[scheme].levels
    found = [
        Label(scheme, level, None, *match.span())
        for level, words in listed.items()
        if level in levels
        for match in words_pattern(tuple(words)).finditer(text, start)
        if not text[match.end() :].lstrip()[:1].isalpha()
        or len(text[match.end() :].split(None, 1)[0]) < _SMALL
    ]
    return sorted(found, key=lambda label: label.start)


def grade_in(text: str, scheme: str, language: str) -> str | None:
    """The one grade of `scheme` in a table's cell or in brackets."""
    levels = {label.level for label in bare_grades(text, scheme, language)}
    return levels.pop() if len(levels) == 1 else None


def find_level(text: str, scheme: str, language: str) -> str | None:
    """The one grade of `scheme` that a text names."""
    for words in _words(language):
        if words.scheme.id == scheme:
            levels = {each for each, phrases in words.levels if words_pattern(phrases).search(text)}
            return levels.pop() if len(levels) == 1 else None
    return None


def without_level(text: str, scheme: str, language: str) -> str:
    """The text without the words for a grade of `scheme`."""
    for words in _words(language):
        if words.scheme.id == scheme:
            for _, phrases in words.levels:
                match = words_pattern(phrases).search(text)
                if match is not None and match.start() > 0:
                    text = f"{text[: match.start()]} {text[match.end() :]}"
    return text


def _round(text: str, words: _Words) -> str | None:
    """The one round that a text names: "V runda" is "V"."""
    rounds = {
        m.group("round").upper() for p in words.rounds for m in _round_pattern(p).finditer(text)
    }
    return rounds.pop() if len(rounds) == 1 else None


def round_in(text: str, scheme: str, language: str) -> str | None:
    """The one round of `scheme` that a heading names; a year where rounds are years."""
    words = _by_id(language).get(scheme)
    if words is None:
        return None
    if words.scheme.round == "year":
        years = set(_YEAR.findall(text))
        return years.pop() if len(years) == 1 else None
    return _round(text, words)


def names_a_round(text: str, language: str) -> bool:
    """Whether a heading names a round of any scheme."""
    if _YEAR.search(text) and len(set(_YEAR.findall(text))) == 1:
        return True
    return any(_round(text, words) for words in _with_rounds(language))


@cache
def _by_id(language: str) -> dict[str, _Words]:
    return {words.scheme.id: words for words in _words(language)}


@cache
def _with_rounds(language: str) -> tuple[_Words, ...]:
    return tuple(words for words in _words(language) if words.rounds)


def valid_until(text: str, language: str) -> str | None:
    """The day (or month or year) up to which a text says that a label is valid, as ISO 8601."""
    phrases = tuple(section(language, "certifications").get("until") or ())
    if not phrases:
        return None
    match = words_pattern(phrases).search(text)
    if match is None:
        return None
    dates = read_dates(text[match.end() : match.end() + _FAR], language)
    return (dates[0].end or dates[0].start)[:10] if dates else None


def span_of_years(text: str) -> tuple[str, str] | None:
    """The one span of years that a text names: "(2019-2022)"."""
    spans = set(_SPAN.findall(text))
    return spans.pop() if len(spans) == 1 else None


def years_long(text: str, language: str) -> int | None:
    """For how many years a text says that a label lasts: "4 ans"."""
    words = section(language, "certifications").get("years") or ()
    if not words:
        return None
    either = "|".join(re.escape(word) for word in words)
    found = {int(n) for n in re.findall(rf"(?<!\d)(\d{{1,2}})\s(?:{either})(?!\w)", text)}
    return found.pop() if len(found) == 1 else None


def denies(text: str, language: str) -> bool:
    """Whether a sentence speaks of a label that nobody has yet: applied for, hoped for, lost."""
    phrases = tuple(section(language, "certifications").get("not_yet") or ())
    return bool(phrases) and words_pattern(phrases).search(text) is not None
