"""From the vocabulary's items to rows: checked, cleaned, clipped, hashed and named."""

from __future__ import annotations

import marshal
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from operator import attrgetter
from typing import Any

from items import ABSENT, EVIDENCE_LIMIT, DatedValue, Item
from models.base import canonical_json
from models.identity import content_hash, item_id
from pipelines.clean import clean, fold

_CREDENTIALS = re.compile(r"^(https?://)[^/?#]*@")

URL_LIMIT = 16_384
"""Longest address that is stored, in characters; a cut one would lead elsewhere."""

_BODY, _LONG, _SHORT, _WORD = 500_000, 5_000, 1_000, 100

RULES = 1
"""To be counted up when the same items are prepared to other rows than before."""

_MOST_URLS = 20

_DATED = ("value", "precision", "origin", "raw", "reason")

# Of each type: its table, then its fields as (name, what it must be, longest text).
_FIELDS: dict[str, tuple[str, tuple[tuple[str, str, int], ...]]] = {
    "NewsArticle": (
        "article",
        (
            ("headline", "text", _SHORT),
            ("body", "text", _BODY),
            ("summary", "text", _LONG),
            ("author", "text?", _SHORT),
            ("date_published", "dated", _WORD),
            ("date_modified", "dated", _WORD),
            ("image", "url?", URL_LIMIT),
        ),
    ),
    "Event": (
        "event",
        (
            ("name", "text", _SHORT),
            ("start", "text", _WORD),
            ("end", "text?", _WORD),
            ("kind", "text?", _WORD),
            ("timezone", "text?", _WORD),
            ("all_day", "bool", 0),
            ("place", "text?", _SHORT),
            ("city", "text?", _SHORT),
            ("country", "text?", _WORD),
            ("status", "text?", _WORD),
            ("organizer", "text?", _SHORT),
        ),
    ),
    "Certification": (
        "certification",
        (
            ("scheme", "text", _WORD),
            ("holder", "text", _SHORT),
            ("level", "text?", _SHORT),
            ("round", "text?", _SHORT),
            ("coordinator", "text?", _SHORT),
            ("issued_by", "text?", _SHORT),
            ("valid_from", "text?", _WORD),
            ("valid_until", "text?", _WORD),
            ("list_incomplete", "bool", 0),
        ),
    ),
    "Organization": (
        "organization",
        (
            ("name", "text", _SHORT),
            ("names", "texts", _SHORT),
            ("acronym", "text?", _WORD),
            ("kind", "text?", _WORD),
            ("website", "url?", URL_LIMIT),
            ("same_as", "urls", URL_LIMIT),
        ),
    ),
    "Relation": (
        "relation",
        (
            ("subject", "text", _SHORT),
            ("relation", "text", _WORD),
            ("object", "text", _SHORT),
            ("valid_from", "text?", _WORD),
            ("valid_until", "text?", _WORD),
        ),
    ),
}
# Of each type: what reads all that `prepare_item` reads.
_RAW = {
    name: attrgetter(
        "url",
        "source",
        "language",
        "evidence",
        *(
            f"{field}.{part}" if form == "dated" else field
            for field, form, _ in fields
            for part in (_DATED if form == "dated" else ("",))
        ),
    )
    for name, (_, fields) in _FIELDS.items()
}
_NAMED_BY = {
    "article": "headline",
    "event": "name",
    "certification": "holder",
    "organization": "name",
    "relation": "subject",
}
_DATED_COLUMNS = {
    name: tuple(
        (name if part == "value" else f"{name}_{part}", part, "" if part == "raw" else None)
        for part in _DATED
    )
    for name in ("date_published", "date_modified")
}
_COMMON = (("source", _WORD), ("language", 35), ("evidence", EVIDENCE_LIMIT))


class ItemError(ValueError):
    """An item that cannot be stored, and why."""


