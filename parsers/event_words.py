"""The words that tell of events, compiled per language from the `events` sections."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from languages.words import section

_NEVER = re.compile(r"(?!)")
_FALLBACK = "en"


def _alternatives(stems: Iterable[str]) -> str:
    """One expression for all stems; those that begin words share one look behind."""
    begin, inside = [], []
    for stem in sorted((str(stem).lower() for stem in stems), key=len, reverse=True):
        bare = stem.lstrip("^*=")
        escaped = re.escape(bare).replace(r"\ ", r"\s").replace("'", "['’]")
        if "*" in stem[:2]:
            # The head of a compound stands at its end, give or take an ending.
            inside.append(escaped + r"(?=\w{0,3}(?!\w))")
        else:
            begin.append(escaped + (r"(?!\w)" if stem.startswith("=") else ""))
    parts = [rf"(?<!\w)(?:{'|'.join(begin)})"] if begin else []
    return "|".join([*parts, *inside])


@dataclass(frozen=True, slots=True)
class Stems:
    """Looks for any of some stems. Case does not count; offsets are those of the text."""

    pattern: re.Pattern[str]

    def search(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """The first place from `start` on."""
        return self.pattern.search(_small(text), start, len(text) if end is None else end)

    def match(self, text: str, start: int = 0) -> re.Match[str] | None:
        """What stands right at `start`."""
        return self.pattern.match(_small(text), start)

    def sub(self, to: str, text: str) -> str:
        """`text` with every place replaced."""
        spans = [found.span() for found in self.pattern.finditer(_small(text))]
        for start, end in reversed(spans):
            text = text[:start] + to + text[end:]
        return text


def _small(text: str) -> str:
    """`text` in small letters, if it keeps its length (a Turkish İ does not)."""
    small = text.lower()
    return small if len(small) == len(text) else text


def _pattern(stems: Iterable[str]) -> Stems:
    alternatives = _alternatives(stems)
    return Stems(re.compile(alternatives) if alternatives else _NEVER)


@dataclass(frozen=True, slots=True)
class Trigger:
    """A word that tells of an event: its kind and where the whole word stands."""

    kind: str
    start: int
    end: int
    word: str


@dataclass(frozen=True, slots=True)
class EventWords:
    """One language's words of events; every pattern ignores case.

    kinds: nouns and verbs that tell of an event; proper: those that do so only as a name, with
    a capital ("Cluster Week"); never: what holds such a word and tells of no event ("conference
    room"). held, planned, cancelled: verbs. other: what
    stands right before a date that is no event's (a deadline, a law's day). periods: what makes
    a whole sentence speak of terms and validity. venues: nouns that name a place; premises:
    those that only say whose. leads: prepositions before a venue. papers: minutes and agendas.
    calendars: what a list of events is headed with; calls: what one of deadlines is.
    happens: that what the sentence before named takes place; same: words that take it up.
    told_days: "today", "yesterday". day_words: "day" and the like, which lead to a date and
    belong to no name. name_ends: where a name goes on no more. venue_forms: a venue's noun in
    the nominative; venue_adjectives: endings of the adjectives behind it.
    labels: field names in small letters to "when", "clock", "end", "where", "who" or "name".
    """

    kinds: re.Pattern[str]
    never: Stems
    proper: tuple[str, ...]
    names: tuple[str, ...]
    held: Stems
    planned: Stems
    cancelled: Stems
    other: re.Pattern[str]
    periods: Stems
    venues: Stems
    premises: Stems
    leads: re.Pattern[str]
    happens: Stems
    same: frozenset[str]
    papers: Stems
    calendars: Stems
    calls: Stems
    virtual: Stems
    today: Stems
    yesterday: Stems
    told_days: tuple[str, ...]
    day_words: frozenset[str]
    venue_forms: Mapping[str, str]
    venue_adjectives: Mapping[str, str]
    name_ends: Stems
    labels: Mapping[str, str]

    def triggers(self, text: str) -> Iterator[Trigger]:
        """Every word of `text` that tells of an event, in order."""
        small = _small(text)
        never: list[tuple[int, int]] | None = None
        for match in self.kinds.finditer(small):
            if never is None:
                never = [found.span() for found in self.never.pattern.finditer(small)]
            if any(low <= match.start() < high for low, high in never):
                continue
            kind = self.names[int((match.lastgroup or "k0")[1:])]
            start, end = match.span()
            while start and (text[start - 1].isalnum()):
                start -= 1
            while end < len(text) and (text[end].isalnum()):
                end += 1
            if self.proper and text[start].islower() and match.group().endswith(self.proper):
                continue
            yield Trigger(kind, start, end, text[start:end])

    def trigger(self, text: str) -> Trigger | None:
        """The first word that tells of an event, the telling ones before the general ones."""
        found = list(self.triggers(text))
        return next((t for t in found if t.kind != "event"), found[0] if found else None)


def _before(stems: Iterable[str]) -> re.Pattern[str]:
    """Matches at the end of what stands before a date: the word, then at most a small one."""
    parts = []
    for stem in sorted(map(str, stems), key=len, reverse=True):
        tail = r"(?!\w)" if len(stem) <= 4 or " " in stem else r"\w{0,12}"
        parts.append(rf"(?<!\w){re.escape(stem)}{tail}")
    if not parts:
        return _NEVER
    return re.compile(rf"(?:{'|'.join(parts)})[\s:.,(]{{0,4}}(?:[^\W\d]{{1,6}}\.?\s)?$", re.I)


def _kinds(languages: Iterable[str]) -> tuple[re.Pattern[str], tuple[str, ...]]:
    stems: dict[str, list[str]] = {}
    for language in languages:
        for kind, more in (section(language, "events").get("kinds") or {}).items():
            stems.setdefault(kind, []).extend(more)
    # "press conference" begins where "conference" does: the narrower kind is asked first.
    order = sorted(stems, key=lambda kind: (kind == "event", kind == "conference"))
    groups = [f"(?P<k{number}>{_alternatives(stems[kind])})" for number, kind in enumerate(order)]
    return (re.compile("|".join(groups)) if groups else _NEVER), tuple(order)


@cache
def event_words(language: str) -> EventWords:
    """The words of `language`, with English beside it where names are often English."""
    own = section(language, "events")
    english = section(_FALLBACK, "events")
    both = dict.fromkeys((language, _FALLBACK))
    kinds, names = _kinds(both)
    labels = {
        str(word).casefold(): field
        for source in (english, own)
        for field, labelled in (source.get("labels") or {}).items()
        for word in labelled
    }
    leads = sorted(own.get("venue_prepositions") or own.get("city_prepositions") or (), key=len)
    return EventWords(
        kinds=kinds,
        never=_pattern([*(own.get("never") or ()), *(english.get("never") or ())]),
        proper=tuple(
            str(stem).lstrip("^*=").lower()
            for code in both
            for stems in (section(code, "events").get("kinds") or {}).values()
            for stem in stems
            if str(stem).startswith("^")
        ),
        names=names,
        held=_pattern(own.get("held") or ()),
        planned=_pattern(own.get("planned") or ()),
        cancelled=_pattern([*(own.get("cancelled") or ()), *(english.get("cancelled") or ())]),
        other=_before(own.get("other") or ()),
        periods=_pattern(own.get("periods") or ()),
        venues=_pattern(own.get("venues") or ()),
        premises=_pattern(own.get("premises") or ()),
        leads=re.compile(
            rf"(?<!\w)(?:{'|'.join(map(re.escape, reversed(leads)))})(?=[\s'’])['’]?\s?", re.I
        )
        if leads
        else _NEVER,
        happens=_pattern(own.get("happens") or ()),
        same=frozenset(map(str, own.get("same") or ())),
        papers=_pattern([*(own.get("papers") or ()), *(english.get("papers") or ())]),
        calendars=_pattern([*(own.get("calendars") or ()), *(english.get("calendars") or ())]),
        calls=_pattern([*(own.get("calls") or ()), *(english.get("calls") or ())]),
        virtual=_pattern([*(own.get("virtual") or ()), *(english.get("virtual") or ())]),
        today=_pattern("=" + word for word in own.get("today") or ()),
        yesterday=_pattern("=" + word for word in own.get("yesterday") or ()),
        told_days=tuple(
            word.lower() for key in ("today", "yesterday") for word in own.get(key) or ()
        ),
        day_words=frozenset(own.get("day_words") or ()),
        venue_forms=own.get("venue_forms") or {},
        venue_adjectives=own.get("venue_adjectives") or {},
        name_ends=_pattern(
            f"={word}" if len(word) < 6 else word for word in own.get("name_ends") or ()
        ),
        labels=labels,
    )
