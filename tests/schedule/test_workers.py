"""Two workers, one PostgreSQL, and a kill -9 in the middle."""

import threading
from pathlib import Path

import psycopg
import pytest
from procrastinate.schema import SchemaManager
from shell import Shell
from sites import Command, Hosts, alive, children, kill_hard, until
from typer.testing import CliRunner

import cli
from catalogue import Source
from jobs.worker_queue import NoQueue, enqueue, ensure_queue, jobs, opened, queue_app
from models import open_database
from models.leases import begin_run, finish_run


@pytest.fixture
def shell(tmp_path):
    return Shell(tmp_path)


@pytest.fixture
def server(postgres, postgres_template):
    """The address of a database of this test's own."""
    return postgres.create(postgres_template)


def ask(database, query):
    with psycopg.connect(database) as connection:
        return connection.execute(query).fetchall()


def test_a_killed_worker_loses_nothing_and_no_host_is_crawled_twice_at_once(shell, server):
    sources = {"one": (0, "a"), "two": (0, "b"), "three": (1, "a")}
    with Hosts(2, pages=8, pause=0.1) as sites:
        for name, (host, section) in sources.items():
            shell.source(name, f"http://{sites.hosts[host]}/{section}/")
        common = {"CLUSTERFEED_DB": server, "CLUSTERFEED_ALLOW_HOST": ",".join(sites.hosts)}
        said = shell.run_anew("enqueue", "--all", **common)
        assert said.returncode == 0, said.stderr
        assert "3 enqueued" in said.stdout

        options = ("worker", "--at-once", "2", "--heartbeat", "1")
        with Command(shell, *options, **common) as a, Command(shell, *options, **common) as b:

            def told():
                return a.said() + b.said() + str(ask(server, "SELECT source, verdict FROM run"))

            # Whichever crawls is killed in the middle of it, and its crawls end with it.
            until(lambda: len(sites.asked) > 4, told)
            victim, other = (a, b) if children(a.process.pid) else (b, a)
            orphans = kill_hard(victim)
            assert orphans, told()
            until(lambda: not any(map(alive, orphans)), told)
            done = "SELECT count(DISTINCT source) FROM run WHERE verdict = 'ok'"
            until(lambda: ask(server, done) == [(len(sources),)], told)
            left = "SELECT count(*) FROM procrastinate_jobs WHERE queue_name = 'crawl'"
            until(lambda: ask(server, left) == [(0,)], told)
            assert other.end() == 0
            assert "its worker is gone, put back" in other.said()

        assert sites.together == []
        for host, section in sources.values():
            pages = {f"/{section}/", *(f"/{section}/{number}/" for number in range(8))}
            assert sites.visited(sites.hosts[host], f"/{section}/") >= pages
    assert ask(server, "SELECT count(*) FROM run WHERE finished IS NULL") == [(0,)]
    verdicts = {verdict for (verdict,) in ask(server, "SELECT DISTINCT verdict FROM run")}
    assert verdicts <= {"ok", "partial"}, "crawls of the killed worker were closed by themselves"
    stored = ask(server, "SELECT source, count(*) FROM article GROUP BY source ORDER BY source")
    assert stored == [(name, 8) for name in sorted(sources)]


def source(name, host="a.example"):
    return Source(name=name, url=f"https://{host}/{name}/")


