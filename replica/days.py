"""Days as each language prints them."""

from __future__ import annotations

from datetime import datetime

MONTHS = {
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października"
    " listopada grudnia",
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
}
MONTHS_ALONE = [
    *("Styczeń", "Luty", "Marzec", "Kwiecień", "Maj", "Czerwiec"),
    *("Lipiec", "Sierpień", "Wrzesień", "Październik", "Listopad", "Grudzień"),
]
WEEKDAYS = ["Poniedziałek", "Wtorek", "Środa", "Czwartek", "Piątek", "Sobota", "Niedziela"]


def long_day(day: datetime, language: str = "pl") -> str:
    """``24 czerwca 2015``; in German with the point that the language asks for."""
    month = MONTHS[language].split()[day.month - 1]
    return f"{day.day}{'.' if language == 'de' else ''} {month} {day.year}"


def month_alone(year: int, month: int) -> str:
    """``Styczeń 2023``, as an archive's heading names a month."""
    return f"{MONTHS_ALONE[month - 1]} {year}"


def clock(now: datetime) -> str:
    """What a clock in a page's header shows."""
    return f"{WEEKDAYS[now.weekday()]}, {long_day(now)}, {now:%H:%M:%S}"
