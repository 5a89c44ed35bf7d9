"""The catalogue's websites: one file each in sources/ and its folders.

A mistake in a file is reported with its line and what was expected there; the other files
still load. Folders only order the files (sources/DE/...): a source is known by its file's name,
which is unique throughout.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar, Literal, get_args
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from timezones import zone_named

ROOT = Path(__file__).parent.parent

Platform = Literal["wordpress", "sharepoint", "drupal", "typo3", "joomla", "any"]


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads `NO` and `no` as what they are here, Norway and Norwegian, and not as false."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
        start: [(tag, form) for tag, form in forms if tag != "tag:yaml.org,2002:bool"]
        for start, forms in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Expectations(_Checked):
    """What a complete run must find at least, or its verdict is degraded."""

    items: int = Field(0, ge=0, description="a whole number of items, 0 or more")
    news: int = Field(0, ge=0, description="a whole number of news articles, 0 or more")
    dates: float = Field(0, ge=0, le=1, description="a share of news with a date, 0 to 1")
    newest: int | None = Field(None, ge=1, description="the age of the newest news, in days")


class Source(_Checked):
    """One website. `name` is the file's name; the rest are the file's keys.

    listings are paths or addresses where news and events are listed; feeds those of feeds and
    sitemaps, beside the platform's usual ones; every says how often to visit ("6h", "1d", "2w"),
    and is left out where that is to be learned; pages and minutes are the budget of one run; delay
    is the pause between two requests, in seconds; ignore holds beginnings of paths that are never
    visited; chrome the beginnings of lines that every page of the site carries around its text.
    on_degraded is a command that is run, or a https address that is told, when a run goes wrong.
    verified is the day on which the file was last held against the live site; a file
    that says "never" is left out of crawls of all sources and of schedules, until it is verified,
    and crawled when it is named.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", description="a-z, 0-9, - and _")
    url: str = Field(
        pattern=r"^https?://[^/\s@]+/\S*$",
        description="an address such as https://www.example.org/",
    )
    platform: Platform = Field("any", description=f"one of {', '.join(get_args(Platform))}")
    languages: list[str] = Field(default=[], description="a list of codes such as [pl, en]")
    country: str | None = Field(
        None, pattern=r"^[A-Z]{2}$", description="an ISO 3166 code such as PL"
    )
    timezone: str = Field("UTC", description="a time zone such as Europe/Warsaw")
    organization: str | None = Field(None, description="the name of who speaks on the site")
    listings: list[str] = Field(default=[], description="a list of paths such as [/news/]")
    feeds: list[str] = Field(default=[], description="a list of paths such as [/rss.xml]")
    ignore: list[str] = Field(default=[], description="a list of paths such as [/shop/]")
    every: str | None = Field(
        None, pattern=r"^[1-9]\d*[hdw]$", description="6h, 1d, 2w or the like"
    )
    pages: int = Field(500, ge=1, le=100_000, description="a number of pages, 1 to 100000")
    minutes: int = Field(30, ge=1, le=1440, description="a number of minutes, 1 to 1440")
    delay: float = Field(1.0, ge=0.1, le=60, description="seconds, 0.1 to 60")
    chrome: list[str] = Field(default=[], description="a list of lines such as [Our brands]")
    tags: list[str] = Field(default=[], description="a list of words such as [pl, park]")
    expect: Expectations = Field(Expectations(), description="a block of expectations")
    on_degraded: str | None = Field(
        None, min_length=1, description="a command to run, or a https:// address to tell"
    )
    tls: Literal["verified", "unverified"] = Field(
        "verified", description="unverified where the site's certificate is broken and known to be"
    )
    verified: date | Literal["never"] | None = Field(
        None, description="a day such as 2026-11-22, or never"
    )

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        if zone_named(value) is None:
            raise ValueError("no such time zone")
        return value

    @property
    def fixed_interval(self) -> timedelta | None:
        """`every` as a span of time; None where the interval is learned."""
        if self.every is None:
            return None
        units = {"h": "hours", "d": "days", "w": "weeks"}
        return timedelta(**{units[self.every[-1]]: int(self.every[:-1])})

    @property
    def interval(self) -> timedelta:
        """How long a visit of a page is good for: `every`, or a day."""
        return self.fixed_interval or timedelta(days=1)

    @property
    def enabled(self) -> bool:
        """Whether "all sources" and schedules mean this one: false for `verified: never`."""
        return self.verified != "never"

    @property
    def host(self) -> str:
        """The site's host as its address has it, in lower case."""
        return (urlsplit(self.url).hostname or "").lower()


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in a file of the catalogue. `line` counts from 1."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def sources_folder() -> Path:
    """Where the sources' files lie: CLUSTERFEED_SOURCES, else the project's sources/."""
    return Path(os.environ.get("CLUSTERFEED_SOURCES") or ROOT / "sources")


