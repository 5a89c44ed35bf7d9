"""The writer: one thread that takes visits from any number of crawlers and stores them."""

from __future__ import annotations

import logging
import queue
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from sqlalchemy import Engine, select, update
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from items import Visit
from models.database import open_database, writing
from models.errors import StoreError
from models.leases import LEASE
from models.runs import COUNTERS, Run
from pipelines.comparison import RunFacts, says_the_same
from pipelines.faults import Fault, fault_of
from pipelines.transaction import known_inputs, reject_page, store_visits, was_stored
from pipelines.visits import PreparedVisit, Refusal, VisitError, payload, prepare_visit

log = logging.getLogger(__name__)

BATCH_ITEMS = 500
BATCH_PAGES = 200
BATCH_SECONDS = 2.0
QUEUE_VISITS = 200
RETRIES = 8
"""So often a batch is tried again after a fault that passes; the waits add up to a minute."""

_Job = tuple[Visit, int, datetime | None]
_Stop = threading.Event  # set once all that was put before it is settled


class Writer:
    """Stores visits in batches, in a thread of its own.

    A visit is stored whole or not at all. What a database refuses is set aside in `rejected`
    with its error, and the rest of its page and batch is stored. Deadlocks and lost
    connections are tried again. What cannot be mended, such as a full disk, stops the writer:
    `put`, `flush` and `close` then raise StoreError; what was committed stays.
    """

    _shared: ClassVar[dict[str, Writer]] = {}
    _shared_lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(
        self,
        engine: Engine,
        *,
        keep_bodies: bool = True,
        lease: timedelta = LEASE,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.engine = engine
        self._keep_bodies = keep_bodies
        self._lease = lease
        self._clock = clock
        self._queue: queue.Queue[_Job | _Stop] = queue.Queue(QUEUE_VISITS)
        self._counts: dict[int, Counter[str]] = {}
        self._counts_lock = threading.Lock()
        self._runs: dict[int, RunFacts] = {}
        self._error: StoreError | None = None
        self._closed = False
        self._users = 1
        self._address = ""
        self._thread = threading.Thread(target=self._work, name="store", daemon=True)
        self._thread.start()

    @classmethod
    def shared(cls, database: str, *, keep_bodies: bool = True) -> Writer:
        """The one writer of this process for a database; each taker closes it once.

        Raises a DatabaseError where the database cannot be used.
        """
        with cls._shared_lock:
            writer = cls._shared.get(database)
            if writer is None:
                writer = cls(open_database(database), keep_bodies=keep_bodies)
                writer._address = database
                cls._shared[database] = writer
            else:
                writer._users += 1
            return writer

    def put(self, visit: Visit, run_id: int, next_visit: datetime | None = None) -> None:
        """Hand over a visit of a run; returns before it is stored.

        next_visit: when the page is due again, if that is known by now. Waits while the writer
        is far behind. Raises StoreError once writing has failed for good.
        """
        if self._closed:
            raise StoreError("the writer is closed")
        self._enqueue((visit, run_id, next_visit))

    def flush(self) -> None:
        """Wait until all that was put is committed. Raises StoreError if it could not be."""
        done = _Stop()
        self._enqueue(done)
        while not done.wait(0.2):
            if not self._thread.is_alive():
                break
        self._raise()

    def close(self) -> None:
        """Commit all that was put and end; of a shared writer only the last taker ends it.

        Raises StoreError if something could not be committed.
        """
        with self._shared_lock:
            self._users -= 1
            last = self._users <= 0
            if last and self._address:
                self._shared.pop(self._address, None)
        if not last:
            self.flush()
            return
        if self._closed:
            self._raise()
            return
        try:
            self.flush()
        finally:
            self._closed = True
            if self._thread.is_alive():
                self._queue.put(_CLOSE)
                self._thread.join()
            self.engine.dispose()

    def counters(self, run_id: int) -> dict[str, int]:
        """What was committed of a run so far, by the names in models.COUNTERS."""
        with self._counts_lock:
            counts = self._counts.get(run_id, Counter())
            return {name: counts[name] for name in COUNTERS}

    def _enqueue(self, job: _Job | _Stop) -> None:
        while True:
            self._raise()
            try:
                self._queue.put(job, timeout=0.2)
                return
            except queue.Full:
                continue

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error

    # From here on: in the writer's thread.

    def _work(self) -> None:
        batch: dict[str, PreparedVisit] = {}
        items = 0
        deadline = 0.0
        while True:
            try:
                idle = self._lease.total_seconds() / 4
                wait = max(deadline - time.monotonic(), 0.0) if batch else idle
                job: _Job | _Stop | None = self._queue.get(timeout=wait)
            except queue.Empty:
                job = None
            try:
                if isinstance(job, tuple):
                    visit = self._prepare(*job)
                    if visit is not None:
                        if visit.page_id in batch:
                            self._commit(batch)
                        if not batch:
                            items, deadline = 0, time.monotonic() + BATCH_SECONDS
                        batch[visit.page_id] = visit
                        items += len(visit.page.raw) if visit.page is not None else 0
                    if items >= BATCH_ITEMS or len(batch) >= BATCH_PAGES:
                        self._commit(batch)
                elif batch:
                    self._commit(batch)
                elif job is None:
                    self._beat()
            except StoreError as error:
                self._error = error
            except Exception as error:
                log.exception("the writer failed")
                self._error = StoreError(f"the store failed: {error}")
            if isinstance(job, threading.Event):
                job.set()
            if job is _CLOSE or self._error is not None:
                self._drain()
                return

    def _drain(self) -> None:
        """Nobody shall wait for a writer that has stopped."""
        while True:
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                return
            if isinstance(job, threading.Event):
                job.set()

    def _prepare(
        self, visit: Visit, run_id: int, next_visit: datetime | None
    ) -> PreparedVisit | None:
        facts = self._run_facts(run_id)
        try:
            prepared = prepare_visit(visit, run_id, next_visit, keep_body=self._keep_bodies)
            if prepared.source != facts.source:
                raise VisitError(f"a page of {prepared.source!r} in a run of {facts.source!r}")
            return prepared
        except VisitError as error:
            url = str(visit.url)
            items = len(visit.page.items) if visit.page is not None else 0
            self._reject_page(run_id, url, items, payload(visit), str(error))
            return None

    def _run_facts(self, run_id: int) -> RunFacts:
        if run_id not in self._runs:
            with self.engine.connect() as connection:
                row = connection.execute(
                    select(Run.source, Run.code_version).where(Run.id == run_id)
                ).one_or_none()
            if row is None:
                raise StoreError(f"there is no run {run_id}; begin one first")
            self._runs[run_id] = RunFacts(row.source, row.code_version)
        return self._runs[run_id]

    def _commit(self, batch: dict[str, PreparedVisit]) -> None:
        visits = list(batch.values())
        batch.clear()
        try:
            with self.engine.connect() as connection:
                known = known_inputs(connection, visits)
        except DBAPIError:
            known = {}  # the transaction below meets the same fault, and deals with it
        for visit in visits:
            if not says_the_same(visit, known.get(visit.page_id)):
                _ = visit.items  # prepared before the transaction, which holds up other writers
        self._store(visits)

    def _store(self, visits: list[PreparedVisit]) -> None:
        """Store visits in one transaction; where that is refused, find what is to blame."""
        refused = self._attempt(visits)
        if refused is None:
            return
        if len(visits) > 1:
            middle = len(visits) // 2
            self._store(visits[:middle])
            self._store(visits[middle:])
            return
        self._store_without_poison(visits[0], refused)

    def _store_without_poison(self, visit: PreparedVisit, error: str) -> None:
        items = visit.items
        good, refusals = [], []
        for item in items:
            visit.refuse([], [item])
            fault = self._attempt([visit], rehearse=True)
            if fault is None:
                good.append(item)
            else:
                refusals.append(Refusal(item.kind, item.data[:10_000], fault))
        if refusals:
            visit.refuse(refusals, good)
            if self._attempt([visit]) is None:
                return
        scraped = len(visit.page.raw) if visit.page is not None else 0
        self._reject_page(visit.run_id, visit.url, scraped, f"visit of {visit.url}", error)

    def _attempt(self, visits: list[PreparedVisit], *, rehearse: bool = False) -> str | None:
        """Try a transaction until it is committed, or taken back if it was only rehearsed.

        Returns None, or why the database refuses the content. Raises StoreError where no
        content could be stored.
        """
        name = secrets.token_hex(8)
        counts: dict[int, Counter[str]] = {}
        for attempt in range(RETRIES + 1):
            try:
                with writing(self.engine) as connection:
                    # A server that went down as it committed may have done so all the same.
                    if not attempt or not was_stored(connection, visits[0].run_id, name):
                        counts = store_visits(
                            connection, visits, self._runs, self._clock(), self._lease, name
                        )
                    if rehearse:
                        raise _Rehearsed
            except _Rehearsed:
                return None
            except StoreError:
                raise
            except (SQLAlchemyError, OverflowError, UnicodeError, ValueError) as error:
                fault, words = fault_of(error)
                if fault is Fault.CONTENT:
                    return words
                if fault is Fault.FATAL or attempt == RETRIES:
                    raise StoreError(words) from error
                log.warning("the store waits: %s", words)
                time.sleep(min(0.05 * 2**attempt, 20.0))
            else:
                self._add(counts)
                return None
        raise AssertionError("unreachable")

    def _add(self, counts: dict[int, Counter[str]]) -> None:
        with self._counts_lock:
            for run_id, counter in counts.items():
                self._counts.setdefault(run_id, Counter()).update(counter)

    def _reject_page(self, run_id: int, url: str, items: int, what: str, error: str) -> None:
        """Put a whole page aside; its items count as rejected."""
        log.warning("rejected %s: %s", url[:200], error)
        refusal = Refusal("page", what, error)
        try:
            with writing(self.engine) as connection:
                counts = reject_page(
                    connection, run_id, self._runs[run_id], url, items, refusal, self._clock()
                )
        except DBAPIError as problem:
            raise StoreError(fault_of(problem)[1]) from problem
        self._add(counts)

    def _beat(self) -> None:
        """Show that the runs are alive while there is nothing to write."""
        now = self._clock()
        with writing(self.engine) as connection:
            connection.execute(
                update(Run)
                .where(Run.id.in_(self._runs), Run.finished.is_(None))
                .values(heartbeat=now, lease_until=now + self._lease)
            )


class _Rehearsed(Exception):
    """Takes a transaction back that went well."""


_CLOSE = _Stop()
