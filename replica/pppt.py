"""www.pppt.pl: a SharePoint publishing site in Polish and English.

Its quirks: Polish chrome on English pages, a bare date under the headline, one article under
many queries, tables for layout, weak ETags made of a GUID and a version.
"""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Iterator, Sequence
from html import escape

from replica.answers import Answer, Site, document, missing, redirect
from replica.content import Fragment, newest, read_fragments

BASE = "http://www.pppt.pl"
PER_PAGE = 5
LISTINGS = {
    "pl": "/PL/DlaMediow/Aktualnosci/Strony/default.aspx",
    "en": "/EN/Media/News/Pages/default.aspx",
}
HOMES = {"pl": "/PL/Strony/default.aspx", "en": "/EN/Pages/default.aspx"}
WORDS = {
    "pl": {
        "news": "Aktualności",
        "back": "powrót",
        "more": "więcej",
        "brands": "Marki Grupy ORLEN",
        "archive": "Archiwum",
        "newest": "Najnowsze informacje",
        "site": "Płocki Park Przemysłowo-Technologiczny",
    },
    "en": {
        "news": "News",
        "back": "back",
        "more": "more",
        "brands": "ORLEN Group brands",
        "archive": "Archive",
        "newest": "Latest news",
        "site": "Płock Industrial and Technological Park",
    },
}
MENU = {
    "pl": [
        ("O Parku", "/PL/OParku/Strony/O-Parku.aspx"),
        ("Firmy w Parku", "/PL/OParku/Strony/Firmy-w-Parku.aspx"),
        ("Inicjatywy klastrowe", "/PL/Oferta/Strony/Klastry.aspx"),
        ("Certyfikaty", "/PL/Oferta/Strony/Certyfikaty.aspx"),
        ("Aktualności", LISTINGS["pl"]),
        ("Archiwum 2012", "/PL/DlaMediow/Strony/Archiwum-2012.aspx"),
        ("Kontakt", "/PL/Kontakt/Strony/Kontakt.aspx"),
    ],
    "en": [
        ("About the Park", "/EN/AboutUs/Pages/About-the-Park.aspx"),
        ("Clusters", "/EN/OurOffer/Pages/Clusters.aspx"),
        ("News", LISTINGS["en"]),
        ("Contact", "/EN/Contact/Pages/Contact.aspx"),
    ],
}
ROBOTS = """User-agent: *
Disallow: /_layouts/
Disallow: /_vti_bin/
Disallow: /_catalogs/
"""


def build() -> Site:
    """The whole site."""
    fragments = read_fragments("pppt")
    site = Site(
        name="pppt",
        base=BASE,
        not_found=missing(_not_found()),
        parameters=frozenset({"year", "pageNumber"}),
        folds_case=True,
        headers={
            "Server": "Microsoft-IIS/7.5",
            "MicrosoftSharePointTeamServices": "14.0.0.6029",
            "X-Powered-By": "ASP.NET",
        },
    )
    site.add("/", redirect(BASE + HOMES["pl"], 302))
    site.add("/PL/Aktualnosci/Strony/Walonia.aspx", redirect(BASE + _named(fragments, "walonia")))
    site.add("/robots.txt", document(ROBOTS, content_type="text/plain"))
    search = _page("pl", "Wyniki wyszukiwania", "<p>Wpisz szukane słowo.</p>", "/_layouts/Szukaj")
    site.add("/_layouts/OSSSearchResults.aspx", document(search))
    for one in fragments:
        site.add(one.address, _answer(one, _article(one, fragments)))
    for language, address in LISTINGS.items():
        news = [one for one in fragments if one.published and one.language == language]
        for query, chosen in _pages_of(news):
            text = _listing(language, news, chosen, query)
            site.add(address + query, _validated(document(text, newest(news)), address + query, 1))
    return site


def _named(fragments: Sequence[Fragment], name: str) -> str:
    return next(one.address for one in fragments if one.name == name)


def _answer(one: Fragment, text: str) -> Answer:
    if one.get("validators") == "none":
        return Answer(body=text.encode())
    return _validated(document(text, one.modified), one.address, len(one.body))


