"""The audit of the pins finds what it is for, and nothing on the pins as they are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from packaging.version import Version

from audit.pins import Needed, PinError, needed, read_pins
from audit.policy import Advisory, findings, load_advisories, load_licences

ROOT = Path(__file__).parent.parent
HOLE = Advisory(id="CVE-2099-1", package="Some.Parser", mended="2.4.1", about="reads any file")


def package(name: str, installed: str | None = "2.4.1", licence: str = "MIT") -> Needed:
    return Needed(name, "clusterfeed", Version(installed) if installed else None, licence)


@pytest.mark.parametrize(
    ("pins", "packages", "told"),
    [
        ({"some-parser": "2.4.1"}, [package("some-parser")], []),
        ({}, [package("some-parser")], ["some-parser is not pinned"]),
        ({"some-parser": "2.4.1"}, [package("some-parser", None)], ["is not installed"]),
        ({"some-parser": "2.5"}, [package("some-parser")], ["2.4.1 is installed, 2.5 is pinned"]),
        # 2.10 is later than 2.4.1, though not as text
        ({"some-parser": "2.10"}, [package("some-parser", "2.10")], []),
        ({"some-parser": "2.4.0"}, [package("some-parser", "2.4.0")], ["CVE-2099-1"]),
        ({"some-parser": "2.4.1"}, [package("some-parser", licence="GPL-3.0")], ["GPL-3.0"]),
        ({"some-parser": "2.4.1"}, [package("some-parser", licence="")], ["not told"]),
    ],
)
def test_what_is_wrong_is_told(pins, packages, told):
    pinned = {name: Version(version) for name, version in pins.items()}
    found = findings(pinned, packages, [HOLE], load_licences())
    assert len(found) == len(told)
    assert all(words in line for words, line in zip(told, found, strict=True))


@pytest.mark.parametrize(
    "line", ["lxml>=6", "lxml", "lxml @ https://files.example/lxml.whl", "-e .", "LXML==6\nlxml==6"]
)
def test_only_one_exact_version_is_a_pin(tmp_path, line):
    path = tmp_path / "constraints.txt"
    path.write_text(f"# pins\nattrs==26.1\n{line}\n")
    with pytest.raises(PinError, match=r"constraints\.txt:[34]"):
        read_pins(path)


def test_every_advisory_can_be_held_against_a_version():
    advisories = load_advisories()
    assert len({(one.id, one.package) for one in advisories}) == len(advisories) >= 40
    assert all(one.mended > Version("0") and one.about for one in advisories)


def test_what_is_needed_is_followed_to_the_end():
    found = {package.name: package for package in needed(frozenset())}
    # asked for by no line of the project itself
    assert found["hyperlink"].by == "twisted"
    assert "pytest" not in found
    assert "pytest" in {package.name for package in needed(frozenset({"dev"}))}


def test_the_pins_as_they_are_pass():
    done = subprocess.run(
        [sys.executable, "-m", "audit"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "nothing found" in done.stdout
