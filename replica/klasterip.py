"""klasterip.pl: WordPress in five languages, told apart by `?lang=`, under a theme of its own.

Its quirks: "Dodano 24 czerwca 2015" as plain text, the author as the last line of the body, a
newsletter form beside every page, an old page in windows-1250, posts that exist in Polish only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from replica.answers import Answer, Site, document, fingerprint, redirect
from replica.content import Fragment, newest, read_fragments
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

BASE = "https://klasterip.pl"
PER_PAGE = 4
LANGUAGES = ("pl", "en", "de", "fr", "ru")
NAMES = {
    "pl": "Ogólnopolski Klaster Innowacyjnych Przedsiębiorców",
    "en": "Polish Cluster of Innovative Entrepreneurs",
    "de": "Polnischer Cluster innovativer Unternehmer",
    "fr": "Cluster polonais des entrepreneurs innovants",
    "ru": "Польский кластер инновационных предпринимателей",
}
WORDS = {
    "pl": {
        "added": "Dodano",
        "news": "Aktualności",
        "more": "Czytaj więcej",
        "older": "Starsze",
        "subscribe": "Zapisz się",
        "form": "Podaj adres e-mail, a raz w miesiącu wyślemy Ci skrót wiadomości.",
        "only": "",
    },
    "en": {
        "added": "Added on",
        "news": "News",
        "more": "Read more",
        "older": "Older",
        "subscribe": "Subscribe",
        "form": "Leave your e-mail address and get our news once a month.",
        "only": "Sorry, this entry is only available in Polish.",
    },
    "de": {
        "added": "Hinzugefügt am",
        "news": "Aktuelles",
        "more": "Mehr",
        "older": "Ältere",
        "subscribe": "Abonnieren",
        "form": "Ihre E-Mail-Adresse genügt, und Sie lesen jeden Monat von uns.",
        "only": "Leider ist der Eintrag nur auf Polnisch verfügbar.",
    },
    "fr": {
        "added": "Ajouté le",
        "news": "Actualités",
        "more": "Lire la suite",
        "older": "Plus anciens",
        "subscribe": "S'abonner",
        "form": "Laissez votre adresse et recevez nos nouvelles chaque mois.",
        "only": "Désolé, cet article est seulement disponible en polonais.",
    },
    "ru": {
        "added": "Добавлено",
        "news": "Новости",
        "more": "Подробнее",
        "older": "Ранее",
        "subscribe": "Подписаться",
        "form": "Оставьте адрес, и раз в месяц мы пришлём новости.",
        "only": "Извините, эта запись доступна только на польском языке.",
    },
}
MENU = {
    "pl": [
        ("Aktualności", "/aktualnosci/"),
        ("O klastrze", "/o-klastrze/"),
        ("Członkowie", "/czlonkowie/"),
        ("Archiwum 2013", "/archiwum-2013/"),
        ("Statut", "/statut/"),
        ("Kontakt", "/kontakt/"),
    ],
    "en": [
        ("News", "/aktualnosci/"),
        ("About", "/o-klastrze/"),
        ("Members", "/czlonkowie/"),
        ("Contact", "/kontakt/"),
    ],
    "de": [("Über uns", "/o-klastrze/")],
    "fr": [("À propos", "/o-klastrze/")],
    "ru": [("О нас", "/o-klastrze/")],
}


def build() -> Site:
    """The whole site."""
    fragments = read_fragments("klasterip")
    posts = [one for one in fragments if is_post(one)]
    site = new_site("klasterip", BASE, _not_found(), "lang", disallow="/panel/")
    for one in fragments:
        others = [each for each in fragments if _path(each) == _path(one)]
        _add(site, one, others)
    # A German visitor is offered a post that nobody has translated.
    only_polish = next(one for one in posts if one.get("translations") == "none")
    site.add(
        f"{_path(only_polish)}?lang=de",
        document(_single(only_polish, [only_polish], "de"), only_polish.modified),
    )
    for language in LANGUAGES:
        own = [one for one in posts if one.language == language]
        home = document(_home(language, own or [only_polish]), newest(own) or newest(posts))
        site.add(f"/?lang={language}", home)
        if language == "pl":
            site.add("/", home)
        if language in ("pl", "en"):
            _add_listing(site, language, own)
            address = f"/feed/?lang={language}"
            add_feed(site, address, f"{NAMES[language]} (OKIP)", language, own)
    site.add("/panel/", document("<html><body><p>Panel członka: zaloguj się.</p></body></html>"))
    site.add("/porozumienie-jastrzebie/", redirect(BASE + _named(fragments, "jastrzebie.pl")))
    add_short_links(site, [one for one in fragments if one.language == "pl"])
    polish = [one for one in fragments if one.language == "pl"]
    add_sitemaps(
        site,
        [one for one in polish if is_post(one)],
        [one.address for one in polish if not is_post(one)],
    )
    return site


def _add(site: Site, one: Fragment, others: Sequence[Fragment]) -> None:
    text = _single(one, others, one.language)
    bare = [replace(one, headers={**one.headers, "address": _path(one)})]
    for each in [one, *(bare if one.language == "pl" else [])]:
        if one.get("charset"):
            body = text.encode(one.get("charset"))
            tag = fingerprint(body)
            # The charset stands in the page alone, as on many an old server.
            old = Answer(body=body, content_type="text/html", etag=tag, last_modified=one.modified)
            site.add(each.address, old)
        else:
            add_page(site, each, text)


def _add_listing(site: Site, language: str, posts: Sequence[Fragment]) -> None:
    last = -(-len(posts) // PER_PAGE)
    for number in range(1, last + 1):
        shown = posts[(number - 1) * PER_PAGE : number * PER_PAGE]
        answer = document(_listing(language, shown, number, last), newest(list(posts)))
        if number == 1:
            site.add(f"/aktualnosci/?lang={language}", answer)
            if language == "pl":
                site.add("/aktualnosci/", answer)
        site.add(f"/aktualnosci/?lang={language}&paged={number}", answer)


def _path(one: Fragment) -> str:
    return one.address.partition("?")[0]


def _named(fragments: Sequence[Fragment], name: str) -> str:
    return next(one.address for one in fragments if one.name == name)


def _single(one: Fragment, others: Sequence[Fragment], language: str) -> str:
    links = [f'<link rel="canonical" href="{BASE}{one.address}" />'] + [
        f'<link hreflang="{each.language}" href="{BASE}{each.address}" rel="alternate" />'
        for each in others
        if len(others) > 1
    ]
    notice = f'<p class="qtranxs-available-languages-message">{WORDS[language]["only"]}</p>'
    signature = f"<p><em>{one.get('author')}</em></p>" if one.get("author") else ""
    body = (
        f'<div class="artykul" id="post-{one.get("id")}"><h2 class="tytul">{one.title}</h2>'
        f"{_added(one.published, language) if is_post(one) else ''}"
        f'<div class="tresc">{notice if language != one.language else ""}\n{one.body}'
        f"{signature}</div></div>"
    )
    addresses = {each.language: each.address for each in others}
    return _page(
        language,
        f"{one.title} | OKIP",
        body,
        addresses=addresses,
        head="\n".join(links),
        charset=one.get("charset", "utf-8"),
    )


def _added(day: datetime | None, language: str) -> str:
    if day is None:
        return ""
    return f'<div class="data">{WORDS[language]["added"]} {long_day(day, language)}</div>'


def _home(language: str, posts: Sequence[Fragment]) -> str:
    teasers = "".join(_teaser(one, language) for one in posts[:3])
    body = (
        f'<div class="powitanie"><h1>{NAMES[language]}</h1></div>'
        f'<div class="lista"><h2>{WORDS[language]["news"]}</h2>{teasers}</div>'
    )
    return _page(language, f"{NAMES[language]} | OKIP", body)


def _listing(language: str, posts: Sequence[Fragment], number: int, last: int) -> str:
    teasers = "".join(_teaser(one, language) for one in posts)
    older = (
        f'<div class="stronicowanie"><a href="{BASE}/aktualnosci/?lang={language}&#038;paged='
        f'{number + 1}">{WORDS[language]["older"]} &raquo;</a></div>'
        if number < last
        else ""
    )
    news = WORDS[language]["news"]
    body = f'<h1 class="kategoria">{news}</h1><div class="lista">{teasers}</div>{older}'
    addresses = {each: f"/aktualnosci/?lang={each}" for each in ("pl", "en")}
    return _page(language, f"{news} | OKIP", body, addresses=addresses)


def _teaser(one: Fragment, language: str) -> str:
    link = BASE + (one.address if one.language == language else f"{_path(one)}?lang={language}")
    return (
        f'<div class="zajawka"><h3><a href="{link}">{one.title}</a></h3>'
        f"{_added(one.published, language)}<p>{excerpt(one, 18)}&hellip;</p>"
        f'<a class="wiecej" href="{link}">{WORDS[language]["more"]}</a></div>'
    )


def _page(
    language: str,
    title: str,
    body: str,
    *,
    addresses: dict[str, str] | None = None,
    head: str = "",
    charset: str = "utf-8",
) -> str:
    words = WORDS[language]
    switch = " ".join(
        f'<a class="lang-{each}" href="{BASE}{(addresses or {}).get(each, f"/?lang={each}")}">'
        f"{each.upper()}</a>"
        for each in LANGUAGES
    )
    menu = "".join(
        f'<li><a href="{BASE}{path}?lang={language}">{name}</a></li>'
        for name, path in MENU[language]
    )
    feed = language if language in ("pl", "en") else "pl"
    return f"""<!DOCTYPE html>
