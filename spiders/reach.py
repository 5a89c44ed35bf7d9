"""How the crawler introduces itself and whom it asks: the live sites, or a replica of them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from scrapy.settings import Settings

from catalogue import Source


class NoContact(ValueError):
    """Live sites are visited only with a contact address in the user agent."""

    def __init__(self) -> None:
        super().__init__(
            "live sites are crawled only with an address that their owners can write to: "
            "set CLUSTERFEED_CONTACT=you@example.org (or --contact you@example.org)"
        )


class Reach:
    """Scrapy add-on: applies the settings CONTACT and REPLICA, wherever they were set."""

    @classmethod
    def from_crawler(cls, crawler: Any) -> Reach:  # noqa: ARG003
        """Scrapy's way to make one."""
        return cls()

    def update_settings(self, settings: Settings) -> None:
        """Put the contact into the user agent; send requests to the replica, if there is one."""
        contact = settings.get("CONTACT")
        if contact:
            settings.set("USER_AGENT", f"{settings['USER_AGENT']} (+{contact})", "cmdline")
        if settings.get("REPLICA"):
            handlers = dict.fromkeys(("http", "https"), "spiders.replica.ReplicaHandler")
            settings["DOWNLOAD_HANDLERS"].update(handlers, "cmdline")
            settings.set("DOWNLOAD_DELAY", 0, "cmdline")


def check_contact(source: Source, settings: Settings) -> None:
    """Raise NoContact where `source` would be asked live and nobody could be written to."""
    local = urlsplit(source.url).netloc in settings.getlist("ALLOWED_HOSTS")
    if not (settings.get("CONTACT") or settings.get("REPLICA") or local):
        raise NoContact
