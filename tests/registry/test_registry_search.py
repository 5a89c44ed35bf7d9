"""Organizations found by what somebody types, alike on both engines."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from histories import crawl, org, page
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from postgres_server import PostgresServer
from sqlalchemy import Engine

from languages.search import name_terms, name_words
from models import open_database, writing
from models.bulk import insert_rows
from registry.names import form_of
from registry.queries import organizations
from registry.rows import table
from registry.words import write_words

LODZ = "Łódzki Klaster Wodny"
CHEMISTS = "Mazowiecki Klaster Chemiczny"


def names(engine: Engine, text: str) -> list[str]:
    return [row.name for row in organizations(engine, text=text).rows]


def fill(engine: Engine) -> None:
    crawl(
        engine,
        page(
            "a",
            org(LODZ),
            org("Klaster Zdrowa Łódź"),
            org(CHEMISTS, acronym="MKCh", names={"en": "Mazovian Chemical Cluster"}),
            org("Mazurska Sieć Jezior"),
        ),
        page("b", org("Logistikcluster Süd"), org("Cluster Süd"), source="portal", language="de"),
    )
    crawl(engine, page("c", org("Mazowieckiemu Klastrowi Chemicznemu"), day=1), day=1)


FOUND = {
    "lodz": ["Klaster Zdrowa Łódź", LODZ],
    "ŁODZI": ["Klaster Zdrowa Łódź"],
    "łódzkiego": [LODZ],
    "mazow": [CHEMISTS],
    "maz*": [CHEMISTS, "Mazurska Sieć Jezior"],
    "chemiczny klastra": [CHEMISTS],
    "chemical": [CHEMISTS],
    "mkch": [CHEMISTS],
    "chemical wodny": [],
    '"klaster wodny"': [LODZ],
    '"łódzki wodny"': [],
    "wodny klas*": [LODZ],
    "sud": ["Cluster Süd", "Logistikcluster Süd"],
    "cluster sud": ["Cluster Süd"],
    "tikclu": ["Logistikcluster Süd"],
    "-": [],
}


def test_names_are_found_by_their_words(engine: Engine) -> None:
    fill(engine)
    assert {text: names(engine, text) for text in FOUND} == FOUND


def test_words_go_where_the_names_go(engine: Engine) -> None:
    crawl(engine, page("a", org(LODZ), org("Park Sosna")))
    assert names(engine, "wodny") == [LODZ]
    crawl(engine, page("a", org("Park Sosna"), org("Łódzki Klaster Ogniowy"), day=1), day=1)
    assert names(engine, "ogniowy") == ["Łódzki Klaster Ogniowy"]


SYLLABLES = ("łó", "dzi", "kla", "ster", "ma", "zo", "wie", "che", "mi", "ß", "ü", "ię", "ow", "a")
WORDS = ["".join(random.Random(n).choices(SYLLABLES, k=1 + n % 4)) for n in range(60)]
NAMES = [
    " ".join(random.Random(n).choices(WORDS, k=2 + n % 3)).title() + "-ICT" * (n % 9 == 0)
    for n in range(120)
]


@pytest.fixture
def engines(
    sqlite_template: Path, postgres: PostgresServer, postgres_template: str, tmp_path: Path
) -> Iterator[list[Engine]]:
    """The same organizations on either engine, each with two names."""
    shutil.copy(sqlite_template, tmp_path / "store.db")
    found = [open_database(str(tmp_path / "store.db"))]
    found.append(open_database(postgres.emptied(postgres_template)))
    for engine in found:
        with writing(engine) as connection:
            for name, rows in told(NAMES).items():
                insert_rows(connection, table(name), rows)
            write_words(connection, {f"o-{number}" for number in range(len(NAMES))})
    yield found
    for engine in found:
        engine.dispose()


def told(names: list[str]) -> dict[str, list[dict[str, Any]]]:
    """The rows of the register for organizations of these names."""
    empty = {"kind": None, "country": None, "website": None, "first_seen": "2026-01-01"}
    empty |= {"last_activity": None, "last_activity_url": None, "merged_into": None}
    organizations = [
        {"id": f"o-{n}", "name": name, "names": {"pl": name}, "withdrawn": False, **empty}
        for n, name in enumerate(names)
    ]
    counted = {"acronym": False, "kind": "name", "language": "pl", "mentions": 1, "sources": 1}
    counted |= {"first_day": "2026-01-01", "born": None, "scope": ""}
    aliases = {
        form_of(name): {"key": form_of(name), "form": form_of(name), "name": name, "normal": ""}
        | {"organization": f"o-{n % len(names)}", **counted}
        for n, name in enumerate([*names, *(name.split()[0] + " Sieć" for name in names)])
    }
    return {"registered_organization": organizations, "alias": list(aliases.values())}


typed = st.lists(
    st.one_of(
        st.sampled_from(WORDS).flatmap(
            lambda word: st.integers(1, len(word)).map(lambda length: word[:length])
        ),
        st.sampled_from(WORDS).map(str.upper),
        st.sampled_from(NAMES),
        st.sampled_from(NAMES).map(lambda name: f'"{name[: len(name) // 2]}"'),
        st.text(max_size=4).filter(str.isprintable),
    ),
    min_size=1,
    max_size=3,
).map(" ".join)


@settings(
    max_examples=60, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=typed)
def test_both_engines_find_the_same(engines: list[Engine], text: str) -> None:
    sqlite, postgres = (
        [row.id for row in organizations(engine, text=text).rows] for engine in engines
    )
    assert sqlite == postgres
    terms = name_terms(text)
    words = {f"o-{n}": name_words(name) for n, name in enumerate(NAMES)}
    for one, own in words.items():
        if terms and all(any(fits(word, term) for word in own) for term in terms):
            assert one in sqlite


def fits(word: str, term: tuple[str | None, str | None]) -> bool:
    whole, beginning = term
    return word == whole or (beginning is not None and word.startswith(beginning))
