"""Cuts a text into the words and signs that dates are made of, around its digits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from languages.dates_lexicon import Lexicon

BEFORE, AFTER = 60, 60
"""How far from a digit a date's words may stand, in characters."""

_DIGITS = re.compile(r"[0-9]+")
# A chain of many numbers ("1.2.3.4…") is one token: nothing in it is a date.
_TOKEN = re.compile(
    r"[0-9]+(?:[-.:/][0-9]+){11,}|[0-9]+|(?:(?<=[\s\d])[aApP]\.\s?[mM]\b\.?)|[\u4e00-\u9fff]|[^\W\d_\u4e00-\u9fff]+|\S"
)
_YEAR_BEHIND = re.compile(r"[\s./,-]{0,3}(?:[^\W\d]{1,3}\s)?'?(?:19|20)[0-9]{2}(?![0-9])")
_DAY_AND_YEAR_BEHIND = re.compile(
    r"\s[0-9]{1,2}(?:[^\W\d]{1,2})?[.,]{0,2}\s(?:19|20)[0-9]{2}(?![0-9])"
)
_SIGNS = {sign: sign for sign in "-.,/:()|"}
_SIGNS |= dict.fromkeys("–—−‐‑‒―~〜～－", "-")
_SIGNS |= dict.fromkeys("，、", ",")
_SIGNS |= dict.fromkeys("‘’ʼ`", "'") | {"'": "'"}
_SIGNS |= {"：": ":", "（": "(", "）": ")", "&": "a", "+": "a", "º": "o", "°": "o", "ª": "o"}
_SIGNS |= {"．": ".", "／": "/", "§": "#", "№": "#", "·": "|", "•": "|"}


@dataclass(slots=True)
class Tokens:
    """A piece of a text: one letter of `shape` a token, with its value and where it stands."""

    shape: str = ""
    values: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)


def windows(text: str) -> Iterator[tuple[int, int]]:
    """The pieces of a text around its digits, as offsets that do not overlap."""
    start = end = -1
    for match in _DIGITS.finditer(text):
        if match.start() - BEFORE > end:
            if end > 0:
                yield start, end
            # A word that the cut would halve is left out: half a word may mean another.
            start = max(match.start() - BEFORE, end, 0)
            if start:
                space = text.find(" ", start, match.start())
                start = space if space >= 0 else start
        end = min(match.end() + AFTER, len(text))
    if end > 0:
        yield start, end


def tokens(text: str, start: int, end: int, words: Lexicon) -> Tokens:
    """The tokens of ``text[start:end]``."""
    result = Tokens()
    shape: list[str] = []
    values, starts, ends = result.values, result.starts, result.ends
    entry, doubts = words.entry, words.doubts
    for match in _TOKEN.finditer(text, start, end):
        token = match.group()
        first = token[0]
        begin = match.start()
        value = 0
        if "0" <= first <= "9":
            kind, value = _number(token)
            if kind == "n" and shape and shape[-1] in "MQ.-/p" and 5 <= len(token) <= 6:
                # "29 maja 202429/05/2024": a year with a day stuck to it
                year, value = _number(token[:4])[1], int(token[4:])
                if year:
                    shape.append("Y")
                    values.append(year)
                    starts.append(begin)
                    ends.append(begin + 4)
                    begin += 4
                    kind = "d"
        elif first in _SIGNS:
            kind = _SIGNS[first]
        elif not first.isalpha():
            kind = ";"
        elif len(token) > 1 and token[1] == ".":
            kind = "A" if first in "aA" else "P"
        else:
            found = entry(token)
            kind, value = found if found is not None else ("x", 0)
            if kind in "MWQ" and doubts(token) and not _certain(kind, text, match, shape, words):
                kind = "x"
        shape.append(kind)
        values.append(value)
        starts.append(begin)
        ends.append(match.end())
    result.shape = "".join(shape)
    return result


def _certain(kind: str, text: str, match: re.Match[str], shape: list[str], words: Lexicon) -> bool:
    """Whether a name that may be an ordinary word is one: by its dot, or between day and year."""
    end = match.end()
    if kind == "W":
        return text[end : end + 1] in (".", ",", ")")
    if text[end : end + 1] == ".":
        return True
    before = "".join(shape[-4:]).rstrip(".-/p'")
    if before.endswith(("d", "o", "O")):
        return _YEAR_BEHIND.match(text, end) is not None
    return words.month_first and _DAY_AND_YEAR_BEHIND.match(text, end) is not None


def _number(token: str) -> tuple[str, int]:
    """The class and value of a run of digits."""
    if len(token) <= 2:
        return "d", int(token)
    if len(token) == 4 and token[:2] in ("19", "20"):
        return "Y", int(token)
    return "n", 0
