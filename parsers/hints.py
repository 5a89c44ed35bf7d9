"""What an element's tag, role, class and id say about its part on the page.

Web designers of all languages name these in English, so the words are those of the trade, not
of a language. A hint is evidence only; `parsers.content` weighs it.
"""

from __future__ import annotations

import re
from enum import IntFlag, auto
from functools import lru_cache

from lxml.html import HtmlElement


class Hint(IntFlag):
    """Parts of a page, as its markup names them."""

    NAV = auto()
    FOOTER = auto()
    HEADER = auto()
    SIDE = auto()
    COMMENT = auto()
    SHARE = auto()
    RELATED = auto()
    PROMO = auto()
    COOKIE = auto()
    META = auto()
    HIDDEN = auto()
    FORM = auto()
    CONTENT = auto()
    CARD = auto()
    MAIN = auto()
    ARTICLE = auto()
    CAPTION = auto()


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
    " screenreader noscript unsichtbar",
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
_PAIRS = {
    "sr only": Hint.HIDDEN,
    "screen reader": Hint.HIDDEN,
    "visually hidden": Hint.HIDDEN,
    "d none": Hint.HIDDEN,
    "read more": Hint.RELATED,
    "top bar": Hint.HEADER,
    "skip link": Hint.NAV,
    "lang switch": Hint.NAV,
    "language switcher": Hint.NAV,
    "language selector": Hint.NAV,
}
_WORD = re.compile(r"[a-z]{2,20}|[A-Z][a-z]{1,20}|[A-Z]{2,20}")
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


@lru_cache(maxsize=4096)
def _named(names: str) -> int:
    """The hints in the words of a class or id."""
    found = 0
    before = ""
    for word in _WORD.findall(names):
        word = word.lower()
        found |= _BY_WORD.get(word, 0) | _PAIRS.get(f"{before} {word}", 0)
        before = word
    return found


def hints(element: HtmlElement, tag: str) -> int:
    """The hints of one element's own tag, role, class, id and visibility."""
    found = int(_TAGS.get(tag, 0))
    attributes = element.attrib
    if not attributes:
        return found
    for name, value in attributes.items():
        if name in ("class", "id", "itemprop"):
            found |= _named(value[:_LONGEST_NAME])
        elif name == "role":
            found |= _ROLES.get(value, 0)
        elif name == "hidden" or (name == "aria-hidden" and value == "true"):
            found |= Hint.HIDDEN
        elif name == "style" and "none" in value and "display" in value:
            compact = value[:_LONGEST_NAME].replace(" ", "")
            if "display:none" in compact:
                found |= Hint.HIDDEN
    return found
