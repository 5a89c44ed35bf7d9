"""WordPress: posts, pages and month archives; a feed and, from 5.5 on, a sitemap."""

from __future__ import annotations

import re
from typing import ClassVar

from spiders.site import SiteSpider


class WordPressSpider(SiteSpider):
    """Reads the feed and the sitemap first; archives and paged listings lead to the rest."""

    feeds: ClassVar[tuple[str, ...]] = ("/feed/",)
    sitemaps: ClassVar[tuple[str, ...]] = ("/wp-sitemap.xml",)
    ignored = re.compile(
        r"/(?:wp-(?:admin|content|includes|json|login)|xmlrpc\.php|comments|trackback|embed"
        r"|author|attachment|cart|checkout|my-account)(?:/|$|\.)|/(?:feed|amp)/?$|[?&](?:amp(?:&|$)"
        r"|(?:amp|feed|author|attachment_id|rest_route)=)",
        re.IGNORECASE,
    )
    listing = re.compile(
        r"/(?:page/\d+|category|tag|\d{4}(?:/\d\d){0,2})/?$|[?&](?:paged|cat|tag|m)="
    )
    dropped: ClassVar[tuple[str, ...]] = ("preview", "doing_wp_cron")
