"""Bytes to text: which charset a page is written in, and text without what nobody can see.

Declarations err: a header says utf-8 over windows-1250 bytes, a meta says iso-8859-2 over
windows-1250. So each is believed only as far as the bytes agree with it.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(rb"""<meta\b[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I)
_XML = re.compile(rb"""^\s*<\?xml\b[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,40})""", re.I)
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I)
_META_WITHIN = 4096
_WIDE_WITHIN = 400
_SAMPLE = 200_000

# Browsers read these names as the larger code page of the same family; so do we.
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
# iso-8859-x has control characters at 0x80-0x9F, where windows-125x has letters and quotes.
_WINDOWS = {
    "iso8859-2": "cp1250",
    "iso8859-5": "cp1251",
    "iso8859-7": "cp1253",
    "iso8859-4": "cp1257",
    "iso8859-13": "cp1257",
    "iso8859-15": "cp1252",
}
# Letters that tell an undeclared charset: those its languages use, by charset.
_LETTERS = {
    "cp1252": "äöüßéèêëàâáãåæçïîíìñóòôõøœúùûýÿ",
    "cp1250": "ąćęłńóśźżáéíýčďěňřšťůúžőűöüăâîşţđľĺŕôä",
    "iso8859-2": "ąćęłńóśźżáéíýčďěňřšťůúžőűöüăâîşţđľĺŕôä",
    "cp1251": "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґ",
    "koi8-u": "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґ",
    "iso8859-5": "абвгдежзийклмнопрстуфхцчшщъыьэюяії",
    "cp1253": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊ",
    "cp1254": "çğıöşüâîé",
    "cp1257": "ąčęėįšųūžāēģīķļņŗõäöü",
}
_LETTER_SETS = {name: frozenset(letters + letters.upper()) for name, letters in _LETTERS.items()}
_LATIN = ("cp1252", "cp1250", "iso8859-2", "cp1254", "cp1257")
_OTHER_SCRIPTS = ("cp1251", "koi8-u", "iso8859-5", "cp1253")
_HIGH = re.compile(rb"[\x80-\xff]+")
_PUNCTUATION = frozenset("„”“’‘«»–—…•§©®°·€ \u00a0№")

# C0 and C1 controls but for tab and line ends, lone surrogates, bidi overrides and isolates,
# zero-width characters, soft hyphen, byte order mark, noncharacters.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_ASCII = bytes(range(1, 128))
# Those of them that pages do hold, in UTF-8.
_UNSEEN_BYTES = re.compile(
    rb"\x00|\xc2\xad|\xe2(?:\x80[\x8b-\x8f\xaa-\xae]|\x81[\xa0\xa6-\xa9])|\xef\xbb\xbf"
)


def clean_markup(markup: bytes) -> bytes:
    """A page's markup (UTF-8) without invisible characters, looked for as fast as may be.

    Character references may still hold some, so `seen` goes over every text that is read.
    """
    # Without ASCII little is left to search; two thirds of all bytes of some languages, though.
    if _UNSEEN_BYTES.search(markup.translate(None, _ASCII)):
        return _UNSEEN.sub("", markup.decode("utf-8", "replace")).encode("utf-8", "replace")
    return markup


def seen(text: str) -> str:
    """`text` in NFC without control, bidi and zero-width characters and lone surrogates.

    >>> seen("Kla\\u200bster\\u202e e\\u0301")
    'Klaster é'
    """
    if not text.isprintable():  # none of the unseen is, and few texts have other such characters
        text = _UNSEEN.sub("", text)
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", text)


def to_utf8(content: bytes, content_type: str = "") -> tuple[bytes, str]:
    """The bytes of a page in UTF-8 and the charset they were in; see `decode`."""
    if b"\x00" not in content[:_WIDE_WITHIN] and not content.startswith(codecs.BOM_UTF8):
        try:
            content.decode()
        except UnicodeDecodeError:
            pass
        else:
            return content, "utf-8"
    text, name = decode(content, content_type)
    return text.encode("utf-8", "replace"), name


