"""www.klasterlogtrans.pl: WordPress with dated permalinks under an old hand-made theme.

Its quirks: a month's archive shows whole posts, without links and days; neighbours' days stand
under every post; a clock ticks on the front page.
"""

from __future__ import annotations

from collections.abc import Sequence

from replica.answers import CLOCK, Answer, Site, document, redirect
from replica.content import Fragment, newest, read_fragments
from replica.days import long_day, month_alone
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

BASE = "https://www.klasterlogtrans.pl"
NAME = "Klaster Logistyczno-Transportowy Północ-Południe"
PER_PAGE = 4
MENU = [
    ("Start", "/"),
    ("O klastrze", "/o-klastrze/"),
    ("Status", "/status/"),
    ("Członkowie", "/czlonkowie/"),
    ("Kalendarz", "/kalendarz/"),
    ("Kontakt", "/kontakt/"),
    ("English", "/en/about-the-cluster/"),
]
LIST_OF_CLUSTERS = "/wp-content/uploads/2023/01/lista-kkk.pdf"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0\
>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def build() -> Site:
    """The whole site."""
    fragments = read_fragments("klasterlogtrans")
    posts = [one for one in fragments if is_post(one)]
    pages = [one for one in fragments if not is_post(one)]
    months = _months(posts)
    site = new_site("klasterlogtrans", BASE, _not_found(months), disallow="/intranet/")
    for one in pages:
        add_page(site, one, _single(one, "", months))
    for place, one in enumerate(posts):
        beside = [*posts[place + 1 : place + 2], *(posts[place - 1 : place] if place else [])]
        add_page(site, one, _single(one, _neighbours(beside), months))
    for month, written in months.items():
        site.add(month, _archive(month, written, months))
    last = -(-len(posts) // PER_PAGE)
    for number in range(1, last + 1):
        shown = posts[(number - 1) * PER_PAGE : number * PER_PAGE]
        answer = document(_home(shown, number, last, months), newest(posts))
        site.add("/" if number == 1 else f"/?paged={number}", answer)
    site.add("/aktualnosci/", redirect(f"{BASE}/"))
    site.add("/intranet/", document("<html><body><p>Tylko dla członków.</p></body></html>"))
    site.add(LIST_OF_CLUSTERS, Answer(body=PDF, content_type="application/pdf"))
    add_short_links(site, fragments)
    add_feed(site, "/feed/", NAME, "pl-PL", posts)
    add_sitemaps(site, posts, [one.address for one in pages])
    return site


def _months(posts: Sequence[Fragment]) -> dict[str, list[Fragment]]:
    months: dict[str, list[Fragment]] = {}
    for one in posts:
        months.setdefault(one.address[: len("/2023/01/")], []).append(one)
    return months


def _name(month: str) -> str:
    """``Styczeń 2023`` of ``/2023/01/``."""
    year, number = month.strip("/").split("/")
    return month_alone(int(year), int(number))


def _archive(month: str, posts: list[Fragment], months: dict[str, list[Fragment]]) -> Answer:
    name = _name(month)
    whole = "".join(
        f'<div class="post" id="post-{one.get("id")}"><h2 class="post-title">{one.title}</h2>'
        f'<div class="entry">\n{one.body}</div></div>'
        for one in posts
    )
    body = f'<h1 class="archive-title">Archiwum miesiąca: {name}</h1>{whole}'
    return document(_page(f"{name} | {NAME}", body, months), newest(posts))


def _single(one: Fragment, neighbours: str, months: dict[str, list[Fragment]]) -> str:
    meta = ""
    if one.published and is_post(one):
        day = long_day(one.published)
        meta = f'<p class="post-meta">Opublikowano {day} przez {one.get("author")}</p>'
    body = (
        f'<div class="post" id="post-{one.get("id")}"><h1 class="post-title">{one.title}</h1>'
        f'{meta}<div class="entry">\n{one.body}</div>{neighbours}</div>'
    )
    head = f'<link rel="canonical" href="{BASE}{one.address}" />'
    return _page(f"{one.title} | {NAME}", body, months, head=head, language=one.language)


def _neighbours(posts: Sequence[Fragment]) -> str:
    links = " | ".join(
        f'<a href="{BASE}{one.address}">{one.title}</a> <small>({one.published:%d.%m.%Y})</small>'
        for one in posts
    )
    return f'<div class="navigation">Zobacz także: {links}</div>'


def _home(
    posts: Sequence[Fragment], number: int, last: int, months: dict[str, list[Fragment]]
) -> str:
    teasers = "".join(
        f'<div class="post"><h2 class="post-title"><a href="{BASE}{one.address}">{one.title}</a>'
        f'</h2><div class="entry"><p>{excerpt(one)}&hellip;</p></div>'
        f'<a class="more" href="{BASE}{one.address}">Czytaj dalej &raquo;</a></div>'
        for one in posts
    )
    older = f'<a href="{BASE}/?paged={number + 1}">&laquo; Starsze wpisy</a>'
    back = f"?paged={number - 1}" if number > 2 else ""
    newer = f'<a href="{BASE}/{back}">Nowsze &raquo;</a>'
    paging = f"{older if number < last else ''} {newer if number > 1 else ''}"
    body = f'{teasers}<div class="navigation">{paging}</div>'
    clock = f'<div class="zegar">{CLOCK}</div>' if number == 1 else ""
    return _page(NAME, body, months, clock=clock)


def _page(
    title: str,
    body: str,
    months: dict[str, list[Fragment]],
    *,
    head: str = "",
    clock: str = "",
    language: str = "pl",
) -> str:
    menu = "".join(f'<li><a href="{BASE}{link}">{name}</a></li>' for name, link in MENU)
    archive = "".join(f'<li><a href="{BASE}{each}">{_name(each)}</a></li>' for each in months)
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" \
"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" lang="{language}">
<head>
<meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
<title>{title}</title>
<link rel="alternate" type="application/rss+xml" title="{NAME}" href="{BASE}/feed/" />
<link rel="stylesheet" href="{BASE}/wp-content/themes/own/style.css" type="text/css" />
{GENERATOR}
{head}
</head>
<body>
<div id="header">{clock}<div id="logo"><a href="{BASE}/">{NAME}</a></div>
<ul id="nav">{menu}</ul></div>
<div id="container">
<div id="content">
{body}
</div>
<div id="sidebar">
<div class="widget"><h3>Archiwa</h3><ul>{archive}</ul></div>
<div class="widget"><h3>Dla członków</h3><ul><li><a href="{BASE}/intranet/">Intranet</a></li>
<li><a href="{BASE}{LIST_OF_CLUSTERS}">Lista klastrów (PDF)</a></li></ul></div>
</div>
</div>
<div id="footer">Copyright &copy; 2011-2025 {NAME}. Wszelkie prawa zastrzeżone.</div>
</body>
</html>
"""


def _not_found(months: dict[str, list[Fragment]]) -> str:
    body = '<h1 class="post-title">Błąd 404</h1><p>Tej strony nie ma.</p>'
    return _page(f"Błąd 404 | {NAME}", body, months)
