"""Authors are taken as printed, without the words that announce them."""

from __future__ import annotations

import pytest

from parsers.authors import read_authors
from parsers.opening import open_document

TEXT = (
    "Park Nadrzeczny otworzył w tym tygodniu halę, w której trzy firmy zbudują wspólną linię do"
    " odzyskiwania ciepła."
)


def authors(tail: str, lang: str = "pl", text: str = TEXT) -> list[str]:
    markup = f"<h1>Nowa hala</h1><p>{text}</p><p>{text} I tak dalej.</p>{tail}"
    body = f'<html lang="{lang}"><body><div class="content">{markup}</div></body></html>'
    return read_authors(open_document(body.encode()))


def test_byline_words_are_no_part_of_the_name() -> None:
    byline = '<p><span class="author">Autor Anna Nowak</span></p>'
    assert authors(byline) == ["Anna Nowak"]
    english = "The park opened a hall this week in which three firms will build a common line."
    assert authors(byline, text=english) == ["Anna Nowak"]


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        ("<p><em>Anna Nowak</em></p>", ["Anna Nowak"]),
        ('<p align="right">Jan Lis-Wilk</p>', ["Jan Lis-Wilk"]),
        ("<p>Anna Nowak</p>", ["Anna Nowak"]),
        ("<p>Urząd Miasta</p>", []),
        ("<p><em>Do zobaczenia</em></p>", []),
        ("<p><em>Klaster Nadrzeczny</em></p>", []),
        ('<p><em><a href="/n">Anna Nowak</a></em></p>', []),
    ],
)
def test_a_signature_is_a_name_alone_below_the_text(tail: str, expected: list[str]) -> None:
    assert authors(tail) == expected


def test_in_german_a_signature_must_be_set_apart() -> None:
    german = "In dieser Woche hat der Park eine Halle eröffnet, in der drei Firmen arbeiten werden."
    assert authors("<p>Neue Halle</p>", "de", german) == []
    assert authors("<p><em>Anna Nowak</em></p>", "de", german) == ["Anna Nowak"]
