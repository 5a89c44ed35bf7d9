"""The main content of a page comes as blocks, whole, in order and without the site's chrome."""

from __future__ import annotations

import pytest

from catalogue import Source
from parsers.document import Document
from parsers.opening import open_document

NAMES = [
    "Alfa Metal",
    "Beta Chem sp. z o.o.",
    "Uniwersytet Nadrzeczny",
    "Gamma Robotics",
    "Delta Foods",
    "Instytut Maszyn",
    "Epsilon",
    "Zeta Tools GmbH",
    "Theta Solar",
    "Gmina Nowa",
    "Lambda Systems",
    "Politechnika Nadrzeczna",
]
LEAD = (
    "Klaster Nadrzeczny zakończył w tym tygodniu projekt, w którym dwanaście firm i trzy uczelnie"
    " wspólnie opracowały nową metodę odzyskiwania ciepła z procesów hutniczych."
)
SECOND = (
    "Wyniki zostaną pokazane wiosną na targach, a koordynator zapowiada już następny projekt,"
    " tym razem poświęcony obiegowi wody w małych zakładach."
)
CHROME_ABOVE = (
    '<div class="header"><a class="logo" href="/">Klaster Nadrzeczny</a></div>'
    '<nav><ul><li><a href="/a">O nas</a></li><li><a href="/b">Aktualności</a></li>'
    '<li><a href="/c">Kontakt</a></li></ul></nav><div class="breadcrumb"><a href="/">Strona'
    ' główna</a> &gt; <a href="/b">Aktualności</a></div>'
)
CHROME_BELOW = (
    '<div class="share"><a href="#">Udostępnij</a> <a href="#">Facebook</a></div>'
    '<div class="sidebar"><h3>Zobacz także</h3><ul><li><a href="/x">Nowe laboratorium</a></li>'
    '<li><a href="/y">Wizyta gości z Danii</a></li></ul></div>'
    "<footer><p>© 2024 Klaster Nadrzeczny. Wszelkie prawa zastrzeżone.</p>"
    '<a href="/p">Polityka prywatności</a></footer>'
    '<div class="cookie-banner">Ta strona używa ciasteczek. <button>Zgoda</button></div>'
)
CHROME_WORDS = (
    "O nas",
    "Kontakt",
    "Udostępnij",
    "Zobacz także",
    "Nowe laboratorium",
    "Wszelkie prawa",
    "Polityka prywatności",
    "ciasteczek",
)


def opened(body: str) -> Document:
    head = "<head><title>Projekt - Klaster Nadrzeczny</title></head>"
    markup = f'<html lang="pl">{head}<body>{CHROME_ABOVE}{body}{CHROME_BELOW}</body></html>'
    return open_document(markup.encode(), "https://klaster.example/aktualnosci/projekt")


def texts(document: Document, kind: str = "") -> list[str]:
    return [block.text for block in document.blocks if not kind or block.kind == kind]


@pytest.mark.parametrize(
    "body",
    [
        f"<main><article><h1>Projekt</h1><p>{LEAD}</p><p>{SECOND}</p></article></main>",
        f'<div id="content"><h2>Projekt</h2><p>{LEAD}<p>{SECOND}</div>',
        f"<table width=800><tr><td width=150>&nbsp;</td><td><b>Projekt</b><br><br>{LEAD}<br><br>"
        f"{SECOND}</td></tr></table>",
        f'<form id="aspnetForm"><div class="ms-rtestate-field"><div>{LEAD}</div><div>{SECOND}'
        "</div></div></form>",
        f'<div class="tx-news-single"><div class="news-text-wrap"><p class="bodytext">{LEAD}</p>'
        f'<p class="bodytext">{SECOND}</p></div></div>',
        f"<center><font size=2>{LEAD}<p>{SECOND}</font></center>",
    ],
    ids=["semantic", "unclosed p", "layout table", "sharepoint", "typo3", "nineties"],
)
def test_content_without_chrome(body: str) -> None:
    document = opened(body)
    assert [text for text in texts(document) if text in (LEAD, SECOND)] == [LEAD, SECOND]
    for words in CHROME_WORDS:
        assert words not in document.text


MEMBERS = {
    "plain list": "<ul>" + "".join(f"<li>{name}</li>" for name in NAMES) + "</ul>",
    "linked list": "<ul>"
    + "".join(f'<li><a href="/m/{i}">{name}</a></li>' for i, name in enumerate(NAMES))
    + "</ul>",
    "unclosed items": "<ul>" + "".join(f"<li>{name}" for name in NAMES) + "</ul>",
    "items without a list": "".join(f"<li>{name}</li>" for name in NAMES),
    "lines": "<p>" + "<br>".join(NAMES) + "</p>",
    "table": "<table><tr><th>Nazwa</th><th>Miasto</th></tr>"
    + "".join(f"<tr><td>{name}</td><td>Miasto {i}</td></tr>" for i, name in enumerate(NAMES))
    + "</table>",
    "unclosed table": "<table>"
    + "".join(f"<tr><td>{name}<td>Miasto {i}" for i, name in enumerate(NAMES))
    + "</table>",
    "paragraphs": "".join(f"<p>{name}</p>" for name in NAMES),
}


