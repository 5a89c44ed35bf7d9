"""Finds names of organizations in a sentence.

A name is a run of capitalised words, quoted words, legal forms and the small words between
them. It counts as an organization's when something says so: a head noun ("Cluster", "Agency"),
a legal form, quotes, or a spelling that only names have ("EMC2", "BioTechMed").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from items import OrganizationKind
from languages.names_forms import agrees, nominative
from languages.names_lexicon import (
    Head,
    Lexicon,
    common_concepts,
    concepts_of,
    fold,
    head_of,
    lexicon,
)
from languages.places import city_at
from parsers.name_runs import (
    acronym_before,
    acronym_behind,
    end_of_run,
    is_dash_in_name,
    is_legal_before,
    is_never_inside,
    split_run,
)
from parsers.name_tokens import (
    LONGEST_SENTENCE,
    QUOTED,
    Token,
    compound_head,
    has_odd_spelling,
    never_names,
    read_tokens,
)

_LONGEST_NAME = 160
_LONGEST_COMPLEMENT = 3
_INTRODUCING = frozenset((":", "-", "–", "pn", "pt", "pod", "nazwą", "called", "entitled", "named"))
_COMMON_KINDS = ("cluster", "park")
_INSIDE = re.compile(r"\w+(?:-\w+)*")
_LAST_PART = re.compile(r"(?<=[a-z])[A-Z][a-z]+$")
_A_NOUN_AND_A_NAME = 2
_SPACED_DASH = re.compile(r"\s[-–]\s")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name where it stands in a sentence.

    text: as written; start, end: character offsets in the sentence. acronym: what brackets
    behind it give as its short form. sure: it can only be an organization's name.
    """

    text: str
    start: int
    end: int
    language: str
    sure: bool
    kind: OrganizationKind | None = None
    acronym: str | None = None

    @property
    def name(self) -> str:
        """The name in the nominative, without the quotes around the whole of it."""
        return clean_name(nominative(self.text, self.language))

    @property
    def inflected(self) -> bool:
        """Whether it stands in another case than the nominative."""
        return nominative(self.text, self.language) != self.text


def clean_name(name: str) -> str:
    """Without quotes around the whole name and without loose marks at its ends."""
    name = " ".join(name.split()).strip(" ,;:•·|–—-")
    match = QUOTED.fullmatch(name)
    if match:
        name = match.group(2)
    if name.endswith(")") and "(" not in name:
        name = name[:-1]
    if name.startswith("(") and ")" not in name:
        name = name[1:]
    return name.strip()


def find_mentions(sentence: str, language: str) -> list[Mention]:
    """All names in `sentence`, from left to right; those not `sure` may be anything."""
    return list(_mentions(sentence[:LONGEST_SENTENCE], language))


@lru_cache(maxsize=1024)
def _mentions(sentence: str, language: str) -> tuple[Mention, ...]:
    lexical = lexicon(language)
    tokens = read_tokens(sentence, language)
    found: list[Mention] = []
    at = 0
    while at < len(tokens):
        last = end_of_run(tokens, at, lexical, language)
        if last < at:
            at += 1
            continue
        for first, end in split_run(tokens, at, last, language):
            mention = _mention(sentence, tokens, first, end, language, lexical)
            if mention is not None:
                found.append(mention)
                last += 3 if mention.acronym and end == last else 0
        at = last + 1
    return tuple(found)


