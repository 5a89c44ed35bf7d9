"""What the holder of the token may do: have a source crawled, answer a question of review.

These routes exist only where a token is set.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from hmac import compare_digest
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Path, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field

from feeds.api.parameters import Id, Text
from feeds.api.problems import responses
from feeds.views import moment
from models.errors import UnknownSource
from registry.review import ReviewError, UnknownQuestion, answer

_bearer = HTTPBearer(auto_error=False, description="The server's CLUSTERFEED_TOKEN.")


class Asked(BaseModel):
    """That a crawl was asked for."""

    source: str
    asked_at: str = Field(description="UTC.")


class Answer(BaseModel):
    """A person's answer."""

    model_config = ConfigDict(extra="forbid")

    answer: Literal["same", "different", "later"] = Field(
        description="Whether the two are one organization; later leaves it for another day."
    )
    note: Annotated[Text, Field(max_length=500, description="Why; kept with the decision.")] = ""


class Answered(BaseModel):
    """How the question stands now."""

    id: int
    state: Literal["same", "different", "later"]


def with_token(
    request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> None:
    """Refuse whoever does not send the token."""
    if given is None:
        raise HTTPException(
            401,
            "Send the server's token: Authorization: Bearer …",
            {"WWW-Authenticate": 'Bearer realm="clusterfeed"'},
        )
    expected: str = request.app.state.token
    # In bytes, and in a time that does not tell how much of it was right.
    if not compare_digest(given.credentials.encode(), expected.encode()):
        raise HTTPException(
            401,
            "This is not the server's token.",
            {"WWW-Authenticate": 'Bearer realm="clusterfeed", error="invalid_token"'},
        )


def writing_router(ask_crawl: Callable[[str], None] | None) -> APIRouter:
    """The routes. ask_crawl: None where this server cannot have anything crawled."""
    router = APIRouter(prefix="/api", dependencies=[Depends(with_token)])

    @router.post(
        "/questions/{id}",
        tags=["review"],
        response_model=Answered,
        responses=responses(401, 404, 409, 413, 422),
    )
    def answered(
        request: Request, id: Annotated[int, Path(ge=1, lt=1 << 63)], given: Answer
    ) -> Answered:
        """Answer a question; the answer holds against later crawls, and may move names at once."""
        try:
            answer(request.app.state.engine, id, given.answer, by="api", note=given.note)
        except UnknownQuestion:
            raise HTTPException(404, f"There is no question {id}.") from None
        except ReviewError as error:
            raise HTTPException(409, f"This cannot be taken: {error}.") from None
        return Answered(id=id, state=given.answer)

    if ask_crawl is not None:

        @router.post(
            "/sources/{name}/crawl",
            tags=["operation"],
            status_code=202,
            response_model=Asked,
            responses=responses(401, 404, 413, 422),
        )
        def crawl(name: Id) -> Asked:
            """Have a source crawled before what is only due; asking twice is asking once.

            /api/runs?source= shows what becomes of it, with the trigger `request`.
            """
            try:
                ask_crawl(name)
            except UnknownSource:
                raise HTTPException(404, f"There is no source {name!r}.") from None
            return Asked(source=name, asked_at=moment(datetime.now(UTC)))

    return router
