"""When a page is due again, and what a plan makes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from catalogue import Source
from items import DatedValue, Page, Visit
from models.states import PageState
from pipelines.revisit import next_visit
from spiders.loader import spider_for
from spiders.plan import WHOLE, allowance, changed_since, plan

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
URL = "https://park.example/news/1"
PARK = Source(name="park", url="https://park.example/", listings=["/news"])


def state(text="", **values):
    known = {
        "id": "p", "kind": "page", "etag": '"1"', "last_modified": None, "http_status": 200,
        "items": 1, "last_fetch": NOW - DAY, "last_change": NOW - DAY, "next_visit": NOW,
        "gone_since": None, "fetches": 1, "changes": 1, "text_sha256": text,
    }  # fmt: skip
    return PageState(**(known | values))


def visit(status=200, day=None, text="words", kind="article"):
    page = Page(url=URL, kind=kind, text=text) if status == 200 else None
    if page and day:
        page.date_published = DatedValue(day, "day", "meta")
    return Visit(url=URL, source="park", fetched_at=NOW.isoformat(), status=status, page=page)


def waits(made, known=None):
    return (next_visit(made, known, DAY) - NOW) / DAY


@pytest.mark.parametrize(
    ("made", "known", "least", "most"),
    [
        (visit(day="2026-02-28"), None, 0.9, 1.1),  # yesterday's news
        (visit(day="2026-02-20"), None, 6.5, 11.5),
        (visit(day="2014-05-01"), None, 67, 113),  # ninety days, more or less
        (visit(), None, 10, 18),  # no date: two weeks
        (visit(kind="listing"), None, 0.9, 1.1),
        (visit(304), state(last_change=NOW - 8 * DAY), 6, 10),
        (visit(304), state(last_change=NOW - 8 * DAY, kind="listing"), 1.5, 2.5),
        (visit(304), state(last_fetch=NOW - DAY, next_visit=NOW + 39 * DAY), 30, 50),
        (visit(text="new"), state(last_change=NOW - 20 * DAY), 3.7, 6.3),
        (visit(text="new"), state(last_change=NOW - DAY), 0.9, 1.1),
        (visit(404), state(), 1, 1),
        (visit(404), state(gone_since=NOW - 30 * DAY), 22, 38),
    ],
)
def test_the_longer_nothing_happened_the_later(made, known, least, most):
    assert least <= waits(made, known) <= most


@pytest.mark.parametrize(
    ("told", "changed"),
    [
        ("2026-02-28T00:00:01Z", True),
        ("2026-02-27T23:59:59+00:00", False),
        ("2026-02-28", True),  # a day counts to its end
        ("2026-02-27", False),
        ("yesterday", False),
        (None, False),
    ],
)
def test_what_a_sitemap_says_of_a_page(told, changed):
    assert changed_since(told, state()) is changed


def planned(states, passed=(), full=False):
    walk = spider_for(PARK)()
    return [(each.url, each.why) for each in plan(walk, states, passed, NOW, full)]


ENTRIES = [("https://park.example/news", "entry"), ("https://park.example/", "entry")]


def test_a_plan_keeps_to_what_it_may_spend():
    states = {
        f"{URL}{n}": state(etag=None, next_visit=NOW - n * timedelta(hours=1)) for n in range(200)
    }
    due = [url for url, why in planned(states) if why == "due"]
    assert len(due) == allowance(200) // WHOLE
    assert len(planned(states, full=True)) == 202
    validated = {url: state(next_visit=NOW - DAY) for url in states}
    assert sum(why == "due" for _, why in planned(validated)) == allowance(200)


def test_what_is_not_due_or_led_nowhere_is_left_alone():
    states = {f"{URL}1": state(next_visit=NOW + DAY), f"{URL}2": state()}
    assert planned(states) == [*ENTRIES, (f"{URL}2", "due")]
    assert planned(states, passed={f"{URL}2"}) == ENTRIES


def test_a_page_that_seems_gone_is_asked_before_all_others():
    many = {f"{URL}{n}": state(etag=None, next_visit=NOW - 9 * DAY) for n in range(9)}
    gone = {URL: state(http_status=404, gone_since=NOW - DAY, next_visit=NOW)}
    assert planned(many | gone)[2] == (URL, "due")
