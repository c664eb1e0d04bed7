"""Due rules and deadlines in an official's words, Vietnamese and English, and those words read back as rules.

What `word_rule` writes, `read_wording` reads as the same rule; it reads the usual variants too.
"""

from __future__ import annotations

from datetime import date

from calendars import reading_en, reading_vi, wording_en, wording_vi
from calendars.deadlines import DueDate
from calendars.periods import Frequency, Language
from calendars.rules import Bound, DueRule

DEADLINE = {
    "vi": {Bound.BEFORE: "trước ngày {}", Bound.BY: "chậm nhất ngày {}", Bound.IN: "đến hết ngày {}"},
    "en": {Bound.BEFORE: "before {}", Bound.BY: "by {}", Bound.IN: "by the end of {}"},
}
MOVED = {
    "vi": "{} (trùng ngày nghỉ, chuyển thành đến hết ngày {})",
    "en": "{} (a day off: moved to the end of {})",
}


def word_rule(rule: DueRule, frequency: Frequency, language: Language) -> str:
    """E.g. "trước ngày 18 hằng tháng". RuleError if the rule does not fit a duty of that frequency."""
    rule.fits(frequency)
    return wording_vi.word(rule, frequency) if language == "vi" else wording_en.word(rule, frequency)


def read_wording(text: str, language: Language) -> tuple[DueRule, Frequency | None]:
    """The rule in an official phrase, and the frequency if the phrase says it; RuleError if it is unclear.

    A duty of nine months is due on a day of every year, so its phrase is read as yearly.
    """
    return reading_vi.read(text) if language == "vi" else reading_en.read(text)


def word_date(day: date, language: Language) -> str:
    """18/10/2024 and 05/02/2024, or 18 October 2024."""
    return wording_vi.date_words(day) if language == "vi" else wording_en.date_words(day)


def word_deadline(due: DueDate, language: Language) -> str:
    """The written day with its bound, e.g. "trước ngày 18/10/2024"; a roll is told beside it."""
    words = DEADLINE[language][due.bound].format(word_date(due.written, language))
    if not due.rolled or (due.bound is Bound.BY and due.written == due.last_day):
        return words
    return MOVED[language].format(words, word_date(due.last_day, language))
