"""SharePoint publishing sites: /PL/.../Strony/X.aspx, /EN/.../Pages/X.aspx, default.aspx lists."""

from __future__ import annotations

import re
from typing import ClassVar

from spiders.site import SiteSpider


class SharePointSpider(SiteSpider):
    """An article's address carries its list's year and page; both name the same article."""

    ignored = re.compile(r"/(?:_layouts|_catalogs|_vti_bin|_forms|forms)(?:/|$)", re.IGNORECASE)
    listing = re.compile(r"/(?:default|news|aktualnosci)\.aspx", re.IGNORECASE)
    article_only_dropped: ClassVar[tuple[str, ...]] = ("year", "pageNumber", "month")

    def canonical(self, url: str) -> str:
        """As everywhere, and an article's address loses its list's parameters."""
        if self.listing.search(url):
            return super().canonical(url)
        return self.without(url, self.article_only_dropped)
