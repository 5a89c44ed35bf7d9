"""The commands about what is stored, on a small site that changes."""

import json
import sqlite3

import pytest
from shell import Shell
from websites import Website, page

NEWS = (
    "The cluster of the valley opens its doors to visitors. Twenty companies show what they make, "
    "and the schools of the region send their classes. The doors are open until the evening."
)


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    """A database after a crawl, a change of one headline, and a second crawl."""
    made = Shell(tmp_path_factory.mktemp("stored"))
    first = page("Open doors in the valley", NEWS, day="2024-05-03")
    site = {"/": page("The valley", "We are a cluster of makers.", ("/news/1",)), "/news/1": first}
    with Website(site) as website:
        made.crawl(website)
        website.replies["/news/1"] = page(
            "Open doors in the valley: a day later", NEWS, day="2024-05-03"
        )
        made.crawl(website, "--full")
    return made


@pytest.fixture(scope="module")
def article(shell):
    found = shell.rows("SELECT id FROM article WHERE headline LIKE '%a day later'")
    assert len(found) == 1
    return found[0][0]


def test_history_shows_every_version_with_what_differs(shell, article):
    said = shell.run_anew("history", article)
    assert said.returncode == 0
    assert "create version 1" in said.stdout
    assert "update version 2" in said.stdout
    assert "a day later" in said.stdout
    unknown = shell.run("history", "a-nothing")
    assert unknown.returncode == 2
    assert "there is no item" in unknown.stderr


def test_changes_go_on_where_the_reader_stopped(shell, article):
    first = shell.run_anew("changes", "--raw", "--json", "--limit", "1")
    assert len(first.stdout.splitlines()) == 1
    cursor = first.stderr.strip().removeprefix("go on with: --after ")
    rest = shell.run("changes", "--raw", "--json", "--after", cursor)
    told = [json.loads(line) for line in (first.stdout + rest.stdout).splitlines()]
    assert [line["seq"] for line in told] == sorted({line["seq"] for line in told})
    assert [line["op"] for line in told if line["id"] == article] == ["create", "update"]
    assert shell.run("changes", "--after", "nonsense").returncode == 2


def test_kept_pages_are_read_again_without_the_network(shell):
    before = shell.rows("SELECT id, content_hash, version FROM article ORDER BY id")
    said = shell.run_anew("reparse", "site")
    assert said.returncode == 0, said.stderr
    assert shell.rows("SELECT id, content_hash, version FROM article ORDER BY id") == before
    run = shell.rows("SELECT trigger, pages, new, changed, verdict FROM run ORDER BY id DESC")[0]
    assert run == ("reparse", 2, 0, 0, "ok")
    assert "There were no pages" in shell.run("reparse", "site", "--since", "2099-01-01").stdout
    assert shell.run("reparse", "nobody").returncode == 2
    assert shell.run("reparse", "--since", "yesterday").returncode == 2


def test_an_archive_is_read_into_another_database(shell):
    written = shell.run_anew("archive", "pages.warc.gz")
    assert written.returncode == 0, written.stderr
    said = shell.run_anew("ingest", "pages.warc.gz", "--db", "other.db")
    assert said.returncode == 0, said.stderr
    with sqlite3.connect(shell.folder / "other.db") as other:
        copied = other.execute("SELECT id, headline FROM article ORDER BY id").fetchall()
    assert copied == shell.rows("SELECT id, headline FROM article ORDER BY id")
    again = shell.run("ingest", "pages.warc.gz", "--db", "other.db")
    assert "There were no pages" in again.stdout
    (shell.folder / "broken.warc.gz").write_bytes(b"this is no archive")
    broken = shell.run("ingest", "broken.warc.gz", "--db", "other.db")
    assert broken.returncode == 1
    assert "Traceback" not in broken.stderr


def test_an_archive_of_strangers_is_left_out_and_says_so(shell):
    (shell.sources / "site.yaml").rename(shell.folder / "site.kept")
    shell.source("elsewhere", "https://elsewhere.example/")
    shell.run("archive", "strangers.warc.gz")
    said = shell.run("ingest", "strangers.warc.gz", "--db", "strangers.db")
    (shell.folder / "site.kept").rename(shell.sources / "site.yaml")
    assert "no source has these hosts: 127.0.0.1" in said.stderr


def test_check_backup_and_copy(shell):
    assert shell.run_anew("db", "check").returncode == 0
    assert shell.run("db", "upgrade").returncode == 0
    assert shell.run("db", "backup", "backup.db").returncode == 0
    taken = shell.run("db", "backup", "backup.db")
    assert taken.returncode == 1
    assert "exists" in taken.stderr
    assert shell.run("db", "copy", "clusterfeed.db", "copy.db").returncode == 0
    for name in ("backup.db", "copy.db"):
        assert shell.run("db", "check", "--db", name).returncode == 0
        with sqlite3.connect(shell.folder / name) as other:
            assert other.execute("SELECT count(*) FROM change").fetchall() == shell.rows(
                "SELECT count(*) FROM change"
            )
    with sqlite3.connect(shell.folder / "copy.db") as damaged:
        damaged.execute("UPDATE article SET version = 7")
    found = shell.run("db", "check", "--db", "copy.db")
    assert found.returncode == 1
    assert "article" in found.stdout


def test_old_bodies_can_be_forgotten(shell):
    (before,) = shell.rows("SELECT count(*) FROM capture")[0]
    said = shell.run("db", "prune", "2099-01-01")
    assert said.returncode == 0
    (after,) = shell.rows("SELECT count(*) FROM capture")[0]
    assert after == before - 1  # the first version of the page that changed
    assert shell.run("db", "check").returncode == 0


def test_every_page_knows_when_it_is_due(shell):
    due = "SELECT count(*) FROM page WHERE next_visit > last_fetch AND http_status = 200"
    assert shell.rows(due)[0][0] >= 2


def test_a_crawl_may_keep_no_bodies(tmp_path):
    made = Shell(tmp_path)
    news = page("Open doors in the valley", NEWS, day="2024-05-03")
    with Website({"/": page("The valley", "", ("/1",)), "/1": news}) as website:
        made.source("site", website.url)
        arguments = ("crawl", "site", "--allow-host", website.host)
        assert made.run(*arguments, CLUSTERFEED_KEEP_DAYS="0").returncode == 0
    assert made.rows("SELECT count(*) FROM capture") == [(0,)]
    assert made.rows("SELECT count(*) FROM article") == [(1,)]
