"""Where a page's headline stands, how far its other lines are from it, and the line of a text."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement

from parsers.blocks import Region, Segment
from parsers.document import Document
from parsers.hints import hints

REACH = 900
"""How far below the headline a line is near it, in characters; above it a third of this."""
_STEPS = 200
_TITLES = 4
"""Headings up to this level may be a page's headline."""

Key = tuple[HtmlElement, bool]
"""Where a piece of text hangs: (x, False) is the text of x, (x, True) its tail."""

_INLINE_LIST = (
    "a abbr acronym b bdi bdo big cite code data dfn em font i img ins kbd label mark meta nobr q s"
    " small span strong sub sup time tt u var wbr svg path use button strike"
)
_INLINE = frozenset(_INLINE_LIST.split())
_UNREAD = frozenset(("script", "style", "noscript", "template", "svg", "option", "select"))


class Vicinity:
    """The lines of a page (or of one post on it) as seen from its headline.

    top: the element that holds them. headline: the number of the headline's segment in the
    page's layout, None where it is unknown. around: the elements that the headline lies in.
    """

    def __init__(self, document: Document) -> None:
        layout = document.layout
        body = document.root.find("body")
        self.top: HtmlElement = document.root if body is None else body
        self._all = layout.segments
        self._regions: dict[HtmlElement, Region] = {
            region.element: region for region in layout.regions
        }
        own = self._regions.get(self.top)
        self._start, self._end = (own.start, own.end) if own else (0, len(self._all))
        self._titles = [
            number
            for number in range(self._start, self._end)
            if self._all[number].kind == "heading" and self._all[number].level <= _TITLES
        ]
        self.headline = self._find_headline(document)
        self.around: set[HtmlElement] = set()
        self._lines: dict[HtmlElement, dict[Key, tuple[str, int]]] = {}
        self._below: dict[int, int] = {}
        self._above: dict[int, int] = {}
        if self.headline is None:
            return
        self.around.update(self._all[self.headline].element.iterancestors())
        self._below[self.headline] = 0
        for places, step, reach in ((self._below, 1, REACH), (self._above, -1, REACH // 3)):
            distance = 0
            number = self.headline + step
            while self._start <= number < self._end and len(places) < _STEPS:
                places[number] = distance
                distance += len(self._all[number].text)
                if distance > reach:
                    break
                number += step

    def segments(self) -> Iterator[tuple[int, Segment]]:
        """The segments with their numbers in the page's layout."""
        return ((number, self._all[number]) for number in range(self._start, self._end))

    def is_heading(self, number: int) -> bool:
        """Whether a segment is a heading that may be a headline."""
        segment = self._all[number]
        return segment.kind == "heading" and segment.level <= _TITLES

    def under_own_title(self, number: int) -> bool:
        """Whether the last heading before a segment is the headline, and the page's first rank."""
        if self.headline is None or number < self.headline:
            return False
        if not self.is_heading(self.headline) or self._all[self.headline].level != 1:
            return False
        return not any(self.headline < title <= number for title in self._titles)

    def distances(self, number: int) -> tuple[float, float]:
        """Characters between a segment and the headline, below and above it; -1.0 for far off."""
        return float(self._below.get(number, -1)), float(self._above.get(number, -1))

    def segment_of(self, element: HtmlElement) -> int:
        """The number of the segment that an element's text belongs to, or would belong to."""
        region = None
        outer: HtmlElement | None = element
        while outer is not None and region is None:
            region = self._regions.get(outer)
            outer = outer.getparent()
        if region is None:
            return self._start
        text = next((piece for piece in element.itertext() if piece.strip()), "")
        return self.line_with(region.start, text)

    def text_of(self, number: int) -> str:
        """The words of a segment."""
        return self._all[number].text if number < len(self._all) else ""

    def line_with(self, number: int, text: str) -> int:
        """The number of the segment with `text`, from `number` on within the same element."""
        wanted = " ".join(text.split())[:60]
        for candidate in range(number, min(number + 30, self._end)):
            if wanted and wanted in self._all[candidate].text:
                return candidate
        return number

    def texts_within(self, segment: Segment) -> Iterator[Key]:
        """The pieces of text that a segment may be made of, in reading order."""
        yield segment.element, False
        whole_row = segment.kind == "row"
        stack = [(child, False) for child in reversed(segment.element)]
        while stack:
            node, left = stack.pop()
            if left:
                yield node, True
                continue
            stack.append((node, True))
            tag = node.tag
            if not isinstance(tag, str) or tag in _UNREAD:
                continue
            if whole_row or node not in self._regions:
                yield node, False
                stack.extend((child, False) for child in reversed(node))

    def line_of(self, key: Key) -> tuple[HtmlElement, str, int] | None:
        """The line around a piece of text: its block, its words and where the piece begins in
        them. A line ends at a block's edge and at <br>."""
        node, is_tail = key
        block = node.getparent() if is_tail else node
        while block is not None and block.tag in _INLINE:
            block = block.getparent()
        if block is None:
            return None
        lines = self._lines.get(block)
        if lines is None:
            lines = self._lines[block] = _lines_in(block)
        line = lines.get(key)
        return None if line is None else (block, *line)

    def hints_of(self, element: HtmlElement) -> int:
        """What an element's markup says about its part on the page (`parsers.hints`)."""
        region = self._regions.get(element)
        return hints(element.tag, element.items()) if region is None else region.hints

    def _find_headline(self, document: Document) -> int | None:
        wanted = _squeezed(document.headline or "")
        best: tuple[int, int] | None = None
        for number in self._titles if wanted else ():
            text = _squeezed(self._all[number].text[:500])
            if text == wanted or wanted in text or (text in wanted and len(text) > 15):
                rank = (text != wanted) * 10 + self._all[number].level
                if best is None or rank < best[0]:
                    best = (rank, number)
        if best is not None:
            return best[1]
        for block in document.blocks if wanted else ():
            if block.position >= 0 and wanted in _squeezed(block.text[:500]):
                return block.position
        return next((title for title in self._titles if self._all[title].level == 1), None)


def _squeezed(text: str) -> str:
    return " ".join(text.split()).casefold()


def _lines_in(block: HtmlElement) -> dict[Key, tuple[str, int]]:
    """For each piece of text of a block: the line it is in, and where it begins in that line.

    Lines end at <br> and at the edges of inner blocks; what stands in those is their own.
    """
    found: dict[Key, tuple[str, int]] = {}
    line: list[tuple[Key, str]] = []
    for piece in _pieces(block):
        if piece is not None:
            line.append(piece)
        elif line:
            _end_line(line, found)
            line = []
    _end_line(line, found)
    return found


def _end_line(line: list[tuple[Key, str]], found: dict[Key, tuple[str, int]]) -> None:
    whole = " ".join([text for _, text in line])
    offset = 0
    for key, text in line:
        found[key] = (whole, offset)
        offset += len(text) + 1


def _pieces(block: HtmlElement) -> Iterator[tuple[Key, str] | None]:
    """Pieces of text of a block in reading order; None where a line ends."""
    if block.text and not block.text.isspace():
        yield (block, False), " ".join(block.text.split())
    stack: list[tuple[HtmlElement, bool]] = [(child, False) for child in reversed(block)]
    while stack:
        node, left = stack.pop()
        if not left and isinstance(node.tag, str):
            if node.tag not in _INLINE:
                yield None
            elif node.tag not in _UNREAD:
                if node.text and not node.text.isspace():
                    yield (node, False), " ".join(node.text.split())
                if len(node):
                    stack.append((node, True))
                    stack.extend([(child, False) for child in reversed(node)])
                    continue
        if node.tail and not node.tail.isspace():
            yield (node, True), " ".join(node.tail.split())
