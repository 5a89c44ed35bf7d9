"""Events told in sentences: "W dniach 16-18 stycznia 2023 w Saragossie odbyło się spotkanie …"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from items import EVIDENCE_LIMIT, Event
from languages.dates import DateSpan
from parsers.document import Block, Document
from parsers.event_address import days_of_address
from parsers.event_names import clean_title, event_name
from parsers.event_places import Where, page_country, where_in, where_labelled
from parsers.event_sentences import LONGEST_SENTENCE, beside, sentences_of
from parsers.event_sequel import taken_up
from parsers.event_times import days_in, may_date, only_year
from parsers.event_words import EventWords, Trigger, event_words

Status = Literal["scheduled", "cancelled", "past"] | None

LONGEST_DAYS = 31
"""A span of more days is a term or a project, not an event."""
_REACH = 160
"""Characters between a date and the word that tells of its event."""
_NEAR = 4
"""Blocks below the headline in which a bare date may be that of the headline's event."""
_HANDICAP = {"event": 120, "ceremony": 20, "course": 60}
"""What a word of little meaning weighs, in characters of distance from the date."""
_VERBLIKE = re.compile(r"(?<![\w.])[^\W\d_A-Z]{5,}\s[^\W\d_A-Z]{4,}\s[^\W\d_A-Z]{2,}")
"""Three small words in a row: a sentence, not a place."""
_COURSE = 16
_BESIDE = 60
_NEWSWORTHY = frozenset({"signing", "founding", "award ceremony", "conference", "assembly"})
"""Kinds of event that "today" dates; of meetings and visits a page speaks too loosely."""
_SOME_DAYS = 7
_MOST_BLOCKS = 3_000
_LONGEST_TEXT = 20_000
_MOST_DAYS = 8

_DIGIT = re.compile(r"\d")
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
    """Events that a page's sentences tell; `skip`: positions of blocks that are read already."""
    words = event_words(document.language)
    country = page_country(document)
    told: list[Told] = []
    heading = document.headline or ""
    year = only_year(heading)
    near = _headline_at(document) + _NEAR
    for index, block in enumerate(document.blocks[:_MOST_BLOCKS]):
        if block.kind == "heading":
            heading = block.text
        if block.position in skip or not _may_tell(block.text, document.language, anchor, words):
            continue
        if _is_link(block):
            continue
        text = block.text[:_LONGEST_TEXT]
        below = document.blocks[index + 1] if index + 1 < len(document.blocks) else None
        sentences = [
            text[start : min(end, start + LONGEST_SENTENCE)] for start, end in sentences_of(text)
        ]
        for number, sentence in enumerate(sentences):
            for span in _days(sentence, document.language, anchor, year, words):
                title = heading if index <= near else ""
                near_by = beside(number, sentences, document.blocks[:index])
                event = _read(
                    sentence, span, words, document, title, below, country, anchor, near_by
                )
                if event:
                    told.append(event)
    addressed = _from_address(document, words, country)
    if addressed and not any(one.event.start[:10] == addressed.event.start for one in told):
        told.append(addressed)
    return _merged(told)


def _may_tell(text: str, language: str, anchor: str | None, words: EventWords) -> bool:
    if may_date(text, language):
        return True
    if not anchor:
        return False
    small = text.lower()
    return any(word in small for word in words.told_days)


def _from_address(document: Document, words: EventWords, country: str | None) -> Told | None:
    """An event that headline or first words tell, and of which only the address gives the day."""
    found = days_of_address(document.url)
    if found is None:
        return None
    start, end, raw = found
    opening = next((b.text for b in document.blocks if b.kind == "paragraph"), "")
    for text in (document.headline or "", *(opening[a:b] for a, b in sentences_of(opening)[:2])):
        trigger = words.trigger(text)
        if trigger is None or trigger.kind == "event" or words.periods.search(text):
            continue
        where = where_in(text, trigger.end, document.language, words, country)
        span = DateSpan(start, end, "day", (len(text), len(text)), raw)
        name = clean_title(text, span) if text == document.headline else ""
        return Told(
            _event(
                document,
                name or event_name(text, trigger, span, words, "", document.language),
                trigger,
                span,
                where,
                _status(text, words),
                f"{text} ({raw})",
            ),
            trigger,
            from_headline=False,
        )
    return None


