"""What a run asks for first: entry pages, feeds and sitemaps, known pages that are due, and links
that nobody has followed yet.

Nothing here asks the network, so that a dry run shows what a crawl would do.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import ClassVar, Literal, Protocol

from catalogue import Source
from models.states import PageState

Why = Literal["entry", "feed", "sitemap", "due", "known", "new"]

WORDS: dict[Why, str] = {
    "entry": "entry page",
    "feed": "feed",
    "sitemap": "sitemap",
    "due": "known page, due",
    "known": "known page",
    "new": "linked, not read yet",
}

LISTS = ("listing", "archive", "members")

SHARE = 0.05
"""An incremental run looks again at so many of the known pages, by cost: a page that may answer
"not modified" counts once, one that comes whole each time four times."""

FEWEST = 4
WHOLE = 4
FEEDS = 3
"""So many known feeds are asked every time; they tell most for least."""

DEEP_LISTS = timedelta(days=7)
"""Other lists are asked no more often than this: what is new stands on the first ones."""

FRONT_LISTS = 5
"""So many lists that an entry page links to come before the other known pages."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One address to be asked for, why, and how soon: higher priorities go first."""

    url: str
    why: Why
    priority: int


class Walk(Protocol):
    """What a plan must know of the spider."""

    source: ClassVar[Source]
    feeds: ClassVar[tuple[str, ...]]
    sitemaps: ClassVar[tuple[str, ...]]

    def address(self, path: str) -> str:
        """The canonical address of a path."""

    def canonical(self, url: str) -> str:
        """The address under which a page is stored."""

    def wanted(self, url: str) -> bool:
        """Whether a link may lead to something."""

    def left_out(self, url: str) -> bool:
        """Whether an address is never visited."""

    def feed_like(self, url: str) -> bool:
        """Whether an address is a feed's or a sitemap's."""

    def calendar_like(self, url: str) -> bool:
        """Whether an address is a calendar file's."""

    def beyond(self, url: str) -> bool:
        """Whether an address lies outside of what is worth reading."""


def plan(
    walk: Walk,
    states: Mapping[str, PageState],
    passed: Container[str],
    now: datetime,
    full: bool,
) -> list[Planned]:
    """The run's first requests, in the order in which they go out.

    passed: addresses that led nowhere not long ago. full: every known page, and those.
    """
    if full:
        passed = ()
    found: dict[str, Planned] = {}

    def add(url: str, why: Why, priority: int) -> None:
        found.setdefault(url, Planned(url, why, priority))

    entries = list(dict.fromkeys(entry_pages(walk)))
    for number, url in enumerate(entries):
        add(url, "entry", 100 - number)
    named: tuple[tuple[Why, tuple[str, ...]], ...] = (
        ("feed", (*walk.source.feeds, *walk.feeds)),
        ("sitemap", walk.sitemaps),
    )
    for why, paths in named:
        for url in map(walk.address, paths):
            if url not in passed:
                add(url, why, 50)
    known = {url: state for url, state in states.items() if not walk.left_out(url)}
    feeds = [url for url in known if walk.feed_like(url) and "sitemap" not in url]
    for url in feeds[:FEEDS]:
        add(url, "feed", 50)
    if full:
        for url in known:
            add(url, "known", 10)
    else:
        for url in _due(walk, known, passed, entries, now):
            add(url, "due", 10)
    for url in unread(walk, states):
        if url not in passed:
            add(url, "new", 0)
    return sorted(found.values(), key=lambda planned: -planned.priority)


def entry_pages(walk: Walk) -> Iterator[str]:
    """The canonical addresses of the listings, then of the home page."""
    for path in (*walk.source.listings, walk.source.url):
        yield walk.address(path)


def unread(walk: Walk, states: Mapping[str, PageState]) -> Iterator[str]:
    """Links of known pages that lead to no known one: an earlier run did not get so far."""
    links: dict[str, None] = {}
    for state in states.values():
        links.update(dict.fromkeys(state.links))
    for link in links:
        if walk.wanted(link) and not walk.calendar_like(link):
            url = walk.canonical(link)
            if url not in states and not walk.beyond(url):
                yield url


def is_due(state: PageState, now: datetime) -> bool:
    """Whether the page's next visit has come."""
    return state.next_visit is None or state.next_visit <= now


def allowance(pages: int) -> int:
    """What an incremental run may spend on known pages of a site of so many."""
    return max(FEWEST, math.ceil(pages * SHARE))


def cost(state: PageState) -> int:
    """What it costs to look at a page again."""
    return 1 if state.etag or state.last_modified else WHOLE


def changed_since(modified: str | None, state: PageState) -> bool:
    """Whether a feed or sitemap says that a page changed after it was last fetched.

    modified: ISO 8601; a day alone counts to its end.
    """
    try:
        moment = datetime.fromisoformat((modified or "").strip())
    except ValueError:
        return False
    if len((modified or "").strip()) == 10:
        moment = datetime.combine(moment.date(), time.max)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment > state.last_fetch


def _due(
    walk: Walk,
    states: Mapping[str, PageState],
    passed: Container[str],
    entries: list[str],
    now: datetime,
) -> Iterator[str]:
    """Known pages to be looked at again: feeds, lists that the entry pages lead to, then those
    that are longest overdue, by the measure of their own interval."""
    due = {url: state for url, state in states.items() if is_due(state, now) and url not in passed}
    gone = [url for url, state in due.items() if _in_doubt(state)]
    feeds = [url for url in due if walk.feed_like(url) and url not in gone]
    front = _front_lists(walk, states, entries)
    yield from feeds
    yield from gone  # a second answer a day later settles it, and costs next to nothing
    chosen = list(_affordable([url for url in front if url in due], due, len(states)))
    yield from chosen
    done = {*feeds, *gone, *chosen, *entries}
    rest = sorted(
        (url for url in due if url not in done and not _deep(due[url], now)),
        key=lambda url: (-_overdue(due[url], now), url),
    )
    yield from _affordable(rest, due, len(states))


def _front_lists(walk: Walk, states: Mapping[str, PageState], entries: list[str]) -> list[str]:
    """Lists that entry pages link to, those that changed most often first."""
    links: dict[str, None] = {}
    for entry in entries:
        if entry in states:
            links.update(
                dict.fromkeys(map(walk.canonical, filter(walk.wanted, states[entry].links)))
            )
    lists = [url for url in links if url in states and states[url].kind in LISTS]
    return sorted(lists, key=lambda url: -states[url].changes)[:FRONT_LISTS]


def _affordable(urls: Iterable[str], states: Mapping[str, PageState], pages: int) -> Iterator[str]:
    left = allowance(pages)
    for url in urls:
        left -= cost(states[url])
        if left < 0:
            return
        yield url


def _deep(state: PageState, now: datetime) -> bool:
    """Whether this is one of the lists behind the first ones, read not long ago."""
    return state.kind in LISTS and now - state.last_fetch < DEEP_LISTS


def _in_doubt(state: PageState) -> bool:
    """Whether a page seems gone, and has not yet been so for a day."""
    return state.gone_since is not None and state.last_fetch - state.gone_since < timedelta(days=1)


def _overdue(state: PageState, now: datetime) -> float:
    """Time since the last visit, in intervals between visits."""
    if state.next_visit is None:
        return math.inf
    interval = max((state.next_visit - state.last_fetch).total_seconds(), 3600.0)
    return (now - state.last_fetch).total_seconds() / interval
