"""Loads the words of a language: one YAML file each, found by its code.

A file has sections (dates, page, events, ...), each read by the module of that name.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FOLDER = Path(__file__).parent


@cache
def codes() -> tuple[str, ...]:
    """Codes of all languages that have a file, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@cache
def words(language: str) -> Mapping[str, Any]:
    """The whole file of `language`; an empty mapping for a language without one."""
    path = FOLDER / f"{language}.yaml"
    if not path.is_file():
        return MappingProxyType({})
    with path.open(encoding="utf-8") as stream:
        return MappingProxyType(yaml.load(stream, Loader=_Loader) or {})


def section(language: str, name: str) -> Mapping[str, Any]:
    """One section of a language's file; empty where the file does not have it."""
    return words(language).get(name) or {}
