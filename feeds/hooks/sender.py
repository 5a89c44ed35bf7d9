"""Who sends: a thread beside a service's other work, or a command that does it once."""

from __future__ import annotations

import threading
import time

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from feeds.hooks.delivery import LOGGER, deliver
from feeds.hooks.terms import Terms
from models.hooks import due_subscribers

LOOK_SECONDS = 2.0
"""So often it is looked whether there is something to send."""

AT_ONCE = 8
"""So many subscribers are told at the same time; one that is slow holds up none but itself."""

GOODBYE_SECONDS = 5.0
"""So long the end waits for answers under way. What is not answered by then is sent again."""


class Sender:
    """Tells all subscribers of a database what happens in it, from `start` to `stop`.

    Any number of processes may do so at once: each subscriber is told by one at a time.
    """

    def __init__(self, engine: Engine, terms: Terms) -> None:
        self._engine = engine
        self._terms = terms
        self._stopping = threading.Event()
        self._watching = threading.Thread(target=self._watch, name="webhooks", daemon=True)
        self._turns: dict[int, threading.Thread] = {}

    def start(self) -> None:
        """Begin, in a thread."""
        self._watching.start()

    def stop(self) -> None:
        """Send nothing any more."""
        self._stopping.set()
        end = time.monotonic() + GOODBYE_SECONDS
        self._watching.join(GOODBYE_SECONDS)
        for turn in list(self._turns.values()):
            turn.join(max(end - time.monotonic(), 0))

    def _watch(self) -> None:
        silent = False
        while not self._stopping.wait(LOOK_SECONDS):
            try:
                due = due_subscribers(self._engine, self._terms.clock())
            except SQLAlchemyError as error:
                if not silent:
                    LOGGER.warning("webhooks: the database does not answer: %s", error)
                silent = True
                continue
            silent = False
            self._turns = {n: turn for n, turn in self._turns.items() if turn.is_alive()}
            for number in due:
                if number not in self._turns and len(self._turns) < AT_ONCE:
                    turn = threading.Thread(target=self._deliver, args=(number,), daemon=True)
                    self._turns[number] = turn
                    turn.start()

    def _deliver(self, number: int) -> None:
        try:
            deliver(self._engine, number, self._terms, self._stopping)
        except Exception:
            if not self._stopping.is_set():
                LOGGER.exception("webhook %d: cannot go on", number, extra={"subscriber": number})


def deliver_due(engine: Engine, terms: Terms) -> int:
    """Send what can be sent now, one subscriber after the other; how many were due."""
    due = due_subscribers(engine, terms.clock())
    stopping = threading.Event()
    for number in due:
        deliver(engine, number, terms, stopping)
    return len(due)
