"""Any site: no platform is assumed; the home page and the listings lead to the rest."""

from __future__ import annotations

import re

from spiders.site import SiteSpider


class AnySiteSpider(SiteSpider):
    """Follows the site's own links, listings first; leaves out what no site shows its news at."""

    ignored = re.compile(
        r"/(?:login|logout|sign-?in|cart|basket|checkout|print)(?:[/.]|$)"
        r"|[?&](?:sort|order)(?:_?by|_?dir)?=",
        re.IGNORECASE,
    )
