"""Lists of members, founders and partners: the heading tells the relation and with whom."""

from __future__ import annotations

import re

from items import RelationKind
from languages.words import section
from parsers.document import Document
from parsers.entries import read_entry
from parsers.listings import Listing, item_text, read_listings
from parsers.mentions import find_mentions
from parsers.page_names import PageNames
from parsers.phrases import words_pattern
from parsers.told_relations import Told

_KINDS: tuple[RelationKind, ...] = ("founder_of", "member_of", "partner_of")
_LONGEST_LEAD = 160
_SHARE_OF_NAMES = 0.7


def told_in_lists(document: Document, page: PageNames) -> tuple[list[Told], set[int]]:
    """The relations of all lists, and the numbers of the blocks that they were read from."""
    told: list[Told] = []
    used: set[int] = set()
    for listing in read_listings(document):
        kind = _kind(listing, document.language)
        if kind is None:
            continue
        whole = _whole(listing, page)
        if whole is None:
            continue
        found = _entries(listing, kind, whole, document.language)
        if found:
            told += found
            used |= set(range(listing.start, listing.start + len(listing.items)))
    return told, used


def _kind(listing: Listing, language: str) -> RelationKind | None:
    lead = listing.lead.strip(" :.–-").casefold()
    if not lead or len(lead) > _LONGEST_LEAD:
        return None
    lists = section(language, "relations").get("lists") or {}
    for kind in _KINDS:
        for phrase in lists.get(kind) or ():
            before, star, after = phrase.partition(" *")
            if lead == before or (star and re.match(rf"{re.escape(before)}\s", lead)):
                if not after or lead.endswith(after.strip()):
                    return kind
    return None


def _whole(listing: Listing, page: PageNames) -> str | None:
    """Of whom the list is: named in the lead, else whom the page is about."""
    named = [m for m in find_mentions(listing.lead, page.document.language) if m.sure]
    if named:
        return page.full(named[0]) if len(named) == 1 else None
    return page.topic or page.publisher


def _entries(
    listing: Listing, kind: RelationKind, whole: str, language: str
) -> list[Told]:
    entries = [(read_entry(item_text(block), language), block.text) for block in listing.items]
    named = [(entry, text) for entry, text in entries if entry is not None]
    if len(named) < _SHARE_OF_NAMES * len(entries):
        return []
    if sum(entry.sure for entry, _ in named) * 3 < len(named):
        return []
    coordinator = tuple(section(language, "relations").get("coordinator") or ())
    told: list[Told] = []
    for entry, text in named:
        told.append(Told(entry.name, kind, whole, f"{listing.lead} {text}"))
        if coordinator and words_pattern(coordinator).search(entry.rest):
            told.append(Told(entry.name, "coordinator_of", whole, text))
    return told
