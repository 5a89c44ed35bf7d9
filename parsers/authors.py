"""Who wrote an article, as printed.

JSON-LD, meta and marked-up bylines first; else a line by the headline or at the end that says
"by", "von", "autor". A name that is the site's, an address or a role's is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from languages.detect import two_letters
from languages.names_lexicon import head_of
from languages.words import section
from parsers.charset import seen
from parsers.document import Document
from parsers.headline import fold
from parsers.hints import Hint

_LONGEST = 80
_MOST = 6
_ARTICLE_TYPES = re.compile(r"Article|Posting|Report|Review")
_META = ("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "byl")
_MARKED = re.compile(
    r"(?:^|[\s_-])(?:byline|author|autor|auteur|writer|vcard|fn|p-author)(?:[\s_-]|$|name)", re.I
)
_UNMARKED = re.compile(r"bio|box|avatar|image|desc|about|info|comment|social|link[s]|follow", re.I)
_COMMENT = re.compile(
    r"(?:^|[\s_-])(?:comments?|disqus|respond|replies|related|sidebar)(?:[\s_-]|$)", re.I
)
_PERSON = re.compile(
    r"[^\W\d_]{1,2}\.?(?:[^\W\d_]|['’.-]){0,30}"
    r"(?:\s(?:(?:van|von|de|der|den|da|di|del|la|le|du|zu)\s){0,2}(?!\d)[A-ZÀ-ŽА-ЯΑ-Ω][\w'’.-]{0,30}){1,4}"
)
_SIGNATURE = re.compile(
    r"[^\W\d_a-z][\w'’]{1,20}(?:-[\w'’]{2,20})?(?:\s[^\W\d_a-z]\.)?"
    r"\s[^\W\d_a-z][\w'’]{1,25}(?:-[^\W\d_a-z][\w'’]{1,25})?"
)
_SEPARATOR = re.compile(r"\s*(?:,|;|\||/|\s&\s|\s(?:and|und|et|y|i|e|a|og|och|en|og|і|и)\s)\s*")
_NOT_A_NAME = re.compile(
    r"https?:|www\.|@|\d{2,}|[<>{}\[\]=*#]|[.!?:]\s|\.(?:com|de|pl|org|net)\b", re.I
)
_ROLES = frozenset(
    ("admin", "administrator", "webmaster", "editor", "root", "user", "superuser", "guest", "null")
)
_DATE_AFTER = re.compile(r"\s+(?:[|•·–—-]|\d|am\s|on\s|le\s|del?\s\d|vom\s|dnia\s).*$", re.I)


def read_authors(document: Document) -> list[str]:
    """Authors' names in the order of the page; nothing that is no person or byline."""
    for names in (
        _in_jsonld(document.jsonld),
        _in_meta(document),
        _marked(document),
        _said(document),
        _signed(document),
    ):
        found = _clean(names, document)
        if found:
            return found
    return []


def _in_jsonld(things: list[dict[str, Any]]) -> Iterator[str]:
    for thing in things:
        kind = thing.get("@type")
        kinds = kind if isinstance(kind, list) else [kind]
        if any(isinstance(k, str) and _ARTICLE_TYPES.search(k) for k in kinds):
            yield from _names(thing.get("author") or thing.get("creator"))
            return


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _names(value.get("name"))
    elif isinstance(value, list):
        for part in value[:_MOST]:
            yield from _names(part)


def _in_meta(document: Document) -> Iterator[str]:
    for name in _META:
        yield from document.metas.get(name, ())


def _marked(document: Document) -> Iterator[str]:
    """The first byline that is marked as one, outside of comments."""
    likely: str | None = None
    for element in document.root.iter("a", "span", "p", "div", "address", "cite", "strong", "b"):
        sure = element.get("rel") == "author" or element.get("itemprop") == "author"
        if not sure:
            names = element.get("class") if likely is None else None
            if not names or not _marks_byline(names):
                continue
        if _commented(element):
            continue
        text = " ".join("".join(element.itertext())[: 4 * _LONGEST].split())
        if 1 < len(text) <= 2 * _LONGEST:
            if sure:
                yield text
                return
            likely = text
    if likely:
        yield likely


