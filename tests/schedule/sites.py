"""Websites on loopback addresses that note who asks at the same time, and the commands at work."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from shell import BIN, Shell

PATIENCE = 120.0
"""Seconds that a busy machine is given."""


class Hosts:
    """Sites at 127.0.0.1, 127.0.0.2, ...: each path below a section leads to its pages.

    asked: host and path of each request. together: two requests that a host had at the same time,
    which one polite crawl never makes.
    """

    def __init__(self, hosts: int, pages: int = 6, pause: float = 0.05) -> None:
        self.pages = pages
        self.pause = pause
        self.asked: list[tuple[str, str]] = []
        self.together: list[tuple[str, str, str]] = []
        self._busy: dict[str, str] = {}
        self._lock = threading.Lock()
        self._servers = [
            ThreadingHTTPServer((f"127.0.0.{number + 1}", 0), self._handler())
            for number in range(hosts)
        ]
        self.hosts = [f"{s.server_address[0]}:{s.server_port}" for s in self._servers]

    def __enter__(self) -> Hosts:
        for server in self._servers:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def visited(self, host: str, section: str) -> set[str]:
        """Paths of a section that were asked for."""
        return {path for asked, path in self.asked if asked == host and path.startswith(section)}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                host = "{}:{}".format(*self.server.server_address)
                site.begin(host, self.path)
                time.sleep(site.pause)
                body = site.page(self.path)
                site.end(host)
                with contextlib.suppress(OSError):  # who asked may have been killed meanwhile
                    self.send_response(200 if body else 404)
                    self.send_header("Content-Type", "text/html; charset=utf-8")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def begin(self, host: str, path: str) -> None:
        """A request came."""
        with self._lock:
            self.asked.append((host, path))
            if host in self._busy:
                self.together.append((host, self._busy[host], path))
            self._busy[host] = path

    def end(self, host: str) -> None:
        """It was answered."""
        with self._lock:
            self._busy.pop(host, None)

    def page(self, path: str) -> bytes:
        """/a/ links to /a/1/ ...; anything else is not there."""
        section, _, number = path.strip("/").partition("/")
        if len(section) != 1 or (number and not number.isdigit()):
            return b""
        links = "".join(f'<li><a href="/{section}/{n}/">{n}</a></li>' for n in range(self.pages))
        title = f"News {section} {number}" if number else f"Section {section}"
        day = f'<p>Posted on <time datetime="2026-01-{int(number or 0) + 1:02}"></time></p>'
        return (
            f"<!doctype html><html lang='en'><head><title>{title}</title></head><body><article>"
            f"<h1>{title}</h1>{day if number else ''}<p>Some words about the park and what it does "
            f"for its companies.</p></article><ul>{'' if number else links}</ul></body></html>"
        ).encode()


class Command:
    """A clusterfeed command that goes on; ended at the latest when the block is left."""

    def __init__(self, shell: Shell, *arguments: object, **environment: str) -> None:
        self.log = shell.folder / f"{arguments[0]}-{time.monotonic_ns()}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [str(BIN / "clusterfeed"), *map(str, arguments)],
                cwd=shell.folder,
                env=shell.environment | environment,
                stdout=log,
                stderr=log,
            )

    def __enter__(self) -> Command:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def said(self) -> str:
        """What it printed so far."""
        return self.log.read_text(errors="replace")

    def end(self) -> int:
        """Ask it to end, and wait."""
        self.process.terminate()
        return self.process.wait(PATIENCE)


def children(pid: int) -> list[int]:
    """Processes that a process has started and that live (Linux)."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        found += map(int, task.read_text().split())
    return found


def until(true: Callable[[], object], what: Callable[[], object] = lambda: "") -> None:
    """Wait until something is so. what: shown where it never is."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, what()
        time.sleep(0.1)


def alive(pid: int) -> bool:
    """Whether a process lives, and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def kill_hard(command: Command) -> list[int]:
    """kill -9, without a chance to tell anybody; the children it had."""
    had = children(command.process.pid)
    os.kill(command.process.pid, signal.SIGKILL)
    command.process.wait()
    return had