def _event(
    document: Document,
    name: str,
    trigger: Trigger,
    span: DateSpan,
    where: Where,
    status: Status,
    evidence: str,
) -> Event:
    return Event(
        name=name,
        kind=trigger.kind,
        start=span.start,
        end=span.end,
        all_day="T" not in span.start,
        place=where.place,
        city=where.city,
        country=where.country,
        status=status,
        evidence=evidence[:EVIDENCE_LIMIT],
        url=document.url,
        language=document.language,
        fetched_at=document.fetched_at,
        source=document.source.name if document.source else "",
    )


def _headline_at(document: Document) -> int:
    """Index of the block that is the page's headline; -1 if none is."""
    blocks = enumerate(document.blocks[:40])
    return next((i for i, b in blocks if b.text == document.headline), -1)


def _is_link(block: Block) -> bool:
    """Whether the whole block leads elsewhere: a neighbour's title, with its date or without."""
    linked = sum(len("".join(a.itertext()).strip()) for a in block.element.iter("a"))
    return linked > 0.6 * len(block.text)


def _days(
    sentence: str, language: str, anchor: str | None, year: str | None, words: EventWords
) -> Iterator[DateSpan]:
    """Dates of a sentence that are a day or some days; the year may come from beside them."""
    if anchor and any(word in sentence.lower() for word in words.told_days):
        yield from _days_told_by_words(sentence, anchor, words)
    if not _DIGIT.search(sentence):
        return
    beside = only_year(sentence) or year
    spans = days_in(sentence, language, beside, anchor)
    # A sentence with more dates than that is a table of them.
    for span in spans if len(spans) <= _MOST_DAYS else ():
        if span.end and _length(span) > LONGEST_DAYS:
            continue
        yield span


def _days_told_by_words(sentence: str, anchor: str, words: EventWords) -> Iterator[DateSpan]:
    """ "Today" and "yesterday", against the day of publication."""
    for stems, back in ((words.today, 0), (words.yesterday, 1)):
        found = stems.search(sentence)
        if found is None:
            continue
        if not any(
            trigger.kind in _NEWSWORTHY and abs(trigger.start - found.start()) < _BESIDE
            for trigger in words.triggers(sentence)
        ):
            continue
        try:
            day = date.fromisoformat(anchor) - timedelta(days=back)
        except ValueError:
            return
        raw = sentence[found.start() : found.end()]
        yield DateSpan(day.isoformat(), None, "day", found.span(), raw, inferred=True)


def _length(span: DateSpan) -> int:
    try:
        first = date.fromisoformat(span.start[:10])
        last = date.fromisoformat((span.end or span.start)[:10])
    except ValueError:
        return LONGEST_DAYS + 1
    return (last - first).days


