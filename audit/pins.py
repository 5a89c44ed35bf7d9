"""Reads the pins and what the project's packages ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = "clusterfeed"
_BROUGHT = "pip"  # by the environment itself, before any pin can be read
_PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]{1,100})==(?P<version>[A-Za-z0-9.+!_-]{1,60})")


class PinError(ValueError):
    """A line of the pins that is no `name==version`."""


@dataclass(frozen=True, slots=True)
class Needed:
    """A package that the project asks for, itself or through others.

    name: in its normal form. by: the package that asks for it. installed: None where it is not
    installed. licence: as its own data tell it, the expression first; empty if they do not.
    """

    name: str
    by: str
    installed: Version | None
    licence: str


def read_pins(path: Path) -> dict[str, Version]:
    """The pinned version of each package. Raises PinError: an address, a range, a double pin."""
    pins: dict[str, Version] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        match = _PIN.fullmatch(text)
        if match is None:
            raise PinError(f"{path.name}:{number}: write name==version, not {text!r}")
        name = canonicalize_name(match["name"])
        if name in pins:
            raise PinError(f"{path.name}:{number}: {name} is pinned twice")
        pins[name] = Version(match["version"])
    return pins


def needed(extras: frozenset[str]) -> Iterator[Needed]:
    """Every package that the installed project needs with these extras, each once."""
    waiting: list[tuple[str, frozenset[str], str]] = [(ROOT, extras, "")]
    seen: dict[str, frozenset[str]] = {}
    while waiting:
        name, wanted, by = waiting.pop()
        if name == _BROUGHT or (name in seen and wanted <= seen[name]):
            continue
        first = name not in seen
        seen[name] = seen.get(name, frozenset()) | wanted
        try:
            found = distribution(name)
        except PackageNotFoundError:
            yield Needed(name, by, None, "")
            continue
        if first and name != ROOT:
            yield Needed(name, by, Version(found.version), licence(found))
        for text in found.requires or ():
            asked = Requirement(text)
            if asked.marker is None or any(
                asked.marker.evaluate({"extra": extra}) for extra in (*seen[name], "")
            ):
                waiting.append((canonicalize_name(asked.name), frozenset(asked.extras), name))


def licence(found: Distribution) -> str:
    """A package's licence in its own words: expression, else classifiers, else the short text."""
    data = found.metadata
    for expression in data.get_all("License-Expression") or ():
        return str(expression)
    told = [
        line.rpartition("::")[2].strip()
        for line in data.get_all("Classifier") or ()
        if line.startswith("License ::")
    ]
    # A text of several lines is the licence itself, not its name.
    short = [text for text in data.get_all("License") or () if "\n" not in text.strip()]
    return "; ".join(told or short)
