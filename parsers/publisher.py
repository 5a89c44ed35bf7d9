"""Names of the site, and the organization that speaks on a page as "we"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from lxml.html import HtmlElement

from parsers.blocks import Layout
from parsers.charset import seen
from parsers.metas import Metas

_LONGEST = 100
_MOST_WORDS = 9
_META = ("og:site_name", "application-name", "publisher", "dc.publisher")
_ORGANIZATION = re.compile(r"Organization|Corporation|Association|NGO|Business|School|University")
_SEPARATOR = re.compile(r"\s+[|\-–—·•»«:]+\s+|\s*\|\s*")
_NO_NAME = re.compile(r"https?:|www\.|@|[!?;{}<>]|\.\s|\.(?:com|org|net|eu|info|[a-z]{2})$", re.I)
_SITE_TITLE = re.compile(
    r"(?:^|[\s_-])(?:site-?(?:title|name)|brand|logo|navbar-brand)(?:[\s_-]|$)", re.I
)
_RIGHTS = re.compile(r"(?:©|\(c\)|copyright)\s*(?:©\s*)?(?:\d{4}\s*(?:[-–]\s*\d{4})?)?\s*", re.I)
_GENERIC = frozenset(("home", "homepage", "news", "blog", "gov", "org", "edu", "com", "www"))
_OF_THE_SITE = 400


def site_names(root: HtmlElement, layout: Layout, metas: Metas) -> list[str]:
    """Names that a page gives its site, the most credible first: metadata, then what the page's
    logo, its copyright line and the tail of its title agree on."""
    found = [text for name in _META for text in map(_clean, metas.get(name, ())) if text]
    tails = {name.casefold(): name for name in _title_tails(root)}
    shown = (name.casefold() for name in _shown(layout))
    found += [tails[name] for name in shown if name in tails]
    return list(dict.fromkeys(found))


def read_publisher(names: list[str], things: list[dict[str, Any]]) -> str | None:
    """The organization behind a page: JSON-LD's publisher, else a name of the site (`names`)
    that reads like an organization's; None rather than a slogan."""
    for name in (*_in_jsonld(things), *names):
        name = " ".join(seen(name).split())
        if looks_like_name(name):
            return name
    return None


def looks_like_name(name: str) -> bool:
    """Whether a text may be an organization's name: short, begun with a capital, no sentence.

    >>> looks_like_name("Park Naukowy Gdynia"), looks_like_name("together we grow!")
    (True, False)
    """
    return (
        1 < len(name) <= _LONGEST
        and len(name.split()) <= _MOST_WORDS
        and (name[0].isupper() or name[0].isdigit() or any(c.isupper() for c in name[1:4]))
        and not _NO_NAME.search(name)
        and any(character.isalpha() for character in name)
        and name.casefold() not in _GENERIC
    )


def _in_jsonld(things: list[dict[str, Any]]) -> Iterator[str]:
    """A publisher's name, else that of an organization which stands alone."""
    organizations = []
    for thing in things:
        publisher = thing.get("publisher")
        if isinstance(publisher, dict) and isinstance(publisher.get("name"), str):
            yield publisher["name"]
        kind = thing.get("@type")
        kinds = kind if isinstance(kind, list) else [kind]
        name = thing.get("name")
        if isinstance(name, str) and any(
            isinstance(one, str) and _ORGANIZATION.search(one) for one in kinds
        ):
            organizations.append(name)
    if len(set(organizations)) == 1:
        yield organizations[0]


def _title_tails(root: HtmlElement) -> Iterator[str]:
    """The first and the last part of the title, and the whole."""
    title = root.find("head/title")
    text = _clean(title.text if title is not None else "")
    parts = [part for part in _SEPARATOR.split(text) if part]
    if len(parts) > 1:
        yield parts[-1]
        yield parts[0]
    if text:
        yield text


@lru_cache(maxsize=16384)
def _names_site(names: str) -> bool:
    """Whether a class attribute says that its element holds the site's name."""
    return _SITE_TITLE.search(names[:200]) is not None


def _shown(layout: Layout) -> Iterator[str]:
    """What stands as the site's name in its header, and behind a copyright sign in its footer."""
    segments = layout.segments
    for region in layout.regions[:_OF_THE_SITE]:
        if region.end - region.start == 1 and region.name and _names_site(region.name):
            yield segments[region.start].text
    for segment in segments[-12:]:
        match = _RIGHTS.search(segment.text[:_LONGEST])
        if match is not None:
            yield re.split(r"[.,|]|\s[-–]\s", segment.text[match.end() :][:_LONGEST])[0].strip()
    if segments and segments[0].linked:
        yield segments[0].text


def _clean(text: str | None) -> str:
    return " ".join(seen(text or "").split())[: 2 * _LONGEST]