@dataclass(slots=True)
class PreparedItem:
    """One item on its way to its table.

    data: the item as canonical JSON, as versions keep it; content_hash is over it. values: the
    same with the fields that have no value. row: the table's own columns. natural_key and id
    are set once the page's other items are known.
    """

    kind: str
    data: str
    content_hash: str
    row: dict[str, Any]
    values: dict[str, Any]
    natural_key: list[str]
    id: str = ""


def prepare_item(item: Item) -> PreparedItem:
    """Check and clean one item. Raises ItemError where it cannot be stored."""
    try:
        kind, fields = _FIELDS[item.type]
    except (KeyError, TypeError, AttributeError):
        raise ItemError(f"not an item of the vocabulary: {type(item).__name__}") from None
    pure = _is_pure(item)
    values: dict[str, Any] = {"type": item.type, "url": address(item.url)}
    for name, limit in _COMMON:
        values[name] = _text(getattr(item, name), name, limit, pure)
    values["language"] = values["language"] or "und"
    row = {name: values[name] for name in ("url", "source", "language", "evidence")}
    for name, form, limit in fields:
        value = _FORMS[form](getattr(item, name), name, limit, pure)
        values[name] = value
        if form == "dated":
            for column, part, empty in _DATED_COLUMNS[name]:
                row[column] = value.get(part, empty)
        else:
            row[name] = value
    if not values[_NAMED_BY[kind]].strip():
        raise ItemError(f"{_NAMED_BY[kind]} is empty")
    told = {name: value for name, value in values.items() if value or value is False}
    data = canonical_json(told)
    return PreparedItem(kind, data, content_hash(data, told), row, values, [])


def input_hash(items: list[Item], page_kind: str) -> str | None:
    """32 hex digits over items as the parsers made them, without when; None where one is not
    of the vocabulary. Equal input is prepared to equal rows, so it need not be prepared."""
    try:
        raw = [(item.type, _RAW[item.type](item)) for item in items]
        # Version 2 of the format is the last that depends on values alone.
        told = marshal.dumps((RULES, page_kind, raw), 2)
    except (KeyError, AttributeError, TypeError, ValueError):
        return None
    return sha256(told).hexdigest()[:32]


def name_items(
    items: Iterable[PreparedItem], source: str, page_url: str, *, several: bool
) -> list[PreparedItem]:
    """Give the items of one page their natural keys and ids; repeated claims are left out.

    several: whether the page shows several articles (a listing or an archive). Items whose
    short keys agree but which say different things get longer keys, all of them alike, so
    that their order on the page decides nothing.
    """
    settled: list[PreparedItem] = []
    open_ = list(items)
    for level in (0, 1, 2):
        groups: dict[tuple[str, ...], list[PreparedItem]] = {}
        for item in open_:
            key = _key(item, page_url, several, level)
            groups.setdefault((item.kind, *key), []).append(item)
        open_ = []
        for group_key, group in groups.items():
            if len(group) > 1 and len({_facts(item) for item in group}) > 1:
                open_.extend(group)
                continue
            item = group[0]
            item.natural_key = list(group_key[1:])
            item.id = item_id(item.kind, source, page_url, item.natural_key)
            settled.append(item)
    return settled


def address(url: Any) -> str:
    """A web address fit to be stored, without a password. Raises ItemError for any other."""
    if not isinstance(url, str):
        raise ItemError(f"url: expected text, got {type(url).__name__}")
    if len(url) > URL_LIMIT:
        raise ItemError(f"url: {len(url)} characters, at most {URL_LIMIT}")
    cleaned = clean(url, URL_LIMIT).replace("\n", "").replace("\t", "").strip()
    if not cleaned.startswith(("http://", "https://")):
        raise ItemError(f"url: not a web address: {cleaned[:80]!r}")
    return _CREDENTIALS.sub(r"\1", cleaned) if "@" in cleaned else cleaned


