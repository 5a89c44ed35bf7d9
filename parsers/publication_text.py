"""Dates that a reader sees on a page, and how likely each is the day of publication.

Only short lines count, and only by what is general to web pages: a label before the date, a
place of its own beside the headline, the names that designers give to a byline. A date in prose,
in a neighbour's teaser, a comment or a calendar is somebody else's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from lxml.html import HtmlElement

from languages.dates import DateSpan, names_month, read_dates
from parsers.document import Document
from parsers.hints import Hint, hints
from parsers.publication_labels import Meaning, meaning_before, meaning_within, without_labels
from parsers.publication_markup import machine_date
from parsers.vicinity import Key, Vicinity, line_of

CANDIDATES = 150
"""Most places with a date that are looked at on one page."""
_LINE = 240
"""Longest line that can be a byline, in characters."""

_YEARISH = re.compile(
    r"(?:19|20)[0-9]{2}|[0-9]{1,2}(?: ?[./|-] ?)[0-9]{1,2}(?: ?[./|-] ?)'?[0-9]{2}|['’][0-9]{2}"
)
_DAYISH = re.compile(r"(?<![0-9])[0-9]{1,2}(?![0-9])|(?:19|20)[0-9]{3,6}")
_SHORT_YEARISH = re.compile(r"[^\W\d_]\.?,? [0-9]{2}\b")
_UNREAD = frozenset(("script", "style", "noscript", "option", "select", "template", "head"))
_DATE_ITEMS = frozenset(("datePublished", "dateCreated", "dateModified"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4"))

# What designers call the place of a date. "date" may stand glued: "pubdate", "postdate".
_NAME_WORD = re.compile(r"[A-Z]?[a-z]{1,20}|[A-Z]{2,20}")
_DATE_NAMES_LIST = (
    "published publish publication pubdate dateline datetime timestamp date datum postdate"
    " entrydate newsdate data datepublished postedon posted time fecha zeit meldungsdatum"
)
_DATE_NAMES = frozenset(_DATE_NAMES_LIST.split())
_PUBLISHED_NAMES_LIST = "published publish publication pubdate datepublished posted"
_PUBLISHED_NAMES = frozenset(_PUBLISHED_NAMES_LIST.split())
_BYLINE_NAMES_LIST = (
    "byline meta postmeta entrymeta author info details infos postinfo autor credits headline"
    " subtitle kicker submitted articleinfo articlemeta"
)
_BYLINE_NAMES = frozenset(_BYLINE_NAMES_LIST.split())
_MODIFIED_NAMES_LIST = "updated modified lastmod lastupdate dtreviewed changed"
_MODIFIED_NAMES = frozenset(_MODIFIED_NAMES_LIST.split())
_OTHER_NAMES_LIST = (
    "event events calendar start end termin termine deadline copyright cal tribe birth expiry"
    " clock today currentdate now weather"
)
_OTHER_NAMES = frozenset(_OTHER_NAMES_LIST.split())


@dataclass(slots=True)
class Candidate:
    """A date on the page: its value, its words and what speaks for and against it."""

    value: str
    raw: str
    meaning: Meaning | None
    shape: tuple[str, ...]
    features: dict[str, float] = field(default_factory=dict)
    score: float = 0.0


@lru_cache(maxsize=4096)
def _name_hints(names: str) -> frozenset[str]:
    """What a class attribute says about a date: date, published, byline, modified, other."""
    found: set[str] = set()
    words = [word.lower() for word in _NAME_WORD.findall(names[:200])]
    for word in words:
        if word in _PUBLISHED_NAMES:
            found.add("published")
        if word in _DATE_NAMES or (word.endswith("date") and word[-6:] != "update"):
            found.add("date")
        if word in _BYLINE_NAMES:
            found.add("byline")
        if word in _MODIFIED_NAMES or word == "update":
            found.add("modified")
        if word in _OTHER_NAMES:
            found.add("other")
    return frozenset(found)


def visible_dates(document: Document) -> list[Candidate]:
    """All dates of the page that might be the publication's or the last change's, in its order."""
    body = document.root.find("body")
    places = list(_places(document.root if body is None else body))
    headline = _headline(document, places)
    vicinity = Vicinity(headline)
    tongues = _tongues(document)
    found: list[Candidate] = []
    seen: set[tuple[HtmlElement, str]] = set()
    among_headings = headline is not None and headline[0].tag in _HEADINGS
    heading: HtmlElement | None = None
    passed = not among_headings
    looked_at = 0
    for node, is_tail, kind in places:
        if kind == "heading":
            heading = node
            passed = passed or (headline is not None and node is headline[0])
            continue
        looked_at += 1
        if looked_at > CANDIDATES:
            break
        if kind == "stamp":
            candidates = _read_stamp(node, tongues, seen, vicinity)
        else:
            candidates = _read_text((node, is_tail), tongues, seen, vicinity)
        for candidate in candidates:
            above = candidate.features["above"] >= 0
            candidate.features["passed"] = float(passed and not above)
            candidate.features["own_heading"] = float(
                headline is not None and headline[0].tag == "h1" and heading is headline[0]
            )
            found.append(candidate)
    _note_repeated(found)
    return found


def _places(body: HtmlElement) -> Iterator[tuple[HtmlElement, bool, str]]:
    """In reading order: headings, machine-readable stamps, and texts that may hold a year."""
    waiting: list[HtmlElement] = []  # elements with a tail that looks like a date
    for node in body.iter():
        while waiting and node.getparent() in (waiting[-1].getparent(), None):
            yield waiting.pop(), True, "text"
        tag = node.tag
        if isinstance(tag, str) and tag not in _UNREAD:
            if tag in _HEADINGS:
                yield node, False, "heading"
            elif tag == "time" or node.get("itemprop") in _DATE_ITEMS:
                yield node, False, "stamp"
            if _yearish(node.text):
                yield node, False, "text"
        if _yearish(node.tail) and node is not body:
            if len(node):
                waiting.append(node)
            else:
                yield node, True, "text"
    while waiting:
        yield waiting.pop(), True, "text"


def _yearish(text: str | None) -> bool:
    if not text or not ("1" in text or "2" in text or "0" in text):
        return False
    return bool(_YEARISH.search(text) or (len(text) < 60 and _SHORT_YEARISH.search(text)))


def _headline(document: Document, places: list[tuple[HtmlElement, bool, str]]) -> Key | None:
    """Where the page's headline stands."""
    headings = [node for node, _, kind in places if kind == "heading"]
    wanted = _squeezed(document.headline or "")
    best: tuple[int, HtmlElement] | None = None
    for node in headings if wanted else ():
        text = _squeezed("".join(node.itertext())[:500])
        if text and (text == wanted or wanted in text or (text in wanted and len(text) > 15)):
            rank = (text != wanted) * 10 + int(node.tag[1])
            if best is None or rank < best[0]:
                best = (rank, node)
    if best is not None:
        return best[1], False
    for block in document.blocks if wanted else ():
        if wanted in _squeezed(block.text[:500]):
            for node in block.element.iter():
                if _squeezed(node.text or "") == wanted:
                    return node, False
                if node is not block.element and _squeezed(node.tail or "") == wanted:
                    return node, True
            return block.element, False
    return next(((node, False) for node in headings if node.tag == "h1"), None)


