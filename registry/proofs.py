"""Evidence that follows from names and from what several claims share, kept beside the names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations

from sqlalchemy import Connection, func, or_, select

from languages.names import same_organization
from models.bulk import insert_rows, insert_unknown
from models.registry import Alias, Evidence, Link, NameBlock
from registry.names import blocks_of
from registry.outside_ids import BLOCK
from registry.rows import AT_ONCE, chunks, delete_in, select_in, table

SAME_NAME = 0.97
"""Two names that can only mean the same organization."""

SAME_WEBSITE = 0.7
INITIALS = 0.92
SAME_PAGE = 0.8
"""Two language versions of a page name one organization each, in the same place."""

FULL_BLOCK = 500
"""A block of more names than this tells nothing, and its names are not compared."""

FULL_WEBSITE = 8
"""A website that so many names share is a platform."""

SAME_ID = 0.97
"""Two names to which pages give the same entry in another work."""

FULL_ID = 30
"""An entry that so many names share is that of the page, not theirs."""


def add_blocks(connection: Connection, names: dict[str, str]) -> None:
    """Put new names (key, then name) under their blocks."""
    for piece in chunks(names, AT_ONCE):
        rows = [
            {"block": block, "alias": key, "claim_id": "", "language": ""}
            for key in piece
            for block in blocks_of(names[key], key)
        ]
        insert_rows(connection, table("name_block"), rows)


def name_proofs(connection: Connection, names: dict[str, str]) -> set[str]:
    """Compare new names with all that share a block; the keys that got evidence."""
    found: set[str] = set()
    for piece in chunks(names, AT_ONCE):
        found |= _write(connection, _same_names(connection, {key: names[key] for key in piece}))
    return found


def _same_names(
    connection: Connection, names: dict[str, str]
) -> Iterable[tuple[str, str, str, str, float]]:
    """What names share a block with others; neither names alone in theirs nor full blocks are
    fetched."""
    blocks = {
        row.block
        for row in select_in(
            connection,
            select(NameBlock.block).where(NameBlock.claim_id == "").distinct(),
            NameBlock.alias,
            names,
        )
    }
    several = (
        select(NameBlock.block)
        .where(NameBlock.claim_id == "")
        .group_by(NameBlock.block)
        .having(func.count().between(2, FULL_BLOCK))
    )
    shared = {row.block for row in select_in(connection, several, NameBlock.block, blocks)}
    known: dict[str, dict[str, str]] = defaultdict(dict)
    query = select(NameBlock.block, Alias.key, Alias.name).join(Alias, Alias.key == NameBlock.alias)
    for row in select_in(connection, query, NameBlock.block, shared):
        known[row.block][row.key] = row.name
    compared: set[tuple[str, str]] = set()
    for _, members in sorted(known.items()):
        for key in sorted(members.keys() & names.keys()):
            for other, name in members.items():
                pair = (min(key, other), max(key, other))
                if key == other or pair in compared:
                    continue
                compared.add(pair)
                if same_organization(names[key], name):
                    yield (*pair, "same name", "", SAME_NAME)


def initials_proofs(connection: Connection, pairs: set[tuple[str, str]]) -> set[str]:
    """Compare acronyms with the full names of their source, for (source, name) that are new."""
    found: list[tuple[str, str, str, str, float]] = []
    for source in sorted({source for source, _ in pairs}):
        new = {key for of, key in pairs if of == source}
        query = select(Alias.key, Alias.name, Alias.acronym)
        fresh = list(select_in(connection, query, Alias.key, new))
        short = [row for row in fresh if row.acronym]
        full = [row for row in fresh if not row.acronym]
        compared = {(a.key, b.key): (a, b) for a in short for b in full}
        if short:
            here = select(Link.alias).where(Link.source == source, Link.role != "publisher")
            others = query.where(Alias.key.in_(here), Alias.acronym.is_(False))
            compared |= {(a.key, b.key): (a, b) for b in connection.execute(others) for a in short}
        if full:
            others = query.where(Alias.scope == source, Alias.acronym, Alias.mentions > 0)
            compared |= {(a.key, b.key): (a, b) for a in connection.execute(others) for b in full}
        for (one, other), (a, b) in sorted(compared.items()):
            if same_organization(a.name, b.name):
                pair = (min(one, other), max(one, other))
                found.append((*pair, "initials", f"s:{source}", INITIALS))
    return _write(connection, found)


def forget_initials(connection: Connection, pairs: set[tuple[str, str]]) -> set[str]:
    """Drop the evidence of names that a source no longer has; the keys that lost evidence."""
    touched: set[str] = set()
    for source in sorted({source for source, _ in pairs}):
        for piece in chunks(key for of, key in pairs if of == source):
            here = (Evidence.origin == f"s:{source}") & or_(
                Evidence.a.in_(piece), Evidence.b.in_(piece)
            )
            for row in connection.execute(select(Evidence.a, Evidence.b).where(here)):
                touched |= {row.a, row.b}
            connection.execute(table("evidence").delete().where(here))
    return touched


def context_proofs(connection: Connection, blocks: set[str]) -> set[str]:
    """Weigh anew what claims share: a website, or a place on two versions of one page."""
    touched: set[str] = set()
    for row in select_in(connection, select(Evidence.a, Evidence.b), Evidence.origin, blocks):
        touched |= {row.a, row.b}
    delete_in(connection, table("evidence").c.origin, blocks)
    members: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    query = select(NameBlock.block, NameBlock.alias, NameBlock.language)
    for row in select_in(connection, query, NameBlock.block, blocks):
        members[row.block][row.alias].add(row.language)
    found = []
    for block, languages in members.items():
        names = sorted(languages)
        if block.startswith("w:"):
            if len(names) <= FULL_WEBSITE:
                found += [
                    (*pair, "same website", block, SAME_WEBSITE) for pair in combinations(names, 2)
                ]
        elif block.startswith(BLOCK):
            if len(names) <= FULL_ID:
                found += [
                    (*pair, "same outside id", block, SAME_ID) for pair in combinations(names, 2)
                ]
        elif len(names) == 2 and not languages[names[0]] & languages[names[1]]:
            found.append((names[0], names[1], "versions of one page", block, SAME_PAGE))
    return touched | _write(connection, found)


def forget_names(connection: Connection, keys: set[str]) -> None:
    """Drop what follows from names alone, for those that are gone or written otherwise."""
    for piece in chunks(keys):
        own = NameBlock.alias.in_(piece) & (NameBlock.claim_id == "")
        connection.execute(table("name_block").delete().where(own))
        for column in (Evidence.a, Evidence.b):
            here = column.in_(piece) & or_(Evidence.origin == "", Evidence.origin.like("s:%"))
            connection.execute(table("evidence").delete().where(here))


def _write(connection: Connection, proofs: Iterable[tuple[str, str, str, str, float]]) -> set[str]:
    rows = [
        {"a": a, "b": b, "reason": reason, "origin": origin, "score": score}
        for a, b, reason, origin, score in proofs
    ]
    insert_unknown(connection, table("evidence"), rows)
    return {key for row in rows for key in (str(row["a"]), str(row["b"]))}
