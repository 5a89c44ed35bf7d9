"""The words that dates are made of, by language: CLDR's names and each language's own file.

Every word gets one letter, its class, and a value; `languages.dates_grammar` is written in these
letters:

    M month   Q month or weekday (es "mar.")   R Roman month   W weekday   u month sign (月)
    O ordinal   k tens before an ordinal ("двадцать")   o what clings to a day (th, -го, d.)
    g "day"   y "year"   b "this"   L "last"   N "next"   p of, in, on, the   f from   t to
    a and   h at   H hour   A am   P pm   # number, paragraph
"""

from __future__ import annotations

import pickle
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from babel import localedata

from languages.words import codes, section

Entry = tuple[str, int]

BETWEEN = 1
"""Value of a word of class f that makes "and" between two days a range."""
TO = 1
"""Value of a word of class h that between two days means "to"."""
_FOLDABLE = 5
"""Shorter words mean another thing without their accents: pl "się" is no "sie"."""
_LONGEST = 20
_WEEKDAY_FIRST = ("wide", "abbreviated", "short")
_SECTION = {
    "year": "y",
    "this": "b",
    "last": "L",
    "next": "N",
    "suffix": "o",
    "month_sign": "u",
    "day": "g",
    "of": "p",
    "from": "f",
    "to": "t",
    "and": "a",
    "at": "h",
    "hour": "H",
    "am": "A",
    "pm": "P",
}
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_NUMBER_MARKS = ("nr", "no", "num", "art", "ust", "pkt", "§", "№", "č", "vol", "version", "ver")
_NO_DECOMPOSITION = str.maketrans("łøđıßæœ", "lodisao")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What a language's words mean in dates.

    entries: lower-case and folded words; Roman months in capitals. doubtful: names of months and
    weekdays that are ordinary words as well (ro "mai", en "may"), and short ones whose accents
    are lost; capitals: names of months are capitalised, so that "May" is beyond doubt.
    month_first: a month with a number behind it is a day of that month ("June 24"); anglo:
    numbers with slashes put the month first.
    """

    entries: Mapping[str, Entry]
    doubtful: frozenset[str]
    capitals: bool
    month_first: bool
    anglo: bool

    def entry(self, word: str) -> Entry | None:
        """The class and value of a word, whatever its case and accents."""
        found = self.entries.get(word)
        if found is not None:
            return found
        lower = word.lower()
        found = self.entries.get(lower)
        if found is None and _FOLDABLE <= len(lower) <= _LONGEST and not lower.isascii():
            found = self.entries.get(folded(lower))
        return found

    def doubts(self, word: str) -> bool:
        """Whether the name of a month or weekday may as well be an ordinary word here."""
        return word.lower() in self.doubtful and not (self.capitals and word[0].isupper())


@lru_cache(maxsize=4096)
def folded(word: str) -> str:
    """The word in lower case without accents: "Września" becomes "wrzesnia"."""
    if word.isascii():
        return word.lower()
    word = word.lower().translate(_NO_DECOMPOSITION)
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


@cache
def lexicon(language: str) -> Lexicon:
    """The words of a language ("en", "en-us"); of one without a file CLDR's names alone.

    An English tag that names a region other than the USA reads numbers day first.
    """
    code, _, region = language.lower().replace("_", "-").partition("-")
    known = code in codes()
    own: Mapping[str, Any] = section(code, "dates") if known else {}
    entries: dict[str, Entry] = {}
    for number, forms in (own.get("ordinals") or {}).items():
        _add(entries, forms, "O", int(number))
    for name, kind in _SECTION.items():
        _add(entries, own.get(name) or (), kind, 0)
    _add(entries, set(own.get("at") or ()) & set(own.get("to") or ()), "h", TO)
    _add(entries, own.get("between") or (), "f", BETWEEN)
    for number, forms in (own.get("tens") or {}).items():
        _add(entries, forms, "k", int(number))
    weekdays: dict[str, Entry] = {}
    months: dict[str, Entry] = {}
    spelt_weekdays: set[str] = set()
    spelt_months: set[str] = set()
    if known or (len(code) in (2, 3) and localedata.exists(code)):
        # The language's own data only. Babel's `load` would keep that for whoever formats later.
        with open(localedata.resolve_locale_filename(code), "rb") as file:
            data = pickle.load(file)
        spelt_weekdays |= _add_names(weekdays, data["days"], "W")
        spelt_months |= _add_names(months, data["months"], "M")
    for number, forms in (own.get("weekdays") or {}).items():
        spelt_weekdays.update(form.lower() for form in forms)
        _add(weekdays, forms, "W", int(number) - 1)
    for number, forms in (own.get("months") or {}).items():
        spelt_months.update(form.lower() for form in forms)
        _add(months, forms, "M", int(number))
    both = {word: ("Q", months[word][1]) for word in months.keys() & weekdays.keys()}
    for word, entry in weekdays.items():
        if len(word) > 2 or word not in entries:  # "th" is the day's ending, not Thursday
            entries[word] = entry
    entries.update(months)
    entries.update(both)
    doubtful = {word.lower() for word in own.get("doubtful") or ()}
    doubtful |= {
        word
        for names, spelt in ((weekdays, spelt_weekdays), (months, spelt_months))
        for word in names.keys() - spelt
        if len(word) < _FOLDABLE
    }
    for word in _NUMBER_MARKS:
        entries.setdefault(word, ("#", 0))
    for number, word in enumerate(_ROMAN, 1):
        entries[word] = ("R", number)
    entries["T"] = ("h", 0)
    return Lexicon(
        entries=entries,
        doubtful=frozenset(doubtful),
        capitals=bool(own.get("capitals")),
        month_first=bool(own.get("month_first")),
        anglo=bool(own.get("anglo")) and region in ("", "us"),
    )


def _add(entries: dict[str, Entry], forms: Iterable[str], kind: str, value: int) -> None:
    for form in forms:
        entries[form.lower()] = (kind, value)
        if not form.isascii():
            entries.setdefault(folded(form), (kind, value))


def _add_names(entries: dict[str, Entry], names: Mapping[str, Any], kind: str) -> set[str]:
    """Adds CLDR's names; a form of two meanings ("ma", "Ma") is left out.

    Returns the names as they are spelt, without those that only lost their accents.
    """
    meanings: dict[str, set[int]] = {}
    spelt: set[str] = set()
    for number, form in _cldr_forms(names):
        spelt.add(form.lower())
        for word in {form.lower(), folded(form)}:
            meanings.setdefault(word, set()).add(number)
    for word, numbers in meanings.items():
        if len(numbers) == 1 and len(word) > 1 and word.isalpha():
            entries[word] = (kind, next(iter(numbers)))
    return spelt


def _cldr_forms(names: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    for context in names.values():
        for width in _WEEKDAY_FIRST:
            forms = context.get(width)
            if isinstance(forms, tuple):  # an alias and what differs from it
                forms = forms[1]
            if not isinstance(forms, Mapping):
                continue
            for number, form in forms.items():
                # "de gener", "d’abril" and "janv." are known by their word alone
                yield number, form.replace("’", " ").replace("'", " ").split()[-1].strip(".")
