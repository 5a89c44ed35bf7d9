"""Joomla: index.php/12-section/34-article, lists paged with ?start= or ?limitstart=."""

from __future__ import annotations

import re
from typing import ClassVar

from spiders.site import SiteSpider


class JoomlaSpider(SiteSpider):
    """The menu item (Itemid) and the print view change nothing of an article."""

    feeds: ClassVar[tuple[str, ...]] = ("/?format=feed&type=rss",)
    ignored = re.compile(
        r"/(?:administrator|component/(?:users|search|finder|mailto|banners)|cache|tmp)(?:/|$)"
        r"|[?&](?:option=com_(?:users|search|finder|mailto|banners)|task=|view=(?:login|reset))"
        r"|[?&]format=(?:pdf|feed)",
        re.IGNORECASE,
    )
    listing = re.compile(
        r"[?&](?:limit)?start=\d|[?&]view=(?:category|categories|featured|archive)|/tag/|/blog/?$",
        re.IGNORECASE,
    )
    dropped: ClassVar[tuple[str, ...]] = (
        "Itemid",
        "tmpl",
        "print",
        "layout",
        "filter_order",
        "filter_order_Dir",
        "return",
        "showall",
    )
