"""A made-up directory of any size, written straight into the tables: for load tests.

Articles of 1,500 websites in 20 countries, with words as frequent as words are: the commonest
stands in most texts, the rarest in one of a million.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from rich.console import Console
from rich.progress import Progress, track
from sqlalchemy import Connection, Engine, update

from models.base import Base, canonical_json
from models.bulk import insert_rows
from models.database import open_database, writing
from models.identity import content_hash, item_id, page_id
from models.leases import begin_run, finish_run
from models.runs import Run, Source
from registry import Owner, settle
from registry.entries import settle_entries

COUNTRIES = [
    "PL",
    "DE",
    "FR",
    "IT",
    "ES",
    "CZ",
    "SK",
    "LT",
    "LV",
    "EE",
    "HU",
    "AT",
    "NL",
    "BE",
    "SE",
    "FI",
    "DK",
    "PT",
    "HR",
    "SI",
]
SOURCES = 1_500
START = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
_CHUNK = 5_000
_TERMINAL = Console(stderr=True)
_SYLLABLES = [
    "kla",
    "ster",
    "in",
    "no",
    "wa",
    "park",
    "tech",
    "łód",
    "zie",
    "mar",
    "ket",
    "bio",
    "che",
    "mia",
    "log",
    "tra",
    "ści",
    "ner",
    "gia",
    "wod",
    "ór",
    "ma",
    "szy",
]


def make_directory(database: str, articles: int, events: int = 0) -> Engine:
    """Fill an empty database; the same numbers give the same rows. Returns its engine."""
    engine = open_database(database)
    chance = random.Random(20261122)
    words = _words(chance)
    with writing(engine) as connection:
        _add_sources(connection)
    run_id = begin_run(engine, "site0", now=START)
    for kind, count in (("article", articles), ("event", events)):
        for first in track(range(0, count, _CHUNK), f"Writing {kind}s", console=_TERMINAL):
            numbers = range(first, min(first + _CHUNK, count))
            with writing(engine) as connection:
                _write(connection, kind, [_claim(kind, n, chance, words) for n in numbers], run_id)
    with writing(engine) as connection:
        connection.execute(update(Run).values(scraped=articles + events, new=articles + events))
    finish_run(engine, run_id, "ok", now=START)
    return engine


def settle_directory(engine: Engine) -> None:
    """Derive what readers see of it, with an organization for each website."""
    owners = {
        f"site{number}": Owner(f"Klaster Techniczny {number}", _country(number), "pl")
        for number in range(SOURCES)
    }
    with Progress(console=_TERMINAL) as shown:
        register = shown.add_task("Settling the register", total=None)
        settle(engine, owners=owners)
        shown.update(register, total=1, completed=1)
        entries = shown.add_task("Settling the entries", total=None)
        settle_entries(
            engine,
            progress=lambda done, of: shown.update(entries, completed=done, total=of),
        )


def common_words(number: int) -> list[str]:
    """The commonest words of the texts, the commonest first."""
    return list(dict.fromkeys(_words(random.Random(20261122))))[:number]


def _words(chance: random.Random) -> list[str]:
    return ["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(60_000)]


def _add_sources(connection: Connection) -> None:
    rows = [
        {
            "name": f"site{number}",
            "url": f"https://www.site{number}.example/",
            "first_run": START - timedelta(days=400),
            "country": _country(number),
        }
        for number in range(SOURCES)
    ]
    insert_rows(connection, Base.metadata.tables[Source.__tablename__], rows)


def _country(number: int) -> str:
    return COUNTRIES[number % len(COUNTRIES)]


def _claim(kind: str, number: int, chance: random.Random, words: list[str]) -> dict[str, Any]:
    source = f"site{chance.randrange(SOURCES)}"
    url = f"https://www.{source}.example/{kind}/{number}/"
    day = (date(2026, 11, 1) - timedelta(days=int(chance.random() ** 2 * 4_000))).isoformat()
    # The n-th word is about 1/n as frequent as the first.
    told = [words[int(60_000 ** chance.random()) - 1] for _ in range(120)]
    title = " ".join(told[:8]).capitalize()
    common = {"url": url, "source": source, "language": "pl", "evidence": title}
    if kind == "article":
        return {
            **common,
            "headline": title,
            "body": " ".join(told).capitalize() + ".",
            "summary": "",
            "date_published": day,
            "date_published_precision": "day",
            "date_published_origin": "byline",
            "date_published_raw": day,
            "date_modified_raw": "",
            "date_modified_reason": "absent",
        }
    return {
        **common,
        "name": title,
        "start": day,
        "end": day,
        "kind": "conference",
        "timezone": "Europe/Warsaw",
        "all_day": True,
        "city": told[9].capitalize(),
        "country": _country(number),
        "status": "scheduled",
    }


def _write(connection: Connection, kind: str, claims: list[dict[str, Any]], run_id: int) -> None:
    tables = Base.metadata.tables
    rows = list(_rows(kind, claims, run_id))
    for name in ("page", kind, "item_version", "change"):
        insert_rows(connection, tables[name], [row[name] for row in rows])


def _rows(kind: str, claims: list[dict[str, Any]], run_id: int) -> Iterator[dict[str, Any]]:
    for claim in claims:
        page = page_id(claim["source"], claim["url"])
        key = [] if kind == "article" else [claim["name"].casefold(), claim["start"]]
        item = item_id(kind, claim["source"], claim["url"], key)
        told = {name: value for name, value in claim.items() if value}
        data = canonical_json(told)
        digest = content_hash(data, told)
        yield {
            "page": {
                "id": page, "source": claim["source"], "url": claim["url"], "kind": "article",
                "language": "pl", "http_status": 200, "content_type": "text/html", "items": 1,
                "first_fetch": START, "last_fetch": START, "last_read": START,
                "last_change": START, "fetches": 1, "changes": 1, "run_id": run_id,
            },
            kind: {
                **claim, "id": item, "page_id": page, "natural_key": key, "content_hash": digest,
                "version": 1, "first_seen": START, "fetched_at": START,
            },
            "item_version": {
                "item_id": item, "version": 1, "content_hash": digest, "data": data,
                "fetched_at": START, "extractor": "made up", "run_id": run_id, "recorded_at": START,
            },
            "change": {
                "item_id": item, "kind": kind, "source": claim["source"], "op": "create",
                "version": 1, "run_id": run_id, "recorded_at": START,
            },
        }  # fmt: skip
