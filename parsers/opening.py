"""Opens a page: bytes to a `Document`."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement

from catalogue import Source
from parsers.blocks import Layout, TooDeep, lay_out
from parsers.charset import clean_markup, to_utf8
from parsers.content import main_content
from parsers.document import MARKS, Block, Document
from parsers.headline import read_headline
from parsers.language import read_language
from parsers.metas import read_metas
from parsers.publisher import read_publisher, site_names

LARGEST = 12_000_000
"""Largest page that is read, in bytes."""

MOST_ATTRIBUTES = 5_000
"""A page with a tag of more is left: libxml2 compares each attribute of a tag with all others."""

# Plain elements: those of lxml.html cost more to make, and have nothing that is used here.
_PARSER = etree.HTMLParser(
    encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, collect_ids=False
)
_SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip archive or an Office document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\xd0\xcf\x11\xe0", "an Office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "gzip data"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"wOFF", "a font"),
    (b"RIFF", "audio, video or a picture"),
)
_UNDECODED = bytes((*range(9), *range(14, 32)))
_REPLACED = "\ufffd".encode()
_SAMPLE = 20_000
_LONG_TAG = 16_384
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})\b[^<>]{0,4000}>")
_RAW = re.compile(r"<(script|style)\b", re.I)
_EMPTY_TAGS = "area base br col embed hr img input link meta param source track wbr"
_EMPTY = frozenset(_EMPTY_TAGS.split())
_SHALLOW = 120


def open_document(
    content: bytes,
    url: str = "",
    *,
    fetched_at: str = "",
    source: Source | None = None,
    content_type: str = "",
) -> Document:
    """Parse a page's bytes (`content_type` is the HTTP header, "" if unknown).

    Raises ValueError with a reason for what is no readable HTML page.
    """
    markup, encoding = _readable(content, content_type)
    root, layout = _parse(markup)
    metas = read_metas(root)
    places = main_content(root, layout, metas, tuple(source.chrome) if source else ())
    blocks = [_block(layout, index) for index in places]
    names = site_names(root, layout, metas)
    if source is not None and source.organization:
        names.append(source.organization)
    language = read_language(root, blocks, url, source)
    document = Document(
        root=root,
        url=url,
        fetched_at=fetched_at,
        source=source,
        encoding=encoding,
        blocks=blocks,
        text="\n".join(block.text for block in blocks),
        headline=read_headline(root, layout, metas, places, url, names, language),
        language=language,
        marks=frozenset(mark for mark in MARKS if mark.encode() in markup),
        layout=layout,
        _metas=metas,
    )
    if source is not None and source.organization:
        document.publisher = source.organization
    else:
        document.publisher = read_publisher(names, document.jsonld)
    return document


def _block(layout: Layout, index: int) -> Block:
    segment = layout.segments[index]
    return Block(
        segment.kind,
        segment.text,
        segment.element,
        segment.level,
        segment.cells,
        segment.bold,
        index,
    )


def _readable(content: bytes, content_type: str) -> tuple[bytes, str]:
    """The page's markup in UTF-8, and its charset.

    Raises ValueError for what is no text.
    """
    if not content.strip():
        raise ValueError("the page is empty")
    if len(content) > LARGEST:
        raise ValueError(f"the page is larger than {LARGEST} bytes")
    for signature, name in _SIGNATURES:
        if content.startswith(signature):
            raise ValueError(f"not HTML but {name}")
    markup, encoding = to_utf8(content, content_type)
    sample = markup[:_SAMPLE]
    undecoded = len(sample) - len(sample.translate(None, _UNDECODED)) + sample.count(_REPLACED)
    if undecoded > max(8, len(sample) // 10):
        raise ValueError("not HTML but binary data")
    markup = clean_markup(markup)
    if _crowded(markup):
        raise ValueError(f"a tag has more than {MOST_ATTRIBUTES} attributes")
    return markup, encoding


def _crowded(markup: bytes) -> bool:
    """Whether some tag has more attributes, told apart by name, than can be read in time."""
    if max(map(len, markup.split(b">"))) <= _LONG_TAG:
        return False
    text = _without_raw(markup.decode("utf-8", "replace"))
    tags = (piece.partition("<")[2] for piece in text.split(">") if len(piece) > _LONG_TAG)
    return any(
        tag[:1].isalpha()
        and len({word.partition("=")[0] for word in tag.split()}) > MOST_ATTRIBUTES
        for tag in tags
    )


def _parse(markup: bytes) -> tuple[HtmlElement, Layout]:
    """The tree and its layout; too deep a nesting is flattened first, so that no text is lost."""
    for deepest in (None, _SHALLOW, 0):
        root = _tree(markup if deepest is None else _flattened(markup, deepest))
        try:
            return root, lay_out(root)
        except TooDeep:
            continue
    raise ValueError("the markup is nested too deep")


def _tree(markup: bytes) -> HtmlElement:
    try:
        root = etree.fromstring(markup, _PARSER)
    except (etree.ParserError, etree.XMLSyntaxError, AssertionError) as error:
        raise ValueError(f"no HTML can be read: {error}") from None
    if root is None:
        raise ValueError("no HTML can be read")
    return root


def _flattened(markup: bytes, deepest: int) -> bytes:
    """The markup with a line break for each tag below `deepest` open ones; their text stays."""
    depth = 0

    def shallow(match: re.Match[str]) -> str:
        nonlocal depth
        if match[2].lower() in _EMPTY:
            return match[0]
        if match[1]:
            kept = depth <= deepest
            depth = max(depth - 1, 0)
        else:
            depth += 1
            kept = depth <= deepest
        return match[0] if kept else "<br>"

    text = markup.decode("utf-8", "replace")
    return _TAG.sub(shallow, _without_raw(text)).encode("utf-8", "replace")


def _without_raw(text: str) -> str:
    """The markup without scripts and styles; linear, also where none of them ends."""
    kept = []
    position = 0
    ends: dict[str, re.Pattern[str]] = {}
    while (start := _RAW.search(text, position)) is not None:
        name = start[1].lower()
        end = ends.setdefault(name, re.compile(rf"</{name}\s{{0,9}}>", re.I)).search(
            text, start.end()
        )
        if end is None:
            break
        kept.append(text[position : start.start()])
        position = end.end()
    kept.append(text[position:])
    return "".join(kept)