def source_files(folder: Path | None = None) -> list[Path]:
    """The sources' files: those of `folder` itself first, then those of its folders."""
    top = folder or sources_folder()
    return sorted(top.rglob("*.yaml"), key=lambda path: (len(path.parts), path))


def load_sources(folder: Path | None = None) -> tuple[dict[str, Source], list[Mistake]]:
    """All sources of `folder` by name, and the mistakes in the files that could not be read.

    Of two files with one name the first is used, and the second is a mistake.

    >>> sources, mistakes = load_sources()
    >>> sources["pppt"].platform
    'sharepoint'
    """
    sources: dict[str, Source] = {}
    mistakes: list[Mistake] = []
    files: dict[str, Path] = {}
    for path in source_files(folder):
        if path.stem in files:
            told = f"the name {path.stem} is taken by {files[path.stem]}; rename one of the files"
            mistakes.append(Mistake(path, 1, told))
            continue
        files[path.stem] = path
        found = _load_source(path)
        if isinstance(found, Source):
            sources[found.name] = found
        else:
            mistakes += found
    return sources, mistakes


def load_source(name: str, folder: Path | None = None) -> Source | None:
    """One source by its name, without reading the others; None where its file is not there or
    has mistakes."""
    for path in source_files(folder):
        if path.stem == name:
            found = _load_source(path)
            return found if isinstance(found, Source) else None
    return None


def enabled_sources(sources: Iterable[Source]) -> list[Source]:
    """What "all sources" means: those that are not marked `verified: never`."""
    return [source for source in sources if source.enabled]


def _load_source(path: Path) -> Source | list[Mistake]:
    try:
        text = path.read_text(encoding="utf-8")
        values = yaml.load(text, Loader=_Loader)
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        return [Mistake(path, line, "expected text in UTF-8")]
    except OSError as error:
        return [Mistake(path, 1, f"cannot be read: {error.strerror}")]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "not readable as YAML"
        return [Mistake(path, mark.line + 1 if mark else 1, f"{problem}; expected `key: value`")]
    if not isinstance(values, dict):
        return [Mistake(path, 1, "expected lines such as `url: https://www.example.org/`")]
    try:
        return Source.model_validate({**values, "name": path.stem})
    except ValidationError as error:
        lines = _lines(yaml.compose(text, Loader=_Loader))
        return [_explain(path, lines, detail) for detail in error.errors()]


def _lines(node: yaml.Node | None, at: tuple[str, ...] = ()) -> dict[tuple[str, ...], int]:
    """The line of every key, by its path."""
    found: dict[tuple[str, ...], int] = {}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*at, str(key.value))
            found[here] = key.start_mark.line + 1
            found |= _lines(value, here)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            here = (*at, str(index))
            found[here] = value.start_mark.line + 1
            found |= _lines(value, here)
    return found


def _explain(path: Path, lines: dict[tuple[str, ...], int], detail: Any) -> Mistake:
    where = tuple(str(part) for part in detail["loc"])
    line = next((lines[where[:n]] for n in range(len(where), 0, -1) if where[:n] in lines), 1)
    key = ".".join(where)
    if where == ("name",):
        return Mistake(path, 1, f"the file's name may have {_expected(where)} only")
    if detail["type"] == "missing":
        return Mistake(path, line, f"`{key}` is missing, expected {_expected(where)}")
    if detail["type"] in ("extra_forbidden", "invalid_key"):
        known = Expectations if where[0] == "expect" and len(where) > 1 else Source
        keys = ", ".join(name for name in known.model_fields if name != "name")
        return Mistake(path, line, f"`{key}` is no key here, expected one of {keys}")
    value = detail["input"]
    return Mistake(path, line, f"`{key}` is {value!r}, expected {_expected(where)}")


def _expected(where: tuple[str, ...]) -> str:
    model: type[BaseModel] = Source
    if where[0] == "expect" and len(where) > 1:
        model, where = Expectations, where[1:]
    return model.model_fields[where[0]].description or "another value"
