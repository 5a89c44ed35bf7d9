"""Pictures of the pages for the documentation, of the crawled replica: `make screenshots`.

Writes docs/screenshots/*.png.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

from chromium import ADVICE, find
from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
CLUSTERFEED = (sys.executable, "-m", "cli")
DESKTOP = {"width": 1180, "height": 820}
PHONE = {"width": 390, "height": 844}

_SECONDS = 120


def main() -> int:
    """Crawl, serve, look, write."""
    path = find()
    if path is None:
        print(ADVICE)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        database = str(Path(folder) / "replica.db")
        print("Crawling the replica ...", flush=True)
        subprocess.run(
            [*CLUSTERFEED, "crawl", "--all", "--replica", "--db", database],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        token = secrets.token_urlsafe(24)
        with _served(database, token) as base, sync_playwright() as playwright:
            is_root = hasattr(os, "geteuid") and os.geteuid() == 0
            browser = playwright.chromium.launch(
                executable_path=path, args=["--no-sandbox"] if is_root else []
            )
            FOLDER.mkdir(exist_ok=True)
            light = browser.new_page(viewport=DESKTOP, color_scheme="light")
            _desktop(light, base, token)
            _take(browser.new_page(viewport=DESKTOP, color_scheme="dark"), base, "dark", _MAIN)
            phone = browser.new_page(viewport=PHONE, color_scheme="light", device_scale_factor=1.5)
            _take(phone, base, "telephone", _MAIN)
            browser.close()
    total = sum(file.stat().st_size for file in FOLDER.glob("*.png"))
    print(f"{len(list(FOLDER.glob('*.png')))} pictures, {total // 1000} kB, in {FOLDER}")
    return 0


_MAIN = "/en/organizations?q=Klaster+Logistyczno-Transportowy"
"""Leads to an organization with labels, news and events."""


def _desktop(page: Page, base: str, token: str) -> None:
    for name, path in (
        ("start", "/en"),
        ("search", "/en/search?q=plock"),
        ("organization", _MAIN),
        ("register", "/en/certificates?as_of=2024-06-01&scheme=pl-krajowy-klaster-kluczowy"),
        ("calendar", "/en/events?month=2022-06"),
        ("sources", "/en/sources"),
        ("changes", "/en/changes"),
    ):
        _take(page, base, name, path)
    page.goto(f"{base}/en/sign-in?to=/review")
    page.get_by_label("Token").fill(token)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/review"))
    page.set_viewport_size({**DESKTOP, "height": 1_180})
    page.screenshot(path=FOLDER / "review.png")


def _take(page: Page, base: str, name: str, path: str) -> None:
    page.goto(base + path)
    if path == _MAIN:
        page.locator("main h3 a, main .entries a").first.click()
        page.wait_for_url(re.compile("/organizations/"))
    size = page.viewport_size or DESKTOP
    page.set_viewport_size({**size, "height": 1_500 if path == _MAIN else size["height"]})
    page.screenshot(path=FOLDER / f"{name}.png")
    page.set_viewport_size(size)


@contextlib.contextmanager
def _served(database: str, token: str) -> Iterator[str]:
    """The pages of a database, as `clusterfeed serve` has them."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    server = subprocess.Popen(
        [*CLUSTERFEED, "serve", "--no-crawl", "--port", str(port), "--db", database],
        env={**os.environ, "CLUSTERFEED_TOKEN": token},
        stderr=subprocess.DEVNULL,
    )
    base = f"http://127.0.0.1:{port}"
    try:
        _wait(base)
        yield base
    finally:
        server.terminate()
        server.wait()


def _wait(base: str) -> None:
    """Until it answers. Raises TimeoutError."""
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        with contextlib.suppress(OSError), urlopen(f"{base}/health", timeout=5):
            return
        time.sleep(0.2)
    raise TimeoutError("the server did not answer")


if __name__ == "__main__":
    sys.exit(main())
