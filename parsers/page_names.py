"""The organizations of one page: full names for short ones, and whom the page is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit

from catalogue_schemes import load_schemes
from items import OrganizationKind
from languages.names import normal_key, same_organization
from languages.names_lexicon import head_of
from languages.words import section
from parsers.document import Block, Document
from parsers.labels import find_labels
from parsers.mentions import Mention, find_mentions, key_of, sentences
from parsers.phrases import mark, matches, without_labels

_MOST_SENTENCES = 1500
_SHORTEST_KEY = 5
_SHORTEST_TEASER = 12
_OPENING = 5
_TOPICS: tuple[OrganizationKind, ...] = ("cluster", "park")


@dataclass
class PageNames:
    """Names on a page.

    sentences: (block number, sentence) in reading order. mentions: those of each sentence.
    headline: those of the headline. known: names that count although nothing in them says so.
    topic: the cluster or park that the headline or the first paragraph speaks of. publisher:
    who says "we".
    """

    document: Document
    sentences: list[tuple[int, str]] = field(default_factory=list)
    mentions: list[list[Mention]] = field(default_factory=list)
    headline: list[Mention] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    topic: str | None = None
    publisher: str | None = None
    short: dict[str, str] = field(default_factory=dict)

    def topic_at(self, index: int) -> str | None:
        """The one cluster or park that the sentences before this one in its block speak of.

        Where they name none, the nearest heading's, then the page's; where they name several,
        None.
        """
        number = self.sentences[index][0]
        before: list[Mention] = []
        at = index - 1
        while at >= 0 and self.sentences[at][0] == number:
            before += self.mentions[at]
            at -= 1
        names = dict.fromkeys(self._topics(before))
        if not names and at >= 0:
            above = self.document.blocks[self.sentences[at][0]]
            if above.kind == "heading" or above.bold or len(self.mentions[at]) == 1:
                names |= dict.fromkeys(self._topics(self.mentions[at]))
        if not names and index and self.sentences[index - 1][0] == number:
            sure = [mention for mention in self.mentions[index - 1] if mention.sure]
            names = dict.fromkeys(self.full(mention) for mention in sure[:2])
        others = [name for name in names if name != self.publisher] or list(names)
        if len(others) > 1:
            return None
        return others[0] if others else self.topic

    def speaker_at(self, index: int) -> str | None:
        """Who says "we" in a sentence: the publisher, else whom its block speaks of."""
        if self.publisher:
            return self.publisher
        number = self.sentences[index][0]
        at = index - 1
        while at >= 0 and self.sentences[at][0] >= number - 1:
            opening = [m for m in self.mentions[at] if m.start < _OPENING and m.sure]
            if opening:
                return self.full(opening[0])
            at -= 1
        return self.topic

    def announced(self, sentence: str) -> set[str]:
        """Names that count because of the company they keep.

        A word such as "members" or "clusters" announces them, or a list has them among names
        that surely are organizations'.
        """
        language = self.document.language
        everything = [mention.text for mention in find_mentions(sentence, language)]
        marked = mark(sentence, language, (), everything)
        names: set[str] = set()
        for match in matches(marked, ("{S}",)):
            sure = sum(mention.sure for mention in match.subjects)
            if len(match.subjects) > 2 and sure * 2 >= len(match.subjects):
                names |= {m.text for m in match.subjects if " " not in m.text}
        holders = section(language, "certifications").get("holders") or ()
        if holders:
            for match in matches(marked, (f"({'|'.join(holders)}) [:|,] {{S}}",)):
                if len(match.subjects) > 1:
                    names |= {mention.text for mention in match.subjects}
        return names

    @cached_property
    def memberships(self) -> frozenset[str]:
        """Ids of the schemes that are memberships: their names are organizations' names."""
        return frozenset(s.id for s in load_schemes() if s.membership_of)

    def full(self, mention: Mention | str) -> str:
        """The full name that the page gives for a short one; itself where there is none."""
        name = mention if isinstance(mention, str) else mention.name
        return self.short.get(name, name)

    def _topics(self, mentions: list[Mention]) -> list[str]:
        named = [m for m in mentions if m.sure and m.kind in _TOPICS]
        clusters = [m for m in named if m.kind == "cluster"]
        return [self.full(m) for m in clusters or named]


