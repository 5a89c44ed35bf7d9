"""The register's tables: organizations with lasting ids, and what is derived about them.

All of it follows from the claims and from people's answers, and can be derived again; only the
ids, the decisions and the register's own changes are there once. The claims stay as they are.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, JsonText, Serial


class RegisteredOrganization(Base):
    """One organization. Its id is never given to another one.

    names: the canonical name by language; `name` the one in its own language. first_seen and
    last_activity: days. merged_into: the organization that it turned out to be. withdrawn: no
    claim names it any more; it keeps its id, should one do so again.
    """

    __tablename__ = "registered_organization"
    __table_args__ = (
        Index(None, "name", "id"),
        Index(None, "country", "name", "id"),
        Index(None, "kind", "name", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    names: Mapped[dict[str, str]] = mapped_column(JsonText)
    kind: Mapped[str | None]
    country: Mapped[str | None]
    website: Mapped[str | None]
    first_seen: Mapped[str]
    last_activity: Mapped[str | None] = mapped_column(index=True)
    last_activity_url: Mapped[str | None]
    # No foreign key: a copy of the database writes the rows in the order of their ids.
    merged_into: Mapped[str | None] = mapped_column(index=True)
    withdrawn: Mapped[bool]


class OutsideId(Base):
    """An organization's id in another work; see `registry.outside_ids`.

    scheme: wikidata, ror or eccp (the European cluster platform). claims: those that give it.
    """

    __tablename__ = "organization_outside_id"
    __table_args__ = (Index(None, "scheme", "value"),)

    organization: Mapped[str] = mapped_column(
        ForeignKey("registered_organization.id"), primary_key=True
    )
    scheme: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    claims: Mapped[list[str]] = mapped_column(JsonText)


class Alias(Base):
    """A name that claims give an organization.

    key: the folded name, with ``@source`` behind it where the name alone tells too little to
    mean the same one everywhere; `form` is the part before. kind: name, inflected, translated,
    acronym, former or misspelt. born: the organization it belonged to first, so that a merge
    can be undone. Without mentions it is only remembered.
    """

    __tablename__ = "alias"
    __table_args__ = (Index(None, "normal"), Index(None, "form"), Index(None, "scope"))

    key: Mapped[str] = mapped_column(primary_key=True)
    form: Mapped[str]
    scope: Mapped[str]
    name: Mapped[str]
    normal: Mapped[str]
    acronym: Mapped[bool]
    kind: Mapped[str]
    language: Mapped[str]
    mentions: Mapped[int]
    sources: Mapped[int]
    first_day: Mapped[str]
    organization: Mapped[str | None] = mapped_column(
        ForeignKey("registered_organization.id"), index=True
    )
    born: Mapped[str | None]


class NameBlock(Base):
    """The blocking index: names that share a block are compared.

    claim_id: the claim that put the name there, empty where the name itself does.
    """

    __tablename__ = "name_block"
    # Most names stand there by themselves, and are not looked for by their claim.
    __table_args__ = (
        Index(None, "alias"),
        Index(
            None,
            "claim_id",
            sqlite_where=text("claim_id <> ''"),
            postgresql_where=text("claim_id <> ''"),
        ),
    )

    block: Mapped[str] = mapped_column(primary_key=True)
    alias: Mapped[str] = mapped_column(primary_key=True)
    claim_id: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str]


class NameWord(Base):
    """That an organization has a word in one of its names; see `registry.words`."""

    __tablename__ = "name_word"
    __table_args__ = (Index(None, "word"), {"sqlite_with_rowid": False})

    organization: Mapped[str] = mapped_column(
        ForeignKey("registered_organization.id"), primary_key=True
    )
    word: Mapped[str] = mapped_column(primary_key=True)


def owner_claim(source: str) -> str:
    """What stands for a claim's id in the links that a source's file makes: whose website it is."""
    return f"owner:{source}"


class Link(Base):
    """That a claim names an organization, by which alias and in which role.

    role: holder, coordinator, subject, object, organizer, publisher, or named. written: the
    name as the claim has it. day: of the activity, for organizer and publisher.
    """

    __tablename__ = "link"
    __table_args__ = (Index(None, "alias", "role", "day"), Index(None, "source", "alias"))

    claim_id: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    alias: Mapped[str] = mapped_column(ForeignKey("alias.key"), primary_key=True)
    written: Mapped[str]
    source: Mapped[str]
    language: Mapped[str]
    day: Mapped[str | None]
    first_day: Mapped[str]
    kind: Mapped[str | None]
    website: Mapped[str | None]
    score: Mapped[float]


class Evidence(Base):
    """What speaks for two names meaning one organization; a negative score speaks against it.

    a < b. origin: the claim, block, source or decision it comes from; empty for the names alone.
    """

    __tablename__ = "evidence"
    __table_args__ = (Index(None, "b"), Index(None, "origin"))

    a: Mapped[str] = mapped_column(primary_key=True)
    b: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(primary_key=True)
    score: Mapped[float]


class Decision(Base):
    """A person's answer: the names on the two sides are the same organization, or different.

    It holds against later crawls; a later decision about the same names replaces it. verdict:
    same, different, or withdrawn where it was taken back.
    """

    __tablename__ = "decision"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    verdict: Mapped[str]
    sides: Mapped[list[list[str]]] = mapped_column(JsonText)
    note: Mapped[str]
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]


class Question(Base):
    """Whether two names mean one organization, where the evidence does not suffice.

    state: open, later, same or different.
    """

    __tablename__ = "question"
    __table_args__ = (Index(None, "a", "b", unique=True), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    a: Mapped[str] = mapped_column(ForeignKey("alias.key"))
    b: Mapped[str] = mapped_column(ForeignKey("alias.key"))
    score: Mapped[float]
    evidence: Mapped[list[str]] = mapped_column(JsonText)
    state: Mapped[str]
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]


class Certificate(Base):
    """One term of one label of one organization, derived from all claims about it.

    term: names it within (organization, scheme). rules: field, then why its value was chosen.
    disputes: field, then each value that is claimed, with its claims. renews: the term before.
    """

    __tablename__ = "certificate"
    __table_args__ = (Index(None, "scheme"), Index(None, "valid_until"))

    organization: Mapped[str] = mapped_column(
        ForeignKey("registered_organization.id"), primary_key=True
    )
    scheme: Mapped[str] = mapped_column(primary_key=True)
    term: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[str | None]
    round: Mapped[str | None]
    valid_from: Mapped[str | None]
    valid_until: Mapped[str | None]
    first_stated: Mapped[str]
    coordinator: Mapped[str | None] = mapped_column(ForeignKey("registered_organization.id"))
    rules: Mapped[dict[str, str]] = mapped_column(JsonText)
    disputes: Mapped[dict[str, dict[str, list[str]]]] = mapped_column(JsonText)
    claims: Mapped[list[str]] = mapped_column(JsonText)
    renews: Mapped[str | None]
    superseded: Mapped[bool]
    incomplete: Mapped[bool]


class Tie(Base):
    """A relation between two organizations over time, derived from all claims about it.

    state: current, ended, superseded (another coordinator is stated later) or lapsed (its page
    no longer states it).
    """

    __tablename__ = "tie"
    __table_args__ = (Index(None, "object"),)

    subject: Mapped[str] = mapped_column(ForeignKey("registered_organization.id"), primary_key=True)
    relation: Mapped[str] = mapped_column(primary_key=True)
    object: Mapped[str] = mapped_column(ForeignKey("registered_organization.id"), primary_key=True)
    valid_from: Mapped[str | None]
    valid_until: Mapped[str | None]
    state: Mapped[str]
    rule: Mapped[str]
    day: Mapped[str]
    claims: Mapped[list[str]] = mapped_column(JsonText)


class RegistryChange(Base):
    """One step of the register, in an order of its own that readers may trust.

    kind: added, withdrawn, renamed, merged, split, website moved, coordinator changed, status
    gained, status renewed, status expired, status withdrawn or activity resumed. day: when it
    held, as far as known; recorded_at: when the register learnt of it.
    """

    __tablename__ = "registry_change"
    __table_args__ = (Index(None, "recorded_at"), {"sqlite_autoincrement": True})

    seq: Mapped[int] = mapped_column(Serial, primary_key=True)
    kind: Mapped[str]
    organization: Mapped[str] = mapped_column(ForeignKey("registered_organization.id"), index=True)
    old: Mapped[Any | None] = mapped_column(JsonText)
    new: Mapped[Any | None] = mapped_column(JsonText)
    source: Mapped[str | None]
    url: Mapped[str | None]
    words: Mapped[str]
    day: Mapped[str]
    recorded_at: Mapped[datetime]


class SourceOwner(Base):
    """Whose website a source is, as its file says."""

    __tablename__ = "source_owner"

    source: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    country: Mapped[str | None]
    language: Mapped[str | None]
    kind: Mapped[str | None]


class RegisterState(Base):
    """Where the last settling left off: up to which change, on which day, by which rules."""

    __tablename__ = "register_state"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