def _key(item: PreparedItem, page_url: str, several: bool, level: int) -> list[str]:
    """What makes the item this one and no other on its page, in three degrees of detail."""
    values = item.values
    if level == 2:
        return [_facts(item)]
    detailed = level == 1
    if item.kind == "article":
        if values["url"] != page_url:
            key = [values["url"]]
        else:
            key = [fold(values["headline"])] if several else []
        if detailed:
            key += [fold(values["headline"]), values["date_published"].get("value", "")]
    elif item.kind == "event":
        # The day is part of it: next year's assembly of the same name is another event.
        key = [fold(values["name"]), values["start"][:10]]
        if detailed:
            key += [values["start"], fold(values["place"] or "")]
    elif item.kind == "certification":
        key = [fold(values[name] or "") for name in ("scheme", "level", "round", "holder")]
        if detailed:
            key += [values["valid_from"] or ""]
    elif item.kind == "organization":
        key = [fold(values["name"])]
        if detailed:
            key += [values["website"] or "", values["acronym"] or ""]
    else:
        key = [fold(values["subject"]), values["relation"], fold(values["object"])]
        if detailed:
            key += [values["valid_from"] or ""]
    return key


def _facts(item: PreparedItem) -> str:
    """What the item says, whatever the words it was read from."""
    return sha256(canonical_json({**item.values, "evidence": ""}).encode()).hexdigest()[:32]


def _is_pure(item: Item) -> bool:
    """Whether all texts of the item are clean already: looked at once, as one."""
    try:
        whole = "".join([value for value in _RAW[item.type](item) if type(value) is str])
    except AttributeError:
        return False  # something is no date; what it is will be said
    return clean(whole, len(whole)) is whole


def _text(value: Any, name: str, limit: int, pure: bool) -> str:
    if type(value) is not str:
        raise ItemError(f"{name}: expected text, got {type(value).__name__}")
    return value if pure and len(value) <= limit else clean(value, limit)


def _text_or_none(value: Any, name: str, limit: int, pure: bool) -> str | None:
    return None if value is None else _text(value, name, limit, pure)


def _bool(value: Any, name: str, _limit: int, _pure: bool) -> bool:
    if type(value) is not bool:
        raise ItemError(f"{name}: expected true or false, got {type(value).__name__}")
    return value


def _url_or_none(value: Any, _name: str, _limit: int, _pure: bool) -> str | None:
    try:
        return None if value is None else address(value)
    except ItemError:
        return None  # an image or website that cannot be followed is none


def _texts(value: Any, name: str, limit: int, _pure: bool) -> dict[str, str]:
    if not isinstance(value, dict) or not all(
        type(key) is str and type(text) is str for key, text in value.items()
    ):
        raise ItemError(f"{name}: expected texts by language")
    return {clean(key, 35): clean(text, limit) for key, text in value.items()}


def _urls(value: Any, name: str, _limit: int, _pure: bool) -> list[str]:
    if not isinstance(value, list) or not all(type(url) is str for url in value):
        raise ItemError(f"{name}: expected addresses")
    found = (_url_or_none(url, name, URL_LIMIT, False) for url in value)
    return sorted({url for url in found if url})[:_MOST_URLS]


def _dated(value: Any, name: str, limit: int, pure: bool) -> dict[str, str]:
    if value is ABSENT:
        return _ABSENT_PARTS
    if not isinstance(value, DatedValue):
        raise ItemError(f"{name}: expected a dated value, got {type(value).__name__}")
    parts = {
        part: _text(text, name, limit, pure)
        for part in ("value", "precision", "origin", "reason")
        if (text := getattr(value, part)) is not None
    }
    if value.raw:
        parts["raw"] = _text(value.raw, name, EVIDENCE_LIMIT, pure)
    return parts


_ABSENT_PARTS = {"reason": "absent"}
_FORMS: dict[str, Any] = {
    "text": _text,
    "text?": _text_or_none,
    "bool": _bool,
    "url?": _url_or_none,
    "texts": _texts,
    "urls": _urls,
    "dated": _dated,
}
