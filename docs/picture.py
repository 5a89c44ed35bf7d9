"""Draws docs/terminal.svg from clusterfeed.db: `make crawl && .venv/bin/python docs/picture.py`."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from feeds.items import newest
from feeds.tables import certifications_table, events_table, news_table, runs_table
from models import latest_runs, open_database


def main() -> None:
    """What `crawl` ends with and `show` begins with, as a picture."""
    engine = open_database("clusterfeed.db", create=False)
    console = Console(record=True, width=126)
    console.print("[bold]$ make crawl[/bold]")
    console.print(runs_table(latest_runs(engine)))
    console.print("[bold]$ clusterfeed show -n 5[/bold]")
    for title, kind, view in (
        ("News", "article", news_table),
        ("Events", "event", events_table),
        ("Certifications", "certification", certifications_table),
    ):
        console.print(f"[b]{title}[/b]")
        console.print(view(newest(engine, kind, 5)))
    console.save_svg(str(Path(__file__).with_name("terminal.svg")), title="clusterfeed")


if __name__ == "__main__":
    main()
