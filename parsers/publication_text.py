"""Dates that a reader sees on a page, and how likely each is the day of publication.

Only short lines count, and only by what is general to web pages: a label before the date, a
place of its own beside the headline, the names that designers give to a byline. A date in prose,
in a neighbour's teaser, a comment or a calendar is somebody else's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from items import Precision
from languages.dates import DateSpan, names_month, read_dates
from parsers.document import Document
from parsers.publication_features import features_of, shape_of
from parsers.publication_labels import (
    Meaning,
    meaning_before,
    meaning_behind,
    meaning_within,
    mentions_label,
)
from parsers.publication_markup import machine_date
from parsers.publication_names import DATE_ITEMS, PUBLISHED_ITEMS
from parsers.vicinity import Key, Vicinity

CANDIDATES = 150
"""Most places with a date that are looked at on one page."""
_LINE = 240
"""Longest line that can be a byline, in characters."""
_BEFORE = 80
"""How far before a year in prose a label may stand, in characters."""
_DATELINE = 100
"""Where in prose a year may stand that belongs to a dateline, in characters."""
_YEARS_IN_PROSE = 8
_LEAF = 14
"""Longest text that may be a part of a date on a calendar's leaf."""

# A year: 1997, 5.6.97 or '97. The first sign stands alone, so that it is found fast.
_YEARISH = re.compile(
    r"[0-9'’](?:(?:(?<=1)9|(?<=2)0)[0-9]{2}"
    r"|(?<=[0-9])[0-9]? ?[./|-] ?[0-9]{1,2} ?[./|-] ?'?[0-9]{2}|(?<=['’])[0-9]{2})"
)
_DAYISH = re.compile(r"(?<![0-9])[0-9]{1,2}(?![0-9])|(?:19|20)[0-9]{3,6}")
_SHORT_YEARISH = re.compile(r" (?:(?<=[^\W\d_] )|(?<=[^\W\d_][.,] )|(?<=[^\W\d_]\., ))[0-9]{2}\b")
_ENGLISH_PATH = re.compile(r"/en-([a-z]{2})(?=/|$)", re.IGNORECASE)
_WORLDWIDE = frozenset(("us", "ca", "ph", "co", "io", "tv", "me", "ai", "cc", "fm", "ly", "ws"))
_NUMERIC = re.compile(r"[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{4}")
_ITEMS = etree.XPath("descendant::*/@itemprop[starts-with(., 'date')]/..")


@dataclass(slots=True)
class Candidate:
    """A date on the page: its value, its words and what speaks for and against it."""

    value: str
    raw: str
    meaning: Meaning | None
    shape: tuple[str, ...]
    features: dict[str, float] = field(default_factory=dict)
    score: float = 0.0


def visible_dates(document: Document) -> list[Candidate]:
    """All dates of the page that might be the publication's or the last change's, in its order.

    Kept with the document: what was found is given again.
    """
    if document.dates_seen is None:
        document.dates_seen = _visible_dates(document)
    found: list[Candidate] = document.dates_seen
    return found


def _visible_dates(document: Document) -> list[Candidate]:
    vicinity = Vicinity(document)
    tongues = _tongues(document)
    found: list[Candidate] = []
    seen: set[tuple[HtmlElement | str, ...]] = set()
    headline = vicinity.headline
    among_headings = headline is not None and vicinity.is_heading(headline)
    for place in islice(_places(vicinity), CANDIDATES):
        if place.stamp is not None:
            candidates = _read_stamp(place, seen, vicinity)
        else:
            candidates = _read_text(place, tongues, seen, vicinity)
        for candidate in candidates:
            above = candidate.features["above"] >= 0
            passed = not among_headings or (headline is not None and place.segment >= headline)
            candidate.features["passed"] = float(passed and not above)
            candidate.features["own_heading"] = float(vicinity.under_own_title(place.segment))
            found.append(candidate)
    _note_repeated(found)
    _note_threads(found)
    _agree_on_order(found)
    titled = {span.start[:10] for span in _dates(document.headline or "", tongues)}
    for candidate in found:
        candidate.features["in_title"] = float(candidate.value[:10] in titled)
    return found


