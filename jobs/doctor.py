"""Checks what a crawl needs before it starts: each check says that all is well, or what to do."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Literal

from sqlalchemy.engine import Engine

from catalogue import Mistake, SchemeError, Source, enabled_sources, load_schemes
from egress import is_public
from jobs.scout_found import Found
from models.clock import newest_time, server_time
from models.database import database_url, open_database
from models.errors import DatabaseError, DatabaseMissing

Grade = Literal["ok", "warning", "wrong"]

SKEW = timedelta(minutes=2)
"""Clocks that differ by less agree."""

FREE = 1024**3
"""Less free disk than this, in bytes, is worth a warning; a tenth of it is wrong."""


@dataclass(frozen=True, slots=True)
class Check:
    """What was checked, how it is, and, unless all is well, what to do about it."""

    what: str
    grade: Grade
    told: str
    todo: str = ""


def check_contact(contact: str) -> Check:
    """Whether site owners can write to us."""
    if not contact:
        todo = "set CLUSTERFEED_CONTACT=you@example.org, or crawl with --replica only"
        return Check("contact", "wrong", "none: live sites are not crawled", todo)
    if "@" not in contact and not contact.startswith(("http://", "https://")):
        todo = "make it an e-mail address, or the address of a page that says who you are"
        return Check("contact", "wrong", f"nobody can write to {contact!r}", todo)
    return Check("contact", "ok", contact)


def check_catalogue(known: dict[str, Source], mistakes: list[Mistake]) -> Iterator[Check]:
    """Whether all files of sources and schemes can be read."""
    if not known and not mistakes:
        yield Check("sources", "wrong", "there are none", "`clusterfeed add` makes one")
    enabled = len(enabled_sources(known.values()))
    if mistakes:
        files = len({mistake.path for mistake in mistakes})
        told = f"{files} files have mistakes, the first: {mistakes[0]}"
        yield Check("sources", "wrong", told, "mend them; the other sources are used")
    elif known:
        told = f"{len(known)} files, {enabled} of them crawled by --all"
        todo = "" if enabled else "verify one: clusterfeed doctor --source NAME --write"
        yield Check("sources", "ok" if enabled else "warning", told, todo)
    try:
        yield Check("schemes", "ok", f"{len(load_schemes())} label schemes")
    except SchemeError as error:
        yield Check("schemes", "wrong", str(error), "mend the file in schemes/")


def check_database(database: str, now: datetime) -> Iterator[Check]:
    """Whether the database is there, of this release, on a disk with room, and of our time."""
    try:
        engine = open_database(database, create=False)
    except DatabaseMissing as error:
        yield Check("database", "warning", str(error), "the first crawl makes it")
    except DatabaseError as error:
        yield Check("database", "wrong", str(error), "see docs/store.md")
    else:
        try:
            yield Check("database", "ok", f"{engine.dialect.name}, of the newest schema")
            yield _clock(engine, now)
        finally:
            engine.dispose()
    yield from _disk(database)


def _clock(engine: Engine, now: datetime) -> Check:
    told = server_time(engine)
    if told is not None:
        return check_clock("the database", told, datetime.now(UTC))
    newest = newest_time(engine)
    if newest is not None and newest > now + SKEW:
        todo = "set this machine's clock (timedatectl set-ntp true)"
        return Check("clock", "wrong", f"the last run was at {newest}, in the future", todo)
    return Check("clock", "ok", f"{now:%Y-%m-%d %H:%M} UTC, after all runs")


def check_clock(whose: str, told: datetime, now: datetime) -> Check:
    """Whether this machine's clock agrees with another one."""
    apart = abs(told - now)
    if apart > SKEW:
        todo = "set this machine's clock (timedatectl set-ntp true), or that one's"
        seconds = apart.total_seconds()
        return Check("clock", "wrong", f"{whose} is {seconds:.0f} s apart from us", todo)
    return Check("clock", "ok", f"agrees with {whose}")


def _disk(database: str) -> Iterator[Check]:
    try:
        url = database_url(database)
    except DatabaseError:
        return
    local = url.drivername == "sqlite" and url.database
    folder = Path(url.database or "").absolute().parent if local else Path.cwd()
    if not folder.is_dir():
        return
    free = shutil.disk_usage(folder).free
    told = f"{free / 1024**3:.1f} GiB free at {folder}"
    if free < FREE:
        grade: Grade = "wrong" if free < FREE / 10 else "warning"
        yield Check("disk", grade, told, "make room: a full disk ends every run")
    else:
        yield Check("disk", "ok", told)


def check_names(sources: Iterable[Source]) -> Check:
    """Whether the sites' names are known, and lead to public addresses."""
    hosts = sorted({source.host for source in sources})
    if not hosts:
        return Check("names (DNS)", "ok", "no source to look up")
    with ThreadPoolExecutor(16) as pool:
        answers = dict(zip(hosts, pool.map(_address, hosts), strict=True))
    unknown = [host for host, address in answers.items() if address is None]
    private = [host for host, address in answers.items() if address and not is_public(address)]
    if len(unknown) == len(hosts):
        todo = "check the network and the resolver (/etc/resolv.conf)"
        return Check("names (DNS)", "wrong", f"none of {len(hosts)} hosts is found", todo)
    if unknown or private:
        told = "; ".join(
            f"{label}: {', '.join(names[:5])}"
            for label, names in (("not found", unknown), ("not public", private))
            if names
        )
        return Check("names (DNS)", "warning", told, "mend url: in the files, or drop them")
    return Check("names (DNS)", "ok", f"{len(hosts)} hosts are found")


def _address(host: str) -> str | None:
    try:
        return str(socket.getaddrinfo(host, 80, type=socket.SOCK_STREAM)[0][4][0])
    except (OSError, UnicodeError):
        return None


def check_robots(found: Found) -> Check:
    """Whether a source's robots.txt lets us in."""
    what = f"robots of {found.known.name if found.known else found.asked}"
    if found.robots is not None:
        if found.robots.allows_home:
            delay = found.robots.delay
            return Check(what, "ok", f"allow us, {delay:g} s apart" if delay else "allow us")
        todo = "ask the owner, or set verified: never in its file"
        return Check(what, "wrong", "forbid the home page", todo)
    cause = next(iter(found.failures.values()), "no answer")
    if cause in ("HTTP 404", "HTTP 410"):
        return Check(what, "ok", "there are none: all is allowed")
    return Check(what, "warning", cause, "try again later; until then the site is not crawled")


def check_http_clock(sites: Iterable[Found]) -> Iterator[Check]:
    """Whether the clock of the first web server that answered agrees with ours."""
    for site in sites:
        try:
            told = parsedate_to_datetime(site.date_header)
        except ValueError:
            continue
        if told.tzinfo is not None:
            yield check_clock(f"the server of {site.asked}", told, site.answered_at)
            return
