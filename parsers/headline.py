"""The headline of a page, without the site's name.

A page says it several times: h1, og:title, JSON-LD, <title>. Each alone errs (the h1 is the
logo, the og:title is the site, the title ends in the site's name), so they vote.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from parsers.blocks import Layout, Segment
from parsers.charset import seen
from parsers.chrome import says_chrome
from parsers.hints import Hint
from parsers.metas import Metas

_LONGEST = 400
_SEPARATOR = re.compile(r"\s+[|\-–—―·•»«›‹:/~⋆★✶<>]+\s+|\s*[|»›]\s*|(?<=\w):{1,2}\s+")
_SOFT = re.compile(r"(?<=\w):{1,2}\s+")
_WORD = re.compile(r"\w{4,}")
_KICKER = re.compile(
    r"kicker|overline|dachzeile|topline|roofline|eyebrow|supertitle|suptitle|spitzmarke|pretitle"
    r"|over-?title|category|rubrik|label|date|meta|prefix|subtitle|subline|untertitel",
    re.I,
)
_TITLES = {"og:title": 1.2, "twitter:title": 0.5, "dc.title": 0.6}
_SHORT_LABEL = 3
_SHORT = 12
"""Letters that are too few to be a headline beside a longer one."""
_HEADINGS = 10
"""Headings of one level that are weighed: each weighs less than those before it."""
_ALONE = 1.4
"""What the vote of a page's only h1 is multiplied by."""
_LEVELS = {1: 1.5, 2: 0.9, 3: 0.3}
_ON_SUBJECT = 2.0
"""What a heading's vote is multiplied by when the head speaks of the same."""
_LINK_MARKS = " ¶#§🔗"
_DAY_BEFORE = re.compile(
    r"^(?:\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{4}[./-]\d\d[./-]\d\d)\s*[-–—:|]\s+(?=\w)"
)
_IS_DATE = re.compile(
    r"(?:[^\W\d_]{2,12},? )?(?:\d{1,2}\.? )?[^\W\d_]{3,12} (?:\d{1,2}, )?\d{4}|[\d./: -]{6,20}"
)
"""A day, a month or a clock alone: 16 December 2025, December 16, 2025, 16.12.2025."""
_FOLD = re.compile(r"\W+")
_CHROME = (
    Hint.NAV
    | Hint.FOOTER
    | Hint.SIDE
    | Hint.COMMENT
    | Hint.RELATED
    | Hint.PROMO
    | Hint.COOKIE
    | Hint.HIDDEN
    | Hint.FORM
)


def fold(text: str) -> str:
    """Letters and digits only, without case: equal for two spellings of one headline."""
    return _FOLD.sub("", unicodedata.normalize("NFKC", text)).casefold()


class _Ballot:
    """Votes for headlines, counted over their folded spelling."""

    def __init__(self) -> None:
        self.votes: dict[str, float] = {}
        self.spelling: dict[str, tuple[float, str]] = {}

    def vote(self, text: str, weight: float, rank: float) -> None:
        """Give `weight` to `text`; the spelling of the highest `rank` is the one kept."""
        key = fold(text)
        if not key:
            return
        self.votes[key] = self.votes.get(key, 0.0) + weight
        if key not in self.spelling or rank > self.spelling[key][0]:
            self.spelling[key] = (rank, text)

    def winner(self) -> str | None:
        if not self.votes:
            return None
        best = max(self.votes, key=lambda key: (self.votes[key], len(key)))
        return self.spelling[best][1] if self.votes[best] > 0 else None


def read_headline(
    root: HtmlElement,
    layout: Layout,
    metas: Metas,
    content: list[int],
    url: str,
    site: Iterable[str],
    language: str,
) -> str | None:
    """The headline; `site` are names of the site and its publisher, which are none; `language`
    is the page's, for headings that are chrome."""
    names = {fold(name) for name in site if name} | set(_host_names(url))
    ballot = _Ballot()
    stated = list(_metadata(root, metas))
    for weight, text in stated:
        _vote_for_parts(ballot, text, weight, names)
    subject = {word for _, text in stated for word in _stems(text)}
    heads = [fold(text) for _, text in stated]
    for heading, weight in _headings(layout, content, names, language):
        text = _bare(_without_kicker(heading, heads))
        if fold(text) in names or _IS_DATE.fullmatch(text):
            continue
        own = _stems(text)
        if stated and own and len(own & subject) >= 0.3 * len(own):
            weight *= _ON_SUBJECT
        ballot.vote(text, weight, 5.0)
    return ballot.winner()


