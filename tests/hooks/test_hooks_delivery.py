"""Subscribers are told of every change, at least once, in order per item."""

from __future__ import annotations

import logging
import random
import threading
from collections import defaultdict
from datetime import UTC, timedelta
from email.utils import format_datetime

import pytest
from receiver import Receiver, Sending, free_host
from sqlalchemy import update
from standardwebhooks import Webhook, WebhookVerificationError
from worlds import SOURCE, crawl, page_items, visit

from feeds.hooks.delivery import MOST_HELD
from feeds.hooks.terms import DELAYS, JITTER
from feeds.items import change_view
from jobs.log import JsonLines
from models import open_database, writing
from models.changes import changes_after
from models.errors import LeaseLost
from models.history import Meta
from models.hooks import (
    GRIP,
    add_subscriber,
    backlogs,
    due_subscribers,
    gripping,
    remove_subscriber,
    resume_subscriber,
    take_subscriber,
)

on_a_file = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
"""Of what asks nothing new of the database, once is enough."""


def test_a_change_is_sent_as_the_interface_tells_it_and_signed(engine, receiver):
    crawl(engine, [visit(1)])
    sending = Sending(engine, receiver.host)
    sending.subscribe()
    assert sending.deliver() == 1
    records, _ = changes_after(engine)
    assert [got.body["data"] for got in receiver.got] == [change_view(one) for one in records]
    assert receiver.got[0].body["type"] == "article.create"
    assert receiver.got[0].body["timestamp"] == receiver.got[0].body["data"]["recorded_at"]
    for got in receiver.got:
        assert Webhook(sending.secret).verify(got.raw, dict(got.headers)) == got.body
        with pytest.raises(WebhookVerificationError):
            Webhook(sending.secret).verify(got.raw + b" ", dict(got.headers))
    assert receiver.connections == 1, "one connection is enough"
    assert sending.deliver() == 0


def test_only_what_comes_unless_asked_otherwise(engine, receiver):
    crawl(engine, [visit(1)])
    sending = Sending(engine, receiver.host)
    sending.subscribe(from_start=False)
    assert sending.deliver() == 0
    crawl(engine, [visit(2)], day=1)
    assert sending.deliver() == 1
    assert receiver.seqs == [6, 7, 8, 9, 10]


def test_types_and_countries(engine, receiver):
    items = page_items(2)
    items[1].country = "DE"
    crawl(engine, [visit(1), visit(2, items=items)])
    crawl(engine, [visit(3, source="obcy")], source="obcy")
    sending = Sending(engine, receiver.host, countries={SOURCE: "PL", "obcy": "CZ"})
    sending.subscribe(kinds=["event", "relation"], countries=["PL"])
    assert sending.deliver() == 1
    told = [(got.body["type"], got.body["data"]["source"]) for got in receiver.got]
    assert told == [
        ("event.create", SOURCE),
        ("relation.create", SOURCE),
        ("event.create", SOURCE),
        ("relation.create", SOURCE),
    ]
    assert backlogs(engine)[1].pending == 0
    sending.subscribe(kinds=["event"], countries=["DE"])
    assert sending.deliver() == 1
    assert receiver.got[-1].body["data"]["item"]["country"] == "DE"
    assert len(receiver.got) == 5


def in_order(receiver: Receiver) -> bool:
    """Whether no change was sent before all earlier ones of its item were accepted."""
    accepted, sent = set(), defaultdict(set)
    for got in receiver.got:
        sent[got.item].add(got.seq)
        if any(seq not in accepted for seq in sent[got.item] if seq < got.seq):
            return False
        if 200 <= got.status < 300:
            accepted.add(got.seq)
    return True


def test_whatever_is_answered_each_change_arrives_and_items_keep_their_order(engine):
    chance = random.Random(2)
    replies = [500, 404, (429, {"Retry-After": "7200"}), 503, 302, (500, {"Retry-After": "x"})]
    with Receiver(lambda _: chance.choice([200, 201, 202, 204, *replies])) as receiver:
        sending = Sending(engine, receiver.host)
        sending.subscribe()
        for day in range(4):
            visits = [visit(1, day, word=f"wersja {day}")]
            crawl(engine, visits, day)
            sending.deliver()
            sending.later(minutes=chance.uniform(0, 90))
        sending.deliver_all()
        records, _ = changes_after(engine, limit=1_000)
        assert sorted(receiver.seqs) == [record.seq for record in records]
        assert in_order(receiver)
        bodies = defaultdict(set)
        for got in receiver.got:
            bodies[got.id].add(got.raw)
        assert len(bodies) == len(records)
        assert all(len(same) == 1 for same in bodies.values()), "one id, one message"
        assert backlogs(engine)[1].pending == 0


