"""The kinds of parameters that routes take; what does not fit is refused with its name."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator, Field


def _printable(value: str) -> str:
    """Controls and halves of characters are in no name, and some outputs cannot carry them."""
    if not value.isprintable():
        raise ValueError("expected printable text")
    return value


def _day(value: str) -> str:
    date.fromisoformat(value)
    return value


Text = Annotated[str, Field(max_length=1_000), AfterValidator(_printable)]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_day)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Id = Annotated[str, Path(max_length=100), AfterValidator(_printable)]
