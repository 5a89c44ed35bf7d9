"""Which names are one organization, and that people have the last word."""

from __future__ import annotations

import pytest
from histories import coordinates, crawl, event, held, id_of, names_of, org, page, store, told
from sqlalchemy import Engine

import registry
from registry.lookup import find, resolve
from registry.review import ReviewError, answer, merge, questions, split
from registry.views import profile

RIVER = "Mazowiecki Klaster Wodny"


def test_forms_of_one_name_are_one_organization(engine: Engine) -> None:
    crawl(
        engine,
        page("a", held(RIVER)),
        page("b", held("Mazowieckiego Klastra Wodnego"), source="inny"),
        page("c", org("„Mazowiecki  Klaster Wodny”")),
    )
    assert names_of(engine) == [{RIVER, "Mazowieckiego Klastra Wodnego"}]
    found = profile(engine, id_of(engine, RIVER))
    assert found is not None
    assert found.organization.name == RIVER
    assert {alias.name: alias.kind for alias in found.aliases} == {
        RIVER: "name",
        "Mazowieckiego Klastra Wodnego": "inflected",
    }


def test_another_discriminating_word_is_another_organization(engine: Engine) -> None:
    crawl(engine, page("a", held(RIVER), held("Wschodni Klaster Wodny", level="gold")))
    assert len(names_of(engine)) == 2
    assert questions(engine) == []


def test_a_translated_name_belongs_to_the_same_organization(engine: Engine) -> None:
    names = {"pl": "Klaster Jaskółka", "en": "Swallow of the Vistula"}
    crawl(
        engine,
        page("a", org("Klaster Jaskółka", names=names)),
        page("b", held("Swallow of the Vistula"), source="inny", language="en"),
    )
    (names_found,) = names_of(engine)
    assert names_found == set(names.values())
    found = profile(engine, id_of(engine, "Swallow of the Vistula"))
    assert found is not None
    assert found.organization.names == names


def test_an_acronym_means_what_its_source_means(engine: Engine) -> None:
    crawl(
        engine,
        page("a", org("Opolski Klaster Drzewny", acronym="OKD"), held("OKD")),
        page("b", org("Olsztyński Klaster Danych"), held("OKD"), source="inny"),
    )
    assert names_of(engine) == [
        {"OKD", "Olsztyński Klaster Danych"},
        {"OKD", "Opolski Klaster Drzewny"},
    ]


def test_a_bare_acronym_of_two_organizations_is_asked_about(engine: Engine) -> None:
    crawl(
        engine,
        page("a", org("Opolski Klaster Drzewny", acronym="OKD")),
        page("b", org("Olsztyński Klaster Danych", acronym="OKD"), source="inny"),
        page("c", held("OKD"), source="trzeci"),
    )
    assert len(names_of(engine)) == 3
    assert len(questions(engine)) == 2


def test_a_cluster_is_never_its_association(engine: Engine) -> None:
    crawl(
        engine,
        page(
            "a",
            org("Klaster Wiatr", kind="cluster", website="https://wiatr.example/"),
            org("Stowarzyszenie Wiatr", kind="association", website="http://www.wiatr.example"),
            coordinates("Stowarzyszenie Wiatr", "Klaster Wiatr"),
        ),
    )
    assert len(names_of(engine)) == 2
    assert questions(engine) == []


def test_a_page_that_says_both_is_a_question_not_a_merge(engine: Engine) -> None:
    crawl(
        engine,
        page("a", org("Klaster Mgła", names={"en": "Mist Valley"})),
        page("b", coordinates("Mist Valley", "Klaster Mgła")),
    )
    assert len(names_of(engine)) == 2
    (asked,) = questions(engine)
    assert "a page tells them apart" in asked.reasons
    assert {asked.left.name, asked.right.name} == {"Klaster Mgła", "Mist Valley"}
    assert asked.left.evidence


def test_two_weak_pieces_of_evidence_are_enough_together_and_one_is_not(engine: Engine) -> None:
    crawl(
        engine,
        page("?lang=pl", org("Klaster Mewa", kind="cluster")),
        page("?lang=en", org("Seagull Bay", kind="cluster"), language="en"),
    )
    assert len(names_of(engine)) == 2
    assert [asked.score for asked in questions(engine)] == [0.8]
    crawl(
        engine,
        page("x", org("Klaster Mewa", kind="cluster", website="https://mewa.example/")),
        page("y", org("Seagull Bay", kind="cluster", website="http://mewa.example")),
        day=1,
    )
    assert len(names_of(engine)) == 1
    assert questions(engine) == []
    assert [kind for kind, _ in told(engine, "merged")] == ["merged"]


