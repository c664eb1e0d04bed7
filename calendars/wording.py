"""Due rules and deadlines in an official's words, Vietnamese and English, and those words read back as rules.

What `word_rule` writes, `read_wording` reads as the same rule; it reads the usual variants too.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from calendars import reading_en, reading_vi, wording_en, wording_vi
from calendars.deadline import ONE_DAY, Deadline
from calendars.deadlines import DueDate
from calendars.due_rules import Bound, DueRule
from calendars.periods import Frequency, Language

DEADLINE = {
    "vi": {Bound.BEFORE: "trước ngày {}", Bound.BY: "chậm nhất ngày {}", Bound.IN: "đến hết ngày {}"},
    "en": {Bound.BEFORE: "before {}", Bound.BY: "by {}", Bound.IN: "by the end of {}"},
}
MOVED = {
    "vi": "{} (trùng ngày nghỉ, chuyển thành đến hết ngày {})",
    "en": "{} (a day off: moved to the end of {})",
}
INCLUDED = {"vi": "{} (kể cả ngày đó)", "en": "{} (that day included)"}


def word_rule(rule: DueRule, frequency: Frequency, language: Language) -> str:
    """E.g. "trước ngày 18 hằng tháng". RuleError if the rule does not fit a duty of that frequency."""
    rule.fits(frequency)
    return wording_vi.word(rule, frequency) if language == "vi" else wording_en.word(rule, frequency)


def read_wording(text: str, language: Language) -> tuple[DueRule, Frequency | None]:
    """The rule in an official phrase, and the frequency if the phrase says it; RuleError if it is unclear.

    A duty of nine months is due on a day of every year, so its phrase is read as yearly.
    """
    return (reading_vi.PHRASES if language == "vi" else reading_en.PHRASES).read(text)


def word_date(day: date, language: Language) -> str:
    """18/10/2024 and 05/02/2024, or 18 October 2024."""
    return wording_vi.date_words(day) if language == "vi" else wording_en.date_words(day)


def word_deadline(due: DueDate, language: Language) -> str:
    """The written day with its bound, e.g. "trước ngày 18/10/2024"; beside it the last day where no reader
    would expect it: a roll has moved it, or "before the 18th" counts the 18th."""
    return _words(due.written, due.bound, due.safe_day, due.last_day, language, word_date)


def word_stated(
    written: date | None,
    bound: str | None,
    deadline: Deadline,
    language: Language,
    day: Callable[[date, Language], str] = word_date,
) -> str:
    """The same for a deadline that holds; one that no text has written is said by its last day."""
    if written is None or bound is None:
        return DEADLINE[language][Bound.IN].format(day(deadline.last_day, language))
    return _words(written, Bound(bound), deadline.safe_day, deadline.last_day, language, day)


def leaves_last_day_open(written: date | None, bound: str | None, deadline: Deadline) -> bool:
    """Whether the words are just "before the 18th", so that the last day deserves to be named beside them."""
    return bound == Bound.BEFORE and written is not None and deadline.last_day == written - ONE_DAY


def _words(
    written: date,
    bound: Bound,
    safe_day: date,
    last_day: date,
    language: Language,
    day: Callable[[date, Language], str],
) -> str:
    words = DEADLINE[language][bound].format(day(written, language))
    if last_day == (written - ONE_DAY if bound is Bound.BEFORE else written):
        return words
    if last_day == written and safe_day < last_day:
        return INCLUDED[language].format(words)
    return MOVED[language].format(words, day(last_day, language))
