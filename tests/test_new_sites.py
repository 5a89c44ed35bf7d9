"""`clusterfeed add`: sites that nobody wrote a spider for become sources without a hand."""

from collections import Counter

import pytest
from newsites import HOLZ, LAGO, LOIRE, PARQUE, SKOG, VLTAVA, all_sites
from shell import Shell
from typer.testing import CliRunner
from websites import Reply, Website, page

from catalogue import load_sources
from cli import app
from replica.server import ReplicaServer

SITES = {
    "alpenholz": ("https://alpenholz.example/", "wordpress", "de", HOLZ),
    "grappe-loire": ("https://grappe-loire.example/", "wordpress", "fr", LOIRE),
    "parque-sur": ("https://www.parque-sur.example/", "drupal", "es", PARQUE),
    "klastr-vltava": ("https://klastr-vltava.example/", "typo3", "cs", VLTAVA),
    "distretto-lago": ("https://distretto-lago.example/", "joomla", "it", LAGO),
    "skogsklustret": ("https://skogsklustret.example/", "any", "sv", SKOG),
}


@pytest.fixture(scope="module")
def added(tmp_path_factory):
    """A folder whose six sources were added and crawled; what was said, and what was asked."""
    shell = Shell(tmp_path_factory.mktemp("new"))
    with Website(all_sites()) as web:
        shell.environment["CLUSTERFEED_REPLICA"] = web.host
        shell.source("alpenholz", "https://old.example/")
        said = shell.run_anew("add", "--force", *(site[0] for site in SITES.values()))
        looked = len(web.asked)
        crawled = shell.run("crawl", "--all")
        yield shell, said, crawled, web.asked[:looked], web.asked[looked:]


def test_the_files_name_what_was_seen(added):
    shell, said, *_ = added
    assert said.returncode == 0, said.stdout + said.stderr
    sources, mistakes = load_sources(shell.sources)
    assert not mistakes
    for name, (url, platform, language, _) in SITES.items():
        source = sources[name]
        assert (source.url, source.platform, source.languages) == (url, platform, [language])
        assert source.enabled
        assert len(source.listings) >= 2 or name == "grappe-loire", name
    assert (sources["alpenholz"].country, sources["alpenholz"].timezone) == ("AT", "Europe/Vienna")
    assert sources["klastr-vltava"].timezone == "Europe/Prague"
    assert sources["parque-sur"].country is None
    assert sources["grappe-loire"].feeds == ["/?feed=rss2"]


def test_a_look_shows_items_says_what_is_missing_and_is_short(added):
    _, said, _, looked, _ = added
    for title in (HOLZ[0][2], PARQUE[0][2], VLTAVA[0][2], LAGO[0][2], SKOG[0][2]):
        assert title in said.stdout
    assert "2024-03-12" in said.stdout
    assert "Not found: the country: add country: and timezone:" in said.stdout
    assert len(looked) <= 25 * len(SITES)


def test_what_a_new_source_stores_is_what_the_site_says(added):
    shell, _, crawled, *_ = added
    assert crawled.returncode == 0, crawled.stdout + crawled.stderr
    rows = shell.rows("SELECT source, substr(date_published, 1, 10), headline FROM article")
    for name, (*_, articles) in SITES.items():
        expected = Counter((day, headline) for _, day, headline, _ in articles)
        assert Counter(row[1:] for row in rows if row[0] == name) == expected, name
    days = shell.rows("SELECT source, substr(start, 1, 10) FROM event")
    assert {
        ("alpenholz", "2024-05-14"),
        ("alpenholz", "2024-06-20"),
        ("parque-sur", "2023-03-09"),
        ("klastr-vltava", "2024-05-16"),
        ("distretto-lago", "2024-06-18"),
        ("skogsklustret", "2024-03-21"),
    } <= set(days)
    assert shell.rows("SELECT count(*) FROM certification WHERE source = 'alpenholz'") == [(3,)]


