"""Any site: no platform is assumed; the home page and the listings lead to the rest."""

from __future__ import annotations

from spiders.site import SiteSpider


class AnySiteSpider(SiteSpider):
    """Follows the site's own links, listings first."""
