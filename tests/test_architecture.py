"""The root's single files keep the direction of imports too; import-linter sees packages only."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = {path.stem for path in ROOT.glob("*.py")} | {
    path.parent.name for path in ROOT.glob("*/__init__.py")
}


def imported(path: Path) -> set[str]:
    """First names of all modules that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").partition(".")[0])
    return found & OURS


@pytest.mark.parametrize(
    ("module", "allowed"),
    [
        ("items", set()),
        ("egress", set()),
        ("timezones", set()),
        ("settings", {"catalogue", "egress", "unpacked"}),
        ("terminal", {"models"}),
    ],
)
def test_a_root_file_imports_only_what_the_design_allows(module, allowed):
    assert imported(ROOT / f"{module}.py") <= allowed


@pytest.mark.parametrize("room", ["catalogue", "models", "migrations", "replica"])
def test_rooms_that_know_nobody(room):
    names = {name for path in (ROOT / room).rglob("*.py") for name in imported(path)}
    assert names <= {"models", "timezones", room}


def test_the_check_sees_imports():
    assert {"catalogue", "jobs", "models"} <= imported(ROOT / "cli.py")