def test_the_queue_is_made_once_by_many_at_the_same_time(server):
    made, engines = [], [open_database(server) for _ in range(4)]
    threads = [
        threading.Thread(target=lambda e=engine: made.append(ensure_queue(e))) for engine in engines
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [False, False, False, True]


def test_an_older_queue_gets_the_migrations_it_lacks(server):
    """As if the last of Procrastinate's migrations had come with an upgrade."""
    engine = open_database(server)
    ensure_queue(engine)
    scripts = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    trigger = "procrastinate_trigger_status_events_update_v1"
    with psycopg.connect(server) as connection:
        connection.execute(f"DROP TRIGGER {trigger} ON procrastinate_jobs")
        connection.execute(f"COMMENT ON TABLE procrastinate_jobs IS '{scripts[-2].name}'")
    assert ensure_queue(engine)
    assert ask(server, f"SELECT count(*) FROM pg_trigger WHERE tgname = '{trigger}'") == [(1,)]
    assert not ensure_queue(engine)


def test_a_source_waits_once_and_a_request_goes_first(server):
    engine = open_database(server)
    ensure_queue(engine)
    with opened(server) as app:
        assert enqueue(app, [source("due"), source("other", "b.example")], "schedule") == (
            ["due", "other"],
            [],
        )
        assert enqueue(app, [source("due"), source("asked")], "request") == (["asked"], ["due"])
    listed = jobs(engine)
    assert [(job.source, job.state) for job in listed] == [
        ("asked", "waiting"),
        ("due", "waiting"),
        ("other", "waiting"),
    ]


def test_the_queue_says_where_a_job_runs_and_why_one_failed(server):
    engine = open_database(server)
    ensure_queue(engine)
    with opened(server) as app:
        enqueue(app, [source("running", "a.example"), source("failed", "b.example")], "request")
    begin_run(engine, "running")
    finish_run(engine, begin_run(engine, "failed"), "crashed", "killed by SIGKILL")
    with psycopg.connect(server) as connection:
        change = (
            "UPDATE procrastinate_jobs SET status = %s, attempts = %s WHERE args->>'source' = %s"
        )
        connection.execute(change, ("doing", 0, "running"))
        connection.execute(change, ("failed", 3, "failed"))
    running, failed = jobs(engine)
    assert (running.source, running.state) == ("running", "running")
    assert running.where.count(":") == 1
    assert (failed.state, failed.attempts) == ("failed", 3)
    assert failed.reason == "crashed: killed by SIGKILL"


@pytest.mark.parametrize("command", [("worker",), ("enqueue", "a")])
def test_without_postgresql_a_worker_says_what_to_set(shell, command):
    shell.source("a", "https://a.example/")
    said = shell.run(*command)
    assert said.returncode == 2
    assert "CLUSTERFEED_DB=postgresql://" in said.stderr
    assert not shell.database.exists()


def test_a_file_is_no_queue():
    with pytest.raises(NoQueue):
        queue_app("sqlite:///x.db")


def test_what_is_due_joins_the_queue_and_goes_back_to_it_when_a_worker_is_stopped(shell, server):
    with Hosts(1, pages=30, pause=0.1) as sites:
        shell.source("site", f"http://{sites.hosts[0]}/a/")
        common = {"CLUSTERFEED_DB": server, "CLUSTERFEED_ALLOW_HOST": sites.hosts[0]}
        with Command(shell, "worker", "--metrics-port", "0", **common) as worker:
            until(lambda: len(sites.asked) > 3, worker.said)
            assert worker.end() == 0, worker.said()
    assert "Traceback" not in worker.said()
    assert "/metrics" in worker.said()
    assert ask(server, "SELECT trigger, verdict, reason FROM run") == [
        ("schedule", "partial", "stopped by the operator")
    ]
    jobs_left = "SELECT status::text, attempts FROM procrastinate_jobs WHERE queue_name = 'crawl'"
    assert ask(server, jobs_left) == [("todo", 1)]
    assert ask(server, "SELECT count(*) FROM procrastinate_workers") == [(0,)]


def test_an_upgrade_makes_the_queue_and_the_command_shows_it(server):
    runner = CliRunner()
    assert runner.invoke(cli.app, ["db", "upgrade", "--db", server]).exit_code == 0
    assert "The queue is empty" in runner.invoke(cli.app, ["queue", "--db", server]).output
    with opened(server) as app:
        enqueue(app, [source("alpine")], "request")
    said = runner.invoke(cli.app, ["queue", "--db", server]).output
    assert "alpine" in said
    assert "waiting" in said
