"""An organization's labels along time, as a picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from xml.etree import ElementTree

from babel.dates import format_date
from markupsafe import Markup

from feeds.pages.charts import Anchor, Picture, share
from feeds.pages.words import Words
from registry.holders import Held, HeldState
from registry.statements import as_day

MOST = 40
"""So many terms are drawn; those that end last."""

LETTERS = 38
"""A line of a telephone holds so many letters."""

_AXIS, _ROW, _FOOT = 28, 62, 22
_BAR = 16
_YEAR = 365.25
_WIDEST = 40 * _YEAR
_TICKS = 6


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a label on a day.

    label: the scheme's name; detail: its level and round. Days as stated, of any precision.
    expected_from, expected_until: derived from the scheme's usual validity. first_stated: the
    day of the first page that says so. renews: it follows another term of the same label.
    """

    label: str
    detail: str
    state: HeldState
    valid_from: str | None = None
    valid_until: str | None = None
    expected_from: str | None = None
    expected_until: str | None = None
    first_stated: str = ""
    renews: bool = False


@dataclass(frozen=True, slots=True)
class _Span:
    """Where a term lies, as days' ordinals. stated_from, stated_until: whether its ends are
    stated; expected: where a derived end lies. is_known: whether it is known when it was."""

    term: Term
    start: int
    end: int
    stated_from: bool
    stated_until: bool
    expected_from: int | None
    expected_until: int | None
    is_known: bool = True


def terms_of(
    held: Iterable[Held], labels: Mapping[str, Mapping[str, str]], words: Words
) -> list[Term]:
    """Terms as the picture takes them. labels: names of schemes by language, by id."""
    return [
        Term(
            label=label_name(one.scheme, labels, words),
            detail=level_and_round(one.level, one.round, words),
            state=one.state,
            valid_from=one.valid_from,
            valid_until=one.valid_until,
            expected_from=one.expected_from,
            expected_until=one.expected_until,
            first_stated=one.first_stated,
            renews=one.renews is not None,
        )
        for one in held
    ]


def certificate_timeline(
    terms: Sequence[Term], today: date, words: Words, name: str = "labels"
) -> Markup:
    """A bar for each term of a label, from its first day to its last, and today's line.

    A stated end is a firm edge; where none is stated the bar runs out in dashes. What follows
    from a scheme's usual validity alone is an empty frame. Each bar has its label and state in
    words. Of more than MOST terms those that end last are drawn.
    """
    spans = _spans(terms, today)
    left_out = max(0, len(spans) - MOST)
    spans = spans[left_out:]
    begin, end = _frame(spans, today)
    held = sum(span.term.state in ("valid", "open") for span in spans)
    told = words("timeline.words", count=len(terms), held=held, today=words.day(today))
    height = _AXIS + _ROW * len(spans) + _FOOT + (20 if left_out else 0)
    picture = Picture(name, "timeline", height, words("timeline.title"), told)
    striped = picture.stripes("striped")
    base = _AXIS + _ROW * len(spans)
    _draw_years(picture, begin, end, base)
    for row, span in enumerate(spans):
        _draw_term(picture, span, (begin, end), _AXIS + row * _ROW, words, striped)
    now = share(today.toordinal() - begin, end - begin)
    picture.add("line", "today", x1=now, x2=now, y1=_AXIS - 6, y2=base + 4)
    for row, span in enumerate(spans):
        picture.write("label", _short(_heading(span.term)), 0, _AXIS + row * _ROW + 14)
        told = _short(_told(span.term, words))
        picture.write("soft", told, 0, _AXIS + row * _ROW + 30)
    part = (today.toordinal() - begin) / (end - begin)
    anchor: Anchor = "start" if part < 0.1 else "end" if part > 0.9 else "middle"
    picture.write("now", words("timeline.today"), now, base + 18, anchor)
    if left_out:
        picture.write("soft", words("timeline.more", count=left_out), 0, height - 4)
    return picture.markup()


def label_name(scheme: str, labels: Mapping[str, Mapping[str, str]], words: Words) -> str:
    """A scheme's name in the reader's language, else in English, else in any, else its id."""
    names = labels.get(scheme, {})
    return names.get(words.language) or names.get("en") or next(iter(names.values()), scheme)


def level_and_round(level: str | None, number: str | None, words: Words) -> str:
    """The level and round of a term: "gold", "round VI"."""
    told = [words.name("level", level)] if level else []
    if number:
        told.append(words("timeline.round", round=number))
    return ", ".join(told)


def span_words(term: Term, words: Words) -> str:
    """From when to when, as it is stated or expected: "until 17 Dec 2025"."""
    since, until = _short_day(term.valid_from, words), _short_day(term.valid_until, words)
    if since and until:
        return words("timeline.between", since=since, until=until)
    if until:
        return words("timeline.until", until=until)
    if since:
        return words("timeline.since", since=since)
    return words("timeline.stated", day=_short_day(term.first_stated, words))


def _short_day(value: str | None, words: Words) -> str:
    """A day or month with its month cut short; what is neither as it is."""
    if not value:
        return ""
    day = as_day(value, end=False)
    if day is None or len(value) < len("2024-06"):
        return value
    form = "medium" if len(value) >= len("2024-06-01") else "LLL y"
    return format_date(day, form, locale=words.locale)


