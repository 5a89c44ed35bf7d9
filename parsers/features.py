"""What is known of each segment of a page, in numbers between about 0 and 1.

`parsers.content` weighs them. Some are the segment's own, some those of the region (block
element) that it stands in, some those of the repeated unit (card, teaser, post) it is part of.
"""

from __future__ import annotations

from math import log

from parsers.blocks import Layout, Region, Segment
from parsers.chrome import says_chrome
from parsers.hints import Hint

_PART_NAMES = (
    "NAV FOOTER HEADER SIDE COMMENT SHARE RELATED PROMO COOKIE META HIDDEN FORM CAPTION CONTENT"
    " UNSEEN"
)
_SHARED_NAMES = "NAV SIDE COMMENT RELATED PROMO META FORM CONTENT ARTICLE UNSEEN"
_PARTS: dict[str, int] = {name: getattr(Hint, name) for name in _PART_NAMES.split()}
_SHARED_PARTS: dict[str, int] = {name: getattr(Hint, name) for name in _SHARED_NAMES.split()}
PAGE = ("page cards",)
HINTS = (
    *(f"in {name}" for name in _PARTS),
    *(f"in {name} by share" for name in _SHARED_PARTS),
)
REGION = (
    "outside main",
    "outside article",
    "up to core",
    "up to core on an article page",
    "out of core on a page of prose",
    "outer prose",
    "outer links",
    "parent segments",
)
UNIT = ("unit", "unit length", "unit prose", "unit links", "card on a page of cards")
SEGMENT = (
    "heading",
    "item",
    "p",
    "button",
    "length",
    "short",
    "long",
    "linked",
    "all linked",
    "linked on an article page",
    "among links",
    "sentence",
    "commas",
    "chrome words",
    "repeated text",
    "start",
    "place squared",
    "before h1",
    "before core",
    "after core",
    "after core on an article page",
    "prose after",
    "prose around",
    "heading over prose",
    "links before",
)
NAMES = PAGE + HINTS + REGION + UNIT + SEGMENT
_SENTENCE_END = frozenset(".!?…:;。！？")
_UNIT_TAGS_NOT = frozenset(("p", "tr", "td", "th", "tbody"))


_LOGS = tuple(log(1.0 + size) / 8.0 for size in range(4096))


def _log(size: int) -> float:
    """Sizes in characters on a scale of 0 to about 1."""
    return _LOGS[size] if size < 4096 else log(1.0 + size) / 8.0


def prose(segment: Segment) -> int:
    """Characters of running text: not of links, not of labels."""
    size = len(segment.text)
    unlinked = size - segment.linked
    if segment.kind == "heading" or unlinked < 40:
        return 0
    if unlinked < 80 and segment.text[-1] not in _SENTENCE_END:
        return unlinked // 3
    return unlinked


