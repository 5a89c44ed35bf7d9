"""agrobiocluster.pl: WordPress with numeric permalinks and one of WordPress's own themes."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from replica.answers import Site, document, redirect
from replica.content import Fragment, newest, read_calendar, read_fragments
from replica.days import long_day
from replica.wordpress import (
    GENERATOR,
    add_feed,
    add_page,
    add_short_links,
    add_sitemaps,
    excerpt,
    is_post,
    new_site,
)

BASE = "http://agrobiocluster.pl"
NAME = "AgroBioCluster"
PER_PAGE = 5
MENU = [
    ("Start", "/"),
    ("O klastrze", "/2/"),
    ("Członkowie", "/15/"),
    ("Odznaki", "/77/"),
    ("Kalendarium", "/88/"),
    ("Kontakt", "/31/"),
]


def build() -> Site:
    """The whole site."""
    fragments = read_fragments("agrobiocluster")
    posts = [one for one in fragments if is_post(one)]
    pages = [one for one in fragments if not is_post(one)]
    site = new_site("agrobiocluster", BASE, _not_found(), disallow="/wydruk/")
    for one in pages:
        add_page(site, one, _single(one))
    for place, one in enumerate(posts):
        older = posts[place + 1] if place + 1 < len(posts) else None
        add_page(site, one, _single(one, older, posts[place - 1] if place else None))
    for number, start in enumerate(range(0, len(posts), PER_PAGE), 1):
        text = _home(posts[start : start + PER_PAGE], number, -(-len(posts) // PER_PAGE))
        answer = document(text, newest(posts))
        if number == 1:
            site.add("/", answer)
        else:
            site.add(f"/page/{number}/", answer)
            site.add(f"/?paged={number}", redirect(f"{BASE}/page/{number}/"))
    site.add("/wydruk/661/", document("<html><body><p>Wersja do druku</p></body></html>"))
    site.add("/44/", redirect(f"{BASE}/31/"))
    entries = read_calendar("agrobiocluster/kalendarium.ics")
    site.add("/kalendarium.ics", document(entries, content_type="text/calendar; charset=UTF-8"))
    add_short_links(site, fragments)
    add_feed(site, "/feed/", NAME, "pl-PL", posts)
    add_sitemaps(site, posts, [one.address for one in pages], ["/44/"])
    return site


def _single(one: Fragment, older: Fragment | None = None, newer: Fragment | None = None) -> str:
    kind = "post" if is_post(one) else "page"
    meta = [
        f'<link rel="canonical" href="{BASE}{one.address}" />',
        f'<link rel="shortlink" href="{BASE}/?p={one.get("id")}" />',
    ]
    footer = ""
    if one.published and kind == "post":
        stamp = one.published.isoformat()
        meta += [
            '<meta property="og:type" content="article" />',
            f'<meta property="og:title" content="{escape(one.title)}" />',
            f'<meta property="og:url" content="{BASE}{one.address}" />',
            f'<meta property="article:published_time" content="{stamp}" />',
        ]
        footer = (
            '<footer class="entry-footer"><span class="posted-on"><span class="screen-reader-text">'
            f'Opublikowano </span><a href="{BASE}{one.address}" rel="bookmark"><time '
            f'class="entry-date published" datetime="{stamp}">{long_day(one.published)}</time>'
            '</a></span> <span class="byline"><span class="author vcard"><span '
            'class="screen-reader-text">Autor </span><span class="url fn n">'
            f"{one.get('author')}</span></span></span></footer>"
        )
    body = (
        f'<article id="post-{one.get("id")}" class="post-{one.get("id")} {kind} type-{kind} '
        'status-publish hentry"><header class="entry-header"><h1 class="entry-title">'
        f'{one.title}</h1></header><div class="entry-content">\n{one.body}'
        f"{_sharing(one) if kind == 'post' else ''}</div>{footer}</article>"
        f"{_neighbours(older, newer)}"
    )
    return _page(f"{one.title} &#8211; {NAME}", "\n".join(meta), body, f"single single-{kind}")


def _sharing(one: Fragment) -> str:
    return (
        '<div class="sharedaddy"><h3 class="sd-title">Udostępnij:</h3><ul><li><a rel="nofollow" '
        f'href="https://www.facebook.com/sharer.php?u={BASE}{one.address}">Facebook</a></li>'
        f'<li><a rel="nofollow" href="{BASE}/wydruk/661/">Drukuj</a></li></ul></div>'
    )


def _neighbours(older: Fragment | None, newer: Fragment | None) -> str:
    links = [
        f'<div class="nav-{way}"><a href="{BASE}{one.address}" rel="{rel}"><span '
        f'class="meta-nav">{label}</span> <span class="post-title">{one.title}</span> '
        f'<span class="post-date">{long_day(one.published)}</span></a></div>'
        for way, rel, label, one in (
            ("previous", "prev", "Poprzedni wpis", older),
            ("next", "next", "Następny wpis", newer),
        )
        if one and one.published
    ]
    if not links:
        return ""
    inner = "".join(links)
    return f'<nav class="navigation post-navigation"><div class="nav-links">{inner}</div></nav>'


def _home(posts: Sequence[Fragment], number: int, last: int) -> str:
    teasers = "".join(
        f'<article id="post-{one.get("id")}" class="post type-post hentry"><header '
        f'class="entry-header"><h2 class="entry-title"><a href="{BASE}{one.address}" '
        f'rel="bookmark">{one.title}</a></h2></header><div class="entry-summary"><p>'
        f'{excerpt(one)}&hellip; <a href="{BASE}{one.address}" class="more-link">Czytaj dalej '
        f'<span class="screen-reader-text">{one.title}</span></a></p></div><footer '
        'class="entry-footer"><time class="entry-date published" '
        f'datetime="{one.published.isoformat()}">{long_day(one.published)}</time></footer>'
        "</article>"
        for one in posts
        if one.published
    )
    numbers = "".join(
        f'<span class="page-numbers current">{each}</span>'
        if each == number
        else f'<a class="page-numbers" href="{_home_address(each)}">{each}</a>'
        for each in range(1, last + 1)
    )
    body = f'{teasers}<nav class="navigation pagination">{numbers}</nav>'
    return _page(f"{NAME} &#8211; nauka dla pola i stołu", "", body, "home blog")


def _home_address(number: int) -> str:
    return f"{BASE}/" if number == 1 else f"{BASE}/page/{number}/"


def _page(title: str, meta: str, body: str, classes: str) -> str:
    menu = "".join(
        f'<li class="menu-item"><a href="{BASE}{link}">{name}</a></li>' for name, link in MENU
    )
    return f"""<!DOCTYPE html>
