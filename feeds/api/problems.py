"""Errors as RFC 9457 problem details: what is wrong, and what to do about it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

from models.errors import CursorExpired, CursorInvalid

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """An error, as RFC 9457 has it."""

    type: str = Field("about:blank", description="What kind of problem; about:blank is the status.")
    title: str = Field(description="The status in words.")
    status: int
    detail: str = Field(description="What is wrong here, and what to do.")
    errors: list[dict[str, Any]] | None = Field(
        None, description="Of wrong parameters: which one, and what was expected."
    )


def problem(
    status: int,
    detail: str,
    headers: dict[str, str] | None = None,
    errors: list[dict[str, Any]] | None = None,
) -> JSONResponse:
    """The answer for an error."""
    told = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, errors=errors)
    return JSONResponse(
        told.model_dump(exclude_none=True), status, headers=headers, media_type=MEDIA_TYPE
    )


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For a route's description: the errors that it may answer with."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            "model": Problem,
        }
        for status in statuses
    }


def add_problems(app: FastAPI) -> None:
    """Answer every error so."""

    @app.exception_handler(HTTPException)
    def refused(_request: Request, error: HTTPException) -> JSONResponse:
        detail = error.detail
        if error.status_code == 404 and detail == "Not Found":
            detail = "There is nothing at this address; /docs lists what there is."
        return problem(error.status_code, detail, dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    def wrong(_request: Request, error: RequestValidationError) -> JSONResponse:
        errors = [
            {"parameter": ".".join(map(str, one["loc"][1:])), "expected": one["msg"]}
            for one in error.errors()
        ]
        named = ", ".join(sorted({one["parameter"] for one in errors}))
        return problem(422, f"These parameters are not as expected: {named}", errors=errors)

    @app.exception_handler(CursorExpired)
    def expired(_request: Request, _error: CursorExpired) -> JSONResponse:
        return problem(410, "The database was rebuilt since: start over, without `after`.")

    @app.exception_handler(CursorInvalid)
    def invalid(_request: Request, error: CursorInvalid) -> JSONResponse:
        return problem(422, f"after: {error}")

    @app.exception_handler(DBAPIError)
    def unavailable(_request: Request, _error: DBAPIError) -> JSONResponse:
        return problem(503, "The database does not answer; try again.", {"Retry-After": "10"})
