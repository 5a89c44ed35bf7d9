"""What pages tell of labels and relations, on pieces of pages in twelve languages.

The pieces and the expected rows are in claims_told/, one file for each language.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from parsers.certifications import read_certifications
from parsers.document import Document
from parsers.opening import open_document
from parsers.organizations import read_organizations
from parsers.relations import read_relations

FOLDER = Path(__file__).parent / "claims_told"
LANGUAGES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
FILES = {
    code: yaml.safe_load((FOLDER / f"{code}.yaml").read_text(encoding="utf-8"))
    for code in LANGUAGES
}
CASES = [(code, name) for code in LANGUAGES for name in FILES[code]["cases"]]


def opened(language: str, case: dict[str, Any]) -> Document:
    """The piece as a whole page of its language."""
    title = case.get("title", "News")
    body = f"<h1>{title}</h1>{case['body']}<p>{FILES[language]['filler']}</p>"
    page = (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}'
        f"</title></head><body><main><article>{body}</article></main></body></html>"
    )
    return open_document(page.encode(), "https://example.org/page")


def padded(rows: list[list[str | None]] | None, length: int) -> list[tuple[str | None, ...]]:
    """Expected rows with the missing ends as None, in one order."""
    full = [(*row, *[None] * (length - len(row))) for row in rows or ()]
    return sorted(full, key=str)


@pytest.mark.parametrize(("language", "name"), CASES)
def test_told(language: str, name: str) -> None:
    case = FILES[language]["cases"][name]
    document = opened(language, case)
    labels = [
        (c.scheme, c.holder, c.level or c.round, c.coordinator, c.valid_from, c.valid_until)
        for c in read_certifications(document)
    ]
    ties = [
        (r.subject, r.relation, r.object, r.valid_from, r.valid_until)
        for r in read_relations(document)
    ]
    assert sorted(labels, key=str) == padded(case.get("certifications"), 6)
    assert sorted(ties, key=str) == padded(case.get("relations"), 5)
    organizations = {each.name: each.acronym for each in read_organizations(document)}
    for full, acronym in case.get("organizations", ()):
        assert organizations.get(full) == acronym
    assert not set(case.get("no_organizations", ())) & set(organizations)


def test_there_are_enough_pieces_and_a_third_tell_nothing() -> None:
    silent = [
        name
        for code, name in CASES
        if not {"certifications", "relations"} & set(FILES[code]["cases"][name])
    ]
    assert len(LANGUAGES) >= 12
    assert len(CASES) >= 150
    assert len(silent) >= 40
