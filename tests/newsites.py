"""Six small websites that no spider was made for, of all platforms and in six languages.

Their hosts end in .example; a server on loopback tells them apart by the Host header.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from html import escape

from babel.dates import format_date
from websites import Reply

HTML = {"Content-Type": "text/html; charset=utf-8"}
XML = {"Content-Type": "application/rss+xml; charset=utf-8"}
PLAIN = {"Content-Type": "text/plain; charset=utf-8"}

Article = tuple[str, str, str, str]
"""Slug, day (YYYY-MM-DD), headline, text."""


def all_sites() -> dict[str, Reply]:
    """Every reply of every site, by host and path."""
    found: dict[str, Reply] = {}
    for host, replies in (
        ("alpenholz.example", wordpress()),
        ("grappe-loire.example", wordpress_plain()),
        ("www.parque-sur.example", drupal()),
        ("klastr-vltava.example", typo3()),
        ("distretto-lago.example", joomla()),
        ("skogsklustret.example", static()),
    ):
        found |= {f"{host}{path}": reply for path, reply in replies.items()}
    return found


def _feed(base: str, pages: Iterable[tuple[str, str]]) -> Reply:
    entries = "".join(
        f"<item><title>{escape(title)}</title><link>{base}{escape(path)}</link></item>"
        for path, title in pages
    )
    head = '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>x</title>'
    return Reply(f"{head}{entries}</channel></rss>", headers=XML)


# --- WordPress, German: a block theme, readable addresses, a page of label holders ---------------

HOLZ: list[Article] = [
    (
        "saegewerk-tirol-neu",
        "2024-03-12",
        "Sägewerk aus Tirol tritt dem Cluster bei",
        "Das Familienunternehmen aus dem Zillertal verarbeitet jedes Jahr dreißigtausend Festmeter "
        "Lärche und Fichte. Es bringt vor allem seine Erfahrung mit Trockenkammern ein.",
    ),
    (
        "foerderung-trocknung",
        "2024-02-05",
        "Land fördert unser Projekt zur Holztrocknung",
        "Drei Betriebe und eine Fachhochschule erproben zwei Jahre lang, wie sich Abwärme aus der "
        "Papierherstellung für Trockenkammern nutzen lässt.",
    ),
    (
        "neue-geschaeftsstelle",
        "2023-11-20",
        "Die Geschäftsstelle zieht in das alte Zollhaus",
        "Nach dem Umbau stehen den Mitgliedern zwei Besprechungsräume und eine kleine Werkstatt "
        "offen. Die Telefonnummern bleiben dieselben.",
    ),
    (
        "lehrlinge-ausgezeichnet",
        "2023-09-04",
        "Vier Lehrlinge aus unseren Betrieben ausgezeichnet",
        "Die Handwerkskammer ehrte die besten Abschlüsse des Jahrgangs. Zwei der Ausgezeichneten "
        "bleiben in ihren Ausbildungsbetrieben.",
    ),
]


def wordpress() -> dict[str, Reply]:
    """Posts in /beitrag/, listed at /neuigkeiten/; a feed and a sitemap; print views."""

    def day(iso: str) -> str:
        return format_date(date.fromisoformat(iso), "d. MMMM y", "de_AT")

    def page(title: str, main: str, kind: str) -> Reply:
        return Reply(
            f"""<!doctype html><html lang="de-AT"><head><meta charset="utf-8">
