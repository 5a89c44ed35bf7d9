"""The command line with wrong input and unwilling sites: what it says and how it ends."""

import json
import signal
import sqlite3
import time
from importlib.metadata import version

import pytest
from shell import Shell
from websites import Reply, Website, page


@pytest.fixture
def shell(tmp_path):
    return Shell(tmp_path)


def test_the_version_is_told(shell):
    assert shell.run("--version").stdout == f"clusterfeed {version('clusterfeed')}\n"


def test_help_names_every_command(shell):
    said = shell.run_anew("--help")
    assert said.returncode == 0
    for command in ("crawl", "extract", "sources", "show", "status", "export"):
        assert command in said.stdout


def test_an_unknown_source_gets_the_nearest_names(shell):
    shell.source("alpine", "https://alpine.example/")
    said = shell.run("crawl", "alpin")
    assert said.returncode == 2
    assert "did you mean alpine?" in said.stderr
    assert not shell.database.exists()


def test_a_live_crawl_needs_a_contact(shell):
    shell.source("alpine", "https://alpine.example/")
    said = shell.run("crawl", "alpine")
    assert said.returncode == 2
    assert "CLUSTERFEED_CONTACT" in said.stderr


def test_a_mistake_in_one_file_leaves_the_others_running(shell):
    (shell.sources / "broken.yaml").write_text("url: https://b.example/\npages: many\n")
    with Website({"/": page("Home", "Some words about the park.")}) as site:
        said = shell.crawl(site)
    assert "broken.yaml:2: `pages` is 'many', expected a number of pages" in said.stderr
    assert shell.rows("SELECT source, finished IS NOT NULL FROM run") == [("site", 1)]
    assert said.returncode != 0


@pytest.mark.parametrize(
    ("database", "words"),
    [
        ("no/such/folder/x.db", "the folder no/such/folder does not exist"),
        ("text.db", "not a database of Clusterfeed"),
        ("other.db", "not a database of Clusterfeed"),
        ("mysql://host/x", "not supported"),
    ],
)
def test_a_database_that_is_none_of_ours_is_left_alone(shell, database, words):
    (shell.folder / "text.db").write_text("these are words")
    with sqlite3.connect(shell.folder / "other.db") as connection:
        connection.execute("CREATE TABLE guests (name)")
    before = {path.name: path.read_bytes() for path in shell.folder.glob("*.db")}
    shell.source("alpine", "https://alpine.example/")
    said = shell.run("crawl", "alpine", "--db", database, CLUSTERFEED_CONTACT="a@b.example")
    assert said.returncode == 1
    assert words in said.stderr
    assert len(said.stderr.strip().splitlines()) == 1
    assert {path.name: path.read_bytes() for path in shell.folder.glob("*.db")} == before


def test_a_newer_database_is_refused_untouched(shell):
    with Website({"/": page("Home", "Some words.")}) as site:
        shell.crawl(site)
    with sqlite3.connect(shell.database) as connection:
        connection.execute("UPDATE clusterfeed_version SET version_num = '9999'")
    said = shell.run("status")
    assert said.returncode == 1
    assert "newer" in said.stderr


def test_what_reads_needs_a_database_and_says_how_to_get_one(shell):
    for command in ("show", "status"):
        said = shell.run(command)
        assert said.returncode == 1
        assert "clusterfeed crawl" in said.stderr
    assert not shell.database.exists()


def test_a_page_is_read_and_kept_under_its_own_address(shell):
    home = page("Home", "The park is in the hills.", ("/news/1?utm_source=x", "/missing"))
    news = page("A fair opens", "Twenty companies come to the park.")
    with Website({"/": home, "/news/1": news}) as site:
        said = shell.crawl(site)
        assert said.returncode in (0, 3)
        assert shell.rows("SELECT url, http_status FROM page ORDER BY url") == [
            (site.url, 200),
            (f"{site.url}missing", 404),
            (f"{site.url}news/1", 200),
        ]


def test_robots_that_forbid_everything_block(shell):
    robots = Reply("User-agent: *\nDisallow: /\n", headers={"Content-Type": "text/plain"})
    with Website({"/robots.txt": robots, "/": page("Home")}) as site:
        said = shell.crawl(site)
        assert said.returncode == 6
        assert "robots.txt" in said.stdout
        assert site.asked == ["/robots.txt"]


def test_a_site_that_does_not_answer_is_unreachable(shell):
    with Website({}) as site:
        pass
    said = shell.crawl(site)
    assert said.returncode == 7
    assert site.url in said.stderr


