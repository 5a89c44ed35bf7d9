"""Which addresses may be asked at all: those of the public internet.

The one rule for whatever we send out: crawls, webhooks, alerts. Knows nobody, so that every room
may ask it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

REFUSED_RANGES = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
    # Of IPv6 only 2000::/3 is handed out; these of it are no part of the public internet.
    "::/3",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
    "4000::/2",
    "8000::/1",
)
"""No public addresses: this machine and network, private and shared ones, link-local ones (there
clouds keep their credentials), tunnels, documentation, multicast, whatever is not handed out."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def networks(ranges: Iterable[str]) -> tuple[Network, ...]:
    """Ranges as `is_public` takes them. Raises ValueError for what is no range."""
    return tuple(ipaddress.ip_network(written) for written in ranges)


_REFUSED = networks(REFUSED_RANGES)


def is_public(address: str, refused: Iterable[Network] = _REFUSED) -> bool:
    """Whether an IP address belongs to the public internet. A name is no address: False.

    refused: the ranges that do not.

    >>> is_public("127.0.0.1"), is_public("10.1.2.3"), is_public("9.9.9.9")
    (False, False, True)
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        # An IPv4 address in other clothes is judged as what it leads to.
        if ip.ipv4_mapped:
            ip = ip.ipv4_mapped
        elif ip in _NAT64:
            ip = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return not any(ip in network for network in refused)
