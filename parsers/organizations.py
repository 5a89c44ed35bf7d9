"""Organizations that a page says something about."""

from __future__ import annotations

import re
from functools import cache

from items import EVIDENCE_LIMIT, Organization, OrganizationKind
from languages.names import normal_key, same_organization
from languages.names_lexicon import concepts_of, fold, head_of, lexicon
from languages.words import section
from parsers.document import Document
from parsers.mentions import Mention
from parsers.page_names import PageNames, read_names
from parsers.relations import read_relations

_WEBSITE = re.compile(r"(?:https?://|www\.)[^\s<>()\"']{4,120}")
_WORD = re.compile(r"\w+")
_PARK = frozenset({"park", "parc", "parque", "parco", "парк"})
_IN_COMPOUNDS = ("park", "parks", "parken")
_BEHIND = 14
_BEGINNING = 5
_MOST = 200
_SUBJECTS: tuple[OrganizationKind, ...] = ("cluster", "park")


def read_organizations(document: Document) -> list[Organization]:
    """Clusters and parks that the page names, and who else has a part in its relations.

    With what the page tells of each: kind, acronym, website, its name in another language.
    """
    ends = {end for r in read_relations(document) for end in (r.subject, r.object)}
    page = read_names(document)
    subjects = tuple(filter(page.lowered.__contains__, _subject_words(document.language)))
    if not ends and not subjects:
        return []
    found: dict[str, Organization] = {}
    telling = (*subjects, *{end[:_BEGINNING].casefold() for end in ends})
    for index, (_, sentence) in enumerate(page.sentences):
        if any(map(sentence.casefold().__contains__, telling)):
            for mention in page.mentions_at(index):
                if mention.sure:
                    _add(found, mention, sentence, page, ends)
    for index, (_, sentence) in enumerate(page.sentences):
        _add_website(found, index, sentence, page)
    _add_publisher(found, page)
    _add_acronyms(found, page)
    return list(found.values())[:_MOST]


@cache
def _subject_words(language: str) -> tuple[str, ...]:
    """What the head nouns of clusters and parks begin with, none beginning another."""
    forms = sorted(
        form
        for code in (language, "en")
        for form, head in lexicon(code).heads.items()
        if head.kind in _SUBJECTS
    )
    return tuple(f for f in forms if not any(f != o and f.startswith(o) for o in forms))


def _add(
    found: dict[str, Organization],
    mention: Mention,
    sentence: str,
    page: PageNames,
    ends: set[str],
) -> None:
    document = page.document
    name = page.full(mention)
    key = normal_key(name)
    acronym = mention.acronym
    known = found.get(key)
    if known is not None and same_organization(known.name, name):
        known.acronym = known.acronym or acronym
        return
    if name not in ends and not (mention.kind in _SUBJECTS and _is_no_green(mention)):
        return
    found[key] = Organization(
        name=name,
        names={mention.language: name},
        acronym=acronym,
        kind=mention.kind,
        language=document.language,
        url=document.url,
        source=document.source.name if document.source else "",
        fetched_at=document.fetched_at,
        evidence=sentence[:EVIDENCE_LIMIT],
    )


@cache
def _park_concepts() -> frozenset[str]:
    return frozenset(section("en", "names").get("park_concepts") or ())


def _is_no_green(mention: Mention) -> bool:
    """Whether a park is one of science or industry; any cluster is."""
    if mention.kind != "park":
        return True
    words = [fold(word) for word in _WORD.findall(mention.name)]
    concepts = {concept for word in words for concept in concepts_of(word)}
    plain = any(word in _PARK for word in words)
    compounds = [word for word in words if head_of(word, mention.language) is None]
    for word in compounds:
        if word.endswith(_IN_COMPOUNDS):
            plain = True
            concepts |= {c for at in range(4, len(word) - 3) for c in concepts_of(word[:at])}
    return not plain or bool(concepts & _park_concepts())


def _add_acronyms(found: dict[str, Organization], page: PageNames) -> None:
    """Acronyms that stand for a name elsewhere on the page: "OKIP" in "Klaster OKIP"."""
    if all(each.acronym for each in found.values()):
        return
    for acronym, full in page.acronyms.items():
        known = found.get(normal_key(full))
        if known is not None and known.acronym is None:
            known.acronym = acronym


def _add_website(
    found: dict[str, Organization], index: int, sentence: str, page: PageNames
) -> None:
    """ "X (www.x.org)", or a sentence with one name and one address."""
    if not found or "." not in sentence or ("www." not in sentence and "://" not in sentence):
        return
    addresses = list(_WEBSITE.finditer(sentence))
    if len(addresses) != 1:
        return
    address = addresses[0]
    named = [mention for mention in page.mentions_at(index) if mention.sure]
    close = [m for m in named if 0 <= address.start() - m.end < _BEHIND]
    names = {page.full(mention) for mention in close[-1:] or named}
    if len(names) != 1:
        return
    known = found.get(normal_key(names.pop()))
    if known is not None and known.website is None:
        website = address.group().rstrip(".,;")
        known.website = website if "://" in website else f"http://{website}"


def _add_publisher(found: dict[str, Organization], page: PageNames) -> None:
    """The name that the site's entry in the catalogue gives, beside the page's own."""
    document = page.document
    source = document.source
    if source is None or not source.organization or not source.languages:
        return
    known = found.get(normal_key(page.full(source.organization)))
    if known is not None and source.organization != known.name:
        known.names.setdefault(source.languages[0], source.organization)
