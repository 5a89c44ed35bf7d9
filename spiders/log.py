"""What Scrapy's own log says of an item: its address, not the whole page."""

from __future__ import annotations

import logging
from typing import Any

from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure

from items import Visit


class QuietItems(LogFormatter):
    """Scrapy's log, with one short line per page."""

    def scraped(
        self,
        item: Any,
        response: Response | Failure | None,  # noqa: ARG002
        spider: Any,  # noqa: ARG002
    ) -> LogFormatterResult:
        """One line per visit."""
        found = len(item.page.items) if isinstance(item, Visit) and item.page else 0
        url = item.url if isinstance(item, Visit) else str(type(item))
        return {
            "level": logging.DEBUG,
            "msg": "Read %(url)s: %(found)d items",
            "args": {"url": url, "found": found},
        }
