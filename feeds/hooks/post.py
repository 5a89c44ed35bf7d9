"""Posts to addresses that others named: over https, to the public internet, within bounds.

A name is resolved anew for each connection, every address it has must be public, and the
connection goes to one that was checked, whatever the name resolves to by then.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from importlib.metadata import version
from typing import Any
from urllib.parse import SplitResult, urlsplit

from egress import is_public

TIMEOUT = 15.0
"""Seconds from the look-up of the name to the end of the answer, however slowly it comes."""

MOST_READ = 64 * 1024
"""So many bytes of an answer's body are read."""

Resolve = Callable[[str, int], list[str]]
"""The IP addresses of a host; raises OSError."""


class AddressRefused(Exception):
    """Nothing is ever posted to this address, and why."""


class NoAnswer(Exception):
    """There was no answer, and why. arrived: whether the other side may have got what was sent."""

    def __init__(self, reason: str, *, arrived: bool) -> None:
        super().__init__(reason)
        self.arrived = arrived


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said. retry_after: the seconds it asks to be left alone for."""

    status: int
    retry_after: float | None = None
    body: bytes = b""

    @property
    def accepted(self) -> bool:
        """Whether it took what was sent."""
        return 200 <= self.status < 300

    @property
    def words(self) -> str:
        """The status in the standard's words, never in the other side's."""
        try:
            return f"{self.status} {http.HTTPStatus(self.status).phrase}"
        except ValueError:
            return str(self.status)


def resolve(host: str, port: int) -> list[str]:
    """What the system's resolver says."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked_address(address: str, allow_hosts: Collection[str] = ()) -> SplitResult:
    """The address in its parts, if something may be posted to such a one.

    allow_hosts: as host:port, those that may be asked without TLS. Raises AddressRefused.
    """
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise AddressRefused(f"this is no address: {error}") from None
    if not address.isascii() or not address.isprintable() or " " in address:
        raise AddressRefused("an address is plain ASCII: write other characters as %C5%82")
    if "@" in parts.netloc:
        raise AddressRefused("an address here has no user and password; signatures tell who sends")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.netloc in allow_hosts):
        raise AddressRefused(
            "a webhook has a https:// address; http:// is for hosts named by --allow-host HOST:PORT"
        )
    if not host:
        raise AddressRefused("the address names no host")
    return parts


def public_addresses(
    parts: SplitResult, allow_hosts: Collection[str] = (), resolve: Resolve = resolve
) -> list[str]:
    """The IP addresses of an address's host, all of which are public, unless the host is named
    in allow_hosts. Raises AddressRefused, and OSError where the name is not found."""
    found = resolve(parts.hostname or "", _port(parts))
    private = [address for address in found if not is_public(address)]
    if private and parts.netloc not in allow_hosts:
        raise AddressRefused(
            f"{parts.hostname} is at {private[0]}, which is no public address; "
            f"allow it by --allow-host {parts.netloc}"
        )
    return found


