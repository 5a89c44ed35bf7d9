"""The pages' words: one file a language in words/, and what writes dates and numbers in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from babel import Locale
from babel.dates import format_date, format_time, format_timedelta
from babel.numbers import format_decimal

from languages.names_lexicon import fold

FOLDER = Path(__file__).parent / "words"

_LOCALES = {"en": "en_GB", "pl": "pl"}
_FORMS = frozenset(["zero", "one", "two", "few", "many", "other"])
_DAYS = 10_000
_YEAR, _MONTH, _DAY = 4, 7, 10


class Words:
    """One language's words. Called with a key it gives the text; with `count` in the form that
    goes with that number. Raises KeyError for an unknown key."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.locale = Locale.parse(_LOCALES[language])
        self.texts = read_words(FOLDER / f"{language}.yaml")
        # A page of a list writes the same days again and again, at some cost each.
        self._day = lru_cache(maxsize=_DAYS)(self._written_day)

    def __call__(self, key: str, **values: Any) -> str:
        """The text of a key, its {names} filled in."""
        text = self.texts[key]
        if not isinstance(text, str):
            form = self.locale.plural_form(values["count"])
            text = text.get(form) or text["other"]
        if not values:
            return text
        shown = {name: self._shown(value) for name, value in values.items()}
        return text.format_map(shown)

    def name(self, group: str, value: str | None) -> str:
        """What a value of a closed list is called; an unknown one as it is, with spaces."""
        if not value:
            return ""
        text = self.texts.get(f"{group}.{value.replace(' ', '_')}")
        return text if isinstance(text, str) else value.replace("_", " ")

    def number(self, value: int) -> str:
        """A number with its groups of thousands."""
        return format_decimal(value, locale=self.locale)

    def day(self, value: str | date | None, *, weekday: bool = False) -> str:
        """A day, month or year as precise as it is; a time of day is added where it is known.

        value: ISO 8601, as the interface gives it; what is no date is given back as it is.
        """
        if not value:
            return ""
        return self._day(value if isinstance(value, str) else value.isoformat(), weekday)

    def _written_day(self, text: str, weekday: bool) -> str:
        try:
            if len(text) == _YEAR:
                return str(date(int(text), 1, 1).year)
            if len(text) == _MONTH:
                return self.month(text)
            day = date.fromisoformat(text[:_DAY])
            form = "EEEE, d MMMM y" if weekday else "long"
            said = format_date(day, form, locale=self.locale)
            if len(text) > _DAY and text[_DAY] == "T":
                said += ", " + self.time(text)
        except ValueError:
            return text
        return said

    def month(self, value: str) -> str:
        """A month: "June 2024", of "2024-06"."""
        day = date.fromisoformat(f"{value}-01")
        return format_date(day, "LLLL y", locale=self.locale)

    def time(self, value: str) -> str:
        """The time of day of a moment: "10:00"."""
        return format_time(datetime.fromisoformat(value), "HH:mm", locale=self.locale)

    def ago(self, moment: datetime, now: datetime) -> str:
        """How long ago a moment was, or in how long it comes: "2 days ago", "in 3 hours"."""
        return format_timedelta(moment - now, add_direction=True, locale=self.locale)

    def country(self, code: str | None) -> str:
        """A country's name; a code that nobody knows as it is."""
        return str(self.locale.territories.get(code, code)) if code else ""

    def tongue(self, code: str | None) -> str:
        """A language's name; a code that nobody knows as it is."""
        if not code or code == "und":
            return self("languages.unknown")
        return str(self.locale.languages.get(code, code))

    def sorting(self, text: str) -> str:
        """What short lists of names are sorted by: the letters without their marks."""
        return fold(text)

    def _shown(self, value: Any) -> Any:
        return self.number(value) if type(value) is int else value


def read_words(path: Path) -> dict[str, str | Mapping[str, str]]:
    """A file's words by their keys: groups joined by dots; texts that depend on a number as
    their forms (one, few, many, other)."""
    return dict(_flat(yaml.safe_load(path.read_text(encoding="utf-8"))))


def placeholders(text: str | Mapping[str, str]) -> set[str]:
    """The {names} that a text waits for."""
    texts = [text] if isinstance(text, str) else text.values()
    return {name for one in texts for name in re.findall(r"\{(\w+)\}", one)}


def _flat(group: Mapping[str, Any], before: str = "") -> Any:
    for key, value in group.items():
        if isinstance(value, dict) and not ("other" in value and _FORMS.issuperset(value)):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


WORDS = {language: Words(language) for language in _LOCALES}
"""By language; loaded once."""

LANGUAGES = tuple(WORDS)
"""The languages that pages are written in, the first where the reader's is not among them."""
