"""A language is one file: with it the whole program reads a language that is not shipped."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
FILE = Path(__file__).parent / "new_language" / "id.yaml"
ESCA = "esca-cluster-management-excellence"
PAGE = """<!DOCTYPE html><html lang="id"><head><meta charset="utf-8">
<title>Label perak untuk klaster kami</title></head>
<body><main><article><h1>Label perak untuk klaster kami</h1>
<p>Diterbitkan pada 28 Maret 2024</p>
<p>Kantor kami bekerja setiap hari untuk perusahaan dan kampus di daerah ini, dan kami senang
dapat berbagi kabar yang baik dengan semua anggota.</p>
<p>Pada November 2017 Klaster Rotan menerima label perak. Klaster Kopi mengajukan label emas.</p>
<p>Sejak 2015 Yayasan Melati mengoordinasikan Klaster Rotan. Universitas Kenanga bukan anggota
Klaster Kopi.</p>
<p>Konferensi Klaster Rotan akan diadakan pada 16 Mei 2024 di Jakarta.</p>
<h2>Anggota Klaster Rotan</h2><ul><li>Universitas Kenanga</li><li>Yayasan Melati</li></ul>
</article></main></body></html>"""
NAMES = """
from languages.names import same_organization
print(same_organization("Klaster Pangan", "Food Cluster"))
print(same_organization("Klaster Kopi", "Klaster Rotan"))
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program as it is, with one more file in languages/."""
    folder = tmp_path_factory.mktemp("tree")
    for path in ROOT.iterdir():
        if path.name != "languages" and not path.name.startswith("."):
            (folder / path.name).symlink_to(path)
    shutil.copytree(ROOT / "languages", folder / "languages")
    shutil.copy(FILE, folder / "languages")
    return folder


def run(tree: Path, *arguments: str, given: str = "") -> str:
    environment = {**os.environ, "PYTHONPATH": str(tree), "COLUMNS": "200"}
    done = subprocess.run(
        [sys.executable, *arguments],
        input=given,
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def answer(tree: Path) -> dict[str, Any]:
    page = tree / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    line = {"id": "1", "url": "https://example.org/kabar", "path": str(page)}
    given = json.dumps({**line, "fetched_at": "2024-04-02T08:00:00Z"})
    answered: dict[str, Any] = json.loads(run(tree, "-m", "cli", "extract", "--jsonl", given=given))
    return answered


def items(answer: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [item for item in answer["items"] if item["type"] == kind]


def test_language_and_publication(answer: dict[str, Any]) -> None:
    assert answer["page"]["language"] == "id"
    assert answer["page"]["date_published"] == "2024-03-28"


def test_events(answer: dict[str, Any]) -> None:
    found = items(answer, "Event")
    assert [(event["start"], event["city"]) for event in found] == [("2024-05-16", "Jakarta")]


def test_certifications(answer: dict[str, Any]) -> None:
    found = [
        (c["scheme"], c["holder"], c["level"], c["valid_from"])
        for c in items(answer, "Certification")
    ]
    assert found == [(ESCA, "Klaster Rotan", "silver", "2017-11")]


def test_relations(answer: dict[str, Any]) -> None:
    found = {
        (r["subject"], r["relation"], r["object"], r["valid_from"])
        for r in items(answer, "Relation")
    }
    assert found == {
        ("Yayasan Melati", "coordinator_of", "Klaster Rotan", "2015"),
        ("Yayasan Melati", "member_of", "Klaster Rotan", None),
        ("Universitas Kenanga", "member_of", "Klaster Rotan", None),
    }


def test_names(tree: Path) -> None:
    assert run(tree, "-c", NAMES).split() == ["True", "False"]
