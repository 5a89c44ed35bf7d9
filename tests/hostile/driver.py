"""Crawls in a process of its own, as `jobs.child` does, with shorter waits.

    python tests/hostile/driver.py '{"database": ..., "sources": [...], ...}'

Prints what it took as JSON: megabytes at most, and why a run did not start.
"""

import json
import logging
import re
import sys
from pathlib import Path

import settings
from catalogue import load_sources
from jobs.child import _limit, _Silent
from jobs.crawl import Options, crawl
from jobs.log import log_to_stderr

settings.DOWNLOAD_TIMEOUT = 2
settings.RETRY_TIMES = 1
settings.PARSE_SECONDS = 2
settings.HOST_PATIENCE = 60.0
_limit(1024, 300)
asked = json.loads(sys.argv[1])
log_to_stderr(as_json=False, verbose=False)
logging.getLogger().handlers[0].filters.clear()  # all of INFO
options = Options(
    database=asked["database"],
    replica=asked.get("replica", ""),
    contact="test@crawler.example",
    allow_hosts=tuple(asked["allow"]),
)
sources, _ = load_sources()
problems = crawl([sources[name] for name in asked["sources"]], options, _Silent())
# Not getrusage: what it says begins with the size of the process that started this one.
(peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
told = {name: str(error) for name, error in problems.items() if error}
print(json.dumps({"peak": int(peak) // 1024, "problems": told}))
