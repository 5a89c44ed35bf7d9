"""Articles, listings, archives with whole posts and lists of members are told apart."""

from __future__ import annotations

import pytest

from parsers.document import Document
from parsers.kind import read_kind, split_posts
from parsers.opening import open_document

ONE = (
    "Klaster Nadrzeczny zakończył w tym tygodniu projekt, w którym dwanaście firm i trzy uczelnie"
    " wspólnie opracowały nową metodę odzyskiwania ciepła z procesów hutniczych."
)
TWO = (
    "Wyniki zostaną pokazane wiosną na targach, a koordynator zapowiada już następny projekt,"
    " tym razem poświęcony obiegowi wody w małych zakładach przemysłowych regionu."
)
TEASER = "Koordynator podsumował miniony rok i zapowiedział trzy nowe przedsięwzięcia..."
TITLES = ["Projekt zakończony", "Nowi członkowie", "Targi za nami", "Walne zebranie"]
MENU = (
    '<header><a href="/">Klaster Nadrzeczny</a></header><nav><ul><li><a href="/a">O nas</a></li>'
    '<li><a href="/b">Aktualności</a></li></ul></nav>'
)
FOOTER = "<footer>© 2024 Klaster Nadrzeczny. Wszelkie prawa zastrzeżone.</footer>"


def opened(body: str, head: str = "", url: str = "https://klaster.example/2023/01/") -> Document:
    markup = f'<html lang="pl"><head>{head}<title>Klaster Nadrzeczny</title></head><body>'
    return open_document((markup + MENU + body + FOOTER + "</body></html>").encode(), url)


def posts(wrap: str) -> str:
    return "".join(
        wrap.format(
            n=n,
            head=f'<h2><a href="/2023/01/{n}-post/">{title}</a></h2>',
            body=f"<p>{ONE} Wydanie {n}.</p><p>{TWO}</p>"
            f"<ul><li>Alfa {n}</li><li>Beta {n}</li></ul>",
        )
        for n, title in enumerate(TITLES)
    )


@pytest.mark.parametrize(
    "wrap",
    [
        '<article id="post-{n}" class="post-{n} post hentry category-x{n}">{head}{body}</article>',
        '<div class="post" id="post-{n}">{head}<div class="entry">{body}</div></div>',
        '<div class="items-row">{head}<div>{body}</div></div>',
        "{head}{body}",
    ],
    ids=["article", "div.post", "joomla", "bare headings"],
)
def test_an_archive_is_split_into_its_posts(wrap: str) -> None:
    document = opened(f'<div id="content">{posts(wrap)}</div>')
    assert read_kind(document) == "archive"
    found = split_posts(document)
    assert [post.headline for post in found] == TITLES
    assert [post.url for post in found] == [
        f"https://klaster.example/2023/01/{n}-post/" for n in range(4)
    ]
    for n, post in enumerate(found):
        assert f"Wydanie {n}." in post.text
        assert "Wydanie" not in post.text.replace(f"Wydanie {n}.", "")
        assert [b.text for b in post.blocks if b.kind == "item"] == [f"Alfa {n}", f"Beta {n}"]
        assert post.language == "pl"
        assert "Wszelkie prawa" not in post.text


def test_a_listing_of_teasers_has_no_posts() -> None:
    teasers = "".join(
        f'<div class="news-item"><span class="date">{n + 1}.03.2024</span><h3><a href="/n/{n}">'
        f'{title}</a></h3><p>{TEASER}</p><a href="/n/{n}">Czytaj więcej</a></div>'
        for n, title in enumerate(TITLES)
    )
    document = opened(f'<div id="content"><h1>Aktualności</h1>{teasers}</div>')
    assert read_kind(document) == "listing"
    assert split_posts(document) == []


def test_an_article_with_teasers_below_is_an_article() -> None:
    related = "".join(
        f'<div class="related-item"><h3><a href="/n/{n}">{title}</a></h3><p>{TEASER}</p></div>'
        for n, title in enumerate(TITLES)
    )
    head = '<meta property="og:type" content="article">'
    body = f"<article><h1>Projekt</h1><p>{ONE}</p><p>{TWO}</p><p>{ONE}</p></article>"
    document = opened(f"<main>{body}<section>{related}</section></main>", head)
    assert read_kind(document) == "article"
    assert split_posts(document) == []


def test_sections_of_one_article_are_no_posts() -> None:
    sections = "".join(f"<h2>{title}</h2><p>{ONE}</p><p>{TWO}</p>" for title in TITLES)
    document = opened(f"<article><h1>Projekt</h1>{sections}</article>")
    assert read_kind(document) == "article"
    assert split_posts(document) == []


def test_a_member_list() -> None:
    names = "".join(f"<li>Zakład Przykładowy nr {n}</li>" for n in range(20))
    document = opened(f'<div class="content"><h1>Członkowie klastra</h1><ul>{names}</ul></div>')
    assert read_kind(document) == "members"


def test_a_page_about_the_cluster_is_a_page() -> None:
    body = f'<div class="content"><h1>O nas</h1><p>{ONE}</p><p>{TWO}</p></div>'
    assert read_kind(opened(body, url="https://klaster.example/o-nas")) == "page"


def test_headings_that_lead_nowhere_safe_keep_the_page_s_address() -> None:
    body = posts('<div class="post">{head}{body}</div>').replace("/2023/01/0-post/", "javascript:x")
    found = split_posts(opened(body))
    assert found[0].url == "https://klaster.example/2023/01/"


def test_an_empty_page_has_a_kind() -> None:
    document = open_document(b"<html><body></body></html>")
    assert read_kind(document) == "page"
    assert split_posts(document) == []
