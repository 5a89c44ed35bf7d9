"""Labels and relations over time, and the changes that the register tells."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from histories import LABEL, SCHEME, at, coordinates, crawl, held, id_of, org, page, told
from sqlalchemy import Engine, event, select

import registry
from models import RegistryChange
from models.errors import CursorExpired, CursorInvalid
from registry import queries
from registry.feed import register_changes
from registry.holders import Held, newest_first
from registry.queries import organizations
from registry.review import merge, split
from registry.views import profile

MEWA = "Klaster Mewa"
EVERY = {"everything": True}


def certificates(engine: Engine, day: date, **more: Any) -> list[Held]:
    """Labels on a day, as people read them."""
    return newest_first(queries.certificates(engine, day, **more).rows)


def holders(engine: Engine, day: str, **more: object) -> list[str]:
    found = certificates(engine, date.fromisoformat(day), **more)  # type: ignore[arg-type]
    return [one.name for one in found]


def states(engine: Engine, day: str) -> dict[str, str]:
    found = certificates(engine, date.fromisoformat(day), everything=True)
    return {one.term: one.state for one in found}


def ties(engine: Engine, name: str) -> list[tuple[str, str, str, str | None]]:
    found = profile(engine, id_of(engine, name))
    assert found is not None
    return [(tie.relation, tie.other_name, tie.state, tie.valid_until) for tie in found.ties]


def test_two_rounds_are_valid_each_in_its_time(engine: Engine) -> None:
    fifth = [f"Klaster Rzeki {name}" for name in ("Bug", "Odra", "San")]
    sixth = [f"Klaster Jeziora {name}" for name in ("Gopło", "Mamry")]
    crawl(
        engine,
        page(
            "lista",
            *(held(n, scheme=SCHEME, round="V", valid_until="2024-12-31") for n in fifth),
            *(held(n, scheme=SCHEME, round="VI", valid_until="2025-12-17") for n in sixth),
        ),
    )
    assert holders(engine, "2024-06-01") == []  # nobody says from when, nor how long it lasts
    months = {"validity": {SCHEME: 36}}
    assert holders(engine, "2024-06-01", **months) == [*sixth, *fifth]
    assert holders(engine, "2024-12-31", **months) == [*sixth, *fifth]
    assert holders(engine, "2025-06-01", **months) == sixth
    assert holders(engine, "2022-06-01", **months) == fifth
    assert holders(engine, "2026-03-02", **months) == []
    soon = {**months, "expiring": timedelta(days=90)}
    assert holders(engine, "2024-11-01", **soon) == fifth
    (one, *_) = certificates(engine, date(2024, 6, 1), validity={SCHEME: 36})
    assert (one.valid_from, one.expected_from) == (None, "2022-12-17")
    assert one.evidence[0].words == "Zdanie ze strony lista"


def test_a_label_lapses_and_is_renewed(engine: Engine) -> None:
    crawl(
        engine,
        page("a", held(MEWA, level="silver", valid_from="2020-02-01", valid_until="2022-02-01")),
    )
    assert states(engine, "2021-01-01") == {"silver": "valid"}
    assert states(engine, "2023-01-01") == {"silver": "expired"}
    crawl(
        engine,
        page(
            "b",
            held(MEWA, level="silver", valid_from="2023-05-01", valid_until="2026-05-01"),
            day=1,
        ),
        day=1,
    )
    assert states(engine, "2022-06-01") == {"silver": "expired", "silver 2": "not yet"}
    assert states(engine, "2024-01-01") == {"silver": "expired", "silver 2": "valid"}
    chain = {one.term: one.renews for one in certificates(engine, date(2024, 1, 1), **EVERY)}
    assert chain == {"silver": None, "silver 2": "silver"}
    assert [kind for kind, _ in told(engine)] == [
        "status gained",
        "status expired",
        "added",
        "status renewed",
    ]
    registry.settle(engine, now=at(90))
    assert told(engine)[-1] == ("status expired", MEWA)
    registry.settle(engine, now=at(91))
    assert [kind for kind, _ in told(engine)].count("status expired") == 2


def test_a_higher_level_supersedes_a_lower_one(engine: Engine) -> None:
    crawl(
        engine,
        page("a", held(MEWA, level="bronze", valid_from="2014-10")),
        page("b", held(MEWA, level="silver", valid_from="2017-11")),
    )
    assert states(engine, "2016-01-01") == {"bronze": "open", "silver": "not yet"}
    assert states(engine, "2018-01-01") == {"bronze": "superseded", "silver": "open"}


def test_a_label_without_an_end_is_unconfirmed_after_its_usual_time(engine: Engine) -> None:
    crawl(engine, page("a", held(MEWA, level="gold", valid_from="2020-01-01")))
    (one,) = certificates(engine, date(2024, 1, 1), validity={LABEL: 36}, everything=True)
    assert (one.state, one.valid_until, one.expected_until) == ("unconfirmed", None, "2023-01-01")
    assert holders(engine, "2024-01-01") == [MEWA]


def test_sources_that_disagree_stand_side_by_side(engine: Engine) -> None:
    crawl(
        engine,
        page("a", held("Klaster Zielonej Rzeki", level="silver", valid_from="2015")),
        page(
            "b",
            held("Klaster Zielonej Rzeki", level="silver", valid_from="2017-11"),
            source="zielony",
        ),
        page("c", held("Klaster Zielonej Rzeki", level="silver", valid_from="2017"), source="x"),
    )
    (one,) = certificates(engine, date(2026, 1, 1))
    assert one.valid_from == "2017-11"
    assert one.rules["valid_from"] == "own site before third parties"
    assert {value: len(claims) for value, claims in one.disputes["valid_from"].items()} == {
        "2015": 1,
        "2017": 1,
        "2017-11": 1,
    }
    assert len(one.evidence) == 3


@pytest.mark.parametrize(
    ("first", "second", "rule"),
    [
        ({"published": "2019-01-01"}, {"published": "2021-01-01"}, "later statement"),
        ({}, {"published": "2011-01-01"}, "dated page before undated"),
    ],
)
def test_the_later_statement_decides(
    engine: Engine, first: dict[str, str], second: dict[str, str], rule: str
) -> None:
    crawl(
        engine,
        page("a", held(MEWA, level="gold", valid_until="2022-01-31"), **first),
        page("b", held(MEWA, level="gold", valid_until="2022-05-31"), **second),
    )
    (one,) = certificates(engine, date(2022, 1, 1))
    assert (one.valid_until, one.rules["valid_until"]) == ("2022-05-31", rule)


def test_a_page_that_knew_it_before_it_began_contradicts(engine: Engine) -> None:
    crawl(
        engine,
        page("a", held(MEWA, level="silver"), published="2015-12-10"),
        page("b", held(MEWA, level="silver", valid_from="2017-11")),
        page("c", held(MEWA, level="silver"), published="2017-11-24"),
    )
    (one,) = certificates(engine, date(2018, 1, 1))
    assert one.valid_from == "2017-11"
    assert {value: len(claims) for value, claims in one.disputes["valid_from"].items()} == {
        "../2015-12-10": 1,
        "2017-11": 1,
    }
    assert one.rules["valid_from"].startswith("a stated beginning")
    assert states(engine, "2016-06-01") == {"silver": "not yet"}


def test_a_list_that_is_replaced_leaves_its_history(engine: Engine) -> None:
    months = {"validity": {SCHEME: 36}}
    old = held("Klaster Stary", scheme=SCHEME, round="V", valid_until="2024-12-31")
    new = held("Klaster Nowy", scheme=SCHEME, round="VI", valid_until="2028-12-31")
    crawl(engine, page("lista", old))
    crawl(engine, page("lista", new, day=1), day=1)
    assert holders(engine, "2024-06-01", **months) == ["Klaster Stary"]
    assert holders(engine, "2026-06-01", **months) == ["Klaster Nowy"]


def test_an_end_beats_the_present_tense_of_an_undated_page(engine: Engine) -> None:
    crawl(
        engine,
        page("en", coordinates("Park Nad Rzeką", MEWA), language="en"),
        page(
            "pl",
            coordinates(
                "Park Nad Rzeką", MEWA, relation="former_coordinator_of", valid_until="2019-12"
            ),
        ),
    )
    assert ties(engine, MEWA) == [("coordinator_of", "Park Nad Rzeką", "ended", "2019-12")]
    crawl(
        engine,
        page("nowe", coordinates("Park Nad Rzeką", MEWA), published="2024-01-01", day=1),
        day=1,
    )
    assert ties(engine, MEWA) == [("coordinator_of", "Park Nad Rzeką", "current", None)]


def test_a_coordinator_changes(engine: Engine) -> None:
    crawl(engine, page("a", coordinates("Fundacja Stara", MEWA), published="2020-01-01"))
    assert told(engine, "coordinator changed") == []
    crawl(
        engine,
        page("b", coordinates("Fundacja Nowa", MEWA), published="2024-01-01", day=1),
        day=1,
    )
    assert ties(engine, MEWA) == [
        ("coordinator_of", "Fundacja Nowa", "current", None),
        ("coordinator_of", "Fundacja Stara", "superseded", None),
    ]
    records, _ = register_changes(engine)
    (change,) = (record for record in records if record.kind == "coordinator changed")
    assert [one["name"] for one in change.old] == ["Fundacja Stara"]
    assert [one["name"] for one in change.new] == ["Fundacja Nowa"]
    assert (change.day, change.words) == ("2024-01-01", "Zdanie ze strony b")
    assert change.url == "https://www.portal.example/b"


def test_a_list_of_holders_tells_their_coordinators(engine: Engine) -> None:
    crawl(engine, page("a", held(MEWA, level="gold", coordinator="Fundacja Nowa")))
    (one,) = certificates(engine, date(2026, 6, 1))
    assert one.coordinator_name == "Fundacja Nowa"
    assert ties(engine, MEWA) == [("coordinator_of", "Fundacja Nowa", "current", None)]


def test_what_pages_no_longer_state_has_lapsed(engine: Engine) -> None:
    crawl(engine, page("a", coordinates("Firma", MEWA, relation="member_of")))
    crawl(engine, page("a", org(MEWA), day=1), day=1)
    assert ties(engine, MEWA) == [("member_of", "Firma", "lapsed", None)]


def test_an_end_in_the_future_comes(engine: Engine) -> None:
    crawl(engine, page("a", coordinates("Fundacja", MEWA, valid_until="2026-03-10")))
    assert ties(engine, MEWA) == [("coordinator_of", "Fundacja", "current", "2026-03-10")]
    registry.settle(engine, now=at(30))
    assert ties(engine, MEWA) == [("coordinator_of", "Fundacja", "ended", "2026-03-10")]
    assert told(engine)[-1] == ("coordinator changed", MEWA)


def test_what_is_merged_takes_its_labels_along(engine: Engine) -> None:
    crawl(
        engine,
        page("a", held(MEWA, level="bronze", valid_from="2014")),
        page("b", held("Zatoka", level="silver", valid_from="2017", coordinator="Fundacja")),
    )
    merge(engine, id_of(engine, MEWA), id_of(engine, "Zatoka"))
    found = certificates(engine, date(2026, 1, 1), everything=True)
    assert [(one.name, one.term, one.coordinator_name) for one in found] == [
        (MEWA, "bronze", None),
        (MEWA, "silver", "Fundacja"),
    ]


def test_who_shows_no_life_is_listed(engine: Engine) -> None:
    crawl(
        engine,
        page("a", source="zielony", published="2024-05-04"),
        page("b", org(MEWA)),
    )
    listed = organizations(engine, inactive_since="2025-03-02").rows
    assert [(row.name, row.last_activity_url) for row in listed] == [
        ("Klaster Zielonej Rzeki", "https://www.zielony.example/a")
    ]
    crawl(engine, page("c", source="zielony", published="2026-01-01", day=1), day=1)
    assert organizations(engine, inactive_since="2025-03-02").rows == []
    assert told(engine)[-1] == ("activity resumed", "Klaster Zielonej Rzeki")


def change(engine: Engine, kind: str) -> tuple[Any, ...]:
    """The one change of a kind: old, new, address, words, day."""
    records, _ = register_changes(engine, limit=1_000)
    (one,) = (record for record in records if record.kind == kind)
    old, new = (
        [side["name"] for side in value] if isinstance(value, list) else value
        for value in (one.old, one.new)
    )
    return (old, new, one.url, one.words, one.day)


def test_a_moved_website_is_told(engine: Engine) -> None:
    crawl(engine, page("a", org(MEWA, website="http://mewa.example/")))
    crawl(engine, page("b", org(MEWA, website="https://zatoka.example/"), day=1), day=1)
    crawl(engine, page("c", org(MEWA, website="https://zatoka.example/"), day=2), day=2)
    assert change(engine, "website moved") == (
        *("http://mewa.example/", "https://zatoka.example/"),
        *("https://www.portal.example/c", "Zdanie ze strony c", "2026-03-04"),
    )


def test_who_is_new_renamed_merged_or_split_is_told_with_its_page(engine: Engine) -> None:
    crawl(engine, page("a", org(MEWA)))
    assert change(engine, "added") == (
        *(None, MEWA, "https://www.portal.example/a", "Zdanie ze strony a", "2026-03-02"),
    )
    name = "Polska Zatoka"
    crawl(engine, page("b", held(name), day=1), day=1)
    renamed = coordinates(MEWA, name, relation="renamed_to")
    crawl(engine, page("c", renamed, day=2), day=2)
    at_c = ("https://www.portal.example/c", "Zdanie ze strony c", "2026-03-04")
    assert change(engine, "renamed") == (MEWA, name, *at_c)
    told_words = f"renamed: {at_c[1]}"
    assert change(engine, "merged") == ([name], [name], at_c[0], told_words, at_c[2])
    split(engine, id_of(engine, MEWA), [name], by="Ala", now=at(3))
    *_, words, day = change(engine, "split")
    assert (words, day) == ("a person said so", "2026-03-05")


def test_an_expiry_is_told_once_on_its_day_though_no_page_comes(engine: Engine) -> None:
    crawl(engine, page("a", held(MEWA, level="gold", valid_until="2026-03-09")))
    registry.settle(engine, now=at(7))
    assert told(engine, "status expired") == []
    assert registry.settle(engine, now=at(12)).changes == 1
    assert registry.settle(engine, now=at(12)).changes == 0
    registry.settle(engine, now=at(40))
    registry.rebuild(engine, now=at(41))
    old, new, url, words, day = change(engine, "status expired")
    assert (old["level"], new, day) == ("gold", None, "2026-03-09")
    assert (url, words) == ("https://www.portal.example/a", "Zdanie ze strony a")


def test_settling_without_news_is_one_query_and_tells_nothing(engine: Engine) -> None:
    first = crawl(engine, page("a", org(MEWA), held(MEWA)))
    assert (first.claims, first.organizations, first.changes) == (2, 1, 2)
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    assert registry.settle(engine, now=at(0)) == registry.Settled()
    asked = [text for text in statements if text != "BEGIN"]
    assert len(asked) == 1
    assert asked[0].startswith("SELECT")


def test_building_anew_changes_nothing_and_tells_nothing(engine: Engine) -> None:
    crawl(
        engine,
        page("a", org(MEWA, acronym="KMW", names={"en": "Seagull"}), held("KMW", level="gold")),
        page("b", coordinates("Fundacja", MEWA), source="zielony", published="2025-01-01"),
    )
    before = id_of(engine, MEWA), told(engine)
    registry.rebuild(engine, now=at(0))
    assert (id_of(engine, MEWA), told(engine)) == before


def test_changes_are_read_on_from_a_cursor(engine: Engine) -> None:
    crawl(engine, page("a", org(MEWA)))
    records, cursor = register_changes(engine)
    assert [record.kind for record in records] == ["added"]
    assert register_changes(engine, cursor) == ([], cursor)
    crawl(engine, page("b", held("Klaster Sowa"), day=1), day=1)
    assert [r.kind for r in register_changes(engine, cursor)[0]] == ["status gained", "added"]
    assert len(register_changes(engine, since=at(0.5))[0]) == 2
    with pytest.raises(CursorInvalid):
        register_changes(engine, "zzz")
    with engine.begin() as connection:
        connection.execute(RegistryChange.__table__.delete())  # type: ignore[attr-defined]
        assert connection.execute(select(RegistryChange.seq)).all() == []
    with pytest.raises(CursorExpired):
        register_changes(engine, cursor)
