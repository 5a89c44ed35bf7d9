"""The commands about the catalogue: its list, a new site, and whether all is well."""

from __future__ import annotations

import difflib
from collections import defaultdict
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from catalogue import Mistake, Source, load_sources, sources_folder
from terminal import err, fail, out

_WIDTHS = {"platform": 10, "languages": 9, "verified": 10}


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    for command in (sources,):
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
