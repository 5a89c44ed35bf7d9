"""`python -m fuzzing.search TARGET SECONDS FOLDER SEED`: one coverage-guided search, by atheris.

A process of its own, as atheris ends it when the time is over. FOLDER keeps the inputs that it
found worth keeping, and `crash-…` or `timeout-…` for what went wrong.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

from fuzzing.seeds import seeds

LARGEST = 20_000
"""Bytes of an input, at most."""
SECONDS_EACH = 15
"""Longer for one input is a failure; instrumented code is several times slower."""

INSTRUMENTED = ["parsers", "languages", "catalogue", "pipelines", "protego"]

with atheris.instrument_imports(include=INSTRUMENTED):
    from fuzzing.targets import TARGETS


def main() -> None:
    """Search until the time is over (exit code 0) or something is found (another)."""
    name, seconds, folder, seed = sys.argv[1:]
    corpus = Path(folder)
    for number, content in enumerate(seeds(name)):
        (corpus / f"seed-{number}").write_bytes(content)
    options = [
        f"-max_total_time={seconds}",
        f"-seed={seed}",
        f"-timeout={SECONDS_EACH}",
        f"-max_len={LARGEST}",
        "-rss_limit_mb=1500",
        "-print_final_stats=1",
        f"-artifact_prefix={folder}/",
    ]
    atheris.Setup([sys.argv[0], *options, folder], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
