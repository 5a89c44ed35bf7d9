"""The replica answers as the four websites would: over real HTTP, on loopback."""

from __future__ import annotations

import gzip
import http.client
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urldefrag, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import feedparser
import pytest
from lxml import etree, html

from replica.content import read_fragment
from replica.server import ReplicaServer

HOMES = {
    "pppt": "http://www.pppt.pl/",
    "agrobiocluster": "http://agrobiocluster.pl/",
    "klasterip": "https://klasterip.pl/",
    "klasterlogtrans": "https://www.klasterlogtrans.pl/",
}
WORDPRESS = ["agrobiocluster", "klasterip", "klasterlogtrans"]
GONE = {
    "http://www.pppt.pl/PL/DlaMediow/Strony/Archiwum-2012.aspx",
    "http://agrobiocluster.pl/399/",
    "https://klasterip.pl/statut/?lang=pl",
    "https://www.klasterlogtrans.pl/2021/10/05/szkolenie-z-cla/",
}
MOVED = {
    "http://www.pppt.pl/PL/Aktualnosci/Strony/Walonia.aspx": "/Goscie-z-Walonii-o-klastrach.aspx",
    "http://agrobiocluster.pl/44/": "/31/",
    "http://agrobiocluster.pl/?p=661": "/661/",
    "http://agrobiocluster.pl/661": "/661/",
    "https://klasterip.pl/porozumienie-jastrzebie/": "/?lang=pl",
    "https://www.klasterlogtrans.pl/aktualnosci/": "/",
}


@dataclass
class Reply:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


class Client:
    """One kept-alive connection to the replica."""

    def __init__(self, address: str) -> None:
        self.connection = http.client.HTTPConnection(address, timeout=10)

    def ask(self, url: str, method: str = "GET", **headers: str) -> Reply:
        split = urlsplit(url)
        target = (split.path or "/") + (f"?{split.query}" if split.query else "")
        sent = {"Host": split.netloc, **{k.replace("_", "-"): v for k, v in headers.items()}}
        self.connection.request(method, target, headers=sent)
        response = self.connection.getresponse()
        return Reply(response.status, response.headers, response.read())


@pytest.fixture(scope="module")
def server() -> Iterator[ReplicaServer]:
    with ReplicaServer() as running:
        yield running


@pytest.fixture(scope="module")
def client(server: ReplicaServer) -> Client:
    return Client(server.address)


@pytest.fixture(scope="module")
def walked(client: Client) -> dict[str, Reply]:
    """Every page that links lead to from the four front pages, hosts of others left out."""
    hosts = {urlsplit(home).netloc for home in HOMES.values()}
    found: dict[str, Reply] = {}
    waiting = list(HOMES.values())
    while waiting:
        url = waiting.pop()
        if url in found:
            continue
        reply = found[url] = client.ask(url)
        if reply.status in (301, 302):
            waiting.append(reply.headers["Location"])
        elif reply.status == 200 and reply.headers.get_content_type() == "text/html":
            for link in html.fromstring(reply.body).iterfind(".//a"):
                target = urldefrag(urljoin(url, link.get("href", ""))).url
                if urlsplit(target).netloc in hosts:
                    waiting.append(target)
    return found


@pytest.mark.parametrize("name", HOMES)
def test_a_site_has_at_least_twelve_pages_that_links_lead_to(
    name: str, walked: dict[str, Reply]
) -> None:
    host = urlsplit(HOMES[name]).netloc
    pages = {
        reply.body
        for url, reply in walked.items()
        if urlsplit(url).netloc == host
        and reply.status == 200
        and reply.headers.get_content_type() == "text/html"
    }
    assert len(pages) >= 12


def test_a_site_links_to_one_dead_page_and_to_one_that_moved(walked: dict[str, Reply]) -> None:
    assert {url for url, reply in walked.items() if reply.status == 404} == GONE
    for home in HOMES.values():
        assert any(url.startswith(home) and walked[url].status == 301 for url in walked)
    assert {reply.status for reply in walked.values()} == {200, 301, 302, 404}