def test_a_site_that_refuses_us_blocks(shell):
    with Website({"/": Reply("go away", 403)}) as site:
        assert shell.crawl(site).returncode == 6


def test_a_private_address_is_asked_only_by_name(shell):
    with Website({"/": page("Home")}) as site:
        shell.source("site", site.url)
        said = shell.run("crawl", "site", CLUSTERFEED_CONTACT="a@b.example")
        assert said.returncode == 7
        assert site.asked == []


def test_pages_that_cannot_be_read_are_counted_and_the_run_goes_on(shell):
    links = ("/report", "/huge", "/broken", "/polish", "/good")
    replies = {
        "/": page("Home", "All that we have.", links),
        "/report": Reply(b"%PDF-1.7 ...", headers={"Content-Type": "application/pdf"}),
        "/huge": Reply(b"x" * 11_000_000, headers={"Content-Type": "text/html"}),
        "/broken": Reply("oops", 500),
        "/polish": Reply(
            "<html><body><h1>Zażółć gęślą jaźń</h1><p>Łąka pod lasem, ścieżka i źródło.</p>".encode(
                "cp1250"
            ),
            headers={"Content-Type": "text/html; charset=utf-8"},
        ),
        "/good": page("Good", "This page is in order."),
    }
    with Website(replies) as site:
        said = shell.crawl(site)
        for path, words in (("report", "not HTML"), ("huge", "too large"), ("broken", "500")):
            assert any(
                f"{site.url}{path}" in line and words in line for line in said.stderr.splitlines()
            ), path
    assert ("Zażółć gęślą jaźń",) in shell.rows("SELECT headline FROM page")
    assert ("Good",) in shell.rows("SELECT headline FROM page")


def test_ctrl_c_keeps_what_was_committed_and_marks_the_run_partial(shell):
    pages = {f"/{n}": page(f"Page {n}", "Words and words.") for n in range(200)}
    with Website({"/": page("Home", "", tuple(pages)), **pages}) as site:
        shell.source("site", site.url)
        child = shell.begin("crawl", "site", "--allow-host", site.host)
        while not _committed(shell) and child.poll() is None:
            time.sleep(0.1)
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=60)
    assert child.returncode == 5
    assert shell.rows("SELECT verdict, reason FROM run") == [("partial", "stopped by the operator")]
    assert 0 < _committed(shell) < 200


def _committed(shell):
    try:
        return shell.rows("SELECT count(*) FROM page")[0][0]
    except sqlite3.OperationalError:
        return 0


def test_extract_shows_a_file(shell):
    (shell.folder / "page.html").write_bytes(
        page("A fair opens", "Words on the fair.").body.encode()
    )
    said = shell.run("extract", "page.html", "--url", "https://park.example/1", "--json")
    assert json.loads(said.stdout)["page"]["headline"] == "A fair opens"
    assert "A fair opens" in shell.run("extract", "page.html").stdout


def test_extract_fetches_an_address(shell):
    with Website({"/a": page("A fair opens", "Words on the fair.")}) as site:
        said = shell.run("extract", f"{site.url}a", "--json", "--allow-host", site.host)
        assert json.loads(said.stdout)["page"]["headline"] == "A fair opens"
        refused = shell.run("extract", f"{site.url}a", CLUSTERFEED_CONTACT="a@b.example")
    assert refused.returncode == 1
    assert "--allow-host" in refused.stderr


def test_extract_answers_every_line_in_order(shell):
    (shell.folder / "page.html").write_bytes(page("A fair opens", "Words.").body.encode())
    (shell.folder / "empty.html").write_bytes(b"")
    lines = ['{"id": 1, "path": "page.html"}', "nonsense", '{"id": 3, "path": "none.html"}']
    lines += [
        '{"id": 4, "path": "empty.html"}',
        '{"id": 5}',
        "[6]",
        '{"id": 7, "path": "page.html"}',
    ]
    said = shell.run_anew("extract", "--jsonl", given="\n".join(lines))
    assert said.returncode == 0, said.stderr
    answers = [json.loads(line) for line in said.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == [1, None, 3, 4, 5, None, 7]
    assert [("error" in answer) for answer in answers] == [
        False,
        True,
        True,
        True,
        True,
        True,
        False,
    ]


def test_missing_files_and_wrong_words_get_one_line(shell):
    for arguments, code in (
        (("extract", "none.html"), 1),
        (("extract",), 2),
        (("crawl",), 2),
        (("show", "weather"), 1),
    ):
        said = shell.run(*arguments)
        assert said.returncode in (code, 2), arguments
        assert "Traceback" not in said.stderr
