"""Reads single pages without a database, and says what was found as plain values."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from items import DatedValue, Item, Page
from parsers.page import read_page
from pipelines.clean import clean

SIZE_LIMIT = 10 * 1024 * 1024
"""Largest page that is read, in bytes, unpacked; the crawler's own limit."""


def read_file(path: Path) -> bytes:
    """The bytes of a page kept in a file; .gz is unpacked. ValueError if it is too large."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
        content = stream.read(SIZE_LIMIT + 1)
    if len(content) > SIZE_LIMIT:
        raise ValueError(f"too large: over {SIZE_LIMIT // 1024 // 1024} MiB")
    return content


def answer(page: Page) -> dict[str, Any]:
    """What was read on a page, as values that JSON knows and terminals show.

    >>> answer(Page(url="https://www.example.org/"))["page"]["date_reason"]
    'absent'
    """
    told = {
        "page": {
            "headline": page.headline,
            "kind": page.kind,
            "language": page.language,
            "date_published": page.date_published.value,
            "date_origin": page.date_published.origin,
            "date_reason": page.date_published.reason,
            "date_modified": page.date_modified.value,
            "authors": page.authors,
            "text": page.text,
        },
        "items": [plain(item) for item in page.items],
    }
    cleaned: dict[str, Any] = _cleaned(told)
    return cleaned


def _cleaned(value: Any) -> Any:
    """The values with text as the store would keep it."""
    if isinstance(value, str):
        return clean(value, len(value))
    if isinstance(value, dict):
        return {name: _cleaned(one) for name, one in value.items()}
    return [_cleaned(one) for one in value] if isinstance(value, list) else value


def plain(item: Item) -> dict[str, Any]:
    """An item under the vocabulary's names; a date becomes its ISO value."""
    values = item.as_dict()
    for name in ("date_published", "date_modified"):
        dated = getattr(item, name, None)
        if isinstance(dated, DatedValue):
            values[name] = dated.value
    return values


def answer_lines(lines: Iterable[str]) -> Iterator[str]:
    """One JSON line out for each line in, in the same order.

    A line in is ``{"id", "url", "path", "fetched_at"}``; path names an .html or .html.gz file. A
    line that cannot be answered gives ``{"id", "error"}``.
    """
    for line in lines:
        if line.strip():
            yield json.dumps(_answer_line(line), ensure_ascii=False)


def _answer_line(line: str) -> dict[str, Any]:
    asked: dict[str, Any] = {}
    try:
        asked = json.loads(line)
        content = read_file(Path(asked["path"]))
        page = read_page(content, asked.get("url") or "", fetched_at=asked.get("fetched_at") or "")
        return {"id": asked["id"], **answer(page)}
    except KeyError as error:
        problem = f"the line has no {error}"
    except json.JSONDecodeError as error:
        problem = f"not JSON: {error}"
    except Exception as error:  # a page that breaks a parser must not end the others' reading
        problem = f"{type(error).__name__}: {error}"
    return {"id": asked.get("id") if isinstance(asked, dict) else None, "error": problem}
