"""`clusterfeed doctor`: what is wrong is named, with what to do; what is well is left alone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from newsites import all_sites
from shell import Shell
from sqlalchemy import text
from typer.testing import CliRunner
from websites import Reply, Website

from catalogue import Source, load_sources
from cli import app
from jobs import doctor
from jobs.scout_file import write_verified
from models import open_database
from models.leases import begin_run

NOW = datetime.now(UTC)


def grades(checks):
    return {check.what: check.grade for check in checks}


def test_everything_fine_ends_with_zero(tmp_path, monkeypatch):
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "alpine.yaml").write_text("url: https://alpine.example/\n")
    open_database(str(tmp_path / "x.db")).dispose()
    monkeypatch.setenv("CLUSTERFEED_SOURCES", str(tmp_path / "sources"))
    asked = ["doctor", "--offline", "--contact", "me@example.org", "--db", str(tmp_path / "x.db")]
    said = CliRunner().invoke(app, asked)
    assert said.exit_code == 0, said.output
    assert "wrong" not in said.output
    (tmp_path / "sources" / "broken.yaml").write_text("url: https://b.example/\npages: many\n")
    said = CliRunner().invoke(app, asked)
    assert said.exit_code == 1
    assert "broken.yaml:2: `pages` is 'many'" in said.output


@pytest.mark.parametrize(
    ("contact", "grade"),
    [("", "wrong"), ("nobody", "wrong"), ("me@example.org", "ok"), ("https://me.example/", "ok")],
)
def test_a_contact_is_something_to_write_to(contact, grade):
    check = doctor.check_contact(contact)
    assert check.grade == grade
    assert bool(check.todo) == (grade == "wrong")


def test_a_sound_database_and_its_clock_agree_with_us(database):
    found = grades(doctor.check_database(database, NOW))
    assert (found["database"], found["clock"], found["disk"]) == ("ok", "ok", "ok")


def test_a_database_of_an_older_release_is_told_how_to_upgrade(database):
    engine = open_database(database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE clusterfeed_version SET version_num = '0001'"))
    engine.dispose()
    check = next(c for c in doctor.check_database(database, NOW) if c.what == "database")
    assert check.grade == "wrong"
    assert "clusterfeed db upgrade" in check.told


def test_a_database_that_is_not_there_yet_is_no_mistake(tmp_path):
    found = grades(doctor.check_database(str(tmp_path / "none.db"), NOW))
    assert found["database"] == "warning"
    assert not (tmp_path / "none.db").exists()


def test_clocks_that_are_apart_are_told(database):
    server = NOW - timedelta(minutes=30)
    assert doctor.check_clock("x", server, NOW).grade == "wrong"
    assert doctor.check_clock("x", NOW - timedelta(seconds=30), NOW).grade == "ok"
    engine = open_database(database)
    is_file = engine.dialect.name == "sqlite"
    begin_run(engine, "a", trigger="manual", code_version="1", now=NOW + timedelta(hours=3))
    engine.dispose()
    clock = next(c for c in doctor.check_database(database, NOW) if c.what == "clock")
    # A server has a clock of its own; a file has only what was written into it.
    assert clock.grade == ("wrong" if is_file else "ok")


def test_a_disk_that_is_nearly_full_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "FREE", 10**18)
    check = next(c for c in doctor.check_database(str(tmp_path / "x.db"), NOW) if c.what == "disk")
    assert check.grade == "wrong"
    assert "make room" in check.todo


def test_names_that_lead_nowhere_or_home_are_told():
    sources = [Source(name="a", url="https://localhost/")]
    check = doctor.check_names(sources)
    assert check.grade == "warning"
    assert "not public: localhost" in check.told
    assert doctor.check_names([Source(name="b", url="https://b.invalid/")]).grade == "wrong"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "# mine\nurl: x\nverified: never  # not yet\ntags: [a]\n",
            "# mine\nurl: x\nverified: 2026-11-22  # not yet\ntags: [a]\n",
        ),
        ("url: x\nverified: 2020-01-01\n", "url: x\nverified: 2026-11-22\n"),
        ("url: x", "url: x\nverified: 2026-11-22\n"),
        (
            "url: x\n# verified: never\n",
            "url: x\n# verified: never\nverified: 2026-11-22\n",
        ),
    ],
)
def test_the_day_is_written_in_place_and_all_else_stays(tmp_path, before, after):
    path = tmp_path / "a.yaml"
    path.write_text(before)
    write_verified(path, date(2026, 11, 22))
    assert path.read_text() == after


@pytest.fixture
def shell(tmp_path):
    return Shell(tmp_path)


def test_a_source_is_held_against_its_site_and_verified_when_it_is_well(shell):
    good = "# Holz\nurl: https://alpenholz.example/\nplatform: wordpress\nlanguages: [de]\n"
    good += "listings: [/neuigkeiten/]\nverified: never\n"
    (shell.sources / "good.yaml").write_text(good)
    bad = "url: https://klastr-vltava.example/\nplatform: drupal\nlanguages: [cs]\n"
    bad += "listings: [/aktuality, /zpravy]\nverified: never\n"
    (shell.sources / "bad.yaml").write_text(bad)
    (shell.sources / "moved.yaml").write_text("url: https://moved.example/\nverified: never\n")
    replies = all_sites()
    replies["moved.example/"] = Reply(
        status=301, headers={"Location": "https://skogsklustret.example/"}
    )
    with Website(replies) as web:
        shell.environment["CLUSTERFEED_REPLICA"] = web.host
        names = ("good", "bad", "moved")
        said = shell.run_anew("doctor", "--write", *(f"--source={name}" for name in names))
    assert said.returncode == 7, said.stdout + said.stderr
    lines = said.stdout.splitlines()
    assert any("platform: typo3" in line for line in lines)
    assert any("wrong" in line and "/zpravy: HTTP 404" in line for line in lines)
    assert any("ok" in line and "/aktuality: 3 links" in line for line in lines)
    assert any("listings: add /kalender/" in line for line in lines)
    assert any("url: https://skogsklustret.example/" in line for line in lines)
    today = datetime.now(UTC).date()
    assert load_sources(shell.sources)[0]["good"].verified in (today, today - timedelta(1))
    assert (shell.sources / "good.yaml").read_text().startswith(good.partition("verified")[0])
    assert (shell.sources / "bad.yaml").read_text() == bad


def test_robots_of_all_sources_and_a_web_servers_clock(shell):
    shell.source("open", "https://open.example/")
    shell.source("shut", "https://shut.example/")
    shell.source("asleep", "https://asleep.example/", "verified: never\n")
    plain = {"Content-Type": "text/plain"}
    replies = {"shut.example/robots.txt": Reply("User-agent: *\nDisallow: /\n", headers=plain)}
    with Website(replies) as web:
        shell.environment["CLUSTERFEED_REPLICA"] = web.host
        said = shell.run("doctor", "--sources", "--contact", "me@example.org")
    assert said.returncode == 1
    told = {line[8:23].strip(): line for line in said.stdout.splitlines() if "robots of" in line}
    assert told["robots of open"].startswith("ok")
    assert told["robots of shut"].startswith("wrong")
    assert "agrees with the server of https://open.example/" in said.stdout
    assert web.asked == ["/robots.txt"] * 2


@pytest.mark.parametrize(
    "arguments",
    [["--source", "x", "--offline"], ["--write"], ["--source", "no-such-source"]],
)
def test_wrong_use_of_the_doctor(arguments):
    assert CliRunner().invoke(app, ["doctor", *arguments]).exit_code == 2
