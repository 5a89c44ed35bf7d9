"""The commands about the register: organizations, certificates, questions, and their changes."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from terminal import DEFAULT_DATABASE, Database, database, err, fail, out

if TYPE_CHECKING:
    from registry.holders import Held
    from registry.review import Asked, Side

organizations_app = typer.Typer(
    invoke_without_command=True, help="The organizations: list them, show, merge or split one."
)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON lines.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    app.add_typer(organizations_app, name="organizations")
    app.command()(certificates)
    app.command()(review)


def span(text: str, today: date) -> date:
    """The day a span such as 12m, 90d, 2w or 1y before today; ValueError for anything else.

    >>> span("12m", date(2024, 5, 31))
    datetime.date(2023, 5, 31)
    """
    found = re.fullmatch(r"(\d{1,4})([dwmy])", text)
    if not found:
        raise ValueError(text)
    number, unit = int(found[1]), found[2]
    if unit in "dw":
        return today - timedelta(days=number * (7 if unit == "w" else 1))
    months = today.year * 12 + today.month - 1 - number * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    for day in (today.day, 30, 29, 28):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    raise ValueError(text)


@contextmanager
def settled(db: str) -> Iterator[Any]:
    """An open database whose register is up to date, also after `scrapy crawl`."""
    from jobs.register import settle

    with database(db) as engine:
        settle(engine)
        yield engine


def _today() -> date:
    return datetime.now(UTC).date()


def _span(text: str) -> date:
    try:
        return span(text, _today())
    except (ValueError, OverflowError):
        fail(f"{text!r} is no span such as 12m, 90d, 2w or 1y", 2)


def _print_json(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")


@organizations_app.callback()
def organizations(
    context: typer.Context,
    search: Annotated[str | None, typer.Option(help="A name, or a part of one.")] = None,
    country: Annotated[str | None, typer.Option(help="Of one country (PL).")] = None,
    kind: Annotated[str | None, typer.Option(help="Of one kind (cluster, park, ...).")] = None,
    inactive: Annotated[
        str | None, typer.Option(help="Without a sign of life for so long (12m, 90d).")
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", "-n", min=1)] = None,
    as_json: AsJson = False,
    db: Database = DEFAULT_DATABASE,
) -> None:
    """List the organizations with their last dated sign of life."""
    if context.invoked_subcommand is not None:
        return
    from feeds.tables import table
    from registry.views import organizations as listed

    since = _span(inactive).isoformat() if inactive else None
    with settled(db) as engine:
        rows = listed(
            engine, words=search, country=country, kind=kind, inactive_since=since, limit=limit
        )
    if as_json:
        _print_json([dict(row._mapping) for row in rows])
        return
    if not rows:
        out.print("There are no such organizations.")
        return
    cells = (
        [row.id, row.name, row.kind, row.country, row.last_activity, row.last_activity_url]
        for row in rows
    )
    out.print(table(["id", "name", "kind", "country", "last sign of life", "address"], cells))


@organizations_app.command("show")
def show(
    organization: Annotated[str, typer.Argument(help="An id, or a name.")],
    as_json: AsJson = False,
    db: Database = DEFAULT_DATABASE,
) -> None:
    """Show all that is known of an organization, and from where."""
    from registry.feed import register_changes
    from registry.holders import certificates as held_by
    from registry.lookup import find
    from registry.views import profile

    with settled(db) as engine:
        wanted = organization
        if not organization.startswith("o-"):
            with engine.connect() as connection:
                matches = find(connection, organization)
            if len(matches) != 1:
                named = ", ".join(match.organization for match in matches) or "none"
                fail(f"{organization!r} is the name of {named}; give an id", 2)
            wanted = matches[0].organization
        found = profile(engine, wanted)
        if found is None:
            fail(f"there is no organization {organization!r}", 2)
        present = found.organization.id
        held = held_by(
            engine, _today(), organization=present, validity=_validity(), everything=True
        )
        changes, _ = register_changes(engine, organization=present, limit=1000)
    if as_json:
        answer = {
            **dict(found.organization._mapping),
            "former_ids": found.former_ids,
            "aliases": [dict(row._mapping) for row in found.aliases],
            "relations": [dict(row._mapping) for row in found.ties],
            "certificates": [asdict(one) for one in held],
            "signs_of_life": [asdict(sign) for sign in found.signs],
            "activity_by_month": found.months,
            "changes": [asdict(change) for change in changes],
        }
        _print_json([answer])
        return
    _show_profile(found)
    if held:
        out.print(_held_table(held))
        out.print(_grounds_table(held))
    _show_changes(changes[-10:])


def _show_profile(found: Any) -> None:
    from feeds.tables import table

    row = found.organization
    facts = [
        ["names", "; ".join(f"{code}: {name}" for code, name in row.names.items())],
        ["kind", row.kind],
        ["country", row.country],
        ["website", row.website],
        ["first seen", row.first_seen],
        ["last sign of life", " ".join(filter(None, (row.last_activity, row.last_activity_url)))],
        ["merged with", ", ".join(found.former_ids)],
    ]
    out.print(table([row.id, row.name], [fact for fact in facts if fact[1]]))
    aliases = (
        [a.name, a.kind, a.language, a.scope, a.mentions, a.first_day] for a in found.aliases
    )
    out.print(table(["also", "kind", "language", "only in", "mentions", "since"], aliases))
    if found.ties:
        ties = (
            [
                f"{tie.relation} of" if tie.other == tie.subject else tie.relation,
                tie.other_name,
                tie.state,
                tie.valid_from,
                tie.valid_until,
                tie.rule,
            ]
            for tie in found.ties
        )
        out.print(table(["relation", "with", "state", "from", "until", "because"], ties))
    if found.signs:
        signs = ([sign.day, sign.kind, sign.title, sign.url] for sign in found.signs)
        out.print(table(["day", "", "sign of life", "address"], signs))
        months = ", ".join(f"{month}: {count}" for month, count in list(found.months.items())[:12])
        out.print(f"by month: {months}", highlight=False, markup=False)


@organizations_app.command("merge")
def merge(
    keep: Annotated[str, typer.Argument(help="The organization whose id stays.")],
    other: Annotated[str, typer.Argument(help="The organization that it is, too.")],
    by: Annotated[str, typer.Option(help="Who says so.", envvar="USER")] = "",
    db: Database = DEFAULT_DATABASE,
) -> None:
    """Make two organizations one. It holds against later crawls; `split` undoes it."""
    from registry.review import ReviewError
    from registry.review import merge as join

    with settled(db) as engine:
        try:
            made = join(engine, keep, other, by=by)
        except ReviewError as error:
            fail(str(error), 2)
    out.print(f"{other} is {made} now", highlight=False, markup=False)


@organizations_app.command("split")
def split(
    organization: Annotated[str, typer.Argument(help="The organization.")],
    names: Annotated[list[str], typer.Argument(help="Those of its names that mean another one.")],
    by: Annotated[str, typer.Option(help="Who says so.", envvar="USER")] = "",
    db: Database = DEFAULT_DATABASE,
) -> None:
    """Take names away from an organization, because they mean another one."""
    from registry.review import ReviewError
    from registry.review import split as part

    with settled(db) as engine:
        try:
            made = part(engine, organization, names, by=by)
        except ReviewError as error:
            fail(str(error), 2)
    out.print(f"these names belong to {made} now", highlight=False, markup=False)


def certificates(
    as_of: Annotated[str | None, typer.Option(help="On this day (2024-06-01), not today.")] = None,
    scheme: Annotated[str | None, typer.Option(help="Of one scheme, by its id.")] = None,
    expiring: Annotated[
        str | None, typer.Option(help="Only those that end within so long (90d, 6m).")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what is over, superseded or unconfirmed.")
    ] = False,
    as_json: AsJson = False,
    db: Database = DEFAULT_DATABASE,
) -> None:
    """List who holds which label, and where sources disagree."""
    from catalogue import load_schemes
    from registry.holders import certificates as held_on

    try:
        day = date.fromisoformat(as_of) if as_of else _today()
    except ValueError:
        fail(f"{as_of!r} is no day such as 2024-06-01", 2)
    known = {one.id for one in load_schemes()}
    if scheme is not None and scheme not in known:
        fail(f"there is no scheme {scheme!r}; they are {', '.join(sorted(known))}", 2)
    within = _today() - _span(expiring) if expiring else None
    with settled(db) as engine:
        held = held_on(
            engine,
            day,
            scheme=scheme,
            validity=_validity(),
            expiring=within,
            everything=everything,
        )
    if as_json:
        _print_json([asdict(one) for one in held])
        return
    if not held:
        out.print(f"Nobody is known to hold one on {day} (--all shows those that are over).")
        return
    out.print(_held_table(held))
    for one in held:
        for field, values in one.disputes.items():
            told = "; ".join(f"{value} ({len(claims)})" for value, claims in values.items())
            err.print(
                f"{one.name}, {one.scheme}, {field}: sources say {told}; "
                f"shown by the rule: {one.rules.get(field)}",
                highlight=False,
                markup=False,
                soft_wrap=True,
            )
    if any(one.incomplete for one in held):
        err.print("* from a list that its page shows incomplete", highlight=False)


def _validity() -> dict[str, int]:
    """Months that a label of each scheme usually lasts, as far as its file says."""
    from catalogue import load_schemes
    from registry.holders import months_of

    found = {scheme.id: months_of(scheme.validity) for scheme in load_schemes()}
    return {scheme: months for scheme, months in found.items() if months}


def _held_table(held: list[Held]) -> Any:
    from feeds.tables import table

    return table(
        ["scheme", "round", "level", "holder", "coordinator", "from", "until", "state"],
        (
            [
                one.scheme + ("*" if one.incomplete else ""),
                one.round,
                one.level,
                one.name,
                one.coordinator_name,
                one.valid_from or (one.expected_from and f"about {one.expected_from}?"),
                one.valid_until or (one.expected_until and f"expected {one.expected_until}?"),
                one.state,
            ]
            for one in held
        ),
    )


def _grounds_table(held: list[Held]) -> Any:
    """The claims that labels rest on, side by side, each with its day and words."""
    from feeds.tables import table

    return table(
        ["label", "day", "from", "until", "words", "address"],
        (
            [
                " ".join(filter(None, (one.scheme, one.round, one.level))),
                ground.day,
                ground.valid_from,
                ground.valid_until,
                ground.words if ground.stated else f"(no longer stated) {ground.words}",
                ground.url,
            ]
            for one in held
            for ground in one.evidence
        ),
    )


def review(
    listed: Annotated[bool, typer.Option("--list", help="Only show the questions.")] = False,
    answer: Annotated[
        tuple[int, str] | None,
        typer.Option(help="Answer one: its number, and same, different or later."),
    ] = None,
    later: Annotated[bool, typer.Option(help="Also those that were put off.")] = False,
    by: Annotated[str, typer.Option(help="Who answers.", envvar="USER")] = "",
    as_json: AsJson = False,
    db: Database = DEFAULT_DATABASE,
) -> None:
    """Say whether two records are one organization. Answers hold against later crawls."""
    from registry.review import questions

    with settled(db) as engine:
        if answer is not None:
            number, verdict = answer
            _answer(engine, number, verdict, by)
            return
        asked = questions(engine, later=later)
        if as_json:
            _print_json([asdict(one) for one in asked])
            return
        if not asked:
            out.print("There are no open questions.")
            return
        for place, one in enumerate(asked, 1):
            out.print(_question(one, place, len(asked)))
            if listed or not sys.stdin.isatty():
                continue
            verdict = typer.prompt("same, different, later or quit?", default="later")
            if verdict.startswith("q"):
                return
            full = {"s": "same", "d": "different"}.get(verdict[:1], "later")
            _answer(engine, one.number, full, by)


def _answer(engine: Any, number: int, verdict: str, by: str) -> None:
    from registry.review import ReviewError
    from registry.review import answer as take

    if verdict not in ("same", "different", "later"):
        fail(f"{verdict!r} is no answer; say same, different or later", 2)
    try:
        take(engine, number, verdict, by=by)  # type: ignore[arg-type]
    except ReviewError as error:
        fail(str(error), 2)
    out.print(f"question {number}: {verdict}", highlight=False)


def _question(one: Asked, place: int, count: int) -> Any:
    from feeds.tables import table

    def cells(side: Side) -> list[str]:
        words = "\n".join(f"{text}\n  {url}" for text, url in side.evidence)
        return [
            side.organization,
            side.name,
            side.kind or "",
            side.website or "",
            "; ".join(side.aliases),
            words,
        ]

    rows = zip(
        ("id", "name", "kind", "website", "names", "words"),
        cells(one.left),
        cells(one.right),
        strict=True,
    )
    title = f"{one.number} ({place} of {count}): {', '.join(one.reasons)}, {one.score:.2f}"
    return table([title, "one", "the other"], rows)


def show_changes(
    engine: Any, after: str | None, limit: int, since: datetime | None, as_json: bool
) -> str:
    """Print the register's changes; returns the cursor to go on with."""
    from registry.feed import register_changes

    records, cursor = register_changes(engine, after, limit, since=since)
    if as_json:
        _print_json([asdict(record) for record in records])
    else:
        _show_changes(records)
    return cursor


def _show_changes(records: list[Any]) -> None:
    from feeds.tables import table

    rows = (
        [r.day, r.kind, r.name, _words(r.old), _words(r.new), r.url or r.source] for r in records
    )
    out.print(table(["day", "change", "organization", "before", "after", "source"], rows))


def _words(value: Any) -> str:
    """A changed value for people."""
    if isinstance(value, dict):
        return str(value.get("name") or ", ".join(str(part) for part in value.values()))
    if isinstance(value, list):
        return ", ".join(map(_words, value))
    return "" if value is None else str(value)
