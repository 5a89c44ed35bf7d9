"""Cuts a tree into segments: every piece of visible text, in reading order, chrome included.

One pass. Each segment knows how much of it is link or bold, and in which regions (block
elements) it lies; `parsers.content` decides on that which segments are the page's content.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from parsers.charset import seen
from parsers.hints import hints, tag_hint

DEEPEST = 240
"""Deepest nesting that is walked, in elements; libxml2 cuts off silently at some depth itself."""

_SKIPPED_TAGS = (
    "script style noscript template head title iframe object embed applet svg math canvas audio"
    " video map select textarea input option optgroup datalist meta link base param source track"
    " area frame frameset img picture progress meter"
)
_SKIPPED = frozenset(_SKIPPED_TAGS.split())
_BLOCKS_TAGS = (
    "html body address article aside blockquote center dd details dialog dir div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main"
    " menu nav ol p plaintext pre search section summary table tbody td tfoot th thead tr ul xmp"
    " caption label button noscript"
)
_BLOCKS = frozenset(_BLOCKS_TAGS.split())
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_BOLD = frozenset(("b", "strong", "th", "dt", "summary"))
_LISTS = frozenset(("ul", "ol", "menu", "dir"))
_BULLET = re.compile(r"(?:[•·▪●○◦‣⁃∙■□►▶➢✓✔–—*-]|\(?\d{1,3}[.)]|[a-z]\))\s+(?=\S)")
_LINE = "\x1e"
_CELL_LONGEST = 400
_HARDLY_ANYTHING = 500


class TooDeep(ValueError):
    """The tree is nested deeper than anybody writes pages."""


@dataclass(slots=True)
class Region:
    """One block element of class `name`: its segments are `start` up to, not including, `end`."""

    element: HtmlElement
    tag: str
    parent: int
    start: int
    hints: int
    name: str
    end: int = 0


@dataclass(slots=True)
class Segment:
    """One piece of text; the fields up to `bold` are those of `parsers.document.Block`."""

    kind: str
    text: str
    element: HtmlElement
    region: int
    level: int = 0
    cells: tuple[str, ...] = ()
    bold: bool = False
    linked: int = 0


@dataclass(slots=True)
class Layout:
    """A page's segments and regions, in reading order."""

    segments: list[Segment] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)


@dataclass(slots=True)
class _Context:
    """Where the walk is: what the text that comes next will be."""

    element: HtmlElement
    region: int
    kind: str = "paragraph"
    level: int = 0


