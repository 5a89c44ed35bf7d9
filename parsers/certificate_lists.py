"""Lists and tables of those who hold a label.

The heading or sentence above a list carries the label, its round and its validity; the items
carry the holders, each perhaps with its coordinator, grade and validity.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from languages.dates import read_dates
from languages.words import section
from parsers.document import Block, Document
from parsers.entries import Entry, is_cut_off, read_entry, split_list
from parsers.labels import (
    denies,
    find_labels,
    find_level,
    find_scheme,
    grade_in,
    names_a_round,
    round_in,
    schemes_by_id,
    span_of_years,
    valid_until,
    without_level,
    years_long,
)
from parsers.listings import Listing, item_text, read_listings, without_number
from parsers.mentions import find_mentions
from parsers.page_names import title_words
from parsers.phrases import Label, without_labels, words_pattern
from parsers.relation_lists import kind_of_lead

_TOTAL = r"(?<![\d.,])(\d{1,3})\s(?:\w+\s){0,2}?"
_SHARE_OF_NAMES = 0.6
_YEAR = re.compile(r"(?:19|20)\d\d")
_ENDS = (".", ",", ";", ")", "”", '"')


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement that a holder has a label, as items.Certification has it."""

    scheme: str
    holder: str
    evidence: str
    level: str | None = None
    round: str | None = None
    coordinator: str | None = None
    valid_from: str | None = None
    valid_until: str | None = None
    list_incomplete: bool = False

    @property
    def key(self) -> tuple[str | None, ...]:
        """What tells one claim from another."""
        return (self.scheme, self.holder, self.level, self.round, self.valid_until)

    @property
    def told(self) -> int:
        """How many particulars it gives."""
        fields = (self.level, self.round, self.coordinator, self.valid_until, self.valid_from)
        return sum(value is not None for value in fields)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What the words above a list say of all its items."""

    scheme: str
    level: str | None
    round: str | None
    valid_until: str | None
    years: tuple[str, str] | None
    lead: str


def claims_of_lists(document: Document) -> tuple[list[Claim], set[int]]:
    """The claims of all lists, and the numbers of the blocks that they were read from."""
    language = document.language
    groups: list[tuple[_Frame, list[Claim], Listing]] = []
    alone: list[Claim] = []
    used: set[int] = set()
    title = title_words(document)
    for listing in read_listings(document):
        before = groups[-1] if groups else None
        frame = _frame(listing, title, language) or _continued(before, listing, language)
        if frame is None and listing.rows:
            claims = _labelled_rows(listing, language)
            used |= set(range(listing.start, listing.start + len(claims) + 1)) if claims else set()
            alone += claims
            continue
        if frame is None:
            continue
        claims = (
            _claims_of_rows(listing, frame, language)
            if listing.rows
            else _claims_of_items(listing, frame, language)
        )
        claims = [claim for claim in claims if _is_complete(claim)]
        if claims:
            groups.append((frame, claims, listing))
            used |= set(range(listing.start, listing.start + len(listing.items)))
    return [*alone, *_checked(groups, language)], used


def _is_complete(claim: Claim) -> bool:
    return claim.level is not None or schemes_by_id()[claim.scheme].needs != "level"


def _continued(
    before: tuple[_Frame, list[Claim], Listing] | None, listing: Listing, language: str
) -> _Frame | None:
    """The frame of the list before, where only "in the second round:" stands between them."""
    if before is None or not listing.lead.rstrip().endswith(":"):
        return None
    frame, _, previous = before
    if listing.start != previous.start + len(previous.items) + 1:
        return None
    round_ = round_in(listing.lead, frame.scheme, language)
    if round_ is None or denies(listing.lead, language):
        return None
    until = valid_until(listing.lead, language)
    return _Frame(frame.scheme, frame.level, round_, until, None, listing.lead)


def _frame(listing: Listing, title: str, language: str) -> _Frame | None:
    lead = listing.lead
    if denies(lead, language):
        return None
    texts = [lead, *listing.context]
    label = _label_of(lead, language)
    if label is None:
        if not _announces(listing, language):
            return None
        for text in (*listing.context, title):
            if not denies(text, language):
                label = _label_of(text, language)
            if label and text is not title and _names_a_holder(text, label, language):
                return None  # the page tells of that one's label; a title has the site's name
            if label is not None:
                break
    if label is None or schemes_by_id()[label.scheme].membership_of:
        return None
    near = texts[:2]
    round_ = next((r for t in texts if (r := round_in(t, label.scheme, language))), None)
    until = next((u for t in near if (u := valid_until(t, language))), None)
    years = None
    if round_ is not None and until is None:
        named = [t for t in texts if round_in(t, label.scheme, language) == round_]
        years = next((span for t in named if (span := span_of_years(t))), None)
    return _Frame(label.scheme, label.level, round_, until, years, lead)


def _names_a_holder(text: str, label: Label | None, language: str) -> bool:
    mentions = find_mentions(without_labels(text, [label] if label else []), language)
    return any(m.sure and m.kind in ("cluster", "park") for m in mentions)


def _label_of(text: str, language: str) -> Label | None:
    """The one label that a text names."""
    labels = find_labels(text, language)
    if len({(label.scheme, label.level) for label in labels}) > 1:
        plain = {(label.scheme, None) for label in labels}
        if len(plain) > 1 or schemes_by_id()[labels[0].scheme].needs == "level":
            return None
        return replace(labels[0], level=None)
    return labels[0] if labels else find_scheme(text, language)


def _announces(listing: Listing, language: str) -> bool:
    """Whether a lead without a label still says that holders follow."""
    words = section(language, "certifications")
    holders = tuple(words.get("holders") or ())
    if listing.rows:
        return True
    lead = listing.lead
    if valid_until(lead, language):
        return True
    if not lead.rstrip().endswith(":") and len(lead) > 100:
        return False
    if kind_of_lead(lead, language) or _names_a_holder(lead, None, language):
        return False  # the members of one holder hold nothing
    if holders and words_pattern(holders).search(lead):
        return True
    return names_a_round(lead, language)


def _claims_of_items(listing: Listing, frame: _Frame, language: str) -> list[Claim]:
    texts = [(text, block) for block in listing.items for text in _texts(block)]
    if texts and is_cut_off(texts[-1][0], language):
        texts.pop()
    entries = [(_entry(text, frame, language), text) for text, _ in texts]
    named = [(entry, text) for entry, text in entries if entry is not None]
    if not named or len(named) < _SHARE_OF_NAMES * len(texts):
        return []
    if not any(entry.sure for entry, _ in named) and len(named) < 2:
        return []
    totals = _totals((listing.lead,), _holders(language))
    if totals and min(totals) > len(texts) and not texts[-1][0].endswith(_ENDS):
        named = [(entry, text) for entry, text in named if text != texts[-1][0]]
    if not named:
        return []
    with_coordinator = sum(entry.coordinator is not None for entry, _ in named)
    last = named[-1][0]
    if len(named) > 2 and with_coordinator == len(named) - 1 and last.coordinator is None:
        named.pop()
    claims = [_claim(entry, text, frame, language) for entry, text in named]
    if any(claim.level for claim in claims) or frame.level is None:
        return claims
    return [replace(claim, level=frame.level) for claim in claims]


def _holders(language: str) -> tuple[str, ...]:
    return tuple(section(language, "certifications").get("holders") or ())


def _texts(block: Block) -> list[str]:
    text = item_text(block)
    parts = split_list(text) if text.count(";") > 1 else [text]
    return [part for part in parts if part]


def _entry(text: str, frame: _Frame, language: str) -> Entry | None:
    return read_entry(without_level(text, frame.scheme, language), language)


def _claim(entry: Entry, text: str, frame: _Frame, language: str) -> Claim:
    since, until = _years(text, frame, language)
    return Claim(
        scheme=frame.scheme,
        holder=entry.name,
        evidence=f"{frame.lead} {text}" if frame.lead else text,
        level=find_level(text, frame.scheme, language)
        or (None if frame.level else grade_in(entry.rest, frame.scheme, language)),
        round=frame.round,
        coordinator=entry.coordinator,
        valid_from=since,
        valid_until=valid_until(text, language) or frame.valid_until or until,
    )


def _years(text: str, frame: _Frame, language: str) -> tuple[str | None, str | None]:
    """First and last year of the round; the last only where the item's own term agrees."""
    if frame.years is None:
        return None, None
    since, until = frame.years
    term = years_long(text, language)
    agrees = term is None or term == int(until) - int(since) + 1
    return since, until if agrees else None


