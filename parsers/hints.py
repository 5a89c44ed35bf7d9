"""What an element's tag, role, class and id say about its part on the page.

Web designers of all languages name these in English, so the words are those of the trade, not
of a language. A hint is evidence only; `parsers.content` weighs it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise


class Hint:
    """Parts of a page, as its markup names them: bits of a number, for speed."""

    NAV = 1 << 0
    FOOTER = 1 << 1
    HEADER = 1 << 2
    SIDE = 1 << 3
    COMMENT = 1 << 4
    SHARE = 1 << 5
    RELATED = 1 << 6
    PROMO = 1 << 7
    COOKIE = 1 << 8
    META = 1 << 9
    HIDDEN = 1 << 10
    FORM = 1 << 11
    CONTENT = 1 << 12
    CARD = 1 << 13
    MAIN = 1 << 14
    ARTICLE = 1 << 15
    CAPTION = 1 << 16
    UNSEEN = 1 << 17


_WORDS = {
    Hint.NAV: "nav navi navbar navigation menu menue mainmenu submenu megamenu breadcrumb"
    " breadcrumbs crumbs pathway rootline pagination pager paging paginator toolbar skip"
    " skiplink skiplinks sitemap langswitch languages langs toc",
    Hint.FOOTER: "footer foot colophon copyright copyrights bottom subfooter legal",
    Hint.HEADER: "header masthead topbar branding logo headerbar sitename",
    Hint.SIDE: "sidebar side aside rail widget widgets sidecol rightcol leftcol marginal"
    " sidenav secondary complementary",
    Hint.COMMENT: "comment comments disqus respond reply replies commentlist commentform",
    Hint.SHARE: "share sharing shares social socials addtoany addthis sns follow sharedaddy"
    " sharebar bookmarks facebook twitter",
    Hint.RELATED: "related similar recommend recommended recommendation recommendations popular"
    " trending latest recent mostread moreon alsoread readnext upnext prevnext previous next"
    " suggestions suggested outbrain taboola crosslinks",
    Hint.PROMO: "ad ads adv advert advertisement advertising anzeige sponsor sponsored promo"
    " promotion newsletter subscribe subscription signup cta popup modal overlay dialog banner"
    " paywall donate donation lightbox dfp adsense optin",
    Hint.COOKIE: "cookie cookies consent gdpr cmp onetrust rodo dsgvo privacy",
    Hint.META: "meta byline author authors date posted postmeta tag tags category categories"
    " info credit credits published timestamp bio authorbox",
    Hint.HIDDEN: "hidden hide sronly visuallyhidden invisible offscreen noprint printonly"
    " screenreader noscript unsichtbar aural",
    Hint.FORM: "form search searchform searchbox login signin register filter filters captcha"
    " facet facets",
    Hint.CONTENT: "content article entry post story text body main artikel beitrag inhalt prose"
    " richtext rte newstext articlebody maincontent bodytext description",
    Hint.CARD: "card cards item items teaser teasers tile tiles grid list listing product"
    " products results result feed archive loop blocks",
    Hint.CAPTION: "caption captions figcaption credit photographer gallery slider carousel",
}
_BY_WORD: dict[str, int] = {}
for _hint, _words in _WORDS.items():
    for _word in _words.split():
        _BY_WORD[_word] = _BY_WORD.get(_word, 0) | _hint
# Names of style sheets' tools say how a thing looks, not what it is.
_LOOK_WORDS = (
    "align animate aspect bg border col cols content cursor delay display duration ease flex flow"
    " font gap grid has height hover inset is items js justify leading lg list m max mb md min ml"
    " mr mt no not object opacity order overflow p pb pl place pr pt px py relative ring rounded"
    " row rows scroll self shadow sm space text top tracking transition translate underline w wf"
    " whitespace width with without xl xs z"
)
_LOOKS = frozenset(_LOOK_WORDS.split())
# WordPress notes on each post how it is filed.
_FILED = ("category-", "tag-", "author-", "format-", "type-", "status-")
_INNER = Hint.CARD | Hint.CONTENT | Hint.COMMENT | Hint.SIDE | Hint.ARTICLE
_OUTER = Hint.HEADER | Hint.FOOTER
_PAIRS = {
    ("sr", "only"): Hint.HIDDEN,
    ("screen", "reader"): Hint.HIDDEN,
    ("visually", "hidden"): Hint.HIDDEN,
    ("d", "none"): Hint.HIDDEN,
    ("read", "more"): Hint.RELATED,
    ("top", "bar"): Hint.HEADER,
    ("skip", "link"): Hint.NAV,
    ("lang", "switch"): Hint.NAV,
    ("language", "switcher"): Hint.NAV,
    ("language", "selector"): Hint.NAV,
    ("main", "content"): Hint.CONTENT,
}
_WORD = re.compile(r"[A-Z]?[a-z]{1,20}|[A-Z]{2,20}")
_LONGEST_NAME = 200

_TAGS = {
    "nav": Hint.NAV,
    "footer": Hint.FOOTER,
    "header": Hint.HEADER,
    "aside": Hint.SIDE,
    "form": Hint.FORM,
    "fieldset": Hint.FORM,
    "main": Hint.MAIN,
    "article": Hint.ARTICLE,
    "figcaption": Hint.CAPTION,
    "caption": Hint.CAPTION,
    "figure": Hint.CAPTION,
    "dialog": Hint.PROMO,
}
_ROLES = {
    "navigation": Hint.NAV,
    "menu": Hint.NAV,
    "menubar": Hint.NAV,
    "contentinfo": Hint.FOOTER,
    "banner": Hint.HEADER,
    "complementary": Hint.SIDE,
    "search": Hint.FORM,
    "form": Hint.FORM,
    "main": Hint.MAIN,
    "article": Hint.ARTICLE,
    "dialog": Hint.PROMO,
    "alertdialog": Hint.PROMO,
}


_OPENING_PAIRS = frozenset(first for first, _ in _PAIRS)
_LETTERS = bytes(code if chr(code).isalpha() and code < 128 else 32 for code in range(256))
"""For `bytes.translate`, several times faster than a regular expression: letters and spaces."""


@lru_cache(maxsize=32768)
def _named(name: str) -> int:
    """The hints in one class name or id."""
    if ":" in name or name.startswith(_FILED):
        return 0
    if lower := name.islower():
        words = name.encode("utf-8", "replace").translate(_LETTERS).decode("ascii").split()
    else:
        words = [word.lower() for word in _WORD.findall(name)]
    found = 0
    if len(words) > 1:
        if lower and words[0] in _LOOKS:
            return _PAIRS.get((words[0], words[1]), 0)
        if not _OPENING_PAIRS.isdisjoint(words):
            for pair in pairwise(words):
                found |= _PAIRS.get(pair, 0)
    for word in words:
        found |= _BY_WORD.get(word, 0)
    if found & _INNER:
        found &= ~_OUTER  # a card's or a post's own header or footer
    return found


@lru_cache(maxsize=32768)
def _all_named(names: str) -> int:
    """The hints in all names of a class attribute."""
    found = 0
    for name in names.split():
        found |= _named(name)
    return found


def tag_hint(tag: str) -> int:
    """The hint of a tag alone."""
    return _TAGS.get(tag, 0)


def hints(tag: str, attributes: list[tuple[str, str]]) -> int:
    """The hints of one element's own tag, role, class, id and visibility."""
    found = _TAGS.get(tag, 0)
    for name, value in attributes:
        if name == "class" or name == "id" or name == "itemprop":
            found |= _all_named(value if len(value) <= _LONGEST_NAME else value[:_LONGEST_NAME])
        elif name == "role":
            found |= _ROLES.get(value, 0)
        elif name == "hidden" or (name == "aria-hidden" and value == "true"):
            found |= Hint.UNSEEN
        elif name == "style" and "none" in value and "display" in value:
            compact = value[:_LONGEST_NAME].replace(" ", "")
            if "display:none" in compact:
                found |= Hint.UNSEEN
    return found
