"""The register's speed by its size: finding a name, linking a page, settling.

    python -m benchmarks.registry [--sizes 1000 10000 50000] [--json FILE]

Made-up names of heads, fields and invented proper words fill SQLite databases of growing size.
Times are CPU time in milliseconds, of one process. `growth` is the time against that at the
size before, beside the growth of the size itself.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

from sqlalchemy import Engine

import registry
from items import Certification, Organization, Page, Relation, Visit
from models import begin_run, finish_run, open_database
from pipelines.writer import Writer
from registry.lookup import find
from registry.queries import certificates, organizations

START = datetime(2026, 1, 5, tzinfo=UTC)
LOOK_UPS = 300
SCHEME = "pl-krajowy-klaster-kluczowy"
UNTIL = "2028-12-17"
_HEADS = ("Klaster", "Park Technologiczny", "Stowarzyszenie", "Fundacja", "Izba", "Centrum")
_FIELDS = (
    *("Chemii", "Logistyki", "Energii", "Drewna", "Metali", "Zdrowia", "Turystyki", "Mody"),
    *("Lotnictwa", "Informatyki", "Budownictwa", "Mebli", "Recyklingu", "Fotoniki", "Wody"),
)
_SYLLABLES = (
    *("ba", "bro", "ce", "chmie", "da", "dre", "fa", "gli", "go", "hu", "ja", "kro", "la", "lu"),
    *("ma", "mie", "no", "o", "pra", "pu", "ra", "ru", "sa", "sko", "ta", "tro", "u", "wa", "zie"),
)


def names() -> Iterator[str]:
    """Names without end, no two alike: a third of them with two proper words."""
    dice = random.Random(7)
    made: set[str] = set()

    def word() -> str:
        letters = "".join(dice.choice(_SYLLABLES) for _ in range(dice.randint(2, 4)))
        return letters.capitalize() + dice.choice(("n", "wo", "ce", "sk", ""))

    while True:
        proper = word() if dice.random() < 0.67 else f"{word()} {word()}"
        name = f"{dice.choice(_HEADS)} {dice.choice(_FIELDS)} {proper}"
        if name not in made:
            made.add(name)
            yield name


def page(number: int, batch: list[str]) -> Visit:
    """A list of members: each an organization, and each a member of the first. Every tenth holds
    a label."""
    url = f"https://lista.example/{number}"
    common = {"url": url, "source": "lista", "language": "pl"}
    made = Page(url=url, source="lista", language="pl", text=" ".join(batch))
    for name in batch:
        made.items.append(Organization(name=name, evidence=f"Członkiem jest {name}", **common))
    for name in batch[1:]:
        made.items.append(Relation(subject=name, relation="member_of", object=batch[0], **common))
    for name in batch[::10]:
        made.items.append(
            Certification(scheme=SCHEME, holder=name, round="VI", valid_until=UNTIL, **common)
        )
    return Visit(
        url=url,
        source="lista",
        fetched_at=START.isoformat(),
        status=200,
        page=made,
        content_type="text/html",
    )


def store(engine: Engine, pages: Iterator[Visit] | list[Visit], day: int) -> None:
    """A run that stores these pages."""
    now = START + timedelta(days=day)
    run = begin_run(engine, "lista", now=now)
    writer = Writer(engine, keep_bodies=False, clock=lambda: now)
    for visit in pages:
        writer.put(visit, run)
    writer.close()
    finish_run(engine, run, "ok", now=now)


def milliseconds(work: Callable[[], object]) -> float:
    """The CPU time of some work."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def measure(size: int, path: Path) -> dict[str, float]:
    """All figures at one size."""
    supply = names()
    known = [next(supply) for _ in range(size)]
    engine = open_database(str(path))
    found: dict[str, float] = {"organizations": size}
    now = START + timedelta(days=1)
    batches = (page(i, known[i : i + 100]) for i in range(0, size, 100))
    found["store_s"] = milliseconds(lambda: store(engine, batches, 0)) / 1000
    found["first_settle_s"] = milliseconds(lambda: registry.settle(engine, now=now)) / 1000
    new = [next(supply) for _ in range(20)]
    store(engine, [page(size + 1, new)], 1)
    found["settle_page_new"] = milliseconds(lambda: registry.settle(engine, now=now))
    dice = random.Random(1)
    seen = dice.sample(known, 20)
    store(engine, [page(size + 2, seen)], 2)
    found["settle_page_known"] = milliseconds(lambda: registry.settle(engine, now=now))
    found["settle_nothing"] = milliseconds(lambda: registry.settle(engine, now=now))
    with engine.connect() as connection:
        for kind, spelled in (
            ("same", lambda name: name),
            ("inflected", lambda name: name.replace("Klaster", "Klastra").replace("Park", "Parku")),
            ("slip", lambda name: name[:-2] + name[-1]),
            ("unknown", lambda name: name + " Nowy"),
        ):
            asked = [spelled(name) for name in dice.sample(known, min(LOOK_UPS, size))]
            times = [milliseconds(partial(find, connection, name)) for name in asked]
            found[f"find_{kind}"] = statistics.mean(times)
            found[f"find_{kind}_p99"] = statistics.quantiles(times, n=100)[98]
    for kind, read in listings(known):
        found[f"list_{kind}"] = statistics.median(
            milliseconds(partial(read, engine, limit=50)) for _ in range(9)
        )
    engine.dispose()
    found["file_mb"] = path.stat().st_size / 1e6
    return found


def listings(known: list[str]) -> Iterator[tuple[str, Callable[..., object]]]:
    """Pages of fifty, as an interface asks for them."""
    day = date(2026, 6, 1)
    word = known[len(known) // 2].split()[-1]
    yield "all", organizations
    yield "kind", partial(organizations, kind="cluster", country="PL")
    yield "text", partial(organizations, text=word)
    yield "text_common", partial(organizations, text=_HEADS[0])
    yield "text_two_common", partial(organizations, text=f"{_HEADS[0]} {_FIELDS[0]}")
    yield "text_nobody", partial(organizations, text="Zxqyvt")
    yield "holders", partial(organizations, scheme=SCHEME, as_of=day)
    yield "labels", partial(certificates, as_of=day, scheme=SCHEME)
    yield "labels_nobody", partial(certificates, as_of=day, country="XX", everything=True)


def main() -> None:
    """Measure all sizes and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 50_000])
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    results: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        for size in arguments.sizes:
            results.append(measure(size, Path(folder) / f"{size}.db"))
            print(f"measured {size}", flush=True)
    for name in results[0]:
        values = [result[name] for result in results]
        growth = " ".join(f"x{after / before:.1f}" for before, after in pairwise(values))
        print(f"{name:24}" + "".join(f"{value:12.2f}" for value in values) + f"   {growth}")
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
