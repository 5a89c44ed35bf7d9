"""What a hostile page says, through the store, into everything that leaves this program.

Neutral is defined for each form; see NEUTRAL.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urldefrag, urljoin

import icalendar
import pyarrow.parquet
import pytest
from fastapi import FastAPI
from lxml import etree, html
from served import Answer, Service, serving
from shell import Shell
from websites import Reply, Website, page

from feeds.api import create_app
from feeds.pages.site import add_pages
from models import open_database

PAYLOADS = {
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "broken out": "]]></title></script>--><svg/onload=alert(1)>",
    "formula": '=HYPERLINK("https://evil.example","x")',
    "plus": "+1+cmd|' /C calc'!A0",
    "at": "@SUM(1+1)*cmd",
    "crlf": "Fair\r\nATTENDEE:mailto:x@evil.example\r\nX-Evil: 1",
    "override": "Fair \u202egnp.exe\u2066\u200f",
    "controls": "Fair \x00\x07\x1b[31mred\x1b]8;;https://evil.example\x07link\x9b2J",
    "surrogate": "Fair \ud800\udfff \udc00 half",
    "twice": "Fair &amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;",
    "markup of terminals": "[red]Fair[/red] [link=https://evil.example]x[/link] [/nope] {x} %s",
    "giant": "Fair " + "A" * 300_000,
}
BAD_ADDRESSES = ("javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "file:///etc/x")
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u206f\ufeff"
    "\ud800-\udfff]"
)
SINCE = "2026-01-01"
LONGEST = 600_000
"""Characters of one value: a body is cut at half a million."""


def linked_data(payload: str, number: int) -> str:
    """JSON-LD that says it in each field, as an article, an event and an organization."""
    bad = BAD_ADDRESSES[number % len(BAD_ADDRESSES)]
    text = f"{payload} {number}"
    told = [
        {
            "@type": "NewsArticle",
            "headline": text,
            "description": text,
            "articleBody": text,
            "author": {"@type": "Person", "name": text},
            "image": bad,
            "datePublished": "2026-03-02",
        },
        {
            "@type": "Event",
            "name": text,
            "startDate": "2026-06-10",
            "location": {"@type": "Place", "name": text, "address": text},
            "organizer": {"@type": "Organization", "name": text, "url": bad},
            "url": bad,
        },
        {"@type": "Organization", "name": text, "alternateName": text, "url": bad, "sameAs": [bad]},
    ]
    return json.dumps({"@context": "https://schema.org", "@graph": told}).replace("<", "\\u003c")


def hostile_page(payload: str, number: int) -> Reply:
    """A page that says it in its markup, too, as far as markup can."""
    seen = payload.encode("utf-8", "replace").decode().replace("\x00", "")
    bad = BAD_ADDRESSES[number % len(BAD_ADDRESSES)]
    safe = seen.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return Reply(
        f"<!doctype html><html lang=en><head><title>{safe}</title>"
        f'<meta property="og:image" content="{bad}">'
        f'<script type="application/ld+json">{linked_data(payload, number)}</script></head>'
        f'<body><article><h1>{safe}</h1><p>Posted on <time datetime="2026-03-02">2 March 2026'
        f"</time></p><p>{safe} The cluster met the mayor in the hall of the park.</p>"
        f'<p><a href="{bad}">{safe}</a></p></article></body></html>',
        headers={"Content-Type": "text/html; charset=utf-8"},
    )


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every output there is: name -> (form, what came out)."""
    shell = Shell(tmp_path_factory.mktemp("outputs"))
    pages = {f"/p{n}": hostile_page(text, n) for n, text in enumerate(PAYLOADS.values())}
    with Website({"/": page("Home", "Words.", tuple(pages)), **pages}) as site:
        crawl = shell.crawl(site)
        assert crawl.returncode in (0, 4), crawl.stdout + crawl.stderr
    outputs: dict[str, Any] = {"crawl": ("terminal", crawl.stdout + crawl.stderr)}
    commands = {
        "show": ("show", "--limit", "50"),
        "status": ("status",),
        "changes": ("changes",),
        "certificates": ("certificates",),
        "organizations": ("organizations",),
        "review": ("review",),
    }
    for name, command in commands.items():
        said = shell.run(*command)
        assert "Traceback" not in said.stderr, said.stderr
        outputs[name] = ("terminal", said.stdout + said.stderr)
    for number, reply in enumerate(pages.values()):
        file = shell.folder / f"{number}.html"
        file.write_bytes(reply.body.encode())
    for number in (0, 7, 8, 10):
        said = shell.run("extract", f"{number}.html")
        assert said.returncode == 0, said.stderr
        outputs[f"extract {number}"] = ("terminal", said.stdout + said.stderr)
    shell.run("export", "items.jsonl")
    outputs["export"] = ("jsonl", (shell.folder / "items.jsonl").read_bytes())
    said = shell.run("publish", "out", "--base-url", "https://data.example/")
    assert said.returncode == 0, said.stderr
    outputs["publish"] = ("terminal", said.stdout + said.stderr)
    for file in sorted((shell.folder / "out").rglob("*")):
        if file.is_file() and not file.is_symlink() and file.suffix:
            form = FORMS.get(file.suffix, "text")
            if file.name.endswith(".spreadsheet.csv"):
                form = "spreadsheet"
            outputs[f"publish {file.relative_to(shell.folder / 'out')}"] = (form, file.read_bytes())
    with Website({"/hook": Reply(b"thanks")}) as hook:
        allow = {"CLUSTERFEED_ALLOW_HOST": hook.host}
        said = shell.run("webhooks", "add", f"{hook.url}hook", "--from-start", **allow)
        assert said.returncode == 0, said.stderr
        said = shell.run("webhooks", "deliver", **allow)
        assert said.returncode == 0, said.stdout + said.stderr
        assert len(hook.posted) > len(PAYLOADS)
        outputs["webhooks"] = ("jsonl", b"\n".join(hook.posted))
    engine = open_database(str(shell.database))
    app = create_app(str(shell.database))
    add_pages(app)
    with serving(app, engine) as service:
        answers = [(path, service.get(path)) for path in paths(app, service)]
        for path, answer in [*answers, *browsed(service, "/en")]:
            assert answer.status < 500, path
            kind = answer.headers.get_content_type()
            form = next((form for part, form in KINDS if part in kind), "text")
            outputs[f"GET {path}"] = (form, answer.body)
    engine.dispose()
    return outputs


