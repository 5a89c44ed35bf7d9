"""A page opens in its own charset, whatever it declares; hostile markup ends in bounded time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.charset import clean_markup, decode, seen
from parsers.opening import open_document

POLISH = "Klaster Przykładowy ogłosił dziś, że dołączyły do niego trzy uczelnie i siedem spółek."
UKRAINIAN = "Кластер оголосив сьогодні, що до нього приєдналися три університети та сім компаній."
GERMAN = "Das Netzwerk begrüßt drei Hochschulen für künftige Vorhaben – darunter „große“ Häuser."
GREEK = "Το δίκτυο ανακοίνωσε σήμερα ότι τρία πανεπιστήμια και επτά εταιρείες εντάχθηκαν."


def page(text: str, head: str = "", language: str = "") -> str:
    lang = f' lang="{language}"' if language else ""
    return (
        f"<html{lang}><head>{head}<title>t</title></head><body><article><h1>Nowina</h1>"
        f"<p>{text}</p></article></body></html>"
    )


def meta(charset: str) -> str:
    return f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">'


@pytest.mark.parametrize(
    ("text", "written", "declared", "header", "expected"),
    [
        (POLISH, "utf-8", "utf-8", "", "utf-8"),
        (POLISH, "cp1250", "windows-1250", "", "cp1250"),
        (POLISH, "iso-8859-2", "iso-8859-2", "", "iso8859-2"),
        (UKRAINIAN, "cp1251", "windows-1251", "", "cp1251"),
        (UKRAINIAN, "koi8-u", "koi8-u", "", "koi8-u"),
        (GERMAN, "cp1252", "iso-8859-1", "", "cp1252"),
        # declarations that are wrong
        (POLISH, "cp1250", "windows-1250", "text/html; charset=utf-8", "cp1250"),
        (POLISH, "cp1250", "utf-8", "text/html; charset=utf-8", "cp1250"),
        (POLISH, "utf-8", "iso-8859-2", "text/html; charset=iso-8859-1", "utf-8"),
        (POLISH + " „Park”", "cp1250", "iso-8859-2", "", "cp1250"),
        # none at all
        (POLISH, "cp1250", "", "", "cp1250"),
        (POLISH, "iso-8859-2", "", "", "iso8859-2"),
        (UKRAINIAN, "cp1251", "", "", "cp1251"),
        (GERMAN, "cp1252", "", "", "cp1252"),
        (POLISH, "utf-8", "", "", "utf-8"),
        # a header alone, and a byte order mark against it
        (POLISH, "iso-8859-2", "", "text/html; charset=ISO-8859-2", "iso8859-2"),
        (POLISH, "utf-8-sig", "iso-8859-2", "text/html; charset=windows-1250", "utf-8"),
        (POLISH, "utf-16", "", "", "utf-16-le"),
    ],
)
def test_text_survives_its_charset(
    text: str, written: str, declared: str, header: str, expected: str
) -> None:
    content = page(text, meta(declared) if declared else "").encode(written)
    document = open_document(content, content_type=header)
    assert text in document.text
    assert document.encoding == expected


def test_utf8_with_one_broken_widget_stays_utf8() -> None:
    content = page(POLISH * 5, meta("utf-8")).encode() + "<p>Gość".encode("cp1250")
    assert decode(content)[1] == "utf-8"
    assert POLISH in decode(content)[0]


def test_a_fetch_cut_off_within_a_letter_is_still_utf8() -> None:
    content = page(POLISH).encode()
    cut = content[: content.index("ł".encode()) + 1]
    assert decode(cut) == (cut[:-1].decode(), "utf-8")


def test_unknown_and_impossible_charset_names_are_passed_over() -> None:
    for name in ("x-user-defined", "utf-7", "idna", "rot13", "base64", "zip", "undefined"):
        assert POLISH in open_document(page(POLISH, meta(name)).encode("cp1250")).text


def test_what_nobody_sees_reaches_no_text() -> None:
    text = "Kla\u200bster\u202e Alfa\u0000 i\u00ad Beta \ufeffdzia&#8203;łają&#x202e; e\u0301 &#1;"
    document = open_document(page(text).encode())
    assert "Klaster Alfa i Beta działają é" in document.text
    assert not set(document.text) & set("\u200b\u202e\u0000\u00ad\ufeff\u0001")


@given(st.text())
def test_seen_text_can_be_stored(text: str) -> None:
    clean = seen(text)
    clean.encode("utf-8")
    assert "\x00" not in clean
    assert seen(clean) == clean
    assert "\u202e" not in clean_markup(text.encode("utf-8", "replace")).decode()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"%PDF-1.7\n1 0 obj", "PDF"),
        (b"PK\x03\x04abc", "zip"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "PNG"),
        (bytes(range(32)) * 100, "binary"),
        (b"x" * 12_000_001, "larger"),
    ],
)
def test_what_is_no_page_says_why(content: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        open_document(content)


@pytest.mark.parametrize("depth", [300, 1_500, 30_000])
@pytest.mark.parametrize("tag", ["div", "b", "table><tr><td", "blockquote"])
def test_no_text_is_lost_in_deep_nesting(depth: int, tag: str) -> None:
    content = page(f"{POLISH}{f'<{tag}>' * depth}Ukryte na samym dnie strony.</p><p>Koniec.")
    started = time.process_time()
    document = open_document(content.encode())
    assert time.process_time() - started < 5
    seen_text = " ".join(segment.text for segment in document.layout.segments)
    for words in (POLISH, "Ukryte na samym dnie strony.", "Koniec."):
        assert words in seen_text


@pytest.mark.parametrize(
    "body",
    [
        "<p>" + "słowo " * 300_000 + "koniec</p>",
        "<p>" + "&amp;&lt;&#322;" * 150_000 + " koniec</p>",
        "<p>" + "<br>" * 200_000 + "koniec</p>",
        "<a " * 200_000 + "><p>koniec</p>",
        "<p>koniec</p>" + "<!--" * 200_000,
        "<ul>" + "<li>pozycja" * 60_000 + "<li>koniec</ul>",
        "<div class='" + "a-b " * 100_000 + "'>koniec</div>",
        "<table>" + "<tr><td>1<td>2" * 20_000 + "</table><p>koniec</p>",
    ],
)
def test_floods_end_in_bounded_time(body: str) -> None:
    started = time.process_time()
    document = open_document(f"<html><body>{body}</body></html>".encode())
    assert time.process_time() - started < 12
    assert "koniec" in document.layout.segments[-1].text


def test_a_tag_with_too_many_attributes_is_refused_at_once() -> None:
    crowd = " ".join(f"a{n}=1" for n in range(200_000))
    started = time.process_time()
    with pytest.raises(ValueError, match="more than 5000 attributes"):
        open_document(page(f"<p {crowd}>koniec</p>").encode())
    assert time.process_time() - started < 2
    scripted = page(f"<script>{'if (a<b) c(); ' * 9_000}</script>{POLISH}")
    assert POLISH in open_document(scripted.encode()).text


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_bytes_open_or_are_refused(content: bytes) -> None:
    try:
        document = open_document(content)
    except ValueError:
        return
    document.text.encode("utf-8")


_PIECES = (
    "<div> </div> <p> <li> </ul> <table> <tr> <td> </table> <b> </a> <a href=x> <br> <!-- -->"
    " <h2> </h1> <form> <nav> </nav> <script> </script> <header> <!x> <?y ?> </p> słowo &nbsp;"
    " <select> <option> </body> <svg> <noscript> &#0; <title> </title>"
)
_MARKUP = st.lists(st.sampled_from(_PIECES.split(" ")), max_size=40)


@settings(max_examples=300, deadline=None)
@given(_MARKUP)
def test_any_markup_opens(pieces: list[str]) -> None:
    document = open_document(("<html><body>" + " ".join(pieces) + "</body></html>").encode())
    assert document.text == "\n".join(block.text for block in document.blocks)
    assert all(block.text == " ".join(block.text.split()) for block in document.blocks)


_AROUND = (
    "<div>,</div>,<ul><li>Menu</li></ul>,<table><tr><td>x</td></tr></table>,<b>,</b>,<br>,"
    "<nav><a href=/a>Start</a></nav>,<header>Klaster</header>,<p>,<li>,<i>,<!-- -->"
)
_BEFORE = st.lists(st.sampled_from(_AROUND.split(",")), max_size=20)


@settings(max_examples=200, deadline=None)
@given(_BEFORE, _BEFORE)
def test_the_paragraph_of_an_article_is_never_lost(before: list[str], after: list[str]) -> None:
    markup = "".join(before) + f"<article><p>{POLISH}</p></article>" + "".join(after)
    assert POLISH in open_document(f"<html><body>{markup}</body></html>".encode()).text


def test_scripts_that_never_end_are_passed_over_in_linear_time() -> None:
    content = page(f"{POLISH}{'<div>' * 400}Na dnie.{'<script ' * 100_000}")
    started = time.process_time()
    document = open_document(content.encode())
    assert time.process_time() - started < 5
    assert POLISH in document.text


def test_closing_tags_that_close_nothing_hide_no_depth() -> None:
    content = page(f"{POLISH}{'<div></b>' * 5_000}Ukryte na samym dnie strony.")
    seen_text = " ".join(s.text for s in open_document(content.encode()).layout.segments)
    assert POLISH in seen_text
    assert "Ukryte na samym dnie strony." in seen_text
