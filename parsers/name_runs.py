"""Where a name begins and ends among the words of a sentence."""

from __future__ import annotations

from languages.names import same_organization
from languages.names_forms import agrees
from languages.names_lexicon import Lexicon, concepts_of, fold, lexicon
from parsers.name_tokens import Token, has_odd_spelling, never_names

_LOOKAHEAD = 3
_LONGEST_ANNOUNCEMENT = 4


def end_of_run(tokens: list[Token], at: int, lexical: Lexicon, language: str) -> int:
    """Index of the last token of the name that starts at `at`, or `at - 1` for none."""
    first = tokens[at]
    if first.kind not in ("name", "head", "quoted", "number") and not is_legal_before(tokens, at):
        return at - 1
    if first.kind == "number" and not _begins_with_number(tokens, at):
        return at - 1
    if first.kind == "name" and is_never_inside(first, lexical):
        return at - 1
    last = at
    index = at + 1
    while index < len(tokens):
        token = tokens[index]
        if last > at and tokens[last].kind == "legal" and token.kind not in ("legal", "and"):
            break
        if token.kind in ("name", "quoted", "legal"):
            if is_never_inside(token, lexical, inside=True):
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
    return _with_quoted(tokens, _with_seat(tokens, at, last, lexical), lexical)


def is_legal_before(tokens: list[Token], at: int) -> bool:
    """A legal form that stands before the name: "UAB „X“"."""
    return tokens[at].kind == "legal" and at + 1 < len(tokens) and tokens[at + 1].kind == "quoted"


def _with_quoted(tokens: list[Token], last: int, lexical: Lexicon) -> int:
    """ "Агенція розвитку «Стежка»": words of the field between head noun and quotes."""
    if not lexical.small_heads or tokens[last].kind != "head":
        return last
    for at in range(last + 1, min(last + _LOOKAHEAD + 1, len(tokens))):
        token = tokens[at]
        if token.kind == "quoted":
            return at if at > last + 1 else last
        if not token.text.islower() or not concepts_of(fold(token.text)):
            break
    return last


def _with_seat(tokens: list[Token], at: int, last: int, lexical: Lexicon) -> int:
    """ "Univerzita v Žiline": a university that its town alone tells from others."""
    head = lexical.heads.get(tokens[at].text.casefold())
    if last != at or head is None or head.kind != "university" or at + 2 >= len(tokens):
        return last
    link, town = tokens[at + 1], tokens[at + 2]
    named = town.kind == "name" and not is_never_inside(town, lexical)
    return at + 2 if link.text in lexical.prepositions and named else last


def is_never_inside(token: Token, lexical: Lexicon, *, inside: bool = False) -> bool:
    """Words that are capitalised without being part of a name: titles of people, roles."""
    word = token.text.casefold()
    if inside:
        return word in lexical.people or word in lexical.roles
    return word in lexical.stop or word in lexical.people or word in lexical.roles


def _begins_with_number(tokens: list[Token], at: int) -> bool:
    return (
        at + 1 < len(tokens)
        and tokens[at + 1].kind == "head"
        and len(tokens[at].text) < 3
        and tokens[at + 1].text[0].isupper()
    )


def _head_continues(tokens: list[Token], last: int, index: int, lexical: Lexicon) -> bool:
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
    tokens: list[Token], at: int, index: int, lexical: Lexicon, language: str
) -> int | None:
    """Over small words to the next capitalised one, or to a head noun in small letters."""
    first = tokens[index]
    if first.kind == "number":
        return index if len(first.text) < 4 and index + 1 < len(tokens) else None
    if first.kind == "mark" and is_dash_in_name(tokens, index):
        return index + 1
    if first.kind == "mark":
        joined = first.text in "-–" and 0 < index < len(tokens) - 1
        joined = joined and tokens[index - 1].kind != "quoted"
        if joined and tokens[index + 1].start == first.end and tokens[index + 1].kind == "name":
            return index + 1
        return None
    behind = tokens[index + 1 : index + 2]
    if first.text in lexical.articles and _has_head(tokens[at:index]) and _has_head(behind):
        return None  # "(forman parte del) Clúster X la Universidad Y"
    for ahead in range(index, min(index + _LOOKAHEAD + 1, len(tokens))):
        token = tokens[ahead]
        small = all(t.kind in ("link", "and") for t in tokens[index:ahead])
        if token.kind in ("name", "head", "quoted") and ahead > index and small:
            if token.kind == "head" and token.text[0].islower():
                return None
            if is_never_inside(token, lexical, inside=True):
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


