"""The commands, the service that sends, and what is left when it is killed."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from receiver import Receiver, Sending, free_host
from shell import BIN, Shell
from typer.testing import CliRunner
from worlds import crawl, visit

from cli import app
from feeds.metrics import Metrics
from models import open_database
from models.hooks import backlogs, subscribers
from models.transfer import copy_database

DOCS = Path(__file__).parents[2] / "docs" / "webhooks.md"


def webhooks(database, *words, code=0):
    result = CliRunner().invoke(app, ["webhooks", *map(str, words), "--db", database])
    assert result.exit_code == code, result.output
    return result.output


def listed(database):
    return [json.loads(line) for line in webhooks(database, "list", "--json").splitlines()]


@pytest.fixture
def path(sqlite_template, tmp_path):
    """A database as a file, empty but for its tables."""
    path = tmp_path / "clusterfeed.db"
    path.write_bytes(sqlite_template.read_bytes())
    return str(path)


def test_from_adding_to_removing(path, receiver, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    assert "webhooks add URL" in webhooks(path, "list")
    opened = ("--allow-host", receiver.host)
    wishes = ("--types", "article,event", "--types", "relation", "--country", "pl")
    said = webhooks(path, "add", receiver.url + "?key=s3cr3t", *wishes, *opened)
    secret = re.search(r"^whsec_\S+$", said, re.M)[0]
    [facts] = listed(path)
    assert facts["types"] == ["article", "event", "relation"]
    assert facts["countries"] == ["PL"]
    assert facts["state"] == "ok"
    shown = webhooks(path, "list") + json.dumps(facts)
    assert receiver.url in shown
    assert "s3cr3t" not in shown
    assert secret not in shown

    assert "accepted: 204 No Content" in webhooks(path, "test", 1, *opened)
    assert receiver.got[0].body["type"] == "ping"
    receiver.answer = lambda _: 500
    assert "not accepted: 500 Internal" in webhooks(path, "test", 1, *opened, code=1)
    assert "https://" in webhooks(path, "test", 1, code=1), "opened for that one call only"

    receiver.answer = lambda _: 410
    engine = open_database(path)
    crawl(engine, [visit(1)])
    webhooks(path, "deliver", *opened)
    assert listed(path)[0]["state"] == "ok", "the country is not known, so nothing was sent"
    webhooks(path, "add", receiver.url, "--from-start", *opened)
    webhooks(path, "deliver", *opened)
    assert [one["state"] for one in listed(path)] == ["ok", "off"]
    assert "off since" in webhooks(path, "list")
    receiver.answer = lambda _: 200
    webhooks(path, "resume", 2)
    webhooks(path, "deliver", *opened)
    assert listed(path)[1]["pending"] == 0
    webhooks(path, "remove", 1)
    assert [one["id"] for one in listed(path)] == [2]
    assert "no webhook 1" in webhooks(path, "remove", 1, code=2)
    assert "no webhook 1" in webhooks(path, "resume", 1, code=2)
    assert "no webhook 1" in webhooks(path, "test", 1, code=2)
    engine.dispose()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["http://hook.example/"], "https://"),
        (["https://127.0.0.1/"], "no public address"),
        (["https://localhost/"], "no public address"),
        (["https://me:you@hook.example/"], "no user and password"),
        (["https://hook.example/", "--types", "news"], "no type 'news'; there are article"),
        (["https://hook.example/", "--country", "Poland"], "'POLAND' is no country"),
    ],
)
def test_what_cannot_be_added(path, words, reason):
    assert reason in webhooks(path, "add", *words, code=2)
    assert listed(path) == []


def test_a_service_that_is_killed_loses_nothing_keeps_the_order_and_ends_in_peace(
    tmp_path, sqlite_template
):
    shell = Shell(tmp_path)
    shell.database.write_bytes(sqlite_template.read_bytes())
    engine = open_database(str(shell.database))
    crawl(engine, [visit(n) for n in range(3)])
    services = []
    done = threading.Event()

    def answer(message):
        seq = message["data"]["seq"]
        if seq == 7 and len(services) == 1:
            services[0].kill()
            services[0].wait()
        if seq == 20:
            done.set()
        return 204

    with Receiver(answer) as receiver:
        Sending(engine, receiver.host).subscribe()
        words = ["serve", "--no-crawl", "--port", "0", "--log-json", "--allow-host", receiver.host]
        for service in range(2):
            with (tmp_path / f"{service}.log").open("wb") as log:
                services.append(
                    subprocess.Popen(
                        [str(BIN / "clusterfeed"), *words],
                        cwd=tmp_path,
                        env=shell.environment,
                        stderr=log,
                    )
                )
            if service == 0:
                services[0].wait(300)
            else:
                crawl(engine, [visit(3)], day=1)
                assert done.wait(300)
                services[1].terminate()
                assert services[1].wait(300) == 0
        assert receiver.seqs == [*range(1, 8), *range(7, 21)], "what was on its way came twice"
        assert len({got.id for got in receiver.got}) == 20
        assert receiver.together == 0
    said = (tmp_path / "1.log").read_text()
    assert "messages taken" in said
    assert "error" not in said
    engine.dispose()


def test_a_copy_takes_subscribers_along(engine, engine_name, tmp_path, postgres):
    crawl(engine, [visit(1)])
    with Receiver(lambda m: 500 if m["data"]["seq"] == 2 else 204) as receiver:
        sending = Sending(engine, receiver.host)
        sending.subscribe(kinds=["article", "event", "relation"])
        sending.deliver()
        target = str(tmp_path / "copy.db") if engine_name == "postgresql" else postgres.create()
        copied = copy_database(engine, target)
        assert (copied["subscriber"], copied["held_message"]) == (1, 1)
        receiver.got.clear()
        receiver.answer = lambda _: 204
        other = Sending(open_database(target), receiver.host, now=sending.now)
        other.later(days=1)
        crawl(other.engine, [visit(2)], day=1)
        other.deliver()
        assert subscribers(other.engine)[0].secret == sending.secret
        assert receiver.seqs == [2, 6, 7, 10]
        other.subscribe()
        assert sorted(backlogs(other.engine)) == [1, 2]
        other.engine.dispose()


def test_metrics_tell_how_subscribers_fare(engine):
    crawl(engine, [visit(1)])
    with Receiver(lambda m: 500 if m["data"]["seq"] == 2 else 204) as receiver:
        sending = Sending(engine, receiver.host)
        sending.subscribe()
        sending.deliver()
        Sending(engine, free_host()).subscribe()
    text = Metrics(engine).text().decode()
    found = {family.name: family.samples for family in text_string_to_metric_families(text)}
    pending = {s.labels["subscriber"]: s.value for s in found["clusterfeed_webhook_pending"]}
    held = {s.labels["subscriber"]: s.value for s in found["clusterfeed_webhook_held"]}
    states = {s.labels["state"]: s.value for s in found["clusterfeed_webhooks"]}
    assert pending == {"1": 1, "2": 5}
    assert held == {"1": 1, "2": 0}
    assert states == {"ok": 2, "failing": 0, "off": 0}


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_receiver_of_the_manual_works(engine, tmp_path):
    code = re.search(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.S)[1]
    (tmp_path / "receiver.py").write_text(code, encoding="utf-8")
    crawl(engine, [visit(1)])
    host = free_host()
    port = host.partition(":")[2]
    sending = Sending(engine, host)
    sending.subscribe()
    child = subprocess.Popen(
        [sys.executable, str(tmp_path / "receiver.py"), port],
        env=os.environ | {"WEBHOOK_SECRET": sending.secret},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        for _ in range(1_200):
            try:
                socket.create_connection(("127.0.0.1", int(port))).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.05)
        sending.deliver()
    finally:
        child.kill()
    told = child.communicate()[0].splitlines()
    assert [line.split()[0] for line in told] == [
        f"{kind}.create"
        for kind in ("article", "event", "certification", "organization", "relation")
    ]
