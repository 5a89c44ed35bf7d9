"""Relations between organizations that a sentence tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from items import RelationKind
from languages.names import same_organization
from languages.names_lexicon import lexicon
from languages.words import section
from parsers.mentions import Mention
from parsers.page_names import PageNames
from parsers.phrases import Marked, Match, Phrase, has_words, matches, telling
from parsers.terms import NO_TERM, Term, term_in

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
_OF_A_DAY = ("member_of", "partner_of", "renamed_to", "merged_into")
"""What comes about on a day; who coordinates does so from and until one."""
_BODIES = ("cluster", "park")
_MOST_NAMES = 40


@dataclass(frozen=True, slots=True)
class Told:
    """One relation as a page tells it; names are nominative."""

    subject: str
    relation: RelationKind
    object: str
    evidence: str
    valid_from: str | None = None
    valid_until: str | None = None

    @property
    def dated(self) -> bool:
        """Whether a day is told with it."""
        return bool(self.valid_from or self.valid_until)


@cache
def _phrases(language: str) -> tuple[Phrase, ...]:
    """(section, phrase, stems) of all phrases of a language."""
    words = section(language, "relations")
    return tuple(
        (key, phrase, telling(phrase))
        for key, listed in words.items()
        if key.startswith(_KINDS)
        for phrase in listed
    )


def may_tell(page: PageNames) -> bool:
    """Quick test for a whole page: whether it has the words of any relation."""
    return bool(page_phrases(page))


def _active(sentence: str, page: PageNames) -> dict[str, list[str]]:
    """The phrases whose words a sentence has, by section."""
    lowered = sentence.casefold()
    active: dict[str, list[str]] = {}
    for stems, phrases in page_phrases(page).items():
        for stem in stems:
            if stem in lowered:
                break
        else:
            continue
        for key, phrase, groups in phrases:
            if has_words(lowered, groups):
                active.setdefault(key, []).append(phrase)
    return active


def page_phrases(page: PageNames) -> Mapping[tuple[str, ...], list[Phrase]]:
    """The phrases whose words the page has at all, by those of their words that tell most."""
    if page.phrases is not None:
        return page.phrases
    page.phrases = {}
    here: dict[tuple[str, ...], tuple[str, ...]] = {}
    for key, phrase, groups in _phrases(page.document.language):
        kept: list[tuple[str, ...]] = []
        for stems in groups:
            if stems not in here:
                here[stems] = tuple(filter(page.lowered.__contains__, stems))
            if not here[stems]:
                break
            kept.append(here[stems])
        else:
            first, *rest = kept or [("",)]
            page.phrases.setdefault(first, []).append((key, phrase, tuple(rest)))
    return page.phrases


def told_in(index: int, page: PageNames) -> list[Told]:
    """The relations that sentence number `index` of a page tells."""
    sentence = page.sentences[index][1]
    words = _active(sentence, page)
    if not words or not page.may_name(sentence):
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
    found = matches(marked, phrases)
    paired = any(match.subjects and match.objects for match in found)
    for match in found:
        subjects, objects = match.subjects, match.objects
        if kind == "partner_of" and not objects and not paired and len(subjects) == 2:
            subjects, objects = subjects[:1], subjects[1:]
        if _is_turned(kind, match, subjects, objects, marked):
            subjects, objects = objects, subjects
        if kind in _OF_A_BODY and any(mention.kind == "public body" for mention in objects):
            continue
        term = _term(kind, match, marked)
        yield from _pairs(kind, _names(subjects, page), _names(objects, page), marked, term)


def _of_us(
    kind: RelationKind, phrases: tuple[str, ...], marked: Marked, page: PageNames, index: int
) -> Iterator[Told]:
    found = matches(marked, phrases)
    speaker = page.speaker_at(index) if found else None
    if speaker is None:
        return
    for match in found:
        term = _term(kind, match, marked)
        yield from _pairs(kind, [speaker], _names(match.objects, page), marked, term)


def _of_topic(
    kind: RelationKind, phrases: tuple[str, ...], marked: Marked, page: PageNames, index: int
) -> Iterator[Told]:
    found: list[Match] = matches(marked, phrases)
    topic = page.topic_at(index) if found else None
    if topic is None:
        return
    for match in found:
        term = _term(kind, match, marked)
        if match.subjects:
            subjects = _names(match.subjects, page)
            yield from _pairs(kind, subjects, [topic], marked, term)
        else:
            yield from _pairs(kind, [topic], _names(match.objects, page), marked, term)


def _is_turned(
    kind: RelationKind,
    match: Match,
    subjects: tuple[Mention, ...],
    objects: tuple[Mention, ...],
    marked: Marked,
) -> bool:
    """Whether the object stands before the verb, as it may in a language with cases.

    Its case shows it; where that cannot be seen, what a cluster is and does.
    """
    if kind not in _OF_A_BODY or kind == "member_of" or not match.phrase.startswith("{S} "):
        return False
    if not lexicon(marked.language).free_order or not subjects or not objects:
        return False
    inflected = [any(each.inflected for each in side) for side in (subjects, objects)]
    if inflected[0] != inflected[1]:
        return inflected[0]
    return subjects[0].kind in _BODIES and not any(each.kind in _BODIES for each in objects)


def _term(kind: RelationKind, match: Match, marked: Marked) -> Term:
    """From when to when it holds, where the clause says so."""
    if kind == "founder_of":
        return NO_TERM
    term = term_in(marked.text, marked.language, *match.span)
    return term if kind in _OF_A_DAY else Term(term.since, term.until)


def _names(mentions: tuple[Mention, ...], page: PageNames) -> list[str]:
    return [page.full(mention) for mention in mentions[:_MOST_NAMES]]


def _pairs(
    kind: RelationKind, subjects: list[str], objects: list[str], marked: Marked, term: Term
) -> Iterator[Told]:
    for subject in subjects:
        for other in objects:
            if not same_organization(subject, other):
                yield Told(subject, kind, other, marked.text, term.beginning, term.until)


def _without_contradictions(found: list[Told]) -> list[Told]:
    """Each pair once; who was the coordinator until some day is none now."""
    former = {(t.subject, t.object) for t in found if t.relation == "former_coordinator_of"}
    kept: dict[tuple[str, str, str], Told] = {}
    for told in found:
        pair = (told.subject, told.object)
        if told.relation == "coordinator_of" and pair in former:
            continue
        key = (told.relation, *pair)
        if key not in kept or (told.dated and not kept[key].dated):
            kept[key] = told
    return list(kept.values())
