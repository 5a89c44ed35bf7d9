r"""Phrases of languages/*.yaml and schemes/*.yaml, made into patterns over a marked sentence.

A marked sentence is one line of lower-case words and marks, each followed by a space, in which
every name of an organization is ``<3>`` and every label ``[2]`` (numbers of `Marked`). A phrase
is written as it is read:

    {S} (is|was) [the] coordinator* of ... {O}

`{S}` and `{O}` are names or lists of names, ``{O}-`` one in a compound ("X-member"), `{L}` is
a label, `*` any ending, ``(a|b c)`` one of several, ``[a]`` may be missing, ``\(`` a bracket,
``...`` up to six words, ``....`` up to sixteen with names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter

from languages.names_lexicon import lexicon
from languages.words import section
from parsers.mentions import Mention, find_mentions
from parsers.name_tokens import LONGEST_SENTENCE

_PART = re.compile(r"\\[()]|\{[A-Z]\}-|\.{3,4}|\{[A-Z]\}|\(|\)|\[|\]|\||[^\s()\[\]|{}]+")
_NAME = r"<\d{1,3}> (?!- \w)(?:\( [^()]{0,80}\) )?"
_SHORT_WORD = 2
_LONGEST_OPENING = 80
_BREAKS = (" , ", " ; ", " : ", " . ")
_MARK = re.compile(r"[<\[](\d{1,3})[>\]]")
_WORD = re.compile(
    r"(?:[ldsnqm]|qu|[dn]ell|[ds]all|all|sull|degl|un)['’](?=\w|$)|"
    r"\.{2,}|\w+(?:[-'’.&+/]\w+)*\.?(?=\s|$)|\w+(?:[-'’.&+/]\w+)*|[^\w\s]",
    re.IGNORECASE,
)


Phrase = tuple[str, str, tuple[tuple[str, ...], ...]]
"""A phrase as it is kept: the section of its file, the phrase, what `telling` says of it."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label's words in a sentence: what they stand for, and where."""

    scheme: str
    level: str | None
    round: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence with its names and labels marked; `line` is what phrases are matched with."""

    text: str
    language: str
    mentions: tuple[Mention, ...]
    labels: tuple[Label, ...]
    line: str


@dataclass(frozen=True, slots=True)
class Match:
    """What a phrase found: the names at {S} and {O} and the labels at {L}.

    phrase: which one. words: what it matched, with the beginning of its clause.
    """

    subjects: tuple[Mention, ...]
    objects: tuple[Mention, ...]
    labels: tuple[Label, ...]
    phrase: str = ""
    words: str = ""

    @property
    def span(self) -> tuple[int, int]:
        """From the first to the last of its names and labels, as offsets in the sentence."""
        spans = [(name.start, name.end) for name in (*self.subjects, *self.objects)]
        spans += [(label.start, label.end) for label in self.labels]
        return min(start for start, _ in spans), max(end for _, end in spans)


def mark(
    sentence: str,
    language: str,
    labels: Sequence[Label] = (),
    counts: Callable[[Mention], bool] = attrgetter("sure"),
    found: Sequence[Mention] | None = None,
) -> Marked:
    """Mark a sentence with the names that `counts` lets through: those that are sure.

    `found`: the names in the sentence without its labels, where they are known already.
    """
    sentence = sentence[:LONGEST_SENTENCE]
    if found is None:
        found = find_mentions(without_labels(sentence, labels), language)
    mentions: list[Mention] = []
    spans: list[tuple[int, int, str]] = []
    for number, label in enumerate(labels):
        spans.append((label.start, label.end, f"[{number}]"))
    for mention in found:
        if counts(mention):
            spans.append((mention.start, mention.end, f"<{len(mentions)}>"))
            mentions.append(mention)
    spans.sort()
    parts: list[str] = []
    position = 0
    for start, end, tag in spans:
        parts += (m.group().casefold() for m in _WORD.finditer(sentence, position, start))
        parts.append(tag)
        position = end
    parts += (m.group().casefold() for m in _WORD.finditer(sentence, position))
    line = "".join(_parted(part) for part in parts)
    return Marked(sentence, language, tuple(mentions), tuple(labels), line)


def without_labels(sentence: str, labels: Sequence[Label]) -> str:
    """The sentence with its labels blanked out, at the same length: they are no names."""
    for label in labels:
        blank = ";" * (label.end - label.start)
        sentence = sentence[: label.start] + blank + sentence[label.end :]
    return sentence


def _parted(word: str) -> str:
    if word[-1] == "’":
        word = word[:-1] + "'"
    if len(word) > 2 and word[-1] == "." and "." not in word[:-1]:
        return f"{word[:-1]} . "
    return word + " "


def matches(marked: Marked, phrases: Sequence[str]) -> list[Match]:
    """What each of the phrases finds in the sentence, told as a fact."""
    found: list[Match] = []
    line = marked.line
    if "<" not in line and "[" not in line:
        return found
    marks = line.count("<"), line.count("[")
    for phrase in phrases:
        names, labels, words_of_it = needs(phrase)
        if names > marks[0] or labels > marks[1] or not has_words(line, words_of_it):
            continue
        for match in pattern(phrase, marked.language).finditer(line):
            words = line[_clause_start(line, match.start()) : match.end()]
            if _is_denied(words, marked.language):
                continue
            groups = match.groupdict()
            found.append(
                Match(
                    _names(groups.get("S"), marked),
                    _names(groups.get("O"), marked),
                    tuple(marked.labels[n] for n in _numbers(groups.get("L"))),
                    phrase,
                    words,
                )
            )
    return found


def _clause_start(line: str, at: int) -> int:
    """Where the clause begins that has the character `at` of a marked line."""
    before = line[max(0, at - _LONGEST_OPENING) : at]
    cut = max(before.rfind(mark) for mark in _BREAKS)
    return at - len(before) + (cut + 3 if cut >= 0 else 0)


def _is_denied(words: str, language: str) -> bool:
    """Whether a clause speaks of what is not so: a "not", an "if", a wish or a plan."""
    denying = tuple(section(language, "relations").get("denied") or ())
    return bool(denying) and words_pattern(denying).search(words) is not None


def _numbers(text: str | None) -> list[int]:
    return [int(number) for number in _MARK.findall(text or "")]


def _names(text: str | None, marked: Marked) -> tuple[Mention, ...]:
    if not text:
        return ()
    outside = re.sub(r"\( [^()]{0,80}\)", "", text)
    return tuple(marked.mentions[n] for n in _numbers(outside))


@cache
def pattern(phrase: str, language: str) -> re.Pattern[str]:
    """The phrase as a regular expression over a marked line."""
    parts = []
    for part in _PART.findall(phrase):
        if part == "...":
            parts.append(r"(?:(?![<\[.;:()])\S+ ){0,6}?")
        elif part == "....":
            parts.append(r"(?:(?![.;:] )\S+ ){0,16}?")
        elif part in ("{S}", "{O}"):
            parts.append(f"(?P<{part[1]}>{_list(language)})")
            if part == "{S}" and len(parts) == 1:
                parts.append(_no_and(language))
        elif part in ("{S}-", "{O}-"):
            parts.append(rf"(?P<{part[1]}><\d{{1,3}}> )- ")
        elif part == "{L}":
            parts.append(r"(?P<L>\[\d{1,3}\]) ")
        elif part in ("(", "["):
            parts.append("(?:")
        elif part == ")":
            parts.append(")")
        elif part == "]":
            parts.append(")?")
        elif part == "|":
            parts.append("|")
        elif part[0] == "\\":
            parts.append(part + " ")
        else:
            parts.append(re.escape(part).replace(r"\*", r"[^\s<>]{0,20}") + " ")
    return re.compile("(?:^|(?<= ))" + "".join(parts))


@cache
def _no_and(language: str) -> str:
    """What does not follow a subject: "(he left) X and founded Y" tells nothing of X."""
    ands = "|".join(sorted(map(re.escape, lexicon(language).ands)))
    return f"(?!(?:{ands}) )" if ands else ""


@cache
def _list(language: str) -> str:
    lexical = lexicon(language)
    ands = "|".join(sorted(map(re.escape, lexical.ands | {"&", "/"})))
    towns = "|".join(sorted(map(re.escape, lexical.prepositions)))
    town = rf"(?:(?:{towns}) \w+ )?" if towns else ""
    between = rf"{town}(?:[,;] (?:(?:{ands}) )?|(?:{ands}) )"
    article = "|".join(sorted(map(re.escape, lexical.articles)))
    name = rf"(?:(?:{article}) )?{_NAME}" if article else _NAME
    by = section(language, "certifications").get("by") or ()
    again = rf"(?:(?:{'|'.join(map(re.escape, by))}) )?" if by else ""
    return rf"{name}(?:{between}{again}{name}){{0,60}}"


class Words:
    """Any of some phrases of plain words (`*` any ending), wherever they stand in a text.

    Letters count alike in either case: the text is read in small letters, which is quicker to
    prepare and to search than a pattern that ignores case.
    """

    __slots__ = ("_pattern",)

    def __init__(self, phrases: tuple[str, ...]) -> None:
        alternatives = []
        for phrase in sorted(phrases, key=len, reverse=True):
            words = [
                re.escape(word).replace(r"\*", r"\w{0,12}") for word in _lowered(phrase).split()
            ]
            alternatives.append(r"[^\w.,;:!?()]{1,3}".join(words))
        self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})(?!\w)")

    def search(self, text: str) -> re.Match[str] | None:
        """The first place of any of them; the match is of the text in small letters."""
        return self._pattern.search(_lowered(text))

    def finditer(self, text: str, start: int = 0) -> Iterator[re.Match[str]]:
        """All places from `start` on."""
        return self._pattern.finditer(_lowered(text), start)


@cache
def words_pattern(phrases: tuple[str, ...]) -> Words:
    """`Words` of some phrases, prepared once."""
    return Words(phrases)


def _lowered(text: str) -> str:
    """In small letters, at the same length: offsets stay."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else text


