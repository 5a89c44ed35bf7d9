"""The grammar of dates: which sequences of words, numbers and signs state one.

A text is first turned into a shape, one letter per word or sign (the classes are in
`languages.dates_lexicon`; here come ``d`` a number of one or two digits, ``Y`` a year, ``n`` any
other number, ``x`` any other word, ``;`` any other sign, and signs that stand for themselves).
One regular expression over shapes then serves all languages: "16-18 stycznia 2023" and
"16-18 January 2023" are both ``d-dMY``.
"""

from __future__ import annotations

import re

# What joins two days or two dates. A comma does so only in a list that ends otherwise.
_RANGE = r"(?:-?tt?(?:/t|at)?|-)"
_JOIN = rf"(?:,?a|/|{_RANGE})[pf]{{0,2}}(?:W[.,]?)?p?"
_OF = r"(?:p'?){0,2}"
_DAY = r"(?:d(?:\.?-?o)?\.?|k?O)"
# "de 24 a 26 de maio": what is "at" before an hour may be "to" between two days.
_DAYS = rf"{_DAY}(?:(?:,p?{_DAY}){{0,5}}(?:{_JOIN}|h){_DAY}){{0,2}}(?:-{_DAY}){{0,4}}"
_MONTH = r"[MQR]\.?"
_YEAR = rf"[-./,]{{0,2}}{_OF}y?'?Y(?:\.?y)?\.?"
# Two digits are a year only where no word follows that they could count.
_SHORT_YEAR = (
    r"(?<![YybLN])(?<![Yy]\.)[-./]?'?(?P<{}>d)"
    r"(?=$|[;,.()|-]|h?d:d)(?![-.,:/]{{0,2}}[dYn])"
)
_RELATIVE = r"[,]?(?:p?b\.?y?|p?[LN]y?)\.?"

_DAY_FIRST_1 = rf"{_DAYS}(?:\(?W\.?\)?,?)?[-/.]?{_OF}{_MONTH}(?:o\.)?(?:{_YEAR}|{_RELATIVE})?"
_DAY_FIRST = (
    rf"{_DAY_FIRST_1}(?:,?{_JOIN}{_DAY_FIRST_1}){{0,3}}(?:{_SHORT_YEAR.format('short')})?"
    r"(?![-.,]{0,2}dk?,?Y)"
)
_MONTH_FIRST_1 = rf"p?[MQ]\.?p?{_DAYS}(?:{_YEAR}|{_RELATIVE})?"
_MONTH_FIRST = (
    rf"{_MONTH_FIRST_1}(?:,?{_JOIN}{_MONTH_FIRST_1}){{0,3}}"
    r"(?:(?<=[Yy])|(?<=[Yy]\.)|(?!:|[./]d))"
)
_YEAR_FIRST_1 = rf"Y(?:\.?,?y)?[.,]?p?(?:M\.?p?|du){_DAYS}"
_YEAR_FIRST = (
    rf"{_YEAR_FIRST_1}(?:,?{_JOIN}(?:{_YEAR_FIRST_1}|(?:M\.?|du){_DAYS}))?"
    rf"|Y\.?,?y\.?[pf]{{0,2}}{_DAYS}p?{_MONTH}"
    rf"|dudo(?:{_JOIN}(?:du)?do)?"
)
_WEEKDAY_OF_MONTH = rf"[OL][Wg]{_OF}M\.?{_YEAR}"
_MONTHS = rf"(?<![dOo])M\.?(?:{_JOIN}M\.?)?{_YEAR}(?:{_JOIN}M\.?{_YEAR})?|Y\.?y?\.?M(?!d)|Yydu"
_YEARS = rf"Y(?:{_RANGE}Y)?\.?y\.?|y\.?Y(?:{_RANGE}Y)?"

_NUMBERS = (
    r"d\.d\.Y|d/d/Y|d\|d\|Y|d-d-Y|Y-d-d|Y/d/d|Y\.d\.d|d\.d\.'?d|d/d/d|d-d-d|d/d-Y"
    r"|d[./]dY|(?<=[pf])ddY"
)
_NUMERIC = (
    rf"(?:(?P<first>d\.d\.?|d/d|d\.?)(?P<join>{_RANGE}|,?a)[pf]{{0,2}}(?:W[.,]?)?)?"
    rf"(?P<middle>{_NUMBERS})(?!p{{0,2}}[MQR])\.?(?:y\.?)?"
    rf"(?:,?{_RANGE}[pf]{{0,2}}(?:W[.,]?)?(?P<last>{_NUMBERS})\.?(?:y\.?)?)?"
)
# Day and month in numbers, the year left out: only after a word that opens a date, or as a range.
_NUMERIC_YEARLESS = (
    rf"(?P<yearless>(?:(?<=p)|(?<=f)|(?<=W)|(?<=W,))(?:d\.d\.|d/d)(?![dY])"
    rf"|d\.(?:d\.)?(?:{_RANGE}|a)d\.d\.(?![dY]))"
)

_CLOCK = r"d[:.]d(?::d(?:[.,][dnY])?)?(?:\.?[AP])?H?"
_HOUR = rf"(?:{_CLOCK}|dHd?|d[AP])"
_UNTIL = r"(?:-?[th]|-|a)(?:[hHp]\.?){0,2}"
_TIMES = (
    rf"(?:(?:[hfp]\.?){{0,2}}H\.?:?h?f?(?:{_HOUR}|d)(?:{_UNTIL}(?:{_HOUR}|d))?H?"
    rf"|(?:[hfp]\.?){{0,2}}{_HOUR}(?:{_UNTIL}{_HOUR})?"
    rf"|[hfp]{{0,2}}d{_UNTIL}(?:{_CLOCK}|dH|d[AP]))"
    r"(?!(?!-d\.?p?[MQ]|-d\.d\.Y|-d/d/Y|-Y-d)[-.:/]{0,2}[dYn])"
)
_BEFORE = (
    rf"(?:(?P<before>d:d(?::d)?[AP]?H?(?:{_UNTIL}d:d(?::d)?[AP]?H?)?),?p?)?"
    rf"(?:\(?W[.)]?[.,]?p{{0,2}})?"
)
_AFTER = rf"(?:[-,;(|x./]?(?:\(?W\.?\)?[,.]?)?[,;(|]?(?P<after>{_TIMES}))?"

HOPE = re.compile(r"[YMQO]|d[./-]d[./-]'?d|d[./]d\.?[-at]|[pfW(],?d[./]d|dR|dudo")
"""What every shape with a date in it has: searching for this first is cheaper."""

DATE = re.compile(
    rf"{_BEFORE}(?:(?P<numeric>{_NUMERIC})|(?P<year_first>{_YEAR_FIRST})"
    rf"|(?P<weekday>{_WEEKDAY_OF_MONTH})|(?P<day_first>{_DAY_FIRST})"
    rf"|(?P<month_first>{_MONTH_FIRST})|{_NUMERIC_YEARLESS}"
    rf"|(?P<months>{_MONTHS})|(?P<years>{_YEARS})){_AFTER}"
)
"""One date, with the groups that tell its kind; to be searched in a shape."""

HOUR = re.compile(
    r"(?P<mark>H?)\.?:?h?(?P<time>d(?:[:.]d(?::d)?|Hd)?)\.?(?P<half>[AP]?)(?P<last>H?)"
)
"""One time of day within the groups `before` and `after` of `DATE`."""