def _read(
    sentence: str,
    span: DateSpan,
    words: EventWords,
    document: Document,
    heading: str,
    below: Block | None,
    country: str | None,
    anchor: str | None,
    beside: tuple[str, ...],
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
    if trigger is None and span.start[:10] != anchor:
        taken = taken_up(sentence, span, beside, words, document.language)
        if taken:
            return _sequel(sentence, span, words, document, heading, country, *taken)
    if trigger is None:
        title = heading
        trigger = words.trigger(title)
        if trigger is None:
            return _unnamed(sentence, span, words, document, country, tells)
        if not tells and (not _is_bare(before, after) or span.start[:10] == (anchor or "")):
            return None
        from_headline = True
    elif span.start[:10] == anchor and not tells and _is_dateline(before, after):
        return None
    where = where_in(sentence, span.span[0], document.language, words, country)
    if from_headline and where == Where() and below is not None:
        where = _below(below, document.language, country)
    if from_headline and where == Where() and beside:
        where = where_in(beside[0], len(beside[0]), document.language, words, country)
    if from_headline and where.city is None:
        seen = where_in(title, 0, document.language, words, country)
        where = Where(where.place or seen.place, seen.city, seen.country)
    if from_headline:
        name = clean_title(title, span)
    else:
        name = event_name(sentence, trigger, span, words, heading, document.language)
    status = _status(sentence, words)
    event = _event(document, name, trigger, span, where, status, _evidence(sentence, span))
    return Told(event, trigger, from_headline)


def _sequel(
    sentence: str,
    span: DateSpan,
    words: EventWords,
    document: Document,
    heading: str,
    country: str | None,
    named: str,
    trigger: Trigger,
) -> Told:
    """An event of which `named` tells what it is, `sentence` when and where."""
    where = where_in(sentence, span.span[0], document.language, words, country)
    if where == Where():
        where = where_in(named, trigger.start, document.language, words, country)
    undated = DateSpan(span.start, span.end, span.precision, (len(named), len(named)), span.raw)
    name = event_name(named, trigger, undated, words, heading, document.language)
    status = _status(sentence, words)
    evidence = f"{named.strip()} {sentence.strip()}" if named != sentence else sentence
    event = _event(document, name, trigger, span, where, status, evidence)
    return Told(event, trigger, from_headline=False)


def _unnamed(
    sentence: str,
    span: DateSpan,
    words: EventWords,
    document: Document,
    country: str | None,
    tells: bool,
) -> Told | None:
    """An event without a noun of its own: some days, or something held, in a named city."""
    if not document.headline or not (tells or (span.end and 0 < _length(span) <= _SOME_DAYS)):
        return None
    where = where_in(sentence, span.span[0], document.language, words, country)
    if where.city is None:
        return None
    status = _status(sentence, words)
    name = clean_title(document.headline, span)
    trigger = Trigger("event", 0, 0, "")
    event = _event(document, name, trigger, span, where, status, _evidence(sentence, span))
    return Told(event, trigger, from_headline=True)


def _is_bare(before: str, after: str) -> bool:
    """Whether a day stands alone, or only with its time and place behind it."""
    letters = len(re.sub(r"[\W\d_]+", "", before + after))
    listed = not re.sub(r"[\W\d_]+", "", before) and after.lstrip(" rp.").startswith(
        (",", "|", "–")
    )
    return letters <= 25 or (listed and letters <= 90 and not _VERBLIKE.search(after))


def _below(block: Block, language: str, country: str | None) -> Where:
    """The place in a line of its own under the day: "Institute of Physics, Jena"."""
    if "," not in block.text or len(block.text) > 120 or _DIGIT.search(block.text):
        return Where()
    where = where_labelled(block.text, language, country)
    return where if where.city else Where()


def _is_dateline(before: str, after: str) -> bool:
    """Whether a day heads its sentence, as the day of writing does."""
    return len(before) < 3 and len(after) > 2 and after.lstrip(" .r")[:1] not in ":–-"


def _nearest(sentence: str, span: DateSpan, words: EventWords) -> Trigger | None:
    """The word of an event nearest to the date; a telling one beats "event" or "panel"."""
    low, high = span.span
    best: tuple[int, Trigger] | None = None
    for trigger in words.triggers(sentence):
        distance = low - trigger.end if trigger.end <= low else trigger.start - high
        if distance < 0 or distance > _REACH:
            continue
        cost = distance + _HANDICAP.get(trigger.kind, 0)
        # "podczas Forum": the event in whose course it was, not the event itself.
        if words.name_ends.search(sentence, max(0, trigger.start - _COURSE), trigger.start):
            cost += _HANDICAP["course"]
        if best is None or cost < best[0]:
            best = (cost, trigger)
    return best[1] if best else None


def _status(sentence: str, words: EventWords) -> Status:
    """As the words have it; the clock says the rest when somebody asks."""
    if words.cancelled.search(sentence):
        return "cancelled"
    if words.planned.search(sentence):
        return "scheduled"
    if words.held.search(sentence):
        return "past"
    return None


def _evidence(sentence: str, span: DateSpan) -> str:
    """The sentence; of a long one the part around the date."""
    if len(sentence) <= EVIDENCE_LIMIT:
        return sentence.strip()
    start = max(0, min(span.span[0] - 80, len(sentence) - EVIDENCE_LIMIT))
    return sentence[start : start + EVIDENCE_LIMIT].strip()


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
