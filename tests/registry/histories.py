"""Made-up websites and what the register says of them, told without ids."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select

import registry
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
from models import begin_run, finish_run
from models.registry import Alias, Certificate, OutsideId, Question, RegisteredOrganization, Tie
from pipelines.writer import Writer
from registry import Owner
from registry.feed import register_changes
from registry.lookup import find

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SCHEME = "pl-krajowy-klaster-kluczowy"
LABEL = "esca-cluster-management-excellence"
OWNERS = {"zielony": Owner("Klaster Zielonej Rzeki", "PL", "pl", "cluster")}


def at(day: float) -> datetime:
    """A moment, in days after the beginning of all tests."""
    return START + timedelta(days=day)


def page(
    path: str,
    *items: Item,
    source: str = "portal",
    language: str = "pl",
    day: float = 0,
    published: str | None = None,
) -> Visit:
    """A visit to a page with these items; with `published`, an article of that day is one."""
    url = f"https://www.{source}.example/{path}"
    if published:
        value = DatedValue(published, "day", "byline", published)
        items = (*items, NewsArticle(headline=f"Wieści {path}", date_published=value))
    for item in items:
        item.url, item.source, item.language = url, source, language
        item.evidence = item.evidence or f"Zdanie ze strony {path}"
    made = Page(url=url, source=source, language=language, headline=path, text=f"{path} {items}")
    made.items = list(items)
    return Visit(
        url=url,
        source=source,
        fetched_at=at(day).isoformat(),
        status=200,
        page=made,
        body=f"<html>{path} {items}</html>".encode(),
        content_type="text/html",
    )


def store(engine: Engine, *visits: Visit, day: float = 0, trigger: str = "manual") -> None:
    """A run over each source among the visits, without settling."""
    for source in sorted({visit.source for visit in visits}):
        url = f"https://www.{source}.example/"
        run = begin_run(engine, source, url=url, now=at(day), trigger=trigger)
        writer = Writer(engine, clock=lambda: at(day))
        for visit in visits:
            if visit.source == source:
                writer.put(visit, run)
        writer.close()
        finish_run(engine, run, "ok", now=at(day))


def crawl(engine: Engine, *visits: Visit, day: float = 0) -> registry.Settled:
    """A run over each source among the visits, and the settling after it."""
    store(engine, *visits, day=day)
    return registry.settle(engine, owners=OWNERS, now=at(day))


def org(name: str, **more: Any) -> Organization:
    return Organization(name=name, **more)


def held(holder: str, **more: Any) -> Certification:
    return Certification(scheme=more.pop("scheme", LABEL), holder=holder, **more)


def coordinates(subject: str, thing: str, **more: Any) -> Relation:
    return Relation(
        subject=subject, relation=more.pop("relation", "coordinator_of"), object=thing, **more
    )


def event(name: str, start: str, **more: Any) -> Event:
    return Event(name=name, start=start, **more)


def id_of(engine: Engine, name: str) -> str:
    """The id of the one organization with this name."""
    with engine.connect() as connection:
        (match,) = find(connection, name)
    return match.organization


def names_of(engine: Engine) -> list[set[str]]:
    """The organizations, each as the set of its names."""
    found = portrait(engine)
    return sorted((set(one["names"]) for one in found.values() if "facts" in one), key=sorted)


def told(engine: Engine, *kinds: str) -> list[tuple[str, str]]:
    """The register's changes as (kind, organization's name), of some kinds or all."""
    changes, _ = register_changes(engine, limit=1_000)
    return [(c.kind, c.name) for c in changes if not kinds or c.kind in kinds]


def portrait(engine: Engine) -> dict[str, dict[str, Any]]:
    """All that the register derives, with each organization named by its first alias."""
    with engine.connect() as connection:
        aliases = connection.execute(
            select(Alias.__table__).where(Alias.mentions > 0).order_by(Alias.key)
        ).all()
        first: dict[str, str] = {}
        found: dict[str, dict[str, Any]] = {}
        for row in aliases:
            key = first.setdefault(row.organization, row.key)
            one = found.setdefault(key, {"names": [], "kinds": {}, "labels": [], "ties": []})
            one["names"].append(row.name)
            one["kinds"][row.key] = (row.kind, row.language, row.mentions, row.sources)
        for row in connection.execute(select(RegisteredOrganization.__table__)):
            if row.id in first:
                facts = dict(row._mapping)
                for name in ("id", "merged_into"):
                    facts.pop(name)
                found[first[row.id]]["facts"] = facts
        for row in connection.execute(select(Certificate.__table__)):
            facts = dict(row._mapping)
            key = first[facts.pop("organization")]
            facts["coordinator"] = first.get(facts["coordinator"])
            disputed = facts["disputes"].pop("coordinator", {})
            facts["disputes"]["coordinator"] = sorted(map(first.get, disputed), key=str)
            found[key]["labels"].append(repr(sorted(facts.items())))
        for row in connection.execute(select(Tie.__table__)):
            facts = dict(row._mapping)
            key = first[facts.pop("subject")]
            facts["object"] = first[facts["object"]]
            found[key]["ties"].append(repr(sorted(facts.items())))
        for row in connection.execute(select(OutsideId.__table__)):
            one = found[first[row.organization]].setdefault("outside", [])
            one.append(repr((row.scheme, row.value, row.claims)))
        open_ = Question.state.in_(("open", "later"))
        asked = select(Question.a, Question.b, Question.evidence).where(open_)
        for row in connection.execute(asked):
            found.setdefault("questions", {"names": []})["names"].append(repr(tuple(row)))
    for one in found.values():
        for value in one.values():
            if isinstance(value, list):
                value.sort()
    return found
