"""When a source is due. Pure: no clock, no database, no catalogue.

The delay until a post is found is half of the pause between visits, so over all sources it is
sum(rate / 2 visits). Under a budget of visits that is least where visits per day are
proportional to the square root of the rate at which a site posts. The rate is learned: each
source's posts are counted with weights that halve every two months, and a source of which
little is known is taken for an ordinary one (Gamma-Poisson).
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Literal

SHORTEST = timedelta(hours=1)
LONGEST = timedelta(days=7)
"""No pause between two visits is learned to be shorter or longer."""

HALF_LIFE = 60.0
"""After so many days a post counts half."""

REACH = 365.0
"""Posts older than so many days do not count."""

PRIOR_POSTS, PRIOR_DAYS = 0.5, 3.5
"""What is taken for granted of a source: a post a week, to be unlearned within days."""

FAILED = ("partial", "blocked", "unreachable", "crashed")
"""Verdicts after which the next visit does not wait for the usual pause, or waits longer."""

_DAY = timedelta(days=1)
_LONG_MEMORY = HALF_LIFE / math.log(2)


@dataclass(frozen=True, slots=True)
class Posting:
    """What was seen of a source's posting: `posts` within `days`, both weighted by age."""

    posts: float = 0.0
    days: float = 0.0

    @property
    def rate(self) -> float:
        """Posts per day, as far as can be told.

        >>> Posting().rate == 1 / 7
        True
        """
        return (PRIOR_POSTS + self.posts) / (PRIOR_DAYS + self.days)


def observe(ages: Iterable[float], span: float) -> Posting:
    """Weigh posts by their age.

    ages: of the posts, in days; those older than `span` and those still to come are left out.
    span: for how many days back posts were or would have been seen.

    >>> round(observe([1, 8, 15], 21).posts, 2)
    2.74
    """
    span = min(max(span, 0.0), REACH)
    posts = sum(math.exp(-age / _LONG_MEMORY) for age in ages if 0 <= age <= span)
    return Posting(posts, _LONG_MEMORY * -math.expm1(-span / _LONG_MEMORY))


def pace(rates: Iterable[float], visits: float) -> float:
    """The factor by which the root of a rate gives visits per day, so that `visits` are made.

    rates: posts per day of each source. visits: per day, of all of them. Bounds are kept, so
    the sum may be missed where they leave no choice.

    >>> interval(0.25, pace([0.25, 1.0], 3.0))
    datetime.timedelta(days=1)
    """
    roots = sorted(math.sqrt(rate) for rate in rates if rate > 0)
    fewest, most = _DAY / LONGEST, _DAY / SHORTEST
    if not roots:
        return fewest
    sums = list(accumulate(roots, initial=0.0))

    def made(factor: float) -> float:
        slow = bisect_right(roots, fewest / factor)
        fast = max(bisect_left(roots, most / factor), slow)
        between = factor * (sums[fast] - sums[slow])
        return slow * fewest + between + (len(roots) - fast) * most

    # What is made grows with the factor: halve the range until it fits.
    low, high = fewest / roots[-1], most / roots[0]
    for _ in range(60):
        middle = (low + high) / 2
        if made(middle) > visits:
            high = middle
        else:
            low = middle
    return low


def interval(rate: float, factor: float) -> timedelta:
    """The pause between visits of a source that posts `rate` times a day, within the bounds."""
    daily = factor * math.sqrt(rate)
    if daily * LONGEST <= _DAY:
        return LONGEST
    return max(_DAY / daily, SHORTEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a source.

    every: the interval that its file fixes, or None. visited: the end of its last visit, or
    None. verdict: of that visit. failures: how many visits in a row ended as one of `FAILED`.
    not_before: its host asked to be left alone until then. busy: a run or a job has it now.
    """

    source: str
    every: timedelta | None = None
    visited: datetime | None = None
    verdict: str = ""
    failures: int = 0
    posting: Posting = Posting()
    not_before: datetime | None = None
    busy: bool = False


Why = Literal["new", "fixed", "learned", "again", "host"]


@dataclass(frozen=True, slots=True)
class Planned:
    """A source's next visit. why: never visited, a fixed or a learned interval, again after a
    visit that failed, or put off by its host. late: how long it is overdue, in intervals."""

    source: str
    due: datetime
    interval: timedelta
    why: Why
    late: float
    busy: bool = False


def plan(sources: Sequence[Known], now: datetime, visits: float | None = None) -> list[Planned]:
    """The next visit of each source, the most urgent first.

    visits: the budget per day. Left out, there is one a day for each source that fixes none of
    its own. Fixed intervals come out of the budget first.
    """
    learned = [known for known in sources if known.every is None]
    fixed = sum(_DAY / known.every for known in sources if known.every is not None)
    left = len(learned) if visits is None else max(visits - fixed, 0.0)
    factor = pace((known.posting.rate for known in learned), left)
    planned = [_planned(known, now, factor) for known in sources]
    planned.sort(key=lambda visit: (-visit.late, visit.source))
    return planned


def ready(planned: Iterable[Planned], now: datetime, left: int | None = None) -> list[Planned]:
    """What is to be visited now, in the order of `planned`, fixed intervals first.

    left: how many visits the budget still has for today; None for no budget.
    """
    visits = [visit for visit in planned if visit.due <= now and not visit.busy]
    visits.sort(key=lambda visit: visit.why != "fixed")
    return visits if left is None else visits[: max(left, 0)]


def _planned(known: Known, now: datetime, factor: float) -> Planned:
    pause = known.every or interval(known.posting.rate, factor)
    why: Why = "fixed" if known.every else "learned"
    if known.visited is None:
        moment, late, why = now, math.inf, "new"
    else:
        wait = pause
        if known.verdict in FAILED:
            wait, why = _again(known, pause), "again"
        moment = known.visited + wait
        late = (now - moment) / pause
    if known.not_before is not None and known.not_before > moment:
        moment, why = known.not_before, "host"
        late = (now - moment) / pause
    return Planned(known.source, moment, pause, why, late, known.busy)


def _again(known: Known, pause: timedelta) -> timedelta:
    """How long to wait after visits that failed: longer each time, a week at most."""
    times = min(max(known.failures, 1), 10) - 1
    if known.verdict == "blocked":
        return min(_DAY * (1 << times), LONGEST)
    wait = min(SHORTEST * (1 << 2 * times), LONGEST)
    # A visit that was cut short goes on where it stopped, and found something meanwhile.
    return min(wait, pause) if known.verdict == "partial" else wait
