"""News as Atom, RSS 2.0 and JSON Feed 1.1.

Pages go by RFC 5005 and deleted entries by RFC 6721 in XML, by next_url and an extension in JSON.
The words are those of the page; what a site says is text, never markup.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import Any
from uuid import UUID, uuid5

from lxml import etree

ATOM = "http://www.w3.org/2005/Atom"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
MEDIA_TYPES = {
    "atom": "application/atom+xml",
    "rss": "application/rss+xml",
    "json": "application/feed+json",
}
"""The media type of each format."""

_SPACE = UUID("6f9b1f0e-5d1c-5c36-9a7f-7a3f0c2be6a1")
_SUMMARY = 600
_XML = "{http://www.w3.org/XML/1998/namespace}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What a feed says of itself: title, its own address (empty where a file does not know it),
    the page it belongs to, the addresses of its first and next page (None at the end). name:
    what tells it from all other feeds, where no address does."""

    title: str
    address: str
    home: str
    first: str | None = None
    following: str | None = None
    name: str = ""


def lasting_id(entry_id: str) -> str:
    """The id under which readers know an entry for ever: a URN from the entry's id.

    >>> lasting_id("a1")
    'urn:uuid:bf86387a-af82-5a2c-9167-43e3dfe1ea8d'
    """
    return f"urn:uuid:{uuid5(_SPACE, entry_id)}"


def write_feed(form: str, channel: Channel, views: Sequence[dict[str, Any]]) -> bytes:
    """A feed of articles as `feeds.views` gives them. form: atom, rss or json."""
    return {"atom": _atom, "rss": _rss, "json": _json}[form](channel, views)


def _atom(channel: Channel, views: Sequence[dict[str, Any]]) -> bytes:
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM, "at": TOMBSTONES})
    _add(feed, f"{{{ATOM}}}title", channel.title)
    _add(feed, f"{{{ATOM}}}id", lasting_id(channel.name or channel.first or channel.address))
    _add(feed, f"{{{ATOM}}}updated", max((v["updated_at"] for v in views), default=_NEVER))
    _add(_add(feed, f"{{{ATOM}}}author"), f"{{{ATOM}}}name", "Clusterfeed")
    _add(feed, f"{{{ATOM}}}generator", "Clusterfeed")
    for relation, address in (
        ("self", channel.address),
        ("alternate", channel.home),
        ("first", channel.first),
        ("next", channel.following),
    ):
        if address:
            _add(feed, f"{{{ATOM}}}link", rel=relation, href=address)
    for view in views:
        if "gone_at" in view:
            _tombstone(feed, view)
        else:
            _atom_entry(feed, view)
    return bytes(etree.tostring(feed, encoding="utf-8", xml_declaration=True))


def _tombstone(parent: Any, view: dict[str, Any]) -> None:
    name = f"{{{TOMBSTONES}}}deleted-entry"
    _add(parent, name, ref=lasting_id(view["id"]), when=view["gone_at"])


def _atom_entry(feed: Any, view: dict[str, Any]) -> None:
    entry = _add(feed, f"{{{ATOM}}}entry")
    if view["language"] != "und":
        entry.set(f"{_XML}lang", view["language"])
    _add(entry, f"{{{ATOM}}}title", view["headline"])
    _add(entry, f"{{{ATOM}}}id", lasting_id(view["id"]))
    _add(entry, f"{{{ATOM}}}updated", view["updated_at"])
    if published := _moment(view):
        _add(entry, f"{{{ATOM}}}published", published.isoformat())
    _add(_add(entry, f"{{{ATOM}}}author"), f"{{{ATOM}}}name", _publisher(view))
    _add(entry, f"{{{ATOM}}}link", rel="alternate", href=view["url"])
    _add(entry, f"{{{ATOM}}}category", term=view["source"])
    if summary := _summary(view):
        _add(entry, f"{{{ATOM}}}summary", summary)


def _rss(channel: Channel, views: Sequence[dict[str, Any]]) -> bytes:
    rss = etree.Element("rss", version="2.0", nsmap={"atom": ATOM, "at": TOMBSTONES})
    head = _add(rss, "channel")
    _add(head, "title", channel.title)
    _add(head, "link", channel.home)
    _add(head, "description", channel.title)
    _add(head, "generator", "Clusterfeed")
    if channel.address:
        _add(head, f"{{{ATOM}}}link", rel="self", href=channel.address, type=MEDIA_TYPES["rss"])
    if channel.following:
        _add(head, f"{{{ATOM}}}link", rel="next", href=channel.following)
    for view in views:
        if "gone_at" in view:
            _tombstone(head, view)
            continue
        item = _add(head, "item")
        _add(item, "title", view["headline"])
        _add(item, "link", view["url"])
        _add(item, "guid", lasting_id(view["id"]), isPermaLink="false")
        _add(item, "category", view["source"])
        if published := _moment(view):
            _add(item, "pubDate", format_datetime(published))
        if summary := _summary(view):
            # Unlike Atom's summary this is HTML, by what readers do: text has to say so.
            _add(item, "description", escape(summary, quote=False))
    return bytes(etree.tostring(rss, encoding="utf-8", xml_declaration=True))


def _json(channel: Channel, views: Sequence[dict[str, Any]]) -> bytes:
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "home_page_url": channel.home,
    }
    if channel.address:
        feed["feed_url"] = channel.address
    if channel.following:
        feed["next_url"] = channel.following
    feed["items"] = [_json_item(view) for view in views if "gone_at" not in view]
    deleted = [
        {"id": lasting_id(view["id"]), "when": view["gone_at"]}
        for view in views
        if "gone_at" in view
    ]
    if deleted:
        feed["_clusterfeed"] = {"deleted": deleted}
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


def _json_item(view: dict[str, Any]) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": lasting_id(view["id"]),
        "url": view["url"],
        "title": view["headline"],
        "content_text": _summary(view) or view["headline"],
        "date_modified": view["updated_at"],
        "authors": [{"name": _publisher(view)}],
        "tags": [view["source"]],
    }
    if published := _moment(view):
        item["date_published"] = published.isoformat()
    if view["language"] != "und":
        item["language"] = view["language"]
    if view["image"]:
        item["image"] = view["image"]
    item["_clusterfeed"] = {
        "id": view["id"],
        "date_published": view["date_published"],
        "date_published_precision": view["date_published_precision"],
        "organization": view["organization"],
        "evidence": view["evidence"]["words"],
    }
    return item


_NEVER = "1970-01-01T00:00:00Z"


def _moment(view: dict[str, Any]) -> datetime | None:
    """The publication as formats want it, which know no days: its first moment, in UTC where the
    page tells no zone. A month or a year is no date that a reader may be told."""
    if view["date_published_precision"] not in ("day", "minute"):
        return None
    moment = datetime.fromisoformat(view["date_published"])
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _publisher(view: dict[str, Any]) -> str:
    owner = view["organization"]
    return str(owner["name"] if owner else view["source"])


def _summary(view: dict[str, Any]) -> str:
    text: str = view["summary"] or view["body"]
    return text if len(text) <= _SUMMARY else text[:_SUMMARY].rsplit(" ", 1)[0] + " …"


def _add(parent: Any, tag: str, text: str | None = None, **attributes: str) -> Any:
    element = etree.SubElement(parent, tag, attributes)
    element.text = text
    return element
