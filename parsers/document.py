"""One page as its parsers see it: one lxml tree, its main content as blocks, its language.

`parsers.opening.open_document` makes it, once per page; every parser gets the same one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lxml.html import HtmlElement

from catalogue import Source
from parsers.blocks import Layout
from parsers.jsonld import read_jsonld
from parsers.metas import Metas, read_metas

MARKS = (
    *('Event"', "Event'", "Event>", "dtstart", "dt-start"),
    "calendar",
    *(".pdf", ".PDF", ".doc", ".DOC", ".odt", ".ODT", ".rtf", ".RTF"),
)
"""What a page's markup is asked for before its elements are gone through in search of it."""


@dataclass(slots=True)
class Block:
    """One block of the main content, in reading order.

    kind: "heading", "paragraph", "item" (of a list) or "row" (of a table).
    text: its words with whitespace collapsed to single spaces.
    level: heading 1 to 6; nesting depth (from 1) of a list item; else 0.
    cells: the texts of a row's cells; empty for other kinds.
    bold: the whole block is bold, as hand-made headings are.
    position: its place among all segments of the page, chrome included (`Document.layout`).
    """

    kind: str
    text: str
    element: HtmlElement
    level: int = 0
    cells: tuple[str, ...] = ()
    bold: bool = False
    position: int = -1


@dataclass(slots=True, kw_only=True)
class Document:
    """A page, opened.

    root: the one lxml tree. url: where it was fetched, "" if unknown. fetched_at: ISO 8601 in
    UTC, "" if unknown. source: the site's entry in the catalogue, if there is one. blocks: the
    main content in reading order, chrome left out; text: the same, one block a line.
    language: of the main content, a two-letter code or "und". headline: the page's own, without
    the site's name. publisher: the organization that speaks here as "we".
    marks: those of `MARKS` that its markup contains; all of them where it is not at hand.
    layout: all visible text with the regions it stands in, chrome included. dates_seen: what
    `parsers.publication_text` found, for those who ask again.
    """

    root: HtmlElement
    url: str = ""
    fetched_at: str = ""
    source: Source | None = None
    encoding: str = "utf-8"
    blocks: list[Block] = field(default_factory=list)
    text: str = ""
    language: str = "und"
    headline: str | None = None
    publisher: str | None = None
    marks: frozenset[str] = frozenset(MARKS)
    layout: Layout = field(default_factory=Layout)
    dates_seen: list[Any] | None = None
    _jsonld: list[dict[str, Any]] | None = None
    _metas: Metas | None = None

    @property
    def jsonld(self) -> list[dict[str, Any]]:
        """All JSON-LD objects of the page (`parsers.jsonld.read_jsonld`), read once."""
        if self._jsonld is None:
            self._jsonld = read_jsonld(self.root)
        return self._jsonld

    @property
    def metas(self) -> Metas:
        """What the meta elements of the page say (`parsers.metas.read_metas`), read once."""
        if self._metas is None:
            self._metas = read_metas(self.root)
        return self._metas
