"""The pages for who keeps a directory: labels on a day, sources, changes, review, signing in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest
from operated import PAYLOAD, TOKEN, fill, operated
from pages_served import Pages, words_of
from sqlalchemy import Engine
from worlds import SOURCE

import registry
from feeds.pages.charts_labels import certificate_timeline, terms_of
from feeds.pages.session import COOKIE
from feeds.pages.words import WORDS
from models import open_database
from registry.queries import certificates
from registry.review import questions


@pytest.fixture
def database(filled: Callable[[Callable[[Engine], None]], str]) -> str:
    """A directory with all that is looked after, on each engine."""
    return filled(fill)


@pytest.fixture(scope="module")
def asked() -> list[str]:
    """The sources that were asked to be read."""
    return []


@pytest.fixture
def kept(database: str, engine: Engine) -> Iterator[Pages]:
    """The pages of a server that has a token."""
    with operated(database, engine) as pages:
        yield pages


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory, asked: list[str]) -> Iterator[Pages]:
    """The pages of such a server, for tests that change nothing."""
    database = str(tmp_path_factory.mktemp("shown") / "store.db")
    engine = open_database(database)
    fill(engine)
    with operated(database, engine, asked=asked) as pages:
        yield pages
    engine.dispose()


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """None: where it leads is what is looked at."""


def post(pages: Pages, path: str, cookie: str = "", origin: str | None = None, **fields: str):
    """Send a form as a browser does; returns status, headers and body."""
    base = pages.service.base
    headers = {"Origin": base if origin is None else origin, "Cookie": cookie}
    request = Request(base + path, urlencode(fields).encode(), headers)
    try:
        answer = build_opener(_Stay).open(request, timeout=30)
    except HTTPError as error:
        answer = error
    with answer:
        return answer.status, answer.headers, answer.read().decode()


def signed_in(pages: Pages) -> str:
    """The cookie of who has shown the token."""
    status, headers, _ = post(pages, "/en/sign-in", token=TOKEN, to="/review")
    assert (status, headers["Location"]) == (303, "/en/review")
    return headers["Set-Cookie"].partition(";")[0]


def test_the_register_shows_a_day_with_evidence_as_text(shown: Pages) -> None:
    tree = shown.read("/en/certificates?as_of=2021-06-01")
    assert [a.text_content() for a in tree.xpath("//main//h3")] == ["Klaster Wodny"]
    text = words_of(tree)
    assert "valid" in text
    assert "from 1 January 2020" in text
    assert "until 31 December 2022" in text
    assert PAYLOAD in words_of(tree, "//blockquote")
    assert not tree.xpath("//script")
    every = shown.read("/pl/certificates?as_of=2026-03-04&everything=1&scheme=zz-label&country=&q=")
    states = [one.text_content() for one in every.xpath("//main//*[contains(@class, 'state')]")]
    assert sorted(states) == ["bez podanego końca", "ważne", "wygasło"]
    differ = words_of(every, "//details[contains(., 'Źródła podają różnie')]")
    assert "30 czerwca 2030" in differ
    assert "30 września 2030" in differ
    assert "/api/certificates?as_of=2026-03-04&scheme=zz-label&everything=true" in (
        every.xpath("//main//a/@href")
    )
    shown.read("/en/certificates?as_of=2021-02-30", 422)


def test_the_timeline_of_a_holder_is_drawn_from_the_register(shown: Pages) -> None:
    day = date(2026, 3, 4)
    held = certificates(shown.service.engine, day, text="Klaster Wodny", everything=True).rows
    picture = certificate_timeline(
        terms_of(held, {"zz-label": {"en": "Label of Tests"}}, WORDS["en"]), day, WORDS["en"]
    )
    assert "Label of Tests, gold" in picture
    assert "no end stated · since 1 May 2025" in picture
    assert "1 Jan 2020 – 31 Dec 2022" in picture


def test_sources_show_health_in_words_and_what_is_missing(kept: Pages) -> None:
    tree = kept.read("/en/sources")
    rows = {
        item.xpath(".//h2")[0].text_content(): " ".join(item.text_content().split())
        for item in tree.xpath("//main//li[@class='source']")
    }
    assert list(rows) == ["cichowo", "murowo", "nowo", SOURCE, "polowo"]
    assert "healthy" in rows[SOURCE]
    assert "1 piece of news has no date." in rows[SOURCE]
    assert "No news was found. No events were found." in rows["cichowo"]
    assert "fails" in rows["murowo"]
    assert "turned away: 403 Forbidden" in rows["murowo"]
    assert "needs a look" in rows["polowo"]
    assert "not read yet" in rows["nowo"]
    assert "being read now" in rows["nowo"]
    (strip,) = tree.xpath(f"//li[contains(., '{SOURCE}')]//*[local-name()='svg']")
    assert len(strip.xpath("./*[local-name()='g']")) == 4
    bad = kept.read("/pl/sources?health=bad")
    assert [one.text_content() for one in bad.xpath("//main//h2")] == ["murowo"]
    kept.read("/en/sources?health=worst", 422)


def test_a_source_shows_its_runs(shown: Pages) -> None:
    tree = shown.read(f"/en/sources/{SOURCE}")
    runs = [" ".join(row.text_content().split()) for row in tree.xpath("//tbody/tr")]
    assert [re.sub(r"^\S+ \S+ ", "", run) for run in runs] == [
        "read well 0 0 0 0",
        "less than expected 0 0 0 0 3 items, expected at least 10",
        "not reachable 0 0 0 0 no answer from the site",
        runs[3].split(" ", 2)[2],
    ]
    assert "2 pieces of news" in words_of(tree, "//dl")
    shown.read("/en/sources/nobody", 404)


def test_changes_of_a_week_are_told_by_day_and_kind(shown: Pages) -> None:
    tree = shown.read("/en/changes?until=2026-03-08")
    days = [one.text_content() for one in tree.xpath("//main//section/h2")]
    assert days == ["Thursday, 5 March 2026"]
    kinds = [" ".join(one.text_content().split()) for one in tree.xpath("//main//summary/h3")]
    assert kinds[0] == "Labels gained 2"
    assert any(kind.startswith("New organizations") for kind in kinds)
    assert "Label of Tests, gold" in words_of(tree)
    assert PAYLOAD in words_of(tree, "//blockquote")
    assert "Nothing changed" in words_of(shown.read("/en/changes?until=2026-02-20"))
    assert "W tych dniach nic się nie" in words_of(shown.read("/pl/changes?until=0001-01-01"))


def test_the_review_is_read_only_without_signing_in(shown: Pages) -> None:
    tree = shown.read("/en/review")
    assert {one.text_content() for one in tree.xpath("//article/h3")} == {
        "Zielona Dolina Klaster",
        "Klaster Nowej Energii",
    }
    assert not tree.xpath("//form[contains(@class, 'answers')]")
    assert tree.xpath("//main//a/@href")[0] == "/en/sign-in?to=/review"


def test_who_shows_the_token_answers_and_takes_back(kept: Pages, engine: Engine) -> None:
    (question,) = questions(engine)
    place = f"/en/review/{question.number}"
    assert post(kept, place, verdict="same")[1]["Location"].startswith("/en/sign-in")
    cookie = signed_in(kept)
    assert TOKEN not in cookie
    assert post(kept, place, cookie, verdict="perhaps")[0] == 422
    status, headers, _ = post(kept, place, cookie, verdict="same")
    assert status == 303
    assert questions(engine) == []
    told = kept.get(headers["Location"], Cookie=cookie)
    assert f"Question {question.number} is answered: The same." in told.body.decode()
    assert told.headers["Cache-Control"] == "no-store"
    assert post(kept, place, cookie, verdict="undo")[0] == 303
    assert [one.number for one in questions(engine)] == [question.number]
    assert registry.differences(engine) == []
    assert post(kept, "/en/review/9999", cookie, verdict="same")[0] == 409
    assert post(kept, f"/en/review/{1 << 64}", cookie, verdict="same")[0] == 422


def test_the_cookie_is_no_token_and_cannot_be_made_up(shown: Pages) -> None:
    status, headers, body = post(shown, "/pl/sign-in", token="a-guess", to="/review")
    assert (status, headers["Set-Cookie"]) == (403, None)
    assert "To nie jest ten token" in body
    _, headers, _ = post(shown, "/en/sign-in", token=TOKEN, to="https://evil.example/")
    assert headers["Location"] == "/en/review"
    attributes = headers["Set-Cookie"].lower()
    assert "httponly" in attributes
    assert "samesite=strict" in attributes
    ends, _, proof = (
        headers["Set-Cookie"].partition(";")[0].removeprefix(f"{COOKIE}=").partition(".")
    )
    later = f"{COOKIE}={int(ends) + 60}.{proof}"
    for forged in (later, f"{COOKIE}={ends}.{'0' * 64}", f"{COOKIE}=.", f"{COOKIE}={ends}.ż"):
        answer = shown.get("/en/review", Cookie=forged.encode().decode("latin-1"))
        assert "You are signed in" not in answer.body.decode()
    genuine = shown.get("/en/review", Cookie=f"{COOKIE}={ends}.{proof}")
    assert "You are signed in" in genuine.body.decode()
    _, headers, _ = post(shown, "/en/sign-out")
    assert f'{COOKIE}=""' in headers["Set-Cookie"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_forms_of_other_sites_are_refused(shown: Pages, origin: str) -> None:
    cookie = signed_in(shown)
    for path in ("/en/sign-in", "/en/sign-out", "/en/review/1", f"/en/sources/{SOURCE}/crawl"):
        assert post(shown, path, cookie, origin, token=TOKEN)[0] == 403


def test_who_is_signed_in_asks_for_a_crawl(shown: Pages, asked: list[str]) -> None:
    place = f"/en/sources/{SOURCE}"
    assert "Sign in to have it read now" in words_of(shown.read(place))
    assert post(shown, f"{place}/crawl")[1]["Location"] == f"/en/sign-in?to=/sources/{SOURCE}"
    assert asked == []
    cookie = signed_in(shown)
    assert b"Read it now" in shown.get(place, Cookie=cookie).body
    status, headers, _ = post(shown, f"{place}/crawl", cookie)
    assert (status, headers["Location"]) == (303, f"{place}?asked=1")
    assert asked == [SOURCE]
    assert b"as soon as its turn comes" in shown.get(headers["Location"], Cookie=cookie).body


def test_without_a_token_nothing_can_be_written(shown: Pages) -> None:
    engine = shown.service.engine
    with operated(str(engine.url), engine, token=None) as pages:
        for path in ("/en/sign-in", "/en/sign-out", "/en/review/1", f"/en/sources/{SOURCE}/crawl"):
            assert post(pages, path, token="")[0] in (404, 405)
        assert "clusterfeed review" in words_of(pages.read("/en/review"))
        assert "sign-in" not in "".join(pages.read(f"/en/sources/{SOURCE}").xpath("//@href"))


def test_a_large_form_is_refused(shown: Pages) -> None:
    assert post(shown, "/en/sign-in", token="x" * 20_000)[0] == 413
    assert post(shown, "/en/sign-in", token="ż" * 3, to="\0")[0] == 403
