"""The same data gives the same bytes: twice, tomorrow, from the other engine, after a copy."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import time_machine
from directories import PAYLOADS, article, common, fingerprint, pages, published, read, settled
from worlds import START, address

from items import Event
from models import open_database
from models.transfer import copy_database

ZONES = ("Europe/Vilnius", "Europe/Lisbon", "Europe/Berlin", "Europe/Rome", "Asia/Tokyo")


def test_twice_and_on_another_day(small, tmp_path):
    first = published(small, tmp_path / "a")
    with time_machine.travel(START + timedelta(days=30), tick=False):
        settled(small, 30)
        second = published(small, tmp_path / "b")
    assert first.folder.name == second.folder.name == "2026-03-02T08-00-00Z"
    assert fingerprint(first.folder) == fingerprint(second.folder)


def test_in_another_process(small, tmp_path):
    """Where sets have another order."""
    for day, zone in enumerate(ZONES, 1):
        meeting = Event(
            name="Walne", start=f"2026-04-{day:02}T10:00", timezone=zone, **common(7, "parkowo")
        )
        read(small, "parkowo", {day + 50: [replace(meeting, url=address(day + 50))]}, 1)
    here = published(small, tmp_path / "here")
    command = (
        "import sys; from pathlib import Path; from directories import published; "
        "from models import open_database; "
        "published(open_database(sys.argv[1]), Path(sys.argv[2]))"
    )
    subprocess.run(
        [sys.executable, "-c", command, small.url.database, tmp_path / "there"],
        env=os.environ | {"PYTHONHASHSEED": "4711", "PYTHONPATH": os.pathsep.join(sys.path)},
        check=True,
        timeout=300,
    )
    assert fingerprint(here.folder) == fingerprint((tmp_path / "there" / "latest").resolve())


def test_again_into_the_same_folder_adds_nothing(small, tmp_path):
    first = published(small, tmp_path / "out")
    before = fingerprint(tmp_path / "out")
    again = published(small, tmp_path / "out")
    assert (first.fresh, again.fresh, again.folder) == (True, False, first.folder)
    assert fingerprint(tmp_path / "out") == before


def test_a_copy_on_postgresql_gives_the_same_bytes(small, postgres, tmp_path):
    content = pages("parkowo", dated=False)
    poison = {n: [article(n, f"P {n}", None, "parkowo", w)] for n, w in enumerate(PAYLOADS, 90)}
    for day in (1, 40):
        read(small, "parkowo", {3: [], 4: [], 1: content[1]} | poison, day)
    here = published(small, tmp_path / "here")
    address = postgres.create()
    copy_database(small, address)
    engine = open_database(address)
    try:
        settled(engine, 40)
        there = published(engine, tmp_path / "there")
    finally:
        engine.dispose()
    assert here.rows["articles"] > 10
    assert fingerprint(here.folder) == fingerprint(there.folder)


def test_one_new_article_is_another_publication(small, tmp_path):
    first = published(small, tmp_path / "out")
    read(small, "parkowo", {7: [article(7, "Nowe", "2026-03-04", "parkowo")]}, 2)
    second = published(small, tmp_path / "out")
    assert second.folder.name == "2026-03-04T08-00-00Z"
    assert fingerprint(first.folder) != fingerprint(second.folder)
    assert (tmp_path / "out" / "latest").resolve() == second.folder.resolve()


def test_what_differs_at_one_moment_gets_a_number(small, tmp_path):
    first = published(small, tmp_path / "out", keep=3)
    second = published(small, tmp_path / "out", publisher="Agencja", keep=3)
    third = published(small, tmp_path / "out", publisher="Inna", keep=3)
    assert [one.folder.name for one in (second, third)] == [
        f"{first.folder.name}-{number}" for number in (2, 3)
    ]
    assert os.readlink(tmp_path / "out" / "latest") == third.folder.name
