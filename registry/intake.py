"""From changed claims to changed rows of links, evidence and blocks; what that touched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, select

from models.bulk import insert_rows
from models.claims import KINDS, Article, Certification, Relation, kind_of
from models.history import Change
from models.registry import Evidence, Link, NameBlock, owner_claim
from models.runs import Run, Source
from registry.aliases import add_aliases
from registry.rows import AT_ONCE, chunks, delete_in, select_in, table
from registry.statements import LinkRow, Owner, Statement, read_claim, read_owner

_COLUMNS = {
    "article": ("date_published",),
    "event": ("start", "status", "organizer", "cancelled_at"),
    "certification": ("scheme", "level", "round", "holder", "coordinator"),
    "organization": ("name", "names", "acronym", "kind", "website", "same_as"),
    "relation": ("subject", "relation", "object"),
}
_ALWAYS = ("id", "source", "url", "language", "first_seen", "missing_since", "removed_at")


@dataclass(slots=True)
class Touched:
    """What a settling has to look at again.

    names: aliases of changed claims. active: those whose dated activity changed. pairs: (source,
    alias) that may be new there or gone. proven: aliases whose evidence changed. blocks: shared
    contexts that changed.
    """

    names: set[str] = field(default_factory=set)
    active: set[str] = field(default_factory=set)
    pairs: set[tuple[str, str]] = field(default_factory=set)
    proven: set[str] = field(default_factory=set)
    blocks: set[str] = field(default_factory=set)


def changed_claims(connection: Connection, after: int, until: int) -> set[str]:
    """Ids of the claims with changes in (after, until]."""
    query = select(Change.item_id).where(Change.seq > after, Change.seq <= until).distinct()
    return set(connection.scalars(query))


def all_claims(connection: Connection, sources: Iterable[str] | None = None) -> set[str]:
    """Ids of all claims there are, or of all claims of some sources."""
    found: set[str] = set()
    for model in KINDS.values():
        if sources is None:
            found |= set(connection.scalars(select(model.id)))
        else:
            rows = select_in(connection, select(model.id), model.source, sources)
            found |= {row.id for row in rows}
    return found


def take_claims(
    connection: Connection, ids: set[str], owners: Mapping[str, Owner], touched: Touched
) -> None:
    """Write what the claims say now in place of what they said before."""
    for piece in chunks(ids, AT_ONCE):
        statements = dict.fromkeys(piece, _NOTHING)
        for kind, row in _rows(connection, set(piece)):
            statements[row.id] = read_claim(kind, row, owners.get(row.source))
        _replace(connection, statements, touched)
        touched.names |= _beside_articles(connection, set(piece))


def take_owners(
    connection: Connection, owners: Mapping[str, Owner], former: Iterable[str], touched: Touched
) -> None:
    """Write whose websites the sources are; `former`: sources that had an owner before."""
    statements = {owner_claim(source): _NOTHING for source in former}
    for row in connection.execute(select(Source.name, Source.url, Source.first_run)):
        if row.name in owners:
            statements[owner_claim(row.name)] = read_owner(
                row.name, owners[row.name], row.url, row.first_run.date().isoformat()
            )
    _replace(connection, statements, touched)


_NOTHING = Statement()
_LINK_COLUMNS = tuple(LinkRow.__dataclass_fields__)


def _beside_articles(connection: Connection, ids: set[str]) -> set[str]:
    """The names in claims on the pages of these articles, whose day is that of the article."""
    articles = {claim for claim in ids if kind_of(claim) == "article"}
    rows = select_in(connection, select(Article.page_id), Article.id, articles)
    pages = {row.page_id for row in rows}
    found: set[str] = set()
    for model in (Certification, Relation):
        query = select(Link.alias).join(model, model.id == Link.claim_id).distinct()
        found |= {row.alias for row in select_in(connection, query, model.page_id, pages)}
    return found


def _rows(connection: Connection, ids: set[str]) -> Iterator[tuple[str, Row[Any]]]:
    by_kind: dict[str, set[str]] = defaultdict(set)
    for claim in ids:
        kind = kind_of(claim)
        if kind:
            by_kind[kind].add(claim)
    for kind, claims in by_kind.items():
        columns = KINDS[kind].__table__.c
        query = select(*(columns[name] for name in (*_ALWAYS, *_COLUMNS[kind])))
        rows = list(select_in(connection, query, columns["id"], claims))
        away = {row.id for row in rows if row.missing_since or row.removed_at}
        misread = misreadings(connection, away)
        yield from ((kind, row) for row in rows if row.id not in misread)


def misreadings(connection: Connection, missing: Iterable[str]) -> set[str]:
    """Those of the missing claims that no page ever made: reading its kept bytes again, with a
    better parser, did not find them any more. Others were stated, until their page changed."""
    last: dict[str, str] = {}
    query = (
        select(Change.item_id, Run.trigger)
        .join(Run, Run.id == Change.run_id)
        .where(Change.op == "missing")
        .order_by(Change.seq)
    )
    for row in select_in(connection, query, Change.item_id, missing):
        last[row.item_id] = row.trigger
    return {claim for claim, trigger in last.items() if trigger == "reparse"}


def _replace(connection: Connection, statements: dict[str, Statement], touched: Touched) -> None:
    links: dict[str, set[LinkRow]] = defaultdict(set)
    for row in select_in(connection, select(Link.__table__), Link.claim_id, statements):
        links[row.claim_id].add(LinkRow(**row._mapping))
    proofs: dict[str, set[tuple[str, str, str, float]]] = defaultdict(set)
    query = select(Evidence.a, Evidence.b, Evidence.reason, Evidence.score, Evidence.origin)
    for found in select_in(connection, query, Evidence.origin, statements):
        proofs[found.origin].add((found.a, found.b, found.reason, found.score))
    blocks: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    named = select(NameBlock.block, NameBlock.alias, NameBlock.language, NameBlock.claim_id)
    for found in select_in(connection, named, NameBlock.claim_id, statements):
        blocks[found.claim_id].add((found.block, found.alias, found.language))
    changed = _Changed()
    for claim, statement in statements.items():
        _touch(touched, links[claim], statement.links)
        if links[claim] != statement.links:
            changed.links[claim] = statement.links
        if proofs[claim] != statement.proofs:
            changed.proofs[claim] = statement.proofs
            for a, b, *_ in proofs[claim] ^ statement.proofs:
                touched.proven |= {a, b}
        if blocks[claim] != statement.blocks:
            changed.blocks[claim] = statement.blocks
            touched.blocks |= {block for block, *_ in blocks[claim] | statement.blocks}
    changed.write(connection)


@dataclass(slots=True)
class _Changed:
    """Claims whose rows differ, with the rows that they shall have."""

    links: dict[str, set[LinkRow]] = field(default_factory=dict)
    proofs: dict[str, set[tuple[str, str, str, float]]] = field(default_factory=dict)
    blocks: dict[str, set[tuple[str, str, str]]] = field(default_factory=dict)

    def write(self, connection: Connection) -> None:
        delete_in(connection, table("link").c.claim_id, self.links)
        delete_in(connection, table("evidence").c.origin, self.proofs)
        delete_in(connection, table("name_block").c.claim_id, self.blocks)
        ordered = sorted(
            (link for links in self.links.values() for link in links),
            key=lambda link: (link.claim_id, link.role, link.alias),
        )
        add_aliases(connection, {link.alias: link.written for link in ordered})
        insert_rows(connection, table("link"), [_row(link) for link in ordered])
        insert_rows(
            connection,
            table("evidence"),
            [
                {"a": a, "b": b, "reason": reason, "origin": claim, "score": score}
                for claim, proofs in self.proofs.items()
                for a, b, reason, score in sorted(proofs)
            ],
        )
        insert_rows(
            connection,
            table("name_block"),
            [
                {"block": block, "alias": alias, "claim_id": claim, "language": language}
                for claim, blocks in self.blocks.items()
                for block, alias, language in sorted(blocks)
            ],
        )


def _row(link: LinkRow) -> dict[str, Any]:
    return {name: getattr(link, name) for name in _LINK_COLUMNS}


def _touch(touched: Touched, old: set[LinkRow], new: set[LinkRow]) -> None:
    for link in old | new:
        if link.role in ("publisher", "organizer"):
            touched.active.add(link.alias)
        if link.role != "publisher":
            touched.names.add(link.alias)
    touched.pairs |= {(link.source, link.alias) for link in old ^ new if link.role != "publisher"}
