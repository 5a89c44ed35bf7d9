"""Announcements, reports and calendars in many languages, and pages that tell no event.

The pages lie in events_told/*.yaml; of each event the fields given there must be read, and no
other event.
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import pytest
import yaml

from items import Event
from parsers.events import read_events
from parsers.opening import open_document

FOLDER = Path(__file__).parent / "events_told"


def _cases() -> list[Any]:
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            told = f"{path.stem}: {case['lang']} {case['headline']}"
            found.append(pytest.param(case, id=f"{told} ({case.get('about', '')})"))
    return found


def _page(case: dict[str, Any]) -> bytes:
    body = case.get("html") or "".join(
        f"<p>{html.escape(line.strip())}</p>" for line in case["text"].splitlines() if line.strip()
    )
    return (
        f'<!doctype html><html lang="{case["lang"]}"><head><meta charset="utf-8">'
        f"<title>{case['headline']} - Site</title></head><body><header><nav>"
        '<a href="/">Home</a><a href="/x">Contact</a></nav></header><main><article>'
        f"<h1>{case['headline']}</h1>{body}</article></main><footer>© 2025</footer></body></html>"
    ).encode()


def _read(case: dict[str, Any]) -> list[Event]:
    fetched = f"{case.get('fetched', '2025-03-01')}T06:00:00Z"
    document = open_document(_page(case), "https://site.example/x", fetched_at=fetched)
    return read_events(document, str(case["published"]) if "published" in case else None)


@pytest.mark.parametrize("case", _cases())
def test_a_page_tells_its_events_and_no_other(case: dict[str, Any]) -> None:
    wanted = [
        {key: str(value) for key, value in event.items()} for event in case.get("events") or []
    ]
    events = sorted(_read(case), key=lambda event: event.start)
    assert [event.start[:10] for event in events] == sorted(one["start"][:10] for one in wanted)
    for event, one in zip(events, sorted(wanted, key=lambda one: one["start"]), strict=True):
        assert {key: getattr(event, key) for key in one} == one
        if "end" not in one:
            assert (event.end or event.start)[:10] == event.start[:10]


def test_many_languages_are_told() -> None:
    languages = {case.values[0]["lang"] for case in _cases()}
    silent = [case for case in _cases() if not case.values[0].get("events")]
    assert len(languages) > 20
    assert len(silent) > 30
