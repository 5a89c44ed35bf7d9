"""Where the sentences of a block begin and end, and which stand beside one."""

from __future__ import annotations

import re

from parsers.document import Block

LONGEST_SENTENCE = 1_500
"""Characters of a sentence that are read."""

_BREAK = re.compile(r"(?:[!?…]|(?<!\s\w)(?<!\s[^\W\d]{2})(?<!^\w)\.|;)[\"”“»)]?\s+(?=[^\W\da-z])")
_ABBREVIATION = re.compile(
    r"(?<!\w)(?:dr|prof|inż|mgr|hab|ul|im|pl|al|ds|np|nr|św|tzw|ww|mr|mrs|ms"
    r"|ing|mudr|phdr|doc|str|tel|godz|ok|r|p|м|вул|ул|им|г|bzw|ca|z\.b|st"
    r"|\d{1,2}|[ivx]+)\.[\"”“»)]?\s+$",
    re.I,
)


def sentences_of(text: str) -> list[tuple[int, int]]:
    """Where sentences begin and end; ordinals and abbreviations end none."""
    found, start = [], 0
    for match in _BREAK.finditer(text):
        head = text[max(start, match.start() - 12) : match.end()]
        if _ABBREVIATION.search(head):
            continue
        if match.end() - start > 12:
            found.append((start, match.end()))
            start = match.end()
    if start < len(text):
        found.append((start, len(text)))
    return found


def beside(number: int, sentences: list[str], above: list[Block]) -> tuple[str, ...]:
    """The sentences before and behind one of a block; before the first stands the block above."""
    before = sentences[number - 1] if number else ""
    if not number and above and above[-1].kind in ("heading", "paragraph"):
        text = above[-1].text[-LONGEST_SENTENCE:]
        start, end = sentences_of(text)[-1] if text else (0, 0)
        before = text[start:end]
    behind = sentences[number + 1] if number + 1 < len(sentences) else ""
    return tuple(other for other in (before, behind) if other)
