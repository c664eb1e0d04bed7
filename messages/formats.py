"""Dates, times and numbers as each language writes them, by the rules of CLDR (Babel)."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_skeleton, get_day_names
from babel.numbers import format_decimal, get_decimal_symbol

PATTERNS = {"vi": ("%d/%m/%Y", "%H:%M"), "en": ("%d/%m/%Y", "%H:%M")}
"""Date and time on screens, of fixed width for columns. Others: CLDR's own short ones."""
DAY_MONTH = {"vi": "dd/MM", "en": "d MMMM"}


@lru_cache(maxsize=8)
def locale_of(language: str) -> Locale:
    """The locale of a language; English as in Britain, where the day comes before the month."""
    try:
        return Locale.parse("en_GB" if language == "en" else language)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


def day_text(day: date, language: str) -> str:
    """A local date of fixed width: 18/10/2024."""
    if language in PATTERNS:
        return day.strftime(PATTERNS[language][0])
    return format_date(day, "short", locale=locale_of(language))


def moment_text(instant: datetime, zone: ZoneInfo, language: str) -> str:
    """An instant in the zone: 18/10/2024 16:05."""
    if language in PATTERNS:
        return instant.astimezone(zone).strftime(" ".join(PATTERNS[language]))
    return format_datetime(instant, "short", tzinfo=zone, locale=locale_of(language))


def day_month_text(day: date, language: str) -> str:
    """A local date without its year: 18/10, or 18 October."""
    if language in DAY_MONTH:
        return format_date(day, DAY_MONTH[language], locale=locale_of(language))
    return format_skeleton("MMMd", day, locale=locale_of(language))


@lru_cache(maxsize=8)
def weekday_names(language: str, width: Literal["wide", "short"] = "wide") -> list[str]:
    """Monday to Sunday, "wide" or "short" as for the head of a calendar."""
    names = get_day_names(width, "stand-alone", locale_of(language))
    return [names[day] for day in range(7)]


def long_day_text(day: date, language: str) -> str:
    """A local date in words: 18 October 2024."""
    return format_date(day, "long", locale=locale_of(language))


@lru_cache(maxsize=4096)
def number_text(number: int | float, language: str) -> str:
    """A number with its thousands apart: 10.810 in Vietnamese, 10,810 in English."""
    return format_decimal(number, locale=locale_of(language))


def decimal_text(digits: str, language: str) -> str:
    """Digits with a point, as Python writes them, with the language's own sign: 97,3 in Vietnamese."""
    return digits.replace(".", get_decimal_symbol(locale_of(language)))
