"""What a page's meta elements say."""

from __future__ import annotations

from lxml.html import HtmlElement

Metas = dict[str, list[str]]
"""Contents by lower-case name, property or itemprop, in the order of the page."""

_NAMING = ("property", "name", "itemprop", "http-equiv")


def read_metas(root: HtmlElement) -> Metas:
    """The meta elements of a page, in its head and, for microdata, its body."""
    found: Metas = {}
    for element in root.iter("meta"):
        attributes = dict(element.items())
        content = attributes.get("content")
        if content is not None:
            for naming in _NAMING:
                if name := attributes.get(naming):
                    found.setdefault(name.lower(), []).append(content)
    return found
