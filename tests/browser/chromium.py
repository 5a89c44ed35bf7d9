"""The Chromium that the browser tests run in: found, or installed.

`python tests/browser/chromium.py` is run before the tests. It takes the one on the path, else has
playwright install one, else, as root on Debian, takes the distribution's; without any it ends with
exit code 1 and says what to install.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

ADVICE = """\
No Chromium for the browser tests. Install one, then run this again:
  Debian, Ubuntu  sudo apt install chromium
  Fedora          sudo dnf install chromium
  elsewhere       .venv/bin/playwright install --with-deps chromium"""

_DOWNLOAD_SECONDS = 600
_PACKAGES_SECONDS = 900


def find() -> str | None:
    """The path of a Chromium that starts; None for none."""
    on_path = (shutil.which(name) for name in NAMES)
    for path in filter(None, on_path):
        if _starts(path):
            return path
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() and _starts(own) else None


def install() -> str | None:
    """Install a Chromium, and return its path; None where there is no way."""
    print("Installing Chromium for the browser tests (once; playwright's, 200 MB) ...", flush=True)
    # A network that drops packets is given up soon.
    patience = {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000"}
    driver = [sys.executable, "-m", "playwright", "install", "chromium"]
    if _run(driver, _DOWNLOAD_SECONDS, patience):
        path = find()
        if path:
            return path
    if not (hasattr(os, "geteuid") and os.geteuid() == 0 and _is_debian()):
        return None
    print("That failed. Installing the distribution's Chromium (once) ...", flush=True)
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        if not _run(["apt-get", "-qq", *arguments], _PACKAGES_SECONDS, quiet):
            return None
    return find()


def _starts(path: str) -> bool:
    """Whether it can run here: a file may be there without the libraries that it needs."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _run(command: Sequence[str], seconds: float, environment: dict[str, str]) -> bool:
    """Whether a command succeeded; if not, its first errors are shown."""
    try:
        done = subprocess.run(
            command,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"  {error}", flush=True)
        return False
    if done.returncode:
        lines = done.stdout.decode(errors="replace").splitlines()
        errors = [line for line in lines if line.startswith(("Error", "E:"))]
        print(*(f"  {line}" for line in errors[:2] or lines[-2:]), sep="\n", flush=True)
    return done.returncode == 0


def _is_debian() -> bool:
    release = Path("/etc/os-release")
    return release.exists() and "ID=debian" in release.read_text("utf-8").splitlines()


if __name__ == "__main__":
    sys.exit(None if find() or install() else ADVICE)
