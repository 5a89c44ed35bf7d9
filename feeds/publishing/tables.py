"""The tables of the data set: their columns, keys, and what each means.

One description serves all forms: the CSV's header, the types of Parquet and SQLite, and the
schemas that `datapackage.json` gives. Names are those of the interface (`feeds.views`), with an
underscore where the interface nests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["string", "boolean", "integer", "date", "moment", "texts", "array", "object"]
"""What a column holds. date: a full day. moment: a time in UTC, to the second. texts: a list of
texts; array: one of mappings; object: a mapping. These three are JSON, as text in the forms that
know no nesting."""

NESTED: tuple[Kind, ...] = ("texts", "array", "object")
"""The kinds that are JSON."""

Row = tuple[Any, ...]
"""Values by column: text (also dates, moments and JSON), whole numbers, true or false, or None."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. words: what it says, where the name does not. target: the table whose rows it
    names by their key."""

    name: str
    kind: Kind = "string"
    words: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table; its key is its first column. order: how its rows are sorted, in words.

    sought: columns, alone or together, that the SQLite file has an index of.
    """

    name: str
    title: str
    words: str
    order: str
    columns: tuple[Column, ...]
    sought: tuple[tuple[str, ...], ...] = ()

    @property
    def key(self) -> str:
        """The column that names a row, none twice."""
        return self.columns[0].name

    @property
    def names(self) -> list[str]:
        """The columns' names."""
        return [column.name for column in self.columns]


_ID = Column("id", words="Lasting; the same in every database that read the same pages.")
_OWNER = (
    Column("organization_id", words="Whose website it is on.", target="organizations"),
    Column("organization_name"),
)
_SEEN = (
    Column("first_seen", "moment"),
    Column("updated_at", "moment"),
    Column("version", "integer", "Counts what happened to it."),
    Column("evidence_words", words="The exact words it was read from."),
    Column("evidence_url", words="The page they stand on."),
    Column("evidence_fetched_at", "moment"),
    Column("evidence_claims", "texts", "Ids of all claims that tell it."),
)
_GROUNDS = (
    Column("sources", "texts", "The websites that state it."),
    Column("evidence_words", words="The exact words of the latest page that states it."),
    Column("evidence_url", words="That page."),
    Column("evidence_claims", "texts", "Ids of all claims it rests on."),
)

ORGANIZATIONS = Table(
    "organizations",
    "Organizations",
    "Clusters, parks, companies and others that pages name, each once.",
    "by name",
    (
        Column("id", words="Never given to another organization."),
        Column("name", words="In its own language."),
        Column("names", "object", "The name by language."),
        Column("kind", words="cluster, park, company, university, …"),
        Column("country", words="ISO 3166-1, two letters."),
        Column("website"),
        Column("first_seen", "date"),
        Column("last_activity", words="Day of its last dated news or event, as precise as told."),
        Column("last_activity_url"),
        Column("former_ids", "texts", "Ids of organizations that were merged into it."),
        Column("same_as", "array", "Its entries in other works: scheme, id and url."),
        Column("aliases", "array", "Its names as pages write them: name, kind and language."),
        Column("sources", "texts", "The websites that name it."),
        Column("evidence_words", words="The exact words of a page that names it."),
        Column("evidence_url", words="That page."),
        Column("evidence_claim", words="The id of that claim."),
    ),
    (("name",), ("country",)),
)

ARTICLES = Table(
    "articles",
    "News articles",
    "News of the websites, each once, however many pages tell it.",
    "the latest first; undated ones where they appeared, else last",
    (
        _ID,
        Column("url"),
        Column("headline"),
        Column("summary"),
        Column("body"),
        Column("author", words="As printed."),
        Column("image"),
        Column("language", words="Of the text; und if unknown."),
        Column("country", words="The website's."),
        Column("source", target="sources"),
        *_OWNER,
        Column("date_published", words="As precise as the page tells it: 2024, 2024-05, …"),
        Column("date_published_precision", words="year, month, day or minute."),
        Column("date_published_origin", words="Where on the page it stands."),
        Column("date_published_reason", words="Why there is no date, where there is none."),
        Column("date_published_day", "date", "The day, where the page tells one."),
        Column("date_modified"),
        *_SEEN,
    ),
    (
        ("source",),
        ("date_published",),
        ("organization_id",),
        ("updated_at", "id"),
        ("country", "updated_at", "id"),
    ),
)

