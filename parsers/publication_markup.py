"""Publication dates that machines are meant to read: JSON-LD, meta elements, addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from items import Origin, Precision
from languages.dates import read_dates
from parsers.jsonld import types_of
from parsers.metas import Metas
from parsers.publication_names import (
    MAYBE_PUBLISHED_METAS,
    MODIFIED_METAS,
    PUBLISHED_METAS,
    field_name,
)

_ARTICLES_LIST = (
    "Article NewsArticle BlogPosting Report ReportageNewsArticle AnalysisNewsArticle"
    " LiveBlogPosting OpinionNewsArticle ReviewNewsArticle BackgroundNewsArticle"
    " AdvertiserContentArticle TechArticle ScholarlyArticle SocialMediaPosting"
    " DiscussionForumPosting Recipe"
)
ARTICLES = frozenset(_ARTICLES_LIST.split())
_PAGES_LIST = "WebPage ItemPage MedicalWebPage"
_PAGES = frozenset(_PAGES_LIST.split())
_ISO = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d))?(?:$|[-+:.TZ \d])", re.ASCII)
_SCRIPTS_READ = 3_000_000
"""Characters of scripts that are searched on one page."""
# It begins with plain letters, which are found many times faster than a choice of words.
_STATE = re.compile(
    r"ub(?<=[Pp]ub)(?:lished(?:(?<=date[Pp]ublished)|(?<=date_[Pp]ublished))"
    r"|lish(?:ed)?_?(?:[Aa]t|[Oo]n|[Dd]ate|[Tt]ime)"
    r"|(?<=pub)(?:lication)?_?[Dd]ate)"
    r"\\{0,3}[\"']\s?:\s?\\{0,3}[\"'](?P<day>(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}[T 0-9:.Z+-]{0,20})"
)
_HOLDS_YEAR = re.compile(r"[12](?:(?<=1)9|(?<=2)0)[0-9]").search
_DAY_PATH = re.compile(r"/(?P<y>(?:19|20)\d\d)[/-](?P<m>\d{1,2})[/-](?P<d>\d{1,2})(?=[/_.-]|$)")
_DAY_SLUG = re.compile(r"/(?P<y>(?:19|20)\d\d)-?(?P<m>[01]\d)-?(?P<d>[0-3]\d)(?=[/_.-]|$)")
_DAY_FIRST_SLUG = re.compile(r"/(?P<d>1[3-9]|2\d|3[01])-(?P<m>[01]\d)-(?P<y>(?:19|20)\d\d)(?=/|$)")
_MONTH_PATH = re.compile(r"/(?P<y>(?:19|20)\d\d)/(?P<m>[01]?\d)(?=/|$)")


@dataclass(frozen=True, slots=True)
class Stated:
    """A date that the markup states: `trust` 2 where it is plainly the publication's, 1 where
    the field says less ("date", "created")."""

    value: str
    precision: Precision
    origin: Origin
    raw: str
    trust: int = 2


def machine_date(text: str, language: str = "und") -> tuple[str, Precision] | None:
    """A date in a machine's field: ISO 8601 as a rule, words in careless sites."""
    text = text.strip()[:80]
    match = _ISO.match(text)
    if match:
        year, month, day, hour, minute = match.groups()
        try:
            value = date(int(year), int(month), int(day)).isoformat()
        except ValueError:
            return None
        if hour and int(hour) < 24 and int(minute) < 60 and (hour, minute) != ("00", "00"):
            return f"{value}T{hour}:{minute}", "minute"
        return value, "day"
    for tried in (language, "en"):
        for found in read_dates(text, tried):
            if found.end is None and found.precision in ("day", "minute"):
                return found.start, found.precision
    return None


def published_in_metas(fields: Metas, language: str) -> Iterator[Stated]:
    """Publication dates in meta elements, the plainest first."""
    for names, trust in ((PUBLISHED_METAS, 2), (MAYBE_PUBLISHED_METAS, 1)):
        yield from _in_metas(fields, names, trust, language)


def modified_in_metas(fields: Metas, language: str) -> Iterator[Stated]:
    """Days of the last change in meta elements."""
    return _in_metas(fields, MODIFIED_METAS, 2, language)


def _in_metas(fields: Metas, names: frozenset[str], trust: int, language: str) -> Iterator[Stated]:
    for name in fields:
        if field_name(name) in names:
            for content in fields[name]:
                read = machine_date(content, language)
                if read:
                    yield Stated(*read, "meta", content.strip()[:80], trust)


def in_jsonld(things: list[dict[str, Any]], field: str, headline: str | None) -> list[Stated]:
    """`field` of the articles (trust 2) and pages (trust 1) in JSON-LD.

    Where several articles are told, only the one that carries the headline counts.
    """
    found: dict[bool, list[tuple[Stated, str]]] = {True: [], False: []}
    for thing in things:
        content = thing.get(field)
        if isinstance(content, list):
            content = content[0] if content else None
        kinds = types_of(thing)
        if not isinstance(content, str) or not kinds & (ARTICLES | _PAGES):
            continue
        read = machine_date(content)
        if read:
            article = bool(kinds & ARTICLES)
            stated = Stated(*read, "json-ld", content[:80], 2 if article else 1)
            title = thing.get("headline") or thing.get("name")
            found[article].append((stated, title if isinstance(title, str) else ""))
    for group in (found[True], found[False]):
        if len({stated.value[:10] for stated, _ in group}) <= 1:
            continue
        own = [pair for pair in group if headline and _same(pair[1], headline)]
        group[:] = own[:1]
    return [stated for stated, _ in found[True] + found[False]]


def in_scripts(root: HtmlElement) -> list[Stated]:
    """The day of publication in a page's own data, if all its scripts agree on one.

    Sites that scripts draw keep what they draw as JSON ("publishedAt": "2021-03-04T…"); where
    several days are told, some are of other articles.
    """
    found: dict[str, Stated] = {}
    left = _SCRIPTS_READ
    for script in root.iter("script"):
        text = script.text or ""
        left -= len(text)
        if left < 0:
            return []
        for match in _STATE.finditer(text):
            read = machine_date(match["day"])
            if read:
                found.setdefault(read[0][:10], Stated(*read, "meta", match["day"], 1))
    return list(found.values()) if len(found) == 1 else []


def _same(a: str, b: str) -> bool:
    return " ".join(a.split()).casefold() == " ".join(b.split()).casefold()


def in_address(url: str) -> Stated | None:
    """The day in a path (/2015/06/24/, /2015-06-24-slug), or only its month."""
    path = urlsplit(url).path[:500] if "://" in url else url[:500]
    if not _HOLDS_YEAR(path):
        return None
    for pattern in (_DAY_PATH, _DAY_SLUG, _DAY_FIRST_SLUG):
        for match in pattern.finditer(path):
            try:
                day = date(int(match["y"]), int(match["m"]), int(match["d"]))
            except ValueError:
                continue
            return Stated(day.isoformat(), "day", "url", match.group())
    for match in _MONTH_PATH.finditer(path):
        if 1 <= int(match["m"]) <= 12:
            return Stated(f"{match['y']}-{int(match['m']):02}", "month", "url", match.group(), 1)
    return None
