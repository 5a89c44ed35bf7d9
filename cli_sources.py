"""The commands about the catalogue: its list, and a new site."""

from __future__ import annotations

import difflib
from collections import defaultdict
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from catalogue import Mistake, Source, load_sources, source_files, sources_folder
from terminal import EXIT_CODES, AllowHosts, Contact, err, fail, log_to, out

if TYPE_CHECKING:
    from items import Item
    from jobs.scout_found import Found

SHOWN = 5
"""So many items are shown of a new site."""

_WIDTHS = {"platform": 10, "languages": 9, "verified": 10}


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    for command in (sources, add):
        app.command()(command)


def catalogue() -> tuple[dict[str, Source], list[Mistake]]:
    """All sources; mistakes in files are shown, and the others are used."""
    known, mistakes = load_sources()
    for mistake in mistakes:
        err.print(str(mistake), style="yellow", highlight=False, markup=False, soft_wrap=True)
    if not known and not mistakes:
        fail(f"there are no sources in {sources_folder()}; put a file there (see README)", 2)
    return known, mistakes


def choose(known: dict[str, Source], names: list[str]) -> list[Source]:
    """The named sources; an unknown one ends the command with the nearest names."""
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            fail(f"there is no source {name!r}{hint} (`clusterfeed sources` lists them)", 2)
    return [known[name] for name in dict.fromkeys(names)]


def sources(
    tag: Annotated[str | None, typer.Option(help="Only those with this tag, such as park.")] = None,
    country: Annotated[
        str | None, typer.Option(help="Only those of this country, such as DE.")
    ] = None,
) -> None:
    """List the sources by country: one website each, a file in sources/.

    [b]verified[/b] is the day on which a file was last held against its site; those that never
    were are left out of [b]crawl --all[/b], and crawled when they are named.
    """
    known, mistakes = catalogue()
    groups: dict[str | None, list[Source]] = defaultdict(list)
    for source in known.values():
        fits = country is None or source.country == country.upper()
        if fits and (tag is None or tag.lower() in source.tags):
            groups[source.country].append(source)
    if not groups:
        tags = sorted({word for source in known.values() for word in source.tags if len(word) > 2})
        countries = sorted({source.country for source in known.values() if source.country})
        fail(
            f"no source fits; there are the tags {', '.join(tags)} "
            f"and the countries {', '.join(countries)}",
            2,
        )
    out.print(_table(groups))
    shown = [source for group in groups.values() for source in group]
    enabled = sum(source.enabled for source in shown)
    out.print(f"{len(shown)} sources, {enabled} of them crawled by --all", highlight=False)
    raise typer.Exit(2 if mistakes else 0)


def add(
    addresses: Annotated[
        list[str], typer.Argument(help="Home pages, such as https://www.example.org/.")
    ],
    name: Annotated[
        str, typer.Option(help="The source's name, if not the one that its address gives.")
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Write over a file of that name.")] = False,
    contact: Contact = "",
    allow_host: AllowHosts = None,
) -> None:
    """Look at a new site and write its source, sources/NAME.yaml.

    Asks politely for up to 25 pages: robots.txt, the home page, feeds, a sitemap, lists of news,
    events and label holders, a few articles. Shows five items that a crawl would store, and says
    what was not found and may be written by hand.
    """
    from feeds.tables import shown
    from jobs.scout_file import source_name, source_text

    if name and len(addresses) > 1:
        fail("--name names one source: give one address", 2)
    files = {path.stem: path for path in source_files()}
    hosts = {source.host.removeprefix("www."): source.name for source in load_sources()[0].values()}
    targets: dict[str, Path] = {}
    for address in map(_home, addresses):
        known = hosts.get((urlsplit(address).hostname or "").lower().removeprefix("www."))
        chosen = name or known or source_name(address)
        _check_name(chosen)
        if chosen in files and not force:
            fail(
                f"{files[chosen]} exists: choose another --name, hold it against the site with "
                f"`clusterfeed doctor --source {chosen}`, or write over it with --force",
                2,
            )
        if chosen in (path.stem for path in targets.values()):
            fail(f"two of the addresses give the name {chosen}: add them one by one with --name", 2)
        targets[address] = files.get(chosen) or sources_folder() / f"{chosen}.yaml"
    worst = 0
    for found in look(list(targets), contact, allow_host):
        path = targets[found.asked]
        code = EXIT_CODES[found.verdict]
        worst = max(worst, code)
        if found.problem:
            told = f"{found.asked}: {found.problem}"
            if found.moved_to:
                told += f"; try `clusterfeed add https://{found.moved_to}/`"
            elif found.verdict == "unreachable" and found.asked.startswith("https:"):
                told += "; is it at http:// only?"
            err.print(shown(told), style="red", soft_wrap=True)
            continue
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source_text(found, datetime.now(UTC).date()), encoding="utf-8")
        except OSError as error:
            fail(f"{path}: {error.strerror or error}")
        _tell(found, path)
    raise typer.Exit(worst)