def _without_kicker(heading: Segment, heads: list[str]) -> str:
    """A heading's text without a line above or below it that stands in the same element.

    Such a line is known by its class, by its words that the rest repeats, or because the head of
    the page has the rest alone, but not the whole.
    """
    element = heading.element
    if len(element) == 1 and _is_blank(element.text) and _is_blank(element[0].tail):
        element = element[0]  # a link around it all
    if not _has_parts(element):
        return heading.text
    parts = [(_clean(element.text), False)]
    for child in element:
        if isinstance(child.tag, str):
            parts.append((_clean(_inner(child)), _is_kicker(child)))
        parts.append((_clean(child.tail), False))
    parts = [part for part in parts if fold(part[0])]
    if len(parts) < 2:
        return heading.text
    rest = " ".join(text for text, is_kicker in parts if not is_kicker)
    if any(is_kicker for _, is_kicker in parts) and len(rest) > _SHORT:
        return rest
    if parts[0][0].casefold() in " ".join(text for text, _ in parts[1:]).casefold():
        return " ".join(text for text, _ in parts[1:])
    whole = fold(heading.text)
    alone = [text for text, _ in parts if len(text) > _SHORT and fold(text) in heads]
    if not alone and not any(whole in head for head in heads):
        alone = [
            text
            for text, _ in parts
            if len(text) > _SHORT and any(fold(text) in head for head in heads)
        ]
    return max(alone, key=len) if alone else heading.text


def _is_kicker(element: HtmlElement) -> bool:
    return _KICKER.search((element.get("class") or "")[:200]) is not None


def _has_parts(element: HtmlElement) -> bool:
    """Whether an element holds more than one text, or one with no more than a link around it."""
    if len(element) == 1:
        return not (_is_blank(element.text) and _is_blank(element[0].tail))
    return len(element) > 1


def _is_blank(text: str | None) -> bool:
    return text is None or text.isspace()


def _inner(element: HtmlElement) -> str:
    return "".join(element.itertext()) if isinstance(element.tag, str) else ""


def _stems(text: str) -> set[str]:
    """Beginnings of the longer words: what a text is about."""
    return {word[:5].casefold() for word in _WORD.findall(text)}


def _vote_for_parts(ballot: _Ballot, text: str, weight: float, names: set[str]) -> None:
    """Vote for a text and for what is left of it without tails that may be the site's name."""
    if fold(text) in names:
        return
    breaks = list(_SEPARATOR.finditer(text))
    cut = False
    for match in reversed(breaks):
        tail = text[match.end() :]
        known = fold(tail) in names
        share = 0.9 if known else (0.25 if _SOFT.fullmatch(match[0]) else 0.6)
        if known:
            cut = True
        ballot.vote(text[: match.start()], weight * share, 1.0)
    if breaks and fold(text[: breaks[0].start()]) in names:
        cut = True
        ballot.vote(text[breaks[0].end() :], weight, 1.0)
    ballot.vote(text, weight * (0.1 if cut else 0.8), 1.0)


def _metadata(root: HtmlElement, metas: Metas) -> Iterator[tuple[float, str]]:
    """Headlines in the head, each with its weight."""
    title = root.find("head/title")
    if title is None:  # what stands before it has closed the head
        title = next((one for one in root.iter("title") if one.getparent().tag != "svg"), None)
    if title is not None and (text := _bare(title.text)):
        yield 1.0, text
    for name, weight in _TITLES.items():
        text = next((text for text in map(_bare, metas.get(name, ())) if text), "")
        if text:
            yield weight, text


def _headings(
    layout: Layout, content: list[int], names: set[str], language: str
) -> Iterator[tuple[Segment, float]]:
    """Visible headings that may be the headline, each with its weight."""
    chosen = set(content)
    before = dict.fromkeys(_LEVELS, 0)
    found: list[tuple[Segment, float]] = []
    first_rank: list[Segment] = []
    for place, segment in enumerate(layout.segments):
        if segment.kind != "heading" or segment.level not in before:
            continue
        if (
            before[segment.level] >= _HEADINGS
            or len(segment.text) > _LONGEST
            or fold(segment.text) in names
            or says_chrome(segment.text, language)
        ):
            continue
        before[segment.level] += 1
        weight = _LEVELS[segment.level] / before[segment.level]
        hints = 0
        index = segment.region
        steps = 0
        while index >= 0 and steps < 4:
            region = layout.regions[index]
            hints |= region.hints
            index = region.parent
            steps += 1
        if hints & _CHROME and not hints & Hint.ARTICLE:
            if segment.level > 1 and place not in chosen:
                continue
            weight *= 0.4
        elif segment.level == 1:
            first_rank.append(segment)
        if place in chosen:
            weight *= 1.2
        found.append((segment, weight))
    for segment, weight in found:
        alone = len(first_rank) == 1 and segment is first_rank[0]
        yield segment, weight * _ALONE if alone else weight


def _bare(text: str | None) -> str:
    """A headline without the day before it and the mark of a link to itself behind it."""
    text = _clean(text).rstrip(_LINK_MARKS)
    return _DAY_BEFORE.sub("", text, count=1)


def _clean(text: str | None) -> str:
    return " ".join(seen(text or "").split())[:_LONGEST]


def _host_names(url: str) -> Iterator[str]:
    """The host's name, with and without its ending: sites are called so."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return
    host = host.removeprefix("www.")
    if host.endswith("archive.org") and (inner := url.find("://", len("https://"))) > 0:
        yield from _host_names(f"http{url[inner:]}")
    labels = host.split(".")
    yield from (fold(label) for label in labels if len(label) > _SHORT_LABEL)
    for one, other in pairwise(labels[:-1]):
        yield fold(one + other)
        yield fold(other + one)
    if host:
        yield fold(host)
        yield fold(host.rsplit(".", 1)[0])
        yield fold(host.split(".")[0])
