"""Which language a text is written in.

langdetect's letter statistics (its profiles), but only those of the languages that have a file
here, scored in one exact pass: its own sampling is slower and answers differently from call to
call. Where a script belongs to one language, the script decides. A language without a profile is
known by letters of its own, or by what the page declares where the text reads like a neighbour's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from itertools import repeat
from math import log
from pathlib import Path

from languages.words import codes

UNKNOWN = "und"

_FLOOR = 2e-5
"""Share of a letter triple that a profile does not have."""
_COMMON = 1e-4
"""Rarer triples are left out, for profiles differ in how rare a one they list."""
_PRIOR = 9.0
"""What a declared language is worth, in units of log probability."""
_FOREIGN = 0.62
"""A text fits its language when each triple gains this much over the floor, in log units."""
_ENOUGH = 24
"""Letters below which a declared language is believed before the text."""
_SAMPLE = 800
_FIRST_LOOK = 120
_SHORT_LIST = 5
_FAR_AHEAD = 40.0
"""Lead after the first look, in log units, that the rest of a text does not take back."""

_ADDRESS = re.compile(r"\S{0,100}(?:://|@|www\.)\S{0,200}|[\d_]+")
_DIGITS = re.compile(r"[\d_]+")
_CAPITALS = re.compile(r"\b[^\W\d_a-z]{2,40}\b")
_NO_LETTER = re.compile(r"[\W\d_]+")
_SCRIPTS = (
    ("cyrillic", "", re.compile("[\u0400-\u04ff]")),
    ("greek", "el", re.compile("[\u0370-\u03ff\u1f00-\u1fff]")),
    ("kana", "ja", re.compile("[\u3040-\u30ff]")),
    ("han", "zh", re.compile("[\u3400-\u9fff]")),
    ("hangul", "ko", re.compile("[\uac00-\ud7af]")),
    ("arabic", "ar", re.compile("[\u0600-\u06ff]")),
    ("hebrew", "he", re.compile("[\u0590-\u05ff]")),
    ("thai", "th", re.compile("[\u0e00-\u0e7f]")),
    ("armenian", "hy", re.compile("[\u0530-\u058f]")),
    ("georgian", "ka", re.compile("[\u10a0-\u10ff]")),
    ("devanagari", "hi", re.compile("[\u0900-\u097f]")),
)
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]+")
_SHARED_SCRIPTS = {"ar": ("fa", "ur"), "hi": ("mr", "ne"), "he": ("yi",)}
_OWN_LETTERS = {"sr": "ђћЂЋ"}
_READS_LIKE = {"sr": ("hr", "sl"), "bs": ("hr", "sl"), "gl": ("pt", "es"), "eu": ("es",)}
_SCRIPT_DECIDES = frozenset(("el", "zh"))
_CYRILLIC = frozenset(("be", "bg", "kk", "mk", "ru", "sr", "uk"))


def two_letters(tag: str | None) -> str | None:
    """The language code of a tag such as `pl-PL`, `pl_PL` or `nb-NO`; None for no such tag.

    >>> two_letters("nb-NO")
    'no'
    """
    if not tag:
        return None
    code = re.split(r"[-_]", tag.strip().lower(), maxsplit=1)[0]
    code = {"nb": "no", "nn": "no", "ua": "uk", "cz": "cs", "gr": "el", "sh": "hr"}.get(code, code)
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def detect(text: str, declared: Sequence[str] = ()) -> str:
    """The language of `text`: a two-letter code, or "und".

    `declared`: what the page and its site say, as two-letter codes, the most credible first;
    they decide between close languages and for a text of a few words.

    >>> detect("Klaster rozpoczyna współpracę z parkiem naukowym i uczelnią")
    'pl'
    """
    text = text[: 2 * _SAMPLE]
    addressed = "@" in text or "://" in text or "www." in text
    text = (_ADDRESS if addressed else _DIGITS).sub(" ", text)
    letters = len(_NO_LETTER.sub("", text))
    if not letters:
        return declared[0] if declared else UNKNOWN
    script, language = _script(text)
    if script == "cyrillic":
        return _by_triples(text, _known(cyrillic=True), declared, letters)
    if script == "latin":
        return _by_triples(text, _known(cyrillic=False), declared, letters)
    for code in declared:
        if code in _SHARED_SCRIPTS.get(language, ()):
            return code
    return language or UNKNOWN


def _script(text: str) -> tuple[str, str]:
    """The script most letters are of, and the language it stands for ("" if for several)."""
    latin = sum(map(len, _LATIN.findall(text)))
    if 4 * latin > 3 * len(text):
        return "latin", ""  # too few other letters are left to outweigh these
    counts = [(len(pattern.findall(text)), name, code) for name, code, pattern in _SCRIPTS]
    kana = counts[2][0]
    best, name, code = max(counts)
    if name in ("han", "hangul", "kana"):
        best *= 3  # one such sign is worth a syllable or a word
    if latin >= best:
        return "latin", ""
    if name == "han" and kana * 5 > best // 3:
        return "kana", "ja"
    return name, code


@cache
def _known(cyrillic: bool) -> tuple[str, ...]:
    """The languages of one script that have both a file here and a profile."""
    folder = _profiles()
    return tuple(
        code
        for code in codes()
        if (code in _CYRILLIC) == cyrillic
        and code not in ("el", "zh")
        and (folder / code).is_file()
    )


@cache
def _profiles() -> Path:
    spec = find_spec("langdetect")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("langdetect is not installed: its profiles are needed")
    return Path(spec.submodule_search_locations[0]) / "profiles"


@cache
def _gains(language: str) -> dict[str, float]:
    """What each letter triple of a language gains it over the floor."""
    profile = json.loads((_profiles() / language).read_text(encoding="utf-8"))
    total = profile["n_words"][2]
    least = total * _COMMON
    base = log(_FLOOR * total)
    return {
        triple: log(count) - base
        for triple, count in profile["freq"].items()
        if count >= least and len(triple) == 3
    }


def _by_triples(
    text: str, languages: tuple[str, ...], declared: Sequence[str], letters: int
) -> str:
    if own := _by_letters(text):
        return own
    padded = " " + _NO_LETTER.sub(" ", text)[:_SAMPLE] + " "
    # Words in capitals say little in a profile of running text.
    padded = _CAPITALS.sub(lambda match: match[0].lower(), padded)
    triples = list(map("".join, zip(padded, padded[1:], padded[2:], strict=False)))
    first = triples[:_FIRST_LOOK]
    scores = {code: _score(code, first) + _prior(code, declared) for code in languages}
    ranked = sorted(scores, key=scores.__getitem__, reverse=True)[:_SHORT_LIST]
    if len(ranked) > 1 and scores[ranked[0]] - scores[ranked[1]] > _FAR_AHEAD:
        ranked = ranked[:1]
    fits = {code: _score(code, triples) for code in ranked}
    best = max(ranked, key=lambda code: fits[code] + _prior(code, declared), default=UNKNOWN)
    fit = fits.get(best, 0.0) / max(len(triples), 1)
    for code in declared:
        if fit == 0 or (
            code not in languages
            and (fit < _FOREIGN or letters < _ENOUGH or best in _READS_LIKE.get(code, ()))
        ):
            return code
    return best if fit > 0 else UNKNOWN


def _score(language: str, triples: list[str]) -> float:
    return sum(map(_gains(language).get, triples, repeat(0.0)))


def _prior(language: str, declared: Sequence[str]) -> float:
    """What is declared first counts most."""
    return _PRIOR / (declared.index(language) + 1) if language in declared else 0.0


def _by_letters(text: str) -> str | None:
    """The language that has letters of its own in `text`."""
    for code, letters in _OWN_LETTERS.items():
        if sum(map(text.count, letters)) >= 2:
            return code
    return None