def _mention(
    sentence: str,
    tokens: list[Token],
    first: int,
    last: int,
    language: str,
    lexical: Lexicon,
) -> Mention | None:
    first = _without_opening_word(tokens, first, last, lexical, language)
    while first <= last and (
        tokens[first].kind in ("and", "link")
        or (tokens[first].kind == "legal" and not is_legal_before(tokens, first))
        or _is_office(tokens, first, last, lexical)
    ):
        first += 1
    while last >= first and tokens[last].kind in ("and", "link", "word", "number", "mark"):
        last -= 1
    if first > last:
        return None
    if first > 0 and _is_field_adjective(tokens, first, lexical):
        first -= 1
    last = _with_complement(tokens, first, last, lexical)
    run = tokens[first : last + 1]
    end = run[-1].end
    if language == "en" and run[-1].text.endswith(("'s", "’s")):
        end -= 2
    text = sentence[run[0].start : end].strip()
    if len(text) > _LONGEST_NAME:
        return None
    heads = [compound_head(t.text, language) for t in run if t.kind == "head"]
    if not heads and len(run) == 1 and run[0].kind == "quoted":
        inside = [compound_head(w, language) for w in _INSIDE.findall(run[0].text)]
        heads = [head for head in inside if head is not None]
    kind = next((head.kind for head in heads if head and head.kind), None)
    telling = [t for t in run if t.kind in ("name", "quoted") or _is_compound(t, language)]
    if not telling or (len(run) == 1 and not _is_name_alone(run[0])):
        return None
    start = run[0].start
    outside = 0
    while len(run) > 1 and _is_common(run) and _is_outside(run, heads, lexical):
        run, outside = run[1:], outside + 1
    if outside:
        text = sentence[run[0].start : end].strip()
    titled = first > 0 and tokens[first - 1].text.casefold().rstrip(".") in {
        word.rstrip(".") for word in lexical.people
    }
    sure = bool(heads) or any(
        t.kind == "legal"
        or (t.kind == "quoted" and len(run) > 1)
        or any(has_odd_spelling(word) for word in _INSIDE.findall(t.text))
        for t in run
    )
    sure = sure or _is_explained(tokens, last)
    ends = {run[0].text.casefold(), run[-1].text.casefold()}
    if ends & lexical.events or run[-1].text.casefold() in lexicon("en").events:
        sure = False
    if sure and (
        _is_of_an_event(tokens, first, last, lexical)
        or _is_of_a_project(tokens, first, text, lexical, language)
        or _is_any(run, heads)
    ):
        sure = False
    acronym = acronym_behind(tokens, last, lexical) or acronym_before(tokens, first, text)
    if (
        acronym is not None
        and len(run) > 1
        and any(is_dash_in_name(tokens, i) for i in range(first, last))
    ):
        text = _SPACED_DASH.sub("-", text)
    return Mention(
        text=text,
        start=start,
        end=end,
        language=language,
        sure=(sure or (acronym is not None and not heads)) and not (titled and not heads),
        kind=kind,
        acronym=acronym,
    )


def _with_complement(tokens: list[Token], first: int, last: int, lexical: Lexicon) -> int:
    """Over what a head noun governs in small letters: "Karpatský klaster cestovného ruchu".

    Only words of the field count, in languages whose names are written so.
    """
    if not lexical.small_heads or tokens[last].kind != "head" or first == last:
        return last
    at = last + 1
    while at < len(tokens) and at - last <= _LONGEST_COMPLEMENT:
        token = tokens[at]
        if not token.text.islower() or token.text in lexical.stop:
            break
        if token.kind == "and" or not (token.kind == "head" or concepts_of(fold(token.text))):
            break
        at += 1
    return at - 1


def _is_outside(run: list[Token], heads: list[Head | None], lexical: Lexicon) -> bool:
    """Whether a common noun before a name is no part of it.

    "le cluster X", "firma X s.r.o.", "klaster AgroBioCluster".
    """
    if not lexical.adjectives:
        return True
    head = heads[0] if run[0].kind == "head" and heads else None
    if head is None:
        return False
    if head.kind == "company":
        return any(token.kind == "legal" for token in run)
    own = _LAST_PART.search(run[1].text) if len(run) == _A_NOUN_AND_A_NAME else None
    named = head_of(own.group(), "en") if own else None
    return named is not None and named.kind == head.kind


def _is_of_an_event(tokens: list[Token], first: int, last: int, lexical: Lexicon) -> bool:
    """ "European Cluster (Conference)", "Cluster Sales (Manager)": cut from something else."""
    after = tokens[last + 1] if last + 1 < len(tokens) else None
    if after is None or tokens[last].kind in ("quoted", "legal") or not after.text[0].isupper():
        return False
    behind = after.text.casefold()
    office = tokens[first].kind == "head" and behind in lexical.people
    return lexical.events_behind and (office or behind in lexical.events)


def _is_of_a_project(
    tokens: list[Token], first: int, text: str, lexical: Lexicon, language: str
) -> bool:
    """ "the project Clusters Go Green": what a project or a conference is called."""
    at = first - 1
    while at > 0 and tokens[at].text in _INTRODUCING:
        at -= 1
        if tokens[at + 1].text in "-–" and tokens[at].text.isupper():
            at -= 1  # the acronym of "project ABC – A Better Cluster"
    if at < 0 or tokens[at].text.casefold() not in lexical.projects:
        return False
    return nominative(text, language) == text  # else it is the project of that organization


