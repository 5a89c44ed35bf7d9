"""The shapes of answers about organizations, for the interface's description."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from feeds.api.shapes import Named, Page


class Organization(BaseModel):
    """An organization of a list. With `fields=` only the chosen ones are there."""

    id: str = Field(description="Never given to another one.")
    name: str | None = None
    names: dict[str, str] | None = Field(None, description="The canonical name by language.")
    kind: str | None = None
    country: str | None = None
    website: str | None = None
    first_seen: str | None = None
    last_activity: str | None = Field(None, description="Day of its last dated news or event.")
    last_activity_url: str | None = None


class Organizations(Page):
    """Organizations, by name."""

    items: list[Organization]


class Said(BaseModel):
    """The words, and where they stand."""

    words: str
    url: str


class Naming(Said):
    """A claim that names it: /api/claims/{claim}."""

    claim: str


class Outside(BaseModel):
    """Its entry in another work: wikidata, ror or eccp (the European cluster platform)."""

    scheme: str
    id: str
    url: str
    evidence: Said


class Alias(BaseModel):
    """Another name: inflected, translated, acronym, former or misspelt."""

    name: str
    kind: str
    language: str


class Ground(BaseModel):
    """A claim that a certificate rests on."""

    claim: str
    words: str
    url: str
    day: str


class Certificate(BaseModel):
    """One term of a label, as it stands on the day asked for."""

    id: str
    holder: Named | None = None
    scheme: str | None = None
    level: str | None = None
    round: str | None = None
    state: str | None = Field(None, description="valid, open, expired, superseded, …")
    valid_from: str | None = None
    valid_until: str | None = None
    expected_from: str | None = Field(None, description="Derived, never stated.")
    expected_until: str | None = Field(None, description="Derived, never stated.")
    coordinator: Named | None = None
    renews: str | None = None
    list_incomplete: bool | None = None
    rules: dict[str, str] | None = Field(None, description="By field, why its value was chosen.")
    disputes: dict[str, dict[str, list[str]]] | None = Field(
        None, description="By field, the values that are claimed, each with its claims."
    )
    evidence: list[Ground] | None = None


class Certificates(Page):
    """Certificates, by holder."""

    items: list[Certificate]


class OwnRelation(BaseModel):
    """A relation as seen from one side; outward: the organization is its subject."""

    relation: str
    outward: bool
    other: Named
    state: str
    valid_from: str | None
    valid_until: str | None
    rule: str
    evidence: list[Said]


class Sign(BaseModel):
    """A sign of life."""

    day: str
    kind: str
    title: str
    url: str


class Profile(Organization):
    """One organization in full."""

    former_ids: list[str]
    same_as: list[Outside]
    aliases: list[Alias]
    certificates: list[Certificate]
    relations: list[OwnRelation]
    activity: list[Sign]
    activity_by_month: dict[str, int]
    evidence: list[Naming] = Field(description="Some claims that name it.")


class Relation(BaseModel):
    """A relation between two organizations over time."""

    id: str
    subject: Named | None = None
    relation: str | None = None
    object: Named | None = None
    valid_from: str | None = None
    valid_until: str | None = None
    state: str | None = Field(None, description="current, ended, superseded or lapsed.")
    rule: str | None = None
    claims: list[str] | None = None


class QuestionSide(BaseModel):
    """One of the two that a question is about. evidence: some claims with its name."""

    id: str
    name: str
    kind: str | None
    country: str | None
    website: str | None
    same_as: list[str] = Field(description="Its entries in other works, as work:id.")
    aliases: list[str]
    labels: list[str]
    evidence: list[Said]


class Question(BaseModel):
    """Whether two records are one organization."""

    id: int
    state: Literal["open", "later"]
    score: float = Field(description="From 0 to 1; beyond 0.9 nobody is asked.")
    reasons: list[str]
    sides: list[QuestionSide]


class Questions(Page):
    """Questions, the likeliest first."""

    items: list[Question]


class Relations(Page):
    """Relations, by kind."""

    items: list[Relation]
