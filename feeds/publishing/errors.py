"""Why nothing was published. Each message is one line that says what to do."""

from __future__ import annotations


class PublishError(Exception):
    """Nothing was published; what was published before stands as it did."""


class FolderForeign(PublishError):
    """The folder holds what is not ours, or cannot be ours."""


class NothingToPublish(PublishError):
    """The database holds no finished crawl yet."""
