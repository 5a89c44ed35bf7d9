"""Organizations, their certificates and relations."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from feeds.api import register_shapes as shapes
from feeds.api.answers import json_answer, page
from feeds.api.parameters import Country, Day, Fields, Id, Text, known_fields
from feeds.api.problems import responses
from feeds.register_views import certificate_view, organization_view, profile_view, relation_view
from registry import queries
from registry.views import profile

router = APIRouter(prefix="/api", tags=["register"])


class Listed(BaseModel):
    """What every list takes."""

    model_config = ConfigDict(extra="forbid")

    fields: Fields | None = Field(None, description="Only these, by commas; id is always there.")
    limit: int = Field(25, ge=1, le=200)
    after: Annotated[str | None, Field(max_length=4_000, description="From `next`.")] = None


class WantedOrganizations(Listed):
    """Filters of organizations."""

    q: Text = Field("", description="Words of its names, or how they begin; or an outside id.")
    country: Country | None = None
    language: Text | None = Field(None, description="Those with a name in it, such as pl.")
    kind: Text | None = Field(None, description="cluster, park, company, university, …")
    scheme: Text | None = Field(None, description="Holders of this label, on `as_of` or ever.")
    level: Text | None = None
    as_of: Day | None = None
    inactive_since: Day | None = Field(None, description="No sign of life since that day.")


class WantedCertificates(Listed):
    """Filters of certificates."""

    q: Text = Field("", description="Words of any of the holder's names, or how they begin.")
    as_of: Day | None = Field(None, description="The day; today if left out.")
    scheme: Text | None = None
    level: Text | None = None
    country: Country | None = None
    organization: Text | None = None
    expiring: int | None = Field(None, ge=1, le=3_660, description="Ends within so many days.")
    everything: bool = Field(False, description="Also those not valid on that day.")


class WantedRelations(Listed):
    """Filters of relations."""

    organization: Text | None = Field(None, description="On either side.")
    relation: Text | None = Field(None, description="coordinator_of, member_of, …")
    state: Literal["current", "ended", "superseded", "lapsed"] | None = None
    country: Country | None = Field(None, description="Of either side.")
    as_of: Day | None = Field(None, description="Neither begun later nor ended earlier.")


@router.get("/organizations", response_model=shapes.Organizations, responses=responses(422))
def organizations(request: Request, wanted: Annotated[WantedOrganizations, Query()]) -> Response:
    """Organizations by name."""
    fields = known_fields(wanted.fields, shapes.Organization)
    found = queries.organizations(
        request.app.state.engine,
        text=wanted.q.strip() or None,
        country=wanted.country,
        language=wanted.language,
        kind=wanted.kind,
        scheme=wanted.scheme,
        level=wanted.level,
        as_of=date.fromisoformat(wanted.as_of) if wanted.as_of else None,
        inactive_since=wanted.inactive_since,
        validity=request.app.state.validity,
        after=wanted.after,
        limit=wanted.limit,
    )
    return page(request, map(organization_view, found.rows), found.after, fields)


@router.get("/organizations/{id}", response_model=shapes.Profile, responses=responses(404, 422))
def organization(request: Request, id: Id) -> Response:
    """One organization in full; also under the id of one that was merged into it."""
    engine = request.app.state.engine
    found = profile(engine, id)
    if found is None:
        raise HTTPException(404, f"There is no organization {id!r}.")
    held = queries.certificates(
        engine,
        _today(),
        organization=found.organization.id,
        everything=True,
        validity=request.app.state.validity,
    )
    return json_answer(request, profile_view(found, held.rows))


@router.get("/certificates", response_model=shapes.Certificates, responses=responses(422))
def certificates(request: Request, wanted: Annotated[WantedCertificates, Query()]) -> Response:
    """Labels held on a day, by holder: each with what is stated, by whom, and where they differ."""
    fields = known_fields(wanted.fields, shapes.Certificate)
    found = queries.certificates(
        request.app.state.engine,
        date.fromisoformat(wanted.as_of) if wanted.as_of else _today(),
        text=wanted.q.strip() or None,
        scheme=wanted.scheme,
        level=wanted.level,
        country=wanted.country,
        organization=wanted.organization,
        expiring=timedelta(days=wanted.expiring) if wanted.expiring else None,
        everything=wanted.everything,
        validity=request.app.state.validity,
        after=wanted.after,
        limit=wanted.limit,
    )
    return page(request, map(certificate_view, found.rows), found.after, fields)


@router.get("/relations", response_model=shapes.Relations, responses=responses(422))
def relations(request: Request, wanted: Annotated[WantedRelations, Query()]) -> Response:
    """Who coordinates, belongs to or became what, over time."""
    fields = known_fields(wanted.fields, shapes.Relation)
    found = queries.relations(
        request.app.state.engine,
        organization=wanted.organization,
        relation=wanted.relation,
        state=wanted.state,
        country=wanted.country,
        as_of=date.fromisoformat(wanted.as_of) if wanted.as_of else None,
        after=wanted.after,
        limit=wanted.limit,
    )
    return page(request, map(relation_view, found.rows), found.after, fields)


def _today() -> date:
    return datetime.now(UTC).date()
