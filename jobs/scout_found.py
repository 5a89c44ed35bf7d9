"""What a look at a website found, and what follows from it for the source's file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from babel.core import get_global
from babel.languages import get_official_languages

from catalogue import Source
from catalogue.sources import Platform
from items import Certification, Event, Item, NewsArticle, Page
from parsers.menu import Subject

WANTED = 5
"""So many items are found, if there are as many."""

# Countries' domains that the whole world registers names under.
_ANYBODYS = frozenset(
    ("ai", "cc", "co", "fm", "io", "la", "ly", "me", "nu", "to", "tv", "vc", "ws")
)
# Of countries with several zones, the one that most of the country keeps (CLDR's primary zones).
_PRIMARY = {
    "CN": "Asia/Shanghai",
    "DE": "Europe/Berlin",
    "ES": "Europe/Madrid",
    "PT": "Europe/Lisbon",
    "UA": "Europe/Kyiv",
}


@dataclass(frozen=True, slots=True)
class Robots:
    """robots.txt as it concerns us. delay: Crawl-delay in seconds; sitemaps: as named there."""

    allows_home: bool
    delay: float | None
    sitemaps: list[str]


@dataclass(frozen=True, slots=True)
class Listed:
    """A feed or a sitemap: its address, the site's pages in it, and how many sitemaps it names."""

    url: str
    pages: list[str]
    sitemaps: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """A page that lists news, events or label holders, and the articles that it leads to."""

    url: str
    subject: Subject
    links: list[str]


@dataclass(slots=True)
class Found:
    """What was seen of one site.

    asked: the address that was given; url: the home page, "" if it did not answer, and then
    `problem` says why. known: the source whose file is held against the site. versions: the
    language versions' addresses by code. failures: addresses that gave no page, with the cause.
    """

    asked: str
    url: str = ""
    known: Source | None = None
    problem: str = ""
    platform: Platform = "any"
    mark: str = ""
    title: str = ""
    language_tag: str = ""
    date_header: str = ""
    answered_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    languages: list[str] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    robots: Robots | None = None
    feeds: list[Listed] = field(default_factory=list)
    sitemaps: list[Listed] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    requests: int = 0

    @property
    def verdict(self) -> str:
        """What a crawl would say: ok, empty, blocked or unreachable."""
        if self.problem:
            refused = ("forbidden", "refused", "not now", "HTTP 401", "HTTP 403", "HTTP 429")
            return "blocked" if self.problem.startswith(refused) else "unreachable"
        return "ok" if self.items else "empty"

    @property
    def moved_to(self) -> str | None:
        """The other host that the site sends us to, if it does."""
        words = self.problem.removesuffix(" is another site").split()
        return words[-1] if self.problem.endswith(" is another site") else None

    @property
    def country(self) -> str | None:
        """The site's country: by its domain, else by its language where one country speaks it."""
        ending = (urlsplit(self.url).hostname or "").rpartition(".")[2]
        territories = get_global("territory_zones")
        code = {"uk": "GB"}.get(ending, ending.upper())
        if ending not in _ANYBODYS and code in territories and len(code) == 2:
            return code
        region = self.language_tag.partition("-")[2].upper()
        if region in territories:
            return str(region)
        spoken = self.languages[0] if self.languages else ""
        homes = [c for c in territories if spoken and spoken in get_official_languages(c)]
        return homes[0] if len(homes) == 1 else None

    @property
    def timezone(self) -> str | None:
        """The zone of the country, where it has one that most of it keeps."""
        country = self.country
        if country is None:
            return None
        zones = get_global("territory_zones").get(country) or []
        return zones[0] if len(zones) == 1 else _PRIMARY.get(country)

    def keep(self, page: Page, *, listed: bool) -> None:
        """Keep what a crawl would store of a page; a list's own "article" is none."""
        known = {(item.type, _title(item)) for item in self.items}
        for item in page.items:
            if listed and page.kind != "archive" and isinstance(item, NewsArticle):
                continue
            key = (item.type, _title(item))
            if isinstance(item, NewsArticle | Event | Certification) and key not in known:
                known.add(key)
                self.items.append(item)

    @property
    def enough(self) -> bool:
        """Whether there are items to show, most of them news."""
        news = sum(isinstance(item, NewsArticle) for item in self.items)
        return len(self.items) >= WANTED and news >= WANTED // 2 + 1

    @property
    def dated(self) -> float | None:
        """The share of the news read that has a date; None without news."""
        news = [item for item in self.items if isinstance(item, NewsArticle)]
        return sum(n.date_published.value is not None for n in news) / len(news) if news else None

    def shown(self, most: int) -> list[Item]:
        """The items to show: newest news first, with room for events and certificates."""
        news = [item for item in self.items if isinstance(item, NewsArticle)]
        news.sort(key=lambda item: item.date_published.value or "", reverse=True)
        events = [item for item in self.items if isinstance(item, Event)]
        events.sort(key=lambda item: item.start, reverse=True)
        labels = [item for item in self.items if isinstance(item, Certification)]
        rows: list[list[Item]] = [list(news), list(events), list(labels)]
        chosen: list[Item] = []
        share = {0: 3, 1: 1, 2: 1}
        for place, row in enumerate(rows):
            chosen += row[: share[place]]
        rest = [item for row in rows for item in row if item not in chosen]
        chosen = (chosen + rest)[:most]
        return sorted(chosen, key=lambda item: [len(row) and item not in row for row in rows])

    def missing(self) -> list[str]:
        """What could not be found, each with what one may write by hand."""
        told = []
        listed = {listing.subject for listing in self.listings}
        names: dict[Subject, str] = {"news": "news", "events": "events", "labels": "label holders"}
        missing = [name for subject, name in names.items() if subject not in listed]
        if missing:
            told.append(f"a list of {' or '.join(missing)}: if there is one, add it to listings:")
        if not self.feeds:
            told.append("a feed: if there is one, add it to feeds:")
        if not self.sitemaps:
            told.append("a sitemap: the listings and links lead to the pages")
        if not self.languages:
            told.append("the language: add languages: [..]")
        if self.country is None:
            told.append("the country: add country: and timezone:")
        elif self.timezone is None:
            told.append(f"the time zone ({self.country} has several): add timezone:")
        if self.dated == 0:
            told.append("dates on the news that were read: what is stored will have none")
        return told


def _title(item: Item) -> str:
    if isinstance(item, Certification):
        return f"{item.holder}: {item.scheme}"
    return item.headline if isinstance(item, NewsArticle) else getattr(item, "name", "")