<title>{title} – Alpenholz-Cluster</title><meta name="generator" content="WordPress 6.7.1">
<link rel="alternate" type="application/rss+xml" href="https://alpenholz.example/feed/">
<link rel="stylesheet" href="/wp-content/themes/lichtung/style.css"></head>
<body class="{kind} wp-embed-responsive"><div class="wp-site-blocks">
<header class="wp-block-template-part"><nav class="wp-block-navigation">
<a href="/">Start</a> <a href="/neuigkeiten/">Neuigkeiten</a> <a href="/kalender/">Kalender</a>
<a href="/guetesiegel/">Gütesiegel</a> <a href="/wp-admin/">Anmelden</a></nav></header>
<main class="wp-block-group">{main}</main>
<footer class="wp-block-template-part"><p>Alpenholz-Cluster, Zollstraße 1, Kufstein</p></footer>
</div></body></html>""",
            headers=HTML,
        )

    teasers = "".join(
        f'<li class="wp-block-post"><h2 class="wp-block-post-title"><a href="/beitrag/{slug}/">'
        f'{title}</a></h2><div class="wp-block-post-date"><time datetime="{iso}T09:00:00+01:00">'
        f'{day(iso)}</time></div><p class="wp-block-post-excerpt">{text[:70]} …</p></li>'
        for slug, iso, title, text in HOLZ
    )
    replies = {
        "/": page(
            "Start",
            "<h1>Holz aus den Alpen, gemeinsam gedacht</h1><p>Vierzig Betriebe zwischen Inn und "
            "Salzach arbeiten bei Einkauf, Forschung und Ausbildung zusammen.</p>",
            "home page-template-default",
        ),
        "/neuigkeiten/": page(
            "Neuigkeiten",
            f'<h1>Neuigkeiten</h1><ul class="wp-block-post-template">{teasers}</ul>',
            "blog",
        ),
        "/kalender/": page(
            "Kalender",
            "<h1>Kalender</h1><h2>Fachtagung Holzbau</h2><p>Die Fachtagung findet am 14. Mai 2024 "
            "in Innsbruck statt.</p><h2>Mitgliederversammlung</h2><p>Die Mitgliederversammlung "
            "findet am 20. Juni 2024 in Kufstein statt.</p>",
            "page page-id-8",
        ),
        "/guetesiegel/": page(
            "Gütesiegel",
            "<h1>Cluster mit Gold-Label der European Cluster Excellence Initiative</h1>"
            "<ul><li>Holzcluster Steiermark</li><li>Mechatronik-Cluster Oberland</li>"
            "<li>Kunststoff-Cluster Inntal</li></ul>",
            "page page-id-9",
        ),
        "/feed/": _feed("https://alpenholz.example", ((f"/beitrag/{a[0]}/", a[2]) for a in HOLZ)),
        "/robots.txt": Reply("User-agent: *\nDisallow: /wp-admin/\n", headers=PLAIN),
    }
    for slug, iso, title, text in HOLZ:
        replies[f"/beitrag/{slug}/"] = page(
            title,
            f'<article class="post type-post"><h1 class="wp-block-post-title">{title}</h1>'
            f'<div class="wp-block-post-date">Veröffentlicht am <time datetime="{iso}T09:00:00'
            f'+01:00">{day(iso)}</time></div><div class="entry-content"><p>{text}</p></div>'
            f'<p><a href="/beitrag/{slug}/?replytocom=4">Antworten</a></p></article>',
            "single single-post",
        )
    return replies


# --- WordPress, French: plain addresses (?p=12), the posts on the home page, archives by ?m= -----

LOIRE: list[Article] = [
    (
        "31",
        "2024-06-03",
        "La grappe accueille un atelier de céramique",
        "Installé dans l'ancienne tuilerie, l'atelier formera chaque année une dizaine d'apprentis "
        "aux émaux et à la cuisson au bois.",
    ),
    (
        "28",
        "2024-05-13",
        "Un four partagé entre six entreprises",
        "Le nouveau four électrique consomme moitié moins que les précédents. Les plannings "
        "d'utilisation sont fixés d'un commun accord.",
    ),
    (
        "24",
        "2024-04-22",
        "Les terres de la région ont leur laboratoire",
        "Deux chercheuses analysent les argiles locales pour les adhérents. Tout résultat en "
        "est publié dans une base commune.",
    ),
]


def wordpress_plain() -> dict[str, Reply]:
    """Everything hangs on the query: posts, pages, categories, months, the feed."""

    def day(iso: str) -> str:
        return format_date(date.fromisoformat(iso), "d MMMM y", "fr")

    def page(title: str, main: str, kind: str) -> Reply:
        return Reply(
            f"""<!DOCTYPE html><html lang="fr-FR"><head><meta charset="UTF-8">