@pytest.mark.parametrize("shape", MEMBERS)
def test_every_member_is_kept_as_a_block_or_cell(shape: str) -> None:
    lead = "<p>Klaster zrzesza obecnie dwanaście firm, uczelni i gmin z całego regionu.</p>"
    document = opened(f'<div class="content"><h1>Członkowie</h1>{lead}{MEMBERS[shape]}</div>')
    found = {text for b in document.blocks for text in (b.cells or (b.text,))}
    assert set(NAMES) <= found


def test_nested_lists_are_not_doubled_and_know_their_depth() -> None:
    body = (
        f"<article><h1>Projekt</h1><p>{LEAD}</p><ul><li>Runda pierwsza w całości rozliczona"
        "<ul><li>Klaster Alfa z Nadrzecza</li><li>Klaster Beta z Podgórza</li></ul></li>"
        "<li>Runda druga nadal trwa</li></ul></article>"
    )
    items = [b for b in opened(body).blocks if b.kind == "item"]
    assert [(b.text, b.level) for b in items] == [
        ("Runda pierwsza w całości rozliczona", 1),
        ("Klaster Alfa z Nadrzecza", 2),
        ("Klaster Beta z Podgórza", 2),
        ("Runda druga nadal trwa", 1),
    ]


def test_bullets_made_by_hand_are_items() -> None:
    body = (
        f"<article><p>{LEAD}</p><p>Nagrodzeni:<br>• Klaster Alfa<br>- Klaster Beta<br>"
        f"3) Klaster Gamma</p><p>{SECOND}</p></article>"
    )
    assert texts(opened(body), "item") == ["• Klaster Alfa", "- Klaster Beta", "3) Klaster Gamma"]


def test_a_sentence_that_wraps_stays_whole() -> None:
    body = f"<article><p>{LEAD}</p><p>Umowę podpisano w obecności<br>przedstawicieli gmin,<br>"
    body += "Starosty i Rady.<br>Gratulujemy!</p></article>"
    assert texts(opened(body))[-2:] == [
        "Umowę podpisano w obecności przedstawicieli gmin, Starosty i Rady.",
        "Gratulujemy!",
    ]


def test_rows_have_cells_and_layout_tables_are_none() -> None:
    rows = "".join(f"<tr><td>Klaster {n}</td><td></td><td>{n} maja 2021</td></tr>" for n in "123")
    body = f"<table><tr><td><p>{LEAD}</p><table>{rows}</table><p>{SECOND}</p></td></tr></table>"
    document = opened(body)
    assert [b.cells for b in document.blocks if b.kind == "row"] == [
        (f"Klaster {n}", "", f"{n} maja 2021") for n in "123"
    ]
    assert texts(document, "paragraph") == [LEAD, SECOND]


def test_bold_paragraphs_are_marked() -> None:
    body = f"<article><p><b>I runda</b></p><p>{LEAD}</p><p>To <b>ważne</b>: {SECOND}</p></article>"
    assert [b.bold for b in opened(body).blocks] == [True, False, False]


def test_headings_keep_their_level_and_one_block() -> None:
    body = f"<article><h2>Projekt<br>zakończony</h2><p>{LEAD}</p><h3>Co dalej</h3><p>{SECOND}</p>"
    headings = [b for b in opened(body).blocks if b.kind == "heading"]
    assert [(b.text, b.level) for b in headings] == [("Projekt zakończony", 2), ("Co dalej", 3)]


def test_links_side_by_side_do_not_run_together() -> None:
    body = f"<article><p>{LEAD}</p><p>Partnerzy: <a href=/a>Alfa</a><a href=/b>Beta</a></p>"
    assert "Partnerzy: Alfa Beta" in opened(body).text


def test_text_for_those_without_scripts_is_read_where_there_is_no_other() -> None:
    inner = f"<noscript><article><h1>Projekt</h1><p>{LEAD}</p><p>{SECOND}</p></article></noscript>"
    alone = open_document(f"<html><body><div id=app></div>{inner}</body></html>".encode())
    assert LEAD in alone.text
    beside = f"<main><p>{SECOND * 4}</p></main><noscript><p>Włącz obsługę skryptów.</p></noscript>"
    assert "skryptów" not in open_document(f"<html><body>{beside}</body></html>".encode()).text


