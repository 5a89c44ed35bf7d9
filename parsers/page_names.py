"""The organizations of one page: full names for short ones, and whom the page is about."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from urllib.parse import unquote, urlsplit

from catalogue import load_schemes
from items import Certification, OrganizationKind, Relation
from languages.names import normal_key, same_organization
from languages.names_lexicon import head_of
from languages.words import section
from parsers.document import Block, Document
from parsers.labels import Traces, find_labels, schemes_by_id, traces_in
from parsers.mentions import Mention, find_mentions
from parsers.name_tokens import has_capital_inside, head_stems, key_of, sentences
from parsers.phrases import Label, Marked, Phrase, mark, matches, without_labels

_MOST_SENTENCES = 1500
_SHORTEST_KEY = 5
_SHORTEST_TEASER = 12
_OPENING = 5
_LONGEST_TITLE = 500
_SEPARATORS = re.compile(r"[-_/.]+")
_FIRST_SENTENCES = 4
_NEAR = 12
_TOPICS: tuple[OrganizationKind, ...] = ("cluster", "park")


@dataclass
class PageNames:
    """Names on a page, each read when it is asked for.

    document: the page. phrases: those of relations whose words it has, once they are known;
    certifications, relations: what was read of it, once it was.
    """

    document: Document
    phrases: dict[tuple[str, ...], list[Phrase]] | None = None
    certifications: list[Certification] | None = None
    relations: list[Relation] | None = None
    _mentions: dict[int, list[Mention]] = field(default_factory=dict)
    _full: dict[str, str] = field(default_factory=dict)

    @cached_property
    def sentences(self) -> list[tuple[int, str]]:
        """(block number, sentence) in reading order."""
        blocks = enumerate(self.document.blocks)
        found = ((number, each) for number, block in blocks for each in sentences(block.text))
        return list(islice(found, _MOST_SENTENCES))

    @property
    def schemes(self) -> frozenset[str]:
        """Ids of the label schemes that the page, its title or its address may name."""
        return self._traces.schemes

    @cached_property
    def _traces(self) -> Traces:
        document = self.document
        texts = [document.headline or "", title_words(document)]
        return traces_in([*texts, *document.text.split("\n")], document.language)

    @cached_property
    def lowered(self) -> str:
        """All text, case-folded: what it does not have, no sentence has."""
        return self.document.text.casefold()

    @cached_property
    def _heads(self) -> tuple[str, ...]:
        return tuple(filter(self.lowered.__contains__, head_stems(self.document.language)))

    def may_name(self, sentence: str) -> bool:
        """Quick test: whether a sentence may hold a name that is surely an organization's."""
        lowered = sentence.casefold()
        return any(map(lowered.__contains__, self._heads)) or has_capital_inside(sentence)

    def mentions_at(self, index: int) -> list[Mention]:
        """The names in a sentence, labels left out."""
        if index not in self._mentions:
            sentence = self.sentences[index][1]
            plain = without_labels(sentence, self._other_labels(sentence))
            found = find_mentions(plain, self.document.language)
            self._mentions[index] = [*found, *self._programmes(sentence, found)]
        return self._mentions[index]

    def _programmes(self, sentence: str, found: list[Mention]) -> list[Mention]:
        """Programmes that one is a member of, where they are written in small letters."""
        names: list[Mention] = []
        for scheme in self.schemes & self.memberships:
            name = schemes_by_id()[scheme].membership_of or ""
            at = sentence.find(name)
            end = at + len(name)
            if at >= 0 and not any(m.start < end and at < m.end for m in found):
                names.append(Mention(name, at, end, self.document.language, sure=True))
        return names

    def labels_in(self, sentence: str) -> list[Label]:
        """The labels that a sentence names."""
        if not self._traces.are_in(sentence, sentence.casefold()):
            return []
        return find_labels(sentence, self.document.language, self.schemes)

    def marked(self, index: int) -> Marked:
        """A sentence with its names and labels marked, memberships being names."""
        sentence = self.sentences[index][1]
        mentions = self.mentions_at(index)
        announced: set[str] = set()
        if "," in sentence and not all(map(self.knows, mentions)):
            announced = self._announced(sentence, mentions)
        return mark(
            sentence,
            self.document.language,
            self._other_labels(sentence),
            lambda mention: self.knows(mention) or mention.text in announced,
            mentions,
        )

    def knows(self, mention: Mention) -> bool:
        """Whether a name is surely an organization's, or the site's own."""
        if mention.sure:
            return True
        key = key_of(mention.text)
        return len(key) >= _SHORTEST_KEY and (key in self._host or key == self._home)

    def full(self, mention: Mention | str) -> str:
        """The full name that the page gives for a short one; itself where there is none."""
        name = mention if isinstance(mention, str) else mention.name
        if name not in self._full:
            known = _is_full(name) or name not in self._names
            self._full[name] = name if known else self._full_of(name)
        return self._full[name]

    @cached_property
    def acronyms(self) -> dict[str, str]:
        """Acronyms, perhaps beside a head noun, with the full names that they stand for."""
        language = self.document.language
        short = ((name, _without_heads(name, language)) for name in self._names)
        found = ((bare, self.full(name)) for name, bare in short if _is_acronym(bare))
        return {bare: full for bare, full in found if _is_full(full)}

    def topic_at(self, index: int) -> str | None:
        """The one cluster or park that the sentences before this one in its block speak of.

        Where they name none, the nearest heading's, then the page's; where they name several,
        None.
        """
        number = self.sentences[index][0]
        before: list[Mention] = []
        at = index - 1
        while at >= max(0, index - _NEAR) and self.sentences[at][0] == number:
            before += self.mentions_at(at)
            at -= 1
        names = dict.fromkeys(self._topics(before))
        if not names and at >= 0 and self.sentences[at][0] != number:
            above = self.document.blocks[self.sentences[at][0]]
            alone = sum(mention.sure for mention in self.mentions_at(at)) == 1
            if above.kind == "heading" or above.bold or alone:
                names |= dict.fromkeys(self._topics(self.mentions_at(at)))
        if not names and index and self.sentences[index - 1][0] == number:
            sure = [mention for mention in self.mentions_at(index - 1) if mention.sure]
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
        while at >= max(0, index - _NEAR) and self.sentences[at][0] >= number - 1:
            opening = [m for m in self.mentions_at(at) if m.start < _OPENING and m.sure]
            if opening:
                return self.full(opening[0])
            at -= 1
        return self.topic

    @cached_property
    def topic(self) -> str | None:
        """The cluster or park that the headline or the first paragraph speaks of."""
        count = min(_FIRST_SENTENCES, len(self.sentences))
        openings = [m for at in range(count) for m in self.mentions_at(at)[:1]]
        for mention in [*self.headline, *(m for m in openings if m.start < _OPENING)]:
            if not mention.sure:
                continue
            name = self.full(mention)
            kind = mention.kind
            if kind is None and name != mention.name:
                kind = next((m.kind for m in find_mentions(name, self.document.language)), None)
            if kind in _TOPICS:
                return name
        return None

    @cached_property
    def publisher(self) -> str | None:
        """Who says "we" on the page, by the form of the name that the page uses."""
        name = self.document.publisher
        if not name:
            return None
        same = [each for each in self._full_names if same_organization(name, each)]
        return name if name in same or not same else same[0]

    @cached_property
    def headline(self) -> list[Mention]:
        """The names in the headline."""
        return find_mentions(self.document.headline or "", self.document.language)

    @cached_property
    def memberships(self) -> frozenset[str]:
        """Ids of the schemes that are memberships: their names are organizations' names."""
        return frozenset(s.id for s in load_schemes() if s.membership_of)

    @cached_property
    def _host(self) -> str:
        return key_of(urlsplit(self.document.url).hostname or "") if self.document.url else ""

    @cached_property
    def _home(self) -> str:
        return key_of(self.document.publisher or "")

    def _other_labels(self, sentence: str) -> list[Label]:
        if not self.schemes:
            return []
        return [x for x in self.labels_in(sentence) if x.scheme not in self.memberships]

    def _topics(self, mentions: list[Mention]) -> list[str]:
        named = [m for m in mentions if m.sure and m.kind in _TOPICS]
        clusters = [m for m in named if m.kind == "cluster"]
        return [self.full(m) for m in clusters or named]

    def _announced(self, sentence: str, mentions: list[Mention]) -> set[str]:
        """Names that count because of the company they keep.

        A word such as "members" or "clusters" announces them, or a list has them among names
        that surely are organizations'.
        """
        language = self.document.language
        marked = mark(sentence, language, (), lambda _: True, mentions)
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
    def _names(self) -> dict[str, Mention]:
        names: dict[str, Mention] = {}
        telling = (at for at, (_, each) in enumerate(self.sentences) if self.may_name(each))
        everywhere = (m for at in telling for m in self.mentions_at(at))
        for mention in (*self.headline, *everywhere):
            if self.knows(mention):
                names.setdefault(mention.name, mention)
        return names

    @cached_property
    def _full_names(self) -> list[str]:
        """Full names on the page, one for each organization as far as inflection tells."""
        keys: dict[str, str] = {}
        for name in self._names:
            if _is_full(name):
                keys.setdefault(normal_key(name), name)
        return list(keys.values())

    def _full_of(self, name: str) -> str:
        """The full name that the page, or its publisher's name, gives for a short one."""
        bare = _without_heads(name, self.document.language)
        if bare in self._declared:
            return self._declared[bare]
        publisher = self.document.publisher
        fits = {each for each in self._candidates if same_organization(name, each)}
        if publisher in fits:
            fits = {self.publisher or publisher, *(fits - {publisher})}
        if not fits and bare.isupper():
            fits = self._named_by_address(bare)
        return fits.pop() if len(fits) == 1 else name

    @cached_property
    def _declared(self) -> dict[str, str]:
        """Acronyms that stand in brackets behind a name."""
        return {m.acronym: name for name, m in self._names.items() if m.acronym}

    @cached_property
    def _candidates(self) -> list[str]:
        candidates = list(self._full_names)
        publisher = self.document.publisher
        if publisher and _is_full(publisher) and publisher not in candidates:
            candidates.append(publisher)
        return candidates

    def _named_by_address(self, acronym: str) -> set[str]:
        """An acronym that is the site's address stands for whom the page opens with."""
        host = (urlsplit(self.document.url).hostname or "").removeprefix("www.").split(".")[0]
        if host.casefold() != acronym.casefold():
            return set()
        for at in range(min(_FIRST_SENTENCES, len(self.sentences))):
            for mention in self.mentions_at(at)[:1]:
                opens = mention.start < _OPENING and mention.sure and mention.kind
                if opens and _is_full(mention.name):
                    return {mention.name} if mention.name[0] == acronym[0] else set()
        return set()


