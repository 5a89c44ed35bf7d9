"""Subscribers of webhooks: who is told of changes, up to where, and what waits to be told again.

A subscriber's changes are sent by one process at a time: the grip on its row sees to that, and
whatever a sender writes is written only while it has the grip.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    ForeignKey,
    Index,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from models.base import Base, JsonText, Serial
from models.changes import database_epoch
from models.database import writing
from models.errors import LeaseLost
from models.history import Change
from models.leases import died, owner

GRIP = timedelta(minutes=2)
"""How long a sender may be silent before another one goes on."""


class Subscriber(Base):
    """One address that is told of changes.

    secret: signs what is sent (whsec_...). kinds, countries: what it wants to hear of, all where
    they are empty. epoch, position: the number of the last change that it took, or that waits for
    it in `held_message`, and in which life of the database. reset_at: since when it is to be told
    that the changes begin anew, None once it was. failures, not_before: attempts in a row that
    failed, and until when it is left alone. last_try, last_answer, last_accepted: how it fared.
    off_since, off_reason: it is told nothing any more. grip, owner, grip_until: who sends now.
    """

    __tablename__ = "subscriber"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    url: Mapped[str]
    secret: Mapped[str]
    kinds: Mapped[list[str]] = mapped_column(JsonText)
    countries: Mapped[list[str]] = mapped_column(JsonText)
    created: Mapped[datetime]
    epoch: Mapped[str]
    position: Mapped[int] = mapped_column(Serial)
    reset_at: Mapped[datetime | None]
    failures: Mapped[int]
    not_before: Mapped[datetime | None]
    last_try: Mapped[datetime | None]
    last_answer: Mapped[str | None]
    last_accepted: Mapped[datetime | None]
    off_since: Mapped[datetime | None]
    off_reason: Mapped[str | None]
    grip: Mapped[int]
    owner: Mapped[str | None]
    grip_until: Mapped[datetime | None]

    @property
    def state(self) -> str:
        """ok, failing (the last attempts were in vain) or off."""
        if self.off_since is not None:
            return "off"
        return "failing" if self.failures else "ok"


class HeldMessage(Base):
    """A change that a subscriber did not take, or that waits behind such a one of its item.

    tries: so often it was refused. last_try, answer: how that went the last time. not_before: when
    it is sent again. given_up: since when it is sent no more.
    """

    __tablename__ = "held_message"
    __table_args__ = (Index(None, "subscriber_id", "item_id", "seq"),)

    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=False)
    item_id: Mapped[str]
    tries: Mapped[int]
    last_try: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    answer: Mapped[str | None]
    given_up: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a subscriber has not taken yet.

    pending: changes that it was not sent, or not with success, before what it wants to hear of is
    picked out. held: those of them that it refused, or that wait behind such a one. given_up:
    those that are sent no more; they are not pending.
    """

    pending: int
    held: int
    given_up: int


def add_subscriber(
    engine: Engine,
    url: str,
    secret: str,
    now: datetime,
    *,
    kinds: list[str],
    countries: list[str],
    from_start: bool = False,
) -> int:
    """Tell an address of changes from now on, or of all that there ever were; its number."""
    with writing(engine) as connection:
        number: int = connection.execute(
            insert(Subscriber).returning(Subscriber.id),
            {
                "url": url,
                "secret": secret,
                "kinds": kinds,
                "countries": countries,
                "created": now,
                "epoch": database_epoch(connection),
                "position": 0 if from_start else newest_change(connection),
                "failures": 0,
                "grip": 0,
            },
        ).scalar_one()
        return number


def subscribers(engine: Engine) -> list[Subscriber]:
    """All, the oldest first."""
    with Session(engine, expire_on_commit=False) as session:
        return list(session.scalars(select(Subscriber).order_by(Subscriber.id)))


def remove_subscriber(engine: Engine, number: int) -> bool:
    """Tell it nothing any more, and forget it; False where there is none."""
    with writing(engine) as connection:
        connection.execute(delete(HeldMessage).where(HeldMessage.subscriber_id == number))
        return bool(connection.execute(delete(Subscriber).where(Subscriber.id == number)).rowcount)


def resume_subscriber(engine: Engine, number: int) -> bool:
    """Go on with one that was switched off, at once with one that is left alone for a while, and
    with what was given up; False where there is none."""
    fresh: dict[str, Any] = {"off_since": None, "off_reason": None, "not_before": None}
    with writing(engine) as connection:
        known = connection.execute(
            update(Subscriber).where(Subscriber.id == number).values(failures=0, **fresh)
        )
        connection.execute(
            update(HeldMessage)
            .where(HeldMessage.subscriber_id == number)
            .values(given_up=None, not_before=None, tries=0)
        )
        return bool(known.rowcount)


