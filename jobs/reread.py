"""Reads pages that were fetched before: kept ones after the parsers improved, and web archives.

Such a run goes the way of a crawl, from the parsers on: the same pipelines, the same writer,
the same verdict; only nothing is fetched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import Engine

from catalogue import Source
from items import Visit
from models.archive import stored_pages
from models.leases import begin_run, finish_run
from models.states import PageState, page_states
from parsers.calendars import is_calendar
from parsers.page import read_page
from pipelines.identify import Identify
from pipelines.normalise import Normalise
from pipelines.validate import Validate
from pipelines.warc import ArchivedPage, read_warc
from pipelines.writer import Writer
from spiders.addresses import on_site
from spiders.deadline import SECONDS, deadline
from spiders.loader import spider_for


def reparse(
    engine: Engine,
    database: str,
    sources: Mapping[str, Source],
    only: str | None = None,
    since: datetime | None = None,
) -> list[int]:
    """Read the newest kept version of each page again; returns the ids of the runs made.

    only: one source's name. since: pages fetched then or later. Raises RunInProgress.
    """
    runs = []
    for name in [only] if only else sorted(sources):
        states = page_states(engine, name)
        visits = (
            Visit(
                url=page.url,
                source=name,
                fetched_at=_iso(states[page.url].last_fetch),
                status=page.status,
                etag=states[page.url].etag,
                last_modified=states[page.url].last_modified,
                content_type=page.content_type,
                body=page.body,
            )
            for page in stored_pages(engine, name, since)
            if states[page.url].http_status in (200, 304)
        )
        run = _reread(engine, database, sources[name], visits, "reparse")
        if run is not None:
            runs.append(run)
    return runs


def ingest(
    engine: Engine, database: str, sources: Mapping[str, Source], files: Iterable[Path]
) -> tuple[list[int], Counter[str]]:
    """Read archived pages of the sources' sites; returns the runs' ids, and how many pages of
    which other hosts were left out.

    A page that was fetched later than its archived version keeps what it has. Raises WarcError
    and OSError for files that cannot be read, RunInProgress.
    """
    strangers: Counter[str] = Counter()
    found: dict[str, dict[str, ArchivedPage]] = {}
    for path in files:
        for page in read_warc(path):
            name = next((n for n, source in sources.items() if on_site(page.url, source)), None)
            if name is None:
                strangers[urlsplit(page.url).hostname or ""] += 1
                continue
            url = spider_for(sources[name])().canonical(page.url)
            newest = found.setdefault(name, {}).setdefault(url, page)
            if page.fetched_at > newest.fetched_at:
                found[name][url] = page
    runs = []
    for name, pages in sorted(found.items()):
        states = page_states(engine, name)
        visits = (
            _archived(url, name, page)
            for url, page in pages.items()
            if _is_newer(page, states.get(url))
        )
        run = _reread(engine, database, sources[name], visits, "ingest")
        if run is not None:
            runs.append(run)
    return runs, strangers


def _archived(url: str, source: str, page: ArchivedPage) -> Visit:
    return Visit(
        url=url,
        source=source,
        requested_url=page.url,
        fetched_at=_iso(page.fetched_at),
        status=page.status,
        etag=page.headers.get("etag"),
        last_modified=page.headers.get("last-modified"),
        content_type=page.headers.get("content-type", ""),
        body=page.body,
    )


def _is_newer(page: ArchivedPage, state: PageState | None) -> bool:
    return state is None or page.fetched_at > state.last_fetch


def _reread(
    engine: Engine, database: str, source: Source, visits: Iterable[Visit], trigger: str
) -> int | None:
    """One run over pages that are at hand; None where there are none."""
    waiting = iter(visits)
    first = next(waiting, None)
    if first is None:
        return None
    run = begin_run(
        engine, source.name, trigger=trigger, code_version=version("clusterfeed"), url=source.url
    )
    verdict, reason = "crashed", "stopped before its end"
    try:
        writer = Writer.shared(database)
        try:
            for visit in _chain(first, waiting):
                writer.put(_read(visit, source), run)
        finally:
            writer.close()
        verdict, reason = "ok", ""
    except KeyboardInterrupt:
        verdict, reason = "partial", "stopped by the operator"
    except Exception as error:
        reason = str(error)
        raise
    finally:
        finish_run(engine, run, verdict, reason, complete=False)
    return run


def _chain(first: Visit, rest: Iterator[Visit]) -> Iterator[Visit]:
    yield first
    yield from rest


def _read(visit: Visit, source: Source) -> Visit:
    read = "html" in (visit.content_type or "html") or is_calendar(visit.body)
    if visit.status == 200 and read:
        try:
            with deadline(SECONDS, visit.url):
                visit.page = read_page(
                    visit.body,
                    visit.url,
                    fetched_at=visit.fetched_at,
                    source=source,
                    content_type=visit.content_type,
                )
        except ValueError as error:
            visit.problem = str(error)
    for pipeline in (Normalise(), Validate(), Identify()):
        visit = pipeline.process_item(visit)
    return visit


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
