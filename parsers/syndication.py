"""Addresses that a feed (RSS, Atom) or a sitemap lists.

Well-formed XML is read with lxml, entities unresolved and no network. Many feeds are not: a
warning printed before the declaration, a bare "&" in an address. lxml's recovery would cut such
an address and lead elsewhere, so BeautifulSoup reads those.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, Tag, XMLParsedAsHTMLWarning
from lxml import etree

from parsers.links import join

LIMIT = 50_000
"""Most addresses taken from one file: the sitemap protocol's own limit."""

_BARE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_CUT = re.compile(r"[<>\s]")

TOLERANT_LIMIT = 2 * 1024 * 1024
"""So many bytes of a broken file are read."""


@dataclass(slots=True)
class Addresses:
    """Absolute addresses in the file's order: of pages, and of further sitemaps.

    modified: when an address changed, as the file says it (`lastmod`, Atom's `updated`).
    """

    pages: list[str] = field(default_factory=list)
    sitemaps: list[str] = field(default_factory=list)
    modified: dict[str, str] = field(default_factory=dict)


def read_addresses(content: bytes, url: str) -> Addresses:
    """The addresses in a feed or sitemap fetched from `url`; none where it cannot be read."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        listed = _well_formed(etree.fromstring(content, parser))
        return _sorted(listed, url)
    except (etree.XMLSyntaxError, ValueError):
        return _sorted(_tolerant(content), url)


def _sorted(listed: Iterator[tuple[str, str, str]], url: str) -> Addresses:
    found = Addresses()
    for number, (within, address, modified) in enumerate(listed):
        if number >= LIMIT:
            break
        if not address.strip() or _CUT.search(address.strip()):
            continue
        if (joined := join(url, address)) is not None:
            into = found.sitemaps if within == "sitemap" else found.pages
            into.append(joined)
            if modified.strip():
                found.modified[joined] = modified.strip()
    return found


def _well_formed(root: etree._Element) -> Iterator[tuple[str, str, str]]:
    """(what lists it, address, when it changed) of each entry."""
    for element in root.iter(etree.Element):
        name, parent = etree.QName(element).localname, element.getparent()
        within = etree.QName(parent).localname if parent is not None else ""
        if (name, within) in (("loc", "sitemap"), ("loc", "url"), ("link", "item")):
            yield within, element.text or "", _modified(parent)
        elif (name, within) == ("link", "entry") and element.get("rel") in (None, "alternate"):
            yield within, element.get("href") or "", _modified(parent)


def _modified(entry: etree._Element | None) -> str:
    if entry is None:
        return ""
    return entry.findtext("{*}lastmod") or entry.findtext("{*}updated") or ""


def _tolerant(content: bytes) -> Iterator[tuple[str, str, str]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        # HTML would read "&lang=pl" as a bracket.
        soup = BeautifulSoup(_BARE.sub(b"&amp;", content[:TOLERANT_LIMIT]), "html.parser")
    for entry in soup.find_all(["item", "entry", "url", "sitemap"]):
        for told in entry.find_all(["link", "loc"], recursive=False):
            if told.get("rel") in (None, ["alternate"]):
                modified = entry.find(["lastmod", "updated"], recursive=False)
                changed = modified.get_text() if modified else ""
                yield entry.name, str(told.get("href") or _text(told)), changed
                break


def _text(tag: Tag) -> str:
    """A tag's text; HTML knows `link` as empty, so that its text stands after it."""
    return tag.get_text() or str(tag.next_sibling or "")
