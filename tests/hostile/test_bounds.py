"""Bounds and exceptions that need no hostile website."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import ValidationError
from scrapy import Request
from scrapy.http import TextResponse
from scrapy.resolver import dnscache
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler
from shell import Shell
from twisted.internet import reactor
from twisted.internet.error import DNSLookupError
from websites import Website, page

import settings
from catalogue import Source
from egress import REFUSED_RANGES
from spiders.guard import GuardedResolver
from spiders.loader import spider_for
from spiders.traps import ADDRESSES


def test_an_address_is_checked_each_time_it_is_used():
    """Whatever the name was the first time: what is kept in memory is checked like the rest."""
    resolver = GuardedResolver.from_crawler(get_crawler(), reactor)
    told = []
    for address in ("9.9.9.9", "127.0.0.2", "9.9.9.9", "169.254.169.254"):
        dnscache["rebinding.example"] = address
        resolver.getHostByName("rebinding.example").addBoth(told.append)
    assert [told[0], told[2]] == ["9.9.9.9", "9.9.9.9"]
    for failure in (told[1], told[3]):
        assert failure.check(DNSLookupError)


def test_a_sitemap_of_fifty_thousand_is_taken_up_in_part():
    source = Source(name="park", url="http://park.example/", pages=30)
    crawler = get_crawler(spider_for(source), settings_dict={"CONTACT": "me@test.example"})
    spider = crawler._create_spider()
    crawler.spider = spider
    locs = "".join(f"<url><loc>http://park.example/{n:x}z</loc></url>" for n in range(50_000))
    answer = TextResponse(
        "http://park.example/sitemap.xml",
        body=f"<urlset>{locs}</urlset>".encode(),
        request=Request("http://park.example/sitemap.xml"),
    )
    followed = [one for one in spider.parse_addresses(answer) if isinstance(one, Request)]
    assert len(followed) == 30 * ADDRESSES
    assert spider.traps.reasons == [f"more than {30 * ADDRESSES} addresses"]


def test_the_settings_are_safe():
    known = Settings()
    known.setmodule(settings)
    assert set(known.getlist("REFUSED_RANGES")) >= set(REFUSED_RANGES)
    for scheme in ("file", "data", "ftp", "s3"):
        assert known.getwithbase("DOWNLOAD_HANDLERS")[scheme] is None
    for name in ("TELNETCONSOLE_ENABLED", "REMOTE_CONTROL_ENABLED", "HTTPPROXY_ENABLED"):
        assert known.getbool(name) is False
    assert known.getbool("COOKIES_ENABLED") is False
    assert known.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
    assert known["REFERRER_POLICY"] in ("no-referrer", "same-origin")
    assert set(known.getwithbase("DEFAULT_REQUEST_HEADERS")) == {"Accept", "Accept-Language"}
    assert known.getint("DOWNLOAD_MAXSIZE") <= 16 * 2**20
    assert known.getint("REDIRECT_MAX_TIMES") <= 8
    assert known.getlist("ALLOWED_HOSTS") == []
    assert known["REPLICA"] == ""


def test_a_source_s_address_holds_no_password():
    with pytest.raises(ValidationError):
        Source(name="park", url="https://me:secret@park.example/")


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody but itself signed, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "park.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def test_certificates_are_verified_but_where_a_source_says_otherwise(tmp_path):
    shell = Shell(tmp_path)
    replies = {"/": page("Home", "Words.", ("/a",)), "/a": page("A", "News.", day="2026-03-02")}
    with Website(replies) as site:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate(tmp_path))
        site._server.socket = tls.wrap_socket(site._server.socket, server_side=True)
        secure = f"https://{site.host}/"
        shell.source("strict", secure)
        shell.source("lenient", secure, "tls: unverified\n")
        shell.run("crawl", "strict", "--allow-host", site.host)
        assert site.asked == []
        said = shell.run("crawl", "lenient", "--allow-host", site.host)
        assert said.returncode in (0, 3), said.stdout + said.stderr
        assert "/a" in site.asked
    told = {name: row for name, *row in shell.rows("SELECT source, verdict, reason FROM run")}
    assert told["strict"][0] == "unreachable"
    assert "certificate was not verified" in told["lenient"][1]
    (recorded,) = shell.rows(
        "SELECT count(*) FROM page JOIN run ON run.id = page.run_id"
        " WHERE json_extract(run.details, '$.\"clusterfeed/unverified\"') = 1"
    )
    assert recorded == (2,)
