"""Finds names of organizations in a sentence.

A name is a run of capitalised words, quoted words, legal forms and the small words between
them. It counts as an organization's when something says so: a head noun ("Cluster", "Agency"),
a legal form, quotes, or a spelling that only names have ("EMC2", "BioTechMed").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from items import OrganizationKind
from languages.names_forms import agrees, nominative
from languages.names_lexicon import Head, Lexicon, concepts_of, fold, head_of, legal_forms, lexicon
from languages.places import city_at
from languages.words import codes, section

LONGEST_SENTENCE = 2000
_LONGEST_NAME = 160
_ELISION = r"(?:[LlDdSsNnQqMm]|[Qq]u|[DdNn]ell|[DdSs]all|[Aa]ll|[Ss]ull|[Dd]egl|[Uu]n)['’](?=\w)|"
_WORDS = r"[\"„”“‟«»‹›]|\w+(?:[-–'’.&+]\w+|(?<=\w)['’](?=\s|$))*\+?|\.{2,}|[^\w\s]"
_TOKEN = re.compile(_WORDS)
_ELIDED_TOKEN = re.compile(_ELISION + _WORDS)
_ELIDING = ("fr", "it", "ca")
_QUOTED = re.compile(r"([\"„”“‟«‹])([^\"„”“‟«»‹›]{1,90}?)([\"”“‟»›])")
_END = re.compile(
    r"[.!?…][\"”»)\]]?\s+(?=[\"„“«(\[–-]?\s?\w)|(?<=[a-ząćęłńóśźżáéíóúäöü)])[.;](?=[A-ZĄĆĘŁŃÓŚŹŻ])"
)
_INSIDE = re.compile(r"\w+(?:-\w+)*")
_LOOKAHEAD = 3
_SPACED_DASH = re.compile(r"\s[-–]\s")
_ENGLISH_LINKS = frozenset({"of", "for"})
_SPELLED_OUT = 13
_SHORTEST_HEAD = 4
_COMPOUNDING = ("de", "nl", "da", "no", "sv")


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


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int
    kind: str  # "name", "head", "link", "legal", "word", "mark"


def sentences(text: str) -> list[str]:
    """The sentences of one block of text."""
    found: list[str] = []
    start = 0
    for match in _END.finditer(text):
        before = text[start : match.start()].rsplit(None, 1)[-1:] or [""]
        word = before[0].strip('(„"«“')
        following = text[match.end() : match.end() + 2].lstrip('"„“«([–- ')
        if match.group()[0] == "." and _is_abbreviation(word, following):
            continue
        found.append(text[start : match.end()].strip())
        start = match.end()
    found.append(text[start:].strip())
    return [sentence[:LONGEST_SENTENCE] for sentence in found if sentence]


def _is_abbreviation(word: str, following: str) -> bool:
    if following and following[0].islower() and not following[0].isdigit():
        return True
    if word.isdigit():
        return len(word) < 4
    return "." in word or len(word) <= 2 or (len(word) <= 4 and word.casefold() in _short_words())


@cache
def _short_words() -> frozenset[str]:
    words: set[str] = set()
    for language in codes():
        words |= {word.rstrip(".") for word in lexicon(language).people if word.endswith(".")}
        words |= {str(w).casefold() for w in section(language, "names").get("abbreviations") or ()}
    return frozenset(words)


@cache
def _never_names() -> frozenset[str]:
    """Capitals that name no organization: EU, SME, R&D."""
    listed: set[str] = set()
    for language in codes():
        listed |= {str(word) for word in section(language, "names").get("not_names") or ()}
    return frozenset(listed)


def clean_name(name: str) -> str:
    """Without quotes around the whole name and without loose marks at its ends."""
    name = " ".join(name.split()).strip(" ,;:•·|–—-")
    match = _QUOTED.fullmatch(name)
    if match:
        name = match.group(2)
    if name.endswith(")") and "(" not in name:
        name = name[:-1]
    if name.startswith("(") and ")" not in name:
        name = name[1:]
    return name.strip()


def find_mentions(sentence: str, language: str) -> list[Mention]:
    """All names in `sentence`, from left to right; those not `sure` may be anything."""
    sentence = sentence[:LONGEST_SENTENCE]
    lexical = lexicon(language)
    tokens = _tokens(sentence, language, lexical)
    found: list[Mention] = []
    at = 0
    while at < len(tokens):
        last = _run(tokens, at, lexical, language)
        if last < at:
            at += 1
            continue
        for first, end in _split_at_ands(tokens, at, last, lexical, language):
            mention = _mention(sentence, tokens, first, end, language, lexical)
            if mention is not None:
                found.append(mention)
                last += 3 if mention.acronym and end == last else 0
        at = last + 1
    return found


def _tokens(sentence: str, language: str, lexical: Lexicon) -> list[_Token]:
    spans = [
        (m.start(), m.end(), "legal" if len(m.group()) < _SPELLED_OUT else "word")
        for m in legal_forms().finditer(sentence)
    ]
    for match in _QUOTED.finditer(sentence):
        inside = match.group(2).strip()
        if inside[:1].isupper() or any(char.isupper() for char in inside) or "-" in inside:
            spans.append((match.start(), match.end(), "quoted"))
    spans.sort()
    words = _ELIDED_TOKEN if language in _ELIDING else _TOKEN
    tokens: list[_Token] = []
    position = 0
    for start, end, kind in [*spans, (len(sentence), len(sentence), "")]:
        if start < position:
            continue
        for match in words.finditer(sentence, position, start):
            tokens.append(_classified(match, language, lexical))
        if kind:
            tokens.append(_Token(sentence[start:end], start, end, kind))
        position = end
    return tokens


def _classified(match: re.Match[str], language: str, lexical: Lexicon) -> _Token:
    word = match.group()
    lowered = word.casefold()
    kind = "word"
    if word[-1] in "'’":
        kind = "link" if word[0].islower() else "word"
    elif not word[0].isalnum():
        kind = "and" if word == "&" else "mark"
    elif _is_head(word, lowered, language, lexical):
        kind = "head"
    elif lowered in lexical.ands:
        kind = "and"
    elif word.islower() and (lowered in lexical.links or lowered in _ENGLISH_LINKS):
        kind = "link"
    elif any(char.isupper() for char in word):
        kind = "name"
    elif word.isdigit():
        kind = "number"
    return _Token(word, match.start(), match.end(), kind)


def _is_head(word: str, lowered: str, language: str, lexical: Lexicon) -> bool:
    if lowered in lexical.heads:
        return True
    return word[0].isupper() and compound_head(word, language) is not None


def compound_head(word: str, language: str) -> Head | None:
    """The head noun that a word is or ends in: "Leibniz-Institut", "Technologiepark"."""
    head = head_of(word, language)
    if head is None and "-" in word:
        head = head_of(word.rsplit("-", 1)[1], language)
    if head is None and language in _COMPOUNDING:
        lowered = word.casefold()
        for length in range(len(lowered) - 3, _SHORTEST_HEAD - 1, -1):
            head = lexicon(language).heads.get(lowered[-length:])
            if head is not None:
                return head
    return head


def _run(tokens: list[_Token], at: int, lexical: Lexicon, language: str) -> int:
    """Index of the last token of the name that starts at `at`, or `at - 1` for none."""
    first = tokens[at]
    if first.kind not in ("name", "head", "quoted", "number"):
        return at - 1
    if first.kind == "number" and not _begins_with_number(tokens, at):
        return at - 1
    if first.kind == "name" and _never_inside(first, lexical):
        return at - 1
    last = at
    index = at + 1
    while index < len(tokens):
        token = tokens[index]
        if tokens[last].kind == "legal" and token.kind not in ("legal", "and"):
            break
        if token.kind in ("name", "quoted", "legal"):
            if _never_inside(token, lexical, inside=True):
                break
            last = index
        elif token.kind == "head":
            if token.text[0].islower() and not _head_continues(tokens, last, index, lexical):
                break
            last = index
        elif token.kind in ("link", "and", "word", "mark", "number"):
            bridge = _bridge(tokens, at, index, lexical, language)
            if bridge is None:
                break
            index = last = bridge
        index += 1
    return last


def _never_inside(token: _Token, lexical: Lexicon, *, inside: bool = False) -> bool:
    """Words that are capitalised without being part of a name: titles of people, roles."""
    word = token.text.casefold()
    if inside:
        return word in lexical.people or word in lexical.roles
    return word in lexical.stop or word in lexical.people or word in lexical.roles


def _begins_with_number(tokens: list[_Token], at: int) -> bool:
    return (
        at + 1 < len(tokens)
        and tokens[at + 1].kind == "head"
        and len(tokens[at].text) < 3
        and tokens[at + 1].text[0].isupper()
    )


def _head_continues(tokens: list[_Token], last: int, index: int, lexical: Lexicon) -> bool:
    """Whether a head noun in small letters still belongs to the capitals before it."""
    head = lexical.heads.get(tokens[index].text.casefold())
    previous = tokens[last]
    return (
        lexical.small_heads
        and head is not None
        and previous.kind in ("name", "quoted")
        and index == last + 1
    )


def _bridge(
    tokens: list[_Token], at: int, index: int, lexical: Lexicon, language: str
) -> int | None:
    """Over small words to the next capitalised one, or to a head noun in small letters."""
    first = tokens[index]
    if first.kind == "number":
        return index if len(first.text) < 4 and index + 1 < len(tokens) else None
    if first.kind == "mark" and _is_dash_in_name(tokens, index):
        return index + 1
    if first.kind == "mark":
        joined = first.text in "-–" and 0 < index < len(tokens) - 1
        joined = joined and tokens[index - 1].kind != "quoted"
        if joined and tokens[index + 1].start == first.end and tokens[index + 1].kind == "name":
            return index + 1
        return None
    for ahead in range(index, min(index + _LOOKAHEAD + 1, len(tokens))):
        token = tokens[ahead]
        small = all(t.kind in ("link", "and") for t in tokens[index:ahead])
        if token.kind in ("name", "head", "quoted") and ahead > index and small:
            if token.kind == "head" and token.text[0].islower():
                return None
            if _never_inside(token, lexical, inside=True):
                return None
            return ahead
        if token.kind == "head" and ahead > index and token.text[0].islower() and not small:
            words = [tokens[at], *tokens[index:ahead]]
            return ahead if _is_small_name(words, token.text, lexical, language) else None
        if token.kind in ("mark", "name", "quoted", "legal", "number"):
            return None
        if token.text.casefold() in (lexical.stop - lexical.links):
            return None
        if token.kind == "word" and any(t.kind == "link" for t in tokens[index:ahead]):
            return None
    return None


def _is_small_name(words: list[_Token], head: str, lexical: Lexicon, language: str) -> bool:
    """Whether words before a head noun in small letters are its adjectives."""
    if not lexical.small_heads or words[0].kind != "name":
        return False
    plain = [word.text for word in words if word.kind != "and"]
    return not lexical.adjectives or all(agrees(word, head, language) for word in plain)


def _is_dash_in_name(tokens: list[_Token], index: int) -> bool:
    """ "Chemie – Cluster Nord (CCN)": the acronym behind proves that the dash is in the name."""
    if tokens[index].text not in "-–" or index + 1 >= len(tokens):
        return False
    if tokens[index - 1].kind != "name" or tokens[index + 1].kind != "head":
        return False
    end = index + 1
    while end + 1 < len(tokens) and tokens[end + 1].kind in ("name", "head"):
        end += 1
    acronym = _acronym_behind(tokens, end)
    initials = "".join(t.text[0] for t in [tokens[index - 1], *tokens[index + 1 : end + 1]])
    return acronym is not None and acronym.casefold() == initials.casefold()


def _split_at_ands(
    tokens: list[_Token], first: int, last: int, lexical: Lexicon, language: str
) -> list[tuple[int, int]]:
    """Cuts "Klaster A i Klaster B" in two, and leaves "Research and Technology Park" whole."""
    parts: list[tuple[int, int]] = []
    start = first
    if _is_agent_before(tokens, first, last, language):
        parts.append((first, first))
        start = first + 1
    for index in range(start + 1, last):
        if tokens[index].kind != "and" or tokens[index].text == "&":
            continue
        left, right = tokens[start:index], tokens[index + 1 : last + 1]
        if _separate(left, right, language):
            parts.append((start, index - 1))
            start = index + 1
    parts.append((start, last))
    return parts


def _is_agent_before(tokens: list[_Token], first: int, last: int, language: str) -> bool:
    """ "(led by) PPQ Nowego Klastra": an acronym, then a name that begins with an adjective."""
    if last - first < 2 or not tokens[first].text.isupper() or len(tokens[first].text) < 3:
        return False
    adjectives = 0
    for token in tokens[first + 1 : last + 1]:
        if token.kind == "head":
            return adjectives > 0
        if token.kind != "name" or not token.text[1:].islower():
            return False
        head = next((t.text for t in tokens[first : last + 1] if t.kind == "head"), None)
        if head is None or not agrees(token.text, head, language):
            return False
        adjectives += 1
    return False


def _separate(left: list[_Token], right: list[_Token], language: str) -> bool:
    until_and = right[: next((i for i, t in enumerate(right) if t.kind == "and"), len(right))]
    left_head, right_head = _has_head(left, language), _has_head(until_and, language)
    if left_head and right_head:
        return True
    if len(until_and) > 1 and until_and[0].kind == "head":
        return True
    if left_head and any(token.kind == "legal" for token in until_and):
        return True
    if left_head:
        first = until_and[0] if until_and else None
        odd = first is not None and (first.kind == "quoted" or _odd_spelling(first.text))
        return odd or (left[-1].kind in ("legal", "quoted"))
    if right_head:
        return bool(left) and (left[-1].kind == "legal" or all(_odd_spelling(t.text) for t in left))
    return True


def _has_head(tokens: list[_Token], language: str) -> bool:
    return any(t.kind == "head" for t in tokens)


def _odd_spelling(word: str) -> bool:
    """Capitals or digits where ordinary words have none."""
    if word in _never_names():
        return False
    inner = [char for char in word[1:] if char.isalpha()]
    capital_inside = any(
        char.isupper() and word[index - 1] not in "-–'’."
        for index, char in enumerate(word)
        if index
    )
    mixed = any(c.isdigit() for c in word) and any(c.isupper() for c in word)
    return bool(inner) and (capital_inside or (mixed and len(word) > 2))


def _mention(
    sentence: str,
    tokens: list[_Token],
    first: int,
    last: int,
    language: str,
    lexical: Lexicon,
) -> Mention | None:
    first = _without_opening_word(tokens, first, last, lexical, language)
    while first <= last and (
        tokens[first].kind in ("and", "link", "legal") or _is_office(tokens, first, last, lexical)
    ):
        first += 1
    while last >= first and tokens[last].kind in ("and", "link", "word", "number", "mark"):
        last -= 1
    if first > last:
        return None
    if first > 0 and _is_field_adjective(tokens, first, lexical):
        first -= 1
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
    outside = 0
    while not lexical.adjectives and len(run) > 1 and _is_common(run[0]):
        run, outside = run[1:], outside + 1
    if outside:
        text = sentence[run[0].start : end].strip()
    titled = first > 0 and tokens[first - 1].text.casefold().rstrip(".") in {
        word.rstrip(".") for word in lexical.people
    }
    sure = bool(heads) or any(
        t.kind == "legal"
        or (t.kind == "quoted" and len(run) > 1)
        or any(_odd_spelling(word) for word in _INSIDE.findall(t.text))
        for t in run
    )
    sure = sure or _is_explained(tokens, last)
    if {run[0].text.casefold(), run[-1].text.casefold()} & lexical.events:
        sure = False
    acronym = _acronym_behind(tokens, last)
    if (
        acronym is not None
        and len(run) > 1
        and any(_is_dash_in_name(tokens, i) for i in range(first, last))
    ):
        text = _SPACED_DASH.sub("-", text)
    return Mention(
        text=text,
        start=run[0].start,
        end=end,
        language=language,
        sure=(sure or acronym is not None) and not (titled and not heads),
        kind=kind,
        acronym=acronym,
    )


def _is_office(tokens: list[_Token], first: int, last: int, lexical: Lexicon) -> bool:
    """ "(President of the) Board of Cluster X": the board is no organization of its own."""
    if first == 0 or first == last or tokens[first].kind != "head":
        return False
    before = tokens[first - 1].text.casefold()
    return before in lexical.people and any(
        token.kind == "head" for token in tokens[first + 1 : last + 1]
    )


def _is_field_adjective(tokens: list[_Token], first: int, lexical: Lexicon) -> bool:
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


def _is_compound(token: _Token, language: str) -> bool:
    """ "Software-Cluster": a head noun that says itself which."""
    return token.kind == "head" and head_of(token.text, language) is None


def _is_common(token: _Token) -> bool:
    """A head noun in small letters: "le cluster X" names X."""
    return token.kind in ("head", "link") and token.text.islower()


def _is_explained(tokens: list[_Token], last: int) -> bool:
    """ "X, cluster of ...": what stands behind the name says that it is an organization's."""
    after = tokens[last + 1 : last + 3]
    return (
        len(after) == 2
        and after[0].text == ","
        and after[1].kind == "head"
        and after[1].text.islower()
    )


