"""Cuts a tree into segments: every piece of visible text, in reading order, chrome included.

One pass. Each segment knows how much of it is link or bold, and in which regions (block
elements) it lies; `parsers.content` decides on that which segments are the page's content.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from lxml.html import HtmlElement

from parsers.charset import seen
from parsers.hints import hints, tag_hint

DEEPEST = 240
"""Deepest nesting that is walked, in elements; libxml2 cuts off silently at some depth itself."""

_LINE = "\x1e"
_CELL_LONGEST = 400
_HARDLY_ANYTHING = 500

# What a tag does to the text that is gathered; from _BLOCK on it is a block of its own.
_INLINE, _LINK, _STRONG, _BREAK, _SKIPPED = range(5)
_BLOCK = 8
_HEADING, _ITEM, _LIST, _CELL, _ROW, _BOLD = 16, 32, 64, 128, 256, 512
_SKIPPED_TAGS = (
    "script style noscript template head title iframe object embed applet svg math canvas audio"
    " video map select textarea input option optgroup datalist meta link base param source track"
    " area frame frameset img picture progress meter rt rp"
)
_BLOCK_TAGS = (
    "html body address article aside blockquote center details dialog div dl fieldset"
    " figcaption figure footer form header hgroup hr legend listing main nav p plaintext pre"
    " search section tbody tfoot thead xmp caption label button"
)
_CODES = {
    "a": _LINK,
    "b": _STRONG,
    "strong": _STRONG,
    "br": _BREAK,
    **dict.fromkeys(_SKIPPED_TAGS.split(), _SKIPPED),
    **dict.fromkeys(_BLOCK_TAGS.split(), _BLOCK),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _BLOCK | _HEADING),
    "li": _BLOCK | _ITEM,
    **dict.fromkeys(("ul", "ol", "menu", "dir"), _BLOCK | _LIST),
    **dict.fromkeys(("td", "dd", "table"), _BLOCK | _CELL),
    **dict.fromkeys(("th", "dt"), _BLOCK | _CELL | _BOLD),
    "summary": _BLOCK | _BOLD,
    "tr": _BLOCK | _ROW,
}
_BULLET = re.compile(r"(?:[•·▪●○◦‣⁃∙■□►▶➢✓✔–—*-]|\(?\d{1,3}[.)]|[a-z]\))\s+(?=\S)")


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


def lay_out(root: HtmlElement) -> Layout:
    """All segments and regions of the tree under `root`, which has no comments.

    What stands in <noscript> is read only where there is hardly anything else: scripts draw
    such a page, and keep its text there for those who have none.

    Raises TooDeep for a tree nested deeper than `DEEPEST`.
    """
    body = root.find("body")
    top = root if body is None else body
    layout = _walked(top, _CODES)
    if _size(layout) < _HARDLY_ANYTHING and next(top.iter("noscript"), None) is not None:
        without_scripts = _walked(top, {**_CODES, "noscript": _BLOCK})
        if _size(without_scripts) > 2 * _size(layout):
            return without_scripts
    return layout


def _walked(top: HtmlElement, codes: dict[str, int]) -> Layout:
    """The layout of the elements in `top`; `codes` says what each tag does.

    One flat loop, because it runs for every element of every page: where an element comes whose
    parent is not the innermost open one, what was open has ended.
    """
    layout = Layout()
    segments, regions = layout.segments, layout.regions
    outside = top.getparent()
    nodes = [outside]  # elements that are open
    open_codes = [_INLINE]
    around: list[tuple[HtmlElement, int, str, int]] = []  # what was so outside of each open block
    element, region, kind, level = top, -1, "paragraph", 0
    pieces: list[str] = []  # of the running text
    marks: list[int] = []  # 1 within a link, 2 bold; one for each piece
    mark = links = bolds = lists = 0
    lines = after_link = False
    for node in chain(top.iter("*"), (None,)):
        parent = outside if node is None else node.getparent()
        while nodes[-1] is not parent:
            closed, code = nodes.pop(), open_codes.pop()
            if code >= _BLOCK:
                if pieces:
                    _flush(segments, pieces, marks, lines, element, region, kind, level)
                    pieces, marks, lines = [], [], False
                if code & _BOLD:
                    bolds -= 1
                    mark = (1 if links else 0) | (2 if bolds else 0)
                if code & _LIST:
                    lists -= 1
                own = regions[region]
                own.end = len(segments)
                if code & _ROW:
                    _make_row(layout, region)
                element, region, kind, level = around.pop()
                if kind == "item" and own.end > own.start:
                    kind, level = "paragraph", 0
            elif code:
                if code == _LINK:
                    links -= 1
                elif code == _STRONG:
                    bolds -= 1
                elif open_codes[-1] == _SKIPPED:
                    continue
                mark = (1 if links else 0) | (2 if bolds else 0)
            text = closed.tail
            if text:
                after_link = False
                if not text.isspace():
                    pieces.append(text)
                    marks.append(mark)
                elif pieces:
                    pieces.append(" ")
                    marks.append(mark)
            else:
                after_link = code == _LINK
        if node is None:
            break
        tag = node.tag
        code = codes.get(tag, _INLINE)
        if open_codes[-1] == _SKIPPED:
            nodes.append(node)
            open_codes.append(_SKIPPED)
            continue
        if code >= _BLOCK:
            if pieces:
                kind, level = _flush(segments, pieces, marks, lines, element, region, kind, level)
                pieces, marks, lines = [], [], False
            around.append((element, region, kind, level))
            attributes = node.items()
            found = hints(tag, attributes) if attributes else tag_hint(tag)
            name = (node.get("class") or "") if attributes else ""
            regions.append(Region(node, tag, region, len(segments), found, name))
            region, element = len(regions) - 1, node
            if code > _BLOCK:
                if code & _HEADING:
                    kind, level = "heading", int(tag[1])
                elif code & _ITEM:
                    kind, level = "item", lists or 1
                elif code & (_LIST | _CELL):
                    kind, level = "paragraph", 0
                    if code & _LIST:
                        lists += 1
                if code & _BOLD:
                    bolds += 1
                    mark |= 2
        elif code:
            if code == _LINK:
                if after_link and pieces:
                    pieces.append(" ")
                    marks.append(mark)
                links += 1
                mark |= 1
            elif code == _STRONG:
                bolds += 1
                mark |= 2
            else:
                if code == _BREAK:
                    lines = True
                    pieces.append(_LINE)
                    marks.append(0)
                nodes.append(node)
                open_codes.append(code)
                continue
        after_link = False
        nodes.append(node)
        open_codes.append(code)
        if len(nodes) > DEEPEST + 1:
            raise TooDeep(f"nested deeper than {DEEPEST} levels")
        text = node.text
        if text:
            if not text.isspace():
                pieces.append(text)
                marks.append(mark)
            elif pieces:
                pieces.append(" ")
                marks.append(mark)
    return layout


def _flush(
    segments: list[Segment],
    pieces: list[str],
    marks: list[int],
    lines: bool,
    element: HtmlElement,
    region: int,
    kind: str,
    level: int,
) -> tuple[str, int]:
    """End the running text: it becomes a segment, or one for each line. Returns the kind and
    level of what follows in the same block: the text below an item's first is no new item."""
    runs = _runs(pieces, marks) if lines and kind != "heading" else ((pieces, marks),)
    for words, flags in runs:
        whole = words[0] if len(words) == 1 else "".join(words)
        text = " ".join(whole.split())
        if not (text.isascii() and text.isprintable()):
            text = " ".join(seen(text).split())
        if not text:
            continue
        linked = 0
        bold = False
        if len(flags) == 1:
            linked = len(text) if flags[0] & 1 else 0
            bold = flags[0] > 1
        elif any(flags):
            inked = heavy = 0
            for piece, flag in zip(words, flags, strict=True):
                size = len(piece.strip())
                inked += size
                if flag & 1:
                    linked += size
                if flag & 2:
                    heavy += size
            linked = min(linked, len(text))
            bold = heavy >= inked > 0
        if kind == "paragraph" and not text[0].isupper() and _BULLET.match(text):
            segments.append(Segment("item", text, element, region, 1, (), bold, linked))
        else:
            segments.append(Segment(kind, text, element, region, level, (), bold, linked))
            if kind == "item":
                kind, level = "paragraph", 0
    return kind, level


