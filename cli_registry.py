"""The commands about the register: organizations, certificates, questions, and their changes."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

import typer

from cli_review import review
from terminal import DEFAULT_DATABASE, AsJson, By, Database, database, err, fail, out

organizations_app = typer.Typer(
    invoke_without_command=True, help="The organizations: list them, show, merge or split one."
)


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
    from feeds.register_tables import organizations_table
    from registry.queries import organizations as listed

    since = _span(inactive).isoformat() if inactive else None
    with settled(db) as engine:
        rows = listed(
            engine, text=search, country=country, kind=kind, inactive_since=since, limit=limit
        ).rows
    if as_json:
        _print_json([dict(row._mapping) for row in rows])
        return
    if not rows:
        out.print("There are no such organizations.")
        return
    out.print(organizations_table(rows))


@organizations_app.command("show")
def show(
    organization: Annotated[
        str, typer.Argument(help="Its id, a name, or an id elsewhere (wikidata:Q42, an address).")
    ],
    as_json: AsJson = False,
    db: Database = DEFAULT_DATABASE,
) -> None:
    """Show all that is known of an organization, and from where."""
    from feeds import register_tables as tables
    from jobs.register import usual_validity
    from registry.feed import register_changes
    from registry.queries import certificates as held_by
    from registry.views import profile

    with settled(db) as engine:
        found = profile(engine, _one(engine, organization))
        if found is None:
            fail(f"there is no organization {organization!r}; `clusterfeed organizations` lists", 2)
        present = found.organization.id
        held = held_by(
            engine, _today(), organization=present, validity=usual_validity(), everything=True
        ).rows
        changes, _ = register_changes(engine, organization=present, limit=1000)
    if as_json:
        answer = {
            **dict(found.organization._mapping),
            "former_ids": found.former_ids,
            "outside_ids": [asdict(entry) for entry in found.outside],
            "aliases": [dict(row._mapping) for row in found.aliases],
            "joined_because": [asdict(joint) for joint in found.joints],
            "relations": [asdict(tie) for tie in found.ties],
            "certificates": [asdict(one) for one in held],
            "signs_of_life": [asdict(sign) for sign in found.signs],
            "activity_by_month": found.months,
            "mentions": [asdict(sign) for sign in found.mentions],
            "changes": [asdict(change) for change in changes],
        }
        _print_json([answer])
        return
    shown = tables.profile_tables(found)
    shown += [chart] if (chart := tables.activity_chart(found.months, f"{_today()}")) else []
    if held:
        shown += [tables.chain_table(held), *tables.dispute_tables(held)]
        shown.append(tables.grounds_table(held))
    shown.append(tables.register_changes_table(changes[-10:]))
    for each in shown:
        out.print(each)


def _one(engine: Any, organization: str) -> str:
    """The id that an argument means; ends the command where that is not one."""
    from registry.lookup import find
    from registry.queries import organizations as listed

    if organization.startswith("o-"):
        return organization
    with engine.connect() as connection:
        named = {match.organization for match in find(connection, organization)}
    if len(named) != 1:
        rows = listed(engine, text=organization, limit=20).rows
        if len(rows) != 1:
            choice = "".join(f"\n  {row.id}  {row.name}" for row in rows)
            several = f"{organization!r} may be one of these; give an id:{choice}"
            fail(several if rows else f"there is no organization {organization!r}", 2)
        named = {rows[0].id}
    return named.pop()


@organizations_app.command("merge")
def merge(
    keep: Annotated[str, typer.Argument(help="The organization whose id stays.")],
    other: Annotated[str, typer.Argument(help="The organization that it is, too.")],
    by: By = "",
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
    by: By = "",
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
    as_of: Annotated[
        str | None, typer.Option(help="On this day: 2024-06-01, or today, which is the default.")
    ] = None,
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
    from feeds.register_tables import dispute_tables, held_table
    from jobs.register import usual_validity
    from registry.holders import newest_first
    from registry.queries import certificates as held_on

    day = _day(as_of)
    _check_scheme(scheme)
    within = _today() - _span(expiring) if expiring else None
    with settled(db) as engine:
        held = newest_first(
            held_on(
                engine,
                day,
                scheme=scheme,
                validity=usual_validity(),
                expiring=within,
                everything=everything,
            ).rows
        )
    if as_json:
        _print_json([asdict(one) for one in held])
        return
    when = f"today, {day}" if day == _today() else f"{day}"
    other = "" if as_of else "; another day: --as-of 2024-06-01"
    what = f"ending from {when} within {expiring}" if expiring else f"held on {when}"
    what = f"known, as they stand on {when}" if everything else what
    labels = "1 label" if len(held) == 1 else f"{len(held)} labels"
    err.print(f"{labels} {what}{other}", highlight=False)
    if not held:
        out.print(f"Nobody is known to hold one on {day} (--all shows those that are over).")
        return
    out.print(held_table(held))
    for dispute in dispute_tables(held):
        out.print(dispute)
    if any(one.incomplete for one in held):
        err.print("* from a list that its page shows incomplete", highlight=False)


def _day(text: str | None) -> date:
    if text is None or text.strip().casefold() in ("today", ""):
        return _today()
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        fail(f"{text!r} is no day such as 2024-06-01 (year, month, day), nor today", 2)


def _check_scheme(scheme: str | None) -> None:
    from rapidfuzz.process import extractOne

    from catalogue import load_schemes

    known = sorted(one.id for one in load_schemes())
    if scheme is not None and scheme not in known:
        near = extractOne(scheme, known, score_cutoff=60)
        hint = f"did you mean {near[0]}? " if near else ""
        fail(f"there is no scheme {scheme!r}; {hint}The schemes: {', '.join(known)}", 2)


def show_changes(
    engine: Any, after: str | None, limit: int, since: datetime | None, as_json: bool
) -> str:
    """Print the register's changes; returns the cursor to go on with."""
    from feeds.register_tables import register_changes_table
    from registry.feed import register_changes

    records, cursor = register_changes(engine, after, limit, since=since)
    if as_json:
        _print_json([asdict(record) for record in records])
    else:
        out.print(register_changes_table(records))
    return cursor