<title>{title} | Grappe Loire</title>
<link rel="alternate" type="application/rss+xml" href="/?feed=comments-rss2">
<link rel="alternate" type="application/rss+xml" href="/?feed=rss2">
<link rel="stylesheet" href="/wp-content/themes/argile/style.css">
</head><body class="{kind}"><div id="page"><h1 id="site-title"><a href="/">Grappe Loire</a></h1>
<ul id="menu"><li><a href="/">Accueil</a></li><li><a href="/?page_id=2">À propos</a></li></ul>
<div id="main">{main}</div>
<div id="sidebar"><h3>Archives</h3><ul><li><a href="/?m=202406">juin 2024</a></li></ul>
<h3>Catégories</h3><ul><li><a href="/?cat=3">Ateliers</a></li></ul>
<p><a href="/?feed=rss2">Flux</a></p></div></div></body></html>""",
            headers=HTML,
        )

    def teaser(slug: str, iso: str, title: str, text: str) -> str:
        return (
            f'<div class="post"><h2 class="entry-title"><a href="/?p={slug}">{title}</a></h2>'
            f'<div class="entry-meta">Publié le {day(iso)}</div><p>{text[:60]} […]</p></div>'
        )

    teasers = "".join(teaser(*article) for article in LOIRE)
    replies = {
        "/": page("Accueil", teasers, "home blog"),
        "/?page_id=2": page(
            "À propos",
            "<h2>À propos</h2><p>La grappe réunit potiers, tuiliers et verriers entre Tours et "
            "Nantes depuis plus de dix ans.</p>",
            "page page-id-2",
        ),
        "/?m=202406": page("juin 2024", f"<h2>juin 2024</h2>{teaser(*LOIRE[0])}", "archive date"),
        "/?cat=3": page("Ateliers", f"<h2>Ateliers</h2>{teasers}", "archive category"),
        "/?feed=rss2": _feed(
            "https://grappe-loire.example", ((f"/?p={a[0]}", a[2]) for a in LOIRE)
        ),
    }
    for slug, iso, title, text in LOIRE:
        replies[f"/?p={slug}"] = page(
            title,
            f'<div class="post type-post"><h2 class="entry-title">{title}</h2>'
            f'<div class="entry-meta">Publié le {day(iso)} par la rédaction</div>'
            f"<p>{text}</p></div>",
            f"single single-post postid-{slug}",
        )
    return replies


# --- Drupal, Spanish: views, nodes under readable addresses, sorted lists -------------------------

PARQUE: list[Article] = [
    (
        "laboratorio-agua",
        "2023-01-27",
        "Abre sus puertas el laboratorio del agua",
        "Seis empresas del parque comparten desde hoy los equipos de análisis. El laboratorio "
        "atenderá también a los regantes de la comarca.",
    ),
    (
        "convenio-universidad",
        "2022-12-14",
        "Nuevo convenio con la universidad para las prácticas",
        "Cada curso, veinte estudiantes conocerán durante tres meses el trabajo diario de las "
        "empresas instaladas en el parque.",
    ),
    (
        "energia-solar",
        "2022-10-03",
        "La cubierta solar cubre ya un tercio del consumo",
        "Los paneles instalados en primavera han producido más de lo previsto. El parque estudia "
        "ampliar la instalación al aparcamiento.",
    ),
]


def drupal() -> dict[str, Reply]:
    """Nodes in /noticias/, listed at /noticias with ?page=; sorted variants and a print page."""

    def page(title: str, main: str, kind: str) -> Reply:
        return Reply(
            f"""<!DOCTYPE html><html lang="es" dir="ltr"><head><meta charset="utf-8" />
