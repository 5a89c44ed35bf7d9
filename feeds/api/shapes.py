"""The shapes of answers, for the interface's description and for whoever writes a client."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Named(BaseModel):
    """An organization, by its id and name."""

    id: str
    name: str


class Evidence(BaseModel):
    """Where a fact was read."""

    words: str = Field(description="The exact words, at most 300 characters.")
    url: str
    fetched_at: str = Field(description="UTC.")
    claims: list[str] = Field(description="Ids of all claims that tell it: /api/claims/{id}.")


class Entry(BaseModel):
    """What articles and events share. With `fields=` only the chosen ones are there."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(description="Lasting, and the same in every database that read the same pages.")
    type: str | None = None
    url: str | None = None
    language: str | None = Field(None, description="Of the text; und if unknown.")
    source: str | None = None
    organization: Named | None = Field(None, description="Whose website it is on.")
    first_seen: str | None = None
    updated_at: str | None = None
    version: int | None = Field(None, description="Counts what happened to it.")
    gone_at: str | None = Field(None, description="Since when nobody states it any more.")
    evidence: Evidence | None = None


class Article(Entry):
    """News. Without a date, date_published_reason says why."""

    type: Literal["NewsArticle"] | None = None
    headline: str | None = None
    summary: str | None = None
    body: str | None = None
    author: str | None = None
    image: str | None = None
    date_published: str | None = Field(None, description="As precise as the page: 2024-05-03.")
    date_published_precision: Literal["year", "month", "day", "minute"] | None = None
    date_published_origin: str | None = None
    date_published_reason: str | None = None
    date_modified: str | None = None


class Event(Entry):
    """An event. start and end are local times of the place, as precise as the page."""

    type: Literal["Event"] | None = None
    name: str | None = None
    kind: str | None = None
    start: str | None = None
    end: str | None = None
    timezone: str | None = None
    all_day: bool | None = None
    place: str | None = None
    city: str | None = None
    country: str | None = None
    organizer: str | None = None
    status: Literal["scheduled", "cancelled"] | None = None


class Page(BaseModel):
    """One page of a list."""

    next: str | None = Field(description="The address of the next page; null at the end.")


class Articles(Page):
    """News, the latest first; undated news where they appeared, else last."""

    items: list[Article]


class Events(Page):
    """Events, the latest start first."""

    items: list[Event]


class Claim(BaseModel):
    """What one page states, with the words."""

    model_config = ConfigDict(extra="allow")

    id: str
    type: str
    url: str
    source: str
    language: str
    evidence: str
    fetched_at: str
    first_seen: str


class Change(BaseModel):
    """One step in the life of a claim, with its content after it."""

    seq: int
    id: str
    type: str
    source: str
    op: Literal["create", "update", "missing", "restore", "cancel", "remove"]
    version: int
    recorded_at: str
    item: dict[str, Any]


class Changes(BaseModel):
    """The next changes, oldest first."""

    items: list[Change]
    cursor: str = Field(description="Keep it, and give it as `after` the next time.")
    more: bool = Field(description="Whether there are more now.")


class RegisterChange(BaseModel):
    """One step of the register: what changed, from what to what, and where it was read."""

    seq: int
    kind: str
    organization: Named
    old: Any
    new: Any
    source: str | None
    url: str | None
    words: str
    day: str
    recorded_at: str


class RegisterChanges(BaseModel):
    """The next changes of the register, oldest first."""

    items: list[RegisterChange]
    cursor: str
    more: bool


class Run(BaseModel):
    """One run over a source."""

    id: int
    source: str
    trigger: str
    started: str
    finished: str | None
    verdict: str | None = Field(description="null while it runs.")
    reason: str
    counters: dict[str, int]


class Runs(Page):
    """Runs, the latest first."""

    items: list[Run]


class Source(BaseModel):
    """A website that is read."""

    name: str
    url: str | None
    country: str | None
    organization: Named | None
    first_run: str
    last_run: Run | None


class Sources(Page):
    """Sources, by name."""

    items: list[Source]