def _english(url: str) -> str:
    """English with the region that an address tells: "02/10/2020" is October in most of them."""
    parts = urlsplit(url[:500])
    told = _ENGLISH_PATH.match(parts.path)
    if told:
        return f"en-{told[1]}"
    country = (parts.hostname or "").rpartition(".")[2]
    return f"en-{country}" if len(country) == 2 and country not in _WORLDWIDE else "en"


@dataclass(slots=True)
class _Place:
    """A text that may hold a year, or a date for machines; `segment` is its line on the page."""

    segment: int
    key: Key
    stamp: tuple[str, Precision] | None = None


def _places(vicinity: Vicinity) -> list[_Place]:
    """In reading order: dates for machines, then texts that may hold a year."""
    found = []
    for element in vicinity.top.iter("time", "abbr"):
        stamp = _stamp_of(element)
        if stamp is not None:
            found.append(_Place(vicinity.segment_of(element), (element, False), stamp))
    for element in _ITEMS(vicinity.top):
        stamp = _stamp_of(element) if element.tag != "time" else None
        if stamp is not None:
            found.append(_Place(vicinity.segment_of(element), (element, False), stamp))
    walked: set[HtmlElement] = set()
    for number, segment in vicinity.segments():
        if segment.element in walked or not _promising(segment.text):
            continue
        walked.add(segment.element)
        for key in vicinity.texts_within(segment):
            text = key[0].tail if key[1] else key[0].text
            if _yearish(text):
                line = vicinity.line_with(number, text or "")
                if _promising(vicinity.text_of(line)):
                    found.append(_Place(line, key))
        if len(found) > 2 * CANDIDATES:
            break
    found.sort(key=lambda place: place.segment)
    return found


def _stamp_of(element: HtmlElement) -> tuple[str, Precision] | None:
    """The date in an attribute of a <time>, an <abbr> or an element that is named a date."""
    named = element.get("datetime") or element.get("content") or ""
    if not named and element.tag != "time" and not element.get("itemprop"):
        named = element.get("title") or ""
        return machine_date(named) if named[:2] in ("19", "20") else None
    if not named and element.get("itemprop") in DATE_ITEMS:
        named = next((text for name, text in element.items() if name.endswith("date")), "")
    return machine_date(named) if named else None


def _promising(text: str) -> bool:
    """Whether a line may hold a day and a year, or so little that its neighbours may complete it.

    Long lines are prose: the day must stand at its beginning or behind a label.
    """
    if not _yearish(text):
        return False
    if len(text) > _LINE:
        return any(
            year.start() < _DATELINE
            or mentions_label(text[max(year.start() - _BEFORE, 0) : year.end()])
            for year in islice(_YEARISH.finditer(text), _YEARS_IN_PROSE)
        )
    return len(text) <= _LEAF or _DAYISH.search(text) is not None


def _yearish(text: str | None) -> bool:
    if not text or not ("1" in text or "2" in text or "0" in text):
        return False
    return bool(_YEARISH.search(text) or (len(text) < 60 and _SHORT_YEARISH.search(text)))


def _tongues(document: Document) -> list[str]:
    """Languages to read dates in: the text's, the chrome's, English."""
    declared = (document.root.get("lang") or "").lower().replace("_", "-")
    own = document.language
    first = declared if declared[:2] == own else own
    if first == "en":
        first = _english(document.url)
    return list(dict.fromkeys(tongue for tongue in (first, declared, "en") if tongue))


def _read_stamp(
    place: _Place,
    seen: set[tuple[HtmlElement | str, ...]],
    vicinity: Vicinity,
) -> list[Candidate]:
    """A date in an element's attribute, with the words around the element."""
    element = place.key[0]
    read = place.stamp
    if read is None:
        return []
    text = " ".join("".join(element.itertext())[:100].split())
    line = vicinity.line_of(_first_text(element))
    before, after, block = "", "", element
    if line is not None and text and text in line[1]:
        block = line[0]
        before, _, after = line[1].partition(text)
    seen.add((block, read[0][:10]))
    features = features_of(element, before, after, vicinity, place.segment)
    features["time_tag"] = 1.0
    item = element.get("itemprop")
    meaning: Meaning | None
    if item == "dateModified":
        meaning = "modified"
    else:
        meaning = meaning_before(before) if item in PUBLISHED_ITEMS else _meaning(before)
        meaning = _unless_marked(meaning, features)
    return [Candidate(read[0], text or read[0], meaning, shape_of(block), features)]


