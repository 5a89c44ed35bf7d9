"""Directories to publish, and what a folder of publications holds."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from worlds import START, address, crawl, visit

from feeds.publishing import Published, Wishes, publish
from items import Certification, DatedValue, Event, Item, NewsArticle, Organization, Relation
from registry import Owner, settle
from registry.entries import settle_entries

OWNERS = {
    "parkowo": Owner("Klaster Parkowy", country="PL", language="pl"),
    "dolina": Owner("Dolina Kruszynska", country="CZ", language="cs"),
}
SCHEME = "pl-krajowy-klaster-kluczowy"
PAYLOADS = [
    "=1+1",
    "+48 22 000",
    "-2+3",
    "@SUM(A1)",
    "\tx",
    "  =cmd|' /C calc'!A0",
    '=HYPERLINK("https://x.example")',
    "＝1+1",
    "<script>alert(1)</script>",
    'a "b", c;\r\nd',
    "]]>&amp;",
    "\u202eodwrócone",
]


def common(number: int, source: str, words: str = "Zdanie") -> dict[str, Any]:
    """What all items of a page share."""
    return {
        "url": address(number, source),
        "source": source,
        "language": OWNERS[source].language,
        "evidence": f"{words} {number}",
    }


def article(number: int, headline: str, day: str | None, source: str, body: str = "Treść.") -> Item:
    date = (
        DatedValue(day, "day" if len(day) == 10 else "month", "byline", day)
        if day
        else DatedValue(None, reason="absent")
    )
    return NewsArticle(headline=headline, body=body, date_published=date, **common(number, source))


def pages(source: str, *, dated: bool = True) -> dict[int, list[Item]]:
    """A small website; without its dates where a redesign lost them."""
    day = "2026-02-03" if dated else None
    other = "dolina" if source == "parkowo" else "parkowo"
    return {
        1: [article(1, f"Nowy park w Łodzi, {source}", day, source)],
        2: [article(2, f"Nabór, {source}", "2026-01" if dated else None, source)],
        3: [article(3, f"Bez daty, {source}", None, source)],
        4: [
            Event(
                name=f"Targi, {source}",
                start="2026-06-10",
                end="2026-06-12",
                city="Gdańsk",
                country="PL",
                all_day=True,
                **common(4, source),
            )
        ],
        5: [
            Event(
                name=f"Walne, {source}",
                start="2026-05-01T10:00",
                end="2026-05-01T12:00",
                timezone="Europe/Warsaw" if source == "parkowo" else "Europe/Prague",
                **common(5, source),
            )
        ],
        6: [
            Organization(
                name=f"Firma Chemiczna {source}",
                website=f"https://www.firma-{source}.example/",
                **common(6, source),
            ),
            Relation(
                subject=f"Firma Chemiczna {source}",
                relation="member_of",
                object=OWNERS[source].name,
                **common(6, source),
            ),
            Relation(
                subject=OWNERS[other].name,
                relation="partner_of",
                object=OWNERS[source].name,
                **common(6, source),
            ),
            Certification(
                scheme=SCHEME,
                holder=OWNERS[source].name,
                round="VI",
                valid_from="2025-01",
                valid_until="2027-12-31",
                **common(6, source),
            ),
        ],
    }


def read(
    engine: Engine,
    source: str,
    content: dict[int, list[Item]],
    day: float = 0,
    verdict: str = "ok",
) -> None:
    """A run over these pages, and what follows from it."""
    visits = [visit(number, day, source=source, items=items) for number, items in content.items()]
    crawl(engine, visits, day, source=source, verdict=verdict)
    settled(engine, day)


def settled(engine: Engine, day: float = 0) -> None:
    """Bring what is derived up to date, on a day after the beginning of all tests."""
    settle(engine, owners=OWNERS, now=START + timedelta(days=day))
    settle_entries(engine, {name: owner.country for name, owner in OWNERS.items()})


def published(engine: Engine, folder: Path, **wishes: Any) -> Published:
    """Publish, with these wishes."""
    return publish(engine, folder, Wishes(**wishes), validity={SCHEME: 36})


def fingerprint(folder: Path) -> str:
    """The hash of all files below a folder, with their names."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        digest.update(str(path.relative_to(folder)).encode() + b"\0")
        if path.is_file():
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
