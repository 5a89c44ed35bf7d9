"""The catalogue: websites (sources/*.yaml) and label schemes (schemes/*.yaml), checked.

A mistake in a file is reported with its line and what was expected; the other files still
load.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

ROOT = Path(__file__).parent

Platform = Literal["wordpress", "sharepoint", "drupal", "typo3", "joomla", "any"]


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Expectations(_Checked):
    """What a complete run must find, or its verdict is degraded."""

    items: int = Field(0, ge=0, description="at least this many items")
    news: int = Field(0, ge=0, description="at least this many news articles")
    dates: float = Field(0.0, ge=0, le=1, description="share of news with a date, 0 to 1")
    newest: int | None = Field(None, ge=1, description="newest news no older than this, in days")


class Source(_Checked):
    """One website, as its file in sources/ describes it."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    url: str = Field(pattern=r"^https?://[^/\s]+/\S*$")
    platform: Platform = "any"
    languages: list[str] = Field(default_factory=list)
    country: str | None = Field(None, pattern=r"^[A-Z]{2}$")
    timezone: str = "UTC"
    organization: str | None = None
    listings: list[str] = Field(default_factory=list)
    every: str = Field("1d", pattern=r"^[1-9]\d*[hdw]$")
    pages: int = Field(500, ge=1, le=100_000)
    minutes: int = Field(30, ge=1, le=1440)
    delay: float = Field(1.0, ge=0, le=60)
    tags: list[str] = Field(default_factory=list)
    expect: Expectations = Expectations()

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError):
            raise ValueError("expected a time zone such as Europe/Warsaw") from None
        return value
