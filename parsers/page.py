"""One page, read: what all parsers found, put together."""

from __future__ import annotations

from dataclasses import replace

from catalogue import Source
from items import DatedValue, Event, Item, NewsArticle, Page
from parsers.authors import read_authors
from parsers.calendars import calendar_name, is_calendar, read_calendar
from parsers.certifications import read_certifications
from parsers.document import Document
from parsers.events import read_events
from parsers.kind import read_kind, split_posts
from parsers.links import read_addresses
from parsers.news import is_news
from parsers.opening import open_document
from parsers.organizations import read_organizations
from parsers.publication import contradicted, read_modification, read_publication
from parsers.relations import read_relations
from parsers.same_as import add_same_as

SUMMARY_LENGTH = 300
"""Longest summary, in characters."""
FACTS_LENGTH = 60_000
"""Characters of main text within which facts are looked for: what follows on a longer page is
kept as text only."""


def read_page(
    content: bytes,
    url: str = "",
    *,
    fetched_at: str = "",
    source: Source | None = None,
    content_type: str = "",
) -> Page:
    """Read one page, or a calendar file (.ics) as a page that lists events.

    content: its bytes as fetched; fetched_at: ISO 8601 in UTC; source: the site's entry in the
    catalogue; content_type: the HTTP header. Raises ValueError, with the reason, for what
    is neither an HTML page nor a calendar.
    """
    if is_calendar(content):
        return _calendar_page(content, url, fetched_at, source, content_type)
    document = open_document(
        content, url, fetched_at=fetched_at, source=source, content_type=content_type
    )
    kind = read_kind(document)
    posts = split_posts(document) if kind == "archive" else []
    published, items = (
        _read(document) if not posts else (read_publication(document, document.jsonld), [])
    )
    addresses = read_addresses(document)
    page = Page(
        url=url,
        source=source.name if source else "",
        fetched_at=fetched_at,
        kind=kind,
        language=document.language,
        headline=document.headline,
        authors=read_authors(document),
        date_published=published,
        date_modified=read_modification(document, document.jsonld),
        summary=_summary(document),
        text=document.text,
        items=items,
        links=addresses.links,
        feeds=addresses.feeds,
        calendars=addresses.calendars,
        alternates=addresses.alternates,
        canonical=addresses.canonical,
    )
    for post in posts:
        post_published, post_items = _read(post)
        modified = read_modification(post, post.jsonld)
        page.items += [_article(post, [], post_published, modified), *post_items]
    if is_news(document, kind, published):
        page.items.insert(0, _article(document, page.authors, published, page.date_modified))
    return page


def _calendar_page(
    content: bytes, url: str, fetched_at: str, source: Source | None, content_type: str
) -> Page:
    """A calendar file as a page that lists its events, one a line."""
    events = read_calendar(
        content, url, fetched_at=fetched_at, source=source, content_type=content_type
    )
    return Page(
        url=url,
        source=source.name if source else "",
        fetched_at=fetched_at,
        kind="listing",
        language=events[0].language if events else "und",
        headline=calendar_name(content, content_type),
        text="\n".join(f"{event.start} {event.name}" for event in events),
        items=list(events),
    )


def _read(document: Document) -> tuple[DatedValue, list[Item]]:
    """The publication date and all items but the article itself.

    Events and the publication date check each other: a date before an event that the text
    reports as past is none, and what was resolved against it is read again without it.
    """
    published = read_publication(document, document.jsonld)
    told = _beginning(document)
    events = read_events(told, published.day)
    checked = contradicted(published, events)
    if checked != published and published.day:
        events = read_events(told, None)
    items: list[Item] = [
        *_with_timezone(document, events),
        *read_certifications(told),
        *read_relations(told),
        *add_same_as(read_organizations(told), told),
    ]
    return checked, items


def _beginning(document: Document) -> Document:
    """The document with its first `FACTS_LENGTH` characters of main text, in whole blocks."""
    if len(document.text) <= FACTS_LENGTH:
        return document
    size = count = 0
    for block in document.blocks:
        size += len(block.text) + 1
        if size > FACTS_LENGTH and count:
            break
        count += 1
    blocks = document.blocks[:count]
    return replace(document, blocks=blocks, text="\n".join(block.text for block in blocks))


def _with_timezone(document: Document, events: list[Event]) -> list[Event]:
    for event in events:
        if event.timezone is None and document.source and not event.all_day:
            event.timezone = document.source.timezone
    return events


def _article(
    document: Document, authors: list[str], published: DatedValue, modified: DatedValue
) -> NewsArticle:
    return NewsArticle(
        url=document.url,
        source=document.source.name if document.source else "",
        language=document.language,
        evidence=published.raw or (document.headline or ""),
        fetched_at=document.fetched_at,
        headline=document.headline or "",
        body=document.text,
        summary=_summary(document),
        author=", ".join(authors) or None,
        date_published=published,
        date_modified=modified,
    )


def _summary(document: Document) -> str:
    text = next((b.text for b in document.blocks if b.kind == "paragraph" and len(b.text) > 60), "")
    if len(text) <= SUMMARY_LENGTH:
        return text
    return text[:SUMMARY_LENGTH].rsplit(" ", 1)[0] + " …"
