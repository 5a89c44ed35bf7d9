"""Posts JSON to an address that an operator named: over https, to the public internet."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from collections.abc import Collection, Mapping
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from egress import is_public

TIMEOUT = 10.0
"""Seconds that the other side may be silent."""


class NotTold(Exception):
    """The address was not told, and why."""


def post_json(address: str, facts: Mapping[str, Any], allow_hosts: Collection[str] = ()) -> None:
    """Post `facts`; redirects are not followed. Raises NotTold.

    allow_hosts: as host:port, those that may be on a private network, and asked without TLS.
    """
    parts = urlsplit(address)
    allowed = parts.netloc in allow_hosts
    if parts.scheme != "https" and not (allowed and parts.scheme == "http"):
        raise NotTold(f"{address}: a webhook has a https:// address")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        connection = _Pinned(parts.hostname or "", port, _resolve(parts.hostname, port, allowed))
        if parts.scheme == "https":
            connection.tls = ssl.create_default_context()
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"Clusterfeed/{version('clusterfeed')}",
        }
        try:
            connection.request("POST", path, json.dumps(facts).encode(), headers)
            status = connection.getresponse().status
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotTold(f"{parts.netloc}: {error}") from error
    if not 200 <= status < 300:
        raise NotTold(f"{parts.netloc} answers with status {status}")


class _Pinned(http.client.HTTPConnection):
    """Connects to the address that was checked, whatever the name resolves to by then."""

    tls: ssl.SSLContext | None = None

    def __init__(self, host: str, port: int, ip: str) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self._ip = ip

    def connect(self) -> None:
        """To the address, and there to the name's certificate."""
        plain = socket.create_connection((self._ip, self.port), TIMEOUT)
        self.sock = self.tls.wrap_socket(plain, server_hostname=self.host) if self.tls else plain


def _resolve(name: str | None, port: int, allowed: bool) -> str:
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    private = [address for address in addresses if not is_public(address)]
    if private and not allowed:
        raise OSError(f"is at {private[0]}, which is no public address; allow it by --allow-host")
    return addresses[0]
