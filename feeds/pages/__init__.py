"""Web pages for people: HTML without scripts, in English and Polish."""

from feeds.pages.site import add_pages

__all__ = ["add_pages"]