<html lang="pl-PL" class="no-js">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<link rel="alternate" type="application/rss+xml" title="{NAME} &raquo; Kanał z wpisami" \
href="{BASE}/feed/" />
<link rel="stylesheet" href="{BASE}/wp-content/themes/own/style.css" type="text/css" />
{GENERATOR}
{meta}
</head>
<body class="{classes}">
<div id="page" class="hfeed site">
<a class="skip-link screen-reader-text" href="#content">Przejdź do treści</a>
<div id="sidebar" class="sidebar">
<header id="masthead" class="site-header"><p class="site-title"><a href="{BASE}/" rel="home">{NAME}\
</a></p><p class="site-description">nauka dla pola i stołu</p></header>
<nav class="main-navigation"><ul class="nav-menu">{menu}</ul></nav>
<aside class="widget widget_recent_comments"><h2 class="widget-title">Najnowsze komentarze</h2>\
<ul></ul></aside>
<aside class="widget widget_text"><h2 class="widget-title">Warto zobaczyć</h2><div \
class="textwidget"><a href="{BASE}/399/">Nabór ekspertów</a></div></aside>
</div>
<div id="content" class="site-content"><main id="main" class="site-main">
{body}
</main></div>
<footer id="colophon" class="site-footer"><div class="site-info">&copy; 2013&ndash;2025 {NAME}. \
<a href="https://pl.wordpress.org/">Dumnie wspierane przez WordPressa</a></div></footer>
</div>
</body>
</html>
"""


def _not_found() -> str:
    body = (
        '<section class="error-404 not-found"><h1 class="page-title">Nic tu nie rośnie</h1>'
        "<p>Tej strony nie ma. Może pomoże szukanie?</p></section>"
    )
    return _page(f"Nie znaleziono strony &#8211; {NAME}", "", body, "error404")
