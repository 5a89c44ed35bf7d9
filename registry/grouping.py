"""Groups the names that a settling touched anew, and gives the groups their ids."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, select

from models.bulk import insert_rows
from models.claims import kind_of
from models.registry import Alias, Evidence, Link, Question, RegisteredOrganization
from registry.identity import Doubt, Node, Proof, Remembered, assign, cluster
from registry.journal import Journal
from registry.outside_ids import ids_of_names
from registry.rows import AT_ONCE, chunks, select_in, table, update_rows

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


@dataclass(slots=True)
class Regrouped:
    """What a regrouping changed. organizations: all that it concerned; new: those with new
    ids; away: those merged into others or without names; moved: names that changed sides."""

    organizations: set[str] = field(default_factory=set)
    new: set[str] = field(default_factory=set)
    away: set[str] = field(default_factory=set)
    moved: set[str] = field(default_factory=set)


def regroup(
    connection: Connection, seeds: set[str], journal: Journal, prefer: frozenset[str]
) -> Regrouped:
    """Group these names and all that evidence connects with them."""
    result = Regrouped()
    seen: set[str] = set()
    for piece in chunks(seeds, AT_ONCE):
        names, evidence = _component(connection, set(piece) - seen)
        seen |= set(names)
        if names:
            _regroup(connection, names, evidence, journal, prefer, result)
    return result


def _regroup(
    connection: Connection,
    names: dict[str, Row[Any]],
    evidence: list[Proof],
    journal: Journal,
    prefer: frozenset[str],
    result: Regrouped,
) -> None:
    """Group names that nothing connects with any others."""
    present = {key: row for key, row in names.items() if row.mentions}
    kinds = _kinds(connection, set(present))
    ids = ids_of_names(connection, present)
    nodes = [
        Node(key, row.form, row.acronym, frozenset(kinds.get(key, ())), frozenset(ids[key]))
        for key, row in present.items()
    ]
    groups, doubts = cluster(nodes, evidence)
    _identify(connection, names, groups, journal, prefer, result)
    _ask(connection, set(names), doubts, journal)


def _component(connection: Connection, seeds: set[str]) -> tuple[dict[str, Row[Any]], list[Proof]]:
    """The names that are connected with the seeds, and all evidence among them."""
    names: dict[str, Row[Any]] = {}
    proofs: dict[tuple[str, str, str], Proof] = {}
    frontier = set(seeds)
    columns = (Evidence.a, Evidence.b, Evidence.reason, Evidence.score)
    while frontier:
        found = {
            row.key: row
            for row in select_in(connection, select(Alias.__table__), Alias.key, frontier)
        }
        names.update(found)
        reached: set[str] = set()
        for column in (Evidence.a, Evidence.b):
            for row in select_in(connection, select(*columns), column, found):
                known = proofs.get((row.a, row.b, row.reason))
                if known is None or known.score < row.score:
                    proofs[row.a, row.b, row.reason] = Proof(row.a, row.b, row.reason, row.score)
                if row.score > 0:
                    reached |= {row.a, row.b}
        ids = {row.organization for row in found.values() if row.organization}
        reached |= _keys(connection, Alias.organization, ids)
        forms = {row.form for row in found.values() if row.acronym}
        reached |= _keys(connection, Alias.form, forms, acronyms=True)
        frontier = reached - set(names)
    return names, list(proofs.values())


def _keys(
    connection: Connection, column: Any, values: set[str], *, acronyms: bool = False
) -> set[str]:
    query = select(Alias.key)
    if acronyms:
        query = query.where(Alias.acronym)
    return {row.key for row in select_in(connection, query, column, values)}


def _kinds(connection: Connection, keys: set[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    query = select(Link.alias, Link.kind).where(Link.kind.is_not(None)).distinct()
    for row in select_in(connection, query, Link.alias, keys):
        found[row.alias].add(row.kind)
    return found


def _identify(
    connection: Connection,
    names: dict[str, Row[Any]],
    groups: list[frozenset[str]],
    journal: Journal,
    prefer: frozenset[str],
    result: Regrouped,
) -> None:
    """Give the groups ids, and write which name belongs to which organization."""
    organizations = _organizations(connection, names)
    memory = {key: Remembered(row.organization, row.born) for key, row in names.items()}
    merged_into = {key: row.merged_into for key, row in organizations.items()}
    since = {key: row.first_seen for key, row in organizations.items()}
    assigned = assign(groups, memory, merged_into, prefer, since)
    ids = dict(assigned.ids)
    new = _new_ids(connection, assigned.fresh)
    ids.update(new)
    result.new |= set(new.values())
    _create(connection, set(new.values()), journal)
    moved = []
    origins: dict[str, set[str]] = defaultdict(set)
    for group, organization in sorted(ids.items(), key=lambda item: item[1]):
        for key in sorted(group):
            if names[key].organization != organization:
                origins[organization] |= {names[key].organization or names[key].born} - {None}
                born = names[key].born or organization
                moved.append({"key": key, "organization": organization, "born": born})
    update_rows(connection, "alias", "key", moved)
    result.moved |= {str(row["key"]) for row in moved}
    states: list[dict[str, Any]] = []
    for old, winner in sorted(assigned.merged.items()):
        states.append({"id": old, "merged_into": winner, "withdrawn": False})
        mine = {key for key, row in names.items() if row.organization == old}
        theirs = {key for group, one in ids.items() if one == winner for key in group} - mine
        claims, words = _grounds(connection, mine, theirs, speaks_for=True)
        journal.tell("merged", winner, [old], [winner], claims=claims, words=words)
    states += [
        {"id": back, "merged_into": None, "withdrawn": False} for back in sorted(assigned.revived)
    ]
    update_rows(connection, "registered_organization", "id", states)
    for organization in sorted(assigned.revived | set(new.values())):
        for origin in sorted(origins[organization] - set(assigned.merged)):
            mine = {key for group, one in ids.items() if one == organization for key in group}
            theirs = {key for group, one in ids.items() if one == origin for key in group}
            claims, words = _grounds(connection, mine, theirs, speaks_for=False)
            now = [origin, organization]
            journal.tell("split", origin, [origin], now, claims=claims, words=words)
    result.organizations |= set(ids.values()) | set(assigned.merged)
    lost = {row.organization for row in names.values() if row.organization}
    lost -= set(ids.values()) | set(assigned.merged)
    held = {
        row.organization
        for row in select_in(
            connection,
            select(Alias.organization).where(Alias.mentions > 0).distinct(),
            Alias.organization,
            lost,
        )
    }
    empty = sorted(old for old in lost - held if not organizations[old].withdrawn)
    for old in empty:
        journal.tell("withdrawn", old, organizations[old].name, None)
    update_rows(
        connection, "registered_organization", "id", [{"id": o, "withdrawn": True} for o in empty]
    )
    result.organizations |= set(empty)
    result.away |= set(assigned.merged) | set(empty)


def _grounds(
    connection: Connection, mine: set[str], theirs: set[str], *, speaks_for: bool
) -> tuple[list[str], str]:
    """The claims that speak for two sides being one, or against it, and the reasons in words."""
    reasons: dict[str, float] = {}
    claims: dict[str, float] = {}
    for column, other in ((Evidence.a, theirs), (Evidence.b, theirs)):
        for row in select_in(connection, select(Evidence.__table__), column, mine):
            if not {row.a, row.b} & other or (row.score > 0) is not speaks_for:
                continue
            weight = abs(row.score)
            reason = "a person said so" if row.origin.startswith("d:") else row.reason
            reasons[reason] = max(weight, reasons.get(reason, 0.0))
            if kind_of(row.origin) and ":" not in row.origin:
                claims[row.origin] = weight
    told = sorted(reasons, key=lambda reason: (-reasons[reason], reason))
    return sorted(claims, key=lambda claim: (-claims[claim], claim)), ", ".join(told)


def _organizations(connection: Connection, names: dict[str, Row[Any]]) -> dict[str, Row[Any]]:
    ids = {row.organization for row in names.values()} | {row.born for row in names.values()}
    query = select(RegisteredOrganization.__table__)
    rows = select_in(connection, query, RegisteredOrganization.id, ids - {None})
    return {row.id: row for row in rows}


def _new_ids(connection: Connection, groups: list[frozenset[str]]) -> dict[frozenset[str], str]:
    """Ids that no organization ever had: each from its group's first name, so that a database
    that is made again from the same pages mostly has the same ones."""
    found: dict[frozenset[str], str] = {}
    left = groups
    query = select(RegisteredOrganization.id)
    for salt in range(1_000):
        made = {group: _id_from(f"{salt}:{min(group)}") for group in left}
        rows = select_in(connection, query, RegisteredOrganization.id, made.values())
        taken = {row.id for row in rows} | set(found.values())
        for group, one in made.items():
            if one not in taken:
                found[group] = one
                taken.add(one)
        left = [group for group in left if group not in found]
        if not left:
            return found
    raise RuntimeError(f"no free id for {min(left[0])!r}")


def _id_from(text: str) -> str:
    """o- and ten letters or digits of base 32.

    >>> len(_id_from("0:klaster"))
    12
    """
    number = int.from_bytes(sha256(text.encode()).digest()[:8])
    return "o-" + "".join(_LETTERS[number >> shift & 31] for shift in range(0, 50, 5))


def _create(connection: Connection, ids: set[str], journal: Journal) -> None:
    rows: list[dict[str, Any]] = [
        {
            "id": organization,
            "name": "",
            "names": {},
            "kind": None,
            "country": None,
            "website": None,
            "first_seen": journal.today.isoformat(),
            "last_activity": None,
            "last_activity_url": None,
            "merged_into": None,
            "withdrawn": False,
        }
        for organization in sorted(ids)
    ]
    insert_rows(connection, table("registered_organization"), rows)


def _ask(connection: Connection, names: set[str], doubts: list[Doubt], journal: Journal) -> None:
    """Put the questions that remain in place of those that were open about these names."""
    known: dict[tuple[str, str], Any] = {}
    for column in (Question.a, Question.b):
        for row in select_in(connection, select(Question.__table__), column, names):
            known[row.a, row.b] = row
    wanted = {(doubt.a, doubt.b): doubt for doubt in doubts}
    target = table("question")
    for pair, row in sorted(known.items()):
        if pair not in wanted and row.state in ("open", "later"):
            connection.execute(target.delete().where(target.c.id == row.id))
        elif pair in wanted:
            state = row.state if row.state == "later" else "open"
            facts = {"score": wanted[pair].score, "evidence": list(wanted[pair].reasons)}
            values = {**facts, "state": state}
            if any(getattr(row, name) != value for name, value in values.items()):
                connection.execute(target.update().where(target.c.id == row.id).values(values))
    rows = [
        {
            "a": doubt.a,
            "b": doubt.b,
            "score": doubt.score,
            "evidence": list(doubt.reasons),
            "state": "open",
            "asked_at": journal.now,
            "answered_at": None,
            "answered_by": None,
        }
        for pair, doubt in sorted(wanted.items())
        if pair not in known
    ]
    insert_rows(connection, target, rows)
