"""Events told in sentences: "W dniach 16-18 stycznia 2023 w Saragossie odbyło się spotkanie …"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from items import EVIDENCE_LIMIT, Event
from languages.dates import DateSpan, read_dates
from parsers.document import Block, Document
from parsers.event_places import Where, page_country, where_in, where_labelled
from parsers.event_words import EventWords, Trigger, event_words

LONGEST_DAYS = 31
"""A span of more days is a term or a project, not an event."""
_REACH = 220
"""Characters between a date and the word that tells of its event."""
_NEAR = 4
"""Blocks below the headline in which a bare date may be that of the headline's event."""
_MOST_BLOCKS = 3_000
_LONGEST_TEXT = 20_000
_LONGEST_NAME = 120

_BREAK = re.compile(r"(?:[!?…]|(?<!\s\w)(?<!\s[^\W\d]{2})(?<!^\w)\.|;)[\"”“»)]?\s+(?=[^\W\da-z])")
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_ABBREVIATION = re.compile(
    r"(?<!\w)(?:dr|prof|inż|mgr|hab|ul|im|pl|al|ds|np|nr|św|tzw|ww|mr|mrs|ms"
    r"|ing|mudr|phdr|doc|str|tel|godz|ok|r|p|м|вул|ул|им|г|bzw|ca|z\.b|st"
    r"|\d{1,2}|[ivx]+)\.[\"”“»)]?\s+$",
    re.I,
)
_CLOCK = re.compile(r"(?<!\d)\d{1,2}[:.]\d\d(?!\d)|\b(?:godz|uhr|hod|a\.?m|p\.?m|h)\b\.?", re.I)


@dataclass(frozen=True, slots=True)
class Told:
    """An event as one sentence tells it."""

    event: Event
    trigger: Trigger | None
    from_headline: bool


def read_prose(
    document: Document, anchor: str | None = None, skip: frozenset[int] = frozenset()
) -> list[Event]:
    """Events that the sentences of a page tell; `skip` holds the indices of blocks read already."""
    words = event_words(document.language)
    country = page_country(document)
    told: list[Told] = []
    heading = document.headline or ""
    year = _only_year(heading)
    near = _headline_at(document) + _NEAR
    for index, block in enumerate(document.blocks[:_MOST_BLOCKS]):
        if block.kind == "heading":
            heading = block.text
        if index in skip or not _DIGIT.search(block.text) or _is_link(block):
            continue
        text = block.text[:_LONGEST_TEXT]
        below = document.blocks[index + 1] if index + 1 < len(document.blocks) else None
        for start, end in _sentences(text):
            sentence = text[start:end]
            if not _DIGIT.search(sentence):
                continue
            for span in _days(sentence, document.language, anchor, year):
                title = heading if index <= near else ""
                event = _read(sentence, span, words, document, title, below, country, anchor)
                if event:
                    told.append(event)
    return _merged(told)


def _headline_at(document: Document) -> int:
    """Index of the block that is the page's headline; -1 if none is."""
    blocks = enumerate(document.blocks[:40])
    return next((i for i, b in blocks if b.text == document.headline), -1)


def _is_link(block: Block) -> bool:
    """Whether the whole block leads elsewhere: a neighbour's title, with its date or without."""
    linked = sum(len("".join(a.itertext()).strip()) for a in block.element.iter("a"))
    return linked > 0.6 * len(block.text)


def _only_year(text: str) -> str | None:
    years = set(_YEAR.findall(text))
    return years.pop() if len(years) == 1 else None


def _days(sentence: str, language: str, anchor: str | None, year: str | None) -> Iterator[DateSpan]:
    """Dates of a sentence that are a day or some days; the year may come from beside them."""
    beside = _only_year(sentence) or year
    for span in read_dates(sentence, language, f"{beside}-07-01" if beside else anchor):
        if span.precision not in ("day", "minute"):
            continue
        if span.inferred and beside and span.start[:4] != beside:
            continue
        if span.end and _length(span) > LONGEST_DAYS:
            continue
        yield span