@cache
def needs(phrase: str) -> tuple[int, int, tuple[tuple[str, ...], ...]]:
    """How many names and labels a sentence has at least that the phrase matches, and `telling`."""
    names = ("{S}" in phrase) + ("{O}" in phrase)
    return names, int("{L}" in phrase), telling(phrase)


@cache
def telling(phrase: str) -> tuple[tuple[str, ...], ...]:
    """Groups of stems: a text that the phrase matches has one stem of every group."""
    groups = []
    plain = re.sub(r"\[[^\[\]]*\]|\\[()]", " ", phrase)
    for listed, word in re.findall(r"\(([^()]*)\)|(\S+)", plain):
        options = listed.split("|") if listed else [word]
        stems = tuple(dict.fromkeys(gist(option) for option in options))
        if all(len(stem) > _SHORT_WORD for stem in stems):
            groups.append(stems)
    return tuple(sorted(groups, key=lambda stems: (len(stems), -len(stems[0]))))


def has_words(lowered: str, groups: tuple[tuple[str, ...], ...]) -> bool:
    """Whether a case-folded text has a stem of every group that `telling` gives."""
    for stems in groups:
        for stem in stems:
            if stem in lowered:
                break
        else:
            return False
    return True


def gist(words: str) -> str:
    """The longest of some words, without an open ending; empty where that is no letter's."""
    longest = max((word.rstrip("*") for word in words.split()), key=len, default="")
    return longest.casefold() if longest[:1].isalpha() else ""
