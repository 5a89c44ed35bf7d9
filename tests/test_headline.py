"""The headline is what the page calls itself: not its site, its sections or its neighbours."""

from __future__ import annotations

import pytest

from parsers.opening import open_document

TEXT = (
    "<p>The network opened its third laboratory this week, and twelve companies from the region"
    " have already signed up for tests that begin in the spring.</p>"
    "<p>The coordinator expects the first results before the end of the summer.</p>"
)


def headline(head: str, body: str, url: str = "https://www.park.example/news/lab") -> str | None:
    markup = f'<html lang="en"><head>{head}</head><body>{body}</body></html>'
    return open_document(markup.encode(), url).headline


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        # the site's name behind, before, and by whatever mark
        ("<title>New lab opened - Example Park</title>", f"<h1>New lab opened</h1>{TEXT}", 0),
        ("<title>Example Park | New lab opened</title>", f"<h1>New lab opened</h1>{TEXT}", 0),
        (
            '<title>New lab opened » Example Park</title><meta property="og:site_name"'
            ' content="Example Park">',
            f"<h1>Example Park</h1><div>{TEXT}</div>",
            0,
        ),
        # the h1 is the logo
        (
            '<title>New lab opened - Example Park</title><meta property="og:title"'
            ' content="New lab opened">',
            f'<header><h1 class="logo">Example Park</h1></header><h2>New lab opened</h2>{TEXT}',
            0,
        ),
        # the head says it for search engines, the page for its readers
        (
            "<title>Lab opening: the new lab in our region</title>",
            f"<article><h1>New lab opened</h1>{TEXT}</article>",
            0,
        ),
        # a line above it in the same heading
        (
            "<title>New lab opened | Example Park</title>",
            f'<h1><span class="kicker">Research</span> <span>New lab opened</span></h1>{TEXT}',
            0,
        ),
        # a heading beside the text
        (
            "<title>park.example</title>",
            f"<main>{TEXT}</main><aside><h2>Related posts</h2><ul><li>One</li></ul></aside>",
            1,
        ),
        ("<title>park.example</title>", f"<main>{TEXT}</main>", 1),
        # a dash of its own
        (
            "<title>New lab opened – and twelve firms are in</title>",
            f"<h1>New lab opened – and twelve firms are in</h1>{TEXT}",
            2,
        ),
    ],
)
def test_headline(head: str, body: str, expected: int) -> None:
    wanted = ("New lab opened", None, "New lab opened – and twelve firms are in")[expected]
    found = headline(head, body)
    assert found == wanted


def test_no_headline_where_the_page_only_names_its_site() -> None:
    head = '<title>Example Park</title><meta property="og:site_name" content="Example Park">'
    assert headline(head, f"<main>{TEXT}</main>") is None


def test_invisible_characters_and_line_breaks_are_no_part_of_it() -> None:
    body = f"<h1>New\u200b lab<br>  opened\u202e</h1>{TEXT}"
    assert headline("", body) == "New lab opened"


def test_a_headline_of_megabytes_is_none() -> None:
    assert len(headline(f"<title>{'long ' * 200_000}</title>", TEXT) or "") <= 400


@pytest.mark.parametrize(
    ("head", "body"),
    [
        pytest.param(
            "<title>Research: New lab opened</title>",
            f'<h1><span class="roofline">Research</span> New lab opened</h1>{TEXT}',
            id="a line above it that the title repeats",
        ),
        pytest.param(
            "<title>Labs - New lab opened</title>",
            f'<h1><a href="/x"><span class="label">Labs</span> New lab opened</a></h1>{TEXT}',
            id="a label within its link",
        ),
        pytest.param(
            "<title>New</title>",
            f"<h1><span>New lab</span> New lab opened</h1>{TEXT}",
            id="a line above it whose words it repeats",
        ),
        pytest.param(
            "<title>16.12.2025 - New lab opened</title>",
            f"<h2>16.12.2025 - New lab opened</h2>{TEXT}",
            id="its day before it",
        ),
        pytest.param(
            "<title>New lab opened</title>",
            f"<h1>December 16, 2025</h1>{TEXT}",
            id="a day alone is none",
        ),
        pytest.param(
            "<title>New lab opened</title>",
            f"<h1>New lab opened<a class='headerlink' href='#lab'>¶</a></h1>{TEXT}",
            id="the mark of a link to itself",
        ),
        pytest.param(
            "<title>Labs and money: what the region pays</title>"
            '<meta property="og:title" content="Labs and money: what the region pays">',
            f"<div><h1>New lab opened</h1></div>{TEXT}<h2>What labs cost the region</h2>{TEXT}",
            id="the only h1",
        ),
        pytest.param(
            "", f"<title>New lab opened</title><p>{TEXT}</p>", id="a title below the head"
        ),
        pytest.param(
            "", f"<h1>New <ruby>lab<rt>læb</rt></ruby> opened</h1>{TEXT}", id="an aid to reading"
        ),
    ],
)
def test_what_stands_around_a_headline(head: str, body: str) -> None:
    assert headline(head, body) == "New lab opened"


@pytest.mark.parametrize(
    "url",
    [
        "https://world.river.example/lab",
        "https://forum.riverworld.example/lab",
        "https://web.archive.org/web/20190101000000/https://riverworld.example/lab",
    ],
)
def test_any_part_of_the_host_may_name_the_site(url: str) -> None:
    body = f"<h1>River World</h1><h2>New lab opened</h2>{TEXT}"
    assert headline("", body, url) == "New lab opened"