def _is_name_alone(token: _Token) -> bool:
    if token.text in _never_names():
        return False
    return token.kind in ("name", "quoted", "head")


def _without_opening_word(
    tokens: list[_Token], first: int, last: int, lexical: Lexicon, language: str
) -> int:
    """A sentence's first word is capitalised whatever it is: drop it where it does not fit."""
    while first < last:
        token = tokens[first]
        if token.kind == "name" and _never_inside(token, lexical):
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
    tokens: list[_Token], first: int, last: int, lexical: Lexicon, language: str
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


def _is_place(tokens: list[_Token], first: int, lexical: Lexicon, language: str) -> bool:
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


def _acronym_behind(tokens: list[_Token], last: int) -> str | None:
    """ "(PPPT)" behind a name."""
    if last + 3 >= len(tokens) + 0 and last + 3 > len(tokens) - 1:
        window = tokens[last + 1 : last + 4]
    else:
        window = tokens[last + 1 : last + 4]
    if len(window) < 3 or window[0].text != "(" or window[2].text != ")":
        return None
    word = window[1].text
    letters = [char for char in word if char.isalpha()]
    if len(letters) < 2 or word in _never_names():
        return None
    return (
        word if sum(c.isupper() for c in letters) * 2 > len(letters) and " " not in word else None
    )


def strip_legal(name: str) -> str:
    """The name without its legal form."""
    return clean_name(legal_forms().sub(" ", name))


def key_of(name: str) -> str:
    """Folded letters and digits only: for comparing names with addresses and headlines."""
    return "".join(char for char in fold(name) if char.isalnum())
