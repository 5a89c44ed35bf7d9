"""Events told over two sentences: one names it, the one beside it gives the day.

"Konferencja X zbliża się. Spotkamy się 5 maja 2024 w Łodzi." The sentence with the day must say
that something takes place and name nothing else that could; the other must name one event and no
day of its own. Anything looser finds deadlines, anniversaries and the history of the house.
"""

from __future__ import annotations

import re

from languages.dates import DateSpan
from parsers.event_times import may_date
from parsers.event_words import EventWords, Trigger

_LONGEST = 260
"""Longest sentence with a day, and longest one that names an event, in characters."""
_VAGUE = frozenset({"event", "ceremony", "founding", "award ceremony", "study visit"})
"""Kinds whose words speak of too much else to be taken up by the next sentence."""
_WORD = re.compile(r"[^\W\d_]{4,}")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def taken_up(
    sentence: str, span: DateSpan, beside: tuple[str, ...], words: EventWords, language: str
) -> tuple[str, Trigger] | None:
    """The sentence among `beside` that names the event of which `sentence` gives the day."""
    if len(sentence) > _LONGEST or words.periods.search(sentence):
        return None
    happens = words.happens.search(sentence)
    if happens is None or words.other.search(sentence[: span.span[0]][-60:]):
        return None
    if not _only_takes_up(sentence[: min(happens.start(), span.span[0])], words):
        return None
    low, high = sorted((happens.end(), span.span[0]))
    if happens.end() < span.span[0] and len(_WORD.findall(sentence[low:high])) > 3:
        return None
    for other in beside:
        trigger = _named(other, words, language)
        if trigger is not None:
            return other, trigger
    return None


def _only_takes_up(before: str, words: EventWords) -> bool:
    """Whether what stands before the verb is no subject of its own."""
    return all(word.lower() in words.same for word in _WORD.findall(before))


def _named(sentence: str, words: EventWords, language: str) -> Trigger | None:
    """The one event that a sentence without a day of its own names."""
    if len(sentence) > _LONGEST or words.periods.search(sentence):
        return None
    if may_date(_YEAR.sub(" ", sentence), language):
        return None
    found = [trigger for trigger in words.triggers(sentence) if trigger.kind not in _VAGUE]
    return found[0] if found and len({trigger.kind for trigger in found}) == 1 else None
