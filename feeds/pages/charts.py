"""Pictures of figures: SVG that stands in the page, needs no script and no other file.

Places along the width are percentages and heights are pixels, so that a picture is as wide as its
place and its letters stay as large as the page's. Colours come from the style sheet by class;
each kind of thing differs in form too. Every picture says in words what it shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from xml.etree import ElementTree

from markupsafe import Markup

from feeds.pages.words import Words
from registry.views import Sign

MONTHS = 36
"""So many months of activity are shown."""

RUNS = 12
"""So many runs are shown, the last ones."""

Health = Literal["good", "fair", "bad", "none"]
"""How a run went. none: it has not ended."""

Anchor = Literal["start", "middle", "end"]
"""Which part of a text stands at its place."""

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_TOP, _FOOT, _BARS = 44, 24, 132
_RUN_STEP, _RUN_HEIGHT = 13, 22


@dataclass(frozen=True, slots=True)
class Month:
    """What a month brought: so many pieces of news and so many events."""

    news: int = 0
    events: int = 0


@dataclass(frozen=True, slots=True)
class RunShown:
    """A run of a source. words: what a reader is told of it, such as its day and verdict."""

    health: Health
    words: str


class Picture:
    """An SVG picture that is being drawn, of a fixed height in pixels.

    title, words: its name, and what it shows in words, for who does not see it. name: a word of
    letters that no other picture of its page has.
    """

    def __init__(self, name: str, kind: str, height: int, title: str, words: str) -> None:
        self.name = name
        self.root = ElementTree.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "class": f"chart {kind}",
                "width": "100%",
                "height": str(height),
                "role": "img",
                "aria-labelledby": f"{name}-title {name}-words",
                "focusable": "false",
            },
        )
        self._within(self.root, "title", title, id=f"{name}-title")
        self._within(self.root, "desc", words, id=f"{name}-words")

    def group(self, kind: str, words: str) -> ElementTree.Element:
        """A part of the picture; words: shown to who points at it."""
        part = ElementTree.SubElement(self.root, "g", {"class": kind})
        self._within(part, "title", words)
        return part

    def add(
        self,
        form: Literal["rect", "line", "circle"],
        kind: str,
        within: ElementTree.Element | None = None,
        **places: str | float,
    ) -> None:
        """A form. places: its attributes, with _ for -."""
        attributes = {key.replace("_", "-"): _number(value) for key, value in places.items()}
        parent = self.root if within is None else within
        ElementTree.SubElement(parent, form, {"class": kind, **attributes})

    def write(
        self,
        kind: str,
        text: str,
        x: str | float,
        y: float,
        anchor: Anchor = "start",
        aside: int = 0,
    ) -> None:
        """Letters on the line y. aside: pixels to the right of x."""
        places = {"class": kind, "x": _number(x), "y": _number(y), "text-anchor": anchor}
        if aside:
            places["dx"] = str(aside)
        self._within(self.root, "text", text, **places)

    def stripes(self, kind: str) -> str:
        """A filling of slanting lines in the colour of a class; what `fill` is to say."""
        name = f"{self.name}-{kind}"
        pattern = ElementTree.SubElement(
            ElementTree.SubElement(self.root, "defs"),
            "pattern",
            {
                "id": name,
                "width": "6",
                "height": "6",
                "patternUnits": "userSpaceOnUse",
                "patternTransform": "rotate(45)",
            },
        )
        places = {"x1": "1.5", "x2": "1.5", "y1": "0", "y2": "6", "stroke-width": "2.5"}
        ElementTree.SubElement(pattern, "line", {"class": kind, **places})
        return f"url(#{name})"

    def markup(self) -> Markup:
        """The picture, for a template."""
        return Markup(ElementTree.tostring(self.root, encoding="unicode"))

    def _within(self, parent: ElementTree.Element, tag: str, text: str, **more: str) -> None:
        ElementTree.SubElement(parent, tag, more).text = _NO_XML.sub("", text)


def share(part: float, whole: float) -> str:
    """A place along the width.

    >>> share(1, 3)
    '33.33%'
    """
    return f"{100 * part / whole:.2f}%"


def by_month(signs: Iterable[Sign]) -> dict[str, Month]:
    """News and events by the month of their day, as YYYY-MM; without those of a year alone."""
    found: dict[str, Month] = {}
    for sign in signs:
        if len(sign.day) < len("2026-01"):
            continue
        month = found.get(sign.day[:7], Month())
        article = sign.kind == "article"
        found[sign.day[:7]] = Month(month.news + article, month.events + (not article))
    return found


def activity_chart(
    months: Mapping[str, Month], today: date, words: Words, name: str = "activity"
) -> Markup:
    """News and events of the last months as bars, the newest on the right.

    months: by YYYY-MM. Where the last months brought nothing, those up to the last that did are
    shown. Later months than today's are not shown.
    """
    shown = _last_months(months, today)
    values = [months.get(month, Month()) for month in shown]
    told = activity_words(months, today, words)
    height = _TOP + _BARS + _FOOT
    picture = Picture(name, "activity", height, words("activity.title"), told)
    striped = picture.stripes("striped")
    top = _nice(max((one.news + one.events for one in values), default=0))
    base = _TOP + _BARS
    for level in (0, top // 2, top):
        y = base - _BARS * level / top
        picture.add("line", "grid" if level else "axis", x1="0", x2="100%", y1=y, y2=y)
        if level:
            picture.write("tick", words.number(level), "0", y - 4)
    width = 100 / len(shown)
    for place, (month, one) in enumerate(zip(shown, values, strict=True)):
        left = place * width
        if month.endswith("-01"):
            x = f"{left:.2f}%"
            picture.add("line", "axis", x1=x, x2=x, y1=base, y2=base + 6)
            picture.write("tick", month[:4], x, base + 18, "start" if place < 30 else "end")
        if not one.news + one.events:
            continue
        tip = words(
            "activity.month",
            month=words.month(month),
            news=words("activity.news", count=one.news),
            events=words("activity.events", count=one.events),
        )
        group = picture.group("month", tip)
        sides = {"x": f"{left + width * 0.14:.2f}%", "width": f"{width * 0.72:.2f}%"}
        low = base - _BARS * one.news / top
        high = low - _BARS * one.events / top
        if one.news:
            picture.add("rect", "news", group, y=low, height=base - low, **sides)
        if one.events:
            picture.add("rect", "events", group, y=high, height=low - high, fill=striped, **sides)
    picture.add("rect", "news", x=0, y=4, width=13, height=13)
    picture.write("key", words("activity.key.news"), 20, 15)
    picture.add("rect", "events", x="50%", y=4, width=13, height=13, fill=striped)
    picture.write("key", words("activity.key.events"), "50%", 15, aside=20)
    return picture.markup()


def activity_words(months: Mapping[str, Month], today: date, words: Words) -> str:
    """What `activity_chart` shows, and whether nothing came after it."""
    shown = _last_months(months, today)
    values = [months.get(month, Month()) for month in shown]
    told = words(
        "activity.words",
        first=words.month(shown[0]),
        last=words.month(shown[-1]),
        news=words("activity.news", count=sum(one.news for one in values)),
        events=words("activity.events", count=sum(one.events for one in values)),
    )
    if shown[-1] < f"{today:%Y-%m}":
        told += " " + words("activity.silent", month=words.month(shown[-1]))
    return told


def run_strip(runs: Sequence[RunShown], words: Words, name: str) -> Markup:
    """The last runs as small bars, the newest on the right.

    A good one is a full bar, a fair one half full, a bad one a cross, and one that has not ended
    is empty. runs: the oldest first.
    """
    shown = runs[-RUNS:]
    title = words("runs.strip", count=len(shown))
    told = "; ".join(run.words for run in reversed(shown))
    picture = Picture(name, "strip", _RUN_HEIGHT, title, told)
    picture.root.set("width", str(max(1, len(shown)) * _RUN_STEP))
    for place, run in enumerate(shown):
        left = place * _RUN_STEP + 2
        group = picture.group(run.health, run.words)
        if run.health == "bad":
            for y1, y2 in ((6, 16), (16, 6)):
                picture.add("line", "cross", group, x1=left, x2=left + 9, y1=y1, y2=y2)
            continue
        picture.add("rect", "frame", group, x=left, y=3, width=9, height=16)
        if run.health != "none":
            full = 16 if run.health == "good" else 8
            picture.add("rect", "full", group, x=left, y=19 - full, width=9, height=full)
    return picture.markup()


def _last_months(months: Mapping[str, Month], today: date) -> list[str]:
    """The months to show, the oldest first."""
    end = today.year * 12 + today.month - 1
    active = [
        number
        for month, one in months.items()
        if one.news + one.events
        for number in [int(month[:4]) * 12 + int(month[5:7]) - 1]
        if number <= end
    ]
    if active and max(active) <= end - MONTHS:
        end = max(active)
    return [f"{n // 12:04}-{n % 12 + 1:02}" for n in range(end - MONTHS + 1, end + 1)]


def _nice(most: int) -> int:
    """A round number, at least as large, for the top of a scale.

    >>> [_nice(n) for n in (0, 3, 7, 18, 1234)]
    [4, 4, 8, 20, 1600]
    """
    scale = 1
    while most > 20 * scale:
        scale *= 10
    return scale * next(step for step in (4, 6, 8, 10, 12, 16, 20) if most <= step * scale)


def _number(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
