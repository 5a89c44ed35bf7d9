"""Sites without an end: every trap ends in a partial run that says so."""

from __future__ import annotations

from calendar import month_name
from contextlib import ExitStack

import pytest
from shell import Shell
from websites import Reply, Website, page

from catalogue import Source
from items import Organization, Page
from spiders.addresses import canonical
from spiders.paging import next_page, other_pages
from spiders.traps import ALIKE, REPEATED, Traps, shape

SITE = "https://park.example"
PARK = Source(name="park", url=f"{SITE}/")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/calendar/2026/05/", "/calendar/2031/12/"),
        ("/news?page=2", "/news?page=31"),
        ("/s/4f9a0c33d21b8e7a/x", "/s/0b1d2e3f4a5b6c7d/x"),
        ("/a?b=1&c=2", "/a?c=9&b=8"),
    ],
)
def test_addresses_of_one_kind_have_one_shape(one, other):
    assert shape(SITE + one) == shape(SITE + other)


def test_addresses_of_two_kinds_do_not():
    paths = ("/news/1", "/news", "/news?id=1", "/en/news/1", "/a-1")
    assert len({shape(SITE + path) for path in paths}) == 5


@pytest.mark.parametrize(
    ("path", "beyond"),
    [
        ("/calendar/2031-05/", True),
        ("/calendar/2031/5/", True),
        ("/events?year=2040&month=1", True),
        ("/calendar/1901/05/", True),
        ("/calendar/2028-05/", False),
        ("/strategy-2040/", False),
        ("/poland-2040-plan", False),
        ("/2014/05/a-fair/", False),
        ("/item/203105", False),
    ],
)
def test_calendars_are_read_two_years_ahead(path, beyond):
    assert Traps(2026).beyond(SITE + path) is beyond


def read(traps, number, text, items=(), onward=True):
    address = f"{SITE}/calendar/{number}"
    links = [f"{SITE}/calendar/{number + 1}"] if onward else []
    traps.read(address, Page(url=address, text=text, items=list(items)), links)
    return traps.closed(address)


def test_empty_pages_that_lead_on_and_on_are_closed():
    traps = Traps(2026)
    words = "No events in this month. Mon Tue Wed Thu Fri Sat Sun"
    assert not any(read(traps, n, f"{words} {n}") for n in range(ALIKE))
    assert read(traps, ALIKE, f"{words} {ALIKE}")
    assert traps.reasons == [f"{ALIKE} pages in a row that look alike: /calendar/#"]
    assert not traps.closed(f"{SITE}/news/1")


@pytest.mark.parametrize("case", ["items", "words of their own", "an end"])
def test_pages_with_something_on_them_or_an_end_are_not(case):
    traps = Traps(2026)
    for number in range(40):
        name = "".join("abcdefghij"[int(digit)] for digit in str(number + 100))
        words = " ".join(f"{name}{letter}" for letter in "klmnop")
        text = words if case == "words of their own" else f"No events in month {number}"
        found = [Organization(name="Alpha")] if case == "items" else []
        assert not read(traps, number, text, items=found, onward=case != "an end")


def test_the_same_text_again_and_again_is_closed():
    traps = Traps(2026)
    found = [Organization(name="Alpha")]
    for n in range(REPEATED):
        assert not read(traps, n, "One and the same text.", items=found)
    assert read(traps, REPEATED, "One and the same text.", items=found)


@pytest.mark.parametrize(
    "path",
    [
        "/a?PHPSESSID=4f9a0c33d21b8e7a",
        "/a;jsessionid=4F9A0C33D21B8E7A.node1",
        "/a?utm_source=x&utm_medium=y&fbclid=z&gclid=q",
        "/a?sid=4f9a0c33d21b8e7a&oscsid=ab12&zenid=8&session_id=5",
        "/(S(lit3py55t21z5v55vlm25s55))/a",
        "/a?CFID=1&CFTOKEN=2",
    ],
)
def test_session_numbers_and_tracking_are_no_part_of_an_address(path):
    assert canonical(SITE + path, PARK) == f"{SITE}/a"


