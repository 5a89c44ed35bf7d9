"""The labels that organizations hold, written from what is claimed about them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from models.bulk import insert_rows
from models.registry import Certificate
from registry.certificates import Term, terms
from registry.facts import certificates_of
from registry.journal import Journal
from registry.rows import select_in, table
from registry.statements import as_day


def certify(
    connection: Connection, wanted: set[str], silent: set[str], journal: Journal, today: date
) -> set[tuple[str, str]]:
    """Derive the labels of organizations; returns (organization, scheme) of those that changed.

    Nothing is told about the silent ones.
    """
    old: dict[tuple[str, str], dict[str, Any]] = defaultdict(dict)
    for row in select_in(
        connection, select(Certificate.__table__), Certificate.organization, wanted
    ):
        old[row.organization, row.scheme][row.term] = row
    said = certificates_of(connection, wanted)
    gone, made = [], []
    for key in sorted({*old, *said}):
        fresh = {term.term: _term_row(key, term) for term in terms(said.get(key, []))}
        known = {name: dict(row._mapping) for name, row in old[key].items()}
        if fresh != known:
            gone += [key] if known else []
            made += list(fresh.values())
            if key[0] not in silent:
                _tell_terms(journal, key, known, fresh, today)
    for organization, scheme in gone:
        target = table("certificate")
        connection.execute(
            target.delete().where(target.c.organization == organization, target.c.scheme == scheme)
        )
    insert_rows(connection, table("certificate"), made)
    return {*gone, *((str(row["organization"]), str(row["scheme"])) for row in made)}


def _term_row(key: tuple[str, str], term: Term) -> dict[str, Any]:
    return {
        "organization": key[0],
        "scheme": key[1],
        "term": term.term,
        "level": term.level,
        "round": term.round,
        "valid_from": term.valid_from,
        "valid_until": term.valid_until,
        "first_stated": term.first_stated,
        "coordinator": term.coordinator,
        "rules": term.rules,
        "disputes": term.disputes,
        "claims": term.claims,
        "renews": term.renews,
        "superseded": term.superseded,
        "incomplete": term.incomplete,
    }


def _tell_terms(
    journal: Journal,
    key: tuple[str, str],
    known: dict[str, dict[str, Any]],
    fresh: dict[str, dict[str, Any]],
    today: date,
) -> None:
    organization, scheme = key
    for name, row in fresh.items():
        before = known.get(name)
        if before is None:
            kind = "status renewed" if row["renews"] else "status gained"
            old = _told(scheme, fresh[row["renews"]]) if row["renews"] else None
            journal.tell(
                kind,
                organization,
                old,
                _told(scheme, row),
                claims=row["claims"],
                day=row["valid_from"] or row["first_stated"],
            )
        if _is_over(row, today) and not (before and _is_over(before, today)):
            _tell_end(journal, organization, scheme, row)
    for name, row in known.items():
        if name not in fresh:
            journal.tell("status withdrawn", organization, _told(scheme, row), None)


def _told(scheme: str, row: Any) -> dict[str, Any]:
    """A term as changes tell it."""
    names = ("level", "round", "valid_from", "valid_until")
    facts = {name: row[name] for name in names if row[name]}
    return {"scheme": scheme, **facts}


def _is_over(row: Any, today: date) -> bool:
    """Whether the stated end of a term lies behind."""
    end = as_day(row["valid_until"], end=True)
    return end is not None and end < today


def _tell_end(journal: Journal, organization: str, scheme: str, row: Any) -> None:
    journal.tell(
        "status expired",
        organization,
        _told(scheme, row),
        None,
        claims=row["claims"],
        day=row["valid_until"],
    )


def tell_expired(
    connection: Connection,
    last_day: str,
    today: date,
    changed: set[tuple[str, str]],
    journal: Journal,
) -> None:
    """Tell of the terms that ended since the last settling; of the changed ones it was told."""
    if last_day >= today.isoformat():
        return
    rows = connection.execute(
        select(Certificate.__table__)
        .where(Certificate.valid_until >= last_day[:4], Certificate.valid_until <= f"{today}")
        .order_by(Certificate.organization, Certificate.scheme, Certificate.term)
    )
    for row in rows.mappings():
        ended = _is_over(row, today) and not _is_over(row, date.fromisoformat(last_day))
        if ended and (row["organization"], row["scheme"]) not in changed:
            _tell_end(journal, row["organization"], row["scheme"], row)