def test_the_order_is_checked():
    with Receiver() as receiver:
        assert in_order(receiver)
    told = [("a", 1, 500), ("b", 2, 204), ("a", 3, 204)]

    class One:
        def __init__(self, item, seq, status):
            self.item, self.seq, self.status = item, seq, status

    receiver.got = [One(*one) for one in told]
    assert not in_order(receiver)


@on_a_file
def test_one_item_that_is_refused_holds_up_no_other_and_is_given_up_in_the_end(engine, caplog):
    crawl(engine, [visit(1), visit(2)])
    poison = changes_after(engine)[0][0].item_id
    heals = [500]
    with Receiver(lambda m: heals[0] if m["data"]["id"] == poison else 204) as receiver:
        sending = Sending(engine, receiver.host)
        sending.subscribe()
        sending.deliver()
        assert receiver.seqs == list(range(2, 11))
        tried = [sending.now]
        for day in range(1, 12):
            crawl(engine, [visit(1, day, word=f"wersja {day}")], day)
            sending.deliver()
            if day == 1:
                assert receiver.seqs == [*range(2, 11), 12, 13, 14, 15]
                assert backlogs(engine)[1].held == 2
            before = len(receiver.got)
            sending.later(seconds=DELAYS[min(day, len(DELAYS)) - 1] * (1 + JITTER))
            sending.deliver()
            tried += [sending.now] * (len(receiver.got) - before)
            if backlogs(engine)[1].given_up:
                break
        refused = [got for got in receiver.got if got.status == 500 and got.seq == 1]
        assert len(refused) == len(DELAYS) + 1
        assert tried[-1] - tried[0] > timedelta(hours=10)
        assert "given up after 10 tries: 500" in caplog.text
        backlog = backlogs(engine)[1]
        assert (backlog.given_up, backlog.pending) == (1, backlog.held)
        assert backlog.held > 5, "later changes of the item wait"
        heals[0] = 200
        sending.later(days=1)
        sending.deliver()
        assert in_order(receiver) is False, "the first was passed over"
        poisoned = [got.seq for got in receiver.taken if got.item == poison]
        assert poisoned == sorted(poisoned)
        assert 1 not in poisoned
        assert vars_of(backlogs(engine)[1]) == (0, 0, 0), "a later change carries all of the item"


def vars_of(backlog):
    return backlog.pending, backlog.held, backlog.given_up


@on_a_file
def test_nothing_is_given_up_where_nothing_is_taken(engine):
    crawl(engine, [visit(1)])
    with Receiver(lambda _: 500) as receiver:
        sending = Sending(engine, receiver.host)
        sending.subscribe()
        for _ in range(16):
            sending.deliver()
            sending.later(hours=13)
        assert backlogs(engine)[1].given_up == 0
        receiver.answer = lambda _: 204
        sending.deliver_all()
        assert sorted(receiver.seqs) == [1, 2, 3, 4, 5]


@on_a_file
def test_who_cannot_be_reached_is_asked_ever_more_rarely_and_loses_nothing(engine):
    crawl(engine, [visit(1)])
    sending = Sending(engine, free_host())
    sending.subscribe()
    waits = []
    for _ in range(len(DELAYS) + 2):
        assert sending.deliver() == 1
        state = sending.state
        assert (state.position, state.state) == (0, "failing")
        waits.append((state.not_before - sending.now).total_seconds())
        assert due_subscribers(engine, state.not_before - timedelta(seconds=1)) == []
        sending.now = state.not_before
    bounds = [*DELAYS, DELAYS[-1], DELAYS[-1]]
    assert all(
        bound * (1 - JITTER) <= wait <= bound * (1 + JITTER)
        for wait, bound in zip(waits, bounds, strict=True)
    )
    assert len({wait / bound for wait, bound in zip(waits, bounds, strict=True)}) > 5, "jitter"
    assert "refused" in sending.state.last_answer.casefold()
    assert vars_of(backlogs(engine)[1]) == (5, 0, 0)


