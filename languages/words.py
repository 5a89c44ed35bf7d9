"""Loads the words of a language: one YAML file each, found by its code.

A file has sections (dates, page, events, ...) that begin at the start of a line, each read by the
module of that name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PART = re.compile(r"^([a-z_]+):", re.M)
FOLDER = Path(__file__).parent


@cache
def codes() -> tuple[str, ...]:
    """Codes of all languages that have a file, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@cache
def section(language: str, name: str) -> Mapping[str, Any]:
    """One section of a language's file; empty where the file does not have it."""
    return MappingProxyType(_read(language, name) or {})


def english_name(language: str) -> str | None:
    """What `language` is called in English, None for one without a file.

    >>> english_name("pl")
    'Polish'
    """
    name = _read(language, "name")
    return None if name is None else str(name)


def _read(language: str, name: str) -> Any:
    """What stands under `name` in a file; only that is parsed, as little is asked of most files."""
    written = _parts(language).get(name)
    return None if written is None else yaml.load(written, Loader=_Loader)


@cache
def _parts(language: str) -> Mapping[str, str]:
    """The sections of a language's file as they are written; none for one without a file."""
    path = FOLDER / f"{language}.yaml"
    if not path.is_file():
        return {}
    parts = _PART.split(path.read_text(encoding="utf-8"))
    return dict(zip(parts[1::2], parts[2::2], strict=True))
