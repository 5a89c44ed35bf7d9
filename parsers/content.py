"""Chooses a page's main content among its segments, leaving out the site's chrome.

Every segment gets a probability of being content (`parsers.features` weighed by
`parsers.weights`). How many are kept follows from the probabilities themselves: as many as make
the expected agreement with a reader's choice best. So a listing of short teasers is read
generously and an article with its long paragraphs strictly, without a rule for either.
"""

from __future__ import annotations

from operator import mul

from lxml.html import HtmlElement

from languages.detect import two_letters
from parsers.blocks import Layout
from parsers.chrome import is_only_chrome
from parsers.features import Features, prose
from parsers.hints import Hint
from parsers.metas import Metas
from parsers.weights import BIAS, WEIGHTS

_ANY_CHROME = (
    Hint.NAV
    | Hint.FOOTER
    | Hint.HEADER
    | Hint.SIDE
    | Hint.COOKIE
    | Hint.SHARE
    | Hint.COMMENT
    | Hint.RELATED
    | Hint.PROMO
    | Hint.FORM
    | Hint.UNSEEN
    | Hint.META
    | Hint.CAPTION
    | Hint.HIDDEN
)
_AMONG_CONTENT = 0.25
"""Least probability of a block that stands in the midst of the content, and not in its chrome:
short lists and lines between paragraphs."""
_CLEAR = 0.75
"""Expected agreement above which a page is clear enough for a strict choice."""
_STRICT = 0.55
"""Least probability of what is kept on a clear page."""
_FEW_BELOW = 6
"""Most short lines below the text that go with the chrome above them."""
_PARAGRAPH = 80
"""Characters of running text that make a paragraph below a heading."""
_ARTICLE_TYPES = frozenset(("article", "news", "blog", "newsarticle", "blogposting"))


def main_content(
    root: HtmlElement, layout: Layout, metas: Metas, own: tuple[str, ...] = ()
) -> list[int]:
    """Places of the main content's segments in `layout`, in reading order.

    own: beginnings of lines that every page of the site carries (`Source.chrome`).
    """
    if not layout.segments:
        return []
    features = Features(layout, says_article(metas), two_letters(root.get("lang")) or "en", own)
    scores = features.probabilities(BIAS, WEIGHTS)
    segments, hints, chrome = layout.segments, features.hints, features.chrome
    threshold = _threshold(scores, [len(segment.text) for segment in segments])
    lenient = min(threshold, _AMONG_CONTENT)
    core = features.core
    while core.end - core.start < 2 and core.parent >= 0:
        core = layout.regions[core.parent]
    kept = [index for index, score in enumerate(scores) if score >= threshold]
    if lenient < threshold:
        kept += [
            index
            for index in range(core.start, core.end)
            if lenient <= scores[index] < threshold
            and index not in chrome
            and 2 * segments[index].linked < len(segments[index].text)
            and not hints[segments[index].region] & _ANY_CHROME
        ]
        kept.sort()
    return _without_lone_chrome(_with_headings(kept, features), features)


def _with_headings(kept: list[int], features: Features) -> list[int]:
    """The places with the headings right above paragraphs that were kept."""
    segments = features.segments
    found = set(kept)
    for index in kept:
        above = index - 1
        if above < 0 or above in found or segments[above].kind != "heading":
            continue
        if (
            prose(segments[index]) >= _PARAGRAPH
            and above >= features.core.start
            and not features.hints[segments[above].region] & _ANY_CHROME
            and above not in features.chrome
        ):
            found.add(above)
    return sorted(found)


def _without_lone_chrome(kept: list[int], features: Features) -> list[int]:
    """The places without lines that are nothing but chrome, and without the few short ones that
    such a line parts from the end of the text: side boxes and brands below a back link."""
    segments, language, own = features.segments, features.language, features.own
    lone = {
        index
        for index in range(kept[0], kept[-1] + 1)
        if segments[index].kind != "heading" and is_only_chrome(segments[index].text, language, own)
    }
    if not lone:
        return kept
    last = max((index for index in kept if prose(segments[index])), default=-1)
    parting = min((index for index in lone if index > last), default=len(segments))
    tail = [index for index in kept if index > parting]
    cut = parting if last >= 0 and len(tail) <= _FEW_BELOW else len(segments)
    return [index for index in kept if index not in lone and index < cut] or kept


def _threshold(scores: list[float], sizes: list[int]) -> float:
    """The least probability kept, so that the expected F1 with a reader's choice is highest."""
    order = sorted(range(len(scores)), key=scores.__getitem__, reverse=True)
    weights = [size / 6 + 0.2 for size in sizes]  # about one for each word
    expected = sum(map(mul, scores, weights))
    right = taken = best = 0.0
    threshold = 0.0
    for index in order:
        right += scores[index] * weights[index]
        taken += weights[index]
        agreement = 2 * right / (taken + expected)
        if agreement > best:
            best, threshold = agreement, scores[index]
    if best > _CLEAR:
        threshold = max(threshold, _STRICT)
    return min(threshold, scores[order[0]])


def says_article(metas: Metas) -> bool:
    """Whether the head says that the page is an article."""
    return any(name.startswith("article:") for name in metas) or any(
        content.lower() in _ARTICLE_TYPES for content in metas.get("og:type", ())
    )
