"""What readers come for: search, organizations, news, events; links that lead somewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any
from urllib.parse import quote, urldefrag, urljoin

import pytest
from icalendar import Calendar
from lxml import html
from operated import LABEL, fill, operated
from pages_served import Pages, words_of
from served import article, event
from sqlalchemy import Engine, select, update
from worlds import SOURCE, address, at, crawl, visit

from feeds.pages.events import days_of
from items import Certification, DatedValue, Event, NewsArticle, Organization, Relation
from models import begin_run, finish_run, open_database
from models.claims import Article
from models.entries import Entry
from models.registry import RegisteredOrganization
from pipelines.removal import settle_removals
from pipelines.writer import Writer
from registry import Owner, settle
from registry.entries import settle_entries
from registry.review import merge

PAYLOADS = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "{{ 7 * 7 }}{% raw %}",
    "</title></textarea><svg onload=alert(1)>",
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A directory of labels, news and events, for tests that change nothing."""
    engine = open_database(str(tmp_path_factory.mktemp("read") / "store.db"))
    fill(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def shown(world: Engine) -> Iterator[Pages]:
    """Its pages."""
    with operated(str(world.url.database), world) as pages:
        yield pages


_OF_ONE_PATH = 3
"""So many queries of one path are followed: the same list, otherwise filtered."""


def id_of(engine: Engine, name: str) -> str:
    table = RegisteredOrganization
    with engine.connect() as connection:
        return connection.scalars(select(table.id).where(table.name == name)).one()


def entry_of(engine: Engine, kind: str) -> str:
    with engine.connect() as connection:
        query = select(Entry.id).where(Entry.kind == kind, Entry.day != "")
        return connection.scalars(query.limit(1)).one()


def test_one_search_finds_all_without_accents(pages: Pages) -> None:
    found = pages.read("/en/search?q=lodz")
    assert words_of(found, "//section[@aria-labelledby='news']//h3") == "Nowy park w Łodzi"
    assert not found.xpath("//section[@aria-labelledby='events']")
    found = pages.read("/pl/search?q=WODOROWE")
    assert words_of(found, "//section[@aria-labelledby='events']//h3") == "Targi wodorowe"
    found = pages.read("/pl/search?q=parkowy")
    names = words_of(found, "//section[@aria-labelledby='organizations']//h3")
    assert names == "Klaster Parkowy"


def test_a_search_that_finds_nothing_offers_a_wider_one(shown: Pages) -> None:
    found = shown.read("/en/search?q=otwor")
    [wider] = found.xpath("//main//p[@class='notice']//a/@href")
    assert "Nowy park w Łodzi" in words_of(shown.read(wider))


def test_the_first_page_counts_and_shows_the_latest(shown: Pages) -> None:
    tree = shown.read("/en")
    figures = words_of(tree, "(//ul[@class='figures'])[1]")
    assert "2 pieces of news" in figures
    assert "1 event" in figures
    assert "Nowy park w Łodzi" in words_of(tree)
    assert "2 aktualności" in words_of(shown.read("/pl"), "(//ul[@class='figures'])[1]")


def test_organizations_are_listed_filtered_and_entered_at_a_letter(shown: Pages) -> None:
    def names(path: str) -> list[str]:
        return [one.text_content().strip() for one in shown.read(path).xpath("//main//h3")]

    every = names("/en/organizations")
    assert every == sorted(every)
    assert {"Fundacja Wody", "Klaster Wodny", "Klaster Parkowy"} <= set(every)
    assert names("/en/organizations?kind=foundation&country=&q=") == ["Fundacja Wody"]
    assert names("/en/organizations?q=wodny") == ["Klaster Wodny"]
    [at_k] = shown.read("/en/organizations").xpath("//*[@class='letters']//a[.='K']/@href")
    assert names(at_k) == [name for name in every if name > "K"]


def test_an_organization_shows_its_facts_with_their_evidence(shown: Pages, world: Engine) -> None:
    one = id_of(world, "Klaster Wodny")
    tree = shown.read(f"/en/organizations/{one}")
    assert words_of(tree, "//h1") == "Klaster Wodny"
    labels = tree.xpath("//section[@aria-labelledby='labels']//tbody/tr")
    assert any("Label of Tests" in row.text_content() for row in labels)
    assert any("1 May 2025" in row.text_content() for row in labels)
    ties = words_of(tree, "//section[@aria-labelledby='ties']")
    assert "Coordinated by Fundacja Wody" in ties
    for part in ("names", "labels", "ties"):
        [*grounds] = tree.xpath(f"//section[@aria-labelledby='{part}']//details//blockquote")
        assert grounds, part
        assert "Klaster Wodny ma znak" in grounds[0].text_content()
        assert "parkowo.example" in grounds[0].text_content()
        assert "seen on" in grounds[0].text_content()
    assert "Koordynator: Fundacja Wody" in words_of(shown.read(f"/pl/organizations/{one}"))


def test_a_merged_organization_leads_to_the_one_that_stands(pages: Pages, engine: Engine) -> None:
    crawl(
        engine,
        [visit(7, day=1, items=[Organization(name="Zatoka", url=address(7), source=SOURCE)])],
        day=1,
    )
    settle(engine, owners={SOURCE: Owner("Klaster Parkowy", country="PL", language="pl")})
    kept, gone = id_of(engine, "Klaster Parkowy"), id_of(engine, "Zatoka")
    merge(engine, kept, gone)
    tree = pages.read(f"/en/organizations/{gone}")
    assert words_of(tree, "//h1") == "Klaster Parkowy"
    assert gone in words_of(tree)
    assert tree.xpath("//*[@class='tongues']//a/@href") == [f"/pl/organizations/{kept}"]
    with engine.begin() as connection:
        connection.execute(update(RegisteredOrganization).values(withdrawn=True))
    assert words_of(pages.read(f"/en/organizations/{kept}", 410), "//h1") == "Klaster Parkowy"


def test_news_is_filtered_and_foreign_words_have_their_language(pages: Pages) -> None:
    tree = pages.read("/en/news?country=PL&language=pl&utm_source=letter")
    assert [h.text_content().strip() for h in tree.xpath("//h3")] == [
        "Nowy park w Łodzi",
        "Bez daty",
    ]
    assert set(tree.xpath("//h3//bdi/@lang")) == {"pl"}
    [feed] = tree.xpath("//main//a[.='Atom']/@href")
    assert feed == "/feeds/news.atom?country=PL&language=pl"
    assert not pages.read("/pl/news").xpath("//h3//bdi/@lang")
    assert not pages.read("/en/news?country=DE").xpath("//h3")
    assert pages.get("/en/news?country=nowhere").status == 422
    assert pages.get("/en/news?after=nonsense").status == 422


def test_an_article_tells_its_date_and_what_it_rests_on(shown: Pages, world: Engine) -> None:
    one = entry_of(world, "article")
    tree = shown.read(f"/en/news/{one}")
    assert tree.xpath("//h1//bdi/@lang") == ["pl"]
    assert tree.xpath("//main//ul[@class='meta']//time/@datetime") == ["2026-02-03"]
    assert "Zdanie o: Nowy park" in words_of(tree, "//blockquote")
    assert f"/id/{one}" in tree.xpath("//link[@rel='alternate']/@href")
    undated = [href for href in shown.read("/en/news").xpath("//h3/a/@href") if one not in href]
    assert "no date: the page names none" in words_of(shown.read(undated[0]))


def test_what_is_gone_says_so_and_stays_readable(pages: Pages, engine: Engine) -> None:
    for day in (1, 3):
        run = begin_run(engine, SOURCE, now=at(day))
        writer = Writer(engine, clock=lambda day=day: at(day))  # type: ignore[misc]
        writer.put(visit(1, day, status=404), run)
        writer.close()
        settle_removals(engine, run, complete=True, now=at(day))
        finish_run(engine, run, "ok", now=at(day))
    settle_entries(engine, {SOURCE: "PL"})
    with engine.connect() as connection:
        gone = connection.scalars(select(Entry.id).where(Entry.gone_at.is_not(None))).one()
    tree = pages.read(f"/en/news/{gone}", 410)
    assert "No page has stated this since" in words_of(tree)
    assert "Nowy park w Łodzi" in words_of(tree, "//h1")


def test_the_calendar_shows_a_month_by_its_days(pages: Pages) -> None:
    tree = pages.read("/en/events?month=2026-06")
    assert words_of(tree, "//section[@class='day']/h2") == "Wednesday, 10 June 2026"
    assert "10 June 2026 – 12 June 2026" in words_of(tree, "//section[@class='day']")
    [webcal] = tree.xpath("//a[starts-with(@href, 'webcal:')]/@href")
    assert webcal.startswith("webcal://127.0.0.1:")
    empty = pages.read("/pl/events?month=2026-01&country=PL")
    assert "nie są znane żadne wydarzenia" in words_of(empty)
    [later] = empty.xpath("//nav[@class='months']/a[@rel='next']/@href")
    assert "Targi wodorowe" in words_of(pages.read(f"/pl/events{later}"))
    assert not empty.xpath("//nav[@class='months']/a[@rel='prev']")
    listed = pages.read("/en/events?q=wodorowe")
    assert [h.text_content().strip() for h in listed.xpath("//main//h3")] == ["Targi wodorowe"]
    assert pages.get("/en/events?month=2026-13").status == 422
    assert pages.get("/en/events?month=0000-01").status == 200


def test_days_are_in_order_with_what_has_no_day_at_the_end() -> None:
    views = [{"start": start} for start in ("2026-06", "2026-06-20", "2026-06-03T10:00", "2026-05")]
    days = [day for day, _ in days_of(views, date(2026, 6, 1))]
    assert days == ["", "2026-06-03", "2026-06-20", "2026-06"]


def test_one_event_goes_into_a_calendar(shown: Pages, world: Engine) -> None:
    one = entry_of(world, "event")
    tree = shown.read(f"/en/events/{one}")
    [file] = tree.xpath("//main//a[contains(@href, 'calendar.ics')]/@href")
    answer = shown.get(file)
    assert answer.headers["Content-Type"].startswith("text/calendar")
    [entry] = Calendar.from_ical(answer.body).walk("VEVENT")
    assert (entry["summary"], entry["uid"]) == ("Targi wodorowe", f"{one}@clusterfeed")


def hostile_items() -> dict[int, list[Any]]:
    """All payloads in every text that a page can give, on two pages."""
    made: dict[int, list[Any]] = {}
    for number, bad in enumerate((" ".join(PAYLOADS), " ".join(reversed(PAYLOADS))), 1):
        facts: dict[str, Any] = {
            "source": SOURCE,
            "url": f"{address(number)}?{quote(bad)}'\"",
            "language": "lt",
            "evidence": f"Said {bad}",
        }
        made[number] = [
            NewsArticle(
                headline=f"News {bad}",
                body=f"Body {bad}\n{bad}",
                summary=bad,
                author=bad,
                image=f"https://x.example/{quote(bad)}",
                date_published=DatedValue("2026-02-01", "day", "byline", bad),
                **facts,
            ),
            Event(
                name=f"Fair {bad}",
                start="2026-06-10",
                kind=bad,
                place=bad,
                city=bad,
                organizer=bad,
                **facts,
            ),
            Certification(scheme=LABEL, holder=f"Klaster {bad}", level=bad, round=bad, **facts),
            Organization(
                name=f"Klaster {bad}",
                names={"en": f"Cluster {bad}"},
                website=f"https://x.example/?{bad}",
                **facts,
            ),
            Relation(
                subject=f"Fundacja {bad}", relation="member_of", object=f"Klaster {bad}", **facts
            ),
        ]
    return made


def all_pages(pages: Pages, *languages: str) -> Iterator[tuple[str, html.HtmlElement]]:
    """Every page of these languages that links lead to; of all other addresses, that they are
    there."""
    todo, seen = [f"/{language}" for language in languages], set()
    kinds: Counter[str] = Counter()
    while todo:
        path = todo.pop()
        first = path.split("/")[1]
        if path in seen or (first in ("en", "pl") and first not in languages):
            continue
        seen.add(path)
        kinds[path.partition("?")[0]] += 1
        if kinds[path.partition("?")[0]] > _OF_ONE_PATH:
            continue
        answer = pages.get(path)
        assert answer.status in (200, 410), (path, answer.status)
        if not answer.headers["Content-Type"].startswith("text/html") or path == "/docs":
            continue
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'"), path
        tree = html.document_fromstring(answer.body.decode())
        yield path, tree
        for link in tree.xpath("//a[@href] | //link[@href] | //form[@action and @method='get']"):
            there = urldefrag(urljoin(path, link.get("href") or link.get("action")))[0]
            if there.startswith("/"):
                todo.append(there)


def check(path: str, tree: html.HtmlElement) -> None:
    """What holds for every page."""
    assert len(tree.xpath("//h1")) == 1, path
    assert len(tree.xpath("//main")) == 1, path
    levels = [int(one.tag[1]) for one in tree.xpath("//main//*[self::h1 or self::h2 or self::h3]")]
    assert levels[0] == 1, path
    assert all(b - a <= 1 for a, b in pairwise(levels)), (path, levels)
    assert not tree.xpath("//script | //style | //*[@style] | //iframe | //object | //base"), path
    assert not tree.xpath("//@*[starts-with(name(), 'on')]"), path
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids)), (path, [one for one, n in Counter(ids).items() if n > 1])
    for field in tree.xpath("//input[not(@type='hidden' or @hidden)] | //select | //textarea"):
        assert field.get("aria-label") or tree.xpath("//label[@for=$id]", id=field.get("id")), path
    for link in tree.xpath("//a[@href]"):
        href = link.get("href")
        if href.startswith(("http:", "https:")):
            assert link.get("rel") == "noopener noreferrer nofollow ugc", (path, href)
        else:
            assert href.startswith(("/", "#", "?", "webcal://127.0.0.1:")), (path, href)


