"""What is due, from a catalogue and a database."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from catalogue import Source
from items import DatedValue, NewsArticle, Page, Visit
from jobs.agenda import agenda, take_in
from models.hosts import note_host
from models.leases import begin_run, finish_run
from models.schedule import claim_telling, fresh_runs, schedules, was_visited
from pipelines.writer import Writer

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
BAD = ("degraded", "blocked", "unreachable", "crashed")


def source(name, **more):
    return Source(name=name, url=f"https://{name}.example/", **more)


def run(engine, name, day, verdict="ok", trigger="schedule", news=()):
    """A whole run, with news as (headline, day or None)."""
    moment = START + day * DAY
    run_id = begin_run(engine, name, trigger=trigger, now=moment)
    writer = Writer(engine, clock=lambda: moment)
    for number, (headline, posted) in enumerate(news):
        url = f"https://{name}.example/{number}/"
        date = (
            DatedValue(posted, "day", "byline", posted)
            if posted
            else DatedValue(None, None, None, "", reason="absent")
        )
        common = {"url": url, "source": name, "language": "en"}
        article = NewsArticle(
            headline=headline, body="Text.", evidence=headline, date_published=date, **common
        )
        page = Page(
            **common, kind="article", headline=headline, text=headline, items=[article], links=[]
        )
        writer.put(
            Visit(url=url, source=name, fetched_at=moment.isoformat(), status=200, page=page),
            run_id,
        )
    writer.close()
    return finish_run(engine, run_id, verdict, now=moment)


def planned(engine, sources, day, **more):
    made = agenda(engine, sources, now=START + day * DAY, **more)
    return made, {visit.source: visit for visit in made.planned}


def test_a_busy_site_is_visited_more_often_than_a_quiet_one(engine):
    busy = [(f"News {n}", f"2026-02-{n:02}") for n in range(1, 29)]
    run(engine, "busy", 0, news=busy)
    run(engine, "quiet", 0, news=[("Old", "2024-01-05")])
    made, by_name = planned(engine, [source("busy"), source("quiet"), source("new")], 0.1)
    assert [visit.source for visit in made.due] == ["new"]
    assert by_name["busy"].interval < DAY
    assert by_name["quiet"].interval > 2 * DAY
    assert by_name["busy"].due == START + by_name["busy"].interval
    assert schedules(engine)["busy"].newest == "2026-02-28"


def test_one_headline_of_a_day_counts_once(engine):
    run(engine, "a", 0, news=[("Same", "2026-02-20")] * 4 + [("Other", "2026-02-20")])
    take_in(engine, START)
    assert 1 < schedules(engine)["a"].posts < 2


def test_undated_news_count_once_they_come_up_in_a_later_visit(engine):
    run(engine, "a", 0, news=[("First", None), ("Second", None)])
    take_in(engine, START)
    assert schedules(engine)["a"].posts == 0
    run(engine, "a", 10, news=[("First", None), ("Second", None), ("Third", None)])
    take_in(engine, START + 10 * DAY)
    known = schedules(engine)["a"]
    assert known.posts == pytest.approx(1)
    assert 9 < known.days < 10
    assert known.newest is None


def test_failures_in_a_row_are_counted_and_forgotten(engine):
    for day, verdict in enumerate(("ok", "unreachable", "unreachable")):
        run(engine, "a", day, verdict)
    made, by_name = planned(engine, [source("a")], 2)
    assert by_name["a"].due == START + 2 * DAY + timedelta(hours=4)
    assert made.next == by_name["a"]
    run(engine, "a", 3)
    take_in(engine, START + 3 * DAY)
    assert schedules(engine)["a"].failures == 0


def test_reading_kept_pages_again_is_no_visit(engine):
    run(engine, "a", 0)
    run(engine, "a", 5, trigger="reparse")
    _, by_name = planned(engine, [source("a", every="1d")], 5)
    assert by_name["a"].due == START + DAY


def test_runs_are_taken_in_once_whoever_looks_first(engine):
    run(engine, "a", 0, "unreachable")
    seen = fresh_runs(engine, START)
    assert [one.source for one in seen] == ["a"]
    take_in(engine, START)
    assert fresh_runs(engine, START) == []
    take_in(engine, START)
    assert schedules(engine)["a"].failures == 1


def test_a_running_or_queued_source_is_not_due(engine):
    begin_run(engine, "running", now=START)
    made, _ = planned(
        engine, [source("running"), source("queued"), source("free")], 0, waiting=["queued"]
    )
    assert [visit.source for visit in made.due] == ["free"]
    # Its lease over, the run is dead and the source waits for somebody.
    made, _ = planned(engine, [source("running")], 0.01)
    assert [visit.source for visit in made.due] == ["running"]


def test_the_budget_counts_the_visits_of_the_last_day(engine):
    for number in range(3):
        run(engine, f"done{number}", 0)
    run(engine, "by-hand", 0, trigger="manual")
    sources = [source(f"new{number}") for number in range(4)]
    made, _ = planned(engine, sources, 0.5, visits=5)
    assert made.left == 2
    assert len(made.due) == 2
    assert len(made.overdue) == 4
    made, _ = planned(engine, sources, 1.5, visits=5)
    assert len(made.due) == 4


def test_a_host_is_left_alone_as_long_as_it_asked_for(engine):
    rest = START + DAY / 2
    note_host(engine, "a.example", not_before=rest)
    made, by_name = planned(engine, [source("a")], 0)
    assert made.due == []
    assert by_name["a"].due == rest


def test_a_bad_verdict_is_told_once_until_it_changes(engine):
    def told(day):
        take_in(engine, START + day * DAY)
        return [
            (found.source, found.verdict, before) for found, before in claim_telling(engine, BAD)
        ]

    story = [
        ("ok", []),
        ("blocked", [("a", "blocked", "")]),
        ("blocked", []),
        ("partial", []),
        ("blocked", [("a", "blocked", "")]),
        ("unreachable", [("a", "unreachable", "blocked")]),
        ("ok", []),
        ("unreachable", [("a", "unreachable", "")]),
    ]
    for day, (verdict, expected) in enumerate(story):
        run(engine, "a", day, verdict)
        assert told(day) == expected, day
        assert told(day) == []


def test_known_sources_cost_no_query_each(engine):
    for number in range(30):
        run(engine, f"s{number}", 0)
    sources = [source(f"s{number}") for number in range(30)]
    agenda(engine, sources, now=START)
    asked = []
    event.listen(engine, "before_cursor_execute", lambda *words: asked.append(words[2]))
    agenda(engine, sources, now=START)
    assert len(asked) < 15, asked


def test_a_job_learns_that_its_source_was_visited_meanwhile(engine):
    run(engine, "a", 1)
    run(engine, "b", 1, trigger="reparse")
    assert was_visited(engine, "a", START)
    assert not was_visited(engine, "a", START + 2 * DAY)
    assert not was_visited(engine, "b", START)
