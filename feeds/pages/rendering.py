"""Templates to answers: the page's language, its words, its headers."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from feeds.api.answers import tagged
from feeds.pages.links import outside_link
from feeds.pages.words import LANGUAGES, WORDS, Words

TEMPLATES = Path(__file__).parent / "templates"
STATIC = {
    path.name: path.read_bytes() for path in sorted((Path(__file__).parent / "static").iterdir())
}
"""The style sheet and pictures, by name; read once."""

MEDIA_TYPE = "text/html; charset=utf-8"

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""What every page is sent with: it loads our style sheet and pictures, and nothing runs."""

PLACES = ("organizations", "news", "events", "certificates", "changes", "sources", "review")
"""The navigation: paths below the language, and keys of its words."""

_TONGUE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def render(
    request: Request,
    template: str,
    /,
    *,
    status: int = 200,
    private: bool = False,
    **context: Any,
) -> Response:
    """A page in the language of its address.

    private: what it shows depends on who asks, so that nobody keeps it. Templates find the words
    as `t`, and in `page` its address without the language.
    """
    language = page_language(request.url.path) or LANGUAGES[0]
    path = request.url.path.removeprefix(f"/{language}")
    body = (
        _ENVIRONMENT.get_template(template)
        .render(
            **context,
            t=WORDS[language],
            can_sign_in=bool(request.app.state.token),
            language=language,
            languages=LANGUAGES,
            page=path,
            query=f"?{request.url.query}" if request.url.query else "",
            places=PLACES,
        )
        .encode()
    )
    if status == 200 and not private:
        answer = tagged(request, body, MEDIA_TYPE)
    else:
        answer = Response(body, status, media_type=MEDIA_TYPE)
        answer.headers["Cache-Control"] = "no-store"
    answer.headers.update(SECURITY)
    return answer


def page_words(request: Request) -> Words:
    """The words of a page's language."""
    return WORDS[page_language(request.url.path) or LANGUAGES[0]]


def page_language(path: str) -> str | None:
    """The language that an address is in; None for one of no page."""
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    return first if first in LANGUAGES else None


@pass_context
def _foreign(context: Context, text: str | None, language: str | None = None) -> Markup:
    """Text from the web: with its language where that is not the page's, and its own direction."""
    own = context["language"]
    known = language if language and language != "und" and _TONGUE.fullmatch(language) else None
    if known is None or known == own:
        return Markup('<bdi dir="auto">{}</bdi>').format(text or "")
    return Markup('<bdi lang="{}" dir="auto">{}</bdi>').format(known, text or "")


@pass_context
def _time(context: Context, value: str | None, *, weekday: bool = False) -> Markup:
    """A day or month for people and programs."""
    words: Words = context["t"]
    if not value:
        return Markup("")
    return Markup('<time datetime="{}">{}</time>').format(value, words.day(value, weekday=weekday))


@pass_context
def _here(context: Context, path: str) -> str:
    """The address of a page in this page's language."""
    return f"/{context['language']}{path}"


def _paragraphs(text: str) -> Markup:
    """Each line of a text as a paragraph."""
    lines = (line.strip() for line in text.splitlines())
    return Markup("\n").join(Markup("<p>{}</p>").format(line) for line in lines if line)


def _static(name: str) -> str:
    """The address of a static file, which changes with its content."""
    return f"/static/{name}?v={sha256(STATIC[name]).hexdigest()[:12]}"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(
        foreign=_foreign, time=_time, here=_here, paragraphs=_paragraphs, escape=escape
    )
    environment.globals.update(
        outside=outside_link, static={name: _static(name) for name in STATIC}
    )
    return environment


_ENVIRONMENT = _environment()
