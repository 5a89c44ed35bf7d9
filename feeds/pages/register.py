"""Who holds which label on a day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from feeds.api.parameters import Country, Day, Text
from feeds.pages.charts_labels import label_name, level_and_round
from feeds.pages.rendering import page_words, render
from feeds.pages.words import Words
from feeds.register_views import certificate_view
from models.registry import Certificate, RegisteredOrganization
from registry import queries
from registry.holders import Ground, Held

AT_ONCE = 40

router = APIRouter()

TONES = {
    "valid": "good",
    "open": "good",
    "not yet": "none",
    "unconfirmed": "fair",
    "superseded": "none",
    "expired": "bad",
}
"""The colour that goes with a state's words."""


class WantedLabels(BaseModel):
    """Filters of the register; an empty field of the form is no filter."""

    model_config = ConfigDict(extra="forbid")

    q: Text = ""
    as_of: Day | Literal[""] = ""
    scheme: Text = ""
    country: Country | Literal[""] = ""
    everything: Literal["", "1"] = ""
    after: Annotated[str, Field(max_length=4_000)] = ""


@router.get("/certificates")
def certificates(request: Request, wanted: Annotated[WantedLabels, Query()]) -> Response:
    """The labels held on a day, by their holders' names, each with what it rests on."""
    engine = request.app.state.engine
    day = date.fromisoformat(wanted.as_of) if wanted.as_of else datetime.now(UTC).date()
    found = queries.certificates(
        engine,
        day,
        text=wanted.q.strip() or None,
        scheme=wanted.scheme or None,
        country=wanted.country or None,
        everything=bool(wanted.everything),
        validity=request.app.state.validity,
        after=wanted.after or None,
        limit=AT_ONCE,
    )
    words, labels = page_words(request), request.app.state.schemes
    with engine.connect() as connection:
        schemes = list(connection.scalars(select(Certificate.scheme).distinct()))
        holder = RegisteredOrganization
        held = select(holder.country).join(Certificate, Certificate.organization == holder.id)
        countries = list(connection.scalars(held.where(holder.country.is_not(None)).distinct()))
    named = sorted((label_name(one, labels, words), one) for one in schemes)
    known = sorted((words.country(one), one) for one in countries)
    following = None
    if found.after is not None:
        address = request.url.include_query_params(after=found.after)
        following = f"{address.path}?{address.query}"
    return render(
        request,
        "certificates.html",
        wanted=wanted,
        day=day,
        is_today=not wanted.as_of,
        schemes=named,
        countries=known,
        tones=TONES,
        held=[
            {
                **certificate_view(one),
                "label": label_name(one.scheme, labels, words),
                "detail": level_and_round(one.level, one.round, words),
                "differ": _differences(one, words),
            }
            for one in found.rows
        ],
        following=following,
        first=str(request.url.remove_query_params("after").path) if wanted.after else "",
        as_json=_api_address(wanted, day),
    )


def _differences(held: Held, words: Words) -> list[tuple[str, list[tuple[str, Ground | None]]]]:
    """By field, the values that are claimed, each with the first claim that says so."""
    said = {ground.claim: ground for ground in held.evidence}
    return [
        (
            name,
            [
                (_value(held, value, words), next((said[c] for c in claims if c in said), None))
                for value, claims in values.items()
            ],
        )
        for name, values in held.disputes.items()
    ]


def _value(held: Held, value: str, words: Words) -> str:
    """A claimed value for people: "../2015-12-10" stands for that day or one before."""
    if value == held.coordinator:
        return held.coordinator_name or value
    if value.startswith("../"):
        return words("register.by", day=words.day(value[3:]))
    return words.name("level", value) if value == held.level else words.day(value)


def _api_address(wanted: WantedLabels, day: date) -> str:
    """The same list for programs."""
    fields = {"as_of": day.isoformat(), "q": wanted.q, "scheme": wanted.scheme}
    fields |= {"country": wanted.country, "everything": "true" if wanted.everything else ""}
    return "/api/certificates?" + urlencode({key: value for key, value in fields.items() if value})
