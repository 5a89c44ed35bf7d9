"""Who coordinates, belongs to, founded or became what, as a page says it."""

from __future__ import annotations

from items import EVIDENCE_LIMIT, Relation
from parsers.certifications import read_certifications
from parsers.document import Document
from parsers.page_names import PageNames, is_teaser, read_names
from parsers.relation_lists import told_in_lists, told_inline
from parsers.told_relations import Told, may_tell, told_in


def read_relations(document: Document) -> list[Relation]:
    """Relations between named organizations, each once."""
    page = read_names(document)
    if page.relations is None:
        page.relations = _read(page) if page.schemes or may_tell(page) else []
    return page.relations


def _read(page: PageNames) -> list[Relation]:
    document = page.document
    told = [
        Told(each.coordinator, "coordinator_of", each.holder, each.evidence)
        for each in read_certifications(document)
        if each.coordinator
    ]
    listed, used = told_in_lists(document, page)
    told += listed
    for index, (number, sentence) in enumerate(page.sentences):
        if number in used:
            continue
        found = told_inline(sentence, page) or told_in(index, page)
        if found and not is_teaser(document.blocks[number]):
            told += found
    return [_item(each, document) for each in _once(told)]


def _once(told: list[Told]) -> list[Told]:
    seen: dict[tuple[str, ...], Told] = {}
    for each in told:
        ends = (each.subject.casefold(), each.object.casefold())
        key = (each.relation, *(sorted(ends) if each.relation == "partner_of" else ends))
        if key not in seen or (each.dated and not seen[key].dated):
            seen[key] = each
    return list(seen.values())


def _item(told: Told, document: Document) -> Relation:
    return Relation(
        subject=told.subject,
        relation=told.relation,
        object=told.object,
        valid_from=told.valid_from,
        valid_until=told.valid_until,
        language=document.language,
        url=document.url,
        source=document.source.name if document.source else "",
        fetched_at=document.fetched_at,
        evidence=told.evidence[:EVIDENCE_LIMIT],
    )
