"""Keeps crawls in child processes: so many at once, one per host, and what became of each."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from catalogue import Source, enabled_sources, load_sources, source_files
from jobs.agenda import REQUEST, TRIGGER, Agenda, agenda
from jobs.alerts import Hooks, alert
from jobs.child import BUSY, UNKNOWN
from jobs.crawl import Options, crawl_settings
from jobs.log import LOGGER, log_run
from jobs.register import settle
from models.asides import set_aside
from models.errors import UnknownSource
from models.hosts import host_key, release_host
from models.leases import begin_run, close_lost, finish_run, owner, run_of
from models.runs import Run
from spiders.deadline import recorded
from spiders.reach import check_contact

GRACE = 300
"""Seconds that a crawl may take beyond its own budget of minutes, before it is killed."""

LOOK_SECONDS = 20.0
"""`Keeper.keep` looks so often at what is due."""


SETTLE_SECONDS = 60.0
"""So long what is derived may lag behind while crawls go on."""


class Busy(Exception):
    """Another process crawls the source or its host; nothing was done."""


class Stopped(Exception):
    """The crawl was ended because this process ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How children crawl.

    database, contact, allow_hosts: as in `jobs.crawl.Options`. memory: MiB of each child, 0 for
    no limit. at_once: how many children at most. hooks: who is told of bad verdicts.
    """

    database: str
    contact: str = ""
    allow_hosts: tuple[str, ...] = ()
    memory: int = 1024
    at_once: int = 4
    log_json: bool = False
    verbose: bool = False
    hooks: Hooks = field(default_factory=Hooks)

    def environment(self) -> dict[str, str]:
        """The environment of a child: addresses may hold passwords, so no command line has them."""
        chosen = {"CLUSTERFEED_DB": self.database}
        if self.contact:
            chosen["CLUSTERFEED_CONTACT"] = self.contact
        if self.allow_hosts:
            known = os.environ.get("CLUSTERFEED_ALLOW_HOST", "")
            chosen["CLUSTERFEED_ALLOW_HOST"] = ",".join(filter(None, [known, *self.allow_hosts]))
        return {**os.environ, **chosen}


class Catalogue:
    """The sources of the files; they are read again when a file changed."""

    def __init__(self) -> None:
        self._seen: tuple[tuple[Path, int], ...] | None = None
        self._sources: dict[str, Source] = {}

    def sources(self) -> dict[str, Source]:
        """All by name. Files with mistakes are named in the log, and left out."""
        seen = tuple((path, path.stat().st_mtime_ns) for path in source_files())
        if seen != self._seen:
            self._sources, mistakes = load_sources()
            for mistake in mistakes:
                LOGGER.warning("%s", mistake)
            self._seen = seen
        return self._sources

    def enabled(self) -> list[Source]:
        """Those that schedules mean."""
        return enabled_sources(self.sources().values())


def check_contacts(sources: Iterable[Source], terms: Terms) -> None:
    """Raise NoContact where a live site would be asked and nobody could be written to."""
    options = Options(contact=terms.contact, allow_hosts=terms.allow_hosts)
    settings = crawl_settings(options)
    for source in sources:
        check_contact(source, settings)


class Keeper:
    """Starts children from the main thread of an asyncio program, and answers for them."""

    def __init__(self, engine: Engine, catalogue: Catalogue, terms: Terms) -> None:
        self.engine = engine
        self.catalogue = catalogue
        self.terms = terms
        self.stopping = asyncio.Event()
        self._slots = asyncio.Semaphore(terms.at_once)
        self._hosts: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._children: set[asyncio.subprocess.Process] = set()
        self._asked: dict[str, None] = {}
        self._woken = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def crawl(self, source: Source, trigger: str = TRIGGER) -> Run:
        """Crawl a source in a child; its run, which is closed whatever became of the child.

        Waits for a free place and for the host. Raises Busy where another process has the
        source or the host, Stopped where this program ends.
        """
        async with self._hosts[host_key(source.url)], self._slots:
            if self.stopping.is_set():
                raise Stopped
            with tempfile.TemporaryFile() as reading:
                child = await self._start(source, trigger, reading.fileno())
                self._children.add(child)
                if self.stopping.is_set():
                    child.terminate()
                try:
                    code = await child.wait()
                finally:
                    self._children.discard(child)
                    if child.returncode is None:
                        child.kill()
                page = recorded(reading.fileno())
        run = await asyncio.to_thread(self._outcome, source, trigger, child.pid, code, page)
        log_run(run)
        sources = self.catalogue.sources()
        await asyncio.to_thread(alert, self.engine, self.terms.hooks, sources)
        if self.stopping.is_set() and run.verdict in ("partial", "crashed"):
            raise Stopped
        return run

    def stop(self) -> None:
        """Begin no crawl any more, and ask the children to end: their runs become partial."""
        if self.stopping.is_set():
            return  # a child that is asked twice ends at once, in the middle of a page
        self.stopping.set()
        for child in self._children:
            with contextlib.suppress(ProcessLookupError):
                child.terminate()

    def ask(self, name: str) -> None:
        """Have `keep` crawl a source before what is only due; from any thread.

        One that is being crawled now is crawled once more after that. Raises UnknownSource.
        """
        if name not in self.catalogue.sources():
            raise UnknownSource(name)
        self._asked[name] = None
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._woken.set)

    async def keep(self, visits: float | None) -> None:
        """Crawl what is due, until `stop`; then waits for the children."""
        tasks: dict[str, asyncio.Task[None]] = {}
        self._loop = asyncio.get_running_loop()
        clock = self._loop.time
        unsettled, settled = True, clock()
        while not self.stopping.is_set():
            made = await asyncio.to_thread(self.look, visits)
            sources = self.catalogue.sources()
            self._woken.clear()
            asked = [(name, REQUEST) for name in list(self._asked)]
            for name, trigger in [*asked, *((visit.source, TRIGGER) for visit in made.due)]:
                if len(tasks) >= self.terms.at_once:
                    break
                if name not in tasks:
                    self._asked.pop(name, None)
                    # A source whose file is gone by now is none any more.
                    if name in sources:
                        tasks[name] = asyncio.create_task(self._visit(sources[name], trigger))
            events = [asyncio.create_task(one.wait()) for one in (self.stopping, self._woken)]
            await asyncio.wait(
                [*tasks.values(), *events],
                timeout=LOOK_SECONDS,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for event in events:
                event.cancel()
            done = [name for name, task in tasks.items() if task.done()]
            for name in done:
                del tasks[name]
            unsettled = unsettled or bool(done)
            # A service with many sources is never without a crawl: readers shall not wait for that.
            if unsettled and (not tasks or clock() - settled >= SETTLE_SECONDS):
                await asyncio.to_thread(settle, self.engine)
                unsettled, settled = False, clock()
        await asyncio.gather(*tasks.values())

    async def _visit(self, source: Source, trigger: str) -> None:
        try:
            await self.crawl(source, trigger)
        except Busy:
            LOGGER.info("%s: another process has it", source.name, extra={"source": source.name})
            await asyncio.sleep(LOOK_SECONDS)
        except Stopped:
            pass
        except Exception:
            LOGGER.exception("%s: cannot be crawled", source.name, extra={"source": source.name})
            await asyncio.sleep(LOOK_SECONDS)

    def look(self, visits: float | None) -> Agenda:
        """What is due. visits: the budget per day (see `jobs.due.plan`)."""
        return agenda(self.engine, self.catalogue.enabled(), visits)

    async def _start(
        self, source: Source, trigger: str, reading: int
    ) -> asyncio.subprocess.Process:
        terms = self.terms
        words = [
            *(sys.executable, "-P", "-m", "jobs.child", source.name),
            *("--trigger", trigger, "--memory", str(terms.memory)),
            *("--seconds", str(source.minutes * 60 + GRACE), "--parent", str(os.getpid())),
            *("--reading", str(reading)),
        ]
        words += ["--log-json"] if terms.log_json else []
        words += ["--verbose"] if terms.verbose else []
        # A session of its own: Ctrl-C reaches this process only, which then stops its children.
        return await asyncio.create_subprocess_exec(
            *words,
            env=terms.environment(),
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=(reading,),
        )

    def _outcome(self, source: Source, trigger: str, pid: int, code: int, page: str) -> Run:
        who = owner(pid)
        run = run_of(self.engine, source.name, who)
        if run is not None and run.finished is not None:
            return run
        if code == BUSY:
            raise Busy
        if self.stopping.is_set() and run is None:
            raise Stopped
        reason = _cause(code, source, self.terms)
        if page:
            reason += f"; it was reading {page}, which is left alone for now"
        lost = close_lost(self.engine, source.name, who, reason)
        release_host(self.engine, host_key(source.url), who)
        if lost is not None:
            if page:
                told = {page: (0, f"reading it ended the crawl: {reason}"[:300])}
                set_aside(self.engine, source.name, told, datetime.now(UTC))
            return lost
        # It died before it began: that, too, is a visit that failed.
        run_id = begin_run(self.engine, source.name, trigger=trigger, url=source.url)
        return finish_run(self.engine, run_id, "crashed", reason)


def _cause(code: int, source: Source, terms: Terms) -> str:
    """Why a child left no run behind, or an open one."""
    if code == UNKNOWN:
        return "this machine has no file for the source (CLUSTERFEED_SOURCES)"
    if code == -signal.SIGALRM:
        return f"killed after {source.minutes + GRACE // 60} minutes"
    if code == -signal.SIGPROF:
        return "killed, because the reading of a page did not come to an end"
    if code < 0:
        hint = " (out of memory?)" if code == -signal.SIGKILL else ""
        return f"killed by {signal.Signals(-code).name}{hint}"
    limit = f"; its memory is limited to {terms.memory} MiB" if terms.memory else ""
    return f"its process ended with code {code}, see the log{limit}"


def stop_on_signals(stop: Callable[[], None]) -> None:
    """Call `stop` on SIGTERM and Ctrl-C, in the running loop."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
