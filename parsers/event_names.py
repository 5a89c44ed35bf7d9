"""What an event is called: the headline, or the noun phrase of the sentence that tells it."""

from __future__ import annotations

import re

from languages.dates import DateSpan
from languages.places import cities_in
from parsers.event_words import EventWords, Trigger

LONGEST_NAME = 120
_QUOTES = (
    r"„[^„“”\"«»]{4,110}[“”\"]|«[^«»]{4,110}»|»[^«»]{4,110}«|“[^„“”]{4,110}”|\"[^\"„“”]{4,110}\""
)
_QUOTED = re.compile(_QUOTES)
_TOKEN = re.compile(rf"{_QUOTES}|[\w&][\w.'’&/+-]*|[–—-]")
_VERBAL = frozenset({"signing", "founding"})
_ENDS = " ,;:.–—-|(/"
_WORDS_AROUND = 12
_LEAD = 6
"""Longest preposition before a city, with its space."""
_ARTICLE = 4


def event_name(
    sentence: str,
    trigger: Trigger,
    span: DateSpan,
    words: EventWords,
    heading: str,
    language: str,
) -> str:
    """A short name: `heading` where it names such an event, else words of the sentence."""
    titled = words.trigger(heading) if heading else None
    kindred = titled is not None and (titled.kind == trigger.kind or _akin(titled, trigger))
    phrase = _phrase(sentence, trigger, span, words, language)
    if trigger.kind not in _VERBAL and _telling(phrase, trigger):
        return phrase
    if kindred:
        return clean_title(heading, span)
    clause = _clause(sentence, trigger, span, words, language)
    if len(clause.split()) >= 3:
        return clause
    if titled or (heading and len(phrase) <= len(trigger.word) + _ARTICLE):
        return clean_title(heading, span)
    name = clause or phrase or trigger.word
    return f"{name}: {heading}"[:LONGEST_NAME] if heading and " " not in name else name


def clean_title(title: str, span: DateSpan) -> str:
    """A headline without the date that it gives."""
    name = " ".join(title.replace(span.raw, " ").split())
    return name.strip(_ENDS)[: 2 * LONGEST_NAME]


def _akin(a: Trigger, b: Trigger) -> bool:
    one, other = a.word.casefold(), b.word.casefold()
    return one.endswith(other) or other.endswith(one) or one[:6] == other[:6]


def _telling(phrase: str, trigger: Trigger) -> bool:
    """Whether a phrase says more than what kind of event it was."""
    more = phrase.replace(trigger.word, " ").split()
    return len(more) >= 2 or any(word[:1].isupper() and len(word) > 3 for word in more)


def _phrase(
    sentence: str, trigger: Trigger, span: DateSpan, words: EventWords, language: str
) -> str:
    """The noun phrase around the trigger, without the date, the verb and what follows them."""
    quotes = list(_QUOTED.finditer(sentence))
    for quote in quotes:
        if quote.start() < trigger.start and trigger.end < quote.end():
            return quote.group()[1:-1].strip(_ENDS)
    start = _behind_city(sentence, _start(sentence, trigger, span, words), language)
    end = _end(sentence, trigger, span, words)
    name = sentence[start:end].strip(_ENDS)
    if len(name) <= len(trigger.word) + 3:
        for quote in quotes:
            if min(abs(quote.start() - trigger.end), abs(quote.end() - trigger.start)) < 60:
                name = quote.group()[1:-1].strip(_ENDS)
                break
    name = _without_day_words(name, words)[:LONGEST_NAME].strip()
    lead = words.leads.match(name)
    return name[lead.end() :] if lead and lead.end() < len(name) - len(trigger.word) else name


def _behind_city(sentence: str, start: int, language: str) -> int:
    """`start`, or where the city ends that the words begin with: "w Radomiu spotkanie rady"."""
    low = max(0, start - _LEAD)
    for city in cities_in(sentence[low : start + 40], language):
        if low + city.span[0] == start:
            return low + city.span[1]
    return start


def _start(sentence: str, trigger: Trigger, span: DateSpan, words: EventWords) -> int:
    low = span.span[1] if span.span[1] <= trigger.start else 0
    low = max(low, trigger.start - 90)
    start = trigger.start
    for word in reversed(list(_TOKEN.finditer(sentence, low, start))):
        token = word.group()
        if sentence[word.end() : start].strip(" "):
            break
        if words.held.match(token) or words.planned.match(token):
            break
        if (token[0].islower() and len(token) <= 3) or token in "–—-":
            break
        if token.casefold() in words.day_words:
            break
        start = word.start()
        if trigger.start - start > 60:
            break
    return start


def _end(sentence: str, trigger: Trigger, span: DateSpan, words: EventWords) -> int:
    high = span.span[0] if span.span[0] >= trigger.end else len(sentence)
    end = last = trigger.end
    for word in _TOKEN.finditer(sentence, end, min(high, end + LONGEST_NAME)):
        if sentence[last : word.start()].strip(" "):
            break
        token = word.group()
        at = word.start()
        if words.held.match(sentence, at) or words.planned.match(sentence, at):
            break
        if words.name_ends.match(sentence, at) and len(sentence[trigger.end : end].split()) > 1:
            break
        last = word.end()
        if not (token[0].islower() and len(token) <= 3) and token not in "–—-":
            end = last
    return end


def _clause(
    sentence: str, trigger: Trigger, span: DateSpan, words: EventWords, language: str
) -> str:
    """Words around the trigger up to the next stop on either side, without the date."""
    low = max((sentence.rfind(mark, 0, trigger.start) for mark in ",;:("), default=-1) + 1
    ends = [e for mark in ",;:()" if (e := sentence.find(mark, trigger.end)) >= 0]
    high = min(ends, default=len(sentence))
    for verb in (words.held, words.planned):
        while said := verb.search(sentence, low, trigger.start):
            low = said.end()
            while low < trigger.start and sentence[low].isalpha():
                low += 1
    text = sentence[low:high]
    if low <= span.span[0] and span.span[1] <= high:
        before = _without_day_words(sentence[low : span.span[0]], words)
        after = sentence[span.span[1] : high]
        after = re.sub(r"^\s?(?:r|р|г|roku|року|года)\b\.?", "", after)
        text = f"{before} {after.lstrip(_ENDS)}"
    text = text.strip(_ENDS)
    city = next(cities_in(text[:60], language), None)
    if city and city.span[0] <= 3:
        text = text[city.span[1] :]
    tokens = text.split()
    at = next((i for i, t in enumerate(tokens) if trigger.word[:5] in t), 0)
    tokens = tokens[max(0, at - _WORDS_AROUND) : at + _WORDS_AROUND]
    while tokens and ((len(tokens[0]) <= 3 and tokens[0].islower()) or len(tokens[0]) == 1):
        tokens.pop(0)
    while tokens and len(tokens[-1]) <= 3 and tokens[-1].islower():
        tokens.pop()
    return " ".join(tokens).strip(_ENDS)[:LONGEST_NAME]


def _without_day_words(text: str, words: EventWords) -> str:
    """`text` without what led to a date at its end: "in the period", "w dniu"."""
    tokens = text.strip(_ENDS).split()
    while tokens:
        last = tokens[-1].strip(_ENDS).casefold()
        if last in words.day_words or (len(last) <= 3 and tokens[-1].islower()) or not last:
            tokens.pop()
        else:
            break
    return " ".join(tokens).strip(_ENDS)
