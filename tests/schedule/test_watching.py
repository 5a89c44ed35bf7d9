"""Alerts, logs and metrics."""

import json
import logging
import sys
import time

import pytest
from prometheus_client.parser import text_string_to_metric_families
from websites import Reply, Website

from catalogue import Source
from feeds.metrics import Due, Metrics
from jobs import alerts
from jobs.agenda import take_in
from jobs.alerts import Hooks, alert
from jobs.log import JsonLines
from jobs.webhook import NotTold, post_json
from models.leases import begin_run, finish_run


def run(engine, source, verdict, reason=""):
    return finish_run(engine, begin_run(engine, source), verdict, reason)


def test_a_webhook_is_told_once_per_change(engine):
    with Website({"/": Reply(b"")}) as hook:
        hooks = Hooks(webhook=hook.url, allow_hosts=(hook.host,))
        for verdict in ("ok", "degraded", "degraded", "partial", "crashed"):
            run(engine, "a", verdict, "because")
            alert(engine, hooks, {})
            alert(engine, hooks, {})
    told = [json.loads(body) for body in hook.posted]
    assert [facts["verdict"] for facts in told] == ["degraded", "crashed"]
    assert told[0]["text"] == "Clusterfeed: a is degraded: because"


def test_a_source_names_its_own_command_beside_the_general_one(engine, tmp_path, caplog):
    def command(name):
        code = f"import sys; open({str(tmp_path / name)!r}, 'w').write(sys.stdin.read())"
        return f'{sys.executable} -c "{code}"'

    run(engine, "a", "blocked")
    run(engine, "b", "blocked")
    own = Source(name="a", url="https://a.example/", on_degraded=command("own"))
    alert(engine, Hooks(command=command("general")), {"a": own})
    assert json.loads((tmp_path / "own").read_text())["source"] == "a"
    assert json.loads((tmp_path / "general").read_text())["source"] == "b"
    assert not caplog.records


def test_without_anybody_to_tell_nothing_is_noted_as_told(engine):
    run(engine, "a", "blocked")
    alert(engine, Hooks(), {})
    with Website({"/": Reply(b"")}) as hook:
        alert(engine, Hooks(webhook=hook.url, allow_hosts=(hook.host,)), {})
    assert len(hook.posted) == 1


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("no-such-program-anywhere", "No such file"),
        ("'unbalanced", "No closing quotation"),
        (f'{sys.executable} -c "raise SystemExit(3)"', "ended with code 3"),
        (f'{sys.executable} -c "import time; time.sleep(600)"', "took longer than"),
    ],
)
def test_a_command_that_fails_hurts_nobody(engine, command, words, caplog, monkeypatch):
    monkeypatch.setattr(alerts, "COMMAND_SECONDS", 1)
    began = time.monotonic()
    run(engine, "a", "crashed")
    alert(engine, Hooks(command=command), {})
    assert words in caplog.text
    assert time.monotonic() - began < 300, "it was waited for"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://hook.example/", "https"),
        ("ftp://hook.example/", "https"),
        ("https://127.0.0.1:1/", "no public address"),
        ("https://localhost:1/", "no public address"),
        ("https://[::1]:1/", "no public address"),
        ("https:///nobody", ": "),
    ],
)
def test_a_webhook_is_on_the_public_web_and_asked_over_tls(address, words):
    with pytest.raises(NotTold, match=words):
        post_json(address, {})


def test_a_webhook_that_redirects_is_not_followed():
    with Website({"/": Reply(b"", 302, {"Location": "/other"})}) as hook:
        with pytest.raises(NotTold, match="status 302"):
            post_json(hook.url, {}, [hook.host])
        assert hook.asked == ["/"]


def record(message, *words, **more):
    made = logging.LogRecord("a.b", logging.INFO, "x.py", 1, message, words, more.pop("exc", None))
    vars(made).update(more)
    return made


def test_a_log_line_is_one_json_object():
    try:
        raise ValueError("two\nlines")
    except ValueError:
        broken = sys.exc_info()
    line = JsonLines().format(record("Zażółć %s\n", "x", source="a", run=7, exc=broken))
    assert "\n" not in line
    said = json.loads(line)
    assert said["message"] == "Zażółć x\n"
    assert (said["level"], said["source"], said["run"]) == ("info", "a", 7)
    assert said["time"].endswith("+00:00")
    assert "ValueError: two" in said["error"]


def test_a_spider_names_its_source_and_run():
    class Stats:
        def get_value(self, name):
            return {"clusterfeed/run": 5}[name]

    class Thing:
        pass

    spider = Thing()
    spider.name, spider.crawler = "pppt", Thing()
    spider.crawler.stats = Stats()
    said = json.loads(JsonLines("other").format(record("x", spider=spider)))
    assert (said["source"], said["run"]) == ("pppt", 5)
    assert json.loads(JsonLines("other").format(record("x")))["source"] == "other"


def families(engine, **more):
    text = Metrics(engine, **more).text().decode()
    return {family.name: family for family in text_string_to_metric_families(text)}


def test_metrics_count_runs_and_name_them_as_prometheus_does(engine):
    for source, verdict in (("a", "ok"), ("a", "ok"), ("b", "blocked")):
        run(engine, source, verdict)
    begin_run(engine, "c")
    take_in(engine)
    found = families(engine, due=lambda: Due(3, 90.0))
    runs = {sample.labels["verdict"]: sample.value for sample in found["clusterfeed_runs"].samples}
    assert (runs["ok"], runs["blocked"], runs["crashed"]) == (2, 1, 0)
    assert found["clusterfeed_runs_unfinished"].samples[0].value == 1
    sources = {s.labels["verdict"]: s.value for s in found["clusterfeed_sources"].samples}
    assert (sources["ok"], sources["blocked"]) == (1, 1)
    assert found["clusterfeed_sources_due"].samples[0].value == 3
    assert found["clusterfeed_oldest_overdue_seconds"].samples[0].value == 90
    assert found["clusterfeed_database_size_bytes"].samples[0].value > 10_000
    visited = found["clusterfeed_source_visited_timestamp_seconds"].samples
    assert [sample.labels["source"] for sample in visited] == ["a", "b"]
    for name, family in found.items():
        assert name.startswith("clusterfeed_")
        assert family.documentation
        suffixes = {sample.name.removeprefix(name) for sample in family.samples}
        assert suffixes <= ({"_total"} if family.type == "counter" else {""}), name


def test_an_answer_is_kept_for_a_while(engine):
    metrics = Metrics(engine)
    first = metrics.text()
    run(engine, "a", "ok")
    assert metrics.text() == first


def test_the_queue_is_measured_where_there_is_one(engine, engine_name):
    assert "clusterfeed_queue_jobs" not in families(engine)
    if engine_name == "postgresql":
        from jobs.worker_queue import enqueue, ensure_queue, opened

        ensure_queue(engine)
        with opened(engine.url.render_as_string(hide_password=False)) as app:
            enqueue(app, [Source(name="a", url="https://a.example/")], "request")
        states = {
            s.labels["state"]: s.value for s in families(engine)["clusterfeed_queue_jobs"].samples
        }
        assert states == {"waiting": 1, "running": 0, "failed": 0}