EVENTS = Table(
    "events",
    "Events",
    "Events that the websites tell of, each once, past and to come.",
    "the latest start first",
    (
        _ID,
        Column("url"),
        Column("name"),
        Column("kind", words="conference, fair, training, meeting, …"),
        Column("start", words="Local time of the place, as precise as the page tells it."),
        Column("end", words="The same; the last day of an event of days."),
        Column("start_day", "date", "The day of the start, where the page tells one."),
        Column("end_day", "date"),
        Column("timezone"),
        Column("all_day", "boolean"),
        Column("place"),
        Column("city"),
        Column("country", words="Where it takes place."),
        Column("status", words="scheduled or cancelled."),
        Column("organizer"),
        Column("language", words="Of the text; und if unknown."),
        Column("source", target="sources"),
        *_OWNER,
        *_SEEN,
    ),
    (("source",), ("start",), ("organization_id",)),
)

CERTIFICATES = Table(
    "certificates",
    "Certificates",
    "Terms of labels that organizations hold or held, as they stood on the day as_of.",
    "by the holder's name, label and term",
    (
        Column("id"),
        Column("holder_id", target="organizations"),
        Column("holder_name"),
        Column("scheme", words="The label."),
        Column("level"),
        Column("round"),
        Column("state", words="valid, open, not yet, expired, superseded or unconfirmed."),
        Column("as_of", "date", "The day that the state is of."),
        Column("valid_from", words="As precise as stated."),
        Column("valid_until", words="As precise as stated."),
        Column("valid_from_day", "date", "The first day, where one is stated."),
        Column("valid_until_day", "date", "The last day, where one is stated."),
        Column("expected_from", "date", "Derived from the label's usual term; nobody states it."),
        Column("expected_until", "date", "Derived from the label's usual term; nobody states it."),
        Column("coordinator_id", target="organizations"),
        Column("coordinator_name"),
        Column("renews", words="The term before."),
        Column("list_incomplete", "boolean", "The list it stands on does not hold all it counts."),
        Column("rules", "object", "By column, why its value was chosen."),
        Column("disputes", "object", "By column, the values that are stated, with their claims."),
        Column("evidence", "array", "All that state it: claim, words, url and day."),
        *_GROUNDS,
    ),
    (("holder_id",), ("scheme", "valid_until")),
)

RELATIONS = Table(
    "relations",
    "Relations",
    "Who coordinates, belongs to, founded or became what, over time.",
    "by kind and the ids of both sides",
    (
        Column("id"),
        Column("subject_id", target="organizations"),
        Column("subject_name"),
        Column("relation", words="coordinator_of, member_of, founder_of, partner_of, …"),
        Column("object_id", target="organizations"),
        Column("object_name"),
        Column("valid_from", words="As precise as stated."),
        Column("valid_until", words="As precise as stated."),
        Column("state", words="current, ended, superseded or lapsed."),
        Column("rule", words="Why."),
        Column("evidence", "array", "All that state it: claim, words and url."),
        *_GROUNDS,
    ),
    (("subject_id",), ("object_id",)),
)

SOURCES = Table(
    "sources",
    "Sources",
    "The websites that were read, each with its last crawl, and how far to rely on its data.",
    "by name",
    (
        Column("name"),
        Column("url"),
        Column("country"),
        *_OWNER,
        Column("first_run", "moment"),
        Column("last_run_started", "moment"),
        Column("last_run_finished", "moment"),
        Column("last_run_verdict", words="ok, empty, degraded, partial, blocked, …"),
        Column("last_run_reason"),
        Column(
            "status",
            words="current; kept: its rows are those of an earlier publication, because a crawl "
            "brought less than it must; doubtful: the same, but there are no earlier ones; "
            "incomplete: no crawl of it was complete yet.",
        ),
        Column("kept_from", "moment", "What day the kept rows are of."),
        Column("status_reason", words="What the crawl lacked."),
        Column("articles", "integer", "So many of its articles are here."),
        Column("events", "integer", "So many of its events are here."),
    ),
)

TABLES = (ORGANIZATIONS, SOURCES, ARTICLES, EVENTS, CERTIFICATES, RELATIONS)
"""All tables, what others refer to first."""


def target_key(name: str) -> str:
    """The key of a table that others refer to, by its name."""
    return next(table.key for table in TABLES if table.name == name)
