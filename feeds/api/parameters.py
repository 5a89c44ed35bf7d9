"""The kinds of parameters that routes take; what does not fit is refused with its name."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import HTTPException, Path
from pydantic import AfterValidator, BaseModel, Field


def printable(value: str) -> str:
    """Controls and halves of characters are in no name, and some outputs cannot carry them."""
    if not value.isprintable():
        raise ValueError("expected printable text")
    return value


def _day(value: str) -> str:
    date.fromisoformat(value)
    return value


Text = Annotated[str, Field(max_length=1_000), AfterValidator(printable)]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_day)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Fields = Annotated[str, Field(pattern=r"^[a-z_]+(,[a-z_]+)*$", max_length=1_000)]
Id = Annotated[str, Path(max_length=100), AfterValidator(printable)]


def known_fields(asked: str | None, shape: type[BaseModel]) -> list[str]:
    """The fields asked for by commas. Raises HTTPException for one that the shape has not."""
    fields = asked.split(",") if asked else []
    if unknown := [name for name in fields if name not in shape.model_fields]:
        known = ", ".join(shape.model_fields)
        raise HTTPException(422, f"fields: no such field: {unknown[0]}; there are {known}")
    return fields
