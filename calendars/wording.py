"""Deadlines in an official's words, with the rules that they come from (`rule_wording`), and those words read
back as rules.

What `word_rule` writes in Vietnamese and English, `read_wording` reads as the same rule; it reads the usual
variants too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo

from calendars import reading_en, reading_vi
from calendars.deadline import ONE_DAY, Deadline
from calendars.deadlines import DueDate
from calendars.due_rules import After, Bound, DueRule, Lead
from calendars.errors import Fault, ImpossibleDate, RuleError
from calendars.periods import Frequency
from calendars.phrases import Phrases
from calendars.readings import Reading
from calendars.rule_faults import RuleFault
from calendars.rule_wording import word_rule as word_rule
from calendars.rule_wording import word_rules as word_rules
from calendars.rules import parse_rule
from calendars.zone import local_date
from messages.catalogue import N_, NP_, Language, translate
from messages.formats import clock_text, day_text
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
OPENS = N_("open from %(date)s")
PLANNED = N_("planned for %(date)s")
BESIDE = N_("%(deadline)s (%(beside)s)")
SHORT_FORM = re.compile(r"\s*(?:(?:before|by|on|within|from|lead|after)\b|\d[\d/ -]*$)", re.IGNORECASE)
"""How what is meant as a rule of plan files begins."""
Day = Callable[[date, Language], str]
PHRASES: dict[str, Phrases] = {"vi": reading_vi.PHRASES, "en": reading_en.PHRASES}
VIETNAMESE = re.compile(r"[^\x00-\x7f’–]|\b(?:ngay|truoc|thang|quy|nam|hang|cham|tuan)\b", re.IGNORECASE)
"""Letters that English has not, and common words typed without their marks."""


class StatedTimes(Protocol):
    """When a document opens a window, and when it expects the report."""

    @property
    def opens_at(self) -> datetime | None: ...
    @property
    def planned(self) -> date | None: ...


class StatedText(StatedTimes, Protocol):
    """What a document writes of a deadline: a row of `named.py` with these columns."""

    @property
    def written(self) -> date | None: ...
    @property
    def bound(self) -> str | None: ...


def read_wording(text: str, language: Language) -> tuple[DueRule, Frequency | None]:
    """The rule in an official phrase, and the frequency if the phrase says it; RuleError if it is unclear, or
    names several dates.

    A duty of nine months is due on a day of every year, so its phrase is read as yearly.
    """
    found = PHRASES[language].read(text)
    return found.one_rule(text), found.said


def read_phrase(text: str, every: Frequency | None = None) -> Reading:
    """What a phrase says, in whichever language it is written, for a duty that comes so often. RuleError in
    the language that it looks like."""
    first: Language = "vi" if VIETNAMESE.search(text) else "en"
    try:
        return PHRASES[first].read(text, every)
    except ImpossibleDate:
        raise
    except RuleError:
        with suppress(RuleError):
            return PHRASES["en" if first == "vi" else "vi"].read(text, every)
        raise


def read_rules(text: str, every: Frequency | None = None) -> Reading:
    """The rules of a text in the short form of plan files, or as a document words them. RuleError says what
    is wrong in the form that the text was meant in."""
    try:
        return Reading((str(parse_rule(text)),))
    except ImpossibleDate:
        raise
    except RuleError as short:
        try:
            return read_phrase(text, every)
        except RuleError as error:
            is_unread = isinstance(error.problem, Fault) and error.problem.code is RuleFault.UNREADABLE_PHRASE
            raise (short if is_unread and SHORT_FORM.match(text) else error) from None


def read_relative(text: str, word: str) -> DueRule | None:
    """The `lead` or `after` in a phrase, of which the field may have said the half: "3 ngày làm việc"."""
    for phrase in (text, *(f"{text} {phrases.deadlines[word]}" for phrases in PHRASES.values())):
        with suppress(RuleError):
            rule = read_phrase(phrase).one_rule(phrase)
            if isinstance(rule, Lead | After):
                return rule
    return None


def word_deadline(due: DueDate, language: Language) -> str:
    """The written day with its bound, e.g. "trước ngày 18/10/2024"; beside it the last day where no reader
    would expect it: a roll has moved it, or "before the 18th" counts the 18th. Then the first day of a window
    and the day on which it is planned."""
    words = _words(due.written, due.bound, due.safe_day, due.last_day, due.hour, language, word_date)
    return _with(words, word_beside(due.opens, due.planned, language), language)


def word_stated(text: StatedText, deadline: Deadline, language: Language, day: Day = word_date) -> str:
    """The same for a deadline that holds; one that no text has written is said by its last day."""
    hour, last_day = deadline.hour, deadline.last_day
    if text.written is None or text.bound is None:
        return _bounded(Bound.BY if hour else Bound.IN, last_day, hour, language, day)
    words = _words(text.written, Bound(text.bound), deadline.safe_day, last_day, hour, language, day)
    return _with(words, word_times(text, deadline.zone, language, day), language)


def word_times(times: StatedTimes, zone: ZoneInfo, language: Language, day: Day = word_date) -> str:
    """The first day of a window and the day on which it is planned, where a document says them."""
    opens = None if times.opens_at is None else local_date(times.opens_at, zone)
    return word_beside(opens, times.planned, language, day)


def word_beside(opens: date | None, planned: date | None, language: Language, day: Day = word_date) -> str:
    """What stands beside a deadline: the first day of its window and the day on which it is planned."""
    said = ((OPENS, opens), (PLANNED, planned))
    return ", ".join(translate(language, text, date=day(at, language)) for text, at in said if at is not None)


def word_until(deadline: Deadline, language: Language, day: Day = word_date) -> str:
    """The end of the time, within a sentence: "the end of 18/10/2024", "14:00 on 28/4/2026"."""
    return word_end(deadline.last_day, deadline.hour, language, day)


def word_end(last_day: date, hour: time | None, language: Language, day: Day = word_date) -> str:
    """The same of a last day and its hour."""
    last = day(last_day, language)
    if hour is None:
        return translate(language, "the end of %(day)s", day=last)
    clock = clock_text(hour, language)
    return translate(language, NP_("deadline", "%(hour)s on %(day)s"), hour=clock, day=last)


def last_day_text(deadline: Deadline, language: Language) -> str:
    """The last day for a column, with its hour: "18/10/2024", "28/04/2026 14:00"."""
    day = day_text(deadline.last_day, language)
    return day if deadline.hour is None else f"{day} {clock_text(deadline.hour, language)}"


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
    day: Day,
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


def _with(words: str, beside: str, language: Language) -> str:
    return translate(language, BESIDE, deadline=words, beside=beside) if beside else words


def _bounded(bound: Bound, named: date, hour: time | None, language: Language, day: Day) -> str:
    if hour is None:
        return translate(language, DEADLINE[bound], date=day(named, language))
    return translate(language, HOUR[bound], hour=clock_text(hour, language), date=day(named, language))
