"""What all pages share: languages, headers, errors, words, links to elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import nodes
from lxml import html
from pages_served import Pages, words_of

from feeds.pages.links import outside_host, outside_link
from feeds.pages.rendering import _ENVIRONMENT, TEMPLATES
from feeds.pages.site import preferred
from feeds.pages.words import WORDS, Words, placeholders


def used_words(path: Path) -> tuple[set[str], set[str]]:
    """The keys, and the groups of closed lists, that a template asks for."""
    tree = _ENVIRONMENT.parse(path.read_text(encoding="utf-8"))
    keys, groups = set(), set()
    for call in tree.find_all(nodes.Call):
        asked = call.args[0].value if call.args and isinstance(call.args[0], nodes.Const) else None
        if isinstance(call.node, nodes.Name) and call.node.name == "t":
            assert asked is not None, f"{path.name}:{call.lineno}: say the key, or use t.name"
            keys.add(asked)
        elif (
            isinstance(call.node, nodes.Getattr)
            and getattr(call.node.node, "name", "") == "t"
            and call.node.attr == "name"
        ):
            groups.add(asked)
    return keys, groups


@pytest.mark.parametrize("template", sorted(TEMPLATES.iterdir()), ids=lambda path: path.name)
def test_templates_ask_for_known_words(template: Path) -> None:
    keys, groups = used_words(template)
    for words in WORDS.values():
        assert keys <= words.texts.keys()
        for group in groups:
            assert any(key.startswith(f"{group}.") for key in words.texts), group


def test_every_language_has_all_words_with_the_same_blanks() -> None:
    english = WORDS["en"].texts
    for words in WORDS.values():
        assert words.texts.keys() == english.keys()
        for key, text in words.texts.items():
            assert placeholders(text) == placeholders(english[key]), key
            forms = [text] if isinstance(text, str) else list(text.values())
            assert all(isinstance(form, str) and form for form in forms), key
            if not isinstance(text, str):
                assert set(text) == set(words.locale.plural_form.tags) | {"other"}, key


def test_dates_are_as_precise_as_they_are_known() -> None:
    english, polish = Words("en"), Words("pl")
    assert english.day("2024-06-01T10:30") == "1 June 2024, 10:30"
    assert polish.day("2024-06-01") == "1 czerwca 2024"
    assert polish.day("2024-06") == "czerwiec 2024"
    assert english.day("2024") == "2024"
    assert english.day("someday") == "someday"


def test_the_front_door_leads_to_the_readers_language(pages: Pages) -> None:
    polish = pages.get("/", Accept_Language="pl-PL,pl;q=0.9,en;q=0.8")
    assert b'<html lang="pl">' in polish.body
    assert b'<html lang="en">' in pages.get("/", Accept_Language="lt").body
    assert preferred("en;q=x, pl;q=0.1") == "pl"


def test_the_language_switch_keeps_the_page(pages: Pages) -> None:
    tree = pages.read("/en/nowhere?q=a%26b&x=1", 404)
    assert tree.xpath("//*[@class='tongues']//a/@href") == ["/pl/nowhere?q=a%26b&x=1"]


@pytest.mark.parametrize("path", ["/en", "/pl", "/pl/nowhere"])
def test_a_page_runs_nothing_and_loads_nothing_of_others(pages: Pages, path: str) -> None:
    answer = pages.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; ")
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    for sign in (b"<script", b" style=", b" onclick", b"<style"):
        assert sign not in answer.body


def test_errors_are_pages_below_a_language_and_problems_elsewhere(pages: Pages) -> None:
    tree = pages.read("/pl/nowhere", 404)
    assert words_of(tree, "//h1") == "Nie ma takiej strony"
    api = pages.get("/api/nowhere")
    assert (api.status, api.headers["Content-Type"]) == (404, "application/problem+json")


def test_a_page_that_the_reader_has_is_not_sent_again(pages: Pages) -> None:
    first = pages.get("/en")
    again = pages.get("/en", If_None_Match=first.headers["ETag"])
    assert (again.status, again.body) == (304, b"")


def test_the_style_sheet_is_found_under_its_name(pages: Pages) -> None:
    [address] = pages.read("/en").xpath("//link[@rel='stylesheet']/@href")
    answer = pages.get(address)
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["Cache-Control"]
    assert pages.get("/static/..%2Fwords.py").status == 404


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://www.klaster.example/a?b", "www.klaster.example"),
        ("https://łódź.example/", "xn--d-uga0v4h.example"),
        ("https://good.example@evil.example/", "evil.example"),
        ("https://evil.example\\@good.example/", None),
        ("java\nscript:alert(1)", None),
        (" javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//evil.example", None),
        ("https://", None),
        ("https://[::1", None),
        ("", None),
    ],
)
def test_only_addresses_that_mean_one_place_become_links(address: str, host: str | None) -> None:
    assert outside_host(address) == host
    written = outside_link(address, "<b>words</b>")
    assert ("href" in written) == (host is not None)
    assert "&lt;b&gt;words" in written
    if host:
        assert 'rel="noopener noreferrer nofollow ugc"' in written
        assert host.removeprefix("www.") in written


def test_the_interface_s_own_page_needs_no_other_server(pages: Pages) -> None:
    tree = html.document_fromstring(pages.get("/docs").body.decode())
    loaded = tree.xpath("//script/@src | //link/@href")
    assert len(loaded) >= 2
    for address in loaded:
        assert address.startswith("/"), address
        assert pages.get(address).status == 200
