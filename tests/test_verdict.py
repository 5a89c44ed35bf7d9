"""Every verdict has its cause."""

import pytest

from pipelines.verdict import Found, judge

PLENTY = Found(items=40, news=10, dated=0.9, newest=3, median=38.0)


def verdict(stats=None, *, reason="finished", found=PLENTY, expect=None, error=None):
    counted = {"item_scraped_count": 20, **(stats or {})}
    return judge(reason, counted, found, expect or {}, error)


def test_ok_says_what_was_left():
    outcome = verdict({"clusterfeed/failed/forbidden": 2, "clusterfeed/unreadable": 1})
    assert (outcome.verdict, outcome.complete) == ("ok", True)
    assert outcome.reason == "2 forbidden, 1 unreadable"


@pytest.mark.parametrize(
    ("expected", "stats", "arguments"),
    [
        ("crashed", {}, {"error": "disk full"}),
        ("crashed", {"spider_exceptions/count": 1}, {}),
        ("blocked", {"item_scraped_count": 0, "clusterfeed/failed/forbidden": 1}, {}),
        ("blocked", {"item_scraped_count": 0, "clusterfeed/failed/refused": 1}, {}),
        ("blocked", {"item_scraped_count": 3, "clusterfeed/failed/refused": 9}, {}),
        ("unreachable", {"item_scraped_count": 0, "clusterfeed/failed/unreachable": 1}, {}),
        ("partial", {}, {"reason": "closespider_pagecount"}),
        ("partial", {}, {"reason": "shutdown"}),
        ("empty", {}, {"found": Found(items=0, news=0, dated=0, newest=None, median=None)}),
        ("degraded", {}, {"expect": {"items": 41}}),
        ("degraded", {}, {"expect": {"news": 11}}),
        ("degraded", {}, {"expect": {"dates": 0.95}}),
        ("degraded", {}, {"expect": {"newest": 2}}),
        ("degraded", {}, {"found": Found(items=18, news=9, dated=1, newest=1, median=38)}),
        ("degraded", {"clusterfeed/failed/error": 10}, {}),
    ],
)
def test_each_cause(expected, stats, arguments):
    outcome = verdict(stats, **arguments)
    assert outcome.verdict == expected
    assert outcome.reason


def test_only_a_run_that_ended_by_itself_is_complete():
    assert verdict(expect={"items": 99}).complete
    assert not verdict(reason="closespider_timeout").complete
    assert not verdict(error="broken").complete


@pytest.mark.parametrize(
    ("finish", "stats", "verdict", "words"),
    [
        ("finished", {"clusterfeed/not_now": "robots.txt answers 503: not now"}, "blocked", "503"),
        ("finished", {"clusterfeed/out_of_reach": "no robots.txt"}, "unreachable", "no robots"),
        (
            "retry_after",
            {"item_scraped_count": 3, "clusterfeed/not_now": "later"},
            "partial",
            "later",
        ),
        (
            "finished",
            {"item_scraped_count": 3, "clusterfeed/trap": "a calendar"},
            "partial",
            "calendar",
        ),
        (
            "finished",
            {"item_scraped_count": 3, "clusterfeed/incremental": 1, "clusterfeed/failed/error": 2},
            "ok",
            "2 error",
        ),
        (
            "finished",
            {"item_scraped_count": 3, "clusterfeed/failed/error": 2},
            "degraded",
            "2 of 5",
        ),
        (
            "finished",
            {
                "item_scraped_count": 3,
                "clusterfeed/incremental": 1,
                "clusterfeed/entry_failed": 1,
                "clusterfeed/failed/error": 1,
            },
            "degraded",
            "entry",
        ),
        (
            "finished",
            {"item_scraped_count": 9, "clusterfeed/known_asked": 5, "clusterfeed/known_gone": 4},
            "degraded",
            "4 of 5 known pages are gone",
        ),
        (
            "finished",
            {"item_scraped_count": 3, "clusterfeed/not_due": 40},
            "ok",
            "40 known pages not due",
        ),
    ],
)
def test_politeness_traps_and_incremental_runs(finish, stats, verdict, words):
    found = Found(items=10, news=10, dated=1.0, newest=3, median=10)
    outcome = judge(finish, stats, found, {})
    assert (outcome.verdict, words in outcome.reason) == (verdict, True), outcome
    assert outcome.complete is (verdict == "ok")
