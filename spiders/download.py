"""How answers are taken in: a server that sends header lines without end is cut off.

Scrapy bounds what a body may take (DOWNLOAD_MAXSIZE) and how long an answer may last, but not
the headers, which Twisted collects in memory until they end.
"""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError
from scrapy.http import Response
from twisted.python.failure import Failure
from twisted.web._newclient import BODY, DONE

HEADERS_LIMIT = 256 * 1024
"""So many bytes of status and header lines are read of one answer."""


class BoundedHandler(HTTP11DownloadHandler):
    """Download handler for http and https, in the place of Scrapy's own."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _BoundedFactory

    async def download_request(self, request: Request) -> Response:
        """Ask; DownloadCancelledError where the headers do not end, which nobody tries again."""
        try:
            return await super().download_request(request)
        except DownloadFailedError as error:
            for reason in getattr(error.__cause__, "reasons", ()):
                if isinstance(reason.value, DownloadCancelledError):
                    raise reason.value from None
            raise


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    """One connection; counts what comes before a body begins, 1xx answers and all."""

    _before_body = 0

    def request(self, request: Any) -> Any:
        """Send a request; the count begins anew."""
        self._before_body = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:
        """Read on, unless there is no end to the headers."""
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        parser = self._parser
        if parser is None or parser.state in (BODY, DONE):
            return
        self._before_body += len(data)
        if self._before_body > HEADERS_LIMIT:
            error = DownloadCancelledError(f"more than {HEADERS_LIMIT} bytes of headers")
            self._giveUp(Failure(error))  # type: ignore[no-untyped-call]
            self.transport.abortConnection()  # type: ignore[union-attr]


class _BoundedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> _BoundedProtocol:  # noqa: ARG002
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
