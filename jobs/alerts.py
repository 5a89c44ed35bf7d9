"""Tells whom it concerns that a source goes wrong: once per change of its verdict."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scrapy.settings import Settings
from sqlalchemy import Engine

from catalogue import Source
from jobs.agenda import take_in
from jobs.log import LOGGER
from jobs.webhook import NotTold, post_json
from models.runs import Run
from models.schedule import claim_telling

TOLD_OF = ("degraded", "blocked", "unreachable", "crashed")
"""Verdicts that somebody should look at. A partial run goes on by itself."""

COMMAND_SECONDS = 30
"""A command may take so long."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """Who is told of every source: a command that is run, a https address that is posted to.

    allow_hosts: hosts, as host:port, that may be told on a private network. A source may name
    its own in its file (`on_degraded`), who is told as well.
    """

    command: str = ""
    webhook: str = ""
    allow_hosts: tuple[str, ...] = ()

    def targets(self, source: Source | None) -> list[str]:
        """Commands and addresses to tell about a source."""
        named = [self.command, self.webhook, (source.on_degraded if source else None) or ""]
        return list(dict.fromkeys(target for target in named if target))


def hooks_of(settings: Settings) -> Hooks:
    """Those that the settings name (ON_DEGRADED, WEBHOOK)."""
    return Hooks(
        settings["ON_DEGRADED"], settings["WEBHOOK"], tuple(settings.getlist("ALLOWED_HOSTS"))
    )


def alert(engine: Engine, hooks: Hooks, sources: Mapping[str, Source]) -> None:
    """Tell of the sources whose verdict became bad, or bad in another way, since the last time.

    Of several processes one tells. What cannot be told is logged and not tried again: the
    verdict stays to be seen in `clusterfeed status`.
    """
    if not hooks.targets(None) and not any(source.on_degraded for source in sources.values()):
        return
    take_in(engine)
    for run, before in claim_telling(engine, TOLD_OF):
        facts = facts_of(run, before, sources.get(run.source))
        for target in hooks.targets(sources.get(run.source)):
            try:
                if target.startswith(("https://", "http://")):
                    post_json(target, facts, hooks.allow_hosts)
                else:
                    _run(target, facts)
            except NotTold as error:
                told = {"source": run.source, "run": run.id}
                LOGGER.warning("%s: not told: %s", run.source, error, extra=told)


def facts_of(run: Run, before: str, source: Source | None) -> dict[str, Any]:
    """What is told of a run. `text` says it in a line, as chat programs show it."""
    reason = f": {run.reason}" if run.reason else ""
    return {
        "text": f"Clusterfeed: {run.source} is {run.verdict}{reason}",
        "source": run.source,
        "url": source.url if source else None,
        "verdict": run.verdict,
        "before": before or None,
        "reason": run.reason,
        "run": run.id,
        "started": run.started.isoformat(),
        "finished": run.finished.isoformat() if run.finished else None,
        "pages": run.pages,
        "new": run.new,
        "changed": run.changed,
    }


def _run(command: str, facts: Mapping[str, Any]) -> None:
    """Run a command, without a shell, with the facts on its standard input and as variables."""
    told = {
        f"CLUSTERFEED_{name.upper()}": str("" if value is None else value).replace("\0", "")
        for name, value in facts.items()
    }
    try:
        child = subprocess.Popen(
            shlex.split(command),
            env=os.environ | told,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise NotTold(f"{command}: {error}") from error
    try:
        child.communicate(json.dumps(facts) + "\n", timeout=COMMAND_SECONDS)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        raise NotTold(f"{command}: took longer than {COMMAND_SECONDS} seconds") from None
    if child.returncode:
        raise NotTold(f"{command}: ended with code {child.returncode}")