def test_print_views_logins_and_sorted_lists_are_never_asked_for(added):
    *_, looked, crawled = added
    for path in {*looked, *crawled}:
        for part in ("/print/", "print=1", "login", "wp-admin", "sort_by", "eID", "replytocom"):
            assert part not in path


@pytest.fixture
def _alpine(tmp_path, monkeypatch):
    """A folder with one source, alpenholz; the commands run in this process."""
    monkeypatch.setenv("CLUSTERFEED_SOURCES", str(tmp_path))
    path = tmp_path / "alpenholz.yaml"
    path.write_text("url: https://old.example/\n")
    yield path
    assert [path] == list(tmp_path.iterdir())
    assert path.read_text() == "url: https://old.example/\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["https://alpenholz.example/"], "write over it with --force"),
        (["www.old.example"], "alpenholz.yaml exists"),
        (["ftp://park.example/"], "is no address"),
        (["https://"], "is no address"),
        (["http://["], "is no address"),
        (["a b"], "is no address"),
        (["https://park.example/", "--name", "Park!"], "is no name for a source"),
        (["park.example", "forum.example", "--name", "park"], "give one address"),
        (["www.park.example", "park.example"], "one by one with --name"),
    ],
)
@pytest.mark.usefixtures("_alpine")
def test_wrong_use_of_add_writes_nothing(arguments, words):
    said = CliRunner().invoke(app, ["add", *arguments])
    assert said.exit_code == 2
    assert words in " ".join(said.stderr.split())


def test_sites_that_cannot_be_added_leave_no_file_and_say_why(tmp_path):
    shell = Shell(tmp_path)
    closed = Reply("User-agent: *\nDisallow: /\n", headers={"Content-Type": "text/plain"})
    replies = {
        "shut.example/robots.txt": closed,
        "shut.example/": page("Home"),
        "later.example/robots.txt": Reply("busy", 503, {"Retry-After": "7200"}),
        "later.example/": page("Home"),
        "moved.example/": Reply(status=301, headers={"Location": "https://elsewhere.example/"}),
    }
    with Website(replies) as web:
        shell.environment["CLUSTERFEED_REPLICA"] = web.host
        said = shell.run("add", "moved.example", "shut.example", "later.example", "gone.example")
    told = dict(line.split(": ", 1) for line in said.stderr.splitlines())
    assert "clusterfeed add https://elsewhere.example/" in told["https://moved.example/"]
    assert "robots.txt" in told["https://shut.example/"]
    assert "HTTP 404" in told["https://gone.example/"]
    assert "not now" in told["https://later.example/"]
    assert said.returncode == 7
    assert web.asked.count("/") == 2
    assert list(shell.sources.iterdir()) == []


def test_a_live_site_is_looked_at_only_with_a_contact(tmp_path):
    said = Shell(tmp_path).run("add", "https://park.example/")
    assert said.returncode == 2
    assert "CLUSTERFEED_CONTACT" in said.stderr


def test_the_sites_of_the_replica_need_no_hand_either(tmp_path):
    shell = Shell(tmp_path)
    shipped, _ = load_sources()
    names = ("pppt", "agrobiocluster", "klasterip", "klasterlogtrans")
    with ReplicaServer() as replica:
        shell.environment["CLUSTERFEED_REPLICA"] = replica.address
        said = shell.run("add", *(shipped[name].url for name in names))
        assert said.returncode == 0, said.stderr
        assert len(replica.log) <= 25 * len(names)
        crawled = shell.run("crawl", "pppt")
    assert crawled.returncode == 0, crawled.stdout + crawled.stderr
    written, mistakes = load_sources(shell.sources)
    assert not mistakes
    for name in names:
        assert written[name].platform == shipped[name].platform
        assert set(shipped[name].languages) <= set(written[name].languages)
        assert written[name].timezone == "Europe/Warsaw"
    dated = "SELECT source FROM article WHERE date_published IS NOT NULL"
    assert len(shell.rows(dated)) >= 8
