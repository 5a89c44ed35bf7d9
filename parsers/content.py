"""Chooses a page's main content among its segments, leaving out the site's chrome."""

from __future__ import annotations

from parsers.blocks import Layout, Segment
from parsers.hints import Hint

_CHROME = (
    Hint.NAV
    | Hint.FOOTER
    | Hint.HEADER
    | Hint.SIDE
    | Hint.COMMENT
    | Hint.SHARE
    | Hint.RELATED
    | Hint.PROMO
    | Hint.COOKIE
    | Hint.HIDDEN
    | Hint.FORM
)


def main_content(layout: Layout) -> list[Segment]:
    """The segments of the main content, in reading order."""
    segments = layout.segments
    lengths = [0]
    for segment in segments:
        lengths.append(lengths[-1] + len(segment.text))
    total = lengths[-1] or 1
    dropped = [False] * len(segments)
    for region in layout.regions:
        if region.hints & _CHROME and not region.hints & (Hint.MAIN | Hint.ARTICLE):
            size = lengths[region.end] - lengths[region.start]
            if size < 0.5 * total:
                for index in range(region.start, region.end):
                    dropped[index] = True
    kept = []
    for segment, drop in zip(segments, dropped, strict=True):
        if drop:
            continue
        if (
            segment.linked > 0.8 * len(segment.text)
            and segment.kind != "heading"
            and len(segment.text) < 60
        ):
            continue
        kept.append(segment)
    return kept or segments
