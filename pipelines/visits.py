"""From a visit to what the store keeps of it, before any database is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from items import Item, Visit
from models.base import canonical_json
from models.identity import items_hash, page_id
from models.pages import pack, pack_links
from pipelines.clean import clean
from pipelines.prepare import (
    ItemError,
    PreparedItem,
    address,
    input_hash,
    name_items,
    prepare_item,
)

LINKS_LIMIT = 5_000
"""As many links of a page are remembered."""


class VisitError(ValueError):
    """A visit that cannot be stored at all, and why."""


@dataclass(slots=True)
class Refusal:
    """What could not be stored of a page."""

    kind: str
    payload: str
    error: str


@dataclass(slots=True)
class PreparedPage:
    """What a page said when it was read. input_hash: over the items as they were handed over,
    None where no hash can be told."""

    kind: str
    language: str
    headline: str | None
    text_sha256: str
    links: bytes | None
    raw: list[Item]
    input_hash: str | None


@dataclass(slots=True)
class PreparedVisit:
    """One visit on its way to the store. page is None where nothing was read.

    The items are prepared when they are first asked for: of a page that says what it said
    before nobody asks.
    """

    page_id: str
    url: str
    source: str
    run_id: int
    fetched_at: datetime
    status: int
    problem: str | None
    etag: str | None
    last_modified: str | None
    content_type: str
    next_visit: datetime | None
    page: PreparedPage | None
    body: tuple[str, int, bytes] | None = None
    _items: list[PreparedItem] | None = None
    _refused: list[Refusal] = field(default_factory=list)

    @property
    def items(self) -> list[PreparedItem]:
        """The page's items, named and without repetitions."""
        if self._items is None:
            good = []
            for item in self.page.raw if self.page is not None else ():
                try:
                    good.append(prepare_item(item))
                except ItemError as error:
                    self._refused.append(Refusal(item_kind(item), payload(item), str(error)))
            several = self.page is not None and self.page.kind in ("archive", "listing")
            self._items = name_items(good, self.source, self.url, several=several)
        return self._items

    @property
    def refused(self) -> list[Refusal]:
        """The items that cannot be stored."""
        return self._refused if self.items is not None else []

    def refuse(self, refusals: list[Refusal], left: list[PreparedItem]) -> None:
        """Take out items that the database refuses."""
        self._refused += refusals
        self._items = left

    @property
    def items_hash(self) -> str | None:
        """Over all items of the page; None where some were refused, and so may yet come."""
        if self.page is None or self.refused:
            return None
        return items_hash([(item.id, item.content_hash) for item in self.items])


def prepare_visit(
    visit: Visit, run_id: int, next_visit: datetime | None = None, *, keep_body: bool = True
) -> PreparedVisit:
    """Check, clean and name all that a visit brought. Raises VisitError for an unusable one."""
    try:
        url = address(visit.url)
        fetched_at = datetime.fromisoformat(visit.fetched_at)
        if fetched_at.tzinfo is None:
            raise VisitError(f"fetched_at without a zone: {visit.fetched_at}")
        fetched_at = fetched_at.astimezone(UTC)
    except (ItemError, ValueError, TypeError, OverflowError) as error:
        raise VisitError(str(error)) from error
    if type(visit.status) is not int or not 0 <= visit.status < 1000:
        raise VisitError(f"status: not one of HTTP: {str(visit.status)[:40]}")
    source = clean(visit.source, 100)
    prepared = PreparedVisit(
        page_id=page_id(source, url),
        url=url,
        source=source,
        run_id=run_id,
        fetched_at=fetched_at,
        status=visit.status,
        problem=_optional(visit.problem, 500),
        etag=_header(visit.etag),
        last_modified=_header(visit.last_modified),
        content_type=clean(visit.content_type, 200),
        next_visit=next_visit,
        page=None,
    )
    page = visit.page
    if page is None:
        return prepared
    prepared.page = PreparedPage(
        kind=clean(page.kind, 40),
        language=clean(page.language, 35) or "und",
        headline=_optional(page.headline, 1_000),
        text_sha256=sha256(page.text.encode("utf-8", "replace")).hexdigest(),
        links=pack_links([clean(link, 4_000) for link in page.links[:LINKS_LIMIT]]),
        raw=page.items,
        input_hash=input_hash(page.items, page.kind),
    )
    if keep_body and visit.body:
        digest = sha256(visit.body).hexdigest()
        prepared.body = (digest, len(visit.body), pack(visit.body))
    return prepared


def item_kind(item: object) -> str:
    """The type's name, for the record of what was refused."""
    return clean(str(getattr(item, "type", type(item).__name__)), 100)


def payload(thing: Item | Visit) -> str:
    """What was refused, as text that can itself be stored."""
    try:
        words = canonical_json(thing.as_dict()) if isinstance(thing, Item) else repr(thing)
    except (TypeError, ValueError, RecursionError):
        words = repr(thing)
    return clean(words, 10_000)


def _optional(text: str | None, limit: int) -> str | None:
    return None if text is None else clean(str(text), limit)


def _header(text: str | None) -> str | None:
    """A validator is sent back as it came, or not at all: a cut one would never match."""
    if not text or len(text) > 1_000 or not text.isprintable():
        return None
    return text
