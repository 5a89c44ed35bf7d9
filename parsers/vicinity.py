"""The pieces of text around a page's headline, and the line that a piece of text stands in."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

REACH = 900
"""How far below the headline the text is walked, in characters; above it a third of this."""
_STEPS = 200
_LINE_LIMIT = 600

Key = tuple[HtmlElement, bool]
"""Where a piece of text hangs: (x, False) is the text of x, (x, True) its tail."""

_INLINE_LIST = (
    "a abbr acronym b bdi bdo big cite code data dfn em font i img ins kbd label mark meta nobr q s"
    " small span strong sub sup time tt u var wbr svg path use button strike"
)
_INLINE = frozenset(_INLINE_LIST.split())
_UNREAD = frozenset(("script", "style", "noscript", "template", "svg"))


class Vicinity:
    """How far each piece of text stands from the headline, in characters."""

    def __init__(self, headline: Key | None) -> None:
        self.below: dict[Key, int] = {}
        self.above: dict[Key, int] = {}
        self.around: set[HtmlElement] = set()
        if headline is None:
            return
        element, is_tail = headline
        self.around.update(element.iterancestors())
        for places, walk, reach in (
            (self.below, _following(element, is_tail), REACH),
            (self.above, _preceding(element, is_tail), REACH // 3),
        ):
            distance = 0
            for key, text in islice(walk, _STEPS):
                if key == headline:
                    continue
                places[key] = distance
                distance += len(text)
                if distance > reach:
                    break


def _following(element: HtmlElement, behind_tail: bool) -> Iterator[tuple[Key, str]]:
    """Pieces of text behind an element (or its tail), in reading order."""
    node = element
    if not behind_tail and node.tail and node.tail.strip():
        yield (node, True), node.tail.strip()
    while node is not None and node.tag != "body":
        after = node.getnext()
        if after is not None:
            yield from _inside(after)
            if after.tail and after.tail.strip():
                yield (after, True), after.tail.strip()
            node = after
        else:
            node = node.getparent()
            if node is not None and node.tag != "body" and node.tail and node.tail.strip():
                yield (node, True), node.tail.strip()


def _preceding(element: HtmlElement, before_tail: bool) -> Iterator[tuple[Key, str]]:
    """Pieces of text before an element (or its tail), the nearest first."""
    node = element
    if before_tail:
        yield from _inside(node, backwards=True)
    while node is not None and node.tag != "body":
        before = node.getprevious()
        if before is not None:
            if before.tail and before.tail.strip():
                yield (before, True), before.tail.strip()
            yield from _inside(before, backwards=True)
            node = before
        else:
            node = node.getparent()
            if node is not None and node.tag != "body" and node.text and node.text.strip():
                yield (node, False), node.text.strip()


def _inside(element: HtmlElement, backwards: bool = False) -> Iterator[tuple[Key, str]]:
    """Pieces of text in an element without its tail; depth is the site's, so no recursion."""
    stack: list[Key] = [(element, False)]
    opened: set[HtmlElement] = set()
    while stack:
        node, is_tail = stack.pop()
        text = node.tail if is_tail else node.text
        readable = is_tail or (isinstance(node.tag, str) and node.tag not in _UNREAD)
        if not is_tail and readable and len(node) and not (backwards and node in opened):
            inner = [(child, tail) for child in node for tail in (False, True)]
            if backwards:
                opened.add(node)
                stack.append((node, False))  # its text comes after its children
                stack.extend(inner)
                continue
            stack.extend(reversed(inner))
        if readable and text and text.strip():
            yield (node, is_tail), text.strip()


def line_of(key: Key) -> tuple[HtmlElement, str, int] | None:
    """The line around a piece of text: its block, its words and where the piece begins in them.

    A line ends at a block's edge and at <br>. None where the block holds too much to be walked.
    """
    node, is_tail = key
    block = node.getparent() if is_tail else node
    while block is not None and block.tag in _INLINE:
        block = block.getparent()
    if block is None:
        return None
    line: list[str] = []
    length = offset = 0
    seen = False

    for piece in _pieces(block):
        if piece is None:
            if seen:
                break
            line, length = [], 0
            continue
        where, text = piece
        if where == key:
            seen, offset = True, length
        line.append(text)
        length += len(text) + 1
        if length > _LINE_LIMIT and seen:
            break
    if not seen:
        return None
    return block, " ".join(line), offset


def _pieces(block: HtmlElement) -> Iterator[tuple[Key, str] | None]:
    """Pieces of text of a block in reading order; None where a line ends."""
    if block.text and block.text.strip():
        yield (block, False), " ".join(block.text.split())
    stack: list[tuple[HtmlElement, bool]] = [(child, False) for child in reversed(block)]
    while stack:
        node, left = stack.pop()
        if not left:
            inline = node.tag in _INLINE
            if not inline:
                yield None
            if isinstance(node.tag, str) and node.tag not in _UNREAD:
                if node.text and node.text.strip():
                    yield (node, False), " ".join(node.text.split())
                stack.append((node, True))
                stack.extend((child, False) for child in reversed(node))
                continue
        elif node.tag not in _INLINE:
            yield None
        if node.tail and node.tail.strip():
            yield (node, True), " ".join(node.tail.split())
