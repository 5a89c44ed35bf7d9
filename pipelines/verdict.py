"""What a run was worth: its verdict and the reason, from what was counted.

From best to worst: ok, empty, degraded, partial, blocked, unreachable, crashed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal["ok", "empty", "degraded", "partial", "blocked", "unreachable", "crashed"]

VERDICTS: tuple[Verdict, ...] = (
    "ok",
    "empty",
    "degraded",
    "partial",
    "blocked",
    "unreachable",
    "crashed",
)
"""From best to worst."""

_STOPPED = {
    "closespider_pagecount": "the budget of pages is used up",
    "closespider_timeout": "the budget of minutes is used up",
    "memusage_exceeded": "the crawl's memory is used up",
    "retry_after": "the site asked us to come back later",
    "shutdown": "stopped by the operator",
}

_FEW = 3
"""An incremental run asks so little that fewer failures than these are no sign of anything."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A verdict and, in a line, why; complete: the run ended by itself within its budget."""

    verdict: Verdict
    reason: str = ""
    complete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the store holds of a source after a run, for its expectations.

    items, news: live items of all kinds, and news articles. dated: share of news with a date, 0
    to 1. newest: age of the newest dated news, in days, or None. median: of the items that the
    store held after the last complete runs, or None where there is none.
    """

    items: int
    news: int
    dated: float
    newest: int | None
    median: float | None


def judge(
    finish_reason: str,
    stats: Mapping[str, Any],
    found: Found,
    expect: Mapping[str, Any],
    error: str | None = None,
) -> Outcome:
    """The outcome of a run that Scrapy closed with `finish_reason`.

    stats: the crawl's counters; expect: the source's expectations; error: what broke the run.
    """
    if error:
        return Outcome("crashed", error)
    if stats.get("spider_exceptions/count"):
        return Outcome("crashed", f"{stats['spider_exceptions/count']} pages broke the spider")
    failed = {
        key.rpartition("/")[2]: count
        for key, count in stats.items()
        if key.startswith("clusterfeed/failed/")
    }
    read = stats.get("item_scraped_count", 0)
    not_now = stats.get("clusterfeed/not_now") or stats.get("clusterfeed/out_of_reach")
    if not read:
        if not_now:
            reached = "clusterfeed/not_now" in stats
            return Outcome("blocked" if reached else "unreachable", str(not_now))
        if failed.get("forbidden"):
            return Outcome("blocked", "robots.txt forbids every entry page")
        if failed.get("refused"):
            return Outcome("blocked", "the site refuses us (HTTP 401, 403 or 429)")
        return Outcome("unreachable", "no entry page could be fetched" + _causes(failed))
    if failed.get("refused", 0) > read:
        return Outcome(
            "blocked", f"{failed['refused']} of {failed['refused'] + read} requests refused"
        )
    if not_now:
        return Outcome("partial", str(not_now))
    if finish_reason != "finished":
        return Outcome("partial", _STOPPED.get(finish_reason, finish_reason))
    if stats.get("clusterfeed/trap"):
        return Outcome("partial", f"not read to the end: {stats['clusterfeed/trap']}")
    if not found.items:
        return Outcome("empty", "nothing that can be stored was found", complete=True)
    breach = _breach(found, expect)
    if breach:
        return Outcome("degraded", breach, complete=True)
    missed = _missed(failed, read, stats)
    if missed:
        return Outcome("degraded", missed)
    return Outcome("ok", _remarks(failed, stats), complete=True)


def _missed(failed: Mapping[str, int], read: int, stats: Mapping[str, Any]) -> str:
    """What could not be read that should have been; empty where it is no more than usual."""
    hard = sum(failed.get(kind, 0) for kind in ("error", "refused", "unreachable", "too large"))
    incremental = bool(stats.get("clusterfeed/incremental"))
    if incremental and stats.get("clusterfeed/entry_failed"):
        return f"{stats['clusterfeed/entry_failed']} entry pages failed" + _causes(failed)
    if hard * 5 > read + hard and not (incremental and hard < _FEW):
        return f"{hard} of {read + hard} pages failed" + _causes(failed)
    asked, gone = (stats.get(f"clusterfeed/known_{what}", 0) for what in ("asked", "gone"))
    if gone >= _FEW and gone * 2 > asked:
        return f"{gone} of {asked} known pages are gone"
    return ""


def _breach(found: Found, expect: Mapping[str, Any]) -> str | None:
    if found.items < expect.get("items", 0):
        return f"{found.items} items, expected at least {expect['items']}"
    if found.news < expect.get("news", 0):
        return f"{found.news} news, expected at least {expect['news']}"
    if found.news and found.dated < expect.get("dates", 0):
        return f"{found.dated:.0%} of the news have a date, expected {expect['dates']:.0%}"
    limit = expect.get("newest")
    if limit and (found.newest is None or found.newest > limit):
        age = "undated" if found.newest is None else f"{found.newest} days old"
        return f"the newest news is {age}, expected no older than {limit} days"
    if found.median and found.items < found.median / 2:
        return f"{found.items} items, half of the usual {found.median:.0f} or less"
    return None


def _causes(failed: Mapping[str, int]) -> str:
    named = ", ".join(f"{kind} {count}" for kind, count in sorted(failed.items()))
    return f" ({named})" if named else ""


def _remarks(failed: Mapping[str, int], stats: Mapping[str, Any]) -> str:
    remarks = [f"{count} {kind}" for kind, count in sorted(failed.items()) if kind != "left out"]
    counted = (
        ("unreadable", "unreadable"),
        ("pages_left", "left because reading them takes too much"),
        ("not_due", "known pages not due"),
    )
    for key, words in counted:
        if stats.get(f"clusterfeed/{key}"):
            remarks.append(f"{stats[f'clusterfeed/{key}']} {words}")
    if stats.get("clusterfeed/unverified"):
        remarks.append("the certificate was not verified")
    return ", ".join(remarks)
