"""Where the crawler may go: http and https, to public addresses, on the site's own host.

Two checks, because names and addresses are two things: a downloader middleware refuses by the
address as written, the resolver by what a name resolves to. Loopback and private networks are
open only for hosts that the operator names (setting ALLOWED_HOSTS, `--allow-host`).
"""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from egress import is_public
from spiders.addresses import bare


class EgressGuard:
    """Refuses every request that leaves the site or the web; `dont_filter` changes nothing."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.allowed = set(crawler.settings.getlist("ALLOWED_HOSTS"))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> EgressGuard:
        """Scrapy's way to make one."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Let the request pass, or raise IgnoreRequest with the reason."""
        reason = self._refusal(request.url)
        if reason:
            self.crawler.stats.inc_value("clusterfeed/refused")
            raise IgnoreRequest(f"refused: {reason}")

    def _refusal(self, url: str) -> str | None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https"):
            return f"the scheme {parts.scheme} is not read"
        host = parts.hostname or ""
        allowed = parts.netloc.rpartition("@")[2] in self.allowed
        sites = getattr(self.crawler.spider, "allowed_domains", None)
        if sites and bare(host) not in sites and not allowed:
            return f"{host} is another site"
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return None
        if not allowed and not is_public(host):
            return f"{host} is no public address; name it with --allow-host to read it"
        return None


class GuardedResolver(CachingThreadedResolver):
    """Resolves names to public addresses only; the address checked is the address used."""

    allowed: frozenset[str] = frozenset()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> GuardedResolver:
        """Scrapy's way to make one."""
        resolver: GuardedResolver = super().from_crawler(crawler, reactor)
        names = [*crawler.settings.getlist("ALLOWED_HOSTS"), crawler.settings.get("REPLICA") or ""]
        resolver.allowed = frozenset(name.rpartition(":")[0] or name for name in names)
        return resolver

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:
        """The address of a host; DNSLookupError for one that is not public."""
        result: Deferred[str] = super().getHostByName(name, timeout)
        if name not in self.allowed:
            result.addCallback(_public_only, name)
        return result


def _public_only(address: str, name: str) -> str:
    if is_public(address):
        return address
    raise DNSLookupError(f"{name} is at {address}, which is no public address")
