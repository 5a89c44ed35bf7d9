"""One subscriber's turn: what it was not told yet is sent, each change until it is taken.

- A change is sent only when all earlier ones of its item were taken, or given up. A message that
  is refused waits, and its item's later changes wait behind it; other items go on.
- Where the subscriber cannot be reached, or asks to be left alone (429, 503, Retry-After), or
  refuses three messages in a row, nothing is sent to it for a while, and nothing is passed over.
- A message is given up when it was refused through all of DELAYS, and others were taken just
  before. An item's next change carries all of it anyhow.
- What was taken is noted after the answer: whoever is killed in between sends it once more, under
  the same id.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Engine, delete, insert, select, update

from feeds.hooks.messages import Message, change_message, reset_message
from feeds.hooks.post import AddressRefused, NoAnswer, Poster
from feeds.hooks.terms import DELAYS, Terms
from models.changes import ChangeRecord, changes_after, cursor_at, database_epoch
from models.errors import LeaseLost
from models.hooks import (
    GRIP,
    HeldMessage,
    Subscriber,
    gripping,
    held_items,
    newest_change,
    next_held,
    release_subscriber,
    take_subscriber,
)
from models.runs import Source

LOGGER = logging.getLogger("clusterfeed.webhooks")

LONGEST_WAIT = timedelta(days=1)
"""What a subscriber can ask for by Retry-After, at most."""

IN_A_ROW = 3
"""A subscriber that refuses so many messages, one after the other, is left alone for a while."""

MOST_HELD = 1_000
"""So many messages may wait for one subscriber; then no new ones are sent to it."""

BATCH = 100


def deliver(engine: Engine, number: int, terms: Terms, stopping: threading.Event) -> bool:
    """Send a subscriber what it can be sent now; False where another process does so.

    Blocks; ends early, between two messages, where `stopping` is set.
    """
    subscriber = take_subscriber(engine, number, terms.clock())
    if subscriber is None:
        return False
    turn = _Turn(engine, subscriber, terms, stopping)
    try:
        turn.run()
    except LeaseLost as error:
        LOGGER.info("%s", error, extra={"subscriber": number})
    finally:
        release_subscriber(engine, subscriber)
        turn.close()
    return True


class _Enough(Exception):
    """Nothing more can be sent in this turn."""


@dataclass(frozen=True, slots=True)
class _Refusal:
    """Why a message was not taken. alone: the subscriber is to be left alone, for at least the
    seconds that it asks for. answered: it did answer."""

    words: str
    alone: bool = False
    answered: bool = True
    seconds: float | None = None


class _Turn:
    def __init__(
        self, engine: Engine, subscriber: Subscriber, terms: Terms, stopping: threading.Event
    ) -> None:
        self._engine = engine
        self._subscriber = subscriber
        self._terms = terms
        self._stopping = stopping
        self._poster: Poster | None = None
        self._items = held_items(engine, subscriber.id)
        self._countries: Mapping[str, str | None] = {}
        self._sent = 0

    def close(self) -> None:
        """Close the connection."""
        if self._poster is not None:
            self._poster.close()

    def run(self) -> None:
        """Send until there is nothing more to send, or no use in going on."""
        subscriber = self._subscriber
        if subscriber.off_since is not None:
            return
        if subscriber.countries:
            self._countries = self._known_countries()
        try:
            self._begin_anew()
            if subscriber.failures:
                # Something new tells whether it is all well again; what it refused might not.
                self._send_new(only_one=True)
            while True:
                self._send_held()
                if not self._send_new():
                    break
            if self._full:
                with self._gripping(not_before=self._terms.clock() + self._terms.wait(IN_A_ROW)):
                    pass
        except _Enough:
            pass
        if self._sent:
            self._log(logging.INFO, "%d messages taken", self._sent)

    @property
    def _full(self) -> bool:
        return sum(self._items.values()) >= MOST_HELD

    def _begin_anew(self) -> None:
        """Tell of a database that was rebuilt or set back, before anything else."""
        subscriber = self._subscriber
        with self._engine.connect() as connection:
            epoch, newest = database_epoch(connection), newest_change(connection)
        now = self._terms.clock()
        if subscriber.epoch != epoch or subscriber.position > newest:
            anew: dict[str, Any] = {"epoch": epoch, "position": newest, "reset_at": now}
            with self._gripping(**anew) as connection:
                connection.execute(
                    delete(HeldMessage).where(HeldMessage.subscriber_id == subscriber.id)
                )
            self._items.clear()
            self._log(logging.WARNING, "the database was rebuilt: it is told to read all anew")
        if subscriber.reset_at is None:
            return
        refusal = self._send(reset_message(epoch, subscriber.position, subscriber.reset_at))
        if refusal is not None:
            self._leave_alone(refusal)
            raise _Enough
        with self._gripping(reset_at=None, **self._taken()):
            pass

    def _send_held(self) -> None:
        """Send again what is due of what was refused."""
        refused = 0
        number = self._subscriber.id
        while refused < IN_A_ROW:
            held = next_held(self._engine, number, self._terms.clock())
            if held is None:
                return
            record = self._change(held.seq)
            refusal = self._send(change_message(record, self._subscriber.epoch))
            if refusal is None:
                self._note_taken(record)
                self._look_again()
            else:
                self._note_refused_again(held, refusal)
                refused += 1

    def _send_new(self, *, only_one: bool = False) -> bool:
        """Send the next changes; whether there were any."""
        subscriber = self._subscriber
        if self._full:
            return False
        cursor = cursor_at(subscriber.epoch, subscriber.position)
        records, _ = changes_after(self._engine, cursor, BATCH)
        passed = subscriber.position
        for record in records:
            if self._full:
                break
            if not self._wants(record):
                passed = record.seq
                continue
            if record.item_id in self._items:
                self._hold_behind(record)
                passed = record.seq
                continue
            refusal = self._send(change_message(record, subscriber.epoch))
            if refusal is None:
                self._note_taken(record, position=record.seq)
            else:
                self._note_refused(record, refusal)
            passed = record.seq
            if only_one:
                return True
        if passed != subscriber.position:
            with self._gripping(position=passed):
                pass
        return bool(records) and not self._full

    def _send(self, message: Message) -> _Refusal | None:
        """Why the message was not taken; None where it was. Raises _Enough where the subscriber
        is switched off, or this process ends."""
        if self._stopping.is_set():
            raise _Enough
        subscriber, now = self._subscriber, self._terms.clock()
        if subscriber.grip_until is None or subscriber.grip_until - now < GRIP / 2:
            with self._gripping():
                pass
        try:
            if self._poster is None:
                terms = self._terms
                self._poster = Poster(subscriber.url, terms.allow_hosts, resolve=terms.resolve)
            headers = message.headers(subscriber.secret, now)
            answer = self._poster.post(message.body.encode(), headers)
        except AddressRefused as error:
            return _Refusal(f"refused: {error}", alone=True, answered=False)
        except NoAnswer as error:
            return _Refusal(str(error), alone=not error.arrived, answered=error.arrived)
        if answer.accepted:
            self._sent += 1
            return None
        if answer.status == 410:
            self._switch_off(answer.words)
            raise _Enough
        alone = answer.status in (429, 503) or answer.retry_after is not None
        return _Refusal(answer.words, alone, seconds=answer.retry_after)

    def _leave_alone(self, refusal: _Refusal) -> None:
        """Send it nothing for a while."""
        failures = self._subscriber.failures + 1
        wait = self._asked_for(refusal, failures)
        until = self._terms.clock() + wait
        with self._gripping(failures=failures, not_before=until, **self._tried(refusal.words)):
            pass
        level = logging.WARNING if failures == 1 else logging.INFO
        self._log(level, "%s; again in %d s", refusal.words, wait.total_seconds())

    def _asked_for(self, refusal: _Refusal, refusals: int) -> timedelta:
        """How long to wait: at least as long as it asks for."""
        asked = timedelta(seconds=min(refusal.seconds or 0.0, LONGEST_WAIT.total_seconds()))
        return max(self._terms.wait(refusals), asked)

    def _switch_off(self, reason: str) -> None:
        off = {"off_since": self._terms.clock(), "off_reason": reason}
        with self._gripping(**off, **self._tried(reason)):
            pass
        words = "%s: it is told nothing any more, until `clusterfeed webhooks resume %d`"
        self._log(logging.WARNING, words, reason, self._subscriber.id)

    def _note_taken(self, record: ChangeRecord, **values: Any) -> None:
        """The subscriber has this change of the item, and needs none of the earlier ones."""
        with self._gripping(**values, **self._taken()) as connection:
            connection.execute(
                delete(HeldMessage).where(
                    HeldMessage.subscriber_id == self._subscriber.id,
                    HeldMessage.item_id == record.item_id,
                    HeldMessage.seq <= record.seq,
                )
            )

    def _note_refused(self, record: ChangeRecord, refusal: _Refusal) -> None:
        """A change was refused for the first time. It waits, and others go on, unless nothing
        is taken now. After some refusals in a row another one is tried even then: it might be
        this one's fault."""
        subscriber, now = self._subscriber, self._terms.clock()
        failures = subscriber.failures + 1
        enough = failures >= IN_A_ROW
        if refusal.alone and not (refusal.answered and enough):
            self._leave_alone(refusal)
            raise _Enough
        values = {"position": record.seq, "failures": failures, **self._tried(refusal.words)}
        if enough:
            values["not_before"] = now + self._asked_for(refusal, failures - IN_A_ROW + 1)
        with self._gripping(**values) as connection:
            connection.execute(
                insert(HeldMessage).values(
                    subscriber_id=subscriber.id,
                    seq=record.seq,
                    item_id=record.item_id,
                    tries=1,
                    last_try=now,
                    not_before=now + self._terms.wait(1),
                    answer=refusal.words,
                )
            )
        self._items[record.item_id] = 1
        self._log(logging.WARNING, "change %d: %s; it waits", record.seq, refusal.words)
        if enough:
            raise _Enough

    def _note_refused_again(self, held: HeldMessage, refusal: _Refusal) -> None:
        """It waits longer, or is given up where others are taken."""
        subscriber, now = self._subscriber, self._terms.clock()
        tries, taken = held.tries + 1, subscriber.last_accepted
        # Only where others were taken since is it this message's own fault.
        given_up = bool(tries > len(DELAYS) and taken and held.last_try and taken >= held.last_try)
        values: dict[str, Any] = {"last_try": now, "not_before": now + self._terms.wait(tries)}
        if not refusal.alone:
            values |= {"tries": tries, "answer": refusal.words}
            values["given_up"] = now if given_up else None
        with self._gripping(**self._tried(refusal.words)) as connection:
            connection.execute(
                update(HeldMessage)
                .where(HeldMessage.subscriber_id == subscriber.id, HeldMessage.seq == held.seq)
                .values(values)
            )
        if refusal.alone:
            self._leave_alone(refusal)
            raise _Enough
        if given_up:
            self._look_again()
            words = "change %d: given up after %d tries: %s"
            self._log(logging.WARNING, words, held.seq, tries, refusal.words)

    def _hold_behind(self, record: ChangeRecord) -> None:
        with self._gripping(position=record.seq) as connection:
            connection.execute(
                insert(HeldMessage).values(
                    subscriber_id=self._subscriber.id,
                    seq=record.seq,
                    item_id=record.item_id,
                    tries=0,
                )
            )
        self._items[record.item_id] += 1

    def _look_again(self) -> None:
        self._items = held_items(self._engine, self._subscriber.id)

    def _taken(self) -> dict[str, Any]:
        told = self._tried("accepted")
        return {"failures": 0, "not_before": None, "last_accepted": told["last_try"], **told}

    def _tried(self, words: str) -> dict[str, Any]:
        return {"last_try": self._terms.clock(), "last_answer": words[:200]}

    def _gripping(self, **values: Any) -> AbstractContextManager[Connection]:
        return gripping(self._engine, self._subscriber, self._terms.clock(), **values)

    def _change(self, seq: int) -> ChangeRecord:
        cursor = cursor_at(self._subscriber.epoch, seq - 1)
        records, _ = changes_after(self._engine, cursor, 1)
        return records[0]

    def _wants(self, record: ChangeRecord) -> bool:
        subscriber = self._subscriber
        if subscriber.kinds and record.kind not in subscriber.kinds:
            return False
        if not subscriber.countries:
            return True
        countries = {self._countries.get(record.source)}
        if record.kind == "event":
            # Also where it is held elsewhere: a copy has to hear that it is held there now.
            countries.add(record.data.get("country"))
        return not countries.isdisjoint(subscriber.countries)

    def _known_countries(self) -> Mapping[str, str | None]:
        """The sources' countries: what was settled, and what the files say by now."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(Source.name, Source.country)).all()
        return {**{row.name: row.country for row in rows}, **self._terms.countries()}

    def _log(self, level: int, words: str, *more: object) -> None:
        """The host says who it is; the rest of its address may be a secret."""
        subscriber = self._subscriber
        host = urlsplit(subscriber.url).hostname
        told = {"subscriber": subscriber.id}
        LOGGER.log(level, f"webhook %d (%s): {words}", subscriber.id, host, *more, extra=told)