def _read_text(
    place: _Place,
    tongues: list[str],
    seen: set[tuple[HtmlElement | str, ...]],
    vicinity: Vicinity,
) -> list[Candidate]:
    """The dates in the line around a piece of text."""
    line = vicinity.line_of(place.key)
    if line is None:
        return []
    block, text, offset = line
    if len(text) > _LINE:
        return _read_prose(block, text, offset, place, tongues, seen, vicinity)
    if (block, "line", text) in seen:
        return []
    seen.add((block, "line", text))
    spans = _dates(text, tongues)
    if not spans:
        block, text, spans = _widened(block, text, tongues)
    found = []
    node = place.key[0]
    for n, span in enumerate(spans):
        if (block, span.start[:10]) in seen or span.precision not in ("day", "minute"):
            continue
        seen.add((block, span.start[:10]))
        before = text[spans[n - 1].span[1] if n else 0 : span.span[0]]
        after = text[span.span[1] :]
        features = features_of(node, text[: span.span[0]], after, vicinity, place.segment)
        features["range"] = float(bool(span.end))
        meaning = _unless_marked(_meaning(before, after), features)
        found.append(Candidate(span.start, span.raw, meaning, shape_of(block), features))
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
    if "年" in text:
        tongues = ["zh"]  # Japanese and Chinese dates are written alike
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
        if len(text) > _LEAF:
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
    place: _Place,
    tongues: list[str],
    seen: set[tuple[HtmlElement | str, ...]],
    vicinity: Vicinity,
) -> list[Candidate]:
    """A date within a long line counts only where a label stands before it, or at its start."""
    start = max(offset - _BEFORE, 0)
    found = []
    for span in _dates(text[start : offset + 60], tongues[:1])[:1]:
        before = text[start : start + span.span[0]]
        meaning = meaning_before(before)
        dateline = start == 0 and span.span[0] < 30
        if (meaning is None and not dateline) or (block, span.start[:10]) in seen:
            continue
        seen.add((block, span.start[:10]))
        after = text[start + span.span[1] :]
        features = features_of(place.key[0], before, after, vicinity, place.segment)
        features["prose"] = 1.0
        features["range"] = float(bool(span.end))
        found.append(Candidate(span.start, span.raw, meaning, shape_of(block), features))
    return found


def _meaning(before: str, after: str = "") -> Meaning | None:
    return meaning_before(before) or meaning_within(before) or meaning_behind(after)


def _unless_marked(meaning: Meaning | None, features: dict[str, float]) -> Meaning | None:
    """The label's meaning; markup that says "published" outweighs a theme's "Updated"."""
    return None if meaning == "modified" and features.get("itemprop") else meaning


def _note_repeated(found: list[Candidate]) -> None:
    """Marks the dates of a list: others on the page stand in markup of the same shape."""
    values: dict[tuple[str, ...], set[str]] = {}
    for candidate in found:
        values.setdefault(candidate.shape, set()).add(candidate.value)
    for candidate in found:
        candidate.features["alike"] = float(len(values[candidate.shape]))


def _note_threads(found: list[Candidate]) -> None:
    """Tells the "start date" of a discussion from an event's: its first post is of that day."""
    days = [candidate.value[:10] for candidate in found if candidate.features.get("comment")]
    for candidate in found:
        commented = candidate.features.get("comment")
        if candidate.meaning == "other" and not commented and candidate.value[:10] in days[:1]:
            candidate.meaning = "published"


def _agree_on_order(found: list[Candidate]) -> None:
    """Reads "02/11/2023" in the order that another date of the page, in words, confirms."""
    told = {c.value[:10] for c in found if any(letter.isalpha() for letter in c.raw[:12])}
    for candidate in found:
        if candidate.value[:10] in told or not _NUMERIC.match(candidate.raw):
            continue
        year, month, day = candidate.value[:10].split("-")
        turned = f"{year}-{day}-{month}"
        if turned in told:
            candidate.value = turned + candidate.value[10:]
