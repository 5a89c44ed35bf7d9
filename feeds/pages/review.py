"""Questions that a person should answer: whether two records are one organization."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from feeds.pages.rendering import page_language, render
from feeds.pages.session import form_of, is_signed_in, private_page
from registry import review

AT_ONCE = 10
VERDICTS: tuple[review.Verdict, ...] = ("same", "different", "later")

router = APIRouter()
writing = APIRouter()
"""Routes that are there only where a token is set."""


class WantedQuestions(BaseModel):
    """Which questions. answered, verdict: what was answered just now, to be told."""

    model_config = ConfigDict(extra="forbid")

    later: Literal["", "1"] = ""
    answered: int = Field(0, ge=0, lt=1 << 53)
    verdict: Literal["", "same", "different", "later", "undo"] = ""


@router.get("/review")
def questions(request: Request, wanted: Annotated[WantedQuestions, Query()]) -> Response:
    """The open questions, the likeliest first, both records side by side."""
    found = review.questions(request.app.state.engine, later=bool(wanted.later), limit=AT_ONCE)
    return render(
        request,
        "review.html",
        private=private_page(request),
        wanted=wanted,
        questions=found,
        count=review.count_questions(request.app.state.engine, later=bool(wanted.later)),
        signed_in=is_signed_in(request),
        verdicts=VERDICTS,
    )


@writing.post("/review/{number}")
async def answer(request: Request, number: Annotated[int, Path(ge=1, lt=1 << 63)]) -> Response:
    """Take an answer, or take one back, and show the next question."""
    fields = await form_of(request)
    language = page_language(request.url.path)
    if not is_signed_in(request):
        return RedirectResponse(f"/{language}/sign-in?to=/review", 303)
    verdict = fields.get("verdict", "")
    engine = request.app.state.engine
    try:
        if verdict == "undo":
            await run_in_threadpool(review.undo, engine, number, by="web page")
        else:
            wanted = next((one for one in VERDICTS if one == verdict), None)
            if wanted is None:
                raise HTTPException(422, f"There is no such answer: {verdict!r}.")
            await run_in_threadpool(review.answer, engine, number, wanted, by="web page")
    except review.ReviewError as error:
        raise HTTPException(409, f"This answer cannot be taken: {error}.") from error
    return RedirectResponse(f"/{language}/review?answered={number}&verdict={verdict}", 303)
