"""What one claim says about organizations: whom it names, and what speaks for or against two
names meaning one. Pure: from a claim's row to the register's rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from models.registry import owner_claim
from registry.names import alias_key, form_of, head_kind, is_name, split_brackets, website_key
from registry.outside_ids import block_of

STATED = 0.97
"""A page says itself that two names mean one: by language, acronym or renaming."""

_PATH_LANGUAGE = re.compile(r"/[A-Za-z]{2}(?=/)")
_QUERY_LANGUAGE = re.compile(r"[?&]lang=[A-Za-z]{2}\b")


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose website a source is. country: ISO 3166-1 alpha-2; language: ISO 639-1."""

    name: str
    country: str | None = None
    language: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A row of `link`, under the names of its columns."""

    claim_id: str
    role: str
    alias: str
    written: str
    source: str
    language: str
    day: str | None
    first_day: str
    kind: str | None
    website: str | None
    score: float = 1.0


@dataclass(slots=True)
class Statement:
    """All that one claim adds to the register.

    proofs: (a, b, reason, score), a < b. blocks: (block, alias, language).
    """

    links: set[LinkRow] = field(default_factory=set)
    proofs: set[tuple[str, str, str, float]] = field(default_factory=set)
    blocks: set[tuple[str, str, str]] = field(default_factory=set)


def read_claim(kind: str, row: Any, owner: Owner | None) -> Statement:
    """What a claim's row says. owner: whose website its source is, if known."""
    statement = Statement()
    if kind in ("article", "event"):
        _activity(statement, kind, row, owner)
    elif kind == "certification":
        _certification(statement, row)
    elif kind == "relation":
        _relation(statement, row)
    elif kind == "organization":
        _organization(statement, row)
    return statement


def read_owner(source: str, owner: Owner, website: str | None, first_day: str) -> Statement:
    """What a source's file says of its own organization."""
    statement = Statement()
    name, acronym = split_brackets(owner.name)
    common = (source, owner.language or "und", None, first_day)
    claim = owner_claim(source)
    full = _link(statement, claim, "owner", name, *common, owner.kind or head_kind(name), website)
    if full and acronym:
        short = _link(statement, claim, "owner", acronym, *common, owner.kind, None)
        _prove(statement, full, short, "acronym given", STATED)
    return statement


def _activity(statement: Statement, kind: str, row: Any, owner: Owner | None) -> None:
    first_day = row.first_seen.date().isoformat()
    day: str | None
    if kind == "event":
        if row.status == "cancelled" or row.cancelled_at is not None:
            return
        # What is announced for later shows life on the day it was read, not later.
        day = min(row.start[:10], first_day)
        if row.organizer:
            _named(statement, row, "organizer", row.organizer, day=day)
    else:
        day = row.date_published[:10] if row.date_published else None
    if owner is not None:
        name = split_brackets(owner.name)[0]
        _link(
            statement,
            *(row.id, "publisher", name, row.source, owner.language or "und", day, first_day),
            *(None, None),
        )


def _certification(statement: Statement, row: Any) -> None:
    holder = _named(statement, row, "holder", row.holder)
    coordinator = _named(statement, row, "coordinator", row.coordinator)
    _apart(statement, holder, coordinator)
    if holder and _is_version(row):
        label = f"v:{_neutral(row.url)}|{row.scheme}|{row.level}|{row.round}"
        statement.blocks.add((label, holder, row.language))


def _relation(statement: Statement, row: Any) -> None:
    subject = _named(statement, row, "subject", row.subject)
    thing = _named(statement, row, "object", row.object)
    if row.relation == "renamed_to":
        _prove(statement, subject, thing, "renamed", STATED)
    else:
        _apart(statement, subject, thing)


def _organization(statement: Statement, row: Any) -> None:
    website = row.website
    first = _named(statement, row, "named", row.name, kind=row.kind, website=website)
    if not first:
        return
    for language, name in sorted(row.names.items()):
        other = _named(statement, row, "named", name, language=language, kind=row.kind)
        _prove(statement, first, other, "named in two languages", STATED)
    if row.acronym:
        short = _named(statement, row, "named", row.acronym, kind=row.kind)
        _prove(statement, first, short, "acronym given", STATED)
    if website:
        statement.blocks.add((f"w:{website_key(website)}", first, row.language))
    if row.kind and _is_version(row):
        statement.blocks.add((f"v:{_neutral(row.url)}|{row.kind}", first, row.language))
    for block in {block_of(address) for address in row.same_as} - {None}:
        statement.blocks.add((str(block), first, row.language))


def _named(
    statement: Statement,
    row: Any,
    role: str,
    name: str | None,
    *,
    language: str | None = None,
    day: str | None = None,
    kind: str | None = None,
    website: str | None = None,
) -> str | None:
    """Link a name and the acronym in its brackets; the name's key, None if it is none."""
    if not name:
        return None
    full, acronym = split_brackets(name)
    spoken = language or row.language
    first_day = row.first_seen.date().isoformat()
    common = (row.source, spoken, day, first_day, kind or head_kind(full))
    key = _link(statement, row.id, role, full, *common, website)
    if key and acronym:
        short = _link(statement, row.id, "named", acronym, *common, None)
        _prove(statement, key, short, "acronym given", STATED)
    return key


def _link(
    statement: Statement,
    claim_id: str,
    role: str,
    name: str,
    source: str,
    language: str,
    day: str | None,
    first_day: str,
    kind: str | None,
    website: str | None,
) -> str | None:
    if not is_name(name):
        return None
    key = alias_key(name, source)
    if any(link.role == role and link.alias == key for link in statement.links):
        return key
    statement.links.add(
        LinkRow(claim_id, role, key, name, source, language, day, first_day, kind, website)
    )
    return key


def _prove(statement: Statement, a: str | None, b: str | None, reason: str, score: float) -> None:
    if a and b and a != b:
        statement.proofs.add((min(a, b), max(a, b), reason, score))


def _apart(statement: Statement, a: str | None, b: str | None) -> None:
    """Two that stand in a relation to one another are two."""
    if a and b and form_of(a) != form_of(b):
        _prove(statement, a, b, "related", -1.0)


def _is_version(row: Any) -> bool:
    """Whether the address shows that the page is one of several languages' versions."""
    return bool(_neutral(row.url) != row.url)


def _neutral(url: str) -> str:
    return _PATH_LANGUAGE.sub("/*", _QUERY_LANGUAGE.sub("", url), count=1)


def as_day(value: str | None, *, end: bool) -> date | None:
    """A date of any precision as its first day, or with `end` its last.

    >>> as_day("2024-02", end=True)
    datetime.date(2024, 2, 29)
    """
    if not value:
        return None
    try:
        if len(value) >= 10:
            return date.fromisoformat(value[:10])
        year = int(value[:4])
        month = int(value[5:7]) if len(value) >= 7 else (12 if end else 1)
        if not end:
            return date(year, month, 1)
        return date.fromordinal(date(year + month // 12, month % 12 + 1, 1).toordinal() - 1)
    except ValueError:
        return None