def _squeezed(text: str) -> str:
    return " ".join(text.split()).casefold()


def _tongues(document: Document) -> list[str]:
    """Languages to read dates in: the text's, the chrome's, English."""
    declared = (document.root.get("lang") or "").lower().replace("_", "-")
    own = document.language
    first = declared if declared[:2] == own else own
    return list(dict.fromkeys(tongue for tongue in (first, declared, "en") if tongue))


def _read_stamp(
    place: HtmlElement,
    tongues: list[str],
    seen: set[tuple[HtmlElement, str]],
    vicinity: Vicinity,
) -> list[Candidate]:
    """A date in an element's datetime or content attribute."""
    stamp = place.get("datetime") or place.get("content") or ""
    read = machine_date(stamp, tongues[0]) if stamp else None
    if read is None:
        return []
    text = " ".join("".join(place.itertext())[:100].split())
    key = _first_text(place)
    line = line_of(key)
    before, after, block = "", "", place
    if line is not None and text and text in line[1]:
        block = line[0]
        before, _, after = line[1].partition(text)
    seen.add((block, read[0][:10]))
    features = _features(place, before, after, vicinity, key)
    features["time_tag"] = 1.0
    item = place.get("itemprop")
    features["itemprop"] = float(item in ("datePublished", "dateCreated"))
    meaning = "modified" if item == "dateModified" else _meaning(before)
    return [Candidate(read[0], text or stamp, meaning, _shape(block), features)]


