"""The main job: the replica of four websites, over HTTP, into one database, twice."""

import json
import sqlite3
import subprocess
from pathlib import Path

import pytest
from loaded import SECONDS
from shell import BIN, Shell

from catalogue import load_sources
from replica.server import ReplicaServer

ROOT = Path(__file__).parent.parent
SITES = ("agrobiocluster", "klasterip", "klasterlogtrans", "pppt")
CHROME = (
    "Dla niedowidzących",
    "Rozmiar tekstu",
    "« powrót",
    "Marki Grupy",
    "Group brands",
    "PL EN DE FR RU",
    "Wprowadź swój adres",
    "Newsletter OKIP",
)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    """The folder of a database after two crawls of the shipped sources, what each of them
    printed, and the database."""
    shell = Shell(tmp_path_factory.mktemp("crawl"))
    del shell.environment["CLUSTERFEED_SOURCES"]
    command = ("crawl", "--all", "--replica")
    said = [shell.run_anew(*command), shell.run(*command)]
    with sqlite3.connect(shell.database) as connection:
        connection.row_factory = sqlite3.Row
        yield shell, said, connection


@pytest.fixture(scope="module")
def rows(crawled):
    return lambda query, *values: [tuple(row) for row in crawled[2].execute(query, values)]


@pytest.fixture(scope="module")
def runs(crawled):
    made = crawled[2].execute("SELECT * FROM run ORDER BY id").fetchall()
    return made[:4], made[4:]


def test_both_crawls_end_well_and_show_a_table(crawled):
    for said in crawled[1]:
        assert said.returncode == 0, said.stdout + said.stderr
        for site in SITES:
            assert site in said.stdout
        assert "Try next:" in said.stdout


def test_the_first_crawl_stores_every_kind_of_row(rows, runs):
    for table in ("source", "run", "page", "article", "event", "certification", "organization"):
        assert rows(f"SELECT count(*) FROM {table}")[0][0] > 0, table
    assert rows("SELECT count(*) FROM relation")[0][0] > 0
    for made in runs[0]:
        assert made["pages"] >= 12
        assert made["scraped"] == made["new"] + made["unchanged"] + made["rejected"]


def test_the_second_crawl_finds_nothing_new_and_asks_little(runs):
    first, second = runs
    assert [made["source"] for made in second] != []
    for made in second:
        assert (made["new"], made["changed"], made["missing"]) == (0, 0, 0), made["source"]
        assert made["verdict"] == "ok", made["reason"]
    assert sum(made["pages"] for made in second) < sum(made["pages"] for made in first) / 5
    assert sum(made["not_modified"] for made in second) > 0


def test_rows_keep_the_real_addresses(rows):
    for (url,) in rows("SELECT url FROM page UNION SELECT url FROM article"):
        assert "127.0.0.1" not in url
        assert url.startswith(
            (
                "http://www.pppt.pl/",
                "http://agrobiocluster.pl/",
                "https://klasterip.pl/",
                "https://www.klasterlogtrans.pl/",
            )
        )


def test_chrome_reaches_no_stored_field(crawled):
    connection = crawled[2]
    for table in ("article", "event", "certification", "organization", "relation"):
        for row in connection.execute(f"SELECT * FROM {table}"):
            stored = " ".join(str(value) for value in tuple(row))
            for words in CHROME:
                assert words not in stored, (table, words, stored[:300])


def test_robots_redirects_and_missing_pages(rows):
    addresses = {url for (url,) in rows("SELECT url FROM page")}
    assert not any(
        "/panel/" in url or "/intranet/" in url or "/wydruk/" in url for url in addresses
    )
    assert rows("SELECT count(*) FROM page WHERE http_status = 404")[0][0] >= 4
    assert rows("SELECT count(*) FROM page WHERE http_status IN (301, 302)") == [(0,)]


def test_one_article_under_several_addresses_is_one_page(rows):
    pages = rows("SELECT url FROM page WHERE source = 'pppt' AND url LIKE '%year=%'")
    assert pages
    assert [url for (url,) in pages if "default.aspx" not in url] == []


def test_the_national_key_clusters(rows):
    listed = rows(
        "SELECT DISTINCT round, valid_until, holder, coordinator FROM certification"
        " WHERE scheme = 'pl-krajowy-klaster-kluczowy' AND source = 'klasterlogtrans'"
        " AND url LIKE '%/2023/01/%' AND round IN ('V', 'VI')"
    )
    assert len({row[2] for row in listed if row[0] == "V"}) == 8
    assert len({row[2] for row in listed if row[0] == "VI"}) == 12
    assert (
        "V",
        "2024-12-31",
        "Klaster Obróbki Metali",
        "Centrum Promocji Innowacji i Rozwoju",
    ) in listed
    assert ("VI", "2025-12-17", "Pomorski Klaster ICT Interizon", "Fundacja Interizon") in listed


def test_labels_in_inflected_prose(rows):
    silver = {
        holder
        for (holder,) in rows(
            "SELECT holder FROM certification WHERE level = 'silver' AND source = 'agrobiocluster'"
            " AND scheme = 'esca-cluster-management-excellence'"
        )
    }
    assert {"BioTechMed Cluster Mazovia", "Mazowiecki Klaster Chemiczny"} <= silver


