"""Organizations: the list, and one in full with what each fact about it rests on."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from feeds.api.answers import cursor
from feeds.api.parameters import Id, Text
from feeds.entries import list_entries
from feeds.entry_queries import EntryFilter
from feeds.pages.charts import activity_chart, by_month
from feeds.pages.charts_labels import (
    certificate_timeline,
    label_name,
    level_and_round,
    terms_of,
)
from feeds.pages.evidence import Ground, grounds_of, naming
from feeds.pages.lists import (
    AT_ONCE,
    Wanted,
    first,
    following,
    named_choices,
    overview,
    query_of,
)
from feeds.pages.rendering import page_language, page_words, render
from feeds.views import entry_view
from registry import queries
from registry.holders import Held
from registry.views import Profile, Sign, profile

router = APIRouter()

_TONES = {
    "valid": "good",
    "open": "good",
    "unconfirmed": "fair",
    "not yet": "none",
    "superseded": "none",
    "expired": "bad",
}

_SIGNS = 5_000
_SHOWN = 5
_PLACES = [(letter, letter) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
# Names are ordered as their letters are numbered: what begins otherwise stands behind these.
_PLACES += [("a–z", "a"), ("À–Ž", "À"), ("Α–Я", "Ͱ")]


class WantedOrganizations(Wanted):
    """Filters of the list."""

    kind: Text = ""


@router.get("/organizations")
def organizations(request: Request, wanted: Annotated[WantedOrganizations, Query()]) -> Response:
    """Organizations by name."""
    engine = request.app.state.engine
    found = queries.organizations(
        engine,
        text=wanted.q.strip() or None,
        country=wanted.country or None,
        kind=wanted.kind or None,
        after=wanted.after or None,
        limit=AT_ONCE,
    )
    words = page_words(request)
    with engine.connect() as connection:
        figures = overview(request, connection)
    return render(
        request,
        "organizations.html",
        wanted=wanted,
        found=found.rows,
        kinds=figures["kinds"],
        countries=named_choices(figures["countries"], words.country, words),
        letters=[
            (name, query_of(kind=wanted.kind, country=wanted.country, after=cursor(letter, "")))
            for name, letter in _PLACES
        ],
        following=following(request, found.after),
        first=first(request),
    )


@router.get("/organizations/{id}")
def organization(request: Request, id: Id) -> Response:
    """One organization; under the id of one that was merged into it, the way to it."""
    engine = request.app.state.engine
    found = profile(engine, id, signs=_SIGNS)
    if found is None:
        raise HTTPException(404)
    present = found.organization.id
    if present != id:
        language = page_language(request.url.path)
        return RedirectResponse(f"/{language}/organizations/{present}", 301)
    today = datetime.now(UTC).date()
    held = queries.certificates(
        engine,
        today,
        organization=present,
        everything=True,
        validity=request.app.state.validity,
    ).rows
    ties = queries.relations(engine, organization=present).rows
    news, more_news = list_entries(
        engine, EntryFilter(kind="article", organization=present), limit=_SHOWN
    )
    events, more_events = list_entries(
        engine, EntryFilter(kind="event", organization=present), limit=_SHOWN
    )
    words = page_words(request)
    with engine.connect() as connection:
        told = naming(connection, present)
        said = grounds_of(connection, {claim for tie in ties for claim in tie.claims})
    return render(
        request,
        "organization.html",
        status=410 if found.organization.withdrawn else 200,
        one=found.organization,
        found=found,
        names=_names(found),
        told=told,
        held=[_term(request, one) for one in held],
        held_now=[one for one in held if one.state in ("valid", "open")],
        ties=[_tie(tie, present, said) for tie in ties],
        news=[*map(entry_view, news)],
        events=[*map(entry_view, events)],
        more_news=more_news is not None,
        more_events=more_events is not None,
        mentions=_once(found.mentions)[:_SHOWN],
        timeline=certificate_timeline(
            terms_of(held, request.app.state.schemes, words), today, words
        ),
        activity=activity_chart(by_month(found.signs), today, words),
    )


def _names(found: Profile) -> list[dict[str, Any]]:
    """The names beside the main one: those of today first, inflected forms left out."""
    order = {"name": 0, "translated": 1, "acronym": 2, "former": 3}
    shown = [alias for alias in found.aliases if alias.kind in order]
    shown.sort(key=lambda alias: (order[alias.kind], -alias.mentions))
    canonical = {name: language for language, name in found.organization.names.items()}
    return [
        {
            "key": alias.key,
            "name": alias.name,
            "kind": alias.kind,
            "language": canonical.get(alias.name, alias.language),
        }
        for alias in shown
    ]


def _once(signs: list[Sign]) -> list[Sign]:
    """Each headline once: archives repeat what stands on its own page."""
    return list({sign.title.casefold(): sign for sign in reversed(signs)}.values())[::-1]


def _term(request: Request, held: Held) -> dict[str, Any]:
    """A term of a label, with its name in the page's language and what it rests on."""
    words = page_words(request)
    return {
        **asdict(held),
        "label": label_name(held.scheme, request.app.state.schemes, words),
        "detail": level_and_round(held.level, held.round, words),
        "tone": _TONES[held.state],
        "grounds": [
            Ground(one.words, one.url, "und", one.seen, one.stated) for one in held.evidence
        ],
    }


def _tie(tie: Any, present: str, said: dict[str, Ground]) -> dict[str, Any]:
    """A relation as seen from one side."""
    outward = tie.subject == present
    return {
        "relation": tie.relation,
        "direction": f"{tie.relation}_{'out' if outward else 'in'}",
        "other": tie.object if outward else tie.subject,
        "other_name": tie.object_name if outward else tie.subject_name,
        "state": tie.state,
        "valid_from": tie.valid_from,
        "valid_until": tie.valid_until,
        "grounds": [said[claim] for claim in tie.claims if claim in said],
    }