def test_all_links_of_all_pages_lead_somewhere(shown: Pages) -> None:
    found = {path for path, tree in all_pages(shown, "en", "pl") if check(path, tree) is None}
    for part in ("organizations/o-", "news/a", "events/e", "sources/", "certificates", "changes"):
        assert any(path.startswith(f"/pl/{part}") for path in found), part


def test_what_is_known_by_its_month_or_year_alone_breaks_no_page(tmp_path_factory: Any) -> None:
    database = str(tmp_path_factory.mktemp("vague") / "store.db")
    engine = open_database(database)
    items: list[NewsArticle | Event] = []
    for day, precision in (("2024", "year"), ("2026-05", "month")):
        news = article(len(items) + 1, f"Nowina {day}", None)
        news.date_published = DatedValue(day, precision, "byline", day)  # type: ignore[arg-type]
        items.append(news)
        items.append(event(len(items) + 1, f"Zjazd {day}", day))
        items.append(event(len(items) + 1, f"Targi {day}", "2026-06-10T10:00", end=day))
    crawl(engine, [visit(number, items=[item]) for number, item in enumerate(items, 1)])
    settle(engine, owners={SOURCE: Owner("Klaster Parkowy", country="PL", language="pl")})
    settle_entries(engine, {SOURCE: "PL"})
    with operated(database, engine) as pages:
        found = {path: words_of(tree) for path, tree in all_pages(pages, "en", "pl")}
        for stream in ("news.atom", "news.rss", "news.json", "events.ics?since=2020-01-01"):
            assert pages.get(f"/feeds/{stream}").status == 200, stream
    engine.dispose()
    every = " ".join(found.values())
    assert all(title in every for title in ("Nowina 2024", "Nowina 2026-05", "Zjazd 2024"))
    assert any(path.startswith("/en/organizations/o-") for path in found)


