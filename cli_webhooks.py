"""The commands about webhooks: who is told of changes, and how that fares."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, NoReturn
from urllib.parse import urlsplit

import typer

from terminal import (
    DEFAULT_DATABASE,
    AllowHosts,
    AsJson,
    Database,
    LogJson,
    database,
    err,
    fail,
    out,
)

if TYPE_CHECKING:
    from models.hooks import Backlog, Subscriber

webhooks_app = typer.Typer(
    no_args_is_help=True,
    help="Tell other programs of changes, by posting to their addresses (docs/webhooks.md).",
)

Number = Annotated[int, typer.Argument(metavar="ID", help="As `clusterfeed webhooks list` shows.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    app.add_typer(webhooks_app, name="webhooks")


@webhooks_app.command()
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="A https:// address.")],
    types: Annotated[
        list[str] | None,
        typer.Option(help="Only these: article, event, certification, organization, relation."),
    ] = None,
    country: Annotated[
        list[str] | None,
        typer.Option(help="Only what sources of this country tell (PL), and events in it."),
    ] = None,
    from_start: Annotated[
        bool, typer.Option("--from-start", help="Everything there ever was, not only what comes.")
    ] = False,
    allow_host: AllowHosts = None,
    db: Database = DEFAULT_DATABASE,
) -> None:
    """Tell an address of every change from now on.

    Prints the secret by which the receiver knows that it was us: it is shown this once. Several
    types or countries: name them by commas, or the option again. `clusterfeed serve`, `worker`
    and `run --due` send; after other crawls [b]clusterfeed webhooks deliver[/b] does.
    """
    from feeds.hooks.messages import new_secret
    from feeds.hooks.post import AddressRefused, checked_address, public_addresses
    from models.claims import KINDS
    from models.hooks import add_subscriber, subscribers

    kinds = _listed(types)
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        fail(f"there is no type {unknown[0]!r}; there are {', '.join(KINDS)}", 2)
    countries = [code.upper() for code in _listed(country)]
    if wrong := [code for code in countries if not re.fullmatch("[A-Z]{2}", code)]:
        fail(f"{wrong[0]!r} is no country; write two letters, such as PL", 2)
    hosts = _allowed(allow_host)
    try:
        parts = checked_address(url, hosts)
        public_addresses(parts, hosts)
    except AddressRefused as error:
        fail(str(error), 2)
    except OSError:
        err.print("its name is not found now; added all the same", highlight=False)
    secret = new_secret()
    with database(db) as engine:
        twice = [known.id for known in subscribers(engine) if known.url == url]
        number = add_subscriber(
            engine,
            url,
            secret,
            datetime.now(UTC),
            kinds=kinds,
            countries=countries,
            from_start=from_start,
        )
    if twice:
        err.print(f"webhook {twice[0]} tells this address as well", highlight=False)
    out.print(f"webhook {number}; its secret, which is not shown again:", highlight=False)
    sys.stdout.write(f"{secret}\n")
    out.print(f"try it: clusterfeed webhooks test {number}", highlight=False)


@webhooks_app.command(name="list")
def listed(
    as_json: AsJson = False,
    db: Database = DEFAULT_DATABASE,
) -> None:
    """Show who is told, how it fares, and what waits."""
    from feeds.tables import table
    from models.hooks import backlogs, subscribers

    with database(db) as engine:
        found = subscribers(engine)
        waiting = backlogs(engine)
    if as_json:
        for subscriber in found:
            facts = _facts(subscriber, waiting[subscriber.id])
            sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
        return
    if not found:
        out.print("Nobody is told. To tell someone: clusterfeed webhooks add URL", highlight=False)
        return
    now = datetime.now(UTC)
    rows = [_row(subscriber, waiting[subscriber.id], now) for subscriber in found]
    columns = ["id", "address", "of", "state", "pending", "held", "given up", "accepted"]
    out.print(table(columns, rows))


@webhooks_app.command()
def remove(number: Number, db: Database = DEFAULT_DATABASE) -> None:
    """Tell an address nothing any more, and forget it and its secret."""
    from models.hooks import remove_subscriber

    with database(db) as engine:
        if not remove_subscriber(engine, number):
            _unknown(number)
    out.print(f"webhook {number} is removed", highlight=False)


@webhooks_app.command()
def resume(number: Number, db: Database = DEFAULT_DATABASE) -> None:
    """Go on with one that was switched off, from where it stopped.

    Also tries at once what waits, and again what was given up.
    """
    from models.hooks import resume_subscriber

    with database(db) as engine:
        if not resume_subscriber(engine, number):
            _unknown(number)
    out.print(f"webhook {number} goes on", highlight=False)


@webhooks_app.command(name="test")
def ping(number: Number, allow_host: AllowHosts = None, db: Database = DEFAULT_DATABASE) -> None:
    """Send a ping, and show the answer. The exit code is 1 where it is not accepted."""
    from feeds.hooks.messages import ping_message
    from feeds.hooks.post import AddressRefused, NoAnswer, Poster
    from feeds.tables import shown
    from models.hooks import subscribers

    with database(db) as engine:
        found = {subscriber.id: subscriber for subscriber in subscribers(engine)}
    subscriber = found.get(number) or _unknown(number)
    now = datetime.now(UTC)
    message = ping_message(now)
    began = time.monotonic()
    try:
        with Poster(subscriber.url, _allowed(allow_host)) as poster:
            answer = poster.post(message.body.encode(), message.headers(subscriber.secret, now))
    except (AddressRefused, NoAnswer) as error:
        fail(f"not accepted: {error}")
    took = f"{(time.monotonic() - began) * 1000:.0f} ms"
    if body := answer.body[:300].decode("utf-8", "replace").strip():
        out.print(shown(body))
    if not answer.accepted:
        fail(f"not accepted: {answer.words}, after {took}")
    out.print(f"accepted: {answer.words}, after {took}", highlight=False)


@webhooks_app.command()
def deliver(
    allow_host: AllowHosts = None,
    log_json: LogJson = False,
    db: Database = DEFAULT_DATABASE,
) -> None:
    """Send what can be sent now, and end: after a crawl by hand, where no service runs."""
    from feeds.hooks.sender import deliver_due
    from jobs.keeper import Catalogue
    from jobs.log import log_to_stderr
    from jobs.webhook import terms

    log_to_stderr(as_json=log_json)
    with database(db) as engine:
        deliver_due(engine, terms(_allowed(allow_host), Catalogue().sources))


def _listed(values: list[str] | None) -> list[str]:
    """What was named, by commas or by saying the option again."""
    words = [word.strip() for value in values or [] for word in value.split(",")]
    return list(dict.fromkeys(word for word in words if word))


def _allowed(hosts: list[str] | None) -> tuple[str, ...]:
    named = os.environ.get("CLUSTERFEED_ALLOW_HOST", "").split(",")
    return tuple(filter(None, [*named, *(hosts or [])]))


def _unknown(number: int) -> NoReturn:
    fail(f"there is no webhook {number}; `clusterfeed webhooks list` shows them", 2)


def _address(subscriber: Subscriber) -> str:
    """Without its query, which may be a key."""
    parts = urlsplit(subscriber.url)
    return parts._replace(query="…" if parts.query else "", fragment="").geturl()


def _facts(subscriber: Subscriber, backlog: Backlog) -> Mapping[str, Any]:
    def told(moment: datetime | None) -> str | None:
        return moment.isoformat() if moment else None

    return {
        "id": subscriber.id,
        "address": _address(subscriber),
        "types": subscriber.kinds,
        "countries": subscriber.countries,
        "state": subscriber.state,
        "off_since": told(subscriber.off_since),
        "off_reason": subscriber.off_reason,
        "last_answer": subscriber.last_answer,
        "last_try": told(subscriber.last_try),
        "last_accepted": told(subscriber.last_accepted),
        "not_before": told(subscriber.not_before),
        **asdict(backlog),
    }


def _row(subscriber: Subscriber, backlog: Backlog, now: datetime) -> list[object]:
    from feeds.tables import ago, until

    state = subscriber.state
    if subscriber.off_since:
        state = f"off since {subscriber.off_since:%Y-%m-%d %H:%M} UTC: {subscriber.off_reason}"
    elif subscriber.last_answer not in (None, "accepted"):
        state = f"{state}: {subscriber.last_answer}"
        if subscriber.not_before and subscriber.not_before > now:
            state = f"{state}; again {until(subscriber.not_before, now)}"
    wants = [*(subscriber.kinds or ["everything"]), *subscriber.countries]
    accepted = ago(subscriber.last_accepted, now) if subscriber.last_accepted else "never"
    return [
        subscriber.id,
        _address(subscriber),
        ", ".join(wants),
        state,
        backlog.pending,
        backlog.held,
        backlog.given_up,
        accepted,
    ]
