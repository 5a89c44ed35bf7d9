"""Places in lists and feeds as opaque text: readers bring it back, and need not understand it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from typing import Any

from models.errors import CursorExpired, CursorInvalid

_BEYOND = 1 << 63  # neither engine has such numbers
_UNSTORED = re.compile("[\0\ud800-\udfff]")  # nor such text


def list_cursor(key: Sequence[str | int]) -> str:
    """The cursor behind the row of a list that has this key.

    >>> list_key(list_cursor(["Łódź", 7]), str, int)
    ['Łódź', 7]
    """
    return _coded(json.dumps(list(key), ensure_ascii=False, separators=(",", ":")))


def list_key(cursor: str, *kinds: type) -> list[Any]:
    """The key of a list's cursor. kinds: str or int, for each part. Raises CursorInvalid."""
    try:
        key = json.loads(_text(cursor))
    except (ValueError, RecursionError):
        key = None
    if not isinstance(key, list) or len(key) != len(kinds) or not all(map(_fits, key, kinds)):
        raise CursorInvalid("this is no cursor of this list; start without one")
    return key


def feed_cursor(feed: str, epoch: str, seq: int) -> str:
    """The cursor behind a change of a feed. feed: its name, empty for that of the claims. epoch:
    names the life of the database in which changes have these numbers."""
    return _coded(":".join([*_named(feed), epoch, str(seq)]))


def feed_seq(cursor: str, feed: str, epoch: str, newest: int) -> int:
    """The number of the change that a feed's cursor is behind.

    newest: number of the feed. Raises CursorInvalid, and CursorExpired where the database was
    rebuilt or set back since.
    """
    try:
        *named, life, seq = _text(cursor).split(":")
        known = named == _named(feed) and seq.isascii() and seq.isdigit() and len(seq) <= 18
    except ValueError:
        known = False
    if not known:
        raise CursorInvalid("this is no cursor of this feed; start without one")
    if life != epoch or int(seq) > newest:
        raise CursorExpired("the database was rebuilt since: read everything again")
    return int(seq)


def _named(feed: str) -> list[str]:
    return [feed] if feed else []


def _coded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _text(cursor: str) -> str:
    """Raises ValueError; what base64 and UTF-8 raise is one."""
    padded = cursor + "=" * (-len(cursor) % 4)
    return base64.urlsafe_b64decode(padded.encode("ascii")).decode()


def _fits(value: Any, kind: type) -> bool:
    if isinstance(value, str):
        return kind is str and not _UNSTORED.search(value)
    return type(value) is int and kind is int and abs(value) < _BEYOND
