"""Writes what was found of a website as a source's file, and the day of a check into one."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import tldextract
import yaml

from jobs.scout_found import Found
from spiders.loader import PLATFORMS

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+")
# The list of suffixes that comes with the package: nothing is fetched, nothing is written.
_SUFFIXES = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


def source_name(url: str) -> str:
    """The name of a source by its address: its host without www and the ending.

    >>> source_name("https://www.alpine-cluster.co.at/"), source_name("https://news.park.example/")
    ('alpine-cluster', 'news-park')
    """
    host = (urlsplit(url).hostname or "").lower()
    parts = _SUFFIXES(host)
    name = f"{parts.subdomain}.{parts.domain}".strip(".").removeprefix("www.")
    if not parts.suffix and not parts.ipv4:
        name = host.rpartition(".")[0].removeprefix("www.") or host
    return re.sub(r"[^a-z0-9_]+", "-", name.encode("idna").decode()).strip("-")


def source_text(found: Found, today: date) -> str:
    """A source's file for what was found: keys, and comments that say what they rest on."""
    lines = [f"# {_plain(found.title) or found.url}"]
    lines.append(f"# Written by `clusterfeed add` on {today} after {found.requests} requests.")
    lines.append(f"url: {found.url}")
    lines.append(f"platform: {found.platform}  # {_plain(found.mark) or 'no mark of a platform'}")
    if found.languages:
        lines.append(f"languages: {_flow(found.languages)}")
    if found.country:
        lines.append(f"country: {_flow(found.country)}")
    if found.timezone:
        lines.append(f"timezone: {found.timezone}")
    lines.append('# organization: who says "we" on the site, if the pages do not tell')
    listings = [listing for listing in found.listings if _path(found, listing.url) != "/"]
    if listings:
        lines.append("listings:")
    for listing in listings:
        count = f"{len(listing.links)} links" if listing.links else "the list itself"
        lines.append(f"  - {_flow(_path(found, listing.url))}  # {listing.subject}: {count}")
    usual = [*PLATFORMS[found.platform].feeds, *PLATFORMS[found.platform].sitemaps]
    feeds = [_path(found, listed.url) for listed in (*found.feeds, *found.sitemaps)]
    own = [feed for feed in feeds if feed not in usual]
    if own:
        lines.append("feeds:")
        lines += [f"  - {_flow(feed)}" for feed in own]
    lines.append(f"verified: {today if found.verdict == 'ok' else 'never'}")
    lines += [f"# Not found: {missing}" for missing in found.missing()]
    return "\n".join(lines) + "\n"


def write_verified(path: Path, day: date) -> None:
    """Set `verified` in a source's file in place; all other lines stay. Raises OSError."""
    text = path.read_text(encoding="utf-8")
    line = f"verified: {day}"
    changed, count = re.subn(r"(?m)^verified:[^\n#]*?(?=[ \t]*(?:#|$))", line, text)
    if not count:
        changed = text + ("" if text.endswith("\n") else "\n") + line + "\n"
    path.write_text(changed, encoding="utf-8")


def _path(found: Found, url: str) -> str:
    """An address of the site as listings have it: from the slash on."""
    return url.removeprefix(found.url.rstrip("/")) if url.startswith(found.url) else url


def _flow(value: object) -> str:
    """A value as YAML writes it on one line, quoted where it must be."""
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10_000)
    return text.removesuffix("...\n").strip()


def _plain(text: str) -> str:
    """A stranger's words, fit for a comment."""
    return _CONTROLS.sub(" ", text).strip()[:120]
