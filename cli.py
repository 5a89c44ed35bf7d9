"""The command line."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

import typer

from items import DatedValue, Page

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def main() -> None:
    """Clusterfeed reads the websites of clusters and parks and keeps a directory's data true."""


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, DatedValue) else value


def answer(page: Page) -> dict[str, Any]:
    return {
        "page": {
            "headline": page.headline,
            "language": page.language,
            "date_published": page.date_published.value,
            "date_reason": page.date_published.reason,
            "authors": page.authors,
            "text": page.text,
        },
        "items": [item.as_dict() for item in page.items],
    }


@app.command()
def extract(jsonl: bool = typer.Option(False, "--jsonl")) -> None:
    """Show what the project sees on a page."""
    from parsers.page import read_page

    for line in sys.stdin:
        if not line.strip():
            continue
        request = json.loads(line)
        try:
            path = Path(request["path"])
            content = path.read_bytes()
            if path.suffix == ".gz":
                content = gzip.decompress(content)
            page = read_page(content, request.get("url", ""), fetched_at=request.get("fetched_at", ""))
            out = {"id": request["id"], **answer(page)}
        except Exception as error:
            out = {"id": request.get("id"), "error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(out, ensure_ascii=False) + "\n")