<title>{title} | Parque Sur</title><link rel="stylesheet" href="/core/misc/drupal.css" />
<script src="/sites/default/files/js/js_a1.js"></script></head>
<body class="{kind}"><header role="banner"><nav role="navigation"><ul class="menu">
<li><a href="/">Inicio</a></li><li><a href="/noticias">Noticias</a></li>
<li><a href="/agenda">Agenda</a></li><li><a href="/user/login">Entrar</a></li></ul></nav></header>
<main role="main"><h1 class="page-title">{title}</h1>{main}</main>
<footer><p>Parque Sur, carretera de Lorca s/n</p></footer></body></html>""",
            headers=HTML,
        )

    def day(iso: str) -> str:
        return format_date(date.fromisoformat(iso), "dd/MM/y", "es")

    rows = "".join(
        f'<div class="views-row"><h3><a href="/noticias/{slug}">{title}</a></h3>'
        f'<span class="date">{day(iso)}</span><p>{text[:60]}…</p></div>'
        for slug, iso, title, text in PARQUE
    )
    sorted_by = '<a href="/noticias?sort_by=title&amp;sort_order=ASC">Ordenar por título</a>'
    replies = {
        "/": page(
            "Parque Sur",
            "<p>Un parque científico y tecnológico junto al mar, con treinta empresas y dos "
            "institutos de investigación.</p>",
            "path-frontpage",
        ),
        "/noticias": page(
            "Noticias", f'<div class="view">{rows}{sorted_by}</div>', "path-noticias"
        ),
        "/agenda": page(
            "Agenda",
            "<div class='view'><h3>Jornada sobre riego</h3><p>La jornada se celebrará el 9 de "
            "marzo de 2023 en Murcia.</p></div>",
            "path-agenda",
        ),
        "/rss.xml": _feed(
            "https://www.parque-sur.example", ((f"/noticias/{a[0]}", a[2]) for a in PARQUE)
        ),
    }
    for slug, iso, title, text in PARQUE:
        replies[f"/noticias/{slug}"] = page(
            title,
            f'<article class="node node--type-article"><div class="node__submitted">Publicado: '
            f"{day(iso)}</div><div class='node__content'><p>{text}</p></div>"
            f'<a href="/print/noticias/{slug}">Versión para imprimir</a></article>',
            "path-node node--type-article",
        )
        replies[f"/print/noticias/{slug}"] = replies[f"/noticias/{slug}"]
    return replies


# --- TYPO3, Czech: signed addresses, which are refused without their signature --------------------

VLTAVA: list[Article] = [
    (
        "101",
        "2024-04-18",
        "Klastr Vltava otevřel zkušební linku",
        "Na lince si malé strojírny vyzkoušejí svařování tenkých plechů. Provoz zajišťují dva "
        "technici a průmyslová škola z Písku.",
    ),
    (
        "102",
        "2024-02-29",
        "Do klastru vstoupily další tři firmy",
        "Noví členové vyrábějí nástroje, formy a měřidla. Všechny tři firmy sídlí v okolí Tábora "
        "a zaměstnávají dohromady dvě stě lidí.",
    ),
    (
        "103",
        "2023-12-07",
        "Ohlédnutí za rokem společných nákupů",
        "Členové klastru letos společně nakoupili elektřinu a ocel. Úspora proti předchozímu roku "
        "přesáhla osm procent.",
    ),
]


def typo3() -> dict[str, Reply]:
    """Articles as tx_news_pi1 parameters with a cHash; the same ones from a second list page."""

    def page(title: str, main: str, own: str = "") -> Reply:
        canonical = f'<link rel="canonical" href="{escape(own)}">' if own else ""
        return Reply(
            f"""<!DOCTYPE html><html lang="cs"><head><meta charset="utf-8">
