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
from calendars.periods import period_words
from calendars.wording import last_day_text, word_times, word_until
from calendars.zone import local_date
from messages.catalogue import Language, install_translations, languages, translate
from messages.choice import language_name
from messages.formats import clock_text, day_text, moment_text, number_text, weekday_names
from models.vocabulary import Timeliness, say
from web.auth import FORM_FIELD
from web.card_labels import with_card_labels
from web.form_values import NO_DAY, field_day, is_no_day

MARKS = {
    Timeliness.IN_TERM: ("in-term", "○"),
    Timeliness.DUE_SOON: ("due-soon", "◔"),
    Timeliness.LAST_DAY: ("last-day", "◕"),
    Timeliness.OVERDUE: ("overdue", "✗"),
    Timeliness.ON_TIME: ("on-time", "✓"),
    Timeliness.LATE: ("late", "≈"),
    Timeliness.RETURNED: ("returned", "↩"),
    Timeliness.CORRECTION_OVERDUE: ("correction-overdue overdue", "↩✗"),
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
        "languages": {code: language_name(code) for code in languages()},
        "weekdays": weekday_names(language),
        "short_weekdays": weekday_names(language, "short"),
        "form_field": FORM_FIELD,
        "marks": MARKS,
    }
    environment.filters |= {
        "with_card_labels": with_card_labels,
        "day": lambda value: day_words(value, zone, language),
        "moment": lambda value: moment_words(value, zone, language),
        "last_day": lambda deadline: last_day_words(deadline, zone, language),
        "beside": lambda row: word_times(row, zone, language, day_text),
        "until": lambda deadline: until_words(deadline, zone, language),
        "period": lambda key: period_words(key, language),
        "word": lambda word: say(word, language),
        "number": lambda value: number_text(value, language),
        "clock": lambda value: clock_text(value, language),
        "typed_day": field_day,
        "day_fault": lambda text: translate(language, NO_DAY) if is_no_day(text) else "",
        "language_name": lambda code: language_name(code, language),
    }
    return environment


def day_words(value: date | datetime | None, zone: ZoneInfo, language: Language) -> str:
    """A date as 18/10/2024; an instant by its local date."""
    if value is None:
        return ""
    return day_text(local_date(value, zone) if isinstance(value, datetime) else value, language)


def moment_words(value: datetime | None, zone: ZoneInfo, language: Language) -> str:
    """An instant as 18/10/2024 16:05, local."""
    return "" if value is None else moment_text(value, zone, language)


def last_day_words(deadline: datetime | None, zone: ZoneInfo, language: Language) -> str:
    """The last day on which it is on time, with its hour: 18/10/2024, 28/04/2026 14:00."""
    return "" if deadline is None else last_day_text(Deadline(deadline, zone), language)


def until_words(deadline: datetime | None, zone: ZoneInfo, language: Language) -> str:
    """The end of the time within a sentence: "the end of 18/10/2024", "14:00 on 28/04/2026"."""
    return "" if deadline is None else word_until(Deadline(deadline, zone), language, day_text)