FORMS = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".jsonld": "json",
    ".xml": "xml",
    ".atom": "xml",
    ".rss": "xml",
    ".ics": "ics",
    ".html": "html",
    ".parquet": "parquet",
    ".sqlite": "sqlite",
    ".db": "sqlite",
}
KINDS = (
    ("json", "json"),
    ("xml", "xml"),
    ("calendar", "ics"),
    ("html", "html"),
    ("text", "text"),
)


def paths(app: FastAPI, service: Service) -> Iterator[str]:
    """All that the interface answers: lists, then each item of them, and every stream."""
    described = app.openapi()["paths"]
    ids: list[str] = []
    for path in described:
        if "{" not in path:
            yield path
            answer = service.get(path)
            if answer.headers.get_content_type() == "application/json":
                ids += [one["id"] for one in answer.json.get("items", []) if "id" in one]
    for path in described:
        if path.endswith("/{id}"):
            yield from (path.replace("{id}", str(one)) for one in ids)
    yield from (f"/feeds/news.{form}" for form in ("atom", "rss", "json"))
    yield f"/feeds/events.ics?since={SINCE}"


def browsed(service: Service, start: str, most: int = 150) -> Iterator[tuple[str, Answer]]:
    """The web pages, as their links lead on."""
    waiting, seen = [start], {start, "/docs", "/redoc"}  # FastAPI's own: nothing of a page
    while waiting and len(seen) <= most:
        path = waiting.pop(0)
        answer = service.get(path)
        yield path, answer
        if answer.headers.get_content_type() == "text/html":
            for link in html.fromstring(answer.body).xpath("//a/@href"):
                address = urldefrag(urljoin(path, link)).url
                if address.startswith("/") and address not in seen:
                    seen.add(address)
                    waiting.append(address)


def strings(value: Any) -> Iterator[tuple[str, str]]:
    """Every text in a structure, with the name of its field."""
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        name, one = waiting.pop()
        if isinstance(one, str):
            yield name, one
        elif isinstance(one, dict):
            waiting += one.items()
        elif isinstance(one, list | tuple):
            waiting += [(name, each) for each in one]


ADDRESSES = ("url", "image", "website", "links", "link", "same_as", "sameAs", "href", "@id", "uri")


def plain(text: str) -> None:
    """Nothing unseen, nothing that turns what follows, nothing without an end."""
    found = UNSEEN.search(text.removeprefix("\ufeff"))
    assert not found, (found, text[max(0, found.start() - 80) : found.end() + 20])


def facts(value: Any) -> None:
    """Clean text of bounded length; what is called an address is one of the web."""
    for name, text in strings(value):
        plain(text)
        assert len(text) < LONGEST, (name, len(text))
        if name in ADDRESSES:
            assert not text.lower().startswith(("javascript:", "data:", "file:")), (name, text)


def as_json(body: bytes) -> None:
    facts(json.loads(body))


def as_json_lines(body: bytes) -> None:
    for line in body.decode().split("\n"):
        if line:
            facts(json.loads(line))