_latest: list[PageNames] = []


def read_names(document: Document) -> PageNames:
    """The names of a page; asked again for the same page, the same answer."""
    if not _latest or _latest[0].document is not document:
        _latest[:] = [PageNames(document)]
    return _latest[0]


def title_words(document: Document) -> str:
    """The words of the page's title and of its address, which often repeats it."""
    element = next(document.root.iter("title"), None)
    title = (element.text or "") if element is not None else ""
    path = unquote(urlsplit(document.url).path)
    return f"{title} {_SEPARATORS.sub(' ', path)}"[:_LONGEST_TITLE]


def _is_full(name: str) -> bool:
    words = [word for word in name.split() if len(word) > 3 and not word.isupper()]
    return len(words) > 1


def _is_acronym(word: str) -> bool:
    """Whether a word has capitals where others have none: "OKIP", "PPP-T", "KKSz"."""
    capitals = sum(char.isupper() for char in word)
    return capitals > 1 and " " not in word and capitals >= len(word.replace("-", "")) - 1


def _without_heads(name: str, language: str) -> str:
    return " ".join(word for word in name.split() if head_of(word, language) is None)


def is_teaser(block: Block) -> bool:
    """Whether a block is only a link to another page: it speaks of that page, not of this one."""
    if len(block.text) < _SHORTEST_TEASER:
        return False
    linked = sum(len("".join(link.itertext())) for link in block.element.iter("a"))
    return linked * 2 > len(block.text)
