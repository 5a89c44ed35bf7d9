"""The websites that are read, and how that goes."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from feeds.api.parameters import Id, Text
from feeds.pages.charts import RunShown, run_strip
from feeds.pages.health import HEALTHS, SourceTold, healths, sources_told
from feeds.pages.rendering import page_language, page_words, render
from feeds.pages.session import form_of, is_signed_in, private_page
from feeds.pages.words import Words
from models.errors import UnknownSource

AT_ONCE = 40
RUNS_LISTED = 30

router = APIRouter()
writing = APIRouter()
"""Routes that are there only where a token is set."""


class WantedSources(BaseModel):
    """Filters of sources."""

    model_config = ConfigDict(extra="forbid")

    health: Literal["good", "fair", "bad", "none", ""] = ""
    after: Text = ""


class Asked(BaseModel):
    """What a source's page is told by the page that led there."""

    model_config = ConfigDict(extra="forbid")

    asked: Literal["", "1"] = Field("", description="A crawl was asked for just now.")


@router.get("/sources")
def sources(request: Request, wanted: Annotated[WantedSources, Query()]) -> Response:
    """All sources by name, each with its health and what is missing."""
    known = healths(request.app.state.engine)
    names = [
        name
        for name, health in known.items()
        if name > wanted.after and (not wanted.health or health == wanted.health)
    ]
    shown = sources_told(request.app.state.engine, names[:AT_ONCE], today=_now().date())
    words = page_words(request)
    following = None
    if len(names) > AT_ONCE:
        address = request.url.include_query_params(after=names[AT_ONCE - 1])
        following = f"{address.path}?{address.query}"
    counts = Counter(known.values())
    return render(
        request,
        "sources.html",
        healths=[(health, counts[health]) for health in HEALTHS],
        total=len(known),
        wanted=wanted,
        sources=[(one, strip_of(one, words)) for one in shown],
        following=following,
        visits=_visits(request),
        now=_now(),
    )


@router.get("/sources/{name}")
def source(request: Request, name: Id, told: Annotated[Asked, Query()]) -> Response:
    """One source: what is missing, its runs, and for who is signed in a way to have it read."""
    found = sources_told(request.app.state.engine, [name], today=_now().date(), runs=RUNS_LISTED)
    if not found:
        raise HTTPException(404, f"There is no source {name!r}.")
    return render(
        request,
        "source.html",
        private=private_page(request),
        source=found[0],
        strip=strip_of(found[0], page_words(request)),
        visit=_visits(request).get(name),
        now=_now(),
        can_ask=request.app.state.ask_crawl is not None and is_signed_in(request),
        asked=bool(told.asked),
    )


@writing.post("/sources/{name}/crawl")
async def crawl(request: Request, name: Id) -> Response:
    """Ask for a crawl, and tell so on the source's page."""
    await form_of(request)
    language = page_language(request.url.path)
    address = f"/{language}/sources/{quote(name, safe='')}"
    if not is_signed_in(request):
        return RedirectResponse(f"/{language}/sign-in?to=/sources/{quote(name, safe='')}", 303)
    ask = request.app.state.ask_crawl
    if ask is None:
        raise HTTPException(409, "This server does not crawl; ask the one that does.")
    try:
        await run_in_threadpool(ask, name)
    except UnknownSource as error:
        raise HTTPException(404, str(error)) from error
    return RedirectResponse(f"{address}?asked=1", 303)


def strip_of(told: SourceTold, words: Words) -> object:
    """A source's last runs as a picture."""
    runs = [
        RunShown(
            run.health,
            words(
                "runs.one",
                day=words.day(run.started.date()),
                verdict=words.name("verdict", run.verdict),
            ),
        )
        for run in reversed(told.runs)
    ]
    return run_strip(runs, words, f"runs-{told.name}")


def _visits(request: Request) -> dict[str, datetime]:
    """When each source is visited next, by name; empty where nobody here plans visits."""
    planned = request.app.state.visits
    return dict(planned()) if planned else {}


def _now() -> datetime:
    return datetime.now(UTC)