class _Walk:
    __slots__ = ("bolds", "layout", "lines", "links", "lists", "marks", "pieces", "skipped")

    def __init__(self, skipped: frozenset[str]) -> None:
        self.skipped = skipped
        self.layout = Layout()
        self.pieces: list[str] = []
        self.marks: list[int] = []  # 1 within a link, 2 bold; one for each piece
        self.links = 0
        self.bolds = 0
        self.lists = 0
        self.lines = False

    def add(self, text: str) -> None:
        if text.isspace():
            if not self.pieces:
                return
            text = " "
        self.pieces.append(text)
        self.marks.append((1 if self.links else 0) | (2 if self.bolds else 0))

    def flush(self, context: _Context) -> None:
        """End the running text: what was gathered becomes a segment, or one for each line."""
        if not self.pieces:
            return
        if not self.lines or context.kind == "heading":
            self.emit(context, self.pieces, self.marks)
        else:
            self.flush_lines(context)
        self.lines = False
        self.pieces = []
        self.marks = []

    def flush_lines(self, context: _Context) -> None:
        """A segment for each line between line breaks; a wrapped sentence stays whole."""
        pieces: list[str] = []
        marks: list[int] = []
        last = ""  # the last letter of the lines gathered
        breaks = 0
        for piece, mark in zip(self.pieces, self.marks, strict=True):
            if piece is _LINE:
                breaks += 1
                continue
            ink = piece.strip()
            if not ink:
                if not breaks:
                    pieces.append(" ")
                    marks.append(0)
                continue
            if breaks and last:
                if breaks > 1 or not _continues(last, ink[0]):
                    self.emit(context, pieces, marks)
                    pieces, marks = [], []
                else:
                    pieces.append(" ")
                    marks.append(0)
            breaks = 0
            last = ink[-1]
            pieces.append(piece)
            marks.append(mark)
        self.emit(context, pieces, marks)

    def emit(self, context: _Context, pieces: list[str], marks: list[int]) -> None:
        whole = "".join(pieces) if len(pieces) > 1 else pieces[0] if pieces else ""
        text = " ".join(seen(whole.replace(_LINE, " ")).split())
        if not text:
            return
        linked = bold = inked = 0
        if any(marks):
            for piece, mark in zip(pieces, marks, strict=True):
                size = len(piece.strip())
                inked += size
                if mark & 1:
                    linked += size
                if mark & 2:
                    bold += size
        kind, level = context.kind, context.level
        if kind == "item":
            context.kind, context.level = "paragraph", 0  # what follows in the li is no new item
        elif kind == "paragraph" and _BULLET.match(text):
            kind, level = "item", 1
        self.layout.segments.append(
            Segment(
                kind,
                text,
                context.element,
                context.region,
                level,
                bold=inked > 0 and bold >= inked,
                linked=min(linked, len(text)),
            )
        )

    def block(self, element: HtmlElement, tag: str, outer: _Context, depth: int) -> None:
        layout = self.layout
        index = len(layout.regions)
        attributes = element.items()
        region = Region(
            element,
            tag,
            outer.region,
            len(layout.segments),
            hints(tag, attributes) if attributes else tag_hint(tag),
            (element.get("class") or "") if attributes else "",
        )
        layout.regions.append(region)
        context = _Context(element, index, outer.kind, outer.level)
        heading = _HEADINGS.get(tag)
        bold = tag in _BOLD
        if heading is not None:
            context.kind, context.level = "heading", heading
        elif tag == "li":
            context.kind, context.level = "item", max(self.lists, 1)
        elif tag in _LISTS:
            self.lists += 1
            context.kind, context.level = "paragraph", 0
        elif tag in ("td", "th", "dd", "dt", "table"):
            context.kind, context.level = "paragraph", 0
        if bold:
            self.bolds += 1
        self.inside(element, context, depth)
        self.flush(context)
        if bold:
            self.bolds -= 1
        if tag in _LISTS:
            self.lists -= 1
        if outer.kind == "item" and len(layout.segments) > region.start:
            outer.kind, outer.level = "paragraph", 0
        region.end = len(layout.segments)
        if tag == "tr":
            self.row(element, index)

    def row(self, element: HtmlElement, index: int) -> None:
        """Make one segment of a table row, unless the table is there for layout."""
        layout = self.layout
        region = layout.regions[index]
        segments = layout.segments[region.start :]
        cells: list[str] = []
        for cell in layout.regions[index + 1 :]:
            if cell.tag == "table":
                return
            if cell.tag in ("td", "th") and cell.parent == index:
                inner = layout.segments[cell.start : cell.end]
                texts = [segment.text for segment in inner]
                if len(texts) > 6 or sum(map(len, texts)) > _CELL_LONGEST:
                    return
                if len(texts) > 1 and any(s.kind == "heading" and s.level < 4 for s in inner):
                    return
                cells.append(" ".join(texts))
        if sum(1 for cell in cells if cell) < 2:
            return
        del layout.segments[region.start :]
        layout.segments.append(
            Segment(
                "row",
                " ".join(cell for cell in cells if cell),
                element,
                index,
                cells=tuple(cells),
                bold=all(segment.bold for segment in segments),
                linked=sum(segment.linked for segment in segments),
            )
        )
        region.end = region.start + 1
        for part in layout.regions[index + 1 :]:
            part.start, part.end = region.start, region.end

    def inside(self, element: HtmlElement, context: _Context, depth: int) -> None:
        if depth > DEEPEST:
            raise TooDeep(f"nested deeper than {DEEPEST} levels")
        if text := element.text:
            self.add(text)
        was_link = False
        for child in element:
            tag = child.tag
            if tag in _BLOCKS:
                if tag not in self.skipped:
                    if self.pieces:
                        self.flush(context)
                    self.block(child, tag, context, depth + 1)
            elif not isinstance(tag, str) or tag in self.skipped:
                pass
            elif tag == "br":
                self.lines = True
                self.pieces.append(_LINE)
                self.marks.append(0)
            elif tag == "a":
                if was_link:
                    self.add(" ")
                self.links += 1
                self.inside(child, context, depth + 1)
                self.links -= 1
            elif tag in _BOLD:
                self.bolds += 1
                self.inside(child, context, depth + 1)
                self.bolds -= 1
            else:
                self.inside(child, context, depth + 1)
            tail = child.tail
            if tail:
                self.add(tail)
            was_link = tag == "a" and not tail


def _continues(last: str, first: str) -> bool:
    """Whether a sentence goes on over a line break, by the letters before and after it."""
    return first.islower() or first in ",;:)" or last in ",-–"


def lay_out(root: HtmlElement) -> Layout:
    """All segments and regions of the tree under `root`.

    What stands in <noscript> is read only where there is hardly anything else: scripts draw
    such a page, and keep its text there for those who have none.

    Raises TooDeep for a tree nested deeper than `DEEPEST`.
    """
    body = root.find("body")
    top = root if body is None else body
    layout = _walked(top, _SKIPPED)
    if _size(layout) < _HARDLY_ANYTHING and next(top.iter("noscript"), None) is not None:
        without_scripts = _walked(top, _SKIPPED - {"noscript"})
        if _size(without_scripts) > 2 * _size(layout):
            return without_scripts
    return layout


def _walked(top: HtmlElement, skipped: frozenset[str]) -> Layout:
    walk = _Walk(skipped)
    walk.block(top, str(top.tag), _Context(top, -1), 1)
    return walk.layout


def _size(layout: Layout) -> int:
    return sum(len(segment.text) for segment in layout.segments)