<html lang="{language}">
<head>
<meta http-equiv="Content-Type" content="text/html; charset={charset}" />
<title>{title}</title>
<link rel="alternate" type="application/rss+xml" title="OKIP" href="{BASE}/feed/?lang={feed}" />
<link rel="stylesheet" href="{BASE}/wp-content/themes/own/style.css" />
{GENERATOR}
{head}
</head>
<body>
<div id="wrapper">
<div id="top"><div class="jezyki">{switch}</div>
<a class="logo" href="{BASE}/?lang={language}"><img src="{BASE}/wp-content/uploads/logo.svg" \
alt="OKIP" /></a>
<ul id="menu">{menu}</ul></div>
<div id="srodek">
<div id="lewa">{body}</div>
<div id="prawa">
<div class="box"><h4>Facebook</h4><div class="fb-like-box"></div></div>
<div class="box newsletter"><h4>Newsletter</h4><p>{words["form"]}</p>
<form action="#" method="post"><label>E-mail</label><input type="text" name="ne" />
<input type="submit" value="{words["subscribe"]}" /></form><p>Newsletter OKIP</p></div>
</div>
</div>
<div id="stopka">&copy; 2014-2025 OKIP | <a rel="nofollow" href="{BASE}/panel/">Panel</a></div>
</div>
</body>
</html>
"""


def _not_found() -> str:
    return _page("pl", "Nie ma takiej strony | OKIP", "<h2>404</h2><p>Takiej strony nie ma.</p>")
