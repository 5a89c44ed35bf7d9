"""Scrapy's settings. The crawl is polite and cautious unless somebody says otherwise.

From the environment: CLUSTERFEED_DB (database), CLUSTERFEED_CONTACT (your e-mail or web address,
required for live sites), CLUSTERFEED_REPLICA (host:port of a running replica),
CLUSTERFEED_ALLOW_HOST (host:port on a private network that may be read, several by commas),
CLUSTERFEED_PARSE_SECONDS (how long the reading of one page may take, in seconds of computing),
CLUSTERFEED_KEEP_DAYS (how long the bytes of old versions of pages are kept; 0 keeps none at all),
CLUSTERFEED_ON_DEGRADED (a command) and CLUSTERFEED_WEBHOOK (a https address): who is told when a
source goes wrong.
"""

import os
from importlib.metadata import version

from scrapy.settings import default_settings

import egress
from unpacked import unpack

unpack()

CONTACT = os.environ.get("CLUSTERFEED_CONTACT", "")
DATABASE = os.environ.get("CLUSTERFEED_DB", "clusterfeed.db")
KEEP_DAYS = int(os.environ.get("CLUSTERFEED_KEEP_DAYS", "730"))
TRIGGER = "manual"
ON_DEGRADED = os.environ.get("CLUSTERFEED_ON_DEGRADED", "")
WEBHOOK = os.environ.get("CLUSTERFEED_WEBHOOK", "")
FULL = False  # True: every known page is asked again, not only those that are due
HOST_PATIENCE = 15.0  # seconds to wait for another crawl of the same host before giving up
REPLICA = os.environ.get("CLUSTERFEED_REPLICA", "")
ALLOWED_HOSTS = [host for host in os.environ.get("CLUSTERFEED_ALLOW_HOST", "").split(",") if host]

BOT_NAME = "clusterfeed"
SPIDER_LOADER_CLASS = "spiders.loader.CatalogueLoader"
SPIDER_MODULES = ["spiders"]
ADDONS = {"spiders.reach.Reach": 100}
USER_AGENT = f"Clusterfeed/{version('clusterfeed')}"
ROBOTSTXT_USER_AGENT = "Clusterfeed"

# Polite.
ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS = 1  # of one site, and what waits can still be called off
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0  # a pause is never shorter than promised
RETRY_TIMES = 2
REFERRER_POLICY = "same-origin"
COOKIES_ENABLED = False

# Cautious.
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_VERIFY_CERTIFICATES = True  # but for sources with `tls: unverified`
REFUSED_RANGES = egress.REFUSED_RANGES
HTTPPROXY_ENABLED = False  # a proxy would resolve names itself, past the resolver's check
MEMUSAGE_LIMIT_MB = 2048  # ends a crawl in good order; children have a hard limit below it
MEMUSAGE_CHECK_INTERVAL_SECONDS = 10
PARSE_SECONDS = float(os.environ.get("CLUSTERFEED_PARSE_SECONDS", "20"))
DEPTH_LIMIT = 20
REDIRECT_MAX_TIMES = 6
URLLENGTH_LIMIT = 2083
# No doors into the process, whichever list of extensions is in use. Scrapy loads what EXTENSIONS
# switches off: a web server, among others.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False
EXTENSIONS_BASE = {
    path: order
    for path, order in default_settings.EXTENSIONS_BASE.items()
    if not path.endswith((".RemoteControl", ".TelnetConsole"))
}
TWISTED_DNS_RESOLVER = "spiders.guard.GuardedResolver"
DOWNLOAD_HANDLERS = {
    **dict.fromkeys(("http", "https"), "spiders.download.BoundedHandler"),
    **dict.fromkeys(("data", "file", "ftp", "s3")),
}

DOWNLOADER_MIDDLEWARES = {
    "spiders.guard.EgressGuard": 10,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # EgressGuard is stricter
    "spiders.traps.TrapGuard": 20,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "spiders.robots.Robots": 100,
    "spiders.pace.Pace": 560,  # sees an answer before RetryMiddleware (550) does
    "spiders.moves.Moves": 610,  # and this before RedirectMiddleware (600)
    "pipelines.revisit.ConditionalRequests": 910,
}
ITEM_PIPELINES = {
    "pipelines.normalise.Normalise": 100,
    "pipelines.validate.Validate": 200,
    "pipelines.identify.Identify": 300,
    "pipelines.store.Store": 900,
}
LOG_LEVEL = "INFO"
LOG_FORMATTER = "spiders.log.QuietItems"
STATS_DUMP = False
WARN_ON_GENERATOR_RETURN_VALUE = False  # it parses the spider's code again for each page
