"""What is taken out of a page before it is stored, and what every item gets."""

import pytest

from items import (
    Certification,
    DatedValue,
    Event,
    NewsArticle,
    Organization,
    Page,
    Relation,
    Visit,
)
from pipelines.identify import Identify
from pipelines.normalise import Normalise
from pipelines.validate import Validate

URL = "https://park.example/news/1"


def visit(*items):
    page = Page(url="", language="pl", items=list(items))
    return Visit(
        url=URL, source="park", fetched_at="2024-06-01T10:00:00+00:00", status=200, page=page
    )


def through(*items):
    made = visit(*items)
    for pipeline in (Normalise(), Validate(), Identify()):
        made = pipeline.process_item(made)
    return made


def article(day="2024-05-30", **values):
    return NewsArticle(headline="A visit", date_published=DatedValue(day, "day", "meta"), **values)


def test_every_item_knows_its_page():
    made = through(article(), Event(name="Fair", start="2024-07-01", country="pl"))
    for item in made.page.items:
        assert (item.url, item.source, item.language) == (URL, "park", "pl")
        assert item.fetched_at == made.fetched_at
    assert made.page.items[1].country == "PL"


def test_long_evidence_is_cut_and_says_so():
    item = through(article(evidence="word " * 100)).page.items[0]
    assert len(item.evidence) <= 300
    assert item.evidence.endswith("…")


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (article("2024-06-03"), "after it was fetched"),
        (article("1989-12-31"), "too early"),
        (NewsArticle(headline=" - "), "the headline is empty"),
        (NewsArticle(headline="x" * 501), "over 500"),
        (article(url="javascript:alert(1)"), "not on the web"),
        (Event(name="Fair", start="2031-01-01"), "five years"),
        (Event(name="Fair", start="2024-05-02", end="2024-05-01"), "before it starts"),
        (Event(name="Fair", start="2024-05-02", end="9999-12-31"), "ten years"),
        (Event(name="", start="2024-05-02"), "the name is empty"),
        (Certification(scheme="s", holder=""), "the holder is empty"),
        (Certification(scheme="s", holder="A", valid_from="2024", valid_until="2022"), "before"),
        (Relation(subject="A", relation="member_of", object="A"), "itself"),
        (Organization(name="…"), "the name is empty"),
    ],
)
def test_what_cannot_be_true_is_rejected_with_its_reason(item, reason):
    made = through(item, Organization(name="Sound"))
    assert [kept.name for kept in made.page.items] == ["Sound"]
    assert [rejected.item for rejected in made.rejected] == [item]
    assert reason in made.rejected[0].reason


@pytest.mark.parametrize(
    "item",
    [
        article("2024-06-02"),  # the other side of the date line
        Event(name="Fair", start="2024-05-01T18:00", end="2024-05-01"),
        Event(name="Fair", start="2028-01-01"),
        Event(name="Exhibition", start="2024-05-01", end="2034-05-01"),
        Certification(scheme="s", holder="A", valid_from="2024", valid_until="2024-05-01"),
    ],
)
def test_what_can_be_true_stays(item):
    assert through(item).rejected == []


def test_a_fact_told_twice_is_one_item_the_first():
    first = Organization(name="Alpha", evidence="Alpha, here")
    made = through(first, Organization(name="Alpha", evidence="Alpha, there"))
    assert made.page.items == [first]


def test_what_has_a_page_of_its_own_is_left_to_that_page():
    elsewhere = "https://park.example/news/2"
    made = through(article(), article(url=elsewhere), Event(name="E", start="2024", url=elsewhere))
    assert [item.url for item in made.page.items] == [URL]
    assert made.rejected == []


def test_a_visit_without_a_page_passes():
    made = Visit(url=URL, source="park", fetched_at="2024-06-01T10:00:00+00:00", status=304)
    for pipeline in (Normalise(), Validate(), Identify()):
        assert pipeline.process_item(made) is made
