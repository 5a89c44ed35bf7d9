"""Each item as linked data at an address of its own."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import AfterValidator

from feeds.api.answers import tagged
from feeds.api.parameters import printable
from feeds.api.problems import responses
from feeds.entries import find_entry
from feeds.linked import (
    MEDIA_TYPE,
    Node,
    address_of,
    gone,
    linked_certificate,
    linked_entry,
    linked_organization,
)
from feeds.register_views import certificate_view, profile_view
from feeds.views import TYPES, entry_view
from registry import queries
from registry.holders import Held
from registry.views import issuers_of, profile

router = APIRouter(tags=["linked data"])

_VARY = "Accept, Accept-Language"
_PAGES = {"article": "news", "event": "events"}


@router.get(
    "/id/{id:path}",
    response_class=Response,
    responses={
        200: {"content": {MEDIA_TYPE: {}}},
        301: {"description": "It is told under another id."},
        303: {"description": "The page about it, for readers of HTML."},
        410: {"description": "Nobody states it any more.", "content": {MEDIA_TYPE: {}}},
        **responses(404, 422),
    },
)
def linked(
    request: Request, id: Annotated[str, Path(max_length=500), AfterValidator(printable)]
) -> Response:
    """An article, event, organization or certificate (by its `id`) as schema.org JSON-LD."""
    organization, _, rest = id.partition("/")
    if organization.startswith("o-"):
        return _certificate(request, id) if rest else _organization(request, id)
    row = find_entry(request.app.state.engine, id)
    if row is None:
        raise HTTPException(404, f"There is no item {id!r}.")
    if row.id != id:
        return _moved(request, row.id)
    if row.gone_at is not None:
        return _gone(request, id, TYPES[row.kind])
    view = entry_view(row)
    base = str(request.base_url)
    return _answer(request, linked_entry(view, base), f"{_PAGES[row.kind]}/{id}")


def _organization(request: Request, organization: str) -> Response:
    engine = request.app.state.engine
    found = profile(engine, organization)
    if found is None:
        raise HTTPException(404, f"There is no item {organization!r}.")
    present = found.organization.id
    if present != organization:
        return _moved(request, present)
    if found.organization.withdrawn:
        return _gone(request, organization, "Organization")
    view = profile_view(found, _held(request, organization))
    node = linked_organization(view, str(request.base_url), _schemes(request))
    return _answer(request, node, f"organizations/{organization}")


def _certificate(request: Request, certificate: str) -> Response:
    organization = certificate.partition("/")[0]
    views = [(one, certificate_view(one)) for one in _held(request, organization)]
    held, view = next((pair for pair in views if pair[1]["id"] == certificate), (None, None))
    if held is None or view is None:
        raise HTTPException(404, f"There is no item {certificate!r}.")
    with request.app.state.engine.connect() as connection:
        issuers = issuers_of(connection, held.claims)
    names = _schemes(request).get(held.scheme, {})
    node = linked_certificate(view, str(request.base_url), names, issuers)
    return _answer(request, node, f"organizations/{organization}")


def _held(request: Request, organization: str) -> list[Held]:
    return queries.certificates(
        request.app.state.engine,
        datetime.now(UTC).date(),
        organization=organization,
        everything=True,
        validity=request.app.state.validity,
    ).rows


def _schemes(request: Request) -> dict[str, dict[str, str]]:
    """Names of schemes by language, where the pages brought them."""
    return getattr(request.app.state, "schemes", {})


def _answer(request: Request, node: Node, page: str) -> Response:
    """The node, or its page for readers who like that better. page: without the language."""
    page_of = getattr(request.app.state, "page_of", None)
    if page_of is not None and _likes_pages(request.headers.get("accept", "")):
        return RedirectResponse(page_of(request, page), 303, {"Vary": _VARY})
    return tagged(request, _body(node), MEDIA_TYPE, Vary=_VARY)


def _moved(request: Request, item_id: str) -> Response:
    path = address_of("/", item_id)
    return RedirectResponse(f"{request.scope.get('root_path', '')}{path}", 301)


def _gone(request: Request, item_id: str, kind: str) -> Response:
    return Response(_body(gone(item_id, kind, str(request.base_url))), 410, media_type=MEDIA_TYPE)


def _body(node: Any) -> bytes:
    return json.dumps(node, ensure_ascii=False, separators=(",", ":")).encode()


def _likes_pages(accepted: str) -> bool:
    """Whether a reader names HTML, and nothing that we have liked better.

    >>> _likes_pages("text/html,application/xhtml+xml,*/*;q=0.8"), _likes_pages("*/*")
    (True, False)
    """
    liked: dict[str, float] = {}
    for one in accepted.split(",")[:50]:
        kind, *parameters = (part.strip() for part in one.split(";"))
        weight = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        try:
            liked[kind.lower()] = float(weight)
        except ValueError:
            continue
    data = max(liked.get(kind, 0.0) for kind in (MEDIA_TYPE, "application/json"))
    return liked.get("text/html", 0.0) > data