_latest: list[PageNames] = []


def read_names(document: Document) -> PageNames:
    """All names of organizations on a page; asked again for one page, the same answer."""
    if not _latest or _latest[0].document is not document:
        _latest[:] = [_read(document)]
    return _latest[0]


def _read(document: Document) -> PageNames:
    page = PageNames(document)
    hosts = key_of(urlsplit(document.url).hostname or "") if document.url else ""
    home = key_of(document.publisher or "")
    for number, block in enumerate(document.blocks):
        for sentence in sentences(block.text):
            if len(page.sentences) >= _MOST_SENTENCES:
                break
            labels = find_labels(sentence, document.language)
            told = [label for label in labels if label.scheme not in page.memberships]
            found = find_mentions(without_labels(sentence, told), document.language)
            page.sentences.append((number, sentence))
            page.mentions.append(found)
            for mention in found:
                key = key_of(mention.text)
                if len(key) >= _SHORTEST_KEY and (key in hosts or key == home):
                    page.known.add(mention.text)
    page.headline = find_mentions(document.headline or "", document.language)
    _link_short_names(page)
    page.topic = _topic(page)
    if document.publisher:
        page.publisher = page.full(document.publisher)
    return page


def _topic(page: PageNames) -> str | None:
    kinds = {m.name: m.kind for found in page.mentions for m in found if m.sure}
    openings = [m for found in page.mentions[:4] for m in found[:1] if m.start < _OPENING]
    for mention in [*page.headline, *openings]:
        name = page.full(mention)
        if mention.sure and (mention.kind or kinds.get(name)) in _TOPICS:
            return name
    return None


def _link_short_names(page: PageNames) -> None:
    """Acronyms lead to the full name that the page, or its publisher's name, gives them."""
    names: dict[str, Mention] = {}
    for mention in [*page.headline, *(m for found in page.mentions for m in found)]:
        if mention.sure or mention.text in page.known:
            names.setdefault(mention.name, mention)
    full: dict[str, str] = {}
    for name in names:
        if _is_full(name):
            full.setdefault(normal_key(name), name)
    _link_publisher(page, full)
    declared = {mention.acronym: name for name, mention in names.items() if mention.acronym}
    for name in names:
        if _is_full(name):
            continue
        bare = _without_heads(name, page.document.language)
        if bare in declared:
            page.short[name] = declared[bare]
            continue
        fits = {each for each in full.values() if same_organization(name, each)}
        if not fits and bare.isupper():
            fits = _named_by_address(page, bare)
        if len(fits) == 1:
            page.short[name] = page.full(fits.pop())


def _link_publisher(page: PageNames, full: dict[str, str]) -> None:
    """The publisher's name leads to the form of it that the page uses."""
    publisher = page.document.publisher
    if not publisher:
        return
    same = [each for each in full.values() if same_organization(publisher, each)]
    if same and publisher not in same:
        page.short[publisher] = same[0]
    if not same:
        full.setdefault(normal_key(publisher), publisher)
    elif publisher not in full.values():
        full[publisher] = publisher
        for each in list(full):
            if full[each] == same[0]:
                del full[each]


def _named_by_address(page: PageNames, acronym: str) -> set[str]:
    """An acronym that is the site's address stands for whom the page opens with."""
    host = (urlsplit(page.document.url).hostname or "").removeprefix("www.").split(".")[0]
    if host.casefold() != acronym.casefold():
        return set()
    opening = (m for found in page.mentions[:6] for m in found[:1] if m.start < _OPENING)
    for mention in opening:
        if mention.sure and mention.kind and _is_full(mention.name):
            return {mention.name} if mention.name[0] == acronym[0] else set()
    return set()


def _is_full(name: str) -> bool:
    words = [word for word in name.split() if len(word) > 3 and not word.isupper()]
    return len(words) > 1


def _without_heads(name: str, language: str) -> str:
    return " ".join(word for word in name.split() if head_of(word, language) is None)


def is_teaser(block: Block) -> bool:
    """Whether a block is only a link to another page: it speaks of that page, not of this one."""
    if len(block.text) < _SHORTEST_TEASER:
        return False
    linked = sum(len(link.text_content()) for link in block.element.iter("a"))
    return linked * 2 > len(block.text)