@on_a_file
def test_a_subscriber_that_asks_for_a_pause_gets_it(engine):
    crawl(engine, [visit(1)])
    with Receiver(lambda _: (429, {"Retry-After": "7200"})) as receiver:
        sending = Sending(engine, receiver.host)
        sending.subscribe()
        sending.deliver()
        assert len(receiver.got) == 1
        assert sending.state.not_before == sending.now + timedelta(hours=2)
        sending.later(hours=2)
        day = format_datetime((sending.now + timedelta(hours=3)).astimezone(UTC), usegmt=True)
        receiver.answer = lambda _: (503, {"Retry-After": day})
        sending.deliver()
        assert sending.state.not_before > sending.now + timedelta(hours=2)
        receiver.answer = lambda _: (503, {"Retry-After": "9" * 90})
        sending.now = sending.state.not_before
        sending.deliver()
        assert sending.state.not_before == sending.now + timedelta(days=1)


def test_gone_means_off_until_somebody_resumes(engine, caplog):
    crawl(engine, [visit(1)])
    with Receiver(lambda m: 410 if m["data"]["seq"] == 3 else 204) as receiver:
        sending = Sending(engine, receiver.host)
        number = sending.subscribe()
        sending.deliver()
        assert receiver.seqs == [1, 2]
        assert (sending.state.state, sending.state.off_reason) == ("off", "410 Gone")
        assert f"clusterfeed webhooks resume {number}" in caplog.text
        sending.later(days=30)
        assert sending.deliver() == 0
        receiver.answer = lambda _: 204
        assert resume_subscriber(engine, number)
        assert sending.deliver() == 1
        assert receiver.seqs == [1, 2, 3, 4, 5]
        assert not resume_subscriber(engine, 99)


@on_a_file
def test_what_was_given_up_is_tried_again_when_somebody_resumes(engine):
    crawl(engine, [visit(1)])
    refuse = [True]
    with Receiver(lambda m: 413 if refuse[0] and m["data"]["seq"] == 1 else 204) as receiver:
        sending = Sending(engine, receiver.host)
        number = sending.subscribe()
        for day in range(1, 11):
            assert backlogs(engine)[number].given_up == 0
            sending.deliver()
            sending.later(hours=13)
            crawl(engine, [visit(2, day, items=page_items(2, word=f"{day}")[:1])], day)
        assert backlogs(engine)[number].given_up == 1
        refuse[0] = False
        resume_subscriber(engine, number)
        sending.deliver()
        assert receiver.seqs == [*range(2, 15), 1, 15]


@on_a_file
def test_redirects_are_not_followed(engine, receiver):
    crawl(engine, [visit(1)])
    with Receiver(lambda _: (307, {"Location": receiver.url})) as elsewhere:
        sending = Sending(engine, elsewhere.host)
        sending.subscribe()
        sending.deliver()
        assert elsewhere.got
        assert sending.state.last_answer == "307 Temporary Redirect"
        assert receiver.got == []


def test_a_database_that_was_rebuilt_is_told_before_anything_else(engine, caplog):
    crawl(engine, [visit(1)])
    refuse = [True]
    with Receiver(lambda _: 500 if refuse[0] else 204) as receiver:
        sending = Sending(engine, receiver.host)
        sending.subscribe()
        sending.deliver()
        assert backlogs(engine)[1].held
        with writing(engine) as connection:
            connection.execute(update(Meta).where(Meta.key == "epoch").values(value="anew"))
        receiver.got.clear()
        for _ in range(2):
            sending.later(days=1)
            sending.deliver()
        refuse[0] = False
        crawl(engine, [visit(2)], day=1)
        sending.later(days=1)
        sending.deliver()
        assert [got.body["type"] for got in receiver.got[:3]] == ["reset"] * 3
        assert len({(got.id, got.raw) for got in receiver.got[:3]}) == 1
        records, _ = changes_after(engine, receiver.got[0].body["data"]["cursor"])
        assert [record.seq for record in records] == [6, 7, 8, 9, 10]
        assert [got.seq for got in receiver.got[3:]] == [6, 7, 8, 9, 10]
        assert caplog.text.count("told to read all anew") == 1


