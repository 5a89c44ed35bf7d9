"""What the three WordPress sites share: feeds, sitemaps, robots.txt, the small print of a head.

A plain WordPress sends validators with its feeds only; these sites run a caching plug-in that
sends them with pages too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from email.utils import format_datetime
from html import escape

from replica.answers import Answer, Site, document, missing, redirect
from replica.content import Fragment, newest

FEED_LENGTH = 10
GENERATOR = '<meta name="generator" content="WordPress 6.1.1" />'
FEED_TYPE = "application/rss+xml; charset=UTF-8"
XML_TYPE = "application/xml; charset=UTF-8"
SITEMAP_SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
STYLE = "body { margin: 0 auto; max-width: 60rem; font: 1rem/1.5 sans-serif }\n"
MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64">'
    '<circle cx="32" cy="32" r="28" fill="#26734d"/></svg>\n'
)


def new_site(name: str, base: str, not_found: str, *parameters: str, disallow: str) -> Site:
    """An empty site with what every WordPress has: robots.txt, a style sheet, a logo."""
    site = Site(
        name=name,
        base=base,
        not_found=missing(not_found),
        parameters=frozenset({"p", "paged", *parameters}),
        strict=frozenset({"p", "paged"}),
        slashes=True,
        headers={"Server": "nginx", "X-Powered-By": "PHP/7.4.33"},
    )
    robots = (
        f"User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n"
        f"Disallow: {disallow}\n\nSitemap: {base}/wp-sitemap.xml\n"
    )
    site.add("/robots.txt", document(robots, content_type="text/plain; charset=utf-8"))
    site.add("/wp-content/themes/own/style.css", document(STYLE, content_type="text/css"))
    site.add("/wp-content/uploads/logo.svg", document(MARK, content_type="image/svg+xml"))
    return site


def is_post(one: Fragment) -> bool:
    """Whether it is a post, not a page of the menu."""
    return one.get("kind", "post" if one.published else "page") == "post"


def add_page(site: Site, one: Fragment, text: str) -> None:
    """Serve the fragment's page, without validators where it says so."""
    if one.get("validators") == "none":
        site.add(one.address, Answer(body=text.encode()))
    else:
        site.add(one.address, document(text, one.modified))


def add_short_links(site: Site, fragments: Iterable[Fragment]) -> None:
    """`/?p=ID`, which WordPress sends to the permalink."""
    for one in fragments:
        if one.get("id"):
            site.add(f"/?p={one.get('id')}", redirect(site.base + one.address))


def add_sitemaps(
    site: Site, posts: Sequence[Fragment], pages: Sequence[str], more: Sequence[str] = ()
) -> None:
    """The index and one list each of posts and pages; no lastmod, as WordPress writes them.

    more: further addresses that the list of pages names, such as one that redirects.
    """
    lists = {
        "/wp-sitemap-posts-post-1.xml": [one.address for one in posts],
        "/wp-sitemap-posts-page-1.xml": [*pages, *more],
    }
    index = "".join(f"<sitemap><loc>{site.base}{name}</loc></sitemap>" for name in lists)
    site.add(
        "/wp-sitemap.xml", _xml(f'<sitemapindex xmlns="{SITEMAP_SCHEMA}">{index}</sitemapindex>')
    )
    for name, addresses in lists.items():
        urls = "".join(f"<url><loc>{escape(site.base + each)}</loc></url>" for each in addresses)
        site.add(name, _xml(f'<urlset xmlns="{SITEMAP_SCHEMA}">{urls}</urlset>'))


def add_feed(
    site: Site, address: str, title: str, language: str, posts: Sequence[Fragment]
) -> None:
    """The RSS feed of the newest posts, whole text included."""
    shown = posts[:FEED_LENGTH]
    built = newest(list(shown))
    items = "\n".join(_item(site, one) for one in shown)
    text = f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
\txmlns:content="http://purl.org/rss/1.0/modules/content/"
\txmlns:dc="http://purl.org/dc/elements/1.1/"
\txmlns:atom="http://www.w3.org/2005/Atom">
<channel>
\t<title>{title}</title>
\t<atom:link href="{site.base}{address}" rel="self" type="application/rss+xml" />
\t<link>{site.base}</link>
\t<lastBuildDate>{format_datetime(built) if built else ""}</lastBuildDate>
\t<language>{language}</language>
\t<generator>https://wordpress.org/?v=6.1.1</generator>
{items}
</channel>
</rss>
"""
    site.add(address, document(text, built, content_type=FEED_TYPE))


def _item(site: Site, one: Fragment) -> str:
    assert one.published
    link = escape(site.base + one.address)
    return f"""<item>
\t<title>{one.title}</title>
\t<link>{link}</link>
\t<dc:creator><![CDATA[{one.get("author", "redakcja")}]]></dc:creator>
\t<pubDate>{format_datetime(one.published)}</pubDate>
\t<category><![CDATA[{one.get("category", "Aktualności")}]]></category>
\t<guid isPermaLink="false">{site.base}/?p={one.get("id")}</guid>
\t<description><![CDATA[{excerpt(one)} [&#8230;]]]></description>
\t<content:encoded><![CDATA[{one.body}]]></content:encoded>
</item>"""


def excerpt(one: Fragment, words: int = 24) -> str:
    """The first words of the body, without markup."""
    return " ".join(re.sub(r"<[^>]{0,200}>", " ", one.body).split()[:words])


def _xml(text: str) -> Answer:
    return document(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n', content_type=XML_TYPE)