def _length(span: DateSpan) -> int:
    try:
        first = date.fromisoformat(span.start[:10])
        last = date.fromisoformat((span.end or span.start)[:10])
    except ValueError:
        return LONGEST_DAYS + 1
    return (last - first).days


def _sentences(text: str) -> list[tuple[int, int]]:
    """Where sentences begin and end; ordinals and abbreviations end none."""
    found, start = [], 0
    for match in _BREAK.finditer(text):
        head = text[max(start, match.start() - 12) : match.end()]
        if _ABBREVIATION.search(head):
            continue
        if match.end() - start > 12:
            found.append((start, match.end()))
            start = match.end()
    if start < len(text):
        found.append((start, len(text)))
    return found


def _read(
    sentence: str,
    span: DateSpan,
    words: EventWords,
    document: Document,
    heading: str,
    below: Block | None,
    country: str | None,
    anchor: str | None,
) -> Told | None:
    before = sentence[: span.span[0]]
    after = sentence[span.span[1] :]
    if words.periods.search(sentence):
        return None
    lead = words.other.search(before[-60:])
    if lead and not (span.end and len(lead.group().split()[0]) <= 5):
        return None
    trigger = _nearest(sentence, span, words)
    tells = bool(words.held.search(sentence) or words.planned.search(sentence))
    from_headline = False
    title = heading
    if trigger is None:
        title = heading
        trigger = words.trigger(title)
        if trigger is None:
            return None
        bare = len(re.sub(r"[\W\d_]+", "", before + after)) <= 25
        if not tells and (not bare or span.start[:10] == (anchor or "")):
            return None
        from_headline = True
    elif span.start[:10] == anchor and not tells and len(before) < 3 and len(after) > 2:
        # A dateline: the page's own day at the head of its first sentence.
        if not after.lstrip(" .r").startswith((":", "–", "-")) and not _in_front(trigger, span):
            return None
    where = where_in(sentence, span.span[0], document.language, words, country)
    if where.place is None and where.city is None and below is not None and from_headline:
        if "," in below.text and len(below.text) < 120 and not _DIGIT.search(below.text):
            where = where_labelled(below.text, document.language, country)
            where = where if where.city else Where()
    if from_headline and where.city is None:
        seen = where_in(title, 0, document.language, words, country)
        where = Where(where.place or seen.place, seen.city, seen.country)
    name = _clean_title(title, span) if from_headline else _name(sentence, trigger, span, words)
    if not from_headline and len(name.split()) < 3:
        titled = words.trigger(heading)
        if titled and (trigger.kind in ("event", titled.kind) or _akin(titled, trigger)):
            name = _clean_title(heading, span)
    return Told(
        Event(
            name=name,
            kind=trigger.kind,
            start=span.start,
            end=span.end,
            all_day="T" not in span.start,
            place=where.place,
            city=where.city,
            country=where.country,
            status=_status(sentence, words, span, document.fetched_at),
            evidence=_evidence(sentence, span),
            url=document.url,
            language=document.language,
            fetched_at=document.fetched_at,
            source=document.source.name if document.source else "",
        ),
        trigger,
        from_headline,
    )


def _akin(a: Trigger, b: Trigger) -> bool:
    one, other = a.word.casefold(), b.word.casefold()
    return one.endswith(other) or other.endswith(one) or one[:6] == other[:6]


def _in_front(trigger: Trigger, span: DateSpan) -> bool:
    return trigger.end <= span.span[0]


def _nearest(sentence: str, span: DateSpan, words: EventWords) -> Trigger | None:
    """The word of an event nearest to the date; a telling one beats "event" or "panel"."""
    low, high = span.span
    best: tuple[int, Trigger] | None = None
    for trigger in words.triggers(sentence):
        distance = low - trigger.end if trigger.end <= low else trigger.start - high
        if distance < 0 or distance > _REACH:
            continue
        cost = distance + (120 if trigger.kind == "event" else 0)
        if best is None or cost < best[0]:
            best = (cost, trigger)
    return best[1] if best else None


