"""The full text of entries, searched by words: FTS5 on SQLite, tsvector on PostgreSQL.

Words come in folded already (`languages.search`), so that both engines find the same. Marks are
exact properties (kind, country, language, source) kept beside the words: one index answers
"news of Poland about hydrogen", newest first, without looking at what does not fit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, text

TABLE = "entry_text"
"""Not among the mapped tables: each engine has its own kind. Migrations make it."""

_MOST_WORDS = 4_000  # of one text; tsvector has no positions beyond 16,383


@dataclass(frozen=True, slots=True)
class EntryText:
    """What is searched of one entry: its number, its folded words, and its marks."""

    number: int
    words: list[str]
    marks: list[str]


def mark(name: str, value: str) -> str:
    """A mark as one word that no text holds; the value may be anything.

    >>> mark("country", "PL")
    'countryx293650de0726'
    """
    return f"{name}x{sha256(value.encode()).hexdigest()[:12]}"


def write_texts(connection: Connection, texts: Iterable[EntryText]) -> None:
    """Add the texts of entries that have none yet."""
    sqlite = connection.dialect.name == "sqlite"
    rows = [
        {
            "number": one.number,
            "marks": " ".join(one.marks),
            "words": " ".join(one.words[:_MOST_WORDS]) if sqlite else _tsvector(one),
        }
        # FTS5 gathers words in memory as long as the numbers go up.
        for one in sorted(texts, key=lambda one: one.number)
    ]
    if not rows:
        return
    if sqlite:
        insert = f"INSERT INTO {TABLE} (rowid, marks, words) VALUES (:number, :marks, :words)"
    else:
        insert = f"INSERT INTO {TABLE} (number, words) VALUES (:number, CAST(:words AS tsvector))"
    connection.execute(text(insert), rows)


def delete_texts(connection: Connection, numbers: Iterable[int]) -> None:
    """Forget the texts of these entries."""
    key = "rowid" if connection.dialect.name == "sqlite" else "number"
    rows = [{"number": number} for number in numbers]
    if rows:
        connection.execute(text(f"DELETE FROM {TABLE} WHERE {key} = :number"), rows)


def clear_texts(connection: Connection) -> None:
    """Forget all texts."""
    connection.execute(text(f"DELETE FROM {TABLE}"))


def tidy_texts(connection: Connection) -> None:
    """Bring an index that was filled piece by piece into one, so that a search looks each word up
    once. PostgreSQL's own upkeep does that for its index."""
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"INSERT INTO {TABLE}({TABLE}) VALUES ('optimize')"))


def find_texts(
    connection: Connection,
    terms: Sequence[tuple[Sequence[str], bool]],
    marks: Sequence[Sequence[str]],
    *,
    without: str | None = None,
    low: int,
    high: int,
    limit: int,
) -> list[int]:
    """Numbers in [low, high) of the texts with all terms, the highest first.

    terms: words in a row, and whether the last may go on. marks: of each group, one at least.
    without: a mark that none may have; to leave out the few is quicker than to look for the many.
    """
    sqlite = connection.dialect.name == "sqlite"
    query = (_fts_query if sqlite else _ts_query)(terms, marks, without)
    key = "rowid" if sqlite else "number"
    where = f"{TABLE} MATCH :query" if sqlite else "words @@ CAST(:query AS tsquery)"
    statement = (
        f"SELECT {key} FROM {TABLE} WHERE {where} AND {key} >= :low AND {key} < :high "
        f"ORDER BY {key} DESC LIMIT :limit"
    )
    values = {"query": query, "low": low, "high": high, "limit": limit}
    return [*connection.scalars(text(statement), values).all()]


def _fts_query(
    terms: Sequence[tuple[Sequence[str], bool]],
    marks: Sequence[Sequence[str]],
    without: str | None,
) -> str:
    parts = [
        "words : " + " + ".join(f'"{word}"' for word in words) + (" *" if open_ else "")
        for words, open_ in terms
    ]
    parts += ["marks : (" + " OR ".join(f'"{one}"' for one in group) + ")" for group in marks]
    query = " AND ".join(f"({part})" for part in parts)
    return f'({query}) NOT (marks : "{without}")' if without else query


def _ts_query(
    terms: Sequence[tuple[Sequence[str], bool]],
    marks: Sequence[Sequence[str]],
    without: str | None,
) -> str:
    parts = []
    for words, open_ in terms:
        quoted = [f"'{word}'" for word in words]
        quoted[-1] += ":*" if open_ else ""
        parts.append("(" + " <-> ".join(quoted) + ")")
    parts += ["(" + " | ".join(f"'={one}'" for one in group) + ")" for group in marks]
    parts += [f"!'={without}'"] if without else []
    return " & ".join(parts)


def _tsvector(one: EntryText) -> str:
    places: dict[str, list[str]] = defaultdict(list)
    for place, word in enumerate(one.words[:_MOST_WORDS], 1):
        if len(places[word]) < 250:
            places[word].append(str(place))
    lexemes = [f"'{word}':{','.join(at)}" for word, at in places.items()]
    return " ".join([*lexemes, *(f"'={one_}'" for one_ in one.marks)])