class Features:
    """The features of one page's segments, each part computed once and kept.

    `article`: the page says that it is an article. `language`: as declared, "en" if unknown.
    """

    def __init__(self, layout: Layout, article: bool = False, language: str = "en") -> None:
        self.layout = layout
        self.segments = layout.segments
        self.regions = layout.regions
        self.article = float(article)
        self.language = language
        self.chars = [0]
        self.links = [0]
        self.prose = [0]
        for segment in layout.segments:
            self.chars.append(self.chars[-1] + len(segment.text))
            self.links.append(self.links[-1] + segment.linked)
            self.prose.append(self.prose[-1] + prose(segment))
        self.total = self.chars[-1] or 1
        self.total_prose = self.prose[-1] or 1
        self._inherit()
        self._find_core()
        self.units = self._units()
        in_units = sum(
            len(segment.text)
            for segment, unit in zip(self.segments, self.units, strict=True)
            if unit is not None
        )
        self.cards = in_units / self.total
        self.has_main = any(region.hints & Hint.MAIN for region in self.regions)
        articles = sum(1 for region in self.regions if region.hints & Hint.ARTICLE)
        self.one_article = articles == 1
        self.title = next(
            (i for i, s in enumerate(self.segments) if s.kind == "heading" and s.level == 1), -1
        )
        self._texts: set[str] = set()

    def _inherit(self) -> None:
        """Hints of each region and its ancestors; how much of the page each hint covers."""
        self.hints: list[int] = []
        self.covered: dict[int, float] = {}
        for region in self.regions:
            outer = self.hints[region.parent] if region.parent >= 0 else 0
            own = region.hints if region.tag != "body" else 0
            new = own & ~outer
            while new:
                hint = new & -new
                new ^= hint
                size = (self.chars[region.end] - self.chars[region.start]) / self.total
                self.covered[hint] = self.covered.get(hint, 0.0) + size
            self.hints.append(outer | own)

    def _find_core(self) -> None:
        """The smallest region that holds most of the page's prose."""
        needed = 0.6 * self.prose[-1]
        regions = self.regions
        best = 0
        for index, region in enumerate(regions):
            if region.parent == best and self._prose_of(region) >= needed:
                best = index
        self.core = regions[best]
        self.core_depths: dict[int, int] = {}
        while best >= 0:
            self.core_depths[best] = len(self.core_depths)
            best = regions[best].parent
        self.core_share = self._prose_of(self.core) / self.total_prose

    def _units(self) -> list[tuple[int, int] | None]:
        """For each segment the innermost repeated unit that it lies in, as a run of segments.

        Units are three or more siblings of one tag and class, most with several segments.
        """
        groups: dict[tuple[int, str, str], list[Region]] = {}
        for region in self.regions:
            if region.end > region.start and region.tag not in _UNIT_TAGS_NOT:
                groups.setdefault((region.parent, region.tag, region.name), []).append(region)
        found: list[tuple[int, int] | None] = [None] * len(self.segments)
        for group in groups.values():
            if len(group) < 3:
                continue
            sizes = sorted(region.end - region.start for region in group)
            if sizes[len(sizes) // 2] < 2:
                continue
            for region in group:
                unit = (region.start, region.end)
                found[region.start : region.end] = [unit] * (region.end - region.start)
        return found

    def _prose_of(self, region: Region) -> int:
        return self.prose[region.end] - self.prose[region.start]

    def _linked(self, start: int, end: int) -> float:
        """Share of link text in a run of segments."""
        size = self.chars[end] - self.chars[start]
        return (self.links[end] - self.links[start]) / size if size else 0.0

    def page(self) -> tuple[float, ...]:
        """In the order of `PAGE`."""
        return (self.cards,)

    def region(self, index: int) -> tuple[float, ...]:
        """In the order of `REGION`."""
        hints = self.hints[index]
        parent = self.regions[index]
        if parent.end - parent.start == 1 and parent.parent >= 0:
            parent = self.regions[parent.parent]
        outer = self.regions[parent.parent] if parent.parent >= 0 else parent
        steps = 0
        while index not in self.core_depths:
            index = self.regions[index].parent
            steps += 1
        up = min(steps, 6) / 6 if self.core_depths[index] else 0.0
        return (
            float(self.has_main and not hints & Hint.MAIN),
            float(self.one_article and not hints & Hint.ARTICLE),
            up,
            up * self.article,
            up * self.core_share * min(1.0, self.total_prose / 5000),
            _log(self._prose_of(outer)),
            self._linked(outer.start, outer.end),
            min(parent.end - parent.start, 30) / 30,
        )

    def hint(self, hints: int) -> tuple[float, ...]:
        """In the order of `HINTS`: what a region's hints with those around it say."""
        return (
            *(1.0 if hints & part else 0.0 for part in _PARTS.values()),
            *(self.covered[part] if hints & part else 0.0 for part in _SHARED_PARTS.values()),
        )

    def unit(self, start: int, end: int) -> tuple[float, ...]:
        """In the order of `UNIT`."""
        return (
            1.0,
            _log(self.chars[end] - self.chars[start]),
            _log(self.prose[end] - self.prose[start]),
            self._linked(start, end),
            self.cards,
        )

    def segment(self, index: int) -> tuple[float, ...]:
        """In the order of `SEGMENT`; to be asked once for each, in order."""
        segment = self.segments[index]
        text = segment.text
        size = len(text)
        count = len(self.segments)
        prose = self.prose
        linked = segment.linked / size
        heading = segment.kind == "heading"
        tag = segment.element.tag
        low, high = index - 2 if index > 2 else 0, index + 3 if index + 3 < count else count
        prose_after = prose[high] - prose[index + 1]
        around = prose[min(index + 6, count)] - prose[max(index - 5, 0)]
        place = self.chars[index] / self.total
        after = index >= self.core.end
        repeated = text in self._texts
        self._texts.add(text)
        return (
            1.0 if heading else 0.0,
            1.0 if segment.kind == "item" else 0.0,
            1.0 if tag == "p" else 0.0,
            1.0 if tag in ("button", "label", "legend") else 0.0,
            _log(size),
            1.0 if size < 25 else 0.0,
            1.0 if size > 120 else 0.0,
            linked,
            1.0 if linked > 0.9 else 0.0,
            linked * self.article,
            1.0 if linked and self._linked(low, high) > 0.8 else 0.0,
            1.0 if text[-1] in _SENTENCE_END else 0.0,
            min(text.count(","), 4) / 4,
            1.0 if says_chrome(text, self.language) else 0.0,
            1.0 if repeated else 0.0,
            1.0 if index < 5 else 0.0,
            place * place,
            1.0 if index < self.title else 0.0,
            1.0 if index < self.core.start else 0.0,
            1.0 if after else 0.0,
            self.article if after else 0.0,
            _log(prose_after),
            _log(around),
            1.0 if heading and prose_after > 40 else 0.0,
            self._linked(low, index),
        )
