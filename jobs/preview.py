"""What a crawl would ask for now, without asking anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urljoin

from sqlalchemy import Engine

from catalogue import Source
from models.asides import left_aside
from models.hold import HostHold
from models.hosts import host_key, host_state
from models.states import page_states
from spiders.loader import spider_for
from spiders.plan import WORDS


@dataclass(frozen=True, slots=True)
class Preview:
    """A source's next run: the first requests in their order, each with why. left: known pages
    that are left alone, and when the next of them is due. put_off: why the host is not asked at
    all now, empty if it is."""

    asked: list[tuple[str, str]]
    left: int
    next_due: datetime | None
    put_off: str


def preview(
    source: Source, engine: Engine | None, *, full: bool = False, now: datetime | None = None
) -> Preview:
    """The run as it would begin now; without an engine nothing is known yet."""
    moment = now or datetime.now(UTC)
    spider = spider_for(source)()
    spider.full = full
    put_off = ""
    if engine is not None:
        spider.known = page_states(engine, source.name)
        spider.passed = left_aside(engine, source.name, moment)
        put_off = HostHold(engine, host_state(engine, host_key(source.url))).put_off(moment)
    planned = spider.plan(moment)
    asked = [(each.url, WORDS[each.why]) for each in planned]
    left = spider.known.keys() - {each.url for each in planned}
    due = (spider.known[url].next_visit for url in left)
    robots = (urljoin(source.url, "/robots.txt"), "what may be asked for")
    return Preview([robots, *asked], len(left), min(filter(None, due), default=None), put_off)
