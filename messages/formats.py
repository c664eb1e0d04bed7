"""Dates, times and numbers as each language writes them, by the rules of CLDR (Babel)."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

PATTERNS = {
    "vi": ("dd/MM/y", "dd/MM/y HH:mm"),
    "en": ("dd/MM/y", "dd/MM/y HH:mm"),
}
"""Date and moment on screens, of fixed width for columns. Others: CLDR's own short ones."""


@lru_cache(maxsize=8)
def locale_of(language: str) -> Locale:
    """The locale of a language; English as in Britain, where the day comes before the month."""
    try:
        return Locale.parse("en_GB" if language == "en" else language)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


def day_text(day: date, language: str) -> str:
    """A local date of fixed width: 18/10/2024."""
    return format_date(day, PATTERNS.get(language, ("short", ""))[0], locale=locale_of(language))


def moment_text(instant: datetime, zone: ZoneInfo, language: str) -> str:
    """An instant in the zone: 18/10/2024 16:05."""
    pattern = PATTERNS.get(language, ("", "short"))[1]
    return format_datetime(instant, pattern, tzinfo=zone, locale=locale_of(language))


def long_day_text(day: date, language: str) -> str:
    """A local date in words: 18 October 2024."""
    return format_date(day, "long", locale=locale_of(language))


def number_text(number: int | float, language: str) -> str:
    """A number with its thousands apart: 10.810 in Vietnamese, 10,810 in English."""
    return format_decimal(number, locale=locale_of(language))
