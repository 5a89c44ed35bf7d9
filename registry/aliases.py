"""Names as rows: made when they are first met, counted again when their claims change."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select

from languages.names import normal_key
from models.bulk import insert_unknown
from models.registry import Alias, Link
from registry.names import form_of, is_acronym
from registry.rows import select_in, table, update_rows


def add_aliases(connection: Connection, names: dict[str, str]) -> None:
    """Make the rows of names (key, then as written) that were never met before."""
    rows = [
        {
            "key": key,
            "form": form_of(name),
            "scope": key[len(form_of(name)) + 1 :],
            "name": name,
            "normal": normal_key(name),
            "acronym": is_acronym(name),
            "kind": "name",
            "language": "und",
            "mentions": 0,
            "sources": 0,
            "first_day": "",
            "organization": None,
            "born": None,
        }
        for key, name in sorted(names.items())
    ]
    insert_unknown(connection, table("alias"), rows)


def count_aliases(connection: Connection, keys: Iterable[str]) -> tuple[dict[str, str], set[str]]:
    """Count the mentions of names; returns those that are new, with the name, and those that are
    gone. One that is written otherwise now is both, because it must be compared anew.

    A name is written as most claims write it, and belongs to the language of most of them.
    """
    wanted = set(keys)
    before = {
        row.key: row for row in select_in(connection, select(Alias.__table__), Alias.key, wanted)
    }
    links: dict[str, list[Any]] = defaultdict(list)
    query = select(
        Link.alias, Link.written, Link.source, Link.language, Link.first_day, Link.role
    ).where(Link.role != "publisher")
    for row in select_in(connection, query, Link.alias, wanted):
        links[row.alias].append(row)
    fresh: dict[str, str] = {}
    gone: set[str] = set()
    rows: list[dict[str, Any]] = []
    for key in sorted(wanted & set(before)):
        old, found = before[key], links.get(key, [])
        name = _most(link.written for link in found) or old.name
        counted: dict[str, Any] = {
            "key": key,
            "name": name,
            "normal": old.normal if name == old.name else normal_key(name),
            "language": _most(link.language for link in found) or old.language,
            "mentions": len(found),
            "sources": len({link.source for link in found}),
            "first_day": min((link.first_day for link in found), default=old.first_day),
        }
        if found and (not old.mentions or old.name != name):
            fresh[key] = name
        if old.mentions and (not found or old.name != name):
            gone.add(key)
        if any(getattr(old, column) != value for column, value in counted.items()):
            rows.append(counted)
    update_rows(connection, "alias", "key", rows)
    return fresh, gone


def _most(values: Iterable[str]) -> str | None:
    """The most frequent value; of several the first by code points, "und" only if alone."""
    counted = Counter(values)
    known = {value: count for value, count in counted.items() if value != "und"}
    ordered = sorted((known or counted).items(), key=lambda item: (-item[1], item[0]))
    return ordered[0][0] if ordered else None