def test_an_answer_holds_against_later_crawls(engine: Engine) -> None:
    one = page("?lang=pl", org("Klaster Mewa", kind="cluster"))
    other = page("?lang=en", org("Seagull Bay", kind="cluster"), language="en")
    crawl(engine, one, other)
    (asked,) = questions(engine)
    answer(engine, asked.number, "later", by="Ala")
    assert questions(engine) == []
    assert len(questions(engine, later=True)) == 1
    answer(engine, asked.number, "different", by="Ala")
    assert questions(engine, later=True) == []
    site = "https://mewa.example/"
    crawl(
        engine,
        page("x", org("Klaster Mewa", kind="cluster", website=site)),
        page("y", org("Seagull Bay", kind="cluster", website=site)),
        page("z", org("Klaster Mewa", names={"en": "Seagull Bay"})),
        day=1,
    )
    assert len(names_of(engine)) == 2
    registry.rebuild(engine)
    assert len(names_of(engine)) == 2
    assert questions(engine, later=True) == []


def test_same_is_kept_too(engine: Engine) -> None:
    crawl(
        engine,
        page("?lang=pl", org("Klaster Mewa", kind="cluster")),
        page("?lang=en", org("Seagull Bay", kind="cluster"), language="en"),
    )
    answer(engine, questions(engine)[0].number, "same")
    crawl(engine, page("?lang=en", day=1), day=1)
    crawl(engine, page("n", held("Seagull Bay"), day=2), day=2)
    assert names_of(engine) == [{"Klaster Mewa", "Seagull Bay"}]


def test_a_merge_is_undone(engine: Engine) -> None:
    crawl(engine, page("a", org("Klaster Mewa"), org("Seagull Bay", kind="company")))
    mewa, bay = id_of(engine, "Klaster Mewa"), id_of(engine, "Seagull Bay")
    assert merge(engine, mewa, bay) == mewa
    assert names_of(engine) == [{"Klaster Mewa", "Seagull Bay"}]
    with engine.connect() as connection:
        assert resolve(connection, bay) == mewa
    crawl(engine, page("b", held("Seagull Bay"), day=1), day=1)
    assert len(names_of(engine)) == 1
    assert split(engine, mewa, ["Seagull Bay"]) == bay
    assert id_of(engine, "Klaster Mewa") == mewa
    assert id_of(engine, "Seagull Bay") == bay
    assert [kind for kind, _ in told(engine, "merged", "split")] == ["merged", "split"]
    crawl(engine, page("c", held("Seagull Bay"), held("Klaster Mewa"), day=2), day=2)
    assert len(names_of(engine)) == 2


def test_the_id_that_is_named_first_stays(engine: Engine) -> None:
    crawl(engine, page("a", org("Klaster Mewa"), org("Seagull Bay")))
    mewa, bay = id_of(engine, "Klaster Mewa"), id_of(engine, "Seagull Bay")
    assert merge(engine, bay, mewa) == bay
    assert id_of(engine, "Klaster Mewa") == bay


def test_a_name_that_never_was_its_own_gets_a_new_id(engine: Engine) -> None:
    names = {"en": "Seagull Bay"}
    crawl(engine, page("a", org("Klaster Mewa", names=names)))
    before = id_of(engine, "Klaster Mewa")
    made = split(engine, before, ["Seagull Bay"])
    assert made != before
    assert id_of(engine, "Klaster Mewa") == before
    crawl(engine, page("b", org("Klaster Mewa", names=names), day=1), day=1)
    assert id_of(engine, "Seagull Bay") == made


@pytest.mark.parametrize("names", [["Wrona"], ["Klaster Mewa", "Seagull Bay"], []])
def test_a_split_that_makes_no_sense_is_refused(engine: Engine, names: list[str]) -> None:
    crawl(engine, page("a", org("Klaster Mewa", names={"en": "Seagull Bay"})))
    with pytest.raises(ReviewError):
        split(engine, id_of(engine, "Klaster Mewa"), names)
    with pytest.raises(ReviewError):
        merge(engine, "o-nothing", "o-other")


