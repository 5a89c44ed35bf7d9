"""When a source is due: the pure part."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.schedule import measure
from jobs.due import (
    HALF_LIFE,
    LONGEST,
    SHORTEST,
    Known,
    Posting,
    interval,
    observe,
    pace,
    plan,
    ready,
)

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

rates = st.lists(st.floats(1e-4, 50), min_size=1, max_size=60)


def posting(rate):
    return Posting(rate * 1e6, 1e6)


@given(rates, st.floats(0.1, 1e4))
def test_the_budget_is_met_within_the_bounds(given_rates, budget):
    pauses = [interval(rate, pace(given_rates, budget)) for rate in given_rates]
    assert all(SHORTEST <= pause <= LONGEST for pause in pauses)
    made = sum(DAY / pause for pause in pauses)
    least, most = len(pauses) * (DAY / LONGEST), len(pauses) * (DAY / SHORTEST)
    assert made == pytest.approx(min(max(budget, least), most), rel=1e-3)


@given(rates, st.floats(1, 100))
def test_who_posts_more_is_visited_no_less(given_rates, budget):
    factor = pace(given_rates, budget)
    pauses = [interval(rate, factor) for rate in sorted(given_rates)]
    assert pauses == sorted(pauses, reverse=True)


def test_four_times_the_posts_are_twice_the_visits():
    factor = pace([0.1, 0.4, 1.6], 6)
    assert interval(0.1, factor) / interval(0.4, factor) == pytest.approx(2, rel=1e-6)


def test_no_other_division_of_the_budget_finds_posts_sooner():
    """The delay of a post is half a pause: shifting visits between two sources only costs."""
    given_rates = [0.05, 0.2, 1.0, 3.0]
    visits = [DAY / interval(rate, pace(given_rates, 8)) for rate in given_rates]

    def cost(made):
        return sum(rate / (2 * often) for rate, often in zip(given_rates, made, strict=True))

    for giver in range(4):
        for taker in set(range(4)) - {giver}:
            moved = list(visits)
            moved[giver] -= 0.02
            moved[taker] += 0.02
            assert cost(moved) > cost(visits)


def test_old_posts_fade_and_the_future_does_not_count():
    fresh, old = observe([0], 300).posts, observe([HALF_LIFE], 300).posts
    assert fresh == 1
    assert old == pytest.approx(0.5)
    assert observe([-3, 400], 300).posts == 0


def test_a_steady_rate_is_learned():
    ages = [3.5 * n for n in range(100)]
    assert observe(ages, 350).rate == pytest.approx(2 / 7, rel=0.05)
    assert Posting().rate == pytest.approx(1 / 7)
    assert observe([], 365).rate < 1 / 60, "a site that is silent for a year"


def known(source="a", **more):
    return Known(source=source, **more)


def test_a_source_that_was_never_visited_is_due_before_all_others():
    planned = plan([known("late", visited=NOW - 30 * DAY, verdict="ok"), known("new")], NOW)
    assert [visit.source for visit in ready(planned, NOW)] == ["new", "late"]
    assert planned[0].why == "new"
    assert planned[0].late == math.inf


def test_a_fixed_interval_is_kept_and_comes_out_of_the_budget():
    fixed = known("fixed", every=6 * HOUR, visited=NOW - 2 * HOUR, verdict="ok")
    learned = known("learned", visited=NOW, verdict="ok", posting=posting(1))
    by_name = {visit.source: visit for visit in plan([fixed, learned], NOW, 6)}
    assert by_name["fixed"].due == NOW + 4 * HOUR
    assert by_name["learned"].interval / HOUR == pytest.approx(12)


@pytest.mark.parametrize(
    ("verdict", "failures", "wait"),
    [
        ("ok", 0, 24 * HOUR),
        ("empty", 0, 24 * HOUR),
        ("degraded", 0, 24 * HOUR),
        ("unreachable", 1, HOUR),
        ("unreachable", 2, 4 * HOUR),
        ("crashed", 3, 16 * HOUR),
        ("unreachable", 40, LONGEST),
        ("partial", 1, HOUR),
        ("partial", 9, 24 * HOUR),
        ("blocked", 1, DAY),
        ("blocked", 2, 2 * DAY),
        ("blocked", 9, LONGEST),
    ],
)
def test_visits_that_failed_back_off(verdict, failures, wait):
    (planned,) = plan([known(visited=NOW, verdict=verdict, failures=failures, every=DAY)], NOW)
    assert planned.due == NOW + wait


def test_a_host_that_asked_for_rest_gets_it():
    rest = NOW + 5 * HOUR
    new, old = plan(
        [known("new", not_before=rest), known("old", visited=NOW, verdict="ok", not_before=rest)],
        NOW,
    )
    assert (new.due, new.why) == (rest, "host")
    assert old.due > rest
    assert ready([new, old], NOW) == []


def test_the_budget_of_the_day_holds_and_spares_fixed_intervals_first():
    sources = [known(f"new{n}") for n in range(5)]
    sources.append(known("fixed", every=HOUR, visited=NOW - 3 * HOUR, verdict="ok"))
    planned = plan(sources, NOW, 24)
    assert [visit.source for visit in ready(planned, NOW, 2)] == ["fixed", "new0"]
    assert ready(planned, NOW, -1) == []
    assert len(ready(planned, NOW)) == 6


def test_a_source_that_somebody_has_is_not_due():
    assert ready(plan([known(busy=True)], NOW), NOW) == []


def test_learned_rates_find_posts_nearly_as_soon_as_known_ones():
    """The whole claim is measured by the benchmark; this is a small piece of it."""
    measured = measure(sources=40, days=40, seed=2)
    learned = measured["learned rates"]
    assert learned["mean"] < 1.15 * measured["known rates, the optimum"]["mean"]
    assert learned["mean"] < 0.75 * measured["uniform"]["mean"]
    assert learned["visits"] == pytest.approx(measured["uniform"]["visits"], rel=0.03)
