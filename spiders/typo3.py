"""TYPO3: readable addresses or index.php?id=; news as parameters of the page that shows them."""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import urlencode

from spiders.site import SiteSpider


class Typo3Spider(SiteSpider):
    """cHash signs the other parameters: strict sites answer 404 without it, or to changed ones.

    So a signed address stays as it is, and the page's own canonical address unites variants.
    tt_news is older than strictness: there the signature goes, and with it what only says from
    which list the reader came.
    """

    sitemaps: ClassVar[tuple[str, ...]] = ("/sitemap.xml",)
    ignored = re.compile(
        r"/(?:typo3(?:conf|temp|_src)?|fileadmin|uploads)(?:/|$)|[?&]eID="
        r"|[?&](?:type=[1-9]|tx_(?:indexedsearch|kesearch|solr|felogin)\w{0,30}(?:\[|%5B))",
        re.IGNORECASE,
    )
    listing = re.compile(
        r"(?:\[|%5B)(?:currentPage|page|pointer|overwriteDemand)(?:\]|%5D)"
        r"|/(?:page|seite|kategorie|category)[-/]\w{1,60}/?$",
        re.IGNORECASE,
    )
    dropped: ClassVar[tuple[str, ...]] = ("no_cache", "print")

    signature = re.compile(r"[?&]cHash=([0-9a-f]{8,64})(?=&|#|$)", re.IGNORECASE)
    article = re.compile(r"(?:\[|%5B)(?:news|tt_news)(?:\]|%5D)=\d", re.IGNORECASE)
    article_only_dropped: ClassVar[tuple[str, ...]] = (
        "tx_news_pi1[currentPage]",
        "tx_ttnews[backPid]",
        "tx_ttnews[pointer]",
    )

    def canonical(self, url: str) -> str:
        """As everywhere, but a signed address stays whole."""
        signed = None if "tx_ttnews" in url else self.signature.search(url)
        if signed is None:
            return self.without(url, self.article_only_dropped if self.article.search(url) else ())
        plain = super().canonical(url)
        return f"{plain}{'&' if '?' in plain else '?'}{urlencode({'cHash': signed[1]})}"
