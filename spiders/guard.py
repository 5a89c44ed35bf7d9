"""Where the crawler may go: http and https, to public addresses, on the site's own host.

Two checks, because names and addresses are two things: a downloader middleware refuses by the
address as written, the resolver by what a name resolves to. What is no public address is a
setting (REFUSED_RANGES); of that, only hosts are open that the operator names with their port
(setting ALLOWED_HOSTS, `--allow-host`).
"""

from __future__ import annotations

import ipaddress
from typing import Any, NoReturn
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from egress import REFUSED_RANGES, Network, is_public, networks
from spiders.addresses import bare


class EgressGuard:
    """Refuses every request that leaves the site or the web; `dont_filter` changes nothing."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.allowed = set(crawler.settings.getlist("ALLOWED_HOSTS"))
        self._names = set(map(_name, self.allowed))
        self._replica = bool(crawler.settings.get("REPLICA"))
        self._refused = networks(crawler.settings.getlist("REFUSED_RANGES", list(REFUSED_RANGES)))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> EgressGuard:
        """Scrapy's way to make one."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Let the request pass, or raise IgnoreRequest with the reason."""
        try:
            reason = self._refusal(request.url)
        except ValueError:
            reason = "no address"
        if reason:
            self._refuse(reason)

    def process_response(self, request: Request, response: Response) -> Response:
        """Let the answer pass, unless it came from where the resolver would not have gone."""
        peer = response.ip_address
        own = self._replica or urlsplit(request.url).netloc in self.allowed
        if peer is not None and not own and not is_public(str(peer), self._refused):
            self._refuse(f"the answer came from {peer}")
        return response

    def _refuse(self, reason: str) -> NoReturn:
        self.crawler.stats.inc_value("clusterfeed/refused")
        raise IgnoreRequest(f"refused: {reason}")

    def _refusal(self, url: str) -> str | None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https"):
            return f"the scheme {parts.scheme} is not read"
        host = parts.hostname or ""
        if "@" in parts.netloc:
            return f"a user name or password for {host}"
        if parts.port == 0 or not host:
            return "no address"
        allowed = parts.netloc in self.allowed
        sites = getattr(self.crawler.spider, "allowed_domains", None)
        if sites and bare(host) not in sites and not allowed:
            return f"{host} is another site"
        if not allowed and host in self._names:
            return f"{parts.netloc} is another port than the one that may be read"
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return None
        if not allowed and not is_public(host, self._refused):
            return f"{host} is no public address; name it with --allow-host to read it"
        return None


class GuardedResolver(CachingThreadedResolver):
    """Resolves names to public addresses only; the address checked is the address used."""

    allowed: frozenset[str] = frozenset()
    refused: tuple[Network, ...] = ()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> GuardedResolver:
        """Scrapy's way to make one."""
        resolver: GuardedResolver = super().from_crawler(crawler, reactor)
        names = [*crawler.settings.getlist("ALLOWED_HOSTS"), crawler.settings.get("REPLICA") or ""]
        resolver.allowed = frozenset(map(_name, names))
        resolver.refused = networks(
            crawler.settings.getlist("REFUSED_RANGES", list(REFUSED_RANGES))
        )
        return resolver

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:
        """The address of a host; DNSLookupError for one that is not public."""
        result: Deferred[str] = super().getHostByName(name, timeout)
        if name not in self.allowed:
            result.addCallback(_public_only, name, self.refused)
        return result


def _public_only(address: str, name: str, refused: tuple[Network, ...]) -> str:
    if is_public(address, refused):
        return address
    raise DNSLookupError(f"{name} is at {address}, which is no public address")


def _name(host: str) -> str:
    """A host without its port."""
    return host.rpartition(":")[0] or host