def _status(sentence: str, words: EventWords, span: DateSpan, fetched_at: str) -> str | None:
    if words.cancelled.search(sentence):
        return "cancelled"
    if words.planned.search(sentence):
        return "scheduled"
    if words.held.search(sentence):
        return "past"
    if len(fetched_at) >= 10:
        return "past" if (span.end or span.start)[:10] < fetched_at[:10] else "scheduled"
    return None


def _evidence(sentence: str, span: DateSpan) -> str:
    """The sentence; of a long one the part around the date."""
    if len(sentence) <= EVIDENCE_LIMIT:
        return sentence.strip()
    start = max(0, min(span.span[0] - 80, len(sentence) - EVIDENCE_LIMIT))
    return sentence[start : start + EVIDENCE_LIMIT].strip()


_TOKEN = re.compile(r"[\"„“”«»][^\"„“”«»]{2,90}[\"„“”«»]|[\w&][\w.'’&/+-]*|[–—-]")
_STOP_BEFORE = frozenset(",;:.!?()")
_QUOTED = re.compile(r"[\"„“”«»]([^\"„“”«»]{4,110})[\"„“”«»]")


def _name(sentence: str, trigger: Trigger, span: DateSpan, words: EventWords) -> str:
    """The noun phrase around the trigger, without the date, the verb and what follows them."""
    start = _phrase_start(sentence, trigger, span, words)
    end = _phrase_end(sentence, trigger, span, words)
    name = sentence[start:end].strip(" ,;:.–-(")
    if len(name) <= len(trigger.word) + 3:
        quoted = _QUOTED.search(sentence)
        if quoted and abs(quoted.start() - trigger.end) < 80:
            return quoted.group(1).strip(" ,.")
    if len(name) <= len(trigger.word):
        around = sentence[max(0, trigger.start - 60) : trigger.end + 60]
        around = around.replace(span.raw, " ")
        name = " ".join(around.split()).strip(" ,;:.–-")
    return name[:_LONGEST_NAME].strip()


def _phrase_start(sentence: str, trigger: Trigger, span: DateSpan, words: EventWords) -> int:
    low = span.span[1] if span.span[1] <= trigger.start else 0
    start = trigger.start
    for word in reversed(list(_TOKEN.finditer(sentence, max(low, start - 90), start))):
        token = word.group()
        if sentence[word.end() : start].strip(" ") or len(token) == 1 and token.islower():
            break
        if words.held.match(token) or words.planned.match(token):
            break
        if token[0].islower() and len(token) <= 3:
            break
        start = word.start()
        if trigger.start - start > 60:
            break
    return start


def _phrase_end(sentence: str, trigger: Trigger, span: DateSpan, words: EventWords) -> int:
    high = span.span[0] if span.span[0] >= trigger.end else len(sentence)
    end = trigger.end
    last = end
    for word in _TOKEN.finditer(sentence, end, min(high, end + _LONGEST_NAME)):
        if sentence[last : word.start()].strip(" "):
            break
        token = word.group()
        if words.held.match(sentence, word.start()) or words.planned.match(sentence, word.start()):
            break
        last = word.end()
        if not (token[0].islower() and len(token) <= 3) and token not in "–—-":
            end = last
    return end


def _clean_title(title: str, span: DateSpan) -> str:
    name = title.replace(span.raw, " ")
    return " ".join(name.split()).strip(" ,;:–-|")[: _LONGEST_NAME * 2]


def _merged(told: list[Told]) -> list[Event]:
    """One item an event: the first telling stands, later ones fill what it lacks."""
    kept: list[Event] = []
    for one in told:
        twin = next((e for e in kept if _same(e, one.event)), None)
        if twin is None:
            kept.append(one.event)
            continue
        twin.place = twin.place or one.event.place
        if twin.city is None:
            twin.city, twin.country = one.event.city, one.event.country
        if twin.all_day and not one.event.all_day and twin.end is None:
            twin.start, twin.end, twin.all_day = one.event.start, one.event.end, False
        if twin.kind == "event":
            twin.kind = one.event.kind
    return kept


def _same(a: Event, b: Event) -> bool:
    return a.start[:10] == b.start[:10] and (a.end or a.start)[:10] == (b.end or b.start)[:10]
