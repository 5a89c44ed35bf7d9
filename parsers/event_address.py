"""Days that only the address of a page tells: /10-11-1-2023/, /zjazd-30-11-2017."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import unquote, urlsplit

_SLUG = re.compile(
    r"(?<![0-9])(?:(?P<first>\d{1,2})-)?(?P<day>\d{1,2})-(?P<month>\d{1,2})-(?P<year>20\d\d)(?![0-9])"
)


def days_of_address(url: str) -> tuple[str, str | None, str] | None:
    """First and last day (None for a single one) and the words of a slug, day before month.

    >>> days_of_address("https://example.org/10-11-1-2023-zasadnutie/")
    ('2023-01-10', '2023-01-11', '10-11-1-2023')
    """
    try:
        slug = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2][:300]
    except ValueError:
        return None
    match = _SLUG.search(slug)
    if match is None:
        return None
    year, month = int(match["year"]), int(match["month"])
    try:
        last = date(year, month, int(match["day"]))
        first = date(year, month, int(match["first"])) if match["first"] else last
    except ValueError:
        return None
    if first > last or (last - first).days > 14:
        return None
    return first.isoformat(), last.isoformat() if first != last else None, match.group()