def test_dates_of_publication_are_the_page_s_own(rows):
    day = "SELECT substr(date_published, 1, 10) FROM article WHERE url LIKE ?"
    assert rows(day, "%agrobiocluster.pl/661/") == [("2015-12-10",)]
    assert rows(day, "%Goscie-z-Walonii%") == [("2014-12-19",)]
    assert rows(day, "%jastrzebie-zdroj-piec-klastrow%lang=pl") == [("2015-06-24",)]


def test_pages_of_facts_are_no_news(rows):
    assert (
        rows("SELECT url FROM article WHERE url LIKE '%/OurOffer/%' OR url LIKE '%Kontakt%'") == []
    )


def test_an_announced_and_a_reported_event(rows):
    event = "SELECT start, city, country FROM event WHERE url LIKE ?"
    assert ("2015-12-18", "Warszawa", "PL") in rows(event, "%agrobiocluster.pl/661/")
    spans = rows("SELECT start, end, city, country FROM event WHERE source = 'klasterlogtrans'")
    assert ("2023-01-16", "2023-01-18", "Zaragoza", "ES") in spans


def test_a_linked_calendar_file_is_read(crawled, rows):
    told = "SELECT start, end, name, city, status FROM event WHERE url LIKE '%kalendarium.ics'"
    assert rows(f"{told} ORDER BY start") == [
        ("2016-01-14T17:00", "2016-01-14T20:00", "Noworoczne spotkanie członków", "Warszawa", None),
        (
            "2016-02-03T10:00",
            "2016-02-03T13:00",
            "Dyżur doradcy, pierwsza środa miesiąca",
            "Płock",
            None,
        ),
        ("2016-03-09", "2016-03-10", "Warsztaty o fermentacji", "Radom", None),
        ("2016-04-15", None, "Targi nasion", "Siedlce", "cancelled"),
    ]
    on_page = "SELECT count(*) FROM event WHERE start = '2016-03-09' AND url LIKE '%/88/'"
    assert rows(on_page) == [(1,)]
    shown = crawled[0].run("show", "events", "--limit", "50")
    assert shown.stdout.count("2016-03-09") == 1


def test_who_coordinates_whom(rows):
    said = rows("SELECT subject, relation, object FROM relation WHERE url LIKE '%/EN/OurOffer/%'")
    assert (
        "Płock Industrial and Technological Park",
        "coordinator_of",
        "Mazovian Chemical Cluster",
    ) in said


def test_a_page_in_windows_1250_is_read(rows):
    assert rows("SELECT headline FROM page WHERE url LIKE '%archiwum-2013%lang=pl'") == [
        ("Śniadanie założycieli w Gliwicach",)
    ]


def test_show_status_sources_and_export(crawled):
    shell = crawled[0]
    shown = shell.run_anew("show")
    assert shown.returncode == 0
    assert "2023-01" in shown.stdout
    status = shell.run_anew("status")
    assert all(site in status.stdout for site in SITES)
    listed = shell.run_anew("sources")
    assert "sharepoint" in listed.stdout
    exported = shell.run_anew("export", "items.jsonl")
    assert exported.returncode == 0
    items = [json.loads(line) for line in (shell.folder / "items.jsonl").open(encoding="utf-8")]
    assert {item["type"] for item in items} == {
        "NewsArticle",
        "Event",
        "Certification",
        "Organization",
        "Relation",
    }
    assert all(item["url"] and item["source"] and "evidence" in item for item in items)


def test_scrapy_s_own_commands(tmp_path):
    """As Scrapy users expect, from the project's root."""
    with ReplicaServer() as server:
        environment = Shell(tmp_path).environment | {
            "CLUSTERFEED_SOURCES": "",
            "CLUSTERFEED_REPLICA": server.address,
            "CLUSTERFEED_DB": str(tmp_path / "scrapy.db"),
        }

        def scrapy(*arguments):
            return subprocess.run(
                [str(BIN / "scrapy"), *arguments],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
            )

        listed = scrapy("list")
        assert set(SITES) <= set(listed.stdout.split())
        crawled = scrapy("crawl", "agrobiocluster")
        assert crawled.returncode == 0, crawled.stderr[-2000:]
        shell = scrapy("shell", "-c", "response.status", "http://agrobiocluster.pl/661/")
        assert "200" in shell.stdout
    with sqlite3.connect(tmp_path / "scrapy.db") as connection:
        assert connection.execute("SELECT verdict FROM run").fetchall() == [("ok",)]


@pytest.mark.parametrize("name", sorted(load_sources()[0]))
def test_every_source_yields_a_first_request(name):
    """Scrapy calls nothing but `start`; a spider that yields nothing there is silent for ever."""
    import asyncio

    from spiders.loader import spider_for

    async def first():
        async for request in spider_for(load_sources()[0][name])().start():
            return request
        return None

    request = asyncio.run(first())
    assert request is not None
    assert request.url.startswith("http")
