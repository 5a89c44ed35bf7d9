"""Finding organizations by words of their names, as somebody types them.

Each organization has the words of all its names, folded and without their endings. What is
asked is folded and cut in the same way here, so that both engines find the same.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    Text,
    and_,
    any_,
    cast,
    func,
    intersect,
    or_,
    select,
    union_all,
)

from languages.search import name_terms, name_words
from models.bulk import insert_rows
from models.registry import Alias, NameWord, OutsideId, RegisteredOrganization
from registry.lookup import find
from registry.names import form_of
from registry.outside_ids import outside_id
from registry.rows import among, delete_in, select_in, table

_BEHIND = "\U0010ffff"  # all other letters
_LEAST_PART = 2  # of a name, in characters


def write_words(connection: Connection, wanted: set[str]) -> None:
    """Bring the words of these organizations up to date with the names that they have."""
    fresh: dict[str, set[str]] = defaultdict(set)
    query = select(Alias.organization, Alias.name).where(Alias.mentions > 0)
    for row in select_in(connection, query, Alias.organization, wanted):
        fresh[row.organization] |= name_words(row.name)
    # What it is called may be a form that no page has.
    own = select(RegisteredOrganization.id, RegisteredOrganization.names)
    for row in select_in(connection, own, RegisteredOrganization.id, set(fresh)):
        fresh[row.id] |= set(chain.from_iterable(map(name_words, row.names.values())))
    known: dict[str, set[str]] = defaultdict(set)
    for row in select_in(connection, select(NameWord.__table__), NameWord.organization, wanted):
        known[row.organization].add(row.word)
    changed = {one for one in {*fresh, *known} if fresh[one] != known[one]}
    target = table("name_word")
    delete_in(connection, target.c.organization, changed)
    rows = [
        {"organization": one, "word": word}
        for one in sorted(changed)
        for word in sorted(fresh[one])
    ]
    insert_rows(connection, target, rows)


def ways_to_find(connection: Connection, text: str, column: Any) -> list[ColumnElement[bool]]:
    """Conditions on the id of an organization that is looked for by a text: the next one is
    worth asking only where nothing fits the one before.

    An outside id means the one that has it. Else it is those whose names have all the words, in
    any form, or words that begin so, and those with a name that means the same; then those with
    the text anywhere in a name. column: of the ids.
    """
    outside = outside_id(text)
    if outside:
        entry = select(OutsideId.organization).where(
            OutsideId.scheme == outside[0], OutsideId.value == outside[1]
        )
        return [column.in_(entry)]
    terms = [union_all(*_with_word(*term)) for term in name_terms(text)]
    meant = [match.organization for match in find(connection, text)]
    ways = []
    if terms or meant:
        ways.append(_fitting(connection, column, terms, meant))
    form = form_of(text)
    if len(form) >= _LEAST_PART:
        pattern = form.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        within = select(Alias.organization).where(
            Alias.mentions > 0,
            Alias.organization.is_not(None),
            Alias.form.like(f"%{pattern}%", escape="\\"),
        )
        ways.append(column.in_(within))
    return ways


def _fitting(
    connection: Connection, column: Any, terms: list[CompoundSelect[str]], meant: list[str]
) -> ColumnElement[bool]:
    """Condition: the id is among those of every term, or of those that are meant."""
    if connection.dialect.name == "postgresql":
        # One array, looked up by the primary key: what the planner makes of joins instead is
        # good or a thousand times worse, by what it knows of the tables.
        ids: ColumnElement[Any] = cast(meant, ARRAY(Text))
        if terms:
            ids = func.array_cat(func.array(intersect(*terms).scalar_subquery()), ids)
        found: ColumnElement[bool] = column == any_(ids)
        return found
    fitting = [and_(*map(column.in_, terms))] if terms else []
    return or_(*fitting, *([among(connection, column, meant)] if meant else []))


def _with_word(word: str | None, beginning: str | None) -> list[Select[str]]:
    """The organizations that have a word, and those that have one that begins so."""
    # Two queries, for either goes by the index alone; one with "or" would not.
    query = select(NameWord.organization)
    ways = [] if word is None else [query.where(NameWord.word == word)]
    if beginning is not None:
        ways.append(query.where(NameWord.word >= beginning, NameWord.word < beginning + _BEHIND))
    return ways