def test_ids_are_kept_where_the_organization_returns(engine: Engine) -> None:
    crawl(engine, page("a", org("Klaster Mewa")))
    before = id_of(engine, "Klaster Mewa")
    store(engine, page("a", org("Klaster Sowa"), day=1), day=1, trigger="reparse")
    registry.settle(engine)
    assert names_of(engine) == [{"Klaster Sowa"}]
    assert told(engine, "withdrawn") == [("withdrawn", "Klaster Mewa")]
    crawl(engine, page("a", org("Klaster Mewa"), day=2), day=2)
    assert id_of(engine, "Klaster Mewa") == before


def test_what_a_page_no_longer_states_was_true_once(engine: Engine) -> None:
    crawl(engine, page("a", org("Klaster Mewa")))
    crawl(engine, page("a", org("Klaster Sowa"), day=1), day=1)
    assert names_of(engine) == [{"Klaster Mewa"}, {"Klaster Sowa"}]


def test_a_renamed_organization_keeps_its_id(engine: Engine) -> None:
    crawl(engine, page("a", org("Wschodni Klaster Ceglany")))
    before = id_of(engine, "Wschodni Klaster Ceglany")
    renamed = coordinates("Wschodni Klaster Ceglany", "Polska Cegła", relation="renamed_to")
    crawl(engine, page("b", renamed, day=1), page("c", held("Polska Cegła"), day=1), day=1)
    assert id_of(engine, "Polska Cegła") == before
    found = profile(engine, before)
    assert found is not None
    assert found.organization.name == "Polska Cegła"
    kinds = {alias.name: alias.kind for alias in found.aliases}
    assert kinds["Wschodni Klaster Ceglany"] == "former"
    assert told(engine, "renamed") == [("renamed", "Polska Cegła")]


def test_news_and_events_of_its_own_site_are_signs_of_life(engine: Engine) -> None:
    crawl(
        engine,
        page("a", source="zielony", published="2025-05-04"),
        page("b", event("Targi", "2025-06-01"), source="zielony"),
        page("c", event("Zjazd", "2030-01-01"), source="zielony"),
        page("d", event("Gala", "2025-12-24", organizer="Klastra Zielonej Rzeki")),
        page("e", published="2026-02-02"),
    )
    found = profile(engine, id_of(engine, "Klaster Zielonej Rzeki"))
    assert found is not None
    assert [sign.day for sign in found.signs] == [
        "2026-03-02",
        "2025-12-24",
        "2025-06-01",
        "2025-05-04",
    ]
    assert found.organization.last_activity == "2026-03-02"
    assert found.organization.website == "https://www.zielony.example/"
    assert found.months["2025-06"] == 1


def test_news_belong_to_whose_site_it_is_and_name_whom_a_claim_names(engine: Engine) -> None:
    own = page("a", org("Klaster Mewa"), source="zielony", published="2025-05-04")
    crawl(
        engine,
        own,
        page("b", org("Klastra Zielonej Rzeki"), held("Klaster Mewa"), published="2025-06-01"),
        page("c", held("Zielona Rzeka Bug"), published="2025-07-01"),
    )
    river = profile(engine, id_of(engine, "Klaster Zielonej Rzeki"))
    mewa = profile(engine, id_of(engine, "Klaster Mewa"))
    assert river is not None
    assert mewa is not None
    assert [sign.title for sign in river.signs] == ["Wieści a"]
    assert [sign.title for sign in river.mentions] == ["Wieści b"]
    assert mewa.signs == []
    assert [sign.title for sign in mewa.mentions] == ["Wieści b", "Wieści a"]


def test_a_name_is_found_as_it_is_inflected_or_translated(engine: Engine) -> None:
    crawl(engine, page("a", org(RIVER, names={"en": "Mazovian Water Cluster"})))
    with engine.connect() as connection:
        for name in (
            RIVER,
            "mazowiecki klaster WODNY",
            "Mazowieckiemu Klastrowi Wodnemu",
            "Mazwiecki Klaster Wodny",
            "Mazowiekci Klaster Wodny",
        ):
            assert [match.score > 0.9 for match in find(connection, name)] == [True], name
        assert find(connection, "Wschodni Klaster Wodny") == []
        assert find(connection, "") == []
