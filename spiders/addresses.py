"""Addresses of one site: which belong to it, and which name the same page.

A page is known by its canonical address: the site's own scheme and host, no fragment, no
session, tracking or display parameters, the rest of the query in its order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from catalogue import Source

TRACKING = re.compile(
    r"(?:utm_\w{1,40}|fbclid|gclid|msclkid|mc_[ce]id|_ga|_gl|hsCtaTracking|pk_\w{1,40}"
    r"|phpsessid|jsessionid|session_?id|sessid|oscsid|zenid|aspsessionid\w{0,20}|cfid|cftoken|chash"
    r"|replytocom|share|print|print_?version|source)",
    re.IGNORECASE,
)
# Names that elsewhere say which page it is: ?view=article, ?sid=12.
_BY_VALUE = re.compile(r"view=(?:render)?print\w{0,20}|sid=[\w-]{16,200}", re.IGNORECASE)
_SESSION = re.compile(
    r";(?:jsessionid|sid|phpsessid)=[\w.!-]{1,100}"
    r"|/\((?:[A-Z]\([\w-]{10,100}\)){1,4}\)(?=/|$)",  # ASP.NET, where cookies are refused
    re.IGNORECASE,
)
_CREDENTIALS = re.compile(r"^([a-z]{2,20}://)[^/?#]*@", re.IGNORECASE)
_LANGUAGE = frozenset(("lang", "language", "locale", "hl", "set_language"))
_SAFE = "/:@!$&'()*+,;=~-._%"

NO_PAGE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|bmp|tiff?|css|js|json|mp[34]|avi|mov|wmv|wav|zip|rar|7z"
    r"|gz|tgz|docx?|xlsx?|pptx?|odt|ods|pdf|eps|exe|apk|ics|vcf|woff2?|ttf|eot|xml|rss|txt)$",
    re.IGNORECASE,
)


def bare(host: str) -> str:
    """A host without `www.`, in lower case."""
    return host.lower().removeprefix("www.")


def on_site(url: str, source: Source) -> bool:
    """Whether an address belongs to the source's site; www, http and https do not count.

    What is no address at all belongs to none.
    """
    try:
        parts = urlsplit(url)
        url.encode()
        return (
            parts.scheme in ("http", "https")
            and bare(parts.hostname or "") == bare(source.host)
            and _port(url) == _port(source.url)
        )
    except ValueError:
        return False


def without_credentials(url: str) -> str:
    """An address without the user name and password that it may hold.

    >>> without_credentials("https://me:secret@example.org/a@b")
    'https://example.org/a@b'
    """
    return _CREDENTIALS.sub(r"\1", url, count=1)


def is_home(url: str) -> bool:
    """Whether an address is a site's home page, in whichever language; /?p=12 is not.

    >>> is_home("https://example.org/?lang=pl"), is_home("https://example.org/?p=12")
    (True, False)
    """
    parts = urlsplit(url)
    names = (name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True))
    return parts.path in ("", "/") and all(name in _LANGUAGE for name in names)


def _port(url: str) -> int | None:
    parts = urlsplit(url)
    return None if parts.port in (80, 443) else parts.port


def canonical(url: str, source: Source, dropped: Iterable[str] = ()) -> str:
    """The address under which a page of the source is stored.

    `dropped` names further query parameters that change nothing on the page.

    >>> site = Source(name="x", url="http://www.example.org/")
    >>> canonical("https://example.org/a/?utm_source=n&lang=pl#top", site)
    'http://www.example.org/a/?lang=pl'
    """
    parts = urlsplit(url)
    home = urlsplit(source.url)
    gone = {name.lower() for name in dropped}
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not TRACKING.fullmatch(name)
        and not _BY_VALUE.fullmatch(f"{name}={value}")
        and name.lower() not in gone
    ]
    path = _SESSION.sub("", parts.path) or "/"
    path = quote(unquote(path, errors="surrogateescape"), safe=_SAFE, errors="surrogateescape")
    return urlunsplit((home.scheme, home.netloc.lower(), path, urlencode(query), ""))
