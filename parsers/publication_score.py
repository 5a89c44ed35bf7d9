"""How likely a date that a reader sees is the day of publication.

Every trait of a date has a weight, and the sum says how much speaks for it; nothing above zero
means that the page does not say when it was published. The weights are rounded odds: one step
of 1 makes a date about three times as likely.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from parsers.publication_text import Candidate

_WEIGHTS = {
    # what stands beside the date in its line
    "published label": 2.0,
    "modified label": -2.0,
    "other label": -6.0,
    "no other words": 1.0,
    "few other words": 0.5,
    "some other words": -0.5,
    "many other words": -3.0,
    "in a sentence": -3.0,
    "dateline": 1.0,
    "weekday": 0.5,
    "minute": 2.0,
    "range": -5.5,
    # how far it stands from the headline
    "just above": 1.0,
    "far above": -3.5,
    "ahead of the headline": -1.5,
    "behind the headline": -1.0,
    "just below": 1.0,
    "below": 0.5,
    "far below": -0.5,
    "minute far above": -1.5,
    # what its markup is called
    "date": 0.5,
    "byline": 1.5,
    "time tag": 0.5,
    "itemprop": 2.0,
    "named and near": 1.5,
    "other": -1.5,
    # which part of the page it stands in
    "comment": -6.0,
    "related": -2.0,
    "nav": -1.5,
    "form": -1.5,
    "quote": -5.0,
    "card": -1.0,
    "side": -1.0,
    "header": -0.5,
    "footer": -0.5,
    "page footer": -3.0,
    # the page's other dates
    "in a list": -4.5,
    "like a list's": -1.5,
    "only one": 1.5,
    "first": 0.5,
    "repeated": 0.5,
    "day of the fetch": -4.5,
    "told by the headline": -2.0,
}
_WEEKDAY_LETTERS = 3
_OPENING = 500
"""How far below the headline the text opens, with a dateline perhaps, in characters."""


def scored(candidates: Sequence[Candidate], fetched: date | None) -> list[Candidate]:
    """The candidates with their `score` set, the likeliest first."""
    for candidate, traits in zip(candidates, traits_of(candidates, fetched), strict=True):
        candidate.score = sum(_WEIGHTS[trait] for trait in traits)
    return sorted(candidates, key=lambda candidate: -candidate.score)


def traits_of(candidates: Sequence[Candidate], fetched: date | None) -> Iterator[set[str]]:
    """What speaks for or against each date: names of `_WEIGHTS`."""
    days = [candidate.value[:10] for candidate in candidates]
    times = Counter(days)
    single = {day for day, c in zip(days, candidates, strict=True) if not c.features.get("range")}
    for n, candidate in enumerate(candidates):
        traits = set(_traits(candidate, fetched))
        if n == 0:
            traits.add("first")
        if "in a list" not in traits:
            if len(single) == 1:
                traits.add("only one")
            if times[days[n]] > 1:
                traits.add("repeated")
        yield traits


def _traits(candidate: Candidate, fetched: date | None) -> Iterator[str]:
    features = candidate.features
    if candidate.meaning:
        yield f"{candidate.meaning} label"
    rest = features["rest"]
    if rest == 0:
        yield "no other words"
    elif rest <= 3:
        yield "few other words"
    elif rest <= 8:
        yield "some other words"
    elif features["dateline"] and 0 <= features["below"] <= _OPENING:
        yield "dateline"
    else:
        yield "many other words"
    below, above = features["below"], features["above"]
    near = below >= 0 or above >= 0
    if 0 <= below <= 60:
        yield "just below"
    elif 60 < below <= 500:
        yield "below"
    elif below > 500:
        yield "far below"
    elif 0 <= above <= 60:
        yield "just above"
    elif above > 60:
        yield "far above"
    elif not features["passed"]:
        yield "ahead of the headline"
    if features["passed"]:
        yield "behind the headline"
    for name in ("date", "byline", "itemprop", "other", "range", "comment", "related", "nav",
                 "form", "quote", "card", "side", "header", "footer"):  # fmt: skip
        if name == "comment" and (0 <= below <= 150 or 0 <= above <= 60):
            continue  # a byline that also counts the comments
        if features.get(name):
            yield name
    if features.get("time_tag"):
        yield "time tag"
    named = any(features.get(name) for name in ("date", "published", "byline", "time_tag"))
    told = named or candidate.meaning == "published" or len(candidate.value) > 10
    if features["within"] and rest > 5 and not told:
        yield "in a sentence"
    if features.get("footer") and features.get("outermost"):
        yield "page footer"
    if named and near:
        yield "named and near"
    if features.get("in_title") and candidate.meaning is None:
        yield "told by the headline"  # what the page is about, an event as a rule
    if features["alike"] >= 3:
        yield "like a list's" if features["own_heading"] and 0 <= below <= 60 else "in a list"
    if len(candidate.value) > 10:
        yield "minute"
        if above > 60:
            yield "minute far above"
    if candidate.raw[:_WEEKDAY_LETTERS].isalpha() and "," in candidate.raw[:16]:
        yield "weekday"
    if fetched and abs(date.fromisoformat(candidate.value[:10]) - fetched) <= timedelta(1):
        yield "day of the fetch"
