"""Relations between organizations that a sentence tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from items import RelationKind
from languages.names import same_organization
from languages.words import section
from parsers.mentions import Mention
from parsers.name_tokens import may_name
from parsers.page_names import PageNames
from parsers.phrases import Marked, Match, Phrase, has_words, matches, telling

_KINDS: tuple[RelationKind, ...] = (
    "former_coordinator_of",
    "coordinator_of",
    "member_of",
    "founder_of",
    "partner_of",
    "renamed_to",
    "merged_into",
)
_OF_A_BODY = ("coordinator_of", "former_coordinator_of", "founder_of", "member_of")
_MOST_NAMES = 40


@dataclass(frozen=True, slots=True)
class Told:
    """One relation as a page tells it; names are nominative."""

    subject: str
    relation: RelationKind
    object: str
    evidence: str


@cache
def _phrases(language: str) -> tuple[Phrase, ...]:
    """(section, phrase, stems) of all phrases of a language."""
    words = section(language, "relations")
    return tuple(
        (key, phrase, telling(phrase))
        for key, listed in words.items()
        if key not in ("lists", "coordinator")
        for phrase in listed
    )


def may_tell(page: PageNames) -> bool:
    """Quick test for a whole page: whether it has the words of any relation."""
    return bool(page_phrases(page))


def _active(sentence: str, page: PageNames) -> dict[str, list[str]]:
    """The phrases whose words a sentence has, by section."""
    lowered = sentence.casefold()
    active: dict[str, list[str]] = {}
    has: dict[tuple[str, ...], bool] = {}  # what was asked already: phrases share their words
    for key, phrase, groups in page_phrases(page):
        for stems in groups:
            found = has.get(stems)
            if found is None:
                found = has[stems] = has_words(lowered, (stems,))
            if not found:
                break
        else:
            active.setdefault(key, []).append(phrase)
    return active


def page_phrases(page: PageNames) -> list[Phrase]:
    """The phrases whose words the page has at all."""
    if page.phrases is None:
        lowered = page.document.text.casefold()
        listed = _phrases(page.document.language)
        page.phrases = [each for each in listed if has_words(lowered, each[2])]
    return page.phrases


def told_in(index: int, page: PageNames) -> list[Told]:
    """The relations that sentence number `index` of a page tells."""
    sentence = page.sentences[index][1]
    words = _active(sentence, page) if may_name(sentence, page.document.language) else None
    if not words:
        return []
    marked = page.marked(index)
    if "<" not in marked.line:
        return []
    found: list[Told] = []
    for kind in _KINDS:
        found += _plain(kind, tuple(words.get(kind) or ()), marked, page)
        found += _of_us(kind, tuple(words.get(f"{kind}_us") or ()), marked, page, index)
        if not any(told.relation == kind for told in found):
            found += _of_topic(kind, tuple(words.get(f"{kind}_topic") or ()), marked, page, index)
    return _without_contradictions(found)


def _plain(
    kind: RelationKind, phrases: tuple[str, ...], marked: Marked, page: PageNames
) -> Iterator[Told]:
    for match in matches(marked, phrases):
        subjects, objects = match.subjects, match.objects
        if kind == "partner_of" and not objects and len(subjects) == 2:
            subjects, objects = subjects[:1], subjects[1:]
        if kind in _OF_A_BODY and any(mention.kind == "public body" for mention in objects):
            continue
        yield from _pairs(kind, _names(subjects, page), _names(objects, page), marked)


def _of_us(
    kind: RelationKind, phrases: tuple[str, ...], marked: Marked, page: PageNames, index: int
) -> Iterator[Told]:
    found = matches(marked, phrases)
    speaker = page.speaker_at(index) if found else None
    if speaker is None:
        return
    for match in found:
        yield from _pairs(kind, [speaker], _names(match.objects, page), marked)


def _of_topic(
    kind: RelationKind, phrases: tuple[str, ...], marked: Marked, page: PageNames, index: int
) -> Iterator[Told]:
    found: list[Match] = matches(marked, phrases)
    topic = page.topic_at(index) if found else None
    if topic is None:
        return
    for match in found:
        if match.subjects:
            subjects = _names(match.subjects, page)
            yield from _pairs(kind, subjects, [topic], marked)
        else:
            yield from _pairs(kind, [topic], _names(match.objects, page), marked)


def _names(mentions: tuple[Mention, ...], page: PageNames) -> list[str]:
    return [page.full(mention) for mention in mentions[:_MOST_NAMES]]


def _pairs(
    kind: RelationKind, subjects: list[str], objects: list[str], marked: Marked
) -> Iterator[Told]:
    for subject in subjects:
        for other in objects:
            if not same_organization(subject, other):
                yield Told(subject, kind, other, marked.text)


def _without_contradictions(found: list[Told]) -> list[Told]:
    """Each pair once; who was the coordinator until some day is none now."""
    former = {(t.subject, t.object) for t in found if t.relation == "former_coordinator_of"}
    kept: dict[tuple[str, str, str], Told] = {}
    for told in found:
        pair = (told.subject, told.object)
        if told.relation == "coordinator_of" and pair in former:
            continue
        kept.setdefault((told.relation, *pair), told)
    return list(kept.values())