def _spans(terms: Sequence[Term], today: date) -> list[_Span]:
    """The terms' places, by label and first day; one that another replaced ends where that
    begins, if its own end is not stated. One that was first heard of after that has no place."""
    spans = sorted((_span(term, today) for term in terms), key=_place)
    for at, span in enumerate(spans[:-1]):
        following = spans[at + 1]
        replaced = span.term.state == "superseded" and not span.stated_until
        if replaced and following.term.label == span.term.label:
            spans[at] = replace(span, end=max(span.start, following.start))
    first: dict[str, int] = {}
    for span in spans:
        first.setdefault(span.term.label, span.start)
    return [
        replace(span, is_known=False)
        if span.term.state == "superseded"
        and not (span.stated_from or span.stated_until)
        and span.start > first[span.term.label]
        else span
        for span in spans
    ]


def _span(term: Term, today: date) -> _Span:
    """A term's place. Without a stated start it begins where it was first stated; without a
    stated end it runs to the expected one if that is over, else to today."""
    since, until = as_day(term.valid_from, end=False), as_day(term.valid_until, end=True)
    stated = as_day(term.first_stated, end=False)
    expected_from = as_day(term.expected_from, end=False)
    expected_until = as_day(term.expected_until, end=True)
    start = since or stated or until or today
    end = until or max(min(today, expected_until or today), start)
    start = min(start, end)
    return _Span(
        term,
        start.toordinal(),
        end.toordinal(),
        since is not None,
        until is not None,
        expected_from.toordinal() if expected_from and expected_from < start else None,
        expected_until.toordinal() if expected_until and until is None else None,
    )


def _place(span: _Span) -> tuple[str, int, int]:
    return (span.term.label, span.start, span.end)


def _frame(spans: Sequence[_Span], today: date) -> tuple[int, int]:
    """The first and the last day of the picture: whole years, today among them."""
    day = today.toordinal()
    firsts = [span.expected_from or span.start for span in spans]
    lasts = [span.expected_until or span.end for span in spans]
    first = max(min([*firsts, day - 365]), day - int(_WIDEST), 1)
    last = min(max([*lasts, day + 120]), day + int(_WIDEST), date.max.toordinal())
    begin = date(date.fromordinal(first).year, 1, 1)
    return begin.toordinal(), last + max(30, (last - begin.toordinal()) // 40)


def _draw_years(picture: Picture, begin: int, end: int, base: int) -> None:
    years = range(
        date.fromordinal(begin).year, date.fromordinal(min(end, date.max.toordinal())).year + 1
    )
    step = next(s for s in (1, 2, 5, 10, 20, 50) if len(years) / s <= _TICKS)
    for year in years:
        if year % step:
            continue
        part = (date(year, 1, 1).toordinal() - begin) / (end - begin)
        x = share(part, 1)
        picture.add("line", "grid", x1=x, x2=x, y1=_AXIS - 8, y2=base)
        anchor: Anchor = "start" if part < 0.06 else "end" if part > 0.94 else "middle"
        picture.write("tick", str(year), x, _AXIS - 14, anchor)


def _draw_term(
    picture: Picture, span: _Span, frame: tuple[int, int], top: int, words: Words, striped: str
) -> None:
    term, (begin, end) = span.term, frame
    kind = f"term {term.state.replace(' ', '-')}"
    group = picture.group(kind, f"{_heading(term)}: {_told(term, words)}")
    if not span.is_known:
        return
    y = top + 36

    def bar(kind: str, since: int, until: int, **more: str) -> None:
        # A day is hardly to be seen on a line of ten years.
        least = max(1, (end - begin) // 150)
        since = max(begin, min(since, end - least))
        wide = max(least, min(until, end) - since)
        sides = {"x": share(since - begin, end - begin), "width": share(wide, end - begin)}
        picture.add("rect", kind, group, y=y, height=_BAR, rx=2, **sides, **more)

    if span.expected_from is not None:
        bar("expected", span.expected_from, span.start)
    filled = {"fill": striped} if term.state in ("expired", "superseded") else {}
    bar("bar", span.start, span.end, **filled)
    after = span.expected_until or end
    if term.state in ("open", "unconfirmed") and after > span.end:
        bar("expected", span.end, after)
    _draw_ends(picture, group, span, frame, y)


def _draw_ends(
    picture: Picture,
    group: ElementTree.Element,
    span: _Span,
    frame: tuple[int, int],
    y: int,
) -> None:
    """Firm edges where a day is stated, and a ring where a term follows another."""
    begin, end = frame
    for day, stated in ((span.start, span.stated_from), (span.end, span.stated_until)):
        if stated and begin <= day <= end:
            x = share(day - begin, end - begin)
            picture.add("line", "edge", group, x1=x, x2=x, y1=y - 3, y2=y + _BAR + 3)
    if span.term.renews and begin <= span.start <= end:
        x = share(span.start - begin, end - begin)
        picture.add("circle", "renewed", group, cx=x, cy=y + _BAR / 2, r=4)


def _heading(term: Term) -> str:
    return f"{term.label}, {term.detail}" if term.detail else term.label


def _told(term: Term, words: Words) -> str:
    return f"{words.name('label_state', term.state)} · {span_words(term, words)}"


def _short(text: str) -> str:
    return text if len(text) <= LETTERS else text[: LETTERS - 1].rstrip() + "…"
