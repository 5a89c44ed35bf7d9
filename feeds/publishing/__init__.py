"""Publishes the directory as files that any static host can serve: one whole, dated data set."""

from feeds.publishing.errors import FolderForeign, NothingToPublish, PublishError
from feeds.publishing.publication import Published, Wishes, publish

__all__ = [
    "FolderForeign",
    "NothingToPublish",
    "PublishError",
    "Published",
    "Wishes",
    "publish",
]
