"""Without asking twice: what the next visits cost, and what they still find."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import loaded
import pytest

from benchmarks.recrawl import MadeSite, made_folder

NEW = 500
CHANGED = 119
REMOVED = 120


class World:
    """Two sites of about 150 pages and what each crawl of both cost."""

    def __init__(self, folder, sites):
        self.folder, self.sites = folder, sites
        self.costs = []

    def crawl(self, *arguments):
        since = len(self.folder.server.asked)
        said = self.folder.crawl(*arguments)
        self.costs.append({s.name: self.folder.server.cost(s.host, since) for s in self.sites})
        return said

    def rows(self, query, *values):
        with sqlite3.connect(self.folder.path / "clusterfeed.db") as connection:
            return connection.execute(query, values).fetchall()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Crawled; again at once; a day later. Then a post is new, one changed, one removed, and
    some days pass, with three crawls."""
    sites = [MadeSite("tagged", True, True), MadeSite("plain", False, False)]
    with made_folder(sites, tmp_path_factory.mktemp("recrawl")) as folder:
        folder.run = loaded.run
        made = World(folder, sites)
        made.said = [made.crawl(), made.crawl()]
        made.folder.pass_days(1)
        made.said.append(made.crawl())
        for site in sites:
            site.posts[NEW] = (site.today, "new")
            site.posts[CHANGED] = (site.posts[CHANGED][0], "rewritten")
            site.changed[CHANGED] = site.today + timedelta(days=1)
            del site.posts[REMOVED]
        for _ in range(3):
            made.folder.pass_days(1.5)
            made.said.append(made.crawl())
        yield made


def test_a_visit_without_news_costs_next_to_nothing(world):
    first = world.costs[0]
    for later in world.costs[1:3]:
        for name, (requests, size) in later.items():
            assert first[name][0] >= 150
            assert requests <= 0.15 * first[name][0], name
            assert size <= 0.05 * first[name][1], name
    query = "SELECT new, changed, missing, removed, verdict FROM run ORDER BY id LIMIT 4 OFFSET 2"
    assert world.rows(query) == [(0, 0, 0, 0, "ok")] * 4


def test_the_first_visit_reads_everything(world):
    query = "SELECT source, count(*) FROM article WHERE first_seen < ? GROUP BY source"
    moment = world.rows("SELECT min(finished) FROM run WHERE id > 2")[0][0]
    assert world.rows(query, moment) == [("plain", 120), ("tagged", 120)]


def test_a_new_post_is_found_on_the_next_visit(world):
    found = world.rows(
        "SELECT a.source, r.n FROM article a JOIN (SELECT id, rank() OVER "
        "(PARTITION BY source ORDER BY id) AS n FROM run) r ON r.id = "
        "(SELECT run_id FROM change WHERE item_id = a.id ORDER BY seq LIMIT 1) "
        "WHERE a.headline LIKE ? ORDER BY a.source",
        f"Report {NEW}:%",
    )
    assert found == [("plain", 4), ("tagged", 4)]


def test_a_changed_post_is_found_soon(world):
    found = world.rows(
        "SELECT source, version FROM article WHERE headline LIKE ? ORDER BY source",
        f"Report {CHANGED}:%",
    )
    assert found == [("plain", 2), ("tagged", 2)]


def test_a_removed_page_is_asked_twice_and_then_its_article_is_removed(world):
    found = world.rows(
        "SELECT source, removed_at IS NOT NULL FROM article WHERE headline LIKE ? ORDER BY source",
        f"Report {REMOVED}:%",
    )
    assert found == [("plain", 1), ("tagged", 1)]


def test_what_was_not_asked_for_is_not_missing(world):
    gone = "SELECT count(*) FROM article WHERE removed_at IS NOT NULL OR missing_since IS NOT NULL"
    assert world.rows(gone) == [(2,)]


def test_a_full_visit_asks_for_every_known_page(world):
    world.crawl("--full")
    for name, (requests, _) in world.costs[-1].items():
        assert requests >= world.costs[0][name][0], name
    tagged = world.costs[-1]["tagged"]
    assert tagged[1] < 0.05 * world.costs[0]["tagged"][1]  # nearly all are "not modified"
