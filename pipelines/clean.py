"""Text as it may be stored: the same on both engines, and safe to show.

PostgreSQL takes no NUL, neither engine takes half a surrogate pair, and invisible characters
make equal names differ and turn the direction of what follows them.
"""

from __future__ import annotations

import re
import unicodedata

# Controls but tab and newline; soft hyphen; zero-width space and marks of direction; bidi
# embeddings, overrides and isolates; word joiner and byte order mark; noncharacters.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u061c\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufeff\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]"
)
_JOINERS = dict.fromkeys(map(ord, "\u200c\u200d"))


def clean(text: str, limit: int) -> str:
    """NFC text without controls, broken surrogates and marks of direction, at most `limit`
    characters long.

    >>> clean("Klaster\\x00 \\u202eICT\\r\\n", 100)
    'Klaster ICT\\n'
    """
    # Most text is as it should be, and these look at it at the speed of C.
    line = text.replace("\n", "") if "\n" in text else text
    if len(text) <= limit and line.isprintable() and unicodedata.is_normalized("NFC", text):
        return text
    if len(text) > 4 * limit + 64:
        text = text[: 4 * limit + 64]  # composing shortens text, but not by more than this
    if _has_surrogates(text):
        # Two halves side by side are one character; a lone one is lost already.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if _UNWANTED.search(text):
        text = _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", text)[:limit]


def fold(text: str) -> str:
    """The form in which natural keys compare: compatible characters, case and space alike.

    >>> fold("  Klaster\\u00a0ICT ")
    'klaster ict'
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().split())
    text = clean(text, len(text)).translate(_JOINERS)
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _has_surrogates(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
