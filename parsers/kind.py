"""Tells an article from a listing, an archive with whole posts, and a list of members."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from operator import attrgetter
from statistics import median
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from items import PageKind
from languages.words import section
from parsers.blocks import Region
from parsers.content import says_article
from parsers.document import Block, Document
from parsers.hints import Hint

_WHOLE = 280
"""Characters of paragraphs from which a post is no teaser."""
_PARAGRAPH = 80
_NAME_LONGEST = 90
_FEWEST_NAMES = 6
_CHROME = Hint.NAV | Hint.FOOTER | Hint.COMMENT | Hint.RELATED | Hint.COOKIE
_POST_CLASSES = frozenset(("post", "hentry", "blog-post", "entry", "news-item", "type-post"))
_CUT_OFF = re.compile(r"(?:\[?…\]?|\[?\.\.\.\]?)\s{0,3}\S{0,20}(?:\s\S{1,20}){0,3}$")
_position = attrgetter("position")
_NEWS_PATH = re.compile(
    r"/(?:19|20)\d\d/\d{1,2}(?:/|$)|/(?:news|blog|press|aktual\w{0,12})/.", re.I
)


@dataclass(slots=True)
class _Post:
    """A run of blocks under a heading: a post, or the teaser of one."""

    blocks: list[Block]
    root: HtmlElement | None
    link: str | None
    teaser: bool


def read_kind(document: Document) -> PageKind:
    """What kind of page this is.

    archive: several whole posts; listing: teasers that lead to articles; members: names of
    organizations; article: one text of its day; page: anything else.
    """
    posts = _posts(document)
    whole = [post for post in posts if not post.teaser]
    if len(whole) >= 2 and 2 * len(whole) >= len(posts):
        return "archive"
    if _lists_members(document):
        return "members"
    if len(posts) >= 3 and _share(document, posts) > 0.5:
        return "listing"
    return "article" if _is_article(document) else "page"


def split_posts(document: Document) -> list[Document]:
    """The posts of an archive, each a `Document` of its own; none for any other kind of page.

    A post's blocks, text, headline and url (its heading's link, else the page's) are its own;
    so is `root`, where one element holds the whole post. The rest is the page's.
    """
    posts = _posts(document)
    whole = [post for post in posts if not post.teaser]
    if len(whole) < 2 or 2 * len(whole) < len(posts):
        return []
    return [_opened(document, post) for post in posts]


def _opened(document: Document, post: _Post) -> Document:
    return Document(
        root=document.root if post.root is None else post.root,
        url=post.link or document.url,
        fetched_at=document.fetched_at,
        source=document.source,
        encoding=document.encoding,
        blocks=post.blocks,
        text="\n".join(block.text for block in post.blocks),
        language=document.language,
        headline=next((b.text for b in post.blocks if b.kind == "heading"), None),
        publisher=document.publisher,
        layout=document.layout,
    )


def _posts(document: Document) -> list[_Post]:
    """Posts in elements of their own, else posts that only their linked headings part."""
    return _wrapped_posts(document) or _headed_posts(document)


def _wrapped_posts(document: Document) -> list[_Post]:
    """The largest group of like siblings, each with a heading and the marks of a post."""
    regions = document.layout.regions
    groups: dict[tuple[int, str, str], list[Region]] = {}
    for region in regions:
        if region.end - region.start < 2 or region.tag in ("p", "tr", "td", "tbody", "body"):
            continue
        if _outer_hints(regions, region) & _CHROME:
            continue
        groups.setdefault((region.parent, region.tag, _base_name(region)), []).append(region)
    best: list[_Post] = []
    for group in groups.values():
        if len(group) < 2:
            continue
        found = [post for region in group if (post := _post_in(document, region)) is not None]
        if len(found) >= 2 and 2 * len(found) > len(group) and _size(found) > _size(best):
            best = found
    return best


def _base_name(region: Region) -> str:
    """The class that a post shares with its neighbours: post-17 and post-18 are alike."""
    names = region.name.split()[:12]
    for name in names:
        if name in _POST_CLASSES:
            return name
    return re.sub(r"\d+", "", names[0]) if names else ""


def _outer_hints(regions: list[Region], region: Region) -> int:
    hints = region.hints
    steps = 0
    while region.parent >= 0 and steps < 5:
        region = regions[region.parent]
        if region.tag != "body":
            hints |= region.hints
        steps += 1
    return hints


def _post_in(document: Document, region: Region) -> _Post | None:
    """The post that one element holds, if it begins with a heading that is linked or dated."""
    low = bisect_left(document.blocks, region.start, key=_position)
    blocks = document.blocks[low : bisect_left(document.blocks, region.end, low, key=_position)]
    heading = next((b for b in blocks[:4] if b.kind == "heading"), None)
    if heading is None:
        return None
    blocks = blocks[blocks.index(heading) :]
    link = _link(heading, document.url)
    marked = region.tag == "article" or _base_name(region) in _POST_CLASSES
    if link is None and not (marked or _has_time(region.element)):
        return None
    return _Post(blocks, region.element, link, _is_teaser(blocks[1:], document.language))


def _headed_posts(document: Document) -> list[_Post]:
    """Posts that stand one after another without elements of their own."""
    levels = [b.level for b in document.blocks if b.kind == "heading" and _link(b, "") is not None]
    if len(levels) < 2:
        return []
    level = min(levels, key=lambda value: (-levels.count(value), value))
    posts: list[_Post] = []
    for block in document.blocks:
        link = _link(block, document.url) if block.kind == "heading" else None
        if link is not None and block.level == level:
            posts.append(_Post([block], None, link, True))
        elif block.kind == "heading" and block.level < level:
            if posts:
                break
        elif posts:
            posts[-1].blocks.append(block)
    posts = [post for post in posts if len(post.blocks) > 1]
    for post in posts:
        post.teaser = _is_teaser(post.blocks[1:], document.language)
    return posts if len(posts) >= 2 else []


def _link(heading: Block, base: str) -> str | None:
    """Where a heading leads."""
    element = heading.element
    anchor = next(element.iter("a"), None)
    if anchor is None:
        parent = element.getparent()
        anchor = parent if parent is not None and parent.tag == "a" else None
    if anchor is None:
        return None
    href = (anchor.get("href") or "").strip()
    if not href or href.startswith(("#", "javascript:", "mailto:")):
        return None
    try:
        address = urljoin(base, href)
        return address if not base or urlsplit(address).scheme in ("http", "https") else None
    except ValueError:
        return None


def _is_teaser(blocks: list[Block], language: str) -> bool:
    """Whether a post is cut off, or short."""
    paragraphs = [b.text for b in blocks if b.kind != "heading" and len(b.text) >= _PARAGRAPH]
    size = sum(map(len, paragraphs))
    if size < _WHOLE:
        return True
    more = {*section("en", "page").get("more", ()), *section(language, "page").get("more", ())}
    ends = [block.text.lower().strip(" .…»>→[]") for block in blocks[-3:]]
    if any(end in more for end in ends):
        return True
    return len(paragraphs) < 3 and _CUT_OFF.search(paragraphs[-1][-120:]) is not None


def _has_time(element: HtmlElement) -> bool:
    return next(element.iter("time"), None) is not None


def _size(posts: list[_Post]) -> int:
    return sum(len(block.text) for post in posts for block in post.blocks)


def _share(document: Document, posts: list[_Post]) -> float:
    """The share of the main content that lies in the posts."""
    return _size(posts) / (len(document.text) or 1)


def _lists_members(document: Document) -> bool:
    """Whether the headline names members, and most blocks are short as names are."""
    words = {
        *section("en", "page").get("members", ()),
        *section(document.language, "page").get("members", ()),
    }
    headline = (document.headline or "").lower()
    titles = [headline, *(b.text.lower() for b in document.blocks[:5] if b.kind == "heading")]
    if not any(title == word or title.startswith(word + " ") for title in titles for word in words):
        return False
    names = [b for b in document.blocks if b.kind != "heading" or b.level > 2]
    short = [b for b in names if len(b.text) <= _NAME_LONGEST]
    return (
        len(short) >= _FEWEST_NAMES
        and 10 * len(short) >= 6 * len(names)
        and median(len(block.text) for block in names) <= _NAME_LONGEST
    )


def _is_article(document: Document) -> bool:
    """Whether a page is one text of its day: it says so, or stands where news stand."""
    if not any(len(block.text) >= _PARAGRAPH for block in document.blocks):
        return False
    if says_article(document.metas):
        return True
    regions = document.layout.regions
    if sum(1 for region in regions if region.hints & Hint.ARTICLE and region.tag == "article") == 1:
        return True
    body = document.root.find("body")
    names = (body.get("class") or "").split() if body is not None else []
    if "single" in names or "single-post" in names:
        return True
    if _NEWS_PATH.search(document.url):
        return True
    return next(document.root.iter("time"), None) is not None
