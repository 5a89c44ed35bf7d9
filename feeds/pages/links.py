"""Links to other sites: the address is the web's, and trusted with nothing."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from markupsafe import Markup

_REL = "noopener noreferrer nofollow ugc"
_UNSAFE = re.compile(r"[\\\s\x00-\x20\x7f]")
_LONGEST = 16_384


def outside_host(address: str | None) -> str | None:
    """The host that a browser would go to; None for what we do not link to.

    Only http and https, and nothing that browsers and we could read differently. A host in
    other letters is given as it is in the network, so that look-alikes show.

    >>> outside_host("https://user@Klaster.example:8080/x"), outside_host("javascript:alert(1)")
    ('klaster.example', None)
    """
    if not address or len(address) > _LONGEST or _UNSAFE.search(address):
        return None
    try:
        parts = urlsplit(address)
        host = parts.hostname
        if parts.scheme not in ("http", "https") or not host:
            return None
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except ValueError:
        return None


def outside_link(address: str | None, text: str = "") -> Markup:
    """A link to another site that names its host; the bare text where there can be none.

    text: the link's words; the host by itself without any.
    """
    host = outside_host(address)
    if host is None:
        return Markup("<span>{}</span>").format(text or address or "")
    shown = host.removeprefix("www.")
    words = (
        Markup('{} <span class="host">({})</span>').format(text, shown) if text else Markup("{}")
    )
    inside = words if text else words.format(shown)
    return Markup('<a class="outside" rel="{}" href="{}">{}</a>').format(_REL, address, inside)