@pytest.mark.parametrize(("url", "end"), MOVED.items())
def test_what_moved_says_where_to(url: str, end: str, client: Client) -> None:
    reply = client.ask(url)
    assert reply.status == 301
    assert reply.headers["Location"].endswith(end)
    assert client.ask(reply.headers["Location"]).status == 200


def test_an_address_that_no_page_has_is_not_found(client: Client) -> None:
    for url in ("http://agrobiocluster.pl/?p=99999", "https://www.klasterlogtrans.pl/?paged=99"):
        assert client.ask(url).status == 404


def test_most_pages_answer_304_to_either_validator(
    client: Client, walked: dict[str, Reply]
) -> None:
    pages = {url: reply for url, reply in walked.items() if reply.status == 200}
    unchanged = 0
    for url, reply in pages.items():
        tag, changed = reply.headers["ETag"], reply.headers["Last-Modified"]
        if tag is None or changed is None:
            continue
        unchanged += 1
        by_tag = client.ask(url, If_None_Match=f'"another", {tag}')
        assert (by_tag.status, by_tag.body, by_tag.headers["ETag"]) == (304, b"", tag)
        assert client.ask(url, If_Modified_Since=changed).status == 304
        # A tag that differs wins over a day that agrees.
        stale = client.ask(url, If_None_Match='"another"', If_Modified_Since=changed)
        assert stale.status == 200
    assert 0.8 < unchanged / len(pages) < 1


def test_every_address_that_a_site_names_answers(server: ReplicaServer, client: Client) -> None:
    for site in server.sites:
        assert {client.ask(url).status for url in site.addresses} <= {200, 301, 302}


def test_an_older_copy_is_answered_whole(client: Client) -> None:
    url = HOMES["agrobiocluster"] + "661/"
    older = "Wed, 09 Dec 2015 08:00:00 GMT"
    assert client.ask(url, If_Modified_Since=older).status == 200
    assert client.ask(url, If_Modified_Since="no day at all").status == 200


def test_gzip_holds_the_same_bytes(client: Client) -> None:
    for home in HOMES.values():
        url = home + ("EN/Pages/default.aspx" if "pppt" in home else "feed/?lang=pl")
        plain, packed = client.ask(url), client.ask(url, Accept_Encoding="br, gzip;q=0.8")
        assert plain.headers["Content-Encoding"] is None
        assert packed.headers["Content-Encoding"] == "gzip"
        assert int(packed.headers["Content-Length"]) == len(packed.body) < len(plain.body)
        assert gzip.decompress(packed.body) == plain.body
        assert client.ask(url, If_None_Match=packed.headers["ETag"]).status == 304
        assert client.ask(url, Accept_Encoding="gzip;q=0").body == plain.body


def test_the_old_page_decodes_by_the_charset_it_names_itself(client: Client) -> None:
    reply = client.ask("https://klasterip.pl/archiwum-2013/?lang=pl")
    assert reply.headers["Content-Type"] == "text/html"
    assert b"charset=windows-1250" in reply.body
    assert "Śniadanie założycieli" in reply.body.decode("windows-1250")
    with pytest.raises(UnicodeDecodeError):
        reply.body.decode("utf-8")


@pytest.mark.parametrize("name", HOMES)
def test_robots_forbids_something_that_pages_link_to(
    name: str, client: Client, walked: dict[str, Reply]
) -> None:
    home = HOMES[name]
    robots = RobotFileParser()
    robots.parse(client.ask(urljoin(home, "/robots.txt")).body.decode().splitlines())
    own = [url for url in walked if url.startswith(home)]
    forbidden = [url for url in own if not robots.can_fetch("Clusterfeed", url)]
    assert len(forbidden) == 1
    assert (robots.site_maps() is not None) == (name in WORDPRESS)


