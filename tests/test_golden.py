"""Every page of the replica reads as the golden files say (see golden.py)."""

import json

import pytest
from golden import FOLDER, readings

READ = dict(readings())


def test_every_page_has_its_file_and_every_file_its_page():
    on_disk = {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.json")}
    assert set(READ) == on_disk


@pytest.mark.parametrize("name", sorted(READ))
def test_a_page_reads_as_before(name):
    assert json.loads(READ[name]) == json.loads((FOLDER / name).read_text(encoding="utf-8"))