def _runs(pieces: list[str], marks: list[int]) -> Iterator[tuple[list[str], list[int]]]:
    """The pieces of each line between line breaks; a wrapped sentence stays whole."""
    run: list[str] = []
    flags: list[int] = []
    last = ""  # the last letter of the lines gathered
    breaks = 0
    for piece, mark in zip(pieces, marks, strict=True):
        if piece is _LINE:
            breaks += 1
            continue
        ink = piece.strip()
        if not ink:
            if not breaks:
                run.append(" ")
                flags.append(0)
            continue
        if breaks and last:
            if breaks > 1 or not _continues(last, ink[0]):
                yield run, flags
                run, flags = [], []
            else:
                run.append(" ")
                flags.append(0)
        breaks = 0
        last = ink[-1]
        run.append(piece)
        flags.append(mark)
    if run:
        yield run, flags


def _continues(last: str, first: str) -> bool:
    """Whether a sentence goes on over a line break, by the letters before and after it."""
    return first.islower() or first in ",;:)" or last in ",-–"


def _make_row(layout: Layout, index: int) -> None:
    """Make one segment of a table row, unless the table is there for layout."""
    segments, regions = layout.segments, layout.regions
    region = regions[index]
    start = region.start
    inner_regions = regions[index + 1 :]
    cells: list[str] = []
    for cell in inner_regions:
        if cell.tag == "table":
            return
        if cell.tag in ("td", "th") and cell.parent == index:
            inner = segments[cell.start : cell.end]
            texts = [segment.text for segment in inner]
            if len(texts) > 6 or sum(map(len, texts)) > _CELL_LONGEST:
                return
            if len(texts) > 1 and any(s.kind == "heading" and s.level < 4 for s in inner):
                return
            cells.append(" ".join(texts))
    if sum(1 for cell in cells if cell) < 2:
        return
    parts = segments[start:]
    segments[start:] = [
        Segment(
            "row",
            " ".join(cell for cell in cells if cell),
            region.element,
            index,
            cells=tuple(cells),
            bold=all(segment.bold for segment in parts),
            linked=sum(segment.linked for segment in parts),
        )
    ]
    region.end = start + 1
    for part in inner_regions:
        part.start, part.end = start, start + 1


def _size(layout: Layout) -> int:
    return sum(len(segment.text) for segment in layout.segments)
