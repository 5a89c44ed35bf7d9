"""Feeds and sitemaps lead to pages, also where they are broken."""

import pytest

from parsers.syndication import read_addresses

HOME = "https://park.example/feed/"
RSS = (
    '<?xml version="1.0"?><rss><channel><link>https://park.example/</link>'
    "<item><title>A &amp; B</title><link>https://park.example/?p=1&amp;lang=pl</link></item>"
    "<item><link>/2</link></item></channel></rss>"
)
PAGES = ["https://park.example/?p=1&lang=pl", "https://park.example/2"]
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><link href="https://park.example/"/><entry>'
    '<link rel="enclosure" href="a.mp3"/><link rel="alternate" href="/1"/></entry></feed>'
)


def test_rss_atom_and_sitemaps():
    assert read_addresses(RSS.encode(), HOME).pages == PAGES
    assert read_addresses(ATOM.encode(), HOME).pages == ["https://park.example/1"]
    index = b"<sitemapindex><sitemap><loc>https://park.example/a.xml</loc></sitemap></sitemapindex>"
    assert read_addresses(index, HOME).sitemaps == ["https://park.example/a.xml"]
    urls = b"<urlset><url><loc> https://park.example/x </loc></url></urlset>"
    assert read_addresses(urls, HOME).pages == ["https://park.example/x"]


@pytest.mark.parametrize(
    "broken",
    [
        "<br />\n<b>Warning</b>: something in <b>line 3</b>\n" + RSS,
        RSS.replace("&amp;", "&"),
        RSS.replace("A &amp; B", "A \x0c & B"),
        RSS[: RSS.index("</channel>")],
    ],
    ids=["a warning first", "bare ampersands", "control characters", "cut off"],
)
def test_a_broken_feed_leads_to_the_same_pages(broken):
    assert read_addresses(broken.encode(), HOME).pages == PAGES


def test_entities_are_not_resolved(tmp_path):
    (tmp_path / "secret").write_text("secret words")
    bomb = (
        f'<!DOCTYPE x [<!ENTITY f SYSTEM "file://{tmp_path}/secret">]>'
        "<rss><channel><item><link>https://park.example/&f;</link></item></channel></rss>"
    )
    assert "secret words" not in str(read_addresses(bomb.encode(), HOME))


@pytest.mark.parametrize("address", ["http://[", "javascript:alert(1)", "file:///etc/passwd"])
def test_what_is_no_web_address_is_passed_over(address):
    item = "<item><link>{}</link></item>"
    listed = f"<rss>{item.format(address)}{item.format(HOME + 'a')}"
    assert read_addresses(f"{listed}</rss>".encode(), HOME).pages == [f"{HOME}a"]
    assert read_addresses(listed.encode(), HOME).pages == [f"{HOME}a"]