def _is_any(run: list[Token], heads: list[Head | None]) -> bool:
    """ "Polish Cluster", "8 Technology Clusters": any of them, none by name."""
    if not heads or any(head is None or head.kind not in _COMMON_KINDS for head in heads):
        return False
    others = [token for token in run if token.kind not in ("head", "link", "and", "number")]
    counted = run[0].kind == "number"
    concepts = [concepts_of(fold(token.text)) for token in others if token.kind == "name"]
    return 0 < len(concepts) == len(others) and all(
        found and (counted or common_concepts().issuperset(found)) for found in concepts
    )


def _is_office(tokens: list[Token], first: int, last: int, lexical: Lexicon) -> bool:
    """ "(President of the) Board of Cluster X": the board is no organization of its own."""
    if first == 0 or first == last or tokens[first].kind != "head":
        return False
    before = tokens[first - 1].text.casefold()
    return before in lexical.people and any(
        token.kind == "head" for token in tokens[first + 1 : last + 1]
    )


def _is_field_adjective(tokens: list[Token], first: int, lexical: Lexicon) -> bool:
    """ "industrial" in small letters before a head noun in small letters."""
    head, before = tokens[first], tokens[first - 1]
    return (
        head.kind == "head"
        and head.text.islower()
        and before.kind == "word"
        and bool(lexical.adjectives)
        and _agrees(before.text, lexical)
        and bool(concepts_of(fold(before.text)))
    )


def _is_compound(token: Token, language: str) -> bool:
    """ "Software-Cluster": a head noun that says itself which."""
    return token.kind == "head" and head_of(token.text, language) is None


def _is_common(run: list[Token]) -> bool:
    """A head noun in small letters, or one that opens a sentence: "le cluster X" names X."""
    token = run[0]
    opens = token.start == 0 and run[1].kind == "quoted"
    return token.kind in ("head", "link") and (token.text.islower() or opens)


def _is_explained(tokens: list[Token], last: int) -> bool:
    """ "X, cluster of ...": what stands behind the name says that it is an organization's."""
    after = tokens[last + 1 : last + 3]
    return (
        len(after) == 2
        and after[0].text == ","
        and after[1].kind == "head"
        and after[1].text.islower()
    )


def _is_name_alone(token: Token) -> bool:
    if token.text in never_names():
        return False
    return token.kind in ("name", "quoted", "head")


def _without_opening_word(
    tokens: list[Token], first: int, last: int, lexical: Lexicon, language: str
) -> int:
    """A sentence's first word is capitalised whatever it is: drop it where it does not fit."""
    while first < last:
        token = tokens[first]
        if token.kind == "name" and is_never_inside(token, lexical):
            first += 1
            continue
        if token.text.casefold() in lexical.events and tokens[first + 1].kind in ("head", "quoted"):
            first += 1
            continue
        opens = first == 0 or tokens[first - 1].text in ".:;!?–-•"
        if opens and _stands_apart(tokens, first, last, lexical, language):
            first += 1
            continue
        if first > 0 and _is_place(tokens, first, lexical, language):
            first += 1
            continue
        break
    return first


def _stands_apart(
    tokens: list[Token], first: int, last: int, lexical: Lexicon, language: str
) -> bool:
    """Whether a capitalised word opens a sentence before a name that begins behind it.

    In a language with cases, what stands before the head noun agrees with it.
    """
    word = tokens[first]
    if not lexical.adjectives or word.kind != "name" or not word.text[1:].islower():
        return False
    head = next((t.text for t in tokens[first + 1 : last + 1] if t.kind == "head"), None)
    if head is None or agrees(word.text, head, language):
        return False
    between = tokens[first + 1 : last + 1]
    for token in between:
        if token.kind == "head":
            return True
        if token.kind != "name" or not agrees(token.text, head, language):
            return False
    return False


def _is_place(tokens: list[Token], first: int, lexical: Lexicon, language: str) -> bool:
    """Whether a run begins with a city that a preposition ties to the words before."""
    before = tokens[first - 1].text.casefold()
    word = tokens[first].text
    return before in lexical.prepositions and city_at(word, 0, language) is not None


def _agrees(word: str, lexical: Lexicon) -> bool:
    """Whether a word looks like an adjective of the language, in any case."""
    lowered = word.casefold()
    for endings in lexical.adjectives.values():
        for oblique, plain in endings.items():
            if lowered.endswith((oblique, plain)):
                return True
    return False
