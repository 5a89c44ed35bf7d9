"""Drupal: /node/12 beside a readable address, taxonomy lists, views paged with ?page=."""

from __future__ import annotations

import re
from typing import ClassVar

from spiders.site import SiteSpider


class DrupalSpider(SiteSpider):
    """Reads the front page's feed and the sitemap, where the site has the modules for them."""

    feeds: ClassVar[tuple[str, ...]] = ("/rss.xml",)
    sitemaps: ClassVar[tuple[str, ...]] = ("/sitemap.xml",)
    ignored = re.compile(
        r"/(?:user|users|admin|search|comment|contextual|filter/tips|node/add|print(?:mail|pdf)?"
        r"|media/oembed|core|modules|themes|flag|forward)(?:/|$|\?)"
        r"|/node/\d+/(?:edit|delete|revisions|print)|/feed/?(?:$|\?)"
        r"|[?&](?:sort_by|sort_order|sort|order|f\[\d{1,3}\]|f%5B\d{1,3}%5D)=",
        re.IGNORECASE,
    )
    listing = re.compile(
        r"/(?:taxonomy/term|tags?|category|archive)/|/(?:taxonomy/term/\d+|node)/?$|[?&]page=\d"
    )
    dropped: ClassVar[tuple[str, ...]] = ("destination", "ajax_page_state", "_wrapper_format")
