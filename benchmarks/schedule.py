"""How soon a post is found: the learned schedule beside others, at equal visits.

Replays half a year of posting of 1,000 sources hour by hour through `jobs.due`, the code that
plans real visits. Rates are lognormal around a post a week, and half of all posts come in bursts,
as before a fair or when a project ends. Every policy has the same budget of visits; they
differ in what they take for known of a source. A delay runs from the moment of a post to the
next visit of its source.

    python -m benchmarks.schedule [--sources 1000] [--days 180] [--seeds 2] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jobs import due

MEDIAN_RATE = 1 / 7
SPREAD = 1.5
BEFORE = 365
"""Days of posting before the first visit."""
SHOWN = 20
"""As many posts a site still shows when it is first visited."""
BURST = 5
"""Posts of a burst, on average, within two days."""
START = datetime(2026, 1, 5, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Site:
    """A source while it is replayed. Moments are days since the start."""

    def __init__(self, name: str, begins: int, days: int, chance: random.Random) -> None:
        self.name = name
        self.begins = begins
        self.posts = posts(random_rate(chance), days, chance)
        coming = len(self.posts) - bisect_left(self.posts, 0.0)
        self.rate = coming / days
        self.reset()

    def reset(self) -> None:
        """Back to before the first visit."""
        self.visited: datetime | None = None
        self.since = 0.0
        self.found = 0
        self.posting = due.Posting()

    def visit(self, now: datetime) -> list[float]:
        """Find what was posted since the last visit; the delays, in days."""
        today = (now - START) / DAY
        seen = bisect_right(self.posts, today)
        if self.visited is None:
            shown = max(seen - SHOWN, 0)
            self.since = self.posts[shown] if seen else today
            self.found = seen
        delays = [today - post for post in self.posts[self.found : seen]]
        self.found, self.visited = seen, now
        first = bisect_left(self.posts, max(self.since, today - due.REACH))
        ages = (today - post for post in self.posts[first:seen])
        self.posting = due.observe(ages, today - self.since)
        return delays


def random_rate(chance: random.Random) -> float:
    """Posts per day of a source."""
    return MEDIAN_RATE * chance.lognormvariate(0, SPREAD)


def posts(rate: float, days: int, chance: random.Random) -> list[float]:
    """Moments of posts, ascending: `rate` a day on average, half of them in bursts."""
    single, bursts = rate / 2, rate / 2 / BURST
    moments = []
    moment = float(-BEFORE)
    while (moment := moment + chance.expovariate(single + bursts)) < days:
        moments.append(moment)
        if chance.random() < bursts / (single + bursts):
            more = round(chance.expovariate(1 / (BURST - 1)))
            moments += [moment + chance.uniform(0, 2) for _ in range(more)]
    return sorted(moment for moment in moments if moment < days)


def sure(rate: float) -> due.Posting:
    """A rate that leaves no doubt."""
    return due.Posting(rate * 1e9, 1e9)


POLICIES: dict[str, Callable[[Site], due.Posting]] = {
    "uniform": lambda _: sure(MEDIAN_RATE),
    "proportional to known rates": lambda site: sure(site.rate**2),
    "known rates, the optimum": lambda site: sure(site.rate),
    "learned rates": lambda site: site.posting,
}


def replay(
    sites: list[Site], days: int, visits: int, policy: Callable[[Site], due.Posting]
) -> tuple[list[float], int]:
    """The delays of all posts, in days, and how many visits were made."""
    for site in sites:
        site.reset()
    by_name = {site.name: site for site in sites}
    delays: list[float] = []
    made = [0] * 24
    for hour in range(days * 24):
        now = START + hour * HOUR
        known = [
            due.Known(source=site.name, visited=site.visited, posting=policy(site))
            for site in sites
            if site.begins <= hour
        ]
        left = visits - sum(made[-23:])
        ready = due.ready(due.plan(known, now, visits), now + HOUR, left)
        for planned in ready:
            delays += by_name[planned.source].visit(max(planned.due, now))
        made.append(len(ready))
    return delays, sum(made)


def measure(sources: int, days: int, seed: int) -> dict[str, dict[str, float]]:
    """Each policy's delays in hours, and its visits a day; one visit a day for each source."""
    chance = random.Random(seed)
    # The sources are first visited over one day, as somebody would add them.
    sites = [Site(str(n), n * 24 // sources, days, chance) for n in range(sources)]
    measured = {}
    for name, policy in POLICIES.items():
        delays, made = replay(sites, days, sources, policy)
        measured[name] = {
            "mean": statistics.fmean(delays) * 24,
            "p50": statistics.median(delays) * 24,
            "p95": statistics.quantiles(delays, n=20)[-1] * 24,
            "visits": made / days,
            "posts": len(delays),
        }
    return measured


def main() -> None:
    """Print the table of docs/performance.md."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sources", type=int, default=1_000)
    parser.add_argument("--days", type=int, default=180)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    options = parser.parse_args()
    began = time.process_time()
    runs: list[dict[str, dict[str, Any]]] = []
    for seed in range(options.seeds):
        print(f"posting histories {seed + 1} of {options.seeds} ...", flush=True)
        runs.append(measure(options.sources, options.days, seed))
    figures = {
        name: {key: statistics.fmean(run[name][key] for run in runs) for key in runs[0][name]}
        for name in POLICIES
    }
    best, even = (figures[name]["mean"] for name in ("known rates, the optimum", "uniform"))
    print("\n| policy | mean delay, h | p50 | p95 | visits a day | to the optimum | to uniform |")
    print("|---|---|---|---|---|---|---|")
    for name, row in figures.items():
        cells = [f"{row['mean']:.2f}", f"{row['p50']:.1f}", f"{row['p95']:.1f}"]
        cells += [f"{row['visits']:.0f}", f"{row['mean'] / best - 1:+.1%}"]
        print(f"| {name} | {' | '.join(cells)} | {row['mean'] / even - 1:+.1%} |")
    print(f"\n{time.process_time() - began:.0f} CPU seconds")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
