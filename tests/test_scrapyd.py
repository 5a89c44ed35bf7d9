"""The project deployed to a real Scrapyd, as it lies: an egg without the project beside it."""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import venv
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
import scrapyd

from replica.server import ReplicaServer

ROOT = Path(__file__).parent.parent
PACKAGES = Path(scrapyd.__file__).parent.parent
PATIENCE = 300
"""Seconds that anything may take on a busy machine."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with an interpreter that has every package but this project."""
    folder = tmp_path_factory.mktemp("scrapyd")
    (folder / "packages").mkdir()
    for path in PACKAGES.iterdir():
        if not path.name.startswith(("clusterfeed", "__editable__")):
            (folder / "packages" / path.name).symlink_to(path)
    venv.create(folder / "venv", symlinks=True)
    return folder


@pytest.fixture(scope="module")
def environment(folder):
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(folder),
        "PYTHONPATH": str(folder / "packages"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


@pytest.fixture(scope="module")
def ask(folder, environment):
    """A running Scrapyd, to be asked: ask("listjobs.json?project=p"), or with values to post."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "scrapyd.conf").write_text(f"[scrapyd]\nhttp_port = {port}\npoll_interval = 0.2\n")
    (folder / ".scrapy.cfg").write_text(f"[deploy:here]\nurl = http://127.0.0.1:{port}/\n")
    with (folder / "scrapyd.log").open("w") as log:
        server = subprocess.Popen(
            [folder / "venv" / "bin" / "python", "-m", "scrapyd"],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
        )

    def ask(path, **values):
        data = urlencode(values, doseq=True).encode() if values else None
        with urlopen(f"http://127.0.0.1:{port}/{path}", data, timeout=PATIENCE) as reply:
            return json.load(reply)

    def running():
        try:
            return ask("daemonstatus.json")
        except URLError:
            assert server.poll() is None, (folder / "scrapyd.log").read_text()
            return None

    _until(running)
    yield ask
    server.terminate()
    server.wait(PATIENCE)


def _until(answer):
    end = time.monotonic() + PATIENCE
    while not (answered := answer()):
        assert time.monotonic() < end
        time.sleep(0.1)
    return answered


def test_a_deployed_project_lists_its_sources_and_crawls_into_the_database(
    folder, environment, ask
):
    project = folder / "project"
    kept = shutil.ignore_patterns(".*", "build", "*.egg-info", "*.db*", "__pycache__", "tests")
    shutil.copytree(ROOT, project, ignore=kept)
    deployed = subprocess.run(
        [Path(sys.executable).parent / "scrapyd-deploy", "here"],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    assert json.loads(deployed.stdout)["status"] == "ok", deployed.stdout
    shutil.rmtree(project)
    names = ask("listspiders.json?project=clusterfeed")["spiders"]
    assert {"agrobiocluster", "adlershof", "klosser"} <= set(names)

    database = folder / "crawled.db"
    with ReplicaServer() as replica:
        job = ask(
            "schedule.json",
            project="clusterfeed",
            spider="agrobiocluster",
            setting=[f"DATABASE={database}", f"REPLICA={replica.address}"],
        )["jobid"]
        _until(lambda: ask("listjobs.json?project=clusterfeed")["finished"])
    log = (folder / "logs" / "clusterfeed" / "agrobiocluster" / f"{job}.log").read_text()
    with sqlite3.connect(database) as connection:
        runs = connection.execute("SELECT source, verdict FROM run").fetchall()
        articles = connection.execute("SELECT count(*) FROM article").fetchone()[0]
    assert runs == [("agrobiocluster", "ok")], log
    assert articles > 5, log