def test_a_database_that_was_set_back_as_well(engine, receiver):
    crawl(engine, [visit(1)])
    sending = Sending(engine, receiver.host)
    sending.subscribe()
    sending.deliver()
    with writing(engine) as connection:
        connection.exec_driver_sql("DELETE FROM change WHERE seq > 2")
    sending.deliver()
    assert receiver.got[-1].body["type"] == "reset"
    assert sending.state.position == 2


@on_a_file
def test_only_so_much_waits_for_one_subscriber(engine, monkeypatch):
    monkeypatch.setattr("feeds.hooks.delivery.MOST_HELD", 4)
    assert MOST_HELD > 100
    crawl(engine, [visit(1), visit(2)])
    with Receiver(lambda _: 500) as receiver:
        sending = Sending(engine, receiver.host)
        sending.subscribe()
        for _ in range(6):
            sending.deliver()
            sending.later(days=1)
        assert vars_of(backlogs(engine)[1]) == (10, 4, 0)
        receiver.answer = lambda _: 204
        sending.deliver_all()
        assert sorted(receiver.seqs) == list(range(1, 11))
        assert in_order(receiver)


def test_two_senders_of_one_database_send_each_change_once(engine, database):
    crawl(engine, [visit(n) for n in range(4)])
    with Receiver() as receiver:
        sending = Sending(engine, receiver.host)
        sending.subscribe()
        others = [Sending(open_database(database), receiver.host) for _ in range(2)]

        def work(one: Sending) -> None:
            while backlogs(one.engine)[1].pending:
                one.deliver()

        threads = [threading.Thread(target=work, args=(one,)) for one in [sending, *others]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        for one in others:
            one.engine.dispose()
        assert receiver.seqs == list(range(1, 21))
        assert receiver.together == 0


def test_who_lost_the_grip_writes_nothing(engine, receiver):
    sending = Sending(engine, receiver.host)
    number = sending.subscribe()
    first = take_subscriber(engine, number, sending.now)
    assert take_subscriber(engine, number, sending.now + GRIP / 2) is None
    second = take_subscriber(engine, number, sending.now + GRIP * 1.1)
    with pytest.raises(LeaseLost), gripping(engine, first, sending.now, position=7):
        pass
    assert sending.state.position == 0
    with gripping(engine, second, sending.now, position=8):
        pass
    assert sending.state.position == 8


def test_a_subscriber_that_is_removed_meanwhile_is_told_no_more(engine):
    crawl(engine, [visit(1), visit(2)])
    with Receiver() as receiver:
        sending = Sending(engine, receiver.host)
        number = sending.subscribe()
        receiver.answer = lambda _: 500 if remove_subscriber(engine, number) else 204
        sending.deliver()
        assert len(receiver.got) == 1
        assert backlogs(engine) == {}


@on_a_file
def test_the_log_names_the_host_and_nothing_else_of_an_address(engine, receiver, caplog):
    crawl(engine, [visit(1)])
    receiver.answer = lambda _: 404
    sending = Sending(engine, receiver.host)
    sending.subscribe()
    with caplog.at_level(logging.DEBUG):
        sending.deliver()
    assert "webhook 1 (127.0.0.1): change 1: 404 Not Found; it waits" in caplog.text
    assert "s3cr3t" not in caplog.text
    assert sending.secret not in caplog.text
    record = next(r for r in caplog.records if r.name == "clusterfeed.webhooks")
    assert '"subscriber": 1' in JsonLines().format(record)


def test_many_subscribers_each_have_their_own_position(engine, receiver):
    crawl(engine, [visit(1)])
    sending = Sending(engine, receiver.host)
    sending.subscribe()
    closed = add_subscriber(
        engine,
        f"http://{free_host()}/",
        sending.secret,
        sending.now,
        kinds=[],
        countries=[],
        from_start=True,
    )
    sending.terms = Sending(engine, receiver.host).terms
    assert sending.deliver() == 2
    assert receiver.seqs == [1, 2, 3, 4, 5]
    found = backlogs(engine)
    assert (found[1].pending, found[closed].pending) == (0, 5)