def _is_small_name(words: list[Token], head: str, lexical: Lexicon, language: str) -> bool:
    """Whether words before a head noun in small letters are its adjectives."""
    if not lexical.small_heads or words[0].kind != "name":
        return False
    plain = [word.text for word in words if word.kind != "and"]
    return not lexical.adjectives or all(agrees(word, head, language) for word in plain)


def is_dash_in_name(tokens: list[Token], index: int) -> bool:
    """ "Chemie – Cluster Nord (CCN)": the acronym behind proves that the dash is in the name."""
    if tokens[index].text not in "-–" or index + 1 >= len(tokens):
        return False
    if tokens[index - 1].kind != "name" or tokens[index + 1].kind != "head":
        return False
    end = index + 1
    while end + 1 < len(tokens) and tokens[end + 1].kind in ("name", "head"):
        end += 1
    acronym = acronym_behind(tokens, end)
    initials = "".join(t.text[0] for t in [tokens[index - 1], *tokens[index + 1 : end + 1]])
    return acronym is not None and acronym.casefold() == initials.casefold()


def split_run(tokens: list[Token], first: int, last: int, language: str) -> list[tuple[int, int]]:
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
        if _separate(left, right):
            parts.append((start, index - 1))
            start = index + 1
    parts.append((start, last))
    return parts


def _is_agent_before(tokens: list[Token], first: int, last: int, language: str) -> bool:
    """ "(led by) PPQ Nowego Klastra": an acronym, then a name that begins with an adjective."""
    if last - first < 2 or not tokens[first].text.isupper() or len(tokens[first].text) < 3:
        return False
    run = tokens[first + 1 : last + 1]
    count = next((index for index, token in enumerate(run) if token.kind == "head"), 0)
    words = lexicon(language)
    if count == 0 or not words.adjectives or run[count].text.casefold() not in words.heads:
        return False
    return all(
        token.kind == "name"
        and token.text[1:].islower()
        and agrees(token.text, run[count].text, language)
        for token in run[:count]
    )


def _separate(left: list[Token], right: list[Token]) -> bool:
    until_and = right[: next((i for i, t in enumerate(right) if t.kind == "and"), len(right))]
    left_head, right_head = _has_head(left), _has_head(until_and)
    if left_head and right_head:
        return True
    if len(until_and) > 1 and until_and[0].kind == "head":
        return True
    if left_head and any(token.kind == "legal" for token in until_and):
        return True
    if left_head:
        first = until_and[0] if until_and else None
        odd = first is not None and (first.kind == "quoted" or has_odd_spelling(first.text))
        return odd or (left[-1].kind in ("legal", "quoted"))
    if right_head:
        return bool(left) and (
            left[-1].kind == "legal" or all(has_odd_spelling(t.text) for t in left)
        )
    return True


def _has_head(tokens: list[Token]) -> bool:
    return any(t.kind == "head" for t in tokens)


def acronym_behind(tokens: list[Token], last: int, lexical: Lexicon | None = None) -> str | None:
    """ "(PPPT)" or ", hereinafter PPPT" behind a name."""
    at = last + 1
    opened = at < len(tokens) and tokens[at].text in "(,"
    if not opened or at + 1 >= len(tokens):
        return None
    end = at + 1
    announced = 0
    while lexical is not None and end < len(tokens) and announced < _LONGEST_ANNOUNCEMENT:
        if tokens[end].text.casefold() not in lexical.short_for and tokens[end].text != ":":
            break
        announced += 1
        end += 1
    if end >= len(tokens) or (tokens[at].text == "," and not announced):
        return None
    if tokens[at].text == "(" and (end + 1 >= len(tokens) or tokens[end + 1].text != ")"):
        return None
    return _acronym(tokens[end].text)


def acronym_before(tokens: list[Token], first: int, name: str) -> str | None:
    """ "PPPT – Park ..." where the letters spell the name."""
    if first < 2 or tokens[first - 1].text not in "–-—":
        return None
    acronym = _acronym(tokens[first - 2].text)
    return acronym if acronym and same_organization(acronym, name) else None


def _acronym(word: str) -> str | None:
    word = word.strip('"„”“‟«»‹›')
    letters = [char for char in word if char.isalpha()]
    if len(letters) < 2 or word in never_names() or " " in word:
        return None
    return word if sum(char.isupper() for char in letters) * 2 > len(letters) else None
