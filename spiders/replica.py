"""Sends requests to a replica of the sites on loopback, but for hosts that the operator names.

The spiders, the middlewares and the database see the real addresses; only the connection goes
elsewhere, with the real name in its Host header.
"""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from scrapy import Request
from scrapy.http import Response

from spiders.download import BoundedHandler


class ReplicaHandler(BoundedHandler):
    """Download handler for http and https while setting REPLICA ("127.0.0.1:8931") is set."""

    async def download_request(self, request: Request) -> Response:
        """Ask the replica instead of the site; the response keeps the site's address."""
        parts = urlsplit(request.url)
        if parts.netloc in self._crawler.settings.getlist("ALLOWED_HOSTS"):
            return await super().download_request(request)
        local = urlunsplit(("http", self._crawler.settings["REPLICA"], parts.path, parts.query, ""))
        headers = request.headers.copy()
        headers["Host"] = parts.netloc
        response = await super().download_request(request.replace(url=local, headers=headers))
        return response.replace(url=request.url)
