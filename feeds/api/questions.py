"""The review queue: whether two names mean one organization, for people to say."""

from __future__ import annotations

import math
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from feeds.api.answers import cursor, page, place
from feeds.api.problems import responses
from feeds.api.register_shapes import Questions
from models.errors import CursorInvalid
from registry.review import Asked, Side, questions

router = APIRouter(prefix="/api", tags=["review"])


class WantedQuestions(BaseModel):
    """Which questions are wanted."""

    model_config = ConfigDict(extra="forbid")

    later: bool = Field(False, description="Also those put off.")
    limit: int = Field(20, ge=1, le=100)
    after: Annotated[str | None, Field(max_length=4_000, description="From `next`.")] = None


@router.get("/questions", response_model=Questions, responses=responses(422))
def listed(request: Request, wanted: Annotated[WantedQuestions, Query()]) -> Response:
    """Open questions, the likeliest to be one organization first, with what speaks for it."""
    key = place(wanted.after, str, str, int)
    found = questions(
        request.app.state.engine,
        later=wanted.later,
        after=(key[0], _score(key[1]), key[2]) if key else None,
        limit=wanted.limit + 1,
    )
    rows = found[: wanted.limit]
    last = rows[-1] if len(found) > wanted.limit else None
    following = cursor(last.state, repr(last.score), last.number) if last else None
    return page(request, map(question_view, rows), following)


def question_view(asked: Asked) -> dict[str, Any]:
    """A question in the words of the interface."""
    return {
        "id": asked.number,
        "state": asked.state,
        "score": round(asked.score, 3),
        "reasons": asked.reasons,
        "sides": [_side(asked.left), _side(asked.right)],
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "id": side.organization,
        "name": side.name,
        "kind": side.kind,
        "country": side.country,
        "website": side.website,
        "same_as": side.outside,
        "aliases": side.aliases,
        "labels": side.labels,
        "evidence": [{"words": words, "url": url} for words, url in side.evidence],
    }


def _score(text: str) -> float:
    try:
        score = float(text)
    except ValueError:
        score = math.nan
    if not math.isfinite(score):
        raise CursorInvalid("this is no cursor of this list; start without one")
    return score
