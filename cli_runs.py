"""The commands that crawl without being asked: by cron, as a service, as workers."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from terminal import (
    DEFAULT_DATABASE,
    EXIT_CODES,
    AllowHosts,
    AtOnce,
    Budget,
    Contact,
    Database,
    Everything,
    LogJson,
    Memory,
    Verbose,
    database,
    err,
    fail,
    out,
    worst_code,
)

if TYPE_CHECKING:
    import socket

    from sqlalchemy import Engine

    from jobs.agenda import Agenda
    from jobs.keeper import Catalogue, Keeper, Terms
    from models.runs import Run

AT_ONCE = min(2 * (os.cpu_count() or 1), 8)
MEMORY = 1024


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    for command in (run, serve, worker, enqueue, queue):
        app.command()(command)


def run(
    due: Annotated[bool, typer.Option("--due", help="What is due now.")] = False,
    visits: Budget = None,
    at_once: AtOnce = AT_ONCE,
    memory: Memory = MEMORY,
    contact: Contact = "",
    allow_host: AllowHosts = None,
    log_json: LogJson = False,
    verbose: Verbose = False,
    db: Database = DEFAULT_DATABASE,
) -> None:
    """Crawl what is due, each source in a process of its own, and end: for cron or a timer.

    A source that never was visited is due; then how often it posts decides, or [b]every[/b] in
    its file. Subscribers of webhooks are told what changed. The exit code is the worst verdict's;
    nothing due is 0.
    """
    if not due:
        fail("say `clusterfeed run --due`; to crawl sources by name: `clusterfeed crawl NAME`", 2)
    terms = _terms(db, contact, allow_host, memory, at_once, log_json, verbose)
    with database(db, create=True) as engine:
        catalogue = _catalogue(terms)
        from jobs.agenda import agenda

        plan = agenda(engine, catalogue.enabled(), visits)
        if not plan.due:
            _nothing_due(plan)
            _tell_subscribers(engine, catalogue, terms)
            return
        runs, stopped = asyncio.run(_run_due(engine, catalogue, terms, plan))
        if not stopped:
            _tell_subscribers(engine, catalogue, terms)
    from feeds.tables import runs_table

    if not log_json:
        out.print(runs_table(runs))
    raise typer.Exit(max(worst_code(runs), EXIT_CODES["partial"] if stopped else 0))


def _nothing_due(plan: Agenda) -> None:
    from feeds.tables import until

    if plan.overdue:
        words = f"{len(plan.overdue)} sources are due, but today's visits are used up"
    elif plan.next is None:
        words = "Nothing is due: every source is being crawled"
    else:
        moment = f"{plan.next.due:%Y-%m-%d %H:%M} UTC, {until(plan.next.due, plan.now)}"
        words = f"Nothing is due. Next: {plan.next.source} ({moment})"
    out.print(words, highlight=False, soft_wrap=True)


async def _run_due(
    engine: Engine, catalogue: Catalogue, terms: Terms, plan: Agenda
) -> tuple[list[Run], bool]:
    from jobs.keeper import Busy, Keeper, Stopped, stop_on_signals
    from jobs.register import settle

    keeper = Keeper(engine, catalogue, terms)
    stop_on_signals(keeper.stop)
    sources = catalogue.sources()
    runs: list[Run] = []

    async def visit(name: str) -> None:
        try:
            runs.append(await keeper.crawl(sources[name]))
        except Busy:
            err.print(f"{name}: another process has it", highlight=False)
        except Stopped:
            err.print(f"{name}: stopped; it stays due", highlight=False)

    await asyncio.gather(*(visit(planned.source) for planned in plan.due))
    settle(engine)
    return runs, keeper.stopping.is_set()


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free one.")] = 8700,
    crawl: Annotated[
        bool, typer.Option("--crawl/--no-crawl", help="Keep crawling what is due.")
    ] = True,
    visits: Budget = None,
    at_once: AtOnce = AT_ONCE,
    memory: Memory = MEMORY,
    contact: Contact = "",
    allow_host: AllowHosts = None,
    log_json: LogJson = False,
    verbose: Verbose = False,
    db: Database = DEFAULT_DATABASE,
) -> None:
    """Keep crawling what is due, and serve what is known over HTTP.

    Ends on Ctrl-C or SIGTERM: crawls under way are closed as partial and go on at the next
    start. /health says whether all is well, /metrics is for Prometheus, /docs shows what programs
    may ask. Whoever has the token in CLUSTERFEED_TOKEN (16 characters at least) may ask for crawls
    and answer questions of review over HTTP; without one nobody may.
    """
    token = _token()
    terms = _terms(db, contact, allow_host, memory, at_once, log_json, verbose)
    with database(db, create=True) as engine:
        catalogue = _catalogue(terms, live=crawl)
        sock = _listen(host, port)
        with _telling(engine, catalogue, terms):
            asyncio.run(_serve(engine, catalogue, terms, visits, sock, crawl, token))


async def _serve(
    engine: Engine,
    catalogue: Catalogue,
    terms: Terms,
    visits: float | None,
    sock: socket.socket,
    crawl: bool,
    token: str | None,
) -> None:
    from feeds.api import create_app
    from feeds.pages import add_pages
    from jobs.asking import asker
    from jobs.keeper import Keeper, stop_on_signals
    from jobs.log import LOGGER
    from jobs.register import scheme_names, usual_validity
    from jobs.server import HttpServer

    keeper = Keeper(engine, catalogue, terms)
    app = create_app(
        terms.database,
        due=lambda: _due(keeper, visits),
        validity=usual_validity(),
        token=token,
        ask_crawl=asker(engine, keeper, crawling=crawl),
    )
    add_pages(app, schemes=scheme_names(), visits=lambda: _visits(keeper, visits))
    server = HttpServer(app)

    def stop() -> None:
        server.stop()
        keeper.stop()

    async def until_it_ends(work: Any) -> None:
        try:
            await work
        finally:
            stop()

    stop_on_signals(stop)
    address = "http://{}:{}/".format(*sock.getsockname()[:2])
    LOGGER.info("serving %s%s", address, ", and crawling what is due" if crawl else "")
    work = [until_it_ends(server.serve(sockets=[sock]))]
    if crawl:
        work.append(until_it_ends(keeper.keep(visits)))
    await asyncio.gather(*work)


def worker(
    visits: Budget = None,
    at_once: AtOnce = AT_ONCE,
    memory: Memory = MEMORY,
    metrics_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Serve /metrics and /health here.")
    ] = None,
    metrics_host: Annotated[str, typer.Option(help="The address for that.")] = "127.0.0.1",
    heartbeat: Annotated[
        float,
        typer.Option(
            min=1, max=300, help="Seconds between signs of life; after three a worker is given up."
        ),
    ] = 10,
    contact: Contact = "",
    allow_host: AllowHosts = None,
    log_json: LogJson = False,
    verbose: Verbose = False,
    db: Database = DEFAULT_DATABASE,
) -> None:
    """Crawl from the queue that all workers share, on PostgreSQL.

    Any number of workers may run, on any number of machines; each reads the sources' files of its
    own machine (CLUSTERFEED_SOURCES). What is due joins the queue by itself, the rest by
    [b]clusterfeed enqueue[/b]. Ends on Ctrl-C or SIGTERM, and others go on with its crawls.
    """
    from jobs.worker import WorkerEnded

    terms = _terms(db, contact, allow_host, memory, at_once, log_json, verbose)
    with _queue_database(db) as engine:
        catalogue = _catalogue(terms)
        sock = None if metrics_port is None else _listen(metrics_host, metrics_port)
        try:
            with _telling(engine, catalogue, terms):
                asyncio.run(_work(engine, catalogue, terms, visits, heartbeat, sock))
        except WorkerEnded as error:
            fail(str(error))


async def _work(
    engine: Engine,
    catalogue: Catalogue,
    terms: Terms,
    visits: float | None,
    heartbeat: float,
    sock: socket.socket | None,
) -> None:
    from feeds.api import create_app
    from jobs.keeper import Keeper, stop_on_signals
    from jobs.log import LOGGER
    from jobs.server import HttpServer
    from jobs.worker import Worker
    from jobs.worker_queue import queue_app

    keeper = Keeper(engine, catalogue, terms)
    hand = Worker(engine, queue_app(terms.database), keeper, visits)
    if sock is None:
        stop_on_signals(hand.stop)
        LOGGER.info("working, %d crawls at once", terms.at_once)
        await hand.run(beat=heartbeat)
        return
    server = HttpServer(create_app(terms.database, due=lambda: _due(keeper, visits)))

    def stop() -> None:
        server.stop()
        hand.stop()

    stop_on_signals(stop)
    address = "http://{}:{}/metrics".format(*sock.getsockname()[:2])
    LOGGER.info("working, %d crawls at once; %s", terms.at_once, address)
    served = asyncio.create_task(server.serve(sockets=[sock]))
    try:
        await hand.run(beat=heartbeat)
    finally:
        server.stop()
        await served


def enqueue(
    names: Annotated[list[str] | None, typer.Argument(help="Sources, by name.")] = None,
    everything: Everything = False,
    db: Database = DEFAULT_DATABASE,
) -> None:
    """Ask the workers to crawl sources now, before what is only due.

    A source that waits in the queue already is not put there twice.
    """
    from catalogue import enabled_sources
    from cli_sources import catalogue, choose
    from jobs.agenda import REQUEST
    from jobs.worker_queue import enqueue as put
    from jobs.worker_queue import opened

    known, _ = catalogue()
    if not names and not everything:
        fail("name the sources to crawl, or give --all (`clusterfeed sources` lists them)", 2)
    chosen = enabled_sources(known.values()) if everything else choose(known, names or [])
    with _queue_database(db), opened(db) as app:
        added, waiting = put(app, chosen, REQUEST)
    if waiting:
        out.print(f"waiting already: {' '.join(waiting)}", highlight=False, soft_wrap=True)
    out.print(f"{len(added)} enqueued; `clusterfeed queue` shows how they fare", highlight=False)


def queue(
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="So many at most.")] = 50,
    db: Database = DEFAULT_DATABASE,
) -> None:
    """Show the queue: what runs where since when, what waits, what failed and why.

    What failed is shown for a week.
    """
    from feeds.tables import ago, table, until
    from jobs.worker_queue import jobs

    with _queue_database(db) as engine:
        listed = jobs(engine, limit)
    if not listed:
        out.print("The queue is empty.")
        return
    now = datetime.now(UTC)
    rows = []
    for job in listed:
        when = f"again {until(job.due, now)}" if job.due and job.due > now else ""
        words = ", ".join(filter(None, [when, job.reason]))
        rows.append([job.source, job.state, ago(job.since, now), job.where, job.attempts, words])
    out.print(table(["source", "state", "since", "where", "tried", "why"], rows))


@contextmanager
def _queue_database(db: str) -> Iterator[Engine]:
    """A PostgreSQL database with the queue's tables; anything else is the end."""
    from jobs.worker_queue import NoQueue, ensure_queue, queue_app
    from models.errors import DatabaseError

    try:
        queue_app(db)
    except NoQueue as error:
        fail(str(error), 2)
    except DatabaseError as error:
        fail(str(error))
    with database(db, create=True) as engine:
        ensure_queue(engine)
        yield engine