class Poster:
    """Posts to one address, over one connection for as long as that lasts.

    allow_hosts: as host:port, those that may be on a private network, and asked without TLS.
    Raises AddressRefused. Redirects are not followed. A context manager: its end closes the
    connection.
    """

    def __init__(
        self,
        address: str,
        allow_hosts: Collection[str] = (),
        *,
        resolve: Resolve = resolve,
        timeout: float = TIMEOUT,
    ) -> None:
        self._parts = checked_address(address, allow_hosts)
        self._allow_hosts = allow_hosts
        self._resolve = resolve
        self._timeout = timeout
        self._tls = ssl.create_default_context() if self._parts.scheme == "https" else None
        self._connection: _Connection | None = None

    def __enter__(self) -> Poster:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; the next post opens another one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def post(self, body: bytes, headers: Mapping[str, str] | None = None) -> Answer:
        """Post a JSON body. Raises NoAnswer, and AddressRefused where the name now leads to a
        private network."""
        until = time.monotonic() + self._timeout
        reused = self._connection is not None
        try:
            try:
                return self._exchange(body, headers or {}, until)
            except (http.client.RemoteDisconnected, ConnectionError):
                # A kept connection that the other side closed meanwhile tells nothing.
                if not reused:
                    raise
                self.close()
                return self._exchange(body, headers or {}, until)
        except (OSError, http.client.HTTPException, ValueError) as error:
            arrived = self._connection is not None
            self.close()
            raise NoAnswer(_reason(error, self._timeout), arrived=arrived) from error
        except BaseException:
            self.close()
            raise

    def _exchange(self, body: bytes, headers: Mapping[str, str], until: float) -> Answer:
        if self._connection is None:
            self._connection = self._connect(until)
        connection, parts = self._connection, self._parts
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        agent = f"Clusterfeed/{version('clusterfeed')}"
        named = {"Content-Type": "application/json", "User-Agent": agent, **headers}
        connection.sock.settimeout(_left(until))
        connection.request("POST", path, body, named)
        connection.response_class = partial(_Response, until=until)  # type: ignore[assignment]
        with connection.getresponse() as response:
            after = _seconds(response.headers.get("Retry-After"))
            read = b""
            # The status is the answer; a body that is long, slow or broken changes nothing.
            with contextlib.suppress(OSError, http.client.HTTPException):
                read = response.read(MOST_READ)
            if not response.isclosed() or connection.sock is None:
                self.close()  # what was not read would be taken for the next answer
            return Answer(response.status, after, read)

    def _connect(self, until: float) -> _Connection:
        addresses = public_addresses(self._parts, self._allow_hosts, self._resolve)
        if not addresses:
            raise OSError("its name has no address")
        port = _port(self._parts)
        host = self._parts.hostname or ""
        for address in addresses:
            try:
                plain = socket.create_connection((address, port), _left(until))
                break
            except OSError:
                if address == addresses[-1]:
                    raise
        try:
            # Headers and body are two packets: the second shall not wait for the first's receipt.
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            plain.settimeout(_left(until))
            sock = self._tls.wrap_socket(plain, server_hostname=host) if self._tls else plain
        except BaseException:
            plain.close()
            raise
        return _Connection(host, port, sock, 443 if self._tls else 80)


class _Connection(http.client.HTTPConnection):
    """Speaks over a socket that is open; it opens none itself."""

    def __init__(self, host: str, port: int, sock: socket.socket, usual_port: int) -> None:
        super().__init__(host, port)
        self.sock = sock
        self.default_port = usual_port
        self.auto_open = 0


class _Response(http.client.HTTPResponse):
    """An answer that is read to its end by one moment; a socket's own time limit begins anew
    with each byte."""

    def __init__(self, sock: socket.socket, *args: Any, until: float, **named: Any) -> None:
        super().__init__(sock, *args, **named)
        self.fp: Any = io.BufferedReader(_Timed(sock, self.fp.detach(), until))


class _Timed(io.RawIOBase):
    def __init__(self, sock: socket.socket, raw: io.RawIOBase, until: float) -> None:
        self._sock = sock
        self._raw = raw
        self._until = until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(_left(self._until))
        read: int | None = self._raw.readinto(buffer)
        return read

    def close(self) -> None:
        self._raw.close()
        super().close()


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _seconds(retry_after: str | None) -> float | None:
    """What a Retry-After header asks for, in seconds from now; None for what cannot be read."""
    if not retry_after or len(retry_after) > 100:
        return None
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - datetime.now(UTC)).total_seconds(), 0.0)


def _reason(error: Exception, timeout: float) -> str:
    """Why there was no answer, in our words: the other side's own could say anything."""
    if isinstance(error, TimeoutError):
        return f"no answer within {timeout:g} seconds"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is refused: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"no TLS connection: {error.reason or 'broken off'}"
    if isinstance(error, socket.gaierror):
        return "its name is not found"
    if isinstance(error, http.client.RemoteDisconnected):
        return "it closed the connection without an answer"
    if isinstance(error, http.client.HTTPException):
        return f"its answer is no HTTP ({type(error).__name__})"
    if isinstance(error, OSError):
        return error.strerror or str(error) or type(error).__name__
    return type(error).__name__