def backlogs(engine: Engine) -> dict[int, Backlog]:
    """What each subscriber has not taken yet, by its number."""
    with engine.connect() as connection:
        newest = newest_change(connection)
        counted = {
            row.subscriber_id: (row.held, row.given_up)
            for row in connection.execute(
                select(
                    HeldMessage.subscriber_id,
                    func.count().label("held"),
                    func.count(HeldMessage.given_up).label("given_up"),
                ).group_by(HeldMessage.subscriber_id)
            )
        }
        found = {}
        for row in connection.execute(select(Subscriber.id, Subscriber.position)):
            held, given_up = counted.get(row.id, (0, 0))
            ahead = 0
            if row.position < newest:
                ahead = (
                    connection.scalar(
                        select(func.count()).select_from(Change).where(Change.seq > row.position)
                    )
                    or 0
                )
            found[row.id] = Backlog(ahead + held - given_up, held - given_up, given_up)
        return found


def newest_change(connection: Connection) -> int:
    """The number of the last change, 0 where there is none."""
    return connection.scalar(select(func.max(Change.seq))) or 0


def due_subscribers(engine: Engine, now: datetime) -> list[int]:
    """Those that something can be sent to now, and nobody does."""
    waiting = exists().where(HeldMessage.subscriber_id == Subscriber.id, _sendable(now))
    with engine.connect() as connection:
        rows = connection.execute(
            select(Subscriber.id, Subscriber.owner, Subscriber.grip_until)
            .where(
                Subscriber.off_since.is_(None),
                Subscriber.not_before.is_(None) | (Subscriber.not_before <= now),
                (Subscriber.position != newest_change(connection))
                | (Subscriber.epoch != database_epoch(connection))
                | Subscriber.reset_at.is_not(None)
                | waiting,
            )
            .order_by(Subscriber.id)
        ).all()
    return [row.id for row in rows if not _held(row, now)]


def take_subscriber(engine: Engine, number: int, now: datetime) -> Subscriber | None:
    """Take the grip on a subscriber; None while another one has it, or where there is none.

    A grip that is over, or whose process on this machine is gone, is taken over.
    """
    query = select(Subscriber).where(Subscriber.id == number).with_for_update()
    with writing(engine) as connection, Session(connection, expire_on_commit=False) as session:
        found = session.scalars(query).one_or_none()
        if found is None or _held(found, now):
            return None
        found.grip += 1
        found.owner = owner()
        found.grip_until = now + GRIP
        session.flush()
        session.expunge(found)
    return found


@contextmanager
def gripping(
    engine: Engine, subscriber: Subscriber, now: datetime, **values: Any
) -> Iterator[Connection]:
    """A transaction of the one who has the grip, which it renews.

    values: of columns of the subscriber, which are set with it. Raises LeaseLost, with nothing
    written, where another one has taken the grip over, or the subscriber is gone.
    """
    until = now + GRIP
    with writing(engine) as connection:
        ours = connection.execute(
            update(Subscriber)
            .where(Subscriber.id == subscriber.id, Subscriber.grip == subscriber.grip)
            .values(grip_until=until, **values)
        )
        if ours.rowcount != 1:
            raise LeaseLost(f"subscriber {subscriber.id} is another sender's by now")
        yield connection
    for name, value in {"grip_until": until, **values}.items():
        setattr(subscriber, name, value)


def release_subscriber(engine: Engine, subscriber: Subscriber) -> None:
    """Let the grip go, unless another one has it."""
    with writing(engine) as connection:
        connection.execute(
            update(Subscriber)
            .where(Subscriber.id == subscriber.id, Subscriber.grip == subscriber.grip)
            .values(owner=None, grip_until=None)
        )


def next_held(engine: Engine, number: int, now: datetime) -> HeldMessage | None:
    """The oldest message that a subscriber can be sent again now."""
    query = (
        select(HeldMessage)
        .where(HeldMessage.subscriber_id == number, _sendable(now))
        .order_by(HeldMessage.seq)
        .limit(1)
    )
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(query).one_or_none()


def held_items(engine: Engine, number: int) -> dict[str, int]:
    """The items whose changes wait for a subscriber, and how many of them each."""
    query = (
        select(HeldMessage.item_id, func.count())
        .where(HeldMessage.subscriber_id == number, HeldMessage.given_up.is_(None))
        .group_by(HeldMessage.item_id)
    )
    with engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def _sendable(now: datetime) -> ColumnElement[bool]:
    """Condition: the message is due, and no earlier one of its item waits."""
    earlier = aliased(HeldMessage)
    behind = exists().where(
        earlier.subscriber_id == HeldMessage.subscriber_id,
        earlier.item_id == HeldMessage.item_id,
        earlier.seq < HeldMessage.seq,
        earlier.given_up.is_(None),
    )
    return (
        HeldMessage.given_up.is_(None)
        & (HeldMessage.not_before.is_(None) | (HeldMessage.not_before <= now))
        & ~behind
    )


def _held(row: Any, now: datetime) -> bool:
    return bool(row.owner and row.grip_until and row.grip_until > now and not died(row.owner))
