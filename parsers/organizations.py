"""Organizations that a page says something about."""

from __future__ import annotations

import re
from dataclasses import replace

from items import EVIDENCE_LIMIT, Organization
from languages.names import normal_key, same_organization
from parsers.document import Document
from parsers.mentions import Mention
from parsers.page_names import PageNames, read_names

_ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.)?[a-z0-9][a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,40}){1,3}(?:/\S{0,100})?"
)
_WEBSITE = re.compile(r"(?:https?://|www\.)[^\s<>()\"']{4,120}")
_MOST = 200


def read_organizations(document: Document) -> list[Organization]:
    """Organizations with what the page tells of them: kind, acronym, website."""
    page = read_names(document)
    found: dict[str, Organization] = {}
    for index, mentions in enumerate(page.mentions):
        sentence = page.sentences[index][1]
        for mention in mentions:
            if not mention.sure or (mention.kind is None and mention.acronym is None):
                continue
            _add(found, mention, sentence, page)
    for index, (_, sentence) in enumerate(page.sentences):
        _add_website(found, index, sentence, page)
    return list(found.values())[:_MOST]


def _add(
    found: dict[str, Organization], mention: Mention, sentence: str, page: PageNames
) -> None:
    document = page.document
    name = page.full(mention)
    key = normal_key(name)
    known = found.get(key)
    if known is None:
        known = next((o for o in found.values() if same_organization(o.name, name)), None)
    if known is not None:
        known.acronym = known.acronym or mention.acronym or _short(mention, name)
        return
    found[key] = Organization(
        name=name,
        names={mention.language: name},
        acronym=mention.acronym or _short(mention, name),
        kind=mention.kind,
        language=document.language,
        url=document.url,
        source=document.source.name if document.source else "",
        fetched_at=document.fetched_at,
        evidence=sentence[:EVIDENCE_LIMIT],
    )


def _short(mention: Mention, full: str) -> str | None:
    """The acronym that stands for `full` elsewhere on the page."""
    text = mention.name
    return text if text != full and " " not in text and text.isupper() else None


def _add_website(
    found: dict[str, Organization], index: int, sentence: str, page: PageNames
) -> None:
    """"More on X at www.x.org": an address in a sentence that names one organization."""
    addresses = [match.group().rstrip(".,;") for match in _WEBSITE.finditer(sentence)]
    names = {page.full(m) for m in page.mentions[index] if m.sure and m.kind}
    if len(addresses) != 1 or len(names) != 1:
        return
    known = found.get(normal_key(names.pop()))
    if known is not None and known.website is None:
        address = addresses[0]
        known.website = address if "://" in address else f"http://{address}"


__all__ = ["read_organizations", "replace"]
