"""Ids in other works: what they prove, what they forbid, and that they go with the names."""

from __future__ import annotations

import pytest
from histories import crawl, id_of, names_of, org, page
from sqlalchemy import Engine, select

from models.registry import OutsideId
from registry.outside_ids import outside_address, outside_id
from registry.review import merge, questions, split

MEWA, BAY = "Klaster Mewa", "Seagull Bay"
Q1, Q2 = "https://www.wikidata.org/wiki/Q1", "https://www.wikidata.org/wiki/Q2"
SITE = "https://mewa.example/"


def ids(engine: Engine) -> dict[str, list[str]]:
    """By organization, its ids as scheme:value."""
    query = select(OutsideId.__table__).order_by(OutsideId.scheme, OutsideId.value)
    found: dict[str, list[str]] = {}
    with engine.connect() as connection:
        for row in connection.execute(query):
            found.setdefault(row.organization, []).append(f"{row.scheme}:{row.value}")
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("http://wikidata.org/entity/Q7#x", ("wikidata", "Q7")),
        ("https://m.wikidata.org/wiki/q7?uselang=pl", ("wikidata", "Q7")),
        ("https://ror.org/05A28rw58/", ("ror", "05a28rw58")),
        (
            "https://clustercollaboration.eu/cluster-organisations/sea-gull?page=1",
            ("eccp", "cluster-organisations/sea-gull"),
        ),
        ("ror:05a28rw58", ("ror", "05a28rw58")),
        ("https://www.wikidata.org/wiki/Property:P31", None),
        ("https://www.clustercollaboration.eu/", None),
        ("https://ror.org.example/05a28rw58", None),
        ("https://mewa.example/?u=https://www.wikidata.org/wiki/Q1", None),
        ("Q7", None),
    ],
)
def test_addresses_of_entries(text: str, found: tuple[str, str] | None) -> None:
    assert outside_id(text) == found
    if found:
        assert outside_id(outside_address(*found)) == found


def test_one_entry_is_one_organization(engine: Engine) -> None:
    crawl(
        engine,
        page("a", org(MEWA, same_as=[Q1])),
        page("b", org(BAY, same_as=["http://wikidata.org/entity/Q1"]), source="inny"),
    )
    assert names_of(engine) == [{MEWA, BAY}]
    assert ids(engine) == {id_of(engine, MEWA): ["wikidata:Q1"]}


def test_two_entries_of_one_work_are_a_question_whatever_else_is_said(engine: Engine) -> None:
    crawl(
        engine,
        page("a", org(MEWA, same_as=[Q1], names={"en": BAY})),
        page("b", org(BAY, same_as=[Q2]), source="inny"),
    )
    assert len(names_of(engine)) == 2
    (asked,) = questions(engine)
    assert "different outside ids" in asked.reasons
    merge(engine, id_of(engine, MEWA), id_of(engine, BAY))
    assert ids(engine) == {id_of(engine, MEWA): ["wikidata:Q1", "wikidata:Q2"]}


def test_ids_of_different_works_do_not_part(engine: Engine) -> None:
    eccp = "https://www.clustercollaboration.eu/content/seagull-bay"
    crawl(engine, page("a", org(MEWA, same_as=[Q1], names={"en": BAY})))
    crawl(engine, page("b", org(BAY, same_as=[eccp, "https://mewa.example/"]), day=1), day=1)
    assert ids(engine) == {id_of(engine, BAY): ["eccp:content/seagull-bay", "wikidata:Q1"]}


def test_ids_go_with_their_names_when_a_merge_is_undone(engine: Engine) -> None:
    crawl(engine, page("a", org(MEWA, same_as=[Q1]), org(BAY)))
    mewa, bay = id_of(engine, MEWA), id_of(engine, BAY)
    merge(engine, bay, mewa)
    assert ids(engine) == {bay: ["wikidata:Q1"]}
    split(engine, bay, [MEWA])
    assert ids(engine) == {mewa: ["wikidata:Q1"]}


def test_an_entry_on_every_name_of_a_page_proves_nothing(engine: Engine) -> None:
    names = [f"Klaster Ryby {word}" for word in ("Dorsz", "Okoń", "Sum")]
    names += [f"Park Rzeki {chr(65 + number)}{'wkty'[number % 4]}a" for number in range(26)]
    names += ["Fundacja Morze", "Fundacja Las"]
    crawl(engine, page("a", *(org(name, same_as=[Q1]) for name in names)))
    assert len(names_of(engine)) == len(names)
