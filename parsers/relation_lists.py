"""Lists of members, founders and partners: the heading tells the relation and with whom."""

from __future__ import annotations

import re
from functools import cache

from items import RelationKind
from languages.names import same_organization
from languages.words import section
from parsers.document import Document
from parsers.entries import read_entry, split_ands, split_list
from parsers.listings import Listing, item_text, read_listings
from parsers.mentions import find_mentions
from parsers.page_names import PageNames
from parsers.phrases import words_pattern
from parsers.told_relations import Told

_KINDS: tuple[RelationKind, ...] = ("founder_of", "member_of", "partner_of")
_LONGEST_LEAD = 160
_SHARE_OF_NAMES = 0.7
_SHORTEST_LIST = 2
_TITLE_AND_VALUE = 2


def told_in_lists(document: Document, page: PageNames) -> tuple[list[Told], set[int]]:
    """The relations of all lists, and the numbers of the blocks that they were read from."""
    told: list[Told] = []
    used: set[int] = set()
    for listing in read_listings(document):
        if listing.rows:
            told += _facts(listing, page)
        kind = kind_of_lead(listing.lead, document.language)
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


def _facts(listing: Listing, page: PageNames) -> list[Told]:
    """ "Coordinator | X" among the facts of a cluster."""
    language = page.document.language
    titles = tuple(section(language, "relations").get("coordinator") or ())
    rows = [block for block in listing.items if len(block.cells) == _TITLE_AND_VALUE]
    if len(rows) != len(listing.items):
        return []
    told: list[Told] = []
    for row in rows:
        title, value = row.cells
        if title.casefold().strip(" :") not in titles or page.topic is None:
            continue
        entry = read_entry(value, language)
        if entry is not None and entry.sure and not same_organization(entry.name, page.topic):
            told.append(Told(entry.name, "coordinator_of", page.topic, row.text))
    return told


def told_inline(sentence: str, page: PageNames) -> list[Told]:
    """ "Members of X: A, B and C"."""
    lead, colon, tail = sentence.partition(": ")
    language = page.document.language
    kind = kind_of_lead(lead, language) if colon else None
    if kind is None:
        return []
    named = [mention for mention in find_mentions(lead, language) if mention.sure]
    if len(named) != 1:
        return []
    parts = [piece for part in split_list(tail) for piece in split_ands(part, language)]
    entries = [entry for part in parts if (entry := read_entry(part, language)) is not None]
    if len(parts) < _SHORTEST_LIST or len(entries) < _SHARE_OF_NAMES * len(parts):
        return []
    return [Told(entry.name, kind, page.full(named[0]), sentence) for entry in entries]


def kind_of_lead(lead: str, language: str) -> RelationKind | None:
    """Which relation a heading such as "Members of X" gives to the names below it."""
    lead = lead.strip(" :.–-").casefold()
    if not lead or len(lead) > _LONGEST_LEAD:
        return None
    kind = next((kind for kind, leads in _leads(language) if leads.fullmatch(lead)), None)
    if kind is None:
        return None
    either = section(language, "certifications").get("either") or ()
    if not set(either).isdisjoint(lead.split()):
        return None  # of one or of another
    bodies = (section(language, "relations").get("lists") or {}).get("not") or ()
    return None if any(body in lead for body in bodies) else kind


@cache
def _leads(language: str) -> tuple[tuple[RelationKind, re.Pattern[str]], ...]:
    """For each kind the leads of its lists: "members of *", where the star is any words."""
    lists = section(language, "relations").get("lists") or {}
    return tuple(
        (kind, re.compile("|".join(map(_lead, lists[kind])))) for kind in _KINDS if lists.get(kind)
    )


def _lead(phrase: str) -> str:
    return r"\s".join(".{1,120}" if word == "*" else re.escape(word) for word in phrase.split())


def _whole(listing: Listing, page: PageNames) -> str | None:
    """Of whom the list is: named in the lead, else whom the page is about."""
    named = [m for m in find_mentions(listing.lead, page.document.language) if m.sure]
    if named:
        return page.full(named[0]) if len(named) == 1 else None
    return page.topic or page.publisher


def _entries(listing: Listing, kind: RelationKind, whole: str, language: str) -> list[Told]:
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
