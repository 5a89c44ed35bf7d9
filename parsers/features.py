"""What is known of each segment of a page, in numbers between about 0 and 1, and what it weighs.

Some are the segment's own, some those of the region (block element) that it stands in, some
those of the repeated unit (card, teaser, post) it is part of. `parsers.content` decides on the
sum. Everything that several segments share is summed once.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, log

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
_CHROME_PLACES = Hint.NAV | Hint.FOOTER | Hint.HEADER | Hint.SIDE | Hint.COOKIE | Hint.SHARE
_OUT_OF_SIGHT = Hint.UNSEEN | Hint.HIDDEN
_BOTH = 2.0
"""What it costs a segment that its words and its place both call it chrome."""
_SENTENCE_END = frozenset(".!?…:;。！？")
_UNIT_TAGS_NOT = frozenset(("p", "tr", "td", "th", "tbody"))
_BUTTONS = frozenset(("button", "label", "legend"))
_CONTAINERS = frozenset(("ul", "ol", "dl", "table", "menu"))
_NEAR = 4
"""How many elements a part lies below its list or table at most."""
_FEW = 3
_DRAWN = 0.7
_LOGS = tuple(log(1.0 + size) / 8.0 for size in range(4096))


def _log(size: int) -> float:
    """Sizes in characters on a scale of 0 to about 1."""
    return _LOGS[size] if size < 4096 else log(1.0 + size) / 8.0


def prose(segment: Segment) -> int:
    """Characters of running text: not of links, not of labels."""
    size = len(segment.text)
    unlinked = size - segment.linked
    if unlinked < 40 or segment.kind == "heading":
        return 0
    if unlinked < 80 and segment.text[-1] not in _SENTENCE_END:
        return unlinked // 3
    return unlinked


class Features:
    """One page's segments, measured.

    `article`: the page says that it is an article. `language`: as declared, "en" if unknown;
    `own`: beginnings of lines that are the site's chrome.
    hints: those of each region and of what is around it. core: the smallest region that holds
    most of the page's prose. chrome: places of the segments that are chrome by their words.
    """

    def __init__(
        self,
        layout: Layout,
        article: bool = False,
        language: str = "en",
        own: tuple[str, ...] = (),
    ) -> None:
        self.layout = layout
        self.segments = layout.segments
        self.regions = layout.regions
        self.article = article
        self.language = language
        self.own = own
        self.chrome: set[int] = set()
        self._add_up()
        self._inherit()
        self._find_core()
        self._find_units()

    def _add_up(self) -> None:
        """Characters, those of links and those of prose before each segment."""
        self.chars = [0]
        self.links = [0]
        self.prose = [0]
        chars = links = running = 0
        for segment in self.segments:
            chars += len(segment.text)
            links += segment.linked
            running += prose(segment)
            self.chars.append(chars)
            self.links.append(links)
            self.prose.append(running)
        self.total = chars or 1
        self.total_prose = running or 1

    def _inherit(self) -> None:
        """Hints of each region and its ancestors; how much of the page each hint covers."""
        self.hints: list[int] = []
        covered: dict[int, int] = {}
        everything = articles = 0
        chars, hints = self.chars, self.hints
        for region in self.regions:
            own = region.hints
            if region.parent < 0:
                hints.append(0 if region.tag == "body" else own)
                outer = 0
            elif own:
                outer = hints[region.parent]
                hints.append(outer | own)
            else:
                hints.append(hints[region.parent])
                continue
            everything |= own
            if own & Hint.ARTICLE:
                articles += 1
            new = hints[-1] & ~outer
            size = chars[region.end] - chars[region.start] if new else 0
            while new:
                hint = new & -new
                new ^= hint
                covered[hint] = covered.get(hint, 0) + size
        self.covered = {hint: size / self.total for hint, size in covered.items()}
        self.has_main = bool(everything & Hint.MAIN)
        self.one_article = articles == 1

    def _find_core(self) -> None:
        needed = 0.6 * self.prose[-1]
        regions, prose = self.regions, self.prose
        best = 0
        for index, region in enumerate(regions):
            if region.parent == best and prose[region.end] - prose[region.start] >= needed:
                best = index
        self.core = regions[best]
        self.core_depths: dict[int, int] = {}
        while best >= 0:
            self.core_depths[best] = len(self.core_depths)
            best = regions[best].parent

    def _find_units(self) -> None:
        """For each segment the innermost repeated unit that it lies in, as a run of segments.

        Units are three or more siblings of one tag and class, most with several segments.
        """
        regions = self.regions
        children = [0] * len(regions)
        for region in regions[1:]:
            if region.end > region.start:
                children[region.parent] += 1
        groups: dict[tuple[int, str, str], list[Region]] = {}
        for region in regions[1:]:
            if (
                region.end > region.start
                and children[region.parent] >= _FEW
                and region.tag not in _UNIT_TAGS_NOT
            ):
                groups.setdefault((region.parent, region.tag, region.name), []).append(region)
        self.units: list[tuple[int, int] | None] = [None] * len(self.segments)
        for group in groups.values():
            if len(group) < _FEW:
                continue
            sizes = sorted(region.end - region.start for region in group)
            if sizes[len(sizes) // 2] < 2:
                continue
            for region in group:
                unit = (region.start, region.end)
                self.units[region.start : region.end] = [unit] * (region.end - region.start)
        in_units = sum(
            len(segment.text)
            for segment, unit in zip(self.segments, self.units, strict=True)
            if unit is not None
        )
        self.cards = in_units / self.total

    def _linked(self, start: int, end: int) -> float:
        """Share of link text in a run of segments."""
        size = self.chars[end] - self.chars[start]
        return (self.links[end] - self.links[start]) / size if size else 0.0

    def probabilities(self, bias: float, weights: Mapping[str, float]) -> list[float]:
        """For each segment the probability that a reader would call it content."""
        around = self._weighed_regions(weights)
        units = self._weighed_units(weights)
        page = bias + weights["page cards"] * self.cards
        scores = [
            1.0 / (1.0 + exp(-max(-30.0, min(30.0, page + own + around[segment.region] + unit))))
            for own, segment, unit in zip(
                self._weighed_segments(weights), self.segments, units, strict=True
            )
        ]
        return self._together(scores)

    def _weighed_segments(self, weights: Mapping[str, float]) -> list[float]:
        """What the features of each segment's own words and place weigh."""
        heading_w, heading_over = weights["heading"], weights["heading over prose"]
        item, sentence = weights["item"], weights["sentence"]
        length, short, long = weights["length"], weights["short"], weights["long"]
        linked_w, all_linked = weights["linked"], weights["all linked"]
        linked_in_nav, long_unseen = weights["linked in NAV"], weights["long and out of sight"]
        among_links, links_before = weights["among links"], weights["links before"]
        commas, chrome_words = weights["commas"] / 4, weights["chrome words"]
        repeated, start = weights["repeated text"], weights["start"]
        place_w = weights["place squared"] / self.total**2
        before_h1 = weights["before h1"]
        before_core, after_core = weights["before core"], weights["after core"]
        prose_after, prose_around = weights["prose after"], weights["prose around"]
        if self.article:
            linked_w += weights["linked on an article page"]
            after_core += weights["after core on an article page"]
        segments, hints = self.segments, self.hints
        language, own = self.language, self.own
        chars, links, prose = self.chars, self.links, self.prose
        count = len(segments)
        core_start, core_end = self.core.start, self.core.end
        title = next((i for i, s in enumerate(segments) if s.kind == "heading" and s.level == 1), 0)
        texts: set[str] = set()
        weighed = []
        for index, segment in enumerate(segments):
            text, kind = segment.text, segment.kind
            size = len(text)
            low = index - 2 if index > 2 else 0
            high = index + 3 if index + 3 < count else count
            after = prose[high] - prose[index + 1]
            around = prose[index + 6 if index + 6 < count else count]
            around -= prose[index - 5 if index > 5 else 0]
            score = length * (_LOGS[size] if size < 4096 else _log(size))
            score += place_w * chars[index] ** 2
            if kind == "heading":
                score += heading_w
                if after > 40:
                    score += heading_over
            elif kind == "item":
                score += item
            if size < 25:
                score += short
            elif size > 120:
                score += long
                if hints[segment.region] & _OUT_OF_SIGHT:
                    score += long_unseen
            if segment.linked:
                if hints[segment.region] & Hint.NAV:
                    score += linked_in_nav * segment.linked / size
                score += linked_w * segment.linked / size
                if segment.linked > 0.9 * size:
                    score += all_linked
                if links[high] - links[low] > 0.8 * (chars[high] - chars[low]):
                    score += among_links
            if index > low:
                score += links_before * (links[index] - links[low]) / (chars[index] - chars[low])
            if text[-1] in _SENTENCE_END:
                score += sentence
            if "," in text:
                score += commas * min(text.count(","), 4)
            if size <= 200 and says_chrome(text, language, own):
                self.chrome.add(index)
                score += chrome_words
                if hints[segment.region] & _CHROME_PLACES:
                    score -= _BOTH
            if text in texts:
                score += repeated
            else:
                texts.add(text)
            if index < 5:
                score += start
            if index < title:
                score += before_h1
            if index < core_start:
                score += before_core
            elif index >= core_end:
                score += after_core
            if after:
                score += prose_after * (_LOGS[after] if after < 4096 else _log(after))
            if around:
                score += prose_around * (_LOGS[around] if around < 4096 else _log(around))
            weighed.append(score)
        return weighed

    def _weighed_regions(self, weights: Mapping[str, float]) -> dict[int, float]:
        """What the features of each region with text of its own weigh, by its number."""
        by_hint = {hint: weights[f"in {name}"] for name, hint in _PARTS.items()}
        for name, hint in _SHARED_PARTS.items():
            covered = self.covered.get(hint, 0.0)
            by_hint[hint] = by_hint.get(hint, 0.0) + covered * weights[f"in {name} by share"]
        outside_main = weights["outside main"] if self.has_main else 0.0
        outside_article = weights["outside article"] if self.one_article else 0.0
        up_to_core = weights["up to core"]
        if self.article:
            up_to_core += weights["up to core on an article page"]
        share = (self.prose[self.core.end] - self.prose[self.core.start]) / self.total_prose
        share *= min(1.0, self.total_prose / 5000)
        up_to_core += weights["out of core on a page of prose"] * share
        outer_prose, outer_links = weights["outer prose"], weights["outer links"]
        parent_segments = weights["parent segments"] / 30
        regions, prose, depths = self.regions, self.prose, self.core_depths
        by_hints: dict[int, float] = {}
        by_parent: dict[int, float] = {}
        found: dict[int, float] = {}
        for segment in self.segments:
            index = segment.region
            if index in found:
                continue
            region = regions[index]
            hints = self.hints[index]
            score = by_hints.get(hints)
            if score is None:
                score = sum(weight for hint, weight in by_hint.items() if hints & hint)
                if not hints & Hint.MAIN:
                    score += outside_main
                if not hints & Hint.ARTICLE:
                    score += outside_article
                by_hints[hints] = score
            if region.tag == "p":
                score += weights["p"]
            elif region.tag in _BUTTONS:
                score += weights["button"]
            above, steps = index, 0
            while above not in depths:
                above = regions[above].parent
                steps += 1
            if depths[above]:
                score += up_to_core * (steps if steps < 6 else 6) / 6
            if region.end - region.start == 1 and region.parent >= 0:
                index = region.parent
            own = by_parent.get(index)
            if own is None:
                parent = regions[index]
                outer = regions[parent.parent] if parent.parent >= 0 else parent
                own = outer_prose * _log(prose[outer.end] - prose[outer.start])
                own += outer_links * self._linked(outer.start, outer.end)
                own += parent_segments * min(parent.end - parent.start, 30)
                by_parent[index] = own
            found[segment.region] = score + own
        return found

    def _weighed_units(self, weights: Mapping[str, float]) -> list[float]:
        """What the features of each segment's unit weigh; 0 for a segment in none."""
        known: dict[tuple[int, int] | None, float] = {None: 0.0}
        found = []
        for unit in self.units:
            score = known.get(unit)
            if score is None and unit is not None:
                start, end = unit
                score = weights["unit"] + weights["card on a page of cards"] * self.cards
                score += weights["unit length"] * _log(self.chars[end] - self.chars[start])
                score += weights["unit prose"] * _log(self.prose[end] - self.prose[start])
                score += weights["unit links"] * self._linked(start, end)
                known[unit] = score
            found.append(score or 0.0)
        return found

    def _together(self, scores: list[float]) -> list[float]:
        """The scores, drawn towards their mean among the like parts of one list, table or grid.

        Else the first members of a list that look like a menu would be lost, and the others not.
        """
        regions = self.regions
        groups: dict[tuple[int, str, str, str], list[int]] = {}
        containers: dict[int, int] = {}
        for index, segment in enumerate(self.segments):
            number = segment.region
            container = containers.get(number)
            if container is None:
                container = containers[number] = self._container(number)
            if container >= 0:
                region = regions[number]
                key = (container, segment.kind, region.tag, region.name)
                groups.setdefault(key, []).append(index)
        for group in groups.values():
            if len(group) >= _FEW:
                mean = sum(scores[index] for index in group) / len(group)
                for index in group:
                    scores[index] = (1 - _DRAWN) * scores[index] + _DRAWN * mean
        return scores

    def _container(self, index: int) -> int:
        """The list, table or grid that a region is part of, or -1."""
        for _ in range(_NEAR):
            region = self.regions[index]
            if region.tag in _CONTAINERS:
                return index
            if region.parent < 0:
                return -1
            index = region.parent
        return -1