<meta name="generator" content="TYPO3 CMS"><title>{title} – Klastr Vltava</title>{canonical}
<link rel="stylesheet" href="/typo3temp/assets/css/7015.css"></head><body>
<div id="hlavicka"><ul><li><a href="/uvod">Úvod</a></li><li><a href="/aktuality">Aktuality</a></li>
<li><a href="/akce">Akce</a></li><li><a href="/index.php?eID=dumpFile&amp;t=f">Soubor</a></li></ul>
</div><div id="obsah"><h1>{title}</h1>{main}</div>
<div id="paticka">Klastr Vltava, z. s., Nábřeží 5, Písek</div></body></html>""",
            headers=HTML,
        )

    def address(uid: str, page_of_list: int = 1) -> str:
        start = f"tx_news_pi1%5BcurrentPage%5D={page_of_list}&" if page_of_list > 1 else ""
        signature = f"{int(uid) * 7919 + page_of_list:032x}"
        return f"/aktuality/detail?{start}tx_news_pi1%5Bnews%5D={uid}&cHash={signature}"

    def day(iso: str) -> str:
        return format_date(date.fromisoformat(iso), "d. M. y", "cs")

    def listed(page_of_list: int) -> str:
        return "".join(
            f'<div class="article"><h2><a href="{escape(address(uid, page_of_list))}">{title}</a>'
            f'</h2><p class="datum">{day(iso)}</p><p>{text[:60]}…</p></div>'
            for uid, iso, title, text in VLTAVA
        )

    second = "/aktuality?tx_news_pi1%5BcurrentPage%5D=2&cHash=0123456789abcdef0123456789abcdef"
    onward = f'<a href="{escape(second)}">Další</a>'
    replies = {
        "/": page(
            "Strojírny nad Vltavou",
            "<p>Klastr sdružuje třicet strojírenských firem, tři školy a jeden výzkumný ústav "
            "z jižních Čech.</p>",
        ),
        "/aktuality": page("Aktuality", f'<div class="news-list-view">{listed(1)}{onward}</div>'),
        second: page("Aktuality", f'<div class="news-list-view">{listed(2)}</div>'),
        "/akce": page(
            "Akce",
            "<h2>Seminář o svařování</h2><p>Seminář se uskuteční dne 16. května 2024 v Táboře.</p>",
        ),
        "/robots.txt": Reply("User-agent: *\nDisallow: /typo3/\n", headers=PLAIN),
    }
    for uid, iso, title, text in VLTAVA:
        article = page(
            title,
            f'<div class="news-single"><p class="datum">Publikováno: {day(iso)}</p><p>{text}</p>'
            "</div>",
            f"https://klastr-vltava.example{address(uid)}",
        )
        replies[address(uid)] = article
        replies[address(uid, 2)] = article
    return replies


# --- Joomla, Italian: index.php/12-x, print views, menu items -------------------------------------

LAGO: list[Article] = [
    (
        "31-nuovo-presidente",
        "2024-05-06",
        "Il distretto del lago ha un nuovo presidente",
        "L'assemblea dei soci ha votato all'unanimità. Il programma dei prossimi tre anni mette al "
        "primo posto la formazione degli artigiani.",
    ),
    (
        "30-fiera-nautica",
        "2024-04-11",
        "Dodici cantieri del distretto alla fiera della nautica",
        "Le imprese hanno presentato uno stand comune e due prototipi a propulsione elettrica, "
        "costruiti interamente sulle rive del lago.",
    ),
    (
        "29-bando-legno",
        "2024-03-22",
        "Aperto il bando per il recupero delle barche di legno",
        "I musei e le associazioni della zona possono chiedere un contributo per il restauro. Le "
        "domande si consegnano allo sportello del distretto.",
    ),
]


def joomla() -> dict[str, Reply]:
    """Articles in /index.php/notizie/, each also printable and under a menu item."""

    def page(title: str, main: str) -> Reply:
        return Reply(
            f"""<!DOCTYPE html><html lang="it-it"><head><meta charset="utf-8">
