"""Which content management system made a page, by the marks that it leaves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from catalogue.sources import Platform
from parsers.document import Document

MOST = 3_000
"""So many addresses of a page are looked at."""

_NAMES: tuple[Platform, ...] = ("wordpress", "drupal", "typo3", "joomla", "sharepoint")
_ADDRESSES: dict[Platform, re.Pattern[str]] = {
    "wordpress": re.compile(r"/wp-(?:content|includes|json)/"),
    "drupal": re.compile(
        r"/sites/(?:default|all)/(?:files|modules|themes)/|/(?:core/)?misc/drupal|/node/\d+$"
    ),
    "typo3": re.compile(r"/typo3(?:temp|conf)/|/_assets/[0-9a-f]{32}/|/fileadmin/|[?&]tx_\w+\["),
    "joomla": re.compile(
        r"/media/(?:jui|system|vendor/joomla\w*)/|/(?:components|modules)/(?:com|mod)_"
        r"|[?&]option=com_"
    ),
    "sharepoint": re.compile(
        r"/_(?:layouts/1[0-9]|catalogs|vti_bin)/|/Style(?: |%20)Library/|/SitePages/", re.IGNORECASE
    ),
}
_HEADERS: dict[str, Platform] = {
    "x-drupal-cache": "drupal",
    "x-drupal-dynamic-cache": "drupal",
    "microsoftsharepointteamservices": "sharepoint",
    "sprequestguid": "sharepoint",
    "x-typo3-parsetime": "typo3",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A platform's name, and what gave it away."""

    platform: Platform
    told: str


def read_mark(document: Document, headers: Mapping[str, str]) -> Mark | None:
    """The platform that made the page; None where nothing tells.

    headers: those of the response, with names in lower case. What the page says of itself
    (generator) outweighs headers, and those the addresses on its own host.
    """
    for meta in document.root.iter("meta"):
        if (meta.get("name") or "").lower() == "generator":
            told = " ".join((meta.get("content") or "").split())[:60]
            if platform := _named(told):
                return Mark(platform, f"it says so: {told}")
    for name, value in headers.items():
        platform = _HEADERS.get(name)
        if name in ("x-generator", "x-powered-by", "x-powered-cms", "x-redirect-by"):
            platform = _named(value)
        elif name == "link" and "api.w.org" in value:
            platform = "wordpress"
        if platform:
            return Mark(platform, f"header {name}")
    return _by_addresses(document)


def _named(text: str) -> Platform | None:
    return next((name for name in _NAMES if name in text.lower()), None)


def _by_addresses(document: Document) -> Mark | None:
    found: Counter[Platform] = Counter()
    example: dict[Platform, str] = {}
    host = urlsplit(document.url).hostname
    looked_at = 0
    for element in document.root.iter("link", "script", "img", "a"):
        address = element.get("src") or element.get("href") or ""
        if not address or len(address) > 500:
            continue
        looked_at += 1
        if looked_at > MOST:
            break
        for platform, form in _ADDRESSES.items():
            if (match := form.search(address)) and _host(document.url, address) == host:
                found[platform] += 1
                example.setdefault(platform, match[0])
    if not found:
        return None
    platform = found.most_common(1)[0][0]
    return Mark(platform, f"addresses with {example[platform]}")


def _host(base: str, address: str) -> str | None:
    try:
        return urlsplit(urljoin(base, address)).hostname
    except ValueError:
        return None
