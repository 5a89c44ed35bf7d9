"""Addresses that a feed (RSS, Atom) or a sitemap lists.

Read with lxml, entities unresolved and no network: a feed is only asked where its entries are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urljoin

from lxml import etree

LIMIT = 50_000
"""Most addresses taken from one file: the sitemap protocol's own limit."""


@dataclass(slots=True)
class Addresses:
    """Absolute addresses in the file's order: of pages, and of further sitemaps."""

    pages: list[str] = field(default_factory=list)
    sitemaps: list[str] = field(default_factory=list)


def read_addresses(content: bytes, url: str) -> Addresses:
    """The addresses in a feed or sitemap fetched from `url`; none where it cannot be read."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, recover=True, huge_tree=False, load_dtd=False
    )
    found = Addresses()
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return found
    if root is None:
        return found
    for element in root.iter():
        if len(found.pages) + len(found.sitemaps) >= LIMIT:
            break
        if not isinstance(element.tag, str):
            continue
        name = etree.QName(element).localname
        address = (element.text or "").strip()
        parent = element.getparent()
        within = etree.QName(parent).localname if parent is not None else ""
        if name == "loc" and within == "sitemap":
            found.sitemaps.append(urljoin(url, address))
        elif (name == "loc" and within == "url") or (name == "link" and within == "item"):
            found.pages.append(urljoin(url, address))
        elif name == "link" and within == "entry" and element.get("rel") in (None, "alternate"):
            found.pages.append(urljoin(url, element.get("href") or ""))
    return found