def as_xml(body: bytes) -> None:
    """Well-formed; no element or attribute of markup, no address but the web's."""
    tree = etree.fromstring(body, etree.XMLParser(resolve_entities=False, huge_tree=True))
    for element in tree.iter(etree.Element):
        name = etree.QName(element).localname
        assert name not in ("script", "img", "svg"), name
        for key, value in element.attrib.items():
            plain(value)
            assert not key.startswith("on")
            if key in ("href", "src", "url"):
                assert value.startswith(("http://", "https://", "/")), value
        plain(element.text or "")
        if element.get("type") in ("html", "xhtml") or name in ("description", "encoded"):
            as_markup(element.text or "")


def as_markup(text: str) -> None:
    """What readers of feeds take for HTML runs nothing."""
    if "<" in text:
        as_html(f"<div>{text}</div>".encode())


def as_html(body: bytes) -> None:
    """No script but our own files, no handler, no address but the web's."""
    plain(body.decode())
    for element in html.fromstring(body).iter(etree.Element):
        if element.tag == "script":
            known = element.get("type") == "application/ld+json"
            assert known or (element.get("src") or "").startswith("/static/"), element.get("src")
            if known:
                as_json((element.text or "").encode())
        for key, value in element.attrib.items():
            assert not key.lower().startswith("on"), (element.tag, key)
            if key in ("href", "src", "action"):
                assert not re.match(r"\s*(?:javascript|data|file|vbscript):", value, re.I), value


def as_calendar(body: bytes) -> None:
    """Each line is a property of ours; nothing said on a page begins one."""
    calendar = icalendar.Calendar.from_ical(body)
    assert calendar.events
    for event in calendar.events:
        assert not {"ATTENDEE", "X-EVIL"} & set(event)
        assert str(event.get("URL", "https://")).startswith(("http://", "https://"))
    for line in body.decode().split("\r\n"):
        plain(line)
        assert len(line.encode()) <= 75


def as_csv(body: bytes) -> None:
    """As many cells in each row; what they hold is clean."""
    csv.field_size_limit(2 * LONGEST)
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert len({len(row) for row in rows}) == 1
    facts(rows)


def as_spreadsheet(body: bytes) -> None:
    """Moreover no cell is a formula."""
    as_csv(body)
    for row in csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")):
        for cell in row:
            assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r")), cell[:40]
            assert len(cell) <= 32_767


def as_text(body: bytes | str) -> None:
    """UTF-8, and nothing that a terminal takes for a command."""
    plain(body.decode() if isinstance(body, bytes) else body)


def as_terminal(text: str) -> None:
    """Moreover no page may write its own markup: the brackets are shown."""
    as_text(text)
    assert "Traceback" not in text


def as_parquet(body: bytes) -> None:
    facts(pyarrow.parquet.read_table(io.BytesIO(body)).to_pylist())


def as_sqlite(body: bytes) -> None:
    with sqlite3.connect(":memory:") as connection:
        connection.deserialize(body)
        query = "SELECT name FROM sqlite_master WHERE type = 'table'"
        for (table,) in connection.execute(query).fetchall():
            cursor = connection.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            facts([dict(zip(names, row, strict=True)) for row in cursor])


NEUTRAL: dict[str, Callable[[Any], None]] = {
    "json": as_json,
    "jsonl": as_json_lines,
    "xml": as_xml,
    "html": as_html,
    "ics": as_calendar,
    "csv": as_csv,
    "spreadsheet": as_spreadsheet,
    "text": as_text,
    "terminal": as_terminal,
    "parquet": as_parquet,
    "sqlite": as_sqlite,
}


def test_every_output_is_neutral(told: dict[str, Any], subtests: pytest.Subtests) -> None:
    for name, (form, body) in told.items():
        with subtests.test(name):
            NEUTRAL[form](body)


def test_what_was_harmless_is_still_told(told: dict[str, Any]) -> None:
    """Neutral, not empty: the words of the payloads reach readers."""
    lists = {name: told[f"GET /api/{name}"][1].decode() for name in ("articles", "events")}
    for text in lists.values():
        for words in ("<script>alert(1)</script>", "=HYPERLINK", "@SUM(1+1)", "[red]Fair[/red]"):
            assert words in text, words
    linked = [body for name, (_, body) in told.items() if name.startswith("GET /id/")]
    assert sum(b"schema.org" in body for body in linked) > len(PAYLOADS)
    pages = [body.decode() for name, (_, body) in told.items() if name.startswith("GET /en/")]
    assert sum("&lt;script&gt;alert(1)" in body for body in pages) > 2
    forms = {form for form, _ in told.values()}
    assert forms == set(NEUTRAL), set(NEUTRAL) - forms
