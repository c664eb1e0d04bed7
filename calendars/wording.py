"""Deadlines in an official's words, with the rules that they come from (`rule_wording`), and those words read
back as rules.

What `word_rule` writes in Vietnamese and English, `read_wording` reads as the same rule; it reads the usual
variants too.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time

from calendars import reading_en, reading_vi
from calendars.deadline import ONE_DAY, Deadline
from calendars.deadlines import DueDate
from calendars.due_rules import Bound, DueRule
from calendars.periods import Frequency
from calendars.rule_wording import word_rule as word_rule
from calendars.rule_wording import word_rules as word_rules
from messages.catalogue import N_, Language, translate
from messages.formats import clock_text
from messages.formats import word_date as word_date

DEADLINE = {
    Bound.BEFORE: N_("before %(date)s"),
    Bound.BY: N_("by %(date)s"),
    Bound.IN: N_("by the end of %(date)s"),
}
HOUR = {
    Bound.BEFORE: N_("before %(hour)s on %(date)s"),
    Bound.BY: N_("by %(hour)s on %(date)s"),
    Bound.IN: N_("by %(hour)s on %(date)s"),
}
MOVED = N_("%(deadline)s (a day off: moved to the end of %(date)s)")
MOVED_TO_HOUR = N_("%(deadline)s (a day off: moved to %(hour)s on %(date)s)")
INCLUDED = N_("%(deadline)s (that day included)")


def read_wording(text: str, language: Language) -> tuple[DueRule, Frequency | None]:
    """The rule in an official phrase, and the frequency if the phrase says it; RuleError if it is unclear.

    A duty of nine months is due on a day of every year, so its phrase is read as yearly.
    """
    return (reading_vi.PHRASES if language == "vi" else reading_en.PHRASES).read(text)


def word_deadline(due: DueDate, language: Language) -> str:
    """The written day with its bound, e.g. "trước ngày 18/10/2024"; beside it the last day where no reader
    would expect it: a roll has moved it, or "before the 18th" counts the 18th."""
    return _words(due.written, due.bound, due.safe_day, due.last_day, due.hour, language, word_date)


def word_stated(
    written: date | None,
    bound: str | None,
    deadline: Deadline,
    language: Language,
    day: Callable[[date, Language], str] = word_date,
) -> str:
    """The same for a deadline that holds; one that no text has written is said by its last day."""
    hour, last_day = deadline.hour, deadline.last_day
    if written is None or bound is None:
        return _bounded(Bound.BY if hour else Bound.IN, last_day, hour, language, day)
    return _words(written, Bound(bound), deadline.safe_day, last_day, hour, language, day)


def leaves_last_day_open(written: date | None, bound: str | None, deadline: Deadline) -> bool:
    """Whether the words are just "before the 18th", so that the last day deserves to be named beside them."""
    is_before = bound == Bound.BEFORE and deadline.hour is None
    return is_before and written is not None and deadline.last_day == written - ONE_DAY


def _words(
    written: date,
    bound: Bound,
    safe_day: date,
    last_day: date,
    hour: time | None,
    language: Language,
    day: Callable[[date, Language], str],
) -> str:
    words = _bounded(bound, written, hour, language, day)
    if last_day == (written - ONE_DAY if bound is Bound.BEFORE and hour is None else written):
        return words
    if hour is not None:
        clock = clock_text(hour, language)
        return translate(language, MOVED_TO_HOUR, deadline=words, hour=clock, date=day(last_day, language))
    if last_day == written and safe_day < last_day:
        return translate(language, INCLUDED, deadline=words)
    return translate(language, MOVED, deadline=words, date=day(last_day, language))


def _bounded(
    bound: Bound, named: date, hour: time | None, language: Language, day: Callable[[date, Language], str]
) -> str:
    if hour is None:
        return translate(language, DEADLINE[bound], date=day(named, language))
    return translate(language, HOUR[bound], hour=clock_text(hour, language), date=day(named, language))
