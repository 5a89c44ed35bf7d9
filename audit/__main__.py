"""`python -m audit`: holds the pins against what is on file; exit code 1 if anything is wrong."""

from __future__ import annotations

import sys
from pathlib import Path

from audit.pins import PinError, needed, read_pins
from audit.policy import findings, load_advisories, load_licences


def main() -> int:
    """Print what is wrong, or what was looked at."""
    try:
        pins = read_pins(Path(__file__).parent.parent / "constraints.txt")
    except PinError as error:
        print(error, file=sys.stderr)
        return 1
    packages = list(needed(frozenset({"dev"})))
    advisories = load_advisories()
    wrong = findings(pins, packages, advisories, load_licences())
    for line in wrong:
        print(line, file=sys.stderr)
    print(
        f"{len(packages)} packages needed, {len(pins)} pinned, {len(advisories)} advisories on "
        f"file: {f'{len(wrong)} findings' if wrong else 'nothing found'}"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