def _tell_subscribers(engine: Engine, catalogue: Catalogue, terms: Terms) -> None:
    """Tell the subscribers of webhooks what changed, once."""
    from feeds.hooks.sender import deliver_due
    from jobs.webhook import terms as told

    deliver_due(engine, told(terms.hooks.allow_hosts, catalogue.sources))


@contextmanager
def _telling(engine: Engine, catalogue: Catalogue, terms: Terms) -> Iterator[None]:
    """Meanwhile the subscribers of webhooks are told what changed."""
    from feeds.hooks.sender import Sender
    from jobs.webhook import terms as told

    sender = Sender(engine, told(terms.hooks.allow_hosts, catalogue.sources))
    sender.start()
    try:
        yield
    finally:
        sender.stop()


def _due(keeper: Keeper, visits: float | None) -> Any:
    from feeds.metrics import Due

    plan = keeper.look(visits)
    oldest = max(((plan.now - visit.due).total_seconds() for visit in plan.overdue), default=0.0)
    return Due(len(plan.overdue), oldest)


def _visits(keeper: Keeper, visits: float | None) -> dict[str, datetime]:
    return {planned.source: planned.due for planned in keeper.look(visits).planned}


def _token() -> str | None:
    """What whoever may write over HTTP must know; None for nobody."""
    token = os.environ.get("CLUSTERFEED_TOKEN", "")
    if not token:
        return None
    if len(token) < 16 or not all("!" <= char <= "~" for char in token):
        fail(
            "CLUSTERFEED_TOKEN must be at least 16 letters, digits or signs without spaces; "
            "`openssl rand -hex 24` makes one",
            2,
        )
    return token


