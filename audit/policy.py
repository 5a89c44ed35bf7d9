"""What the project accepts: licences, and versions in which known holes are mended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import yaml
from packaging.utils import canonicalize_name
from packaging.version import Version
from pydantic import BaseModel, BeforeValidator, ConfigDict

from audit.pins import Needed

FOLDER = Path(__file__).parent


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True, frozen=True)


class Advisory(_Checked):
    """A known hole. mended: the first version without it."""

    id: str
    package: Annotated[str, BeforeValidator(canonicalize_name)]
    mended: Annotated[Version, BeforeValidator(Version)]
    about: str


class Licences(_Checked):
    """accepted: words of which a licence's name must hold one. exceptions: by package, the
    licence that is accepted for it alone, and why."""

    accepted: tuple[str, ...]
    exceptions: dict[str, str]


def load_advisories(path: Path = FOLDER / "advisories.yaml") -> tuple[Advisory, ...]:
    """The advisories on file."""
    return tuple(Advisory(**entry) for entry in yaml.safe_load(path.read_text(encoding="utf-8")))


def load_licences(path: Path = FOLDER / "licences.yaml") -> Licences:
    """The licences on file."""
    return Licences(**yaml.safe_load(path.read_text(encoding="utf-8")))


def findings(
    pins: Mapping[str, Version],
    packages: Iterable[Needed],
    advisories: Iterable[Advisory],
    licences: Licences,
) -> list[str]:
    """What is wrong, a line each with what to do; none if all is well."""
    found = []
    for package in sorted(packages, key=lambda one: one.name):
        pin = pins.get(package.name)
        if pin is None:
            found.append(
                f"{package.name} is not pinned ({package.by} asks for it): add it to "
                f"constraints.txt{f' as =={package.installed}' if package.installed else ''}"
            )
        if package.installed is None:
            found.append(f"{package.name} is not installed ({package.by} asks for it): make test")
        elif pin is not None and package.installed != pin:
            found.append(
                f"{package.name} {package.installed} is installed, {pin} is pinned: make clean"
            )
        if package.installed is not None and not _accepted(package, licences):
            found.append(
                f"{package.name}: its licence ({package.licence or 'not told'}) is none of "
                "audit/licences.yaml: replace it, or accept it there with a reason"
            )
    for advisory in advisories:
        pin = pins.get(advisory.package)
        if pin is not None and pin < advisory.mended:
            found.append(
                f"{advisory.package} {pin} has {advisory.id} ({advisory.about}): "
                f"pin {advisory.mended} or later"
            )
    return found


def _accepted(package: Needed, licences: Licences) -> bool:
    if package.name in licences.exceptions:
        return True
    told = package.licence.lower()
    return any(word.lower() in told for word in licences.accepted)
