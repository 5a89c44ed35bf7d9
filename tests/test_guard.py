"""Where the crawler may go."""

import socket
from ipaddress import ip_address

import pytest
from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.test import get_crawler
from twisted.internet.error import DNSLookupError

from egress import REFUSED_RANGES, is_public, networks
from spiders.guard import EgressGuard, _public_only


def guard(*allowed, site="park.example"):
    crawler = get_crawler(settings_dict={"ALLOWED_HOSTS": list(allowed)})
    crawler.spider = Spider("one")
    crawler.spider.allowed_domains = [site]
    return EgressGuard(crawler)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://park.example/x",
        "data:text/html,x",
        "http://other.example/",
        "http://park.example@127.0.0.1/",
        "http://me:secret@park.example/",
        "http://park.example:0/",
    ],
)
def test_refused_whatever_the_request_says(url):
    with pytest.raises(IgnoreRequest, match="refused"):
        guard().process_request(Request(url, dont_filter=True))


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "[::1]", "0.0.0.0"])
def test_private_addresses_are_open_only_by_name(host):
    with pytest.raises(IgnoreRequest, match="allow-host"):
        guard(site=host.strip("[]")).process_request(Request(f"http://{host}:8931/"))
    guard(f"{host}:8931", site=host).process_request(Request(f"http://{host}:8931/"))


def test_the_site_itself_passes():
    guard().process_request(Request("https://www.park.example/news"))


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("9.9.9.9", True),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("192.0.0.9", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("2a00:1450:4001:80b::200e", True),
        ("::ffff:9.9.9.9", True),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::909:909", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b:1::1", False),
        ("2002:7f00:1::", False),
        ("::127.0.0.1", False),
        ("fec0::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff0e::1", False),
        ("park.example", False),
    ],
)
def test_what_is_public(address, public):
    assert is_public(address) is public


def test_a_name_that_resolves_to_a_private_address_does_not_resolve():
    refused = networks(REFUSED_RANGES)
    with pytest.raises(DNSLookupError, match="no public address"):
        _public_only("10.1.1.1", "park.example", refused)
    assert _public_only("9.9.9.9", "park.example", refused) == "9.9.9.9"


def test_an_operator_may_refuse_more_ranges():
    own = networks([*REFUSED_RANGES, "9.9.9.0/24"])
    assert not is_public("9.9.9.9", own)
    assert is_public("9.9.8.9", own)


def test_a_name_is_open_at_the_port_that_was_named():
    site = guard("park.example:8931")
    site.process_request(Request("http://park.example:8931/"))
    with pytest.raises(IgnoreRequest, match="another port"):
        site.process_request(Request("http://park.example:22/"))


def test_an_answer_from_a_private_address_is_not_read():
    request = Request("http://park.example/")
    answer = Response(request.url, ip_address=ip_address("10.0.0.1"))
    with pytest.raises(IgnoreRequest, match=r"10\.0\.0\.1"):
        guard().process_response(request, answer)
    allowed = guard("park.example")
    assert allowed.process_response(request, answer) is answer


def test_tests_reach_loopback_only():
    with pytest.raises(AssertionError, match=r"9\.9\.9\.9"):
        socket.create_connection(("9.9.9.9", 80), timeout=1)
