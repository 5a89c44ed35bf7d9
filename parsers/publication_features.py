"""What stands around a date on a page: its words, its elements' names, its part of the page."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml.html import HtmlElement

from parsers.hints import Hint
from parsers.publication_labels import without_labels
from parsers.publication_names import (
    BYLINE_CLASSES,
    DATE_CLASSES,
    MODIFIED_CLASSES,
    OTHER_CLASSES,
    PUBLISHED_CLASSES,
    PUBLISHED_ITEMS,
)
from parsers.vicinity import Vicinity

HEADINGS = frozenset(("h1", "h2", "h3", "h4"))

_PLACE = 2
"""Most words of the place before the date in a dateline."""
_DASHES = tuple(")-–—:|")

_NAME_WORD = re.compile(r"[A-Z]?[a-z]{1,20}|[A-Z]{2,20}")
# How style sheets' tools say that a box is set at its start or end.
_LOOKS = re.compile(r"\b(?:items|justify|content|self|place|text|flex|align)-(?:start|end)\b")


@lru_cache(maxsize=4096)
def _name_hints(names: str) -> frozenset[str]:
    """What a class attribute says about a date: date, published, byline, modified, other."""
    found: set[str] = set()
    names = _LOOKS.sub(" ", names[:200])
    for word in map(str.lower, _NAME_WORD.findall(names)):
        if word in PUBLISHED_CLASSES:
            found.add("published")
        if word in DATE_CLASSES or (word.endswith("date") and word[-6:] != "update"):
            found.add("date")  # also glued: "eventdate"
        if word in BYLINE_CLASSES:
            found.add("byline")
        if word in MODIFIED_CLASSES:
            found.add("modified")
        if word in OTHER_CLASSES:
            found.add("other")
    return frozenset(found)


def features_of(
    node: HtmlElement, before: str, after: str, vicinity: Vicinity, segment: int
) -> dict[str, float]:
    """What the words around a date and the names of the elements around it say."""
    words_before, words_after = len(without_labels(before)), len(without_labels(after[:200]))
    features: dict[str, float] = {
        "rest": float(min(words_before + words_after, 20)),
        "within": float(min(words_before, words_after) >= 2),
        "dateline": float(words_before <= _PLACE and after.lstrip(" .")[:1] in _DASHES),
    }
    features["below"], features["above"] = vicinity.distances(segment)
    named: set[str] = set()
    region = 0
    element = node
    for depth in range(30):
        if element is None or element.tag in ("body", "html"):
            features["outermost"] = 1.0  # no wrapper that also holds the headline
            break
        if element in vicinity.around:
            break
        names = element.get("class")
        if names and depth < 4:
            named |= _name_hints(names)
        if depth < 3 and element.get("id"):
            named |= _name_hints(element.get("id"))
        if depth < 3 and element.get("itemprop") in PUBLISHED_ITEMS:
            features["itemprop"] = 1.0
        if depth < 3 and element.tag == "time":
            features["time_tag"] = 1.0
        if element.tag == "a" and depth < 3:
            features["link"] = 1.0
        if element.tag == "blockquote":
            features["quote"] = 1.0  # a post of another site, shown within the text
        if element.tag in HEADINGS:
            features["in_heading"] = 1.0
        region |= vicinity.hints_of(element)
        element = element.getparent()
    for name in named:
        features[name] = 1.0
    for name, hint in _REGIONS:
        if region & hint:
            features[name] = 1.0
    return features


_REGIONS = (
    ("comment", Hint.COMMENT),
    ("side", Hint.SIDE),
    ("related", Hint.RELATED),
    ("nav", Hint.NAV),
    ("footer", Hint.FOOTER),
    ("header", Hint.HEADER),
    ("card", Hint.CARD),
    ("article", Hint.ARTICLE | Hint.CONTENT),
    ("caption", Hint.CAPTION),
    ("form", Hint.FORM),
)


def shape_of(block: HtmlElement) -> tuple[str, ...]:
    """How the markup around a date looks: tags and classes of its block and two around it."""
    shape = []
    element = block
    for _ in range(3):
        if element is None:
            break
        shape.append(f"{element.tag}.{element.get('class') or ''}")
        element = element.getparent()
    return tuple(shape)
