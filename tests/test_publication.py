"""When a page was published: what counts, what is refused, and the reasons."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from items import DatedValue, Event
from parsers.jsonld import read_jsonld
from parsers.opening import open_document
from parsers.publication import contradicted, read_modification, read_publication
from parsers.publication_labels import without_labels

FETCHED = "2026-03-10T08:00:00Z"
PROSE = (
    "<p>Członkowie klastra rozmawiali o wspólnych badaniach, o szkoleniach dla pracowników i o"
    " pieniądzach na nowe laboratorium, które ma stanąć obok hali produkcyjnej.</p>"
    "<p>Kolejne rozmowy zapowiedziano na wiosnę, a zaproszenia otrzymają wszystkie firmy.</p>"
)


def page(
    main: str, *, head: str = "", before: str = "", after: str = "", lang: str = "pl"
) -> bytes:
    return (
        f'<html lang="{lang}"><head><title>Rozmowy o badaniach</title>{head}</head><body>{before}'
        f"<main><article>{main}</article></main>{after}</body></html>"
    ).encode()


def published(
    content: bytes, url: str = "https://klaster.example/aktualnosci/rozmowy"
) -> DatedValue:
    return read_publication(open_document(content, url, fetched_at=FETCHED))


TITLE = "<h1>Rozmowy o badaniach</h1>"


@pytest.mark.parametrize(
    ("content", "day", "origin"),
    [
        (page(f"{TITLE}<p>Dodano 4 lutego 2019</p>{PROSE}"), "2019-02-04", "byline"),
        (page(f"{TITLE}<div class='date'>04-02-2019</div>{PROSE}"), "2019-02-04", "byline"),
        (page(f"<span class='news-date'>04.02.2019</span>{TITLE}{PROSE}"), "2019-02-04", "byline"),
        (page(f"{TITLE}<p>Publié le 04/02/2019</p>{PROSE}"), "2019-02-04", "byline"),
        (
            page(f"{TITLE}<div class='d'><b>4</b> / <b>lutego</b> / <b>2019</b></div>{PROSE}"),
            "2019-02-04",
            "byline",
        ),
        (
            page(f"{TITLE}<time datetime='2019-02-04'>wczoraj</time>{PROSE}"),
            "2019-02-04",
            "time-tag",
        ),
        (
            page(
                f"{TITLE}{PROSE}",
                head="<meta property='article:published_time' content='2019-02-04T10:00:00+01:00'>",
            ),
            "2019-02-04",
            "meta",
        ),
        (
            page(
                f"{TITLE}{PROSE}",
                head="<script type='application/ld+json'>"
                '{"@graph": [{"@type": "WebSite"}, {"@type": "NewsArticle",'
                ' "datePublished": "2019-02-04"}]}</script>',
            ),
            "2019-02-04",
            "json-ld",
        ),
    ],
)
def test_dates_that_count(content: bytes, day: str, origin: str) -> None:
    found = published(content)
    assert (found.day, found.origin) == (day, origin)


def test_the_address_tells_a_day_or_else_a_month() -> None:
    plain = page(TITLE + PROSE)
    assert published(plain, "https://klaster.example/2019/02/04/rozmowy/").day == "2019-02-04"
    assert published(plain, "https://klaster.example/news/2019-02-04-rozmowy").day == "2019-02-04"
    month = published(plain, "https://klaster.example/2019/02/rozmowy/")
    assert (month.value, month.precision, month.origin) == ("2019-02", "month", "url")
    assert published(plain, "https://klaster.example/2019/31/31/x").value is None


def test_two_witnesses_beat_one_field() -> None:
    content = page(
        f"{TITLE}<p class='date'>Opublikowano: 4 lutego 2019</p>{PROSE}",
        head="<meta property='article:published_time' content='2011-01-01T00:00:00+01:00'>",
    )
    address = "https://klaster.example/2019/02/04/rozmowy"
    assert published(content, address).day == "2019-02-04"


def test_a_time_in_utc_yields_to_the_local_day() -> None:
    content = page(
        f"{TITLE}<p class='date'>Opublikowano: 5 lutego 2019, 00:30</p>{PROSE}",
        head="<meta property='article:published_time' content='2019-02-04T23:30:00Z'>",
    )
    assert published(content).day == "2019-02-05"


@pytest.mark.parametrize(
    "content",
    [
        page(TITLE + PROSE.replace("na wiosnę", "na 14 maja 2019")),
        page(TITLE + PROSE, before="<div class='clock'>Wtorek, 10 marca 2026</div>"),
        page(TITLE + PROSE, before="<header><span>10.03.2026</span></header>"),
        page(TITLE + PROSE, after="<footer>© 2019 Klaster. Stan na 01.02.2019</footer>"),
        page(f"{TITLE}<p>Termin zgłoszeń: 14.05.2019</p>{PROSE}"),
        page(f"{TITLE}<p>4-6 lutego 2019</p>{PROSE}"),
        page(
            TITLE + PROSE,
            after="<div class='nav-previous'>Poprzedni: <a href='/a'>Zebranie</a> 3.01.2019</div>"
            "<div class='nav-next'>Następny: <a href='/b'>Targi</a> 9.03.2019</div>",
        ),
        page(
            TITLE + PROSE,
            after="<ul class='related'>"
            + "".join(
                f"<li class='teaser'><span class='date'>{n}.02.2019</span> <a href='/{n}'>Inny"
                f" wpis numer {n}</a></li>"
                for n in range(1, 6)
            )
            + "</ul>",
        ),
        page(
            TITLE + PROSE,
            after="<div class='comments'><div class='comment'><span class='date'>5.02.2019</span>"
            "<p>Gratuluję!</p></div></div>",
        ),
        page(
            TITLE + PROSE,
            head="<meta property='article:modified_time' content='2019-02-04T10:00:00Z'>",
        ),
        page(f"{TITLE}<p>Ostatnia aktualizacja: 4 lutego 2019</p>{PROSE}"),
        page("<h1>Konferencja klastrów 2019</h1>" + PROSE),
        page(f"{TITLE}<p>Biuletyn marzec/kwiecień 2019</p>{PROSE}"),
    ],
)
def test_decoys_are_refused(content: bytes) -> None:
    assert published(content).value is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (page(TITLE + PROSE), "absent"),
        (page(f"{TITLE}<p class='meta'>Publié le ,</p>{PROSE}", lang="fr"), "empty"),
        (
            page(TITLE + PROSE, head="<meta name='date' content='0001-01-01T00:00:00'>"),
            "empty",
        ),
        (page(f"{TITLE}<p>Termin zgłoszeń: 14.05.2019</p>{PROSE}"), "decoy"),
        (
            page(
                TITLE + PROSE,
                head="<meta property='article:published_time' content='2027-01-01T09:00:00'>",
            ),
            "future",
        ),
    ],
)
def test_reasons(content: bytes, reason: str) -> None:
    assert published(content).reason == reason


def test_a_day_of_slack_for_time_zones() -> None:
    tomorrow = "<meta property='article:published_time' content='2026-03-11T01:00:00+13:00'>"
    assert published(page(TITLE + PROSE, head=tomorrow)).day == "2026-03-11"


def test_without_a_known_fetch_nothing_is_future() -> None:
    head = "<meta property='article:published_time' content='2027-01-01'>"
    document = open_document(page(TITLE + PROSE, head=head))
    assert read_publication(document).day == "2027-01-01"


def test_modification() -> None:
    head = "<meta property='article:modified_time' content='2019-02-04T10:00:00+01:00'>"
    found = read_modification(open_document(page(TITLE + PROSE, head=head), fetched_at=FETCHED))
    assert (found.day, found.origin) == ("2019-02-04", "meta")
    shown = page(f"{TITLE}<p>Dodano 2.02.2019, ostatnia aktualizacja: 4.02.2019</p>{PROSE}")
    document = open_document(shown, fetched_at=FETCHED)
    assert read_modification(document).day == "2019-02-04"
    assert read_publication(document).day == "2019-02-02"
    assert read_modification(open_document(page(TITLE + PROSE))).reason == "absent"


def test_a_past_event_after_the_publication_contradicts_it() -> None:
    day = DatedValue("2019-02-04", "day", "byline", "4 lutego 2019")
    told = Event(name="Targi", start="2019-05-10T09:00", status="past")
    announced = Event(name="Targi", start="2019-05-10", status="scheduled")
    earlier = Event(name="Zebranie", start="2019-02-04", status="past")
    assert contradicted(day, [announced, earlier]) == day
    assert contradicted(day, [earlier, told]).reason == "decoy"
    absent = DatedValue.absent()
    assert contradicted(absent, [told]) == absent


def test_the_article_with_the_headline_is_chosen_among_several() -> None:
    items = ", ".join(
        f'{{"@type": "BlogPosting", "headline": "{title}", "datePublished": "2019-02-0{n}"}}'
        for n, title in enumerate(("Inny wpis", "Rozmowy o badaniach", "Trzeci"), 3)
    )
    script = f"<script type='application/ld+json'>[{items}]</script>"
    assert published(page(TITLE + PROSE, head=script)).day == "2019-02-04"


@pytest.mark.parametrize(
    ("script", "count"),
    [
        ('{"@type": "Article", "author": {"@type": "Person"}}', 2),
        ('// <![CDATA[\n{"@type": "Article"}\n// ]]>', 1),
        ('<!-- {"@type": "Article"} -->', 1),
        ('{"@type": "Article",}', 1),
        ('{"@type": "Article"}{"@type": "Event"', 1),
        ('{"text": "a\nb"};', 1),
        ("[" * 50_000, 0),
        ("no json", 0),
        ("", 0),
    ],
)
def test_jsonld_is_read_as_far_as_it_goes(script: str, count: int) -> None:
    content = page(TITLE, head=f"<script type='application/ld+json'>{script}</script>")
    assert len(read_jsonld(open_document(content).root)) == count


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=300), st.text(max_size=60), st.text(max_size=60))
def test_hostile_markup_gives_an_answer(body: str, stamp: str, url: str) -> None:
    attribute = stamp.replace("'", "").replace("<", "")
    content = page(
        f"{TITLE}<time datetime='{attribute}'>{body}</time>{PROSE}",
        head=f"<meta name='date' content='{attribute}'>",
    )
    found = published(content, f"https://klaster.example/{url}")
    assert found.value is not None or found.reason is not None


def test_deep_nesting_is_walked() -> None:
    content = page(TITLE + "<div>" * 3000 + "<p>5.02.2019</p>" + "</div>" * 3000)
    assert published(content).value is None or published(content).day == "2019-02-05"


@pytest.mark.parametrize(
    ("content", "url", "day"),
    [
        pytest.param(
            page(f"{TITLE}<p>Łódź, (04.02.2019). {PROSE[3:]}"), "", "2019-02-04", id="dateline"
        ),
        pytest.param(
            page(
                f"{TITLE}{PROSE}",
                after='<script>window.state = {"post": {"publishedAt": "2019-02-04T09:00:00"}}'
                "</script>",
            ),
            "",
            "2019-02-04",
            id="the page's own data",
        ),
        pytest.param(
            page(f"{TITLE}<x-ago>4 lutego 2019</x-ago>{PROSE}"), "", "2019-02-04", id="unknown tag"
        ),
        pytest.param(
            page(
                f"{TITLE}<p>Breaking update from the park - <span itemprop='datePublished'"
                f" content='2019-02-04'>last winter</span></p>{PROSE}"
            ),
            "",
            "2019-02-04",
            id="a field beside the word update",
        ),
        pytest.param(
            page(
                f"{TITLE}{PROSE}<p>Dieser Beitrag wurde am 4. Februar 2019 veröffentlicht</p>",
                lang="de",
            ),
            "",
            "2019-02-04",
            id="a verb behind the date",
        ),
        pytest.param(
            page(f"{TITLE}{PROSE}<p>Wpis z dnia 4 lutego 2019 w dziale rozmowy o badaniach i o"
                 " szkoleniach dla firm oraz dla ich pracowników.</p>"),
            "https://klaster.example/2019/02/rozmowy",
            "2019-02-04",
            id="the month of the address",
        ),
        pytest.param(
            page(f"{TITLE}{PROSE}"),
            "https://klaster.example/24-02-2019/rozmowy",
            "2019-02-24",
            id="day first in the address",
        ),
    ],
)  # fmt: skip
def test_more_evidence(content: bytes, url: str, day: str) -> None:
    assert published(content, url or "https://klaster.example/rozmowy").day == day


def test_data_of_several_articles_says_nothing() -> None:
    script = '<script>x = [{"publishedAt": "2019-02-04"}, {"publishedAt": "2019-03-05"}]</script>'
    assert published(page(f"{TITLE}{PROSE}", after=script)).value is None


def test_a_post_shown_within_the_text_is_another_site_s() -> None:
    embedded = "<blockquote><p>A post shared on <time>Feb 4, 2019</time></p></blockquote>"
    assert published(page(f"{TITLE}{PROSE}{embedded}", lang="en")).value is None


ENGLISH = (
    "<p>The members of the cluster talked about common research, about the training of their"
    " people and about money for a new laboratory beside the hall.</p>"
)


@pytest.mark.parametrize(
    ("url", "more", "day"),
    [
        ("https://cluster.example/talks", "", "2019-02-04"),
        ("https://cluster.example/talks", "<p>Laboratory (2 April 2019)</p>", "2019-04-02"),
        ("https://cluster.example/en-gb/talks", "", "2019-04-02"),
        ("https://cluster.ie/talks", "", "2019-04-02"),
    ],
)
def test_the_order_of_numbers_in_english(url: str, more: str, day: str) -> None:
    main = f"<h1>Talks about research</h1><p class='date'>02/04/2019</p>{ENGLISH}{more}"
    assert published(page(main, lang="en"), url).day == day


def test_comments_of_one_day_are_a_list_by_their_minutes() -> None:
    comments = "".join(
        f"<div class='m'><b>A{n}</b> <i>4.02.2019, 10:0{n}</i></div>" for n in range(1, 5)
    )
    assert published(page(f"{TITLE}{PROSE}{comments}")).value is None


HEADLINE = "<h1>Talks about research</h1>"
POST = "<div class='comment'><p><time>{day}</time></p><p>{text}</p></div>"


@pytest.mark.parametrize(
    ("main", "day"),
    [
        pytest.param(
            f"{HEADLINE}<p>Written by Anna Nowak for the river park and posted on <!-- -->4<!-- -->"
            f" <!-- -->May<!-- --> <!-- -->2019<!-- --> with pictures</p>{ENGLISH}",
            "2019-05-04",
            id="marks that a script leaves between words",
        ),
        pytest.param(
            f"<h1>公園で会議</h1><p><span>2019年05月04日</span></p>{ENGLISH}",
            "2019-05-04",
            id="a Japanese day",
        ),
        pytest.param(
            f"{HEADLINE}{4 * ENGLISH}<p class='card items-start justify-end'>May 4, 2019</p>",
            "2019-05-04",
            id="where a style sheet's tool says start and end",
        ),
        pytest.param(
            f"{HEADLINE}<p><span>Start date</span> <time>May 4, 2019</time></p>{ENGLISH}"
            + "".join(
                POST.format(day=f"May {day}, 2019", text="I think so too, more or less.")
                for day in (4, 6, 9)
            ),
            "2019-05-04",
            id="the start of a discussion",
        ),
        pytest.param(
            f"{HEADLINE}<p class='byline'>12 posts, 4 people, last post by Anna"
            f" <time>May 9, 2019</time></p><p><a href='#1'><time>May 4, 2019</time></a></p>"
            f"{ENGLISH}",
            "2019-05-04",
            id="the last post of a discussion",
        ),
        pytest.param(
            f"{HEADLINE}<p>Updated <time itemprop='datePublished'>10:00 am, Saturday, May 4, 2019"
            f"</time></p>{ENGLISH}",
            "2019-05-04",
            id="published by its markup, updated by its label",
        ),
    ],
)
def test_a_line_beside_the_headline(main: str, day: str) -> None:
    assert published(page(main, lang="en")).day == day


def test_an_event_that_starts_is_no_discussion() -> None:
    start = "<p><span>Start date</span> <time>May 4, 2019</time></p>"
    comment = POST.format(day="April 9, 2019", text="I hope to come, if the weather is fine.")
    main = f"{HEADLINE}{start}{ENGLISH}{comment}"
    assert published(page(main, lang="en")).value is None


def test_a_clock_far_above_the_headline_loses_to_the_byline() -> None:
    clock = f"<p class='date'>10 May 2019 10:12</p><p>{'Parks and clusters. ' * 6}</p>"
    main = f"{HEADLINE}<p>Anna Nowak / London May 4, 2019</p>{ENGLISH}"
    assert published(page(main, before=clock, lang="en")).day == "2019-05-04"


def test_vowel_signs_are_no_ends_of_words() -> None:
    assert without_labels("ऐश्ली कुटिन्हो / मुंबई") == ["ऐश्ली", "कुटिन्हो", "मुंबई"]
