"""Which sources a crawl means, and what it would ask for."""

from __future__ import annotations

import pytest
from shell import Shell
from websites import Website, page

from catalogue import Source
from jobs.choice import source_at, tagged

PARK = Source(name="park", url="https://www.park.example/", country="PL", tags=["park"])
VALLEY = Source(name="valley", url="https://valley.example/", country="DE", tags=["cluster"])


def test_a_tag_may_be_a_country():
    assert tagged([PARK, VALLEY], ["pl"]) == [PARK]
    assert tagged([PARK, VALLEY], ["Cluster", "park"]) == [PARK, VALLEY]
    assert tagged([PARK, VALLEY], ["bank"]) == []


@pytest.mark.parametrize(
    ("address", "name", "listings"),
    [
        ("https://www.any-site.example/", "any-site-example", []),
        ("https://any-site.example", "any-site-example", []),
        ("http://ANY.example:8080/en/news?a=1", "any-example-8080", ["/en/news?a=1"]),
        ("https://müller.example/", "xn-mller-kva-example", []),
    ],
)
def test_a_site_without_a_file_is_named_after_its_host(address, name, listings):
    source, filed = source_at(address, [PARK])
    assert (source.name, source.listings, filed) == (name, listings, False)


def test_the_address_of_a_known_site_means_its_source():
    assert source_at("http://park.example/news/7", [VALLEY, PARK]) == (PARK, True)


@pytest.mark.parametrize("address", ["https:///news", "https://user@/"])
def test_what_is_no_address_of_a_site_is_said(address):
    with pytest.raises(ValueError, match="no address of a site"):
        source_at(address, [])


def test_a_dry_run_asks_nobody_and_says_what_and_why(tmp_path):
    shell = Shell(tmp_path)
    with Website({"/": page("Home", "Words.", ("/1",)), "/1": page("One", "More.")}) as site:
        shell.source("site", site.url, "listings: [/news/]\n")
        said = shell.run("crawl", "site", "--dry-run")
        assert said.returncode == 0, said.stderr
        places = [said.stdout.index(words) for words in ("robots.txt", "/news/", f"{site.url} ")]
        assert places == sorted(places)
        assert "entry page" in said.stdout
        assert site.asked == []
        assert not shell.database.exists()
        shell.run("crawl", "site", "--allow-host", site.host)
        asked = len(site.asked)
        later, full = (shell.run("crawl", "site", "--dry-run", *more) for more in ((), ("--full",)))
        assert len(site.asked) == asked
    assert f"{site.url}1" not in later.stdout
    assert "1 known pages are left alone; the next is due" in later.stdout
    assert f"{site.url}1" in full.stdout


def test_any_site_is_crawled_by_its_address(tmp_path):
    shell = Shell(tmp_path)
    shell.source("alpine", "https://alpine.example/")
    with Website({"/": page("Home", "Words.", ("/1",)), "/1": page("One", "More.")}) as site:
        said = shell.run("crawl", site.url, "--allow-host", site.host)
    assert "clusterfeed add http://127.0.0.1" in said.stderr
    name = site.host.replace(".", "-").replace(":", "-")
    assert shell.rows("SELECT DISTINCT source FROM page") == [(name,)]
    unknown = shell.run("crawl", "--tag", "nowhere")
    assert unknown.returncode == 2
    assert "no source has that tag" in unknown.stderr
