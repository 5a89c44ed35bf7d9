"""Lists that go on over several pages: which address is the next page of which list."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_IN_PATH = re.compile(
    r"/(?P<word>page|p|seite|strona|str|pagina|paginas|stranka|strana|sida|side|oldal|puslapis"
    r"|lapa|lehekulg)[/-](?P<number>\d{1,5})(?=/|$)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{1,5}")


def place(url: str) -> list[tuple[str, int]]:
    """The lists that an address may be a page of, each with the page's number in it.

    A list is named by its address without the number. An address without a number is the first
    page of its own list.

    >>> place("https://park.example/news/page/3/")
    [('https://park.example/news/', 3), ('https://park.example/news/page/3/', 0)]
    >>> place("https://park.example/news?start=20")
    [('https://park.example/news', 20), ('https://park.example/news?start=20', 0)]
    """
    parts = urlsplit(url)
    places: list[tuple[str, int]] = []
    told = _IN_PATH.search(parts.path)
    if told:
        rest = parts.path[: told.start()] + parts.path[told.end() :]
        path = rest if rest.endswith("/") or not parts.path.endswith("/") else f"{rest}/"
        base = urlunsplit((parts.scheme, parts.netloc, path or "/", parts.query, ""))
        places.append((base, int(told["number"])))
    query = parse_qsl(parts.query, keep_blank_values=True)
    for index, (_, value) in enumerate(query):
        if _NUMBER.fullmatch(value):
            left = urlencode(query[:index] + query[index + 1 :])
            base = urlunsplit((parts.scheme, parts.netloc, parts.path, left, ""))
            places.append((base, int(value)))
    places.append((url, 0))
    return places


def next_page(url: str, links: Iterable[str]) -> str | None:
    """The page of the same list that follows `url`, where `links` name it."""
    here = dict(place(url))
    later: list[tuple[int, str]] = []
    for link in links:
        for base, number in place(link)[:-1]:
            if base in here and number > here[base]:
                later.append((number, link))
    # The first page has no number, or 1: a link to it from itself leads nowhere.
    later = [(number, link) for number, link in later if link != url]
    return min(later)[1] if later else None


def other_pages(url: str, links: Iterable[str]) -> list[str]:
    """The other pages of the same list among `links`, in their order."""
    lists = {base for base, _ in place(url)}
    return [link for link in links if link != url and any(base in lists for base, _ in place(link))]