def test_positions_lead_back_to_the_layout() -> None:
    document = opened(f"<article><h1>Projekt</h1><p>{LEAD}</p></article>")
    for block in document.blocks:
        assert document.layout.segments[block.position].text == block.text


def test_english_chrome_on_a_polish_page_is_chrome_too() -> None:
    body = f"<article><h1>Projekt</h1><p>{LEAD}</p><p>{SECOND}</p><p>Leave a Reply</p>"
    body += "<p>Fot. Jan Przykładowy</p></article>"
    assert texts(opened(body), "paragraph") == [LEAD, SECOND]


@pytest.mark.parametrize(
    ("head", "header", "source", "expected"),
    [
        ('<meta property="og:site_name" content="Park Nadrzeczny">', "", None, "Park Nadrzeczny"),
        ('<meta property="og:site_name" content="razem rośniemy!">', "", None, None),
        (
            '<script type="application/ld+json">{"@type": "NewsArticle", "publisher":'
            ' {"@type": "Organization", "name": "Fundacja Nadrzeczna"}}</script>',
            "",
            None,
            "Fundacja Nadrzeczna",
        ),
        (
            "<title>Projekt | Klaster Nadrzeczny</title>",
            '<div class="site-title">Klaster Nadrzeczny</div>',
            None,
            "Klaster Nadrzeczny",
        ),
        ("<title>Projekt | Wieści</title>", "", None, None),
    ],
)
def test_publisher(head: str, header: str, source: None, expected: str | None) -> None:
    markup = (
        f"<html><head>{head}</head><body>{header}<article><p>{LEAD}</p></article></body></html>"
    )
    assert open_document(markup.encode(), source=source).publisher == expected


def test_a_table_for_layout_is_no_row() -> None:
    page = opened(
        f"<table><tr><td><h1>Projekt</h1><p>{LEAD}</p><p class='x'><a href=''>« powrót</a></p></td>"
        "<td><div><strong>Tereny pod budowę</strong><br><a href='/t'>Zapytaj</a></div></td></tr>"
        "</table>"
    )
    assert LEAD in page.text.split("\n")
    for words in ("powrót", "Tereny pod budowę", "Zapytaj"):
        assert words not in page.text


def test_lines_that_are_only_chrome_are_left_out_amid_the_text() -> None:
    page = opened(
        f"<div><h1>Projekt</h1><p>{LEAD}</p><p>PL EN DE</p><p>{SECOND}</p><p>Newsletter</p>"
        "<p>© 2021 Klaster Nadrzeczny</p></div>"
    )
    lines = page.text.split("\n")
    assert LEAD in lines
    assert SECOND in lines
    assert not {"PL EN DE", "Newsletter", "© 2021 Klaster Nadrzeczny"} & set(lines)


def test_a_site_s_own_chrome_is_left_out_of_its_pages_only() -> None:
    brands = "Brands of the group Nadrzeczny: water, heat"
    markup = f"<div><h1>Projekt</h1><p>{LEAD}</p><p>{brands}</p><p>{SECOND}</p></div>".encode()
    site = Source(name="river", url="https://river.example/", chrome=["Brands of the Group"])
    assert brands in open_document(markup).text
    assert open_document(markup, source=site).text.split("\n")[-2:] == [LEAD, SECOND]


CARDS = "".join(
    f'<div class="tile"><h3>Workshop {name}</h3><p>Two days for members, {day} seats.</p></div>'
    for day, name in enumerate(("Robotics", "Logistics", "Optics", "Textiles", "Timber"), 7)
)


def test_long_text_out_of_sight_is_no_content_of_a_listing():
    terms = "".join(
        f"<p>We process personal data number {number} for the purposes that are set out below, as"
        " long as it is needed for them and the law of the country allows it.</p>"
        for number in range(2)
    )
    document = open_document(
        f'<html lang="en"><body><main><h1>Workshops</h1>{CARDS}</main>'
        f'<div aria-hidden="true"><section>{terms}</section></div></body></html>'.encode()
    )
    assert "Workshop Timber" in document.text
    assert "personal data" not in document.text


def test_a_menu_written_as_one_block_is_no_content_however_long_it_is():
    menu = " ".join(f'<a href="/{number}">Members of group {number}</a>' for number in range(150))
    document = open_document(
        f'<html lang="en"><body><nav><div>{menu}</div></nav><div><h1>Workshops</h1>{CARDS}</div>'
        "</body></html>".encode()
    )
    assert "Workshop Timber" in document.text
    assert "Members of group" not in document.text


def test_parts_of_a_page_that_comments_part_read_as_without_them():
    document = open_document(
        b'<html lang="en"><body><h1>News</h1><p>The cl<!-- x -->uster grew by three members in'
        b" March, <!-- y --><b>says</b> its coordinator.</p></body></html>"
    )
    assert "The cluster grew by three members in March, says its coordinator." in document.text