<meta name="generator" content="Joomla! - Open Source Content Management"><title>{title}</title>
<script src="/media/system/js/core.min.js"></script></head><body class="site com_content">
<div class="container-header"><ul class="mod-menu nav"><li><a href="/index.php">Home</a></li>
<li><a href="/index.php/notizie">Notizie</a></li><li><a href="/index.php/eventi">Eventi</a></li>
<li><a href="/index.php/component/users/login">Accedi</a></li></ul></div>
<div class="container-component">{main}</div>
<div class="container-footer">Distretto del Lago, via del Porto 3, Como</div></body></html>""",
            headers=HTML,
        )

    def day(iso: str) -> str:
        return format_date(date.fromisoformat(iso), "dd MMMM y", "it").title()

    items = "".join(
        f'<div class="blog-item"><h2><a href="/index.php/notizie/{slug}?Itemid=102">{title}</a>'
        "</h2>"
        f'<dl class="article-info"><dd class="published"><time datetime="{iso}T08:00:00+02:00">'
        f"Pubblicato: {day(iso)}</time></dd></dl><p>{text[:60]}…</p></div>"
        for slug, iso, title, text in LAGO
    )
    replies = {
        "/": page(
            "Distretto del Lago",
            "<h1>La nautica che nasce sul lago</h1><p>Quaranta cantieri e botteghe artigiane unite "
            "in un distretto, dal progetto alla vela.</p>",
        ),
        "/index.php/notizie": page(
            "Notizie", f'<div class="com-content-category-blog">{items}</div>'
        ),
        "/index.php/eventi": page(
            "Eventi",
            "<h1>Eventi</h1><h2>Incontro con gli artigiani</h2><p>L'incontro si terrà il 18 giugno "
            "2024 a Lecco.</p>",
        ),
    }
    replies["/index.php"] = replies["/"]
    for slug, iso, title, text in LAGO:
        path = f"/index.php/notizie/{slug}"
        article = page(
            title,
            f'<div class="com-content-article item-page"><h1>{title}</h1><dl class="article-info">'
            f'<dd class="published"><time datetime="{iso}T08:00:00+02:00">Pubblicato: {day(iso)}'
            f"</time></dd></dl><p>{text}</p>"
            f'<a href="{path}?tmpl=component&amp;print=1&amp;layout=default">Stampa</a></div>',
        )
        for address in (
            path,
            f"{path}?Itemid=102",
            f"{path}?tmpl=component&print=1&layout=default",
        ):
            replies[address] = article
    return replies


# --- No platform at all, Swedish: files by hand ---------------------------------------------------

SKOG: list[Article] = [
    (
        "nyhet-svarv.html",
        "2024-01-30",
        "Träsvarvning lockar nya elever till skolan",
        "Nästan dubbelt så många som i fjol har sökt till utbildningen. Flera av klustrets företag "
        "erbjuder praktikplatser redan till våren.",
    ),
    (
        "nyhet-massa.html",
        "2023-11-08",
        "Klustret samlade branschen på mässan i Falun",
        "Sexton företag visade möbler, golv och takspån i en gemensam monter. Intresset från "
        "norska inköpare var stort.",
    ),
    (
        "nyhet-tork.html",
        "2023-08-17",
        "Den gemensamma torken är i drift",
        "Anläggningen vid sågen i Leksand torkar virke åt nio företag. Värmen kommer från flis som "
        "annars hade körts bort.",
    ),
]


def static() -> dict[str, Reply]:
    """Hand-made files without a feed, a sitemap or a mark; the charset of old days."""

    def page(title: str, main: str) -> Reply:
        text = f"""<html lang="sv"><head><title>{title}</title></head><body>
<table width="100%"><tr><td><a href="index.html">Hem</a> | <a href="nyheter.html">Nyheter</a> |
<a href="evenemang.html">Evenemang</a> | <a href="kontakt.html">Kontakt</a></td></tr></table>
<h1>{title}</h1>{main}<hr><p>Skogsklustret, Sågvägen 4, Leksand</p></body></html>"""
        latin = {"Content-Type": "text/html; charset=iso-8859-1"}
        return Reply(text.encode("latin-1"), headers=latin)

    rows = "".join(f'<p>{iso} <a href="{file}">{title}</a></p>' for file, iso, title, _ in SKOG)
    replies = {
        "/index.html": page(
            "Skogsklustret",
            "<p>Trettio träföretag runt Siljan som köper in, utbildar och säljer tillsammans.</p>",
        ),
        "/nyheter.html": page("Nyheter", rows),
        "/evenemang.html": page(
            "Evenemang", "<p>Seminarium om träfasader hålls den 21 mars 2024 i Mora.</p>"
        ),
        "/kontakt.html": page("Kontakt", "<p>Ring oss på vardagar mellan nio och fyra.</p>"),
    }
    replies["/"] = replies["/index.html"]
    for file, iso, title, text in SKOG:
        replies[f"/{file}"] = page(title, f"<p>Publicerad {iso}</p><p>{text}</p>")
    return replies