def test_the_next_page_of_a_list():
    links = [f"{SITE}/news/page/{n}/" for n in (1, 4, 3, 12)] + [f"{SITE}/about/page/4/"]
    assert next_page(f"{SITE}/news/", links[1:]) == f"{SITE}/news/page/3/"
    assert next_page(f"{SITE}/news/page/3/", links) == f"{SITE}/news/page/4/"
    assert next_page(f"{SITE}/news/page/12/", links) is None
    query = [f"{SITE}/news?lang=pl&start={n}" for n in (0, 20, 40)]
    assert next_page(f"{SITE}/news?lang=pl", query) == f"{SITE}/news?lang=pl&start=20"
    assert next_page(f"{SITE}/news?lang=en", query) is None
    assert other_pages(f"{SITE}/news/page/3/", links) == [links[0], links[1], links[3]]


class Endless(dict):
    """A site whose pages are made as they are asked for."""

    def __init__(self, make):
        super().__init__()
        self.make = make

    def get(self, path, default=None):
        return (self.make(path) if path.startswith("/") else None) or default


def calendar(path):
    """A page for every month, which leads to the next one."""
    year, month = 2020, 1
    if path.startswith("/month/"):
        year, month = map(int, path.removeprefix("/month/").split("-"))
    onward = f"/month/{year + month // 12}-{month % 12 + 1:02}"
    seen = f"{month_name[month]} {year}"
    text = "Mon Tue Wed Thu Fri Sat Sun. There are no events in this month; please choose another."
    return page(seen, text, (onward,)) if path != "/robots.txt" else None


def years(path):
    """A calendar with something in each month: it ends with the years worth reading."""
    number = int(path.rpartition("/")[2] or 0) if path.startswith("/y/") else 0
    if path == "/robots.txt":
        return None
    words = " ".join(f"w{'abcdefghij'[int(d)]}" * 2 for d in str(number * 7919 + 10_000))
    months = tuple(f"/y/2099-{month:02}/" for month in (1, 2))
    return page(f"Month {words}", words, months)


def sessions(path):
    """Every link of every page has a new number in it."""
    if path == "/robots.txt":
        return None
    counter = sessions.__dict__
    counter["n"] = counter.get("n", 0) + 1
    links = tuple(f"/v{counter['n'] * 7 + k:x}f00d4bad{k:08}/about" for k in range(3))
    return page("About", "The park was founded by the town and the school in the same year.", links)


def sitemaps(path):
    """A sitemap of sitemaps of sitemaps."""
    if path == "/robots.txt":
        return Reply("User-agent: *\nSitemap: /sitemap-0.xml\n")
    if path.startswith("/sitemap-"):
        number = int(path[9:-4]) + 1
        return Reply(
            f"<sitemapindex><sitemap><loc>/sitemap-{number}.xml</loc></sitemap></sitemapindex>",
            headers={"Content-Type": "application/xml"},
        )
    return page("Home", "Words.") if path == "/" else None


def deep(path):
    """A chain of pages, each with words of its own."""
    if path == "/robots.txt":
        return None
    name = path.strip("/") or "a"
    words = " ".join(f"{name}{chr(97 + n)}{name}" for n in range(12))
    return page(f"Page {name}", words, (f"/{name}{chr(97 + len(name) % 26)}",))


TRAPS = {
    "calendar": (calendar, "look alike", 40),
    "years": (years, "a calendar that goes on beyond", 5),
    "sessions": (sessions, "a text read before", 60),
    "sitemaps": (sitemaps, "sitemaps within sitemaps", 12),
    "deep": (deep, "steps from the entry pages", 30),
}


def test_every_trap_ends_as_partial_with_its_reason(tmp_path):
    shell = Shell(tmp_path)
    with ExitStack() as stack:
        sites = {name: stack.enter_context(Website({})) for name in TRAPS}
        for name, (make, _, _) in TRAPS.items():
            sites[name].replies = Endless(make)
            shell.source(name, sites[name].url, "pages: 150\n")
        hosts = [word for site in sites.values() for word in ("--allow-host", site.host)]
        said = shell.run("crawl", *TRAPS, *hosts)
        assert said.returncode == 5, said.stdout + said.stderr
        told = {name: row for name, *row in shell.rows("SELECT source, verdict, reason FROM run")}
        for name, (_, words, most) in TRAPS.items():
            assert told[name][0] == "partial", (name, told[name])
            assert words in told[name][1], name
            assert len(sites[name].asked) <= most, name