def decode(content: bytes, content_type: str = "") -> tuple[str, str]:
    """The text of a page and the charset it was read in.

    `content_type` is the HTTP header. Never fails: a byte that fits nothing becomes U+FFFD.
    """
    for mark, name in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace"), name
    if b"\x00" in content[:_WIDE_WITHIN]:
        wide = _without_mark(content)
        if wide is not None:
            return content.decode(wide, "replace"), wide
    valid = _valid_utf8(content)
    if valid is not None:
        return valid, "utf-8"
    for name in _declared(content, content_type):
        if name == "utf-8":
            if _mostly_utf8(content):
                return content.decode("utf-8", "replace"), "utf-8"
            continue
        name = _windows(content, name)
        text = content.decode(name, "replace")
        if text.count("\ufffd") <= len(text) // 200:
            return text, name
    if _mostly_utf8(content):
        return content.decode("utf-8", "replace"), "utf-8"
    name = _guess(content)
    return content.decode(name, "replace"), name


def _declared(content: bytes, content_type: str) -> list[str]:
    """Python's names of the declared charsets: the header's, then the page's own."""
    names = []
    if (match := _HEADER.search(content_type[:300])) is not None:
        names.append(match[1])
    head = content[:_META_WITHIN]
    declarations = (pattern.search(head) for pattern in (_META, _XML))
    names += [found[1].decode("ascii", "ignore") for found in declarations if found is not None]
    known = []
    for name in names:
        try:
            codec = codecs.lookup(name)
            "a".encode(codec.name).decode(codec.name)
        except (LookupError, ValueError, TypeError, AttributeError):
            continue
        if codec.name.startswith(("utf-16", "utf-32", "utf-7", "idna", "punycode", "unicode")):
            continue  # it was read as bytes of ASCII just now, so it is none of these
        known.append(_WIDER.get(codec.name, codec.name))
    return known


def _valid_utf8(content: bytes) -> str | None:
    """The text, where the bytes are valid UTF-8. Other charsets' letters hardly ever are."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end >= len(content) - 3 and error.reason == "unexpected end of data":
            return content[: error.start].decode("utf-8")  # a fetch cut off within a letter
        return None


def _mostly_utf8(content: bytes) -> bool:
    """Whether UTF-8 fits but for a few places, as where a widget of another charset was pasted."""
    text = content[:_SAMPLE].decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = len(text) - len(text.encode("ascii", "ignore")) - bad
    return good > 8 * bad


def _without_mark(content: bytes) -> str | None:
    """UTF-16 without a byte order mark: every other byte of its markup is zero."""
    head = content[:_WIDE_WITHIN]
    if head[1::2].count(0) > 0.8 * (len(head) // 2):
        return "utf-16-le"
    if head[::2].count(0) > 0.8 * (len(head) // 2):
        return "utf-16-be"
    return None


def _windows(content: bytes, name: str) -> str:
    """`name`, or the windows code page where the bytes have letters at 0x80-0x9F."""
    wider = _WINDOWS.get(name)
    if wider is None:
        return name
    sample = content[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, bytes(range(0x80, 0xA0))))
    return wider if controls else name


def _guess(content: bytes) -> str:
    """The charset whose languages' letters the non-ASCII bytes spell best.

    Where they stand in runs, whole words are of them, so the script is not Latin.
    """
    runs = _HIGH.findall(content[:_SAMPLE])[:2000]
    total = sum(map(len, runs))
    in_words = sum(len(run) for run in runs if len(run) > 2)
    names = _OTHER_SCRIPTS if 2 * in_words > total else _LATIN
    high = b"".join(runs)
    best, best_score = "cp1252", float("-inf")
    for name in names:
        letters = _LETTER_SETS[name]
        points = 0.0
        for character in high.decode(name, "replace"):
            if character in letters:
                points += 1.0 if character.islower() else 0.6
            elif character not in _PUNCTUATION:
                points -= 1.0
        if points > best_score + 0.01 * total:
            best, best_score = name, points
    return best
