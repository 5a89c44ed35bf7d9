"""The pace at the site's own end: pauses, Retry-After, robots.txt, one crawl per host.

Times are lower bounds only, and loose ones: what reaches the site late makes a pause look shorter.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest
from shell import Shell
from websites import Reply, Website, page

from models import host_key, host_state, open_database
from models.hosts import note_host
from spiders.pace import retry_after
from spiders.robots import whole_lines

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (b"120", 120.0),
        (b" 0 ", 0.0),
        (b"Sun, 01 Mar 2026 00:02:00 GMT", 120.0),
        (b"Sat, 28 Feb 2026 00:00:00 GMT", 0.0),
        (b"-5", None),
        (b"soon", None),
        (b"", None),
        (None, None),
        (b"9" * 5_000, 999_999_999.0),
        (b"Mon, 99 Foo 2026 25:61:61 GMT", None),
    ],
)
def test_retry_after_in_both_forms(header, seconds):
    assert retry_after(header, NOW) == seconds


def test_a_long_robots_txt_is_cut_at_a_line():
    line = b"Disallow: /a\n"
    cut = whole_lines(line * 60_000)
    assert 512 * 1024 - len(line) < len(cut) <= 512 * 1024
    assert cut.endswith(line)


def pauses(site):
    """Seconds between each request and the one before it, by its path."""
    gaps = [b - a for a, b in zip(site.moments, site.moments[1:], strict=False)]
    return list(zip(site.asked[1:], gaps, strict=True))


class Once(dict):
    """Replies that are given once; then the page is there. A refusal that names no time asks to
    come back four to five seconds after it was asked, as a date."""

    def get(self, path, default=None):
        reply = super().get(path, default)
        if reply is not None and reply.status in (429, 503):
            self[path] = page("Later", "Here it is after all.")
            if not reply.headers:
                moment = datetime.now(UTC) + timedelta(seconds=5)  # its date has whole seconds
                return Reply("", 429, {"Retry-After": format_datetime(moment, usegmt=True)})
        return reply


def test_pauses_are_kept_and_later_means_later(tmp_path):
    """Crawl-delay, then Retry-After in seconds and as a date."""
    shell = Shell(tmp_path)
    robots = Reply("User-agent: *\nCrawl-delay: 0.8\n")
    replies = {
        "/robots.txt": robots,
        "/": page("Home", "Words.", ("/a", "/b", "/c")),
        "/a": Reply("", 503, {"Retry-After": "3"}),
        "/b": Reply("", 429),
        "/c": page("C", "Other words."),
    }
    with Website(replies) as site:
        site.replies = Once(site.replies)
        said = shell.crawl(site)
        assert said.returncode in (0, 3), said.stdout + said.stderr
        gaps = pauses(site)
        answered = [index for index, path in enumerate(site.asked) if path in ("/a", "/b")]
        first_a, first_b = (site.asked.index(path) for path in ("/a", "/b"))
        assert len(answered) == 4  # each was asked again
        assert site.moments[-1] - site.moments[0] >= 0.8 * (len(gaps) - 1)
        assert gaps[first_a][1] >= 2
        assert gaps[first_b][1] >= 3.5  # the date had come before the crawl went on
        engine = open_database(str(shell.database))
        assert host_state(engine, host_key(site.url)).crawl_delay == 0.8
        engine.dispose()


def test_a_site_that_asks_for_an_hour_gets_it(tmp_path):
    shell = Shell(tmp_path)
    links = tuple(f"/{n}" for n in range(20))
    replies = {"/": page("Home", "Words.", links)}
    replies |= {link: Reply("", 429, {"Retry-After": "3600"}) for link in links}
    with Website(replies) as site:
        said = shell.crawl(site)
        assert said.returncode == 5, said.stdout + said.stderr
        assert len(site.asked) == 3  # robots.txt, the home page, and the first 429
        again = shell.crawl(site)
        assert again.returncode == 6
        assert len(site.asked) == 3
    reasons = [reason for (reason,) in shell.rows("SELECT reason FROM run ORDER BY id")]
    assert "answered 429 and asks us to come back after" in reasons[0]
    assert "not before" in reasons[1]


ROBOTS = {
    "s503": (Reply("User-agent: *\nAllow: /\n", 503), False),
    "s500": (Reply("", 500), False),
    "s429": (Reply("", 429), False),
    "s404": (Reply("", 404), True),
    "s403": (Reply("", 403), True),
    "s401": (Reply("", 401), True),
    "bom": (Reply(b"\xef\xbb\xbfUser-agent: *\nDisallow: /a\n"), True),
    "soft": (page("Not found", "Disallow: /"), True),
    "long": (Reply("User-agent: *\n" + "Disallow: /x\n" * 45_000 + "Disallow: /a\n"), True),
    "moved": (Reply("", 302, {"Location": "http://other.example/robots.txt"}), True),
}


def test_what_robots_txt_answers_decides(tmp_path):
    """All sites in one crawl; which of them were read, and what the verdicts say."""
    shell = Shell(tmp_path)
    with ExitStack() as stack:
        sites = {}
        for name, (robots, _) in ROBOTS.items():
            replies = {"/robots.txt": robots, "/": page("Home", "Words.", ("/a",))}
            sites[name] = stack.enter_context(Website(replies | {"/a": page("A", "More words.")}))
            shell.source(name, sites[name].url)
        hosts = [word for site in sites.values() for word in ("--allow-host", site.host)]
        said = shell.run("crawl", *ROBOTS, *hosts)
        assert said.returncode == 6, said.stdout + said.stderr
        for name, (_, read) in ROBOTS.items():
            assert ("/" in sites[name].asked) is read, name
            assert ("/a" in sites[name].asked) is (read and name != "bom"), name
    told = dict(shell.rows("SELECT source, verdict || ': ' || reason FROM run"))
    assert told["s503"] == "blocked: robots.txt answers 503: not now"
    assert told["s429"] == "blocked: robots.txt answers 429: not now"
    since = shell.rows("SELECT count(*) FROM host WHERE robots_refused_since IS NOT NULL")
    assert since == [(3,)]


def test_a_robots_txt_is_asked_conditionally_and_holds_while_it_is_out_of_reach(tmp_path):
    shell = Shell(tmp_path)
    rules = Reply("User-agent: *\nDisallow: /a\n", headers={"ETag": '"one"'})
    replies = {"/robots.txt": rules, "/": page("Home", "Words.", ("/a", "/b"))}
    with Website(replies | {"/a": page("A"), "/b": page("B", "Words of B.")}) as site:
        shell.crawl(site)
        site.replies["/robots.txt"] = Reply("", 304)
        shell.crawl(site, "--full")
        assert "/a" not in site.asked
        site.replies["/robots.txt"] = Reply("", 500)
        asked = len(site.asked)
        assert shell.crawl(site, "--full").returncode == 6
        assert set(site.asked[asked:]) == {"/robots.txt"}
        engine = open_database(str(shell.database))
        long_ago = datetime.now(UTC) - timedelta(days=31)
        note_host(engine, host_key(site.url), robots_refused_since=long_ago)
        engine.dispose()
        said = shell.crawl(site, "--full")
        assert said.returncode in (0, 3), said.stdout + said.stderr
        assert "/b" in site.asked[asked:]
        assert "/a" not in site.asked  # the last one that was read still holds


def test_two_sources_of_one_host_are_never_crawled_together(tmp_path):
    """In one process one after the other; from another process not before the first is done."""
    shell = Shell(tmp_path)
    pages = {f"/{n}": page(f"Page {n}", f"The words of page {n}.") for n in range(12)}
    with Website({"/": page("Home", "Words.", tuple(pages)), **pages}) as site:
        for name in ("one", "two", "three"):
            shell.source(name, site.url)
        allow = ("--allow-host", site.host)
        first = shell.begin("crawl", "one", "two", *allow)
        while len(site.asked) < 3 and first.poll() is None:
            time.sleep(0.05)
        second = shell.run("crawl", "three", *allow)
        said = first.communicate(timeout=60)[1]
        assert site.moments[-1] - site.moments[0] >= 0.1 * (len(site.moments) - 2)
    runs = shell.rows("SELECT source, started, finished FROM run ORDER BY started")
    for before, after in pairwise(runs):
        assert before[2] <= after[1]
    # Whoever comes second waits for a moment, then says who has the host.
    ran = [source for source, *_ in runs]
    assert ran[0] == "one"
    for name, told in (("two", said), ("three", second.stderr)):
        assert name in ran or "is being crawled for" in told, (name, ran, told)
