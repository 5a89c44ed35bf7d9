"""The files for systemd, cron and containers, tried."""

import configparser
import json
import os
import shutil
import subprocess
import warnings
from pathlib import Path

import pytest
import yaml
from shell import BIN, Shell

from models import open_database
from models.leases import begin_run, finish_run

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
CONTAINER = DEPLOY / "container"
PROGRAM = "/opt/clusterfeed/.venv/bin/clusterfeed"
UNITS = sorted((DEPLOY / "systemd").iterdir())
LEAST = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "DynamicUser": "yes",
    "PrivateTmp": "yes",
}


def read(unit):
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read(unit, encoding="utf-8")
    return parser


def test_systemd_accepts_the_units(tmp_path):
    if shutil.which("systemd-analyze") is None:
        warnings.warn("systemd-analyze is missing: the units are parsed only", stacklevel=1)
        assert all(read(unit).sections() for unit in UNITS)
        return
    for unit in UNITS:
        text = unit.read_text().replace(PROGRAM, str(BIN / "clusterfeed"))
        (tmp_path / unit.name).write_text(text)
    said = subprocess.run(
        ["systemd-analyze", "verify", *(tmp_path / unit.name for unit in UNITS)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (said.returncode, said.stderr) == (0, "")


@pytest.mark.parametrize("unit", [u for u in UNITS if u.suffix == ".service"], ids=lambda u: u.stem)
def test_services_have_few_rights(unit):
    service = read(unit)["Service"]
    assert {key: service.get(key) for key in LEAST} == LEAST
    assert service["MemoryMax"]
    # With it a run of another user would look dead, and be taken over while it is alive.
    assert "ProtectProc" not in service


@pytest.mark.parametrize("unit", [u for u in UNITS if u.suffix == ".service"], ids=lambda u: u.stem)
def test_systemd_calls_the_exposure_low(unit):
    """Of ten; a service without any of these settings has 9.6."""
    if shutil.which("systemd-analyze") is None:
        warnings.warn("systemd-analyze is missing: no exposure is told", stacklevel=1)
        return
    said = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=20", "--no-pager", unit],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert said.returncode == 0, said.stdout


def test_the_container_has_few_rights():
    service = yaml.safe_load((CONTAINER / "compose.yaml").read_text())["services"]["clusterfeed"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert not {"privileged", "cap_add", "network_mode", "pid"} & set(service)


def test_the_container_runs_as_a_user_of_its_own_who_owns_no_program():
    lines = (CONTAINER / "Containerfile").read_text().splitlines()
    last = lines[max(at for at, line in enumerate(lines) if line.startswith("FROM ")) :]
    users = [line.split()[1] for line in last if line.startswith("USER ")]
    assert users == ["10001:10001"]
    after = last[last.index("USER 10001:10001") :]
    assert not [line for line in after if line.startswith(("COPY", "ADD", "RUN"))]
    assert not [line for line in last if line.startswith("COPY") and "--chown" in line]
    service = yaml.safe_load((CONTAINER / "compose.yaml").read_text())["services"]["clusterfeed"]
    assert service["user"] == users[0]


def test_the_container_starts_a_command_that_exists():
    lines = (CONTAINER / "Containerfile").read_text().splitlines()
    (command,) = (json.loads(line[4:]) for line in lines if line.startswith("CMD ["))
    done = subprocess.run(
        [BIN / "clusterfeed", *command, "--help"], capture_output=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr


def test_verdicts_are_no_failures_of_the_service():
    codes = set(
        read(DEPLOY / "systemd" / "clusterfeed.service")["Service"]["SuccessExitStatus"].split()
    )
    assert codes == {"3", "4", "5", "6", "7", "8"}


def test_the_line_for_cron_runs_in_its_shell(tmp_path):
    """Cron's own way: the file's variables and nothing else, and /bin/sh on what stands behind
    the five fields and the user."""
    text = (DEPLOY / "cron" / "clusterfeed").read_text()
    text = text.replace(PROGRAM, str(BIN / "clusterfeed")).replace(
        "/var/lib/clusterfeed", str(tmp_path)
    )
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    variables = dict(line.split("=", 1) for line in lines[:-1])
    command = lines[-1].split(None, 6)[6]
    shell = Shell(tmp_path)
    shell.source("site", "https://a.example/", "every: 6h\n")
    engine = open_database(variables["CLUSTERFEED_DB"])
    finish_run(engine, begin_run(engine, "site"), "ok")
    engine.dispose()
    kept = {"PATH": os.environ["PATH"], "CLUSTERFEED_SOURCES": str(shell.sources)}
    if "PYTHONPATH" in os.environ:
        kept["PYTHONPATH"] = os.environ["PYTHONPATH"]
    done = subprocess.run(
        [variables.pop("SHELL"), "-c", command], env=kept | variables, check=False, timeout=120
    )
    log = (tmp_path / "clusterfeed.log").read_text()
    assert done.returncode == 0, log
    assert "Nothing is due. Next: site" in log
