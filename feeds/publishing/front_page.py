"""The pages for people: what a publication holds, and which publications there are."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from feeds.publishing.descriptors import DESCRIPTIONS, TITLES
from feeds.publishing.inventory import File, Inventory
from feeds.publishing.tables import TABLES

MARK = '<meta name="generator" content="Clusterfeed">'
"""By this a page is known to be ours."""

_HEAD = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
{MARK}
<title>%s</title>
<style>
:root {{ color-scheme: light dark }}
body {{ background: #fff; color: #1a1a1a }}
a {{ color: #0b57a4 }}
@media (prefers-color-scheme: dark) {{
body {{ background: #161616; color: #eee }}
a {{ color: #8ab8ff }}
}}
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem }}
div {{ overflow-x: auto }}
table {{ border-collapse: collapse }}
caption {{ text-align: left; font-weight: bold; padding: .5rem 0 }}
th, td {{ text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0 }}
td.number {{ text-align: right }}
</style>
</head>
<body>
<main>
<h1>%s</h1>
"""
_FOOT = "</main>\n</body>\n</html>\n"


def front_page(stock: Inventory) -> bytes:
    """`index.html` of a publication: its tables, feeds and calendars, and what is kept back."""
    title = escape(TITLES["en"])
    parts = [_HEAD % (title, title)]
    parts.append(
        f'<p>{escape(DESCRIPTIONS["en"])}</p>\n<p lang="pl">{escape(DESCRIPTIONS["pl"])}</p>\n'
    )
    parts.append(f"<p>Data of <time>{stock.moment:%Y-%m-%d}</time>.")
    if stock.publisher:
        parts.append(f" Published by {escape(stock.publisher)}.")
    if stock.licence:
        parts.append(f' <a rel="license" href="{escape(stock.licence)}">Licence</a>.')
    parts.append("</p>\n")
    parts += [_breaches(stock), _tables(stock), _rest(stock)]
    return "".join([*parts, _FOOT]).encode()


def list_page(names: Sequence[str]) -> bytes:
    """`index.html` above the publications. names: of their folders, the newest first."""
    title = escape(TITLES["en"])
    links = "".join(f'<li><a href="{name}/">{name}</a></li>\n' for name in names)
    latest = '<p><a href="latest/">The latest publication</a></p>\n'
    body = f"{latest}<h2>By date</h2>\n<ul>\n{links}</ul>\n"
    return (_HEAD % (title, title) + body + _FOOT).encode()


def _breaches(stock: Inventory) -> str:
    if not stock.in_breach:
        return ""
    lines = []
    for name, standing in stock.in_breach.items():
        what = (
            f"its rows are those of {standing.kept_from}"
            if standing.kept_from
            else "its rows are doubtful"
        )
        lines.append(
            f"<li>{escape(name)}: {escape(what)}, because of the last complete crawl: "
            f"{escape(standing.status_reason or '')}</li>\n"
        )
    return f"<h2>Sources to be careful with</h2>\n<ul>\n{''.join(lines)}</ul>\n"


def _tables(stock: Inventory) -> str:
    by_table: dict[str, list[File]] = {}
    for file in stock.files:
        if file.table is not None:
            by_table.setdefault(file.table.name, []).append(file)
    rows = "".join(
        f'<tr><th scope="row">{escape(table.title)}</th><td class="number">'
        f"{stock.rows[table.name]:,}</td><td>{escape(table.words)}</td><td>"
        + ", ".join(map(_link, by_table[table.name]))
        + "</td></tr>\n"
        for table in TABLES
    )
    return (
        '<h2>Tables</h2>\n<div role="region" aria-label="Tables" tabindex="0">\n<table>\n'
        "<caption>What each table holds, and its files</caption>\n"
        '<thead><tr><th scope="col">Table</th><th scope="col">Rows</th><th scope="col">What</th>'
        f'<th scope="col">Files</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n'
    )


def _rest(stock: Inventory) -> str:
    items = "".join(f"<li>{_link(file)}</li>\n" for file in stock.files if file.table is None)
    return (
        f"<h2>The whole, feeds and calendars</h2>\n<ul>\n{items}</ul>\n"
        '<h2>For machines</h2>\n<ul>\n<li><a href="datapackage.json">Frictionless data package: '
        "columns, keys, sizes, SHA-256</a></li>\n"
        '<li><a href="dcat.jsonld">DCAT-AP description</a></li>\n</ul>\n'
    )


def _link(file: File) -> str:
    words = file.title.rpartition(": ")[2]
    return f'<a href="{escape(file.path)}">{escape(words)}</a> ({_size(file.size)})'


def _size(number: int) -> str:
    """Bytes as people read them.

    >>> _size(900), _size(1_500_000)
    ('900 B', '1.5 MB')
    """
    size, units = float(number), ["B", "kB", "MB", "GB", "TB"]
    while size >= 1000 and len(units) > 1:
        size, units = size / 1000, units[1:]
    return f"{size:.0f} {units[0]}" if units[0] == "B" else f"{size:.1f} {units[0]}"
