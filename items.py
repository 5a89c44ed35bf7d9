"""The vocabulary: what one page can tell us.

Names follow schema.org where it has them. Every item carries the address it was read from,
the source, the language and the exact words it rests on (`evidence`). Dates of events,
certifications and relations are ISO 8601 strings as precise as the page is: ``2024``,
``2024-03``, ``2024-03-28`` or ``2024-03-28T10:00``. A publication date is a `DatedValue`,
because a directory must also know where a date came from, or why there is none.

This module knows nobody: it imports nothing of the project.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal

Precision = Literal["year", "month", "day", "minute"]
Origin = Literal["json-ld", "meta", "time-tag", "byline", "url", "feed", "text"]
Reason = Literal["absent", "empty", "ambiguous", "decoy", "future"]
OrganizationKind = Literal[
    "cluster", "park", "company", "university", "public body", "association", "foundation"
]
RelationKind = Literal[
    "coordinator_of",
    "member_of",
    "founder_of",
    "partner_of",
    "former_coordinator_of",
    "renamed_to",
    "merged_into",
]
PageKind = Literal["article", "listing", "archive", "members", "page"]

EVIDENCE_LIMIT = 300
"""Longest `evidence`, in characters."""

_LENGTH = {"year": 4, "month": 7, "day": 10, "minute": 16}


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A date as a page states it, or the reason why there is none.

    `value` is ISO 8601 cut to `precision`; `origin` says which part of the page told it and
    `raw` holds the words read. Without a value, `reason` is set instead.

    >>> DatedValue("2015-06-24", "day", "byline", "Dodano 24 czerwca 2015").value
    '2015-06-24'
    >>> DatedValue.absent("decoy").reason
    'decoy'
    """

    value: str | None = None
    precision: Precision | None = None
    origin: Origin | None = None
    raw: str = ""
    reason: Reason | None = None

    def __post_init__(self) -> None:
        if (self.value is None) == (self.reason is None):
            raise ValueError("a date has either a value or a reason for having none")
        if self.value is not None and (
            self.precision is None or len(self.value) < _LENGTH[self.precision]
        ):
            raise ValueError(f"{self.value!r} is not as precise as {self.precision!r}")

    @classmethod
    def absent(cls, reason: Reason = "absent", raw: str = "") -> DatedValue:
        """No date, and why."""
        return cls(reason=reason, raw=raw)

    @property
    def day(self) -> str | None:
        """The day as YYYY-MM-DD, or None where the value is coarser than a day."""
        return self.value[:10] if self.value is not None and len(self.value) >= 10 else None


ABSENT = DatedValue(reason="absent")


@dataclass(slots=True, kw_only=True)
class Item:
    """What all items carry."""

    type: ClassVar[str] = "Item"

    url: str = ""
    source: str = ""
    language: str = "und"
    evidence: str = ""
    fetched_at: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain values under the vocabulary's names, `type` first."""
        return {"type": self.type, **asdict(self)}


@dataclass(slots=True, kw_only=True)
class NewsArticle(Item):
    """One dated (or knowingly undated) piece of news."""

    type: ClassVar[str] = "NewsArticle"

    headline: str
    body: str = ""
    summary: str = ""
    author: str | None = None
    date_published: DatedValue = ABSENT
    date_modified: DatedValue = ABSENT
    image: str | None = None


@dataclass(slots=True, kw_only=True)
class Event(Item):
    """A dated meeting, fair, ceremony, visit, signing, founding or assembly.

    `start` and `end` are local times of the place; a one-day event has ``end == start``'s day
    or None. `city` is nominative, `country` ISO 3166-1 alpha-2. `status` is what the words say
    (announced, reported as past, called off), not what a clock says.
    """

    type: ClassVar[str] = "Event"

    name: str
    start: str
    end: str | None = None
    kind: str | None = None
    timezone: str | None = None
    all_day: bool = True
    place: str | None = None
    city: str | None = None
    country: str | None = None
    status: Literal["scheduled", "cancelled", "past"] | None = None
    organizer: str | None = None


@dataclass(slots=True, kw_only=True)
class Certification(Item):
    """One claim that a holder has a label. `scheme` is an id of schemes/*.yaml."""

    type: ClassVar[str] = "Certification"

    scheme: str
    holder: str
    level: str | None = None
    round: str | None = None
    coordinator: str | None = None
    issued_by: str | None = None
    valid_from: str | None = None
    valid_until: str | None = None
    list_incomplete: bool = False


@dataclass(slots=True, kw_only=True)
class Organization(Item):
    """An organization as one page names it; `names` maps language codes to names.

    `same_as`: addresses of its entries in Wikidata, ROR and the European cluster platform.
    """

    type: ClassVar[str] = "Organization"

    name: str
    names: dict[str, str] = field(default_factory=dict)
    acronym: str | None = None
    kind: OrganizationKind | None = None
    website: str | None = None
    same_as: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Relation(Item):
    """Who coordinates, belongs to, founded or became what. Names are nominative."""

    type: ClassVar[str] = "Relation"

    subject: str
    relation: RelationKind
    object: str
    valid_from: str | None = None
    valid_until: str | None = None


@dataclass(slots=True, kw_only=True)
class Page:
    """All that the parsers read on one page: the unit that is fetched, checked and stored.

    `url` is the page's canonical address; `text` the main content, one block a line; `links`
    are absolute addresses in the order of the page; `calendars` those of linked calendar files;
    `canonical` is the address that the page itself names as its own.
    """

    url: str
    source: str = ""
    fetched_at: str = ""
    kind: PageKind = "page"
    language: str = "und"
    headline: str | None = None
    authors: list[str] = field(default_factory=list)
    date_published: DatedValue = ABSENT
    date_modified: DatedValue = ABSENT
    summary: str = ""
    image: str | None = None
    text: str = ""
    items: list[Item] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    feeds: list[str] = field(default_factory=list)
    calendars: list[str] = field(default_factory=list)
    alternates: dict[str, str] = field(default_factory=dict)
    canonical: str | None = None


@dataclass(slots=True)
class Rejection:
    """An item that was read but must not be stored, and why."""

    item: Item
    reason: str


@dataclass(slots=True, kw_only=True)
class Visit:
    """One fetch of one page: the unit that is stored, whole or not at all.

    url: the page's canonical address; requested_url: what was asked for, where it differs.
    fetched_at: ISO 8601, UTC. status: HTTP status. page: what was read there; None for an
    unchanged page (304), one that is gone (404, 410) or that could not be read, which `problem`
    then explains in a few words. body: the bytes as fetched. rejected: items that were taken
    out of the page again, with the reason.
    """

    url: str
    source: str
    fetched_at: str
    status: int
    requested_url: str = ""
    page: Page | None = None
    etag: str | None = None
    last_modified: str | None = None
    content_type: str = ""
    body: bytes = b""
    problem: str | None = None
    rejected: list[Rejection] = field(default_factory=list)