@pytest.mark.parametrize("name", WORDPRESS)
def test_the_sitemap_lists_pages_that_answer(name: str, client: Client) -> None:
    index = etree.fromstring(client.ask(HOMES[name] + "wp-sitemap.xml").body)
    lists = [client.ask(each.text).body for each in index.iterfind(".//{*}loc")]
    addresses = [each.text for one in lists for each in etree.fromstring(one).iterfind(".//{*}loc")]
    statuses = [client.ask(address).status for address in addresses]
    assert len(addresses) >= 10
    assert statuses.count(301) == (1 if name == "agrobiocluster" else 0)
    assert set(statuses) <= {200, 301}
    assert not any(b"lastmod" in one for one in lists)


@pytest.mark.parametrize("name", WORDPRESS)
def test_the_feed_parses_and_its_posts_answer(name: str, client: Client) -> None:
    reply = client.ask(HOMES[name] + "feed/?lang=pl")
    feed = feedparser.parse(reply.body)
    assert not feed.bozo
    assert len(feed.entries) >= 7
    for entry in feed.entries:
        assert client.ask(entry.link).status == 200
        assert entry.published_parsed.tm_year in range(2013, 2026)
    assert parsedate_to_datetime(reply.headers["Last-Modified"]).year in range(2013, 2026)


def test_two_starts_serve_the_same_bytes_but_for_the_clock(walked: dict[str, Reply]) -> None:
    with ReplicaServer() as again:
        client = Client(again.address)
        for url, reply in walked.items():
            second = client.ask(url)
            if b"zegar" in reply.body:
                assert url == HOMES["klasterlogtrans"]
                assert second.headers["ETag"] is None
            else:
                assert (second.body, second.headers["ETag"]) == (reply.body, reply.headers["ETag"])


def test_a_host_that_is_not_served_gets_one_line(client: Client) -> None:
    reply = client.ask("http://example.org/")
    assert reply.status == 421
    assert reply.body.count(b"\n") == 1
    assert b"example.org" in reply.body


def test_hosts_answer_with_and_without_www_and_with_a_port(
    server: ReplicaServer, client: Client
) -> None:
    assert len(server.hosts) == 8
    home = client.ask("http://agrobiocluster.pl/").body
    assert client.ask("http://www.agrobiocluster.pl:80/").body == home


def test_head_has_the_headers_and_no_body(client: Client) -> None:
    url = "http://agrobiocluster.pl/661/"
    whole, head = client.ask(url), client.ask(url, "HEAD")
    assert head.body == b""
    for name in ("Content-Length", "ETag", "Last-Modified", "Content-Type"):
        assert head.headers[name] == whole.headers[name]


def test_one_sharepoint_article_answers_under_many_queries_and_cases(client: Client) -> None:
    page = "/PL/DlaMediow/Aktualnosci/Strony/Klaster-z-brazem.aspx"
    plain = client.ask(f"http://www.pppt.pl{page}")
    assert b">30-10-2014" in plain.body
    for other in (f"{page}?year=2014&pageNumber=1", page.lower(), f"{page}?kontrast=1"):
        assert client.ask(f"http://www.pppt.pl{other}").body == plain.body


def test_the_log_tells_what_was_asked_and_answered(server: ReplicaServer, client: Client) -> None:
    before = len(server.log)
    tag = client.ask("http://agrobiocluster.pl/2/").headers["ETag"]
    client.ask("http://agrobiocluster.pl/2/?x=1", If_None_Match=tag)
    first, second = server.log[before:]
    assert (first.host, first.path, first.status) == ("agrobiocluster.pl", "/2/", 200)
    assert first.bytes > 0
    assert not first.conditional
    assert (second.path, second.status, second.bytes) == ("/2/?x=1", 304, 0)
    assert second.conditional
    assert second.time >= first.time


def test_leaving_the_context_closes_the_port() -> None:
    with ReplicaServer() as running:
        host, port = running.address.split(":")
        socket.create_connection((host, int(port)), timeout=5).close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), timeout=5)


def test_a_fragment_with_an_unknown_header_is_named(tmp_path) -> None:
    path = tmp_path / "mistake.html"
    path.write_text("adress: /1/\n\n<p>Text</p>", encoding="utf-8")
    with pytest.raises(ValueError, match=r"mistake\.html.*adress"):
        read_fragment(path)
