"""Labels that a page says somebody holds: in lists, tables and sentences."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from items import EVIDENCE_LIMIT, Certification
from languages.names import normal_key, same_organization
from languages.names_lexicon import head_of
from languages.words import section
from parsers.certificate_lists import Claim, claims_of_lists
from parsers.document import Document
from parsers.entries import read_entry, split_ands, split_list
from parsers.labels import (
    bare_grades,
    denies,
    names_a_label,
    round_in,
    schemes_by_id,
    valid_until,
)
from parsers.mentions import Mention
from parsers.page_names import PageNames, is_teaser, read_names
from parsers.phrases import Label, Marked, Match, matches, words_pattern
from parsers.terms import term_in
from parsers.told_relations import told_in

_COLON = re.compile(r"^[^:.;]{0,60}:\s")
_SHARE_OF_NAMES = 0.6
_NEAR = 3
_SAME_BREATH = 60
_SHORT = 3
_STEM = 5
_STOPS_SHORT = re.compile(r"\w(?:…|\.{3})\s*$")


def read_certifications(document: Document) -> list[Certification]:
    """Certifications in lists and prose, each once, with the fullest row that the page gives."""
    page = read_names(document)
    if page.certifications is None:
        page.certifications = _read(page) if page.schemes else []
    return page.certifications


def _read(page: PageNames) -> list[Certification]:
    document = page.document
    claims, used = claims_of_lists(document)
    seen: set[tuple[str | None, ...]] = set()
    for index, (number, sentence) in enumerate(page.sentences):
        told = [] if number in used else _claims_of_sentence(sentence, index, page)
        told = [claim for claim in told if claim.key not in seen]
        if told and not is_teaser(document.blocks[number]):
            seen |= {claim.key for claim in told}
            claims += _with_coordinators(_with_end(told, index, page), index, page)
    return [_item(claim, document) for claim in _once(claims, document.language)]


def _with_end(claims: list[Claim], index: int, page: PageNames) -> list[Claim]:
    """The one claim of a sentence, with the end that the next sentence tells of "the label"."""
    if len(claims) != 1 or claims[0].valid_until or index + 1 >= len(page.sentences):
        return claims
    number, sentence = page.sentences[index + 1]
    language = page.document.language
    until = valid_until(sentence, language)
    if until is None or denies(sentence, language):
        return claims
    before, told = page.sentences[index]
    opening = sentence.casefold().split()[:2]
    again = any(len(w) > _SHORT and w[:_STEM] in told.casefold() for w in opening)
    if number != before and not (number == before + 1 and again):
        return claims
    labels = {(label.scheme, label.level) for label in page.labels_in(sentence)}
    if labels - {(claims[0].scheme, claims[0].level)} or any(
        mention.sure for mention in page.mentions_at(index + 1)
    ):
        return claims
    round_ = claims[0].round or round_in(sentence, claims[0].scheme, language)
    return [replace(claims[0], valid_until=until, round=round_)]


def _with_coordinators(claims: list[Claim], index: int, page: PageNames) -> list[Claim]:
    """The claims, with the coordinators that the sentences around in the same block tell."""
    if all(claim.coordinator for claim in claims):
        return claims
    number = page.sentences[index][0]
    coordinators: dict[str, str] = {}
    for at in range(max(0, index - _NEAR), min(len(page.sentences), index + _NEAR + 1)):
        if page.sentences[at][0] == number:
            for told in told_in(at, page):
                if told.relation == "coordinator_of":
                    coordinators.setdefault(told.object, told.subject)
    return [
        replace(claim, coordinator=claim.coordinator or coordinators.get(claim.holder))
        for claim in claims
    ]


def _claims_of_sentence(sentence: str, index: int, page: PageNames) -> list[Claim]:
    language = page.document.language
    labels = [label for label in page.labels_in(sentence) if _counts_in_prose(label)]
    if not labels or denies(sentence, language):
        return []
    claims = _enumerated(sentence, labels, language)
    rest = [label for label in labels if all(label is not used for used, _ in claims)]
    found = [claim for _, claim in claims]
    if rest:
        found += _told(sentence, rest, page, index)
    until = valid_until(sentence, language)
    return [replace(claim, valid_until=claim.valid_until or until) for claim in found]


def _counts_in_prose(label: Label) -> bool:
    scheme = schemes_by_id()[label.scheme]
    if scheme.membership_of or scheme.needs == "list":
        return False
    return not (scheme.needs == "level" and label.level is None)


def _enumerated(sentence: str, labels: list[Label], language: str) -> list[tuple[Label, Claim]]:
    """ "Silver Label: A (region), B, C": all of the list, once some of it are surely names."""
    found: list[tuple[Label, Claim]] = []
    for index, label in enumerate(labels):
        end = labels[index + 1].start if index + 1 < len(labels) else len(sentence)
        tail = sentence[label.end : end]
        colon = _COLON.match(tail)
        if colon is None or _is_alternative(sentence[: label.start], language):
            continue
        listed = tail[colon.end() :]
        parts = [piece for part in split_list(listed) for piece in split_ands(part, language)]
        if len(parts) > 1 and _STOPS_SHORT.search(listed):
            parts.pop()
        entries = [read_entry(part, language) for part in parts]
        named = [entry for entry in entries if entry is not None]
        if not named or len(named) < _SHARE_OF_NAMES * len(entries):
            continue
        if sum(entry.sure for entry in named) * 3 < len(named):
            continue
        found += [
            (label, _claim(label, entry.name, sentence, coordinator=entry.coordinator))
            for entry in named
        ]
    return found


def _is_alternative(before: str, language: str) -> bool:
    """Whether the label is only one of two that a list shares: "go-cluster or X: A, B"."""
    words = before.split()
    return bool(words) and words[-1].casefold() in (
        section(language, "certifications").get("either") or ()
    )


def _told(sentence: str, rest: list[Label], page: PageNames, index: int) -> list[Claim]:
    language = page.document.language
    words = section(language, "certifications")
    marked = page.marked(index)
    labels = list(rest)
    found: dict[tuple[str, str, str | None], Claim] = {}
    for match in matches(marked, tuple(words.get("awarded") or ())):
        for label in match.labels:
            if label not in rest:
                continue
            for holder in match.subjects:
                if _may_hold(holder, label.scheme, marked):
                    since = _since(match, marked)
                    claim = _claim(label, page.full(holder), sentence, since=since)
                    found.setdefault((claim.scheme, claim.holder, claim.level), claim)
    _share(found, labels, marked)
    topic = None if found else page.topic_at(index)
    if topic and not names_a_label(topic, language):
        phrases = tuple(words.get("awarded_topic") or ())
        for match in matches(marked, phrases):
            for label in match.labels:
                if label in rest:
                    claim = _claim(label, topic, sentence, since=_since(match, marked))
                    found[claim.scheme, claim.holder, claim.level] = claim
    return list(found.values())


def _share(
    found: dict[tuple[str, str, str | None], Claim],
    labels: list[Label],
    marked: Marked,
) -> None:
    """Add the labels that share a holder: "X received the Bronze Label in 2014 and Silver in 2017".

    No name stands between them.
    """
    told = {(claim.scheme, claim.level): claim for claim in found.values()}
    if len(told) != len(found):
        return  # several holders
    last = labels[-1]
    labels += bare_grades(marked.text, last.scheme, marked.language, last.end)
    for before, label in pairwise(labels):
        claim = told.get((before.scheme, before.level))
        new = label.scheme == before.scheme and (label.scheme, label.level) not in told
        named = any(before.end <= m.start < label.start for m in marked.mentions)
        if claim is None or not new or named or label.start - before.end > _SAME_BREATH:
            continue
        day = term_in(marked.text, marked.language, before.end, label.end)
        shared = replace(claim, level=label.level, valid_from=day.beginning, valid_until=None)
        told[label.scheme, label.level] = shared
        found[shared.scheme, shared.holder, shared.level] = shared


def _since(match: Match, marked: Marked) -> str | None:
    """When the holder got the label: told with "since", or with a verb of getting."""
    term = term_in(marked.text, marked.language, *match.span)
    got = tuple(section(marked.language, "certifications").get("dated") or ())
    if term.since or not got or words_pattern(got).search(match.words) is None:
        return term.since
    return term.on


def _may_hold(holder: Mention, scheme: str, marked: Marked) -> bool:
    if holder.kind in ("public body", "university"):
        return False
    if any(same_organization(holder.name, issuer) for issuer in schemes_by_id()[scheme].issuers):
        return False
    before = marked.text[: holder.start].casefold().split()[-2:]
    by = section(marked.language, "certifications").get("by") or ()
    return not any(word in by for word in before)


def _claim(
    label: Label,
    holder: str,
    evidence: str,
    coordinator: str | None = None,
    since: str | None = None,
) -> Claim:
    return Claim(
        scheme=label.scheme,
        holder=holder,
        level=label.level,
        round=label.round,
        coordinator=coordinator,
        valid_from=since,
        evidence=evidence,
    )


def _once(claims: list[Claim], language: str) -> list[Claim]:
    """One claim for each label and holder: that which says most."""
    best: dict[tuple[str, str, str | None, str | None], Claim] = {}
    for claim in claims:
        key = (claim.scheme, claim.holder.casefold(), claim.level, claim.round)
        if key not in best or best[key].told < claim.told:
            best[key] = claim
    longest: dict[tuple[str, str], str] = {}
    for claim in best.values():
        bare = (claim.scheme, _without_head(claim.holder, language))
        longest[bare] = max(longest.get(bare, ""), claim.holder, key=len)
    kept = [
        claim
        for claim in best.values()
        if longest[claim.scheme, _without_head(claim.holder, language)] == claim.holder
    ]
    return [
        claim
        for claim in kept
        if claim.level or claim.round or not any(_says_more(other, claim) for other in kept)
    ]


def _says_more(other: Claim, claim: Claim) -> bool:
    same = (other.scheme, other.holder.casefold()) == (claim.scheme, claim.holder.casefold())
    return same and bool(other.level or other.round)


def _without_head(name: str, language: str) -> str:
    return normal_key(" ".join(w for w in name.split() if head_of(w, language) is None))


def _item(claim: Claim, document: Document) -> Certification:
    scheme = schemes_by_id()[claim.scheme]
    return Certification(
        scheme=claim.scheme,
        holder=claim.holder,
        level=claim.level,
        round=claim.round,
        coordinator=claim.coordinator,
        issued_by=scheme.issuer,
        valid_from=claim.valid_from,
        valid_until=claim.valid_until,
        list_incomplete=claim.list_incomplete,
        language=document.language,
        url=document.url,
        source=document.source.name if document.source else "",
        fetched_at=document.fetched_at,
        evidence=claim.evidence[:EVIDENCE_LIMIT],
    )


__all__ = ["Claim", "read_certifications", "round_in"]
