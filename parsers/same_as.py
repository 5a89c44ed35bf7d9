"""Which entries of Wikidata, ROR and the European cluster platform a page gives an organization."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote

from lxml import etree

from items import EVIDENCE_LIMIT, Organization
from languages.names import same_organization
from parsers.charset import seen
from parsers.document import Document
from parsers.jsonld import types_of
from parsers.publisher import looks_like_name

LIMIT = 50
"""Most links into these works that are looked at on one page."""

_HOSTS = ("wikidata.org/", "ror.org/", "clustercollaboration.eu/")
_ENTRY = re.compile(r"https?://(?:[a-z]{1,9}\.)?(?:" + "|".join(_HOSTS) + ")", re.IGNORECASE)
_LINKS = etree.XPath("//a[" + " or ".join(f"contains(@href, '{host}')" for host in _HOSTS) + "]")
_ORGANIZATION = re.compile(r"Organization|Corporation|Association|NGO|University")
_BETWEEN = re.compile(r"[-_+]")
_LONGEST = 200


def add_same_as(organizations: list[Organization], document: Document) -> list[Organization]:
    """The organizations of a page with the entries that it gives them, and those that only its
    JSON-LD names.

    That is schema.org's ``sameAs``, and a link whose words, or the last part of whose address,
    can only mean one of the organizations. Any other link may be about anything.
    """
    found = list(organizations)
    for name, address in _stated(document.jsonld):
        known = _meant(found, (name,))
        if known is None and looks_like_name(name):
            known = _described(name, document)
            found.append(known)
        _add(known, address)
    for texts, address in _linked(document):
        _add(_meant(found, texts), address)
    return found


def _stated(things: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """(name, address) of the organizations that structured data describes."""
    for thing in things:
        name, same = thing.get("name"), thing.get("sameAs")
        if isinstance(name, str) and any(map(_ORGANIZATION.search, types_of(thing))):
            for address in same if isinstance(same, list) else [same]:
                if isinstance(address, str) and _ENTRY.match(address):
                    yield " ".join(seen(name[:_LONGEST]).split()), address


def _linked(document: Document) -> Iterator[tuple[tuple[str, str], str]]:
    """The words of links into these works, and the address's last part as words."""
    for link in _LINKS(document.root)[:LIMIT]:
        address = link.get("href").strip()
        if _ENTRY.match(address):
            words = " ".join(seen("".join(link.itertext())[: 2 * _LONGEST]).split())
            tail = address.partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2]
            yield (words, _BETWEEN.sub(" ", seen(unquote(tail)))), address


def _meant(organizations: list[Organization], texts: Iterable[str]) -> Organization | None:
    """The one organization that one of the texts means."""
    for text in texts:
        if not 1 < len(text) <= _LONGEST:
            continue
        meant = [
            one
            for one in organizations
            if any(same_organization(text, name) for name in {one.name, *one.names.values()})
        ]
        if len(meant) == 1:
            return meant[0]
    return None


def _add(organization: Organization | None, address: str) -> None:
    if organization is not None and address not in organization.same_as:
        organization.same_as.append(address)


def _described(name: str, document: Document) -> Organization:
    return Organization(
        name=name,
        language=document.language,
        url=document.url,
        source=document.source.name if document.source else "",
        fetched_at=document.fetched_at,
        evidence=name[:EVIDENCE_LIMIT],
    )
