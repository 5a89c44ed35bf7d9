"""Work that is started: a crawl, the reading of one page."""