def _columns(listing: Listing, language: str) -> dict[str, int]:
    """Which column of a table has which role, by the titles in its first row."""
    columns = section(language, "certifications").get("columns") or {}
    head = [cell.casefold().strip(" :.") for cell in listing.items[0].cells]
    found: dict[str, int] = {}
    for role, titles in columns.items():
        for index, cell in enumerate(head):
            if cell in titles:
                found[role] = index
    return found


def _claims_of_rows(listing: Listing, frame: _Frame, language: str) -> list[Claim]:
    where = _columns(listing, language)
    if "holder" not in where:
        return []
    rows = [_Row(row, where, language) for row in listing.items[1:]]
    return [claim for row in rows if (claim := row.claim(frame)) is not None]


def _labelled_rows(listing: Listing, language: str) -> list[Claim]:
    """Rows that each name their label themselves."""
    where = _columns(listing, language)
    if "holder" not in where or "level" not in where:
        return []
    claims: list[Claim] = []
    for block in listing.items[1:]:
        row = _Row(block, where, language)
        label = _label_of(row.cell("level"), language)
        if label is None or denies(block.text, language):
            return []
        frame = _Frame(label.scheme, label.level, label.round, None, None, "")
        claim = row.claim(frame)
        if claim is not None and _is_complete(claim):
            claims.append(claim)
    return claims


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a table of holders, with the columns that its first row names."""

    block: Block
    where: dict[str, int]
    language: str

    def cell(self, role: str) -> str:
        """The text of the cell with a role; "" for none."""
        index = self.where.get(role)
        cells = self.block.cells
        return cells[index] if index is not None and index < len(cells) else ""

    def claim(self, frame: _Frame) -> Claim | None:
        """What the row says, with what the words above the table say of all its rows."""
        language = self.language
        entry = read_entry(without_number(self.cell("holder")), language)
        if entry is None:
            return None
        coordinator = read_entry(self.cell("coordinator"), language)
        level, scheme = self.cell("level"), frame.scheme
        grade = find_level(level, scheme, language) or grade_in(level, scheme, language)
        until = _days(self.cell("until"), language)
        return Claim(
            scheme=scheme,
            holder=entry.name,
            evidence=self.block.text,
            level=grade or frame.level,
            round=self.cell("round").split()[0] if self.cell("round") else frame.round,
            coordinator=coordinator.name if coordinator else entry.coordinator,
            valid_from=_days(self.cell("since"), language)[0],
            valid_until=until[1] or until[0] or frame.valid_until,
        )


def _days(text: str, language: str) -> tuple[str | None, str | None]:
    """First and last day of a cell; a year alone is one too."""
    if not text:
        return None, None
    dates = read_dates(text, language)
    if not dates:
        year = _YEAR.fullmatch(text.strip(" .r"))
        return (year.group() if year else None), None
    return dates[0].start[:10], dates[0].end[:10] if dates[0].end else None


def _checked(groups: list[tuple[_Frame, list[Claim], Listing]], language: str) -> list[Claim]:
    """All claims; a list whose stated total agrees with no count is marked incomplete."""
    holders = _holders(language)
    counts: dict[str, int] = {}
    for frame, claims, _ in groups:
        counts[frame.scheme] = counts.get(frame.scheme, 0) + len(claims)
    found: list[Claim] = []
    for frame, claims, listing in groups:
        totals = _totals((listing.lead, *listing.context), holders)
        wrong = bool(totals) and not totals & {len(claims), counts[frame.scheme]}
        found += [replace(claim, list_incomplete=wrong) for claim in claims]
    return found


def _totals(texts: tuple[str, ...], holders: tuple[str, ...]) -> set[int]:
    if not holders:
        return set()
    words = "|".join(re.escape(word).replace(r"\*", r"\w{0,12}") for word in holders)
    pattern = re.compile(rf"{_TOTAL}(?:{words})(?!\w)", re.IGNORECASE)
    return {int(match.group(1)) for text in texts for match in pattern.finditer(text[:600])}
