"""Which sources a crawl means: by name, by tag, or by an address that no file knows yet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from pydantic import ValidationError

from catalogue import Source
from models.hosts import host_key


def is_address(name: str) -> bool:
    """Whether somebody named a site by its address, not a source by its name."""
    return name.lower().startswith(("http://", "https://"))


def source_at(address: str, known: Iterable[Source]) -> tuple[Source, bool]:
    """The source of the site at `address`, and whether a file has it.

    Without a file it is a source for this once, walked by the any-site spider and named after
    the host: the same address makes the same name. Raises ValueError for what is no site.
    """
    parts = urlsplit(address)
    host = host_key(address)
    for source in known:
        if host_key(source.url) == host:
            return source, True
    name = re.sub(r"[^a-z0-9]+", "-", host.encode("idna").decode()).strip("-")
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        made = Source(
            name=name,
            url=f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/",
            listings=[path] if path not in ("", "/") else [],
        )
    except ValidationError:
        raise ValueError(
            f"{address} is no address of a site; expected one such as https://www.example.org/"
        ) from None
    return made, False


def tagged(sources: Iterable[Source], tags: Iterable[str]) -> list[Source]:
    """The sources that carry one of the tags; a country's code is a tag of its sources."""
    asked = {tag.lower() for tag in tags}
    return [source for source in sources if asked & _tags(source)]


def all_tags(sources: Mapping[str, Source]) -> list[str]:
    """Every tag that some source carries."""
    return sorted(set().union(*map(_tags, sources.values())))


def _tags(source: Source) -> set[str]:
    country = {source.country.lower()} if source.country else set()
    return {tag.lower() for tag in source.tags} | country