def test_text_from_the_web_stays_text_in_every_field(tmp_path_factory: Any) -> None:
    database = str(tmp_path_factory.mktemp("bad") / "store.db")
    engine = open_database(database)
    crawl(engine, [visit(number, items=items) for number, items in hostile_items().items()])
    settle(engine, owners={SOURCE: Owner(f"Klaster {PAYLOADS[0]}", country="PL", language="lt")})
    settle_entries(engine, {SOURCE: "PL"})
    with engine.connect() as connection:
        assert len(connection.scalars(select(Article.id)).all()) == 2
    told: set[str] = set()
    with operated(database, engine) as pages:
        for path, tree in all_pages(pages, "en"):
            check(path, tree)
            text = tree.text_content()
            told |= {bad for bad in PAYLOADS if bad in text}
        for bad in PAYLOADS:
            check("search", pages.read(f"/en/search?q={quote(bad)}"))
    engine.dispose()
    assert told == set(PAYLOADS)


def test_the_beginning_of_a_text_is_shown_without_its_headline(
    pages: Pages, engine: Engine
) -> None:
    body = "Ruszył nabór\n" + "Dwieście firm czeka na wyniki. " * 100
    news = article(8, "Ruszył nabór", "2026-02-20", body=body)
    crawl(engine, [visit(8, day=1, items=[news])], day=1)
    settle_entries(engine, {SOURCE: "PL"})
    [link] = pages.read("/en/search?q=nabor").xpath("//h3/a/@href")
    shown = words_of(pages.read(link), "//div[@class='body']")
    assert shown.startswith("Dwieście firm")
    assert shown.endswith("…")
    assert 400 < len(shown) < 1_000