def _validated(answer: Answer, address: str, version: int) -> Answer:
    """The answer under SharePoint's kind of ETag: the item's GUID, a comma and its version."""
    guid = str(uuid.uuid5(uuid.NAMESPACE_URL, BASE + address)).upper()
    tag = f'W/"{{{guid}}},{version}"'
    return Answer(body=answer.body, etag=tag, last_modified=answer.last_modified)


def _pages_of(news: list[Fragment]) -> Iterator[tuple[str, list[Fragment]]]:
    """Queries of the listing with what each shows: all news, then year by year."""
    yield "", news[:PER_PAGE]
    for number, start in enumerate(range(0, len(news), PER_PAGE), 1):
        yield f"?pageNumber={number}", news[start : start + PER_PAGE]
    for year in _years(news):
        chosen = [one for one in news if one.get("date").startswith(year)]
        yield f"?year={year}", chosen[:PER_PAGE]
        for number, start in enumerate(range(0, len(chosen), PER_PAGE), 1):
            query = f"?year={year}&pageNumber={number}"
            yield query, chosen[start : start + PER_PAGE]


def _years(news: Sequence[Fragment]) -> list[str]:
    return sorted({one.get("date")[:4] for one in news}, reverse=True)


def _article(one: Fragment, fragments: Sequence[Fragment]) -> str:
    words = WORDS[one.language]
    parts = []
    if one.published:
        section = f"&nbsp;&nbsp;{one.get('section')}"
        parts.append(f'<div class="data-artykulu">{one.published:%d-%m-%Y}{section}</div>')
    parts.append(
        '<div id="ctl00_PlaceHolderMain_ctl01__ControlWrapper_RichHtmlField" class="ms-rtestate-'
        'field" style="display:inline" aria-labelledby="ctl00_PlaceHolderMain_ctl01_label">'
        f"{one.body}</div>"
    )
    if one.get("kind") == "home":
        news = [each for each in fragments if each.published and each.language == one.language]
        teasers = "".join(_teaser(each, "", "h3") for each in news[:3])
        parts.append(f"<h2>{words['newest']}</h2>{teasers}")
    if one.published:
        parts.append(
            f'<p class="powrot"><a href="javascript:history.go(-1)">&laquo; {words["back"]}</a></p>'
        )
    title = f'<h1 class="tytul-strony">{one.title}</h1>'
    return _page(one.language, one.title, title + "\n".join(parts), one.address)


