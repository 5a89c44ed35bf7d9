"""Every page of the replica reads as the golden files say (see golden.py)."""

import json

import pytest
from golden import FOLDER, pages

PAGES = pages()


def test_every_page_has_its_file_and_every_file_its_page():
    on_disk = {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.json")}
    assert set(PAGES) == on_disk


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_reads_as_before(name):
    told = (FOLDER / name).read_text(encoding="utf-8")
    assert json.loads(PAGES[name].reading()) == json.loads(told)