def _marks_byline(names: str) -> bool:
    """Whether a class attribute says that its element is a byline."""
    lower = names.lower()
    return (
        ("aut" in lower or "by" in lower or "writer" in lower or "card" in lower or "fn" in lower)
        and _MARKED.search(names) is not None
        and _UNMARKED.search(names) is None
    )


def _commented(element: HtmlElement) -> bool:
    for steps, outer in enumerate(element.iterancestors()):
        if steps >= 8 or outer.tag == "body":
            return False
        if _COMMENT.search(f"{outer.get('class') or ''} {outer.get('id') or ''}"[:200]):
            return True
    return False


def _said(document: Document) -> Iterator[str]:
    """A name behind a byline word, in a short line of its own."""
    words = _byline(document.language)
    if words is None:
        return
    regions = document.layout.regions
    for segment in document.layout.segments:
        if len(segment.text) > _LONGEST or segment.kind == "heading":
            continue
        match = words.match(segment.text)
        if match is None or regions[segment.region].hints & (Hint.COMMENT | Hint.RELATED):
            continue
        name = _DATE_AFTER.sub("", segment.text[match.end() :]).strip(" ,;:|.-–—")
        if _PERSON.fullmatch(name):
            yield name
            return


def _signed(document: Document) -> Iterator[str]:
    """A person's name alone in the last line of the text; in German, where every noun is
    capitalised, it must be set apart by italics, bold or its place to the right."""
    if len(document.blocks) < 2:
        return
    before, last = document.blocks[-2:]
    if last.kind != "paragraph" or not before.text.endswith((".", "!", "?", "…", "”", '"')):
        return
    if before.kind != "paragraph" or last.text.isupper() or not _SIGNATURE.fullmatch(last.text):
        return
    if any(head_of(word, document.language) for word in last.text.split()):
        return
    element = last.element
    plain = document.language not in ("de", "und")
    if next(element.iter("a"), None) is None and (plain or _is_set_apart(element, last.text)):
        yield last.text


def _is_set_apart(element: HtmlElement, text: str) -> bool:
    look = f"{element.get('align') or ''} {element.get('style') or ''}"[:200]
    if "right" in look:
        return True
    return any(
        " ".join("".join(part.itertext()).split()) == text
        for part in islice(element.iter("em", "i", "strong", "b"), _MOST)
    )


@cache
def _byline(language: str) -> re.Pattern[str] | None:
    words = [*section("en", "page").get("byline", ()), *section(language, "page").get("byline", ())]
    words = sorted({word for word in words if len(word) > 1}, key=len, reverse=True)
    if not words:
        return None
    some = "|".join(map(re.escape, words))
    # The capital behind it is asked for outside of the group that ignores case.
    return re.compile(rf"(?i:{some})(?:\s?:\s?|\s)(?=[^\W\d_a-z])")


def _clean(names: Iterable[str], document: Document) -> list[str]:
    """The names without byline words, dates and what is no name; each once."""
    taken = {fold(name) for name in (document.publisher, document.headline) if name}
    declared = two_letters(document.root.get("lang")) or "en"
    bylines = [pattern for code in (document.language, declared) if (pattern := _byline(code))]
    roles = _ROLES | {*section(document.language, "page").get("byline", ())}
    found: list[str] = []
    for name in names:
        name = " ".join(seen(name[: 4 * _LONGEST]).split())
        for _ in range(2):  # "Text: von Anna Nowak"
            for byline in bylines:
                if (match := byline.match(name)) is not None:
                    name = name[match.end() :]
        name = _DATE_AFTER.sub("", name).strip(" ,;:|.-–—•·")
        for part in _SEPARATOR.split(name)[:_MOST]:
            if (
                1 < len(part) <= _LONGEST
                and len(part.split()) <= 6
                and not _NOT_A_NAME.search(part)
                and part.lower() not in roles
                and fold(part) not in taken
            ):
                found.append(part)
                taken.add(fold(part))
        if len(found) >= _MOST:
            break
    return found[:_MOST]
