"""All pages together, in each language, with what holds for them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException as StarletteHTTPException

from feeds.api.problems import problem
from feeds.pages import (
    changes,
    events,
    news,
    organizations,
    register,
    review,
    search,
    sign_in,
    sources,
    start,
)
from feeds.pages.lists import Overview
from feeds.pages.rendering import SECURITY, STATIC, page_language, render
from feeds.pages.words import LANGUAGES
from models.errors import CursorExpired, CursorInvalid

ROUTERS = tuple(
    page.router
    for page in (
        start,
        search,
        organizations,
        news,
        events,
        register,
        changes,
        sources,
        review,
    )
)
"""Each page's routes, without the language that stands before them."""

WRITING = (sign_in.writing, review.writing, sources.writing)
"""Those that need the token: they are there only where one is set."""

_TYPES = {"css": "text/css; charset=utf-8", "svg": "image/svg+xml"}
_ERRORS = {404: "missing", 405: "missing", 422: "unclear", 429: "busy", 503: "busy"}
_YEAR = 365 * 24 * 3600


def add_pages(
    app: FastAPI,
    *,
    schemes: Mapping[str, Mapping[str, str]] | None = None,
    visits: Callable[[], Mapping[str, datetime]] | None = None,
) -> None:
    """Add the web pages to an application of `feeds.api`.

    schemes: the names of label schemes by language, by the scheme's id; pages find them at
    `request.app.state.schemes`. visits: tells when each source is visited next, by name, where
    the process knows the catalogue.
    """
    app.state.schemes = schemes or {}
    app.state.overview = Overview()
    app.state.visits = visits
    app.state.page_of = page_of
    routers = (*ROUTERS, *WRITING) if app.state.token else ROUTERS
    for language in LANGUAGES:
        for router in routers:
            app.include_router(router, prefix=f"/{language}", include_in_schema=False)

    @app.get("/", include_in_schema=False)
    def front_door(request: Request) -> Response:
        language = preferred(request.headers.get("accept-language", ""))
        return RedirectResponse(f"/{language}", 302, {"Vary": "Accept-Language"})

    @app.get("/static/{name}", include_in_schema=False)
    def static(name: str) -> Response:
        if name not in STATIC:
            raise HTTPException(404)
        kept = {"Cache-Control": f"public, max-age={_YEAR}, immutable"}
        kind = _TYPES[name.rpartition(".")[2]]
        return Response(STATIC[name], media_type=kind, headers={**SECURITY, **kept})

    for error in (
        StarletteHTTPException,
        RequestValidationError,
        CursorExpired,
        CursorInvalid,
        DBAPIError,
    ):
        app.add_exception_handler(error, _as_page(app.exception_handlers[error]))
    app.add_exception_handler(Exception, _as_page(_failed))


def page_of(request: Request, page: str) -> str:
    """The address of a page, named without its language, in the one that the reader prefers."""
    return f"/{preferred(request.headers.get('accept-language', ''))}/{page}"


def preferred(accepted: str) -> str:
    """The language of ours that a browser likes best, by its Accept-Language.

    >>> preferred("de, pl;q=0.8, en;q=0.5"), preferred("fr"), preferred("pl;q=0")
    ('pl', 'en', 'en')
    """
    liked: dict[str, float] = {}
    for one in accepted.split(",")[:20]:
        tag, _, weight = one.partition(";q=")
        language = tag.strip().lower().partition("-")[0]
        try:
            liked.setdefault(language, float(weight or 1))
        except ValueError:
            continue
    best = max(LANGUAGES, key=lambda language: liked.get(language, 0))
    return best if liked.get(best, 0) > 0 else LANGUAGES[0]


def _as_page(handler: Callable[[Request, Any], Any]) -> Callable[[Request, Any], Response]:
    """The same error, as a page where a page was asked for."""

    def answer(request: Request, error: Exception) -> Response:
        told: Response = handler(request, error)
        if page_language(request.url.path) is None:
            return told
        kind = _ERRORS.get(told.status_code, "other")
        answer = render(request, "error.html", status=told.status_code, kind=kind)
        for name in ("Retry-After", "Allow"):
            if name in told.headers:
                answer.headers[name] = told.headers[name]
        return answer

    return answer


def _failed(_request: Request, _error: Exception) -> Response:
    return problem(500, "Something went wrong here; it is written in the server's log.")