def _read_text(
    key: Key,
    tongues: list[str],
    seen: set[tuple[HtmlElement, str]],
    vicinity: Vicinity,
) -> list[Candidate]:
    """The dates in the line around a piece of text."""
    line = line_of(key)
    if line is None:
        return []
    block, text, offset = line
    if len(text) > _LINE:
        return _read_prose(block, text, offset, key, tongues, seen, vicinity)
    spans = _dates(text, tongues)
    if not spans:
        block, text, spans = _widened(block, text, tongues)
    found = []
    for n, span in enumerate(spans):
        if (block, span.start[:10]) in seen or span.precision not in ("day", "minute"):
            continue
        seen.add((block, span.start[:10]))
        before = text[spans[n - 1].span[1] if n else 0 : span.span[0]]
        features = _features(key[0], text[: span.span[0]], text[span.span[1] :], vicinity, key)
        features["range"] = float(bool(span.end))
        found.append(Candidate(span.start, span.raw, _meaning(before), _shape(block), features))
    return found


def _first_text(element: HtmlElement) -> Key:
    for node in element.iter():
        if isinstance(node.tag, str) and node.text and node.text.strip():
            return node, False
    return element, False


def _dates(text: str, tongues: list[str]) -> list[DateSpan]:
    """The dates of a text in the first language that knows a day there."""
    if not _DAYISH.search(text):
        return []  # a year alone, as in "© 2019"
    for tongue in tongues:
        if tongue is not tongues[0] and not names_month(text, tongue):
            continue  # what numbers say was read in the first language
        spans = read_dates(text, tongue)
        if any(span.precision in ("day", "minute") for span in spans):
            return spans
    return []


def _widened(
    block: HtmlElement, text: str, tongues: list[str]
) -> tuple[HtmlElement, str, list[DateSpan]]:
    """A date in several small blocks, as on a calendar's leaf: read in the block around them."""
    for _ in range(2):
        if len(text) > 14:
            break
        block = block.getparent()
        if block is None or block.tag in ("body", "html"):
            break
        text = ""
        for piece in block.itertext():
            text += " " + piece.strip()
            if len(text) > 80:
                break
        text = " ".join(text.split())
        spans = _dates(text, tongues) if len(text) <= 80 else []
        if spans:
            return block, text, spans
    return block, text, []


def _read_prose(
    block: HtmlElement,
    text: str,
    offset: int,
    key: Key,
    tongues: list[str],
    seen: set[tuple[HtmlElement, str]],
    vicinity: Vicinity,
) -> list[Candidate]:
    """A date within a long line counts only where a label stands before it, or at its start."""
    start = max(offset - 80, 0)
    found = []
    for span in _dates(text[start : offset + 60], tongues[:1])[:1]:
        before = text[start : start + span.span[0]]
        meaning = meaning_before(before)
        dateline = start == 0 and span.span[0] < 30
        if (meaning is None and not dateline) or (block, span.start[:10]) in seen:
            continue
        seen.add((block, span.start[:10]))
        features = _features(key[0], before, text[start + span.span[1] :], vicinity, key)
        features["prose"] = 1.0
        features["range"] = float(bool(span.end))
        found.append(Candidate(span.start, span.raw, meaning, _shape(block), features))
    return found


def _meaning(before: str) -> Meaning | None:
    return meaning_before(before) or meaning_within(before)


def _features(
    node: HtmlElement, before: str, after: str, vicinity: Vicinity, key: Key
) -> dict[str, float]:
    words_before, words_after = len(without_labels(before)), len(without_labels(after[:200]))
    features = {
        "rest": float(min(words_before + words_after, 20)),
        "within": float(min(words_before, words_after) >= 2),
    }
    below, above = vicinity.below.get(key), vicinity.above.get(key)
    features["below"] = -1.0 if below is None else float(below)
    features["above"] = -1.0 if above is None else float(above)
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
        if element.tag == "a" and depth < 3:
            features["link"] = 1.0
        if element.tag in _HEADINGS:
            features["in_heading"] = 1.0
        region |= hints(element.tag, element.items())
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


def _note_repeated(found: list[Candidate]) -> None:
    """Marks the dates of a list: others on the page stand in markup of the same shape."""
    days: dict[tuple[str, ...], set[str]] = {}
    for candidate in found:
        days.setdefault(candidate.shape, set()).add(candidate.value[:10])
    for candidate in found:
        candidate.features["alike"] = float(len(days[candidate.shape]))


def _shape(block: HtmlElement) -> tuple[str, ...]:
    """How the markup around a date looks: tags and classes of its block and two around it."""
    shape = []
    element = block
    for _ in range(3):
        if element is None:
            break
        shape.append(f"{element.tag}.{element.get('class') or ''}")
        element = element.getparent()
    return tuple(shape)
