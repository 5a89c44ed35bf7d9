"""Opens a page: bytes to a `Document`."""

from __future__ import annotations

from lxml import html as lxml_html

from catalogue import Source
from parsers.document import Block, Document

_CHROME = {"script", "style", "nav", "header", "footer", "aside", "form", "noscript", "template"}
_KINDS = {"p": "paragraph", "li": "item", "tr": "row", "div": "paragraph", "td": "paragraph"}


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
    root = lxml_html.document_fromstring(content.decode("utf-8", "replace"))
    blocks: list[Block] = []
    _walk(root.body if root.body is not None else root, blocks)
    headline = next((b.text for b in blocks if b.kind == "heading"), None)
    return Document(
        root=root,
        url=url,
        fetched_at=fetched_at,
        source=source,
        blocks=blocks,
        text="\n".join(block.text for block in blocks),
        headline=headline,
        language=root.get("lang", "und")[:2],
        publisher=source.organization if source else None,
    )


def _walk(element, blocks: list[Block]) -> None:
    for child in element:
        if not isinstance(child.tag, str) or child.tag in _CHROME:
            continue
        heading = len(child.tag) == 2 and child.tag[0] == "h" and child.tag[1].isdigit()
        if heading or child.tag in ("p", "li", "tr") or (
            child.tag in ("div", "td") and not any(isinstance(c.tag, str) and c.tag in _KINDS for c in child.iterdescendants())
        ):
            text = " ".join(child.text_content().split())
            if text:
                cells = tuple(" ".join(c.text_content().split()) for c in child) if child.tag == "tr" else ()
                blocks.append(Block("heading" if heading else _KINDS[child.tag], text, child, int(child.tag[1]) if heading else 0, cells))
        else:
            _walk(child, blocks)
