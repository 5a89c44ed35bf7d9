"""A process that publishes, and dies at a point."""

from __future__ import annotations

import os
import resource
import signal
from pathlib import Path
from typing import Any

from feeds.publishing import Wishes, publish, shelf
from models import open_database


def publish_until(database: str, folder: Path, point: str) -> None:
    """Publish, and be killed while reading or writing, before the publication gets its name
    (rename) or before it becomes the latest (replace); or find the disk full."""

    def die(*_: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def told(done: int, of: int) -> None:
        if point == "reading" or (point == "writing" and done > of * 0.6):
            die()

    if point in ("rename", "replace"):
        setattr(shelf.os, point, die)
    if point == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
    publish(open_database(database), folder, Wishes(), progress=told)