def _listen(host: str, port: int) -> socket.socket:
    from jobs.server import listen

    try:
        return listen(host, port)
    except OSError as error:
        fail(f"cannot listen on {host}:{port}: {error.strerror}; choose another --port")


def _terms(
    db: str,
    contact: str,
    allow_host: list[str] | None,
    memory: int,
    at_once: int,
    log_json: bool,
    verbose: bool,
) -> Terms:
    """How children crawl; from here on the log goes to standard error."""
    from jobs.alerts import hooks_of
    from jobs.crawl import Options, crawl_settings
    from jobs.keeper import Terms
    from jobs.log import log_to_stderr

    log_to_stderr(as_json=log_json, verbose=verbose)
    hosts = tuple(allow_host or ())
    settings = crawl_settings(Options(contact=contact, allow_hosts=hosts))
    return Terms(
        database=db,
        contact=contact,
        allow_hosts=hosts,
        memory=memory,
        at_once=at_once,
        log_json=log_json,
        verbose=verbose,
        hooks=hooks_of(settings),
    )


def _catalogue(terms: Terms, *, live: bool = True) -> Catalogue:
    """The sources; without one that is enabled, or a contact to visit them with, the end."""
    from jobs.keeper import Catalogue, check_contacts
    from spiders.reach import NoContact

    catalogue = Catalogue()
    sources = catalogue.enabled()
    if live and not sources:
        fail("no source is enabled (`clusterfeed sources` lists them)", 2)
    if live:
        try:
            check_contacts(sources, terms)
        except NoContact as error:
            fail(str(error), 2)
    return catalogue
