"""Lists of the register as programs read them: by filters, page by page, on both engines."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import chain
from typing import Any

import pytest
from histories import LABEL, SCHEME, crawl, held, id_of, org, page
from sqlalchemy import Engine

from models.errors import CursorInvalid
from registry.queries import certificates, organizations

DAY = date(2026, 3, 2)


def names(engine: Engine, **filters: Any) -> list[str]:
    return [row.name for row in organizations(engine, **filters).rows]


def holders(engine: Engine, day: date = DAY, **filters: Any) -> list[tuple[str, str]]:
    return [(one.name, one.term) for one in certificates(engine, day, **filters).rows]


def all_pages(read: Any, limit: int) -> list[list[Any]]:
    """What a reader sees who goes on until nothing follows."""
    found, after = [], None
    while True:
        got = read(after=after, limit=limit)
        found.append([row.name for row in got.rows])
        after = got.after
        if after is None:
            return found


def fill(engine: Engine) -> None:
    site = "https://www.wikidata.org/wiki/Q5"
    crawl(
        engine,
        page("a", source="zielony", published="2024-05-04"),
        page(
            "b",
            org("Mazowiecki Klaster Wodny", kind="cluster", same_as=[site]),
            org("Park Sosna", kind="park"),
            org("Klaster 100%", kind="cluster"),
            held("Klaster Ryby Dorsz", scheme=SCHEME, round="V", valid_until="2024-12-31"),
            held("Klaster Ryby Dorsz", scheme=SCHEME, round="VI", valid_until="2028-12-31"),
            held("Klaster Ryby Okoń", scheme=SCHEME, round="V", valid_until="2024-12-31"),
            held("Klaster Ryby Sum", level="gold", valid_until="2026-04-01"),
        ),
    )


def test_organizations_by_what_they_are(engine: Engine) -> None:
    fill(engine)
    fish = ["Klaster Ryby Dorsz", "Klaster Ryby Okoń", "Klaster Ryby Sum"]
    river = ["Klaster Zielonej Rzeki", "Mazowiecki Klaster Wodny"]
    assert names(engine) == ["Klaster 100%", *fish, *river, "Park Sosna"]
    assert names(engine, kind="park") == ["Park Sosna"]
    assert names(engine, country="pl", kind="cluster") == [*fish[:2], river[0]]
    assert names(engine, text="mazowieckiego klastra wodnego") == [river[1]]
    assert names(engine, text="RYBY") == fish
    assert names(engine, text="0%") == ["Klaster 100%"]
    assert names(engine, text="wikidata:Q5") == names(engine, text="wodny") == [river[1]]
    assert names(engine, text="nothing of the kind") == []
    assert names(engine, scheme=SCHEME) == fish[:2]
    months = {SCHEME: 36}
    assert names(engine, scheme=SCHEME, as_of=DAY, validity=months) == fish[:1]
    assert names(engine, level="gold", as_of=DAY) == fish[2:]
    assert names(engine, inactive_since="2025-03-02") == river[:1]
    assert names(engine, inactive_since="2024-05-04") == []


def test_labels_by_whose_they_are(engine: Engine) -> None:
    fill(engine)
    every = {"everything": True}
    dorsz = id_of(engine, "Klaster Ryby Dorsz")
    assert [term for _, term in holders(engine, organization=dorsz, **every)] == ["V", "VI"]
    assert holders(engine, scheme=LABEL) == [("Klaster Ryby Sum", "gold")]
    assert len(holders(engine, country="PL", **every)) == 3
    assert len(holders(engine, text="ryby", **every)) == 4
    assert holders(engine, expiring=timedelta(days=60)) == [("Klaster Ryby Sum", "gold")]
    assert holders(engine, expiring=timedelta(days=20)) == []
    (one,) = certificates(engine, DAY, level="gold").rows
    assert one.evidence[0].words == "Zdanie ze strony b"


def test_pages_hold_everything_once(engine: Engine) -> None:
    fill(engine)
    for limit in (1, 2, 3, 100):
        found = all_pages(lambda **more: organizations(engine, kind="cluster", **more), limit)
        assert list(chain(*found)) == names(engine, kind="cluster")
        assert all(len(rows) == limit for rows in found[:-1])
        assert found[-1]
        found = all_pages(lambda **more: certificates(engine, DAY, **more), limit)
        assert list(chain(*found)) == ["Klaster Ryby Dorsz", "Klaster Ryby Sum"]
    found = all_pages(lambda **more: certificates(engine, DAY, everything=True, **more), 3)
    assert [len(rows) for rows in found] == [3, 1]


def test_what_is_added_meanwhile_moves_nothing(engine: Engine) -> None:
    fill(engine)
    first = organizations(engine, limit=3)
    crawl(engine, page("c", org("Aaa Klaster"), org("Zzz Klaster"), day=1), day=1)
    rest = organizations(engine, after=first.after)
    assert "Aaa Klaster" not in [row.name for row in rest.rows]
    assert [row.name for row in rest.rows][-1] == "Zzz Klaster"
    assert len(first.rows) + len(rest.rows) == 8


def test_a_made_up_place_is_refused(engine: Engine) -> None:
    for after in ("x", "é", "WyJhIl0", "W10", "WzEsMl0", "bnVsbA"):
        with pytest.raises(CursorInvalid):
            organizations(engine, after=after)
        with pytest.raises(CursorInvalid):
            certificates(engine, DAY, after=after)
