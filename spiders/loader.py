"""Makes one Scrapy spider per source of the catalogue, so that a new file is a new spider."""

from __future__ import annotations

import builtins
import logging
from functools import cached_property
from typing import Any

from catalogue import Source, load_sources
from spiders.addresses import on_site
from spiders.anysite import AnySiteSpider
from spiders.drupal import DrupalSpider
from spiders.joomla import JoomlaSpider
from spiders.sharepoint import SharePointSpider
from spiders.site import SiteSpider
from spiders.typo3 import Typo3Spider
from spiders.wordpress import WordPressSpider

PLATFORMS: dict[str, type[SiteSpider]] = {
    "any": AnySiteSpider,
    "drupal": DrupalSpider,
    "joomla": JoomlaSpider,
    "sharepoint": SharePointSpider,
    "typo3": Typo3Spider,
    "wordpress": WordPressSpider,
}

logger = logging.getLogger(__name__)


def spider_for(source: Source) -> type[SiteSpider]:
    """The spider class that walks `source`."""
    base = PLATFORMS[source.platform]
    title = "".join(part.title() for part in source.name.replace("-", "_").split("_"))
    return type(f"{title}Spider", (base,), {"name": source.name, "source": source})


class CatalogueLoader:
    """Scrapy's spider loader over sources/*.yaml (setting SPIDER_LOADER_CLASS).

    The files are read when they are first asked for: a crawl of one source needs no other.
    """

    @cached_property
    def sources(self) -> dict[str, Source]:
        """All sources by name."""
        sources, mistakes = load_sources()
        for mistake in mistakes:
            logger.error("%s", mistake)
        return sources

    @classmethod
    def from_settings(cls, settings: Any) -> CatalogueLoader:  # noqa: ARG003
        """Scrapy's way to make one; the catalogue needs no setting."""
        return cls()

    def load(self, spider_name: str) -> type[SiteSpider]:
        """The spider of a source; KeyError if there is none of that name."""
        if spider_name not in self.sources:
            raise KeyError(f"Spider not found: {spider_name}")
        return spider_for(self.sources[spider_name])

    def list(self) -> builtins.list[str]:
        """Names of all sources."""
        return sorted(self.sources)

    def find_by_request(self, request: Any) -> builtins.list[str]:
        """Names of the sources to whose site the request goes."""
        return [name for name in self.list() if on_site(request.url, self.sources[name])]