def _listing(
    language: str, news: Sequence[Fragment], chosen: Sequence[Fragment], query: str
) -> str:
    words, address = WORDS[language], LISTINGS[language]
    rows = "".join(_teaser(one, query, "h2") for one in chosen)
    year = query.partition("year=")[2][:4]
    of_year = [one for one in news if one.get("date").startswith(year)]
    within = f"year={year}&amp;" if year else ""
    pages = "".join(
        f'<a href="{address}?{within}pageNumber={number}">{number}</a> '
        for number in range(1, -(-len(of_year) // PER_PAGE) + 1)
    )
    years = "".join(f'<li><a href="{address}?year={each}">{each}</a></li>' for each in _years(news))
    body = (
        f'<h1 class="tytul-strony">{words["news"]}</h1>'
        f'<table class="lista-aktualnosci" cellspacing="0">{rows}</table>'
        f'<div class="stronicowanie">{pages}</div>'
        f'<div class="archiwum"><strong>{words["archive"]}</strong><ul>{years}</ul></div>'
    )
    return _page(language, words["news"], body, address + query)


def _teaser(one: Fragment, query: str, heading: str) -> str:
    link = one.address + query.replace("&", "&amp;")
    assert one.published
    cells = (
        f'<span class="data">{one.published:%d-%m-%Y}</span>'
        f'<{heading} class="tytul"><a href="{link}">{one.title}</a></{heading}>'
        f"<p>{one.get('lead')}</p>"
        f'<a class="wiecej" href="{link}">{WORDS[one.language]["more"]} &raquo;</a>'
    )
    return f"<tr><td>{cells}</td></tr>" if heading == "h2" else f'<div class="news">{cells}</div>'


def _page(language: str, title: str, body: str, address: str) -> str:
    words = WORDS[language]
    other = "en" if language == "pl" else "pl"
    menu = "".join(
        f'<td class="menu-top"><a class="static menu-item" href="{link}">'
        f'<span class="menu-item-text">{name}</span></a></td>'
        for name, link in MENU[language]
    )
    # SharePoint keeps its state in the page: long, opaque, and no fact of it.
    state = base64.b64encode(hashlib.sha512(address.encode()).digest() * 6).decode()
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" \
"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" lang="pl-pl" dir="ltr">
<head>
<meta http-equiv="X-UA-Compatible" content="IE=8" />
<meta name="GENERATOR" content="Microsoft SharePoint" />
<meta http-equiv="Content-type" content="text/html; charset=utf-8" />
<meta http-equiv="Expires" content="0" />
<title>
\t{escape(title)} - {words["site"]}
</title>
<link rel="shortcut icon" href="/_layouts/images/favicon.ico" type="image/vnd.microsoft.icon" />
<script type="text/javascript">
//<![CDATA[
var _spPageContextInfo = {{webServerRelativeUrl: "\\u002f{language.upper()}", \
webLanguage: 1045, currentLanguage: 1045, pageListId: "{{6B6CD7BC}}"}};
//]]>
</script>
</head>
<body scroll="no" onload="if (typeof(_spBodyOnLoadWrapper) != 'undefined') _spBodyOnLoadWrapper();">
<form name="aspnetForm" method="post" action="{escape(address.rpartition("/")[2])}" \
id="aspnetForm">
<div>
<input type="hidden" name="MSOWebPartPage_PostbackSource" id="MSOWebPartPage_PostbackSource" \
value="" />
<input type="hidden" name="__REQUESTDIGEST" id="__REQUESTDIGEST" value="0x{state[:40]}" />
<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="{state}" />
</div>
<div id="s4-workspace"><div id="s4-bodyContainer">
<table width="980" cellpadding="0" cellspacing="0" id="naglowek"><tr>
<td class="logo"><a href="{HOMES[language]}">PPPT</a></td>
<td class="dostepnosc"><a href="javascript:kontrast()">Dla niedowidzących</a>\
<span>Rozmiar tekstu: </span><a class="a1" href="#">A</a>\
<a class="a2" href="#">A</a><a class="a3" href="#">A</a></td>
<td class="jezyk"><a href="{HOMES[other]}">{other.upper()}</a></td>
<td class="szukaj"><a href="/_layouts/OSSSearchResults.aspx?k=klaster">Szukaj</a></td>
</tr></table>
<table width="980" class="s4-tn" id="menu"><tr>{menu}</tr></table>
<div class="okruszki"><span id="ctl00_SiteMap"><a href="{HOMES[language]}">PPPT</a> &gt; \
<span>{title}</span></span></div>
<table width="980" cellpadding="0" cellspacing="0" border="0"><tr valign="top">
<td width="720" class="tresc"><div id="ctl00_MSO_ContentDiv"><a name="mainContent"></a>
{body}
</div></td>
<td width="260" class="s4-wpTopTable"><div id="MSOZoneCell_WebPartWPQ2" class="s4-wpcell">
<div class="ms-WPBody"><strong>Tereny inwestycyjne</strong><br />
<a href="/PL/Kontakt/Strony/Kontakt.aspx">Zapytaj o działkę</a></div></div></td>
</tr></table>
<table width="980" id="stopka"><tr><td>{words["brands"]}</td>
<td>&copy; 2025 PPPT S.A.</td></tr></table>
</div></div>
</form>
</body>
</html>
"""


def _not_found() -> str:
    body = '<h1 class="tytul-strony">404</h1><p>Strony o tym adresie już u nas nie ma.</p>'
    return _page("pl", "404", body, "/404.aspx")
