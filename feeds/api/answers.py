"""How lists are answered: keyset cursors, a choice of fields, ETag and 304."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from fastapi import Request, Response
from pydantic_core import to_json
from starlette.types import ASGIApp, Receive, Scope, Send

from models.cursors import list_cursor, list_key

MAX_AGE = 60
"""For how many seconds an answer may be used again without asking."""


def cursor(*key: str | int) -> str:
    """A list's place as opaque text."""
    return list_cursor(key)


def place(after: str | None, *kinds: type) -> list[Any] | None:
    """The key that a cursor stands for; None without one. Raises CursorInvalid."""
    return list_key(after, *kinds) if after else None


def chosen(view: Mapping[str, Any], fields: Sequence[str]) -> Mapping[str, Any]:
    """Those of a view's fields that are wanted, and the id."""
    return {name: view[name] for name in view if name in fields or name == "id"}


def page(
    request: Request,
    views: Iterable[Mapping[str, Any]],
    after: str | None,
    fields: Sequence[str] = (),
) -> Response:
    """A list's page: {"items": […], "next": the address of the next page, or null}."""
    following = None
    if after is not None:
        following = str(request.url.include_query_params(after=after))
        # Behind a proxy only the path is known for sure.
        following = following.removeprefix(str(request.base_url).rstrip("/"))
    items = [chosen(view, fields) for view in views] if fields else list(views)
    answer = json_answer(request, {"items": items, "next": following})
    if following and answer.status_code == 200:
        answer.headers["Link"] = f'<{following}>; rel="next"'
    return answer


def json_answer(request: Request, content: Any) -> Response:
    """Content as JSON with its ETag; 304 where the reader has it."""
    return tagged(request, to_json(content), "application/json")


def tagged(request: Request, body: bytes, media_type: str, **headers: str) -> Response:
    """A body with its ETag (weak, as compression may change the bytes); 304 where known."""
    etag = f'W/"{sha256(body).hexdigest()[:32]}"'
    headers = {
        "ETag": etag,
        "Cache-Control": f"public, max-age={MAX_AGE}",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    asked = request.headers.get("if-none-match", "")
    known = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
    if "*" in known or etag.removeprefix("W/") in known:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)


class HeadAsGet:
    """Middleware: what can be read can be asked for its headers alone. The server itself, which
    still knows what was asked, leaves the body out."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request pass, HEAD as GET."""
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await self.app(scope, receive, send)
