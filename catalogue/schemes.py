"""The catalogue's label schemes: one file each in schemes/, checked.

`words` are the phrases that name a scheme in each language (``*`` stands for any ending), and
`levels` and `rounds` the phrases that name a grade or a round of it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

FOLDER = Path(__file__).parent.parent / "schemes"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Scheme(BaseModel):
    """One label scheme.

    id: as in items.Certification.scheme. names: by language. issuer, validity: in words.
    issuers: the issuer's names in several languages, which never hold the label themselves.
    country: ISO 3166-1 alpha-2, None for an international one. verified: read on pages of
    issuers or holders, not only known by hearsay; `note` says what is not. round: how rounds
    are counted, if there are any. needs: "level" where a claim without a grade means nothing,
    "list" where prose proves nothing. level_alone: the grade's words name the scheme too.
    membership_of: a membership, told as a relation with that organization.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    names: dict[str, str] = Field(min_length=1)
    issuer: str
    issuers: list[str] = Field(default_factory=list)
    country: str | None = Field(None, pattern=r"^[A-Z]{2}$")
    validity: str | None = None
    verified: bool
    note: str | None = None
    round: Literal["roman", "year", "number"] | None = None
    needs: Literal["level", "list"] | None = None
    level_alone: bool = False
    membership_of: str | None = None
    words: dict[str, list[str]] = Field(default_factory=dict)
    levels: dict[str, dict[str, list[str]]] = Field(default_factory=dict)
    rounds: dict[str, list[str]] = Field(default_factory=dict)


class SchemeError(ValueError):
    """A file in schemes/ is not what it should be; says which and why."""


@cache
def load_schemes(folder: Path = FOLDER) -> tuple[Scheme, ...]:
    """All schemes, by id. Raises SchemeError for a file with a mistake."""
    return tuple(_load(path) for path in sorted(folder.glob("*.yaml")))


def _load(path: Path) -> Scheme:
    try:
        with path.open(encoding="utf-8") as stream:
            scheme = Scheme.model_validate(yaml.load(stream, Loader=_Loader))
    except yaml.YAMLError as error:
        raise SchemeError(f"{path.name}: not YAML: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise SchemeError(f"{path.name}: {place}: {first['msg']}") from None
    if scheme.id != path.stem:
        raise SchemeError(f"{path.name}: id: expected {path.stem}")
    return scheme