def _home(address: str) -> str:
    """An address as it was given, made whole; anything else ends the command."""
    whole = address if "://" in address else f"https://{address}"
    if whole.count("/") == 2:
        whole += "/"
    try:
        host = Source(name="site", url=whole).host
    except ValueError:
        host = ""
    if not host:
        fail(f"{address!r} is no address such as https://www.example.org/", 2)
    return whole


def _check_name(name: str) -> None:
    try:
        Source(name=name, url="https://www.example.org/")
    except ValueError:
        fail(f"{name!r} is no name for a source: a-z, 0-9, - and _ only", 2)


def look(
    addresses: list[str],
    contact: str,
    allow_hosts: list[str] | None,
    known: list[Source] | None = None,
    *,
    robots_only: bool = False,
) -> list[Found]:
    """Look at sites, and show how far that is."""
    from jobs.crawl import Options
    from jobs.scout import REQUESTS, scout
    from spiders.reach import NoContact

    status: Any = err.status("Looking ...") if err.is_terminal else nullcontext()
    log_to(err, False)

    def tell(site: str, number: int, address: str) -> None:
        if err.is_terminal:
            host = urlsplit(site).hostname
            path = urlsplit(address).path
            status.update(
                f"{host}: request {number} of at most {REQUESTS}, {path}"[: err.width - 4]
            )

    with status:
        try:
            options = Options(contact=contact, allow_hosts=tuple(allow_hosts or ()))
            return scout(addresses, options, tell, known or (), robots_only=robots_only)
        except NoContact as error:
            fail(str(error), 2)


def _tell(found: Found, path: Path) -> None:
    """What was found, what would be stored, what is missing, and what to do next."""
    from feeds.tables import shown, table

    facts = {
        "platform": f"{found.platform} ({found.mark or 'no mark of one'})",
        "languages": " ".join(found.languages) or "unknown",
        "robots.txt": _robots(found),
        "feed": ", ".join(f"{feed.url} ({len(feed.pages)} pages)" for feed in found.feeds)
        or "none",
        "sitemap": ", ".join(sitemap.url for sitemap in found.sitemaps) or "none",
    }
    for listing in found.listings:
        facts.setdefault(f"{listing.subject} at", "")
        facts[f"{listing.subject} at"] += f" {listing.url}"
    out.print(shown(f"{found.url}: {found.requests} requests"), style="bold", soft_wrap=True)
    for key, value in facts.items():
        out.print(shown(f"  {key:<11} {value.strip()}"), soft_wrap=True)
    items = found.shown(SHOWN)
    if items:
        out.print("It would store, among others:")
        out.print(table(["date", "kind", "headline", "address"], map(_row, items)))
    else:
        out.print("No item was read: name a page that lists news under listings: in the file.")
    for missing in found.missing():
        out.print(shown(f"Not found: {missing}"), soft_wrap=True)
    out.print(shown(f"Written to {path}. Next: clusterfeed crawl {path.stem}"), soft_wrap=True)


def _robots(found: Found) -> str:
    if found.robots is None:
        return "none"
    delay = f", {found.robots.delay:g} s between requests" if found.robots.delay else ""
    return ("allows the home page" if found.robots.allows_home else "forbids the home page") + delay


def _row(item: Item) -> list[object]:
    from items import Certification, Event, NewsArticle

    parts = urlsplit(item.url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if isinstance(item, NewsArticle):
        return [(item.date_published.value or "no date")[:10], "news", item.headline, path]
    if isinstance(item, Event):
        return [item.start[:10], item.kind or "event", item.name, path]
    if isinstance(item, Certification):
        return [item.valid_from or "", "label", f"{item.holder}: {item.scheme}", path]
    return ["", item.type, "", path]


def _table(groups: dict[str | None, list[Source]]) -> Table:
    """Sources under their countries, one line each; on a narrow terminal the site is shortened."""
    made = Table(box=SIMPLE_HEAD, pad_edge=False)
    listed = [source for group in groups.values() for source in group]
    name = max(len(source.name) for source in listed) + 2
    free = out.width - name - sum(_WIDTHS.values()) - 3 * (1 + len(_WIDTHS))
    site = min(max(len(_site(source)) for source in listed), max(free, 12))
    for column, width in {"source": name, "site": site, **_WIDTHS}.items():
        made.add_column(column, no_wrap=True, overflow="ellipsis", width=width)
    names = {code: _country(code) for code in groups}
    for code in sorted(groups, key=lambda code: (code is None, names[code])):
        made.add_row(Text(names[code], "bold"))
        for source in sorted(groups[code], key=lambda source: source.name):
            languages = " ".join(source.languages)
            told = Text(str(source.verified or ""), "" if source.enabled else "dim")
            cells = (f"  {source.name}", _site(source), source.platform, languages)
            made.add_row(*(Text(cell) for cell in cells), told)
    return made


def _site(source: Source) -> str:
    return source.host.removeprefix("www.")


def _country(code: str | None) -> str:
    from babel import Locale

    return f"{Locale('en').territories.get(code, '')} ({code})" if code else "International"
