"""Which claims tell the same article or event.

Only claims of one source are compared. An article's claims belong together by its own address;
a post of an archive page, which has none, joins the only article with its headline and a date
that does not contradict. Events are one where they begin on one day and have like names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from rapidfuzz import fuzz

from languages.search import search_words

_LIKE = 85.0
"""How alike two names of one day's events are, of 100, to be one event's."""


def buckets(kind: str, claim: Any) -> list[str]:
    """Where a claim meets those that may tell the same."""
    if kind == "event":
        return [f"e {claim.source} {claim.start[:10]}"]
    found = [f"h {claim.source} {_folded(claim.headline)}"]
    if has_own_address(claim):
        found.append(f"u {claim.source} {claim.url}")
    return found


def same_tellings(kind: str, claims: Iterable[Any]) -> list[list[Any]]:
    """The claims in groups that tell the same, each in the order in which they were seen."""
    ordered = sorted(claims, key=lambda claim: (claim.first_seen, claim.id))
    groups = _events(ordered) if kind == "event" else _articles(ordered)
    return [sorted(group, key=lambda claim: (claim.first_seen, claim.id)) for group in groups]


def has_own_address(claim: Any) -> bool:
    """Whether an article's address is its own, not that of an archive page with others."""
    key = claim.natural_key
    return not key or key[0].startswith(("http://", "https://"))


def _folded(text: str) -> str:
    return " ".join(search_words(text))[:200]


def _articles(claims: list[Any]) -> list[list[Any]]:
    by_address: dict[tuple[str, str], list[Any]] = defaultdict(list)
    loose = []
    for claim in claims:
        if has_own_address(claim):
            by_address[(claim.source, claim.url)].append(claim)
        else:
            loose.append(claim)
    groups = list(by_address.values())
    by_headline: dict[tuple[str, str], list[list[Any]]] = defaultdict(list)
    for group in groups:
        for headline in {(claim.source, _folded(claim.headline)) for claim in group}:
            by_headline[headline].append(group)
    for claim in loose:
        alike = by_headline[(claim.source, _folded(claim.headline))]
        fitting = [group for group in alike if all(_agree(claim, other) for other in group)]
        if len(fitting) == 1:
            fitting[0].append(claim)
        else:
            alone = [claim]
            alike.append(alone)
            groups.append(alone)
    return groups


def _agree(claim: Any, other: Any) -> bool:
    """Whether two dates may be one: either is missing, or one is a less precise form."""
    one, two = claim.date_published or "", other.date_published or ""
    short = min(len(one), len(two), 10)
    return one[:short] == two[:short]


def _events(claims: list[Any]) -> list[list[Any]]:
    by_day: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for claim in claims:
        by_day[(claim.source, claim.start[:10])].append(claim)
    groups: list[list[Any]] = []
    for day in by_day.values():
        # The fullest names first: which claims meet must not depend on who came first.
        found: list[tuple[str, list[Any]]] = []
        for claim in sorted(day, key=lambda one: (-len(one.name), one.name, one.id)):
            name = _folded(claim.name)
            for other, group in found:
                if _like(name, other) and _one_hour(claim, group[0]):
                    group.append(claim)
                    break
            else:
                found.append((name, [claim]))
        groups += [group for _, group in found]
    return groups


def _like(one: str, two: str) -> bool:
    return one == two or fuzz.token_set_ratio(one, two) >= _LIKE


def _one_hour(claim: Any, other: Any) -> bool:
    """Two events of like names on one day differ where both tell their hour and it differs."""
    hours = [value.start[10:16] for value in (claim, other)]
    return not all(hours) or hours[0] == hours[1]
