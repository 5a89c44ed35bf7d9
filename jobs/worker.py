"""A worker: takes crawls from the shared queue, one child process each.

Any number may run on any number of machines. Every minute one of them enqueues what is due;
more often one looks for jobs of workers that show no sign of life, and puts them back.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from procrastinate import App, BaseRetryStrategy, JobContext, RetryDecision, jobs
from procrastinate.exceptions import ConnectorException
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from jobs.agenda import TRIGGER, agenda
from jobs.keeper import Busy, Keeper, Stopped
from jobs.log import LOGGER
from jobs.register import settle
from jobs.worker_queue import QUEUE, TASK, enqueue, opened, unfinished
from models.schedule import was_visited

UPKEEP = "upkeep"
MOST_AT_ONCE = 1_000
"""So many crawls are enqueued in a minute at most: workers take what is most urgent."""

_LOCK = 0x636C7577  # any number, the same for all of us

KEPT_HOURS = 7 * 24
"""Failed jobs are shown for so long."""


class Failed(Exception):
    """A crawl crashed, and why."""


class UnknownSource(Exception):
    """This machine has no file for the source."""


class WorkerEnded(Exception):
    """The worker could not go on; the database is gone, most likely."""

    def __init__(self, cause: BaseException | None) -> None:
        super().__init__(f"the worker cannot go on: {cause or 'see the log'}")


class TryAgain(BaseRetryStrategy):
    """When a job that did not come to its end is tried again.

    At once, by another worker, where this one was told to stop. Half a minute later while
    another process has the source or its host, up to an hour. A crawl that crashed, and a
    source that this machine does not have, twice more, after half a minute and two minutes.
    """

    def get_retry_decision(
        self, *, exception: BaseException, job: jobs.Job
    ) -> RetryDecision | None:
        """When, or None for not again."""
        if isinstance(exception, (Stopped, asyncio.CancelledError)):
            return RetryDecision(retry_in={"seconds": 0})
        if isinstance(exception, Busy) and job.attempts < 120:
            return RetryDecision(retry_in={"seconds": 30})
        if isinstance(exception, (Failed, UnknownSource)) and job.attempts < 2:
            return RetryDecision(retry_in={"seconds": 30 * 4**job.attempts})
        return None


class Worker:
    """One worker process. `run` ends after `stop`, with the jobs under way put back."""

    def __init__(self, engine: Engine, app: App, keeper: Keeper, visits: float | None) -> None:
        self.engine = engine
        self.app = app
        self.keeper = keeper
        self.visits = visits
        self._workers: list[asyncio.Task[None]] = []

    async def run(self, *, beat: float = 10.0) -> None:
        """Work until `stop`.

        beat: seconds between signs of life. A worker without one for three of them is given
        up, and its jobs are put back.
        """
        self._tasks()
        common: dict[str, Any] = {
            "update_heartbeat_interval": beat,
            "stalled_worker_timeout": 3 * beat,
            "fetch_job_polling_interval": min(5.0, beat),
            "install_signal_handlers": False,
            "delete_jobs": "successful",
        }
        async with self.app.open_async():
            crawls = self.app.run_worker_async(
                queues=[QUEUE], name=QUEUE, concurrency=self.keeper.terms.at_once, **common
            )
            # Upkeep has a place of its own: it must not wait for crawls to end.
            upkeep = self.app.run_worker_async(queues=[UPKEEP], name=UPKEEP, **common)
            workers = [asyncio.create_task(crawls), asyncio.create_task(upkeep)]
            self._workers = list(workers)
            watch = asyncio.create_task(self._watch(beat))
            done, _ = await asyncio.wait(workers, return_when=asyncio.FIRST_COMPLETED)
            asked = self.keeper.stopping.is_set()
            self.stop()
            await asyncio.wait(workers)
            watch.cancel()
            if not asked:
                errors = [task.exception() for task in done if not task.cancelled()]
                raise WorkerEnded(next(filter(None, errors), None))

    def stop(self) -> None:
        """Take no job any more, end the crawls and put their jobs back."""
        self.keeper.stop()
        # Cancelled once they wait for their jobs; cancelled twice they would leave them.
        workers, self._workers = self._workers, []
        for worker in workers:
            worker.cancel()

    async def crawl(self, context: JobContext, source: str, trigger: str, asked: str) -> None:
        """The job: crawl a source, unless it was visited since it became due.

        asked: when the job was put into the queue, ISO 8601.
        """
        known = (await asyncio.to_thread(self.keeper.catalogue.sources)).get(source)
        if known is None:
            LOGGER.error(
                "%s: no file for it (CLUSTERFEED_SOURCES)", source, extra={"source": source}
            )
            raise UnknownSource(source)
        if trigger == TRIGGER and not context.job.attempts:
            since = datetime.fromisoformat(asked)
            if await asyncio.to_thread(was_visited, self.engine, source, since):
                return
        run = await self.keeper.crawl(known, trigger)
        if run.verdict == "crashed":
            raise Failed(run.reason)

    async def enqueue_due(self, timestamp: int) -> None:  # noqa: ARG002
        """Upkeep of every minute: what is due joins the queue, and the register is settled."""
        await asyncio.to_thread(self._enqueue_due)
        await asyncio.to_thread(settle, self.engine)
        await self.app.job_manager.delete_old_jobs(
            KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
        )

    async def take_over(self, beat: float) -> None:
        """Put back the jobs of workers that are gone."""
        manager = self.app.job_manager
        # One worker at a time: a job that another has put back may be running again by now.
        with self.engine.connect() as connection:
            if not connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LOCK}):
                return
            for job in await manager.get_stalled_jobs(seconds_since_heartbeat=3 * beat):
                source = job.task_kwargs.get("source")
                LOGGER.warning("%s: its worker is gone, put back", source, extra={"source": source})
                await manager.retry_job(job)
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})

    async def _watch(self, beat: float) -> None:
        while True:
            try:
                await self.take_over(beat)
            except (DBAPIError, ConnectorException) as error:
                LOGGER.warning("cannot look for jobs of workers that are gone: %s", error)
            await asyncio.sleep(beat)

    def _enqueue_due(self) -> None:
        sources = self.keeper.catalogue.sources()
        enabled = self.keeper.catalogue.enabled()
        plan = agenda(self.engine, enabled, self.visits, waiting=unfinished(self.engine))
        due = [sources[visit.source] for visit in plan.due[:MOST_AT_ONCE]]
        if due:
            with opened(self.keeper.terms.database) as app:
                added, _ = enqueue(app, due, TRIGGER)
            LOGGER.info("%d sources are due, enqueued", len(added))

    def _tasks(self) -> None:
        task = self.app.task(name=TASK, queue=QUEUE, pass_context=True, retry=TryAgain())
        task(self.crawl)
        due = self.app.task(
            name="clusterfeed.enqueue_due", queue=UPKEEP, lock=UPKEEP, queueing_lock=UPKEEP
        )
        self.app.periodic(cron="* * * * *")(due(self.enqueue_due))
