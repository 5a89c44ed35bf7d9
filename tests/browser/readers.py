"""People at browsers, who notice what goes wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page


@dataclass
class Reader:
    """A person at a browser. noticed: what went wrong: errors, refusals of the content security
    policy, requests to any other host."""

    base: str
    context: BrowserContext
    page: Page
    noticed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Watch."""
        self.page.on("console", lambda said: self.noticed.append(f"console: {said.text}"))
        self.page.on("pageerror", lambda error: self.noticed.append(f"error: {error}"))
        self.page.on("request", lambda request: self._asked(request.url))

    def go(self, path: str) -> int:
        """Open a page; its status."""
        answer = self.page.goto(self.base + path)
        assert answer is not None
        return answer.status

    def width(self) -> tuple[int, int]:
        """How wide the page is, and its window."""
        widths: list[int] = self.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        return widths[0], widths[1]

    def _asked(self, url: str) -> None:
        if not url.startswith((self.base, "data:")):
            self.noticed.append(f"request: {url}")


class Readers:
    """Opens windows; all are closed at the end."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.browser = browser
        self.base = base
        self.opened: list[BrowserContext] = []

    def reader(self, **how: Any) -> Reader:
        """A new reader, who nobody knows yet. how: as playwright's `new_context` takes it."""
        context = self.browser.new_context(**how)
        self.opened.append(context)
        return Reader(self.base, context, context.new_page())

    def close(self) -> None:
        """Close their windows."""
        for context in self.opened:
            context.close()
