"""Which addresses are one page, and which belong to a site."""

import pytest

from catalogue import Source
from spiders.addresses import canonical, on_site
from spiders.loader import spider_for

SITE = Source(name="site", url="http://www.park.example/", platform="any")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://park.example/a/", "http://www.park.example/a/"),
        ("http://WWW.park.example", "http://www.park.example/"),
        ("http://www.park.example/a?utm_source=x&lang=pl", "http://www.park.example/a?lang=pl"),
        ("http://www.park.example/a;jsessionid=1F?cHash=2#top", "http://www.park.example/a"),
        ("http://www.park.example/żubr", "http://www.park.example/%C5%BCubr"),
        ("http://www.park.example/%c5%bcubr", "http://www.park.example/%C5%BCubr"),
    ],
)
def test_one_page_has_one_address(url, expected):
    assert canonical(url, SITE) == expected
    assert canonical(expected, SITE) == expected


def test_a_sharepoint_article_loses_its_list_but_a_list_keeps_its_page():
    spider = spider_for(
        Source(name="park", url="http://www.park.example/", platform="sharepoint")
    )()
    article = "http://www.park.example/PL/Strony/Wizyta.aspx?year=2014&pageNumber=4"
    listing = "http://www.park.example/PL/Strony/default.aspx?year=2014&pageNumber=4"
    assert spider.canonical(article) == "http://www.park.example/PL/Strony/Wizyta.aspx"
    assert spider.canonical(listing) == listing


@pytest.mark.parametrize(
    ("url", "belongs"),
    [
        ("https://park.example/x", True),
        ("http://www.park.example:80/x", True),
        ("http://www.park.example:8080/x", False),
        ("http://other.example/", False),
        ("http://park.example.evil.example/", False),
        ("ftp://www.park.example/x", False),
        ("mailto:office@park.example", False),
    ],
)
def test_what_belongs_to_a_site(url, belongs):
    assert on_site(url, SITE) is belongs


def test_wordpress_leaves_out_what_holds_no_news():
    spider = spider_for(Source(name="w", url="https://w.example/", platform="wordpress"))()
    refused = ["wp-admin/", "wp-json/wp/v2/posts", "a.jpg", "b.PDF?x=1", "post/feed/", "author/x/"]
    assert not any(spider.wanted(f"https://w.example/{path}") for path in refused)
    assert spider.wanted("https://w.example/2023/01/post/")


@pytest.mark.parametrize(
    "url",
    [
        "http://park.example:port/",
        "http://park.example:99999/",
        "http://[park.example/",
        "http://park.example/\ud800",
    ],
)
def test_what_is_no_address_belongs_to_no_site(url):
    assert not on_site(url, Source(name="park", url="http://park.example/"))
