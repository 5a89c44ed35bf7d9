"""Lists of a page, each with the words that introduce it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from parsers.document import Block, Document

_SHORT_LEAD = 240
_SHORT_LINE = 140
_LONGEST_LIST = 2000
_NUMBER = re.compile(r"^\s*(?:\(?\d{1,3}[.)]|[a-z]\)|[•·▪‣◦–—*-])\s*")
_BOLD_LEVEL = 7


@dataclass(slots=True)
class Listing:
    """A run of list items or table rows.

    lead: the heading, bold line or sentence right above it, "" for none. context: headings
    above it from the nearest to the page's own, then the paragraphs before the lead.
    """

    lead: str
    context: tuple[str, ...]
    items: list[Block] = field(default_factory=list)
    start: int = 0

    @property
    def rows(self) -> bool:
        """Whether this is a table: more than one telling cell in a row."""
        return all(len(_cells(block)) > 1 for block in self.items)

    @property
    def texts(self) -> list[str]:
        """The items' words without their numbers and bullets."""
        return [item_text(block) for block in self.items]


def _cells(block: Block) -> list[str]:
    """Cells of a row but for numbers and bullets, which make a table a list in disguise."""
    return [cell for cell in block.cells if without_number(f"{cell} ")]


def item_text(block: Block) -> str:
    """The words of an item or of a row's one telling cell, without number or bullet."""
    cells = _cells(block)
    return without_number(cells[0] if len(cells) == 1 else block.text)


def without_number(text: str) -> str:
    """An item's words without a number or bullet in front."""
    return _NUMBER.sub("", text, count=1).strip()


def read_listings(document: Document) -> list[Listing]:
    """All lists of the main content, in reading order."""
    found: list[Listing] = []
    headings: list[tuple[int, str]] = []
    paragraphs: list[str] = []
    earlier: list[str] = []
    blocks = document.blocks
    index = 0
    while index < len(blocks):
        block = blocks[index]
        if block.kind in ("item", "row"):
            end = _end_of_run(blocks, index)
        elif _opens_lines(blocks, index):
            paragraphs.append(block.text)
            index += 1
            end = _end_of_lines(blocks, index)
        else:
            if block.kind == "heading" or (block.bold and len(block.text) < _SHORT_LINE):
                level = block.level or _BOLD_LEVEL
                headings = [each for each in headings if each[0] < level]
                headings.append((level, block.text))
                earlier, paragraphs = paragraphs[-2:], []
            else:
                paragraphs.append(block.text)
            index += 1
            continue
        found.append(_listing(document, blocks[index:end], headings, paragraphs, earlier, index))
        index = end
    return found


def _listing(
    document: Document,
    items: list[Block],
    headings: list[tuple[int, str]],
    paragraphs: list[str],
    earlier: list[str],
    start: int,
) -> Listing:
    above = [text for _, text in reversed(headings)]
    lead = ""
    if paragraphs:
        if paragraphs[-1].endswith(":") or len(paragraphs[-1]) <= _SHORT_LEAD:
            lead = paragraphs[-1]
            above = [*above, *paragraphs[-3:-1]]
        else:
            above = [*above, paragraphs[-1]]
    elif above:
        lead, above = above[0], above[1:]
    above += earlier
    if document.headline and document.headline not in above:
        above.append(document.headline)
    return Listing(lead, tuple(above), items[:_LONGEST_LIST], start)


def _end_of_run(blocks: list[Block], index: int) -> int:
    kind = blocks[index].kind
    end = index
    while end < len(blocks) and blocks[end].kind == kind:
        end += 1
    return end


def _opens_lines(blocks: list[Block], index: int) -> bool:
    """Whether a paragraph ends in a colon and lines follow that stand for list items."""
    return (
        blocks[index].kind == "paragraph"
        and blocks[index].text.rstrip().endswith(":")
        and _end_of_lines(blocks, index + 1) - index > 2
    )


def _end_of_lines(blocks: list[Block], index: int) -> int:
    end = index
    while end < len(blocks) and _is_line(blocks[end]):
        end += 1
    return end


def _is_line(block: Block) -> bool:
    text = block.text
    return (
        block.kind == "paragraph"
        and not block.bold
        and len(text) < _SHORT_LINE
        and not text.endswith((".", ":", "?", "!"))
        and text[:1].isalnum()
    )
