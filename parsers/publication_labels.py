"""The words that stand before a date and say what it is the date of."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import Literal

from languages.words import codes, section

Meaning = Literal["published", "modified", "other"]

# Vowel signs of Arabic, Hebrew and Indian scripts belong to the word, but are no letters to \w.
_LETTER = r"(?:[^\W\d_]|[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u109f])"
_WORDS = re.compile(rf"[\u4e00-\u9fff]+|{_LETTER}+(?:['’]{_LETTER}+)*")
_BEHIND = 5
_VERB = 8
"""Letters of the shortest verb that is a label behind its date."""
_LONGEST = 4
"""Words in the longest label."""


@cache
def _labels() -> dict[tuple[str, ...], Meaning]:
    """Labels of all languages: chrome is often in another language than the text."""
    found: dict[tuple[str, ...], Meaning] = {}
    meanings: tuple[Meaning, ...] = ("other", "published", "modified")
    for meaning in meanings:
        for language in codes():
            for label in section(language, "publication").get(meaning) or ():
                found[_words_of(label)] = meaning
    return found


@cache
def _fillers() -> frozenset[str]:
    """Words between a label and its date: "on", "le", "am", "w dniu", "um"."""
    found: set[str] = set()
    for language in codes():
        dates = section(language, "dates")
        for name in ("of", "from", "at", "day", "hour"):
            found.update(word.lower() for word in dates.get(name) or ())
    return frozenset(found)


def _words_of(text: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _WORDS.findall(text))


def meaning_before(words_before: str) -> Meaning | None:
    """What the label at the end of the words before a date says: "Posted on" -> "published".

    Up to three other words may stand between ("Published by Jane Roe on").
    """
    words = _words_of(words_before[-100:])
    labels, fillers = _labels(), _fillers()
    end = len(words)
    for _ in range(8):
        for length in range(min(_LONGEST, end), 0, -1):
            found = labels.get(words[end - length : end])
            if found is not None:
                return found
        if end and words[end - 1] in fillers:
            end -= 1
        else:
            break
    return None


def meaning_behind(words_after: str) -> Meaning | None:
    """What a verb behind the date says: "wurde am 3. Mai 2011 um 10:00 Uhr veröffentlicht"."""
    beginning = words_after[:60]
    for match in islice(_WORDS.finditer(beginning), _BEHIND):
        word = match.group().lower()
        if len(word) >= _VERB and _labels().get((word,)) == "published":
            # With a number behind it the verb belongs to the next date.
            return None if any(map(str.isdigit, beginning[match.end() :])) else "published"
    return None


def meaning_within(words_before: str) -> Meaning | None:
    """What a label further ahead in a byline says: "Published by Jane Roe | 5 May 2015"."""
    words = _words_of(words_before[-100:])
    labels = _labels()
    for start in range(len(words) - 1, -1, -1):
        for length in range(min(_LONGEST, len(words) - start), 0, -1):
            found = labels.get(words[start : start + length])
            if found in ("published", "modified"):
                return found
    return None


@cache
def _last_words() -> frozenset[str]:
    return frozenset(label[-1] for label, said in _labels().items() if label and said != "other")


def mentions_label(text: str) -> bool:
    """Whether a text may hold a label: a cheap test before its dates are read."""
    return not _last_words().isdisjoint(_words_of(text))


def without_labels(text: str) -> list[str]:
    """The words of a byline that are neither labels nor fillers."""
    words = _words_of(text)
    labels, fillers = _labels(), _fillers()
    left: list[str] = []
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST, len(words) - at), 0, -1):
            if words[at : at + length] in labels:
                at += length
                break
        else:
            if words[at] not in fillers:
                left.append(words[at])
            at += 1
    return left
