"""Why a request failed, in plain words."""

from __future__ import annotations

from scrapy.exceptions import IgnoreRequest
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from spiders.pace import NotNow

QUIET = ("forbidden", "left out", "not now")
TOO_LARGE = "the page, unpacked, or its headers are over the size limit"
LASTING = ("forbidden", "refused", "error", "too large")
"""Causes that are not gone the next hour."""


def why(failure: Failure) -> str:
    """The cause of a failed request in plain words; before the colon, its kind."""
    error = failure.value
    if isinstance(error, HttpError):
        status = error.response.status
        return f"{'refused' if status in (401, 403, 429, 451) else 'error'}: HTTP {status}"
    if isinstance(error, NotNow):
        return f"not now: {error}"
    if isinstance(error, IgnoreRequest):
        reason = str(error) or "left out"
        if "DOWNLOAD_MAXSIZE" in reason:
            return f"too large: {TOO_LARGE}"
        return f"forbidden: {reason}" if "robots" in reason.lower() else f"left out: {reason}"
    name = type(error).__name__
    if name in ("DownloadCancelledError",):
        return f"too large: {TOO_LARGE}"
    return f"unreachable: {name}: {error}".strip()
