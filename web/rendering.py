"""The templates' environment, and how days, instants, periods and numbers are written.

A template says each sentence in English, `{{ _("Register") }}`; the catalogue has the other languages.
Everything is escaped, and a misspelt name is an error.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from calendars.deadline import Deadline
from calendars.periods import Language, period_words
from calendars.zone import local_date
from messages.catalogue import install_translations
from models.vocabulary import Timeliness, say
from web.auth import FORM_FIELD

MARKS = {
    Timeliness.IN_TERM: ("in-term", "○"),
    Timeliness.DUE_SOON: ("due-soon", "◔"),
    Timeliness.LAST_DAY: ("last-day", "◕"),
    Timeliness.OVERDUE: ("overdue", "✗"),
    Timeliness.ON_TIME: ("on-time", "✓"),
    Timeliness.LATE: ("late", "≈"),
    Timeliness.NO_DEADLINE: ("no-deadline", "–"),
    Timeliness.NOT_COUNTED: ("not-counted", "·"),
}
"""Class and mark of each timeliness: never colour alone."""


@lru_cache(maxsize=16)
def environment(language: Language, time_zone: str) -> Environment:
    """One for each language; kept, since compiling a large page's templates takes 40 to 47 ms."""
    zone = ZoneInfo(time_zone)
    environment = Environment(
        loader=PackageLoader("web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    install_translations(environment, language)
    environment.globals |= {
        "language": language,
        "form_field": FORM_FIELD,
        "marks": MARKS,
    }
    environment.filters |= {
        "day": lambda value: day_words(value, zone),
        "moment": lambda value: moment_words(value, zone),
        "last_day": lambda deadline: last_day_words(deadline, zone),
        "period": lambda key: period_words(key, language),
        "word": lambda word: say(word, language),
        "number": lambda value: number_words(value, language),
    }
    return environment


def day_words(value: date | datetime | None, zone: ZoneInfo) -> str:
    """A date as 18/10/2024; an instant by its local date."""
    if value is None:
        return ""
    day = local_date(value, zone) if isinstance(value, datetime) else value
    return f"{day:%d/%m/%Y}"


def moment_words(value: datetime | None, zone: ZoneInfo) -> str:
    """An instant as 18/10/2024 16:05, local."""
    return "" if value is None else f"{value.astimezone(zone):%d/%m/%Y %H:%M}"


def last_day_words(deadline: datetime | None, zone: ZoneInfo) -> str:
    """The last day on which it is on time: the day before an exclusive deadline."""
    return "" if deadline is None else f"{Deadline(deadline, zone).last_day:%d/%m/%Y}"


def number_words(value: int, language: Language) -> str:
    """A number with its thousands apart: 10.810 in Vietnamese."""
    return f"{value:,}".replace(",", ".") if language == "vi" else f"{value:,}"
