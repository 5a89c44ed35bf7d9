"""Who may write: a person who has shown the token, remembered by a cookie that is not the token.

The cookie holds when it ends, and a keyed hash of that which only who knows the token can make.
A form is taken only from our own pages, so that no other site can use a reader's cookie.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from urllib.parse import parse_qs, urlsplit

from fastapi import HTTPException, Request, Response

COOKIE = "clusterfeed_session"
LASTS = 12 * 3600
"""Seconds after which one signs in again."""

_LARGEST_FORM = 8_192
_MOST_FIELDS = 20


def is_signed_in(request: Request) -> bool:
    """Whether the reader has shown the token. Never, where there is none."""
    token: str | None = request.app.state.token
    ends, _, proof = request.cookies.get(COOKIE, "").partition(".")
    if not token or not (ends.isascii() and ends.isdigit() and len(ends) < 15):
        return False
    genuine = hmac.compare_digest(_proof(token, ends).encode(), proof.encode())
    return genuine and time.time() < int(ends) <= time.time() + LASTS


def private_page(request: Request) -> bool:
    """Whether a page may look different to who is signed in, so that nobody may keep it."""
    return bool(request.app.state.token)


def sign_in(request: Request, answer: Response, given: str) -> bool:
    """Whether this is the token; if so the answer carries the cookie."""
    token: str | None = request.app.state.token
    if not token or not hmac.compare_digest(_digest(given), _digest(token)):
        return False
    ends = str(int(time.time()) + LASTS)
    answer.set_cookie(
        COOKIE,
        f"{ends}.{_proof(token, ends)}",
        max_age=LASTS,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return True


def sign_out(answer: Response) -> None:
    """The answer takes the cookie away."""
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")


def require_own_form(request: Request) -> None:
    """Refuse a form that was sent from another site's page. Raises HTTPException 403."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        own = site == "same-origin"
    else:
        # Older browsers send the page's origin alone; behind a proxy only its host is known.
        origin = urlsplit(request.headers.get("origin", ""))
        own = bool(origin.netloc) and origin.netloc == request.headers.get("host")
    if not own:
        raise HTTPException(403, "This form was sent from another site; use the one on this page.")


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a small form that was sent from one of our pages. Raises HTTPException."""
    require_own_form(request)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_FORM:
            raise HTTPException(413, "This form is too large.")
    try:
        fields = parse_qs(body.decode("ascii"), max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:
        raise HTTPException(422, "This is no form.") from None
    return {name: values[-1] for name, values in fields.items()}


def _proof(token: str, ends: str) -> str:
    return hmac.new(token.encode(), f"session until {ends}".encode(), hashlib.sha256).hexdigest()


def _digest(text: str) -> bytes:
    """Of equal length for every text, so that comparing tells nothing of the token's."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
