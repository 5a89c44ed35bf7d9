"""Small made-up websites for the store's tests, and what a database says of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select

from items import (
    Certification,
    DatedValue,
    Event,
    Item,
    NewsArticle,
    Organization,
    Page,
    Relation,
    Visit,
)
from models import Base, Run, begin_run, finish_run
from pipelines.writer import Writer

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SOURCE = "parkowo"


def at(day: float) -> datetime:
    """A moment, in days after the beginning of all tests."""
    return START + timedelta(days=day)


def address(number: int, source: str = SOURCE) -> str:
    return f"https://www.{source}.example/aktualnosci/{number}/"


def page_items(number: int, source: str = SOURCE, word: str = "nowy") -> list[Item]:
    """One item of each type. `word` makes the content, but no key, another one."""
    common: dict[str, Any] = {
        "url": address(number, source),
        "source": source,
        "language": "pl",
        "evidence": f"Zdanie {number} o klastrze",
    }
    return [
        NewsArticle(
            headline=f"Wiadomość {number}",
            body=f"Treść {word} {number}",
            date_published=DatedValue("2026-02-01", "day", "byline", "1 lutego 2026"),
            **common,
        ),
        Event(name=f"Targi {number}", start="2026-06-10", end="2026-06-11", city=word, **common),
        Certification(
            scheme="gold", holder=f"Klaster {number}", issued_by=f"Jury {word}", **common
        ),
        Organization(
            name=f"Klaster {number}", names={"en": f"Cluster {number}"}, acronym=word, **common
        ),
        Relation(
            subject=f"Firma {number}",
            relation="member_of",
            object="Klaster Ż",
            valid_until=word,
            **common,
        ),
    ]


def visit(
    number: int,
    day: float = 0,
    *,
    source: str = SOURCE,
    word: str = "nowy",
    items: list[Item] | None = None,
    status: int = 200,
    kind: Any = "article",
    text: str | None = None,
) -> Visit:
    """A visit to a page; without a page of its own where the status is not 200."""
    url = address(number, source)
    page = Page(
        url=url,
        source=source,
        kind=kind,
        language="pl",
        headline=f"Wiadomość {number}",
        text=f"Tekst {word} {number}" if text is None else text,
        items=page_items(number, source, word) if items is None else items,
        links=[address(number + 1, source)],
    )
    return Visit(
        url=url,
        source=source,
        fetched_at=at(day).isoformat(),
        status=status,
        page=page if status == 200 else None,
        etag=f'"{word}-{number}"' if status == 200 else None,
        body=f"<html>{word} {number}</html>".encode() if status == 200 else b"",
        content_type="text/html; charset=utf-8" if status == 200 else "",
    )


def crawl(
    engine: Engine,
    visits: list[Visit],
    day: float = 0,
    *,
    source: str = SOURCE,
    verdict: str = "ok",
    version: str = "1.0",
) -> Run:
    """A whole run that stores these visits."""
    run_id = begin_run(engine, source, code_version=version, now=at(day))
    writer = Writer(engine, clock=lambda: at(day))
    for one in visits:
        writer.put(one, run_id)
    writer.close()
    return finish_run(engine, run_id, verdict, now=at(day))


# When and in which run something was written differs between runs that lead to the same.
_INCIDENTAL = {"recorded_at", "run_id", "seq", "id_"}
_TABLES = (
    "page",
    "article",
    "event",
    "certification",
    "organization",
    "relation",
    "item_version",
    "body",
    "capture",
    "rejected",
)


def contents(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """All that a database says, in an order of its own, without when and by which run."""
    found = {}
    with engine.connect() as connection:
        for name in _TABLES:
            table = Base.metadata.tables[name]
            rows = [
                {
                    key: value
                    for key, value in row._mapping.items()
                    if key not in _INCIDENTAL and not (name == "rejected" and key == "id")
                }
                for row in connection.execute(select(table))
            ]
            found[name] = sorted(rows, key=repr)
    return found


def replay(records: list[Any]) -> dict[str, tuple[str, int, str]]:
    """Items as a reader of the change feed knows them: state, version, evidence."""
    known: dict[str, tuple[str, int, str]] = {}
    for record in records:
        state = "live" if record.op in ("create", "update", "restore") else record.op
        known[record.item_id] = (state, record.version, record.data.get("evidence", ""))
    return known


def standing(engine: Engine) -> dict[str, tuple[str, int, str]]:
    """Items as their tables have them: state, version, evidence."""
    known: dict[str, tuple[str, int, str]] = {}
    with engine.connect() as connection:
        for kind in ("article", "event", "certification", "organization", "relation"):
            table = Base.metadata.tables[kind]
            for row in connection.execute(select(table)):
                state = "live" if row.missing_since is None else "missing"
                if getattr(row, "cancelled_at", None) is not None:
                    state = "cancel"
                if row.removed_at is not None:
                    state = "remove"
                known[row.id] = (state, row.version, row.evidence)
    return known
