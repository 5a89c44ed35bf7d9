"""The register does not depend on the order in which pages arrive, nor on how often it settles."""

from __future__ import annotations

import random
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from histories import OWNERS, at, coordinates, event, held, org, page, portrait, store
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

import registry
from items import Item, Visit
from models import open_database
from registry.lookup import find
from registry.review import ReviewError, answer, merge, questions, split

NAMES = (
    *("Klaster Mewa", "Klastra Mewa", "Klaster  „Mewa”", "Seagull Bay", "KM", "KMW", "Mewa"),
    *("Stowarzyszenie Mewa", "Mazowiecki Klaster Wodny", "Mazowieckiego Klastra Wodnego"),
    *("Mazovian Water Cluster", "Wschodni Klaster Wodny", "MKW", "Klaster ICT", "Park Wodny"),
    *("Mazowiecki Klaster Wodmy", "Klaster Zielonej Rzeki", "Klaster MKW"),
)
ENTRY = "https://www.wikidata.org/wiki/Q"
names = st.sampled_from(NAMES)
verdicts = st.sampled_from(["same", "different", "later"])
acts = st.lists(st.one_of(st.tuples(names, names), verdicts), max_size=4)
days = st.sampled_from([None, "2019", "2021-05", "2024-12-31", "2027-01-01"])


@st.composite
def an_item(draw: Any) -> Item:
    """A claim about some of the names, of any kind."""
    kind = draw(st.sampled_from(["organization", "certification", "relation", "event"]))
    name, other = draw(names), draw(names)
    if kind == "organization":
        return org(
            name,
            names=draw(st.sampled_from([{}, {"en": other}])),
            acronym=draw(st.sampled_from([None, "KMW", "MKW"])),
            kind=draw(st.sampled_from([None, "cluster", "association"])),
            website=draw(st.sampled_from([None, "https://mewa.example/"])),
            same_as=draw(st.sampled_from([[], [], [f"{ENTRY}1"], [f"{ENTRY}2"]])),
        )
    if kind == "certification":
        return held(
            name,
            level=draw(st.sampled_from([None, "bronze", "silver"])),
            round=draw(st.sampled_from([None, None, "IV", "V"])),
            coordinator=draw(st.sampled_from([None, other])),
            valid_from=draw(days),
            valid_until=draw(days),
        )
    if kind == "relation":
        relation = draw(
            st.sampled_from(["coordinator_of", "member_of", "renamed_to", "former_coordinator_of"])
        )
        return coordinates(name, other, relation=relation, valid_until=draw(days))
    return event("Targi", "2026-01-05", organizer=name)


@st.composite
def some_pages(draw: Any) -> list[Visit]:
    """Up to seven pages of two sources, some with their own day, some in two languages."""
    found = []
    for number in range(draw(st.integers(2, 7))):
        version = draw(st.sampled_from([f"{number}", f"{number // 2}?lang=pl", "1?lang=en"]))
        found.append(
            page(
                version if version.startswith(f"{number}") else f"{number}-{version}",
                *draw(st.lists(an_item(), min_size=1, max_size=3)),
                source=draw(st.sampled_from(["portal", "zielony"])),
                language=draw(st.sampled_from(["pl", "en"])),
                published=draw(st.sampled_from([None, "2020-02-02", "2025-01-01"])),
            )
        )
    return found


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database, copied for each example."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    open_database(str(path)).dispose()
    return path


def act(engine: Engine, acts: list[Any]) -> None:
    """What people do: a pair of names is merged, or split again where they are one; a verdict
    answers the first open question, by its names."""
    for one in acts:
        if isinstance(one, str):
            asked = sorted(questions(engine, later=True), key=lambda q: (q.left.key, q.right.key))
            if asked:
                answer(engine, asked[0].number, one, now=at(0))  # type: ignore[arg-type]
            continue
        with engine.connect() as connection:
            ids = [{match.organization for match in find(connection, name)} for name in one]
        if not all(len(found) == 1 for found in ids):
            continue
        (first,), (second,) = ids
        with suppress(ReviewError):  # a split of all the names that it has
            if first != second:
                merge(engine, first, second, now=at(0))
            else:
                split(engine, first, [one[1]], now=at(0))


def settled(
    path: Path, template: Path, pieces: list[list[Visit]], acts: list[Any], acted_after: int
) -> dict[str, Any]:
    """The register after storing and settling these pieces one after the other, where people
    acted after so many of them."""
    for leftover in path.parent.glob(f"{path.name}*"):
        leftover.unlink()
    shutil.copy(template, path)
    engine = open_database(str(path))
    try:
        for place, piece in enumerate(pieces, 1):
            store(engine, *piece)
            registry.settle(engine, owners=OWNERS, now=at(0))
            if place == acted_after:
                act(engine, acts)
        assert registry.differences(engine) == []
        return portrait(engine)
    finally:
        engine.dispose()


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # making it smaller takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(visits=some_pages(), acts=acts, seed=st.integers(0, 1_000))
def test_order_does_not_matter(
    tmp_path: Path, template: Path, visits: list[Visit], acts: list[Any], seed: int
) -> None:
    """People act when half of the pages are there, whatever the order before and afterwards."""
    half = len(visits) // 2
    early, late = visits[:half], visits[half:]
    together = settled(tmp_path / "one.db", template, [early, late], acts, 1)
    dice = random.Random(seed)
    shuffled = [[[visit] for visit in dice.sample(part, len(part))] for part in (early, late)]
    one_by_one = settled(tmp_path / "other.db", template, [*shuffled[0], *shuffled[1]], acts, half)
    assert one_by_one == together


def test_order_does_not_matter_on_either_engine(engine: Engine, tmp_path: Path) -> None:
    visits = [
        page("a", org("Klaster Mewa", acronym="KMW", names={"en": "Seagull Bay"})),
        page("b", held("KMW", level="gold", valid_until="2024")),
        page("c", held("Seagull Bay", level="gold", coordinator="Fundacja Sum"), source="zielony"),
        page("d", coordinates("Fundacja Sum", "Klastra Mewa"), published="2025-01-01"),
        page("e", coordinates("Fundacja Nowa", "Klaster Mewa"), published="2026-01-01"),
    ]
    for visit in visits:
        store(engine, visit)
        registry.settle(engine, owners=OWNERS, now=at(0))
    other = open_database(str(tmp_path / "reversed.db"))
    for visit in reversed(visits):
        store(other, visit)
        registry.settle(other, owners=OWNERS, now=at(0))
    assert portrait(engine) == portrait(other)
    assert len(portrait(engine)) == 4
    other.dispose()
