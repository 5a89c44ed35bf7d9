"""Holds a source's file against the live site: what is well, and what to mend in the file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from urllib.parse import urljoin, urlsplit

from catalogue import Source
from items import NewsArticle
from jobs.doctor import Check
from jobs.scout_found import Found
from spiders.addresses import canonical

STALE_DAYS = 400
"""A site whose newest news is older may be asleep."""


def check_source(found: Found, today: date) -> list[Check]:
    """All checks of one source that was looked at (`Found.known`)."""
    source = found.known
    if source is None:
        raise ValueError("only a source's own site is held against its file")
    if found.problem:
        return [_unreached(found)]
    return [
        *_address(found, source),
        *_robots(found),
        *_platform(found, source),
        *_languages(found, source),
        *_listings(found, source),
        *_feeds(found, source),
        *_news(found, today),
    ]


def is_well(checks: list[Check]) -> bool:
    """Whether nothing has to be mended; warnings do not count."""
    return all(check.grade != "wrong" for check in checks)


def _unreached(found: Found) -> Check:
    if found.moved_to:
        told = f"it sends us to another host, {found.moved_to}"
        return Check("site", "wrong", told, f"url: https://{found.moved_to}/")
    if found.problem.startswith("not now"):
        return Check("site", "wrong", found.problem, "try again later")
    if found.verdict == "blocked":
        todo = "ask the owner; until then set verified: never"
        return Check("site", "wrong", found.problem, todo)
    return Check("site", "wrong", found.problem, "try again; if it is gone, remove the file")


def _address(found: Found, source: Source) -> Iterator[Check]:
    asked, final = urlsplit(source.url), urlsplit(found.url)
    if (asked.scheme, asked.netloc) == (final.scheme, final.netloc):
        yield Check("site", "ok", f"answers at {found.url}")
    else:
        told = f"answers at {final.scheme}://{final.netloc}/, every request is sent on there"
        yield Check("site", "warning", told, f"url: {final.scheme}://{final.netloc}/")


def _robots(found: Found) -> Iterator[Check]:
    delay = found.robots.delay if found.robots else None
    if delay and delay > 10:
        told = f"{delay:g} s between two requests"
        yield Check("robots.txt", "warning", told, "set pages: to what a run may take")
    else:
        yield Check("robots.txt", "ok", "allows us" if found.robots else "none: all is allowed")


def _platform(found: Found, source: Source) -> Iterator[Check]:
    if not found.mark:
        yield Check("platform", "ok", f"{source.platform}; the pages do not tell")
    elif found.platform == source.platform:
        yield Check("platform", "ok", f"{source.platform} ({found.mark})")
    else:
        told = f"{found.platform} ({found.mark}), not {source.platform}"
        yield Check("platform", "wrong", told, f"platform: {found.platform}")


def _languages(found: Found, source: Source) -> Iterator[Check]:
    missing = [code for code in found.languages if code not in source.languages]
    if missing:
        told = f"also there: {' '.join(missing)}"
        languages = ", ".join([*source.languages, *missing])
        yield Check("languages", "warning", told, f"languages: [{languages}]")
    else:
        yield Check("languages", "ok", " ".join(source.languages))


def _listings(found: Found, source: Source) -> Iterator[Check]:
    good = {listing.url: listing for listing in found.listings}
    given = set()
    for path in source.listings:
        address = urljoin(source.url, path)
        ways = {address, canonical(address, source)}
        given |= ways
        listing = next((good[way] for way in ways if way in good), None)
        if listing:
            told = f"{path}: {len(listing.links)} links"
            yield Check("listing", "ok", told)
            continue
        cause = next((found.failures[way] for way in ways if way in found.failures), None)
        told = f"{path}: {cause or 'no list of articles or events was seen there'}"
        yield Check("listing", "wrong", told, "mend or remove it under listings:")
    home = urlsplit(found.url).path
    for url, listing in good.items():
        path = urlsplit(url).path
        if url not in given and path != home:
            path += f"?{urlsplit(url).query}" if urlsplit(url).query else ""
            told = f"{listing.subject} are listed at {path} too"
            yield Check("listing", "warning", told, f"listings: add {path}")


def _feeds(found: Found, source: Source) -> Iterator[Check]:
    seen = {listed.url for listed in (*found.feeds, *found.sitemaps)}
    for path in source.feeds:
        if urljoin(source.url, path) in found.failures:
            cause = found.failures[urljoin(source.url, path)]
            yield Check("feed", "wrong", f"{path}: {cause}", "mend or remove it under feeds:")
        elif urljoin(source.url, path) in seen:
            yield Check("feed", "ok", path)


def _news(found: Found, today: date) -> Iterator[Check]:
    news = [item for item in found.items if isinstance(item, NewsArticle)]
    if not found.items:
        told = "nothing that can be stored was read"
        yield Check("items", "wrong", told, "listings: name a page that lists news")
        return
    days = sorted(item.date_published.day for item in news if item.date_published.day)
    told = f"{len(found.items)} read, {len(news)} of them news, {len(days)} of these dated"
    if news and not days:
        todo = "see one with `clusterfeed extract ADDRESS`; without dates it is kept undated"
        yield Check("items", "warning", told, todo)
    else:
        yield Check("items", "ok", told)
    if days and (today - date.fromisoformat(days[-1])).days > STALE_DAYS:
        told = f"the newest that was read is of {days[-1]}"
        yield Check("newest", "warning", told, "the site may sleep: every: 2w, or remove it")
