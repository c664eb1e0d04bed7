"""Due rules and deadlines in an official's words, and those words read back as rules.

What `word_rule` writes in Vietnamese and English, `read_wording` reads as the same rule; it reads the usual
variants too.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from calendars import reading_en, reading_vi
from calendars.deadline import ONE_DAY, Deadline
from calendars.deadlines import DueDate
from calendars.due_rules import (
    After,
    Bound,
    DayOfMonth,
    DayOfYear,
    DueRule,
    Lead,
    OnDate,
    WithinEachYear,
    WithinPeriod,
)
from calendars.periods import Frequency, part_words
from messages.catalogue import N_, NP_, Language, translate, translate_plural
from messages.formats import word_date as word_date
from messages.formats import word_day_of_month, word_day_of_year

DEADLINE = {
    Bound.BEFORE: N_("before %(date)s"),
    Bound.BY: N_("by %(date)s"),
    Bound.IN: N_("by the end of %(date)s"),
}
MONTHLY = {
    Bound.BEFORE: N_("before the %(day)s of %(month)s"),
    Bound.BY: N_("by the %(day)s of %(month)s"),
}
LAST_DAY = {
    Bound.BEFORE: N_("before the last day of %(month)s"),
    Bound.BY: N_("by the last day of %(month)s"),
}
YEARLY = {
    (Bound.BEFORE, False): N_("before %(date)s each year"),
    (Bound.BEFORE, True): N_("before %(date)s of the next year"),
    (Bound.BY, False): N_("by %(date)s each year"),
    (Bound.BY, True): N_("by %(date)s of the next year"),
}
MONTHS = {
    (Frequency.MONTH, "own"): NP_("due rule", "each month"),
    (Frequency.MONTH, "next"): NP_("due rule", "the next month"),
    (Frequency.QUARTER, "first"): NP_("due rule", "the first month of the quarter"),
    (Frequency.QUARTER, "nth"): NP_("due rule", "the %(nth)s month of the quarter"),
    (Frequency.QUARTER, "last"): NP_("due rule", "the last month of the quarter"),
    (Frequency.QUARTER, "next"): NP_("due rule", "the month after the quarter"),
    (Frequency.HALF_YEAR, "first"): NP_("due rule", "the first month of the half-year"),
    (Frequency.HALF_YEAR, "nth"): NP_("due rule", "the %(nth)s month of the half-year"),
    (Frequency.HALF_YEAR, "last"): NP_("due rule", "the last month of the half-year"),
    (Frequency.HALF_YEAR, "next"): NP_("due rule", "the month after the half-year"),
    (Frequency.NINE_MONTHS, "first"): NP_("due rule", "the first month of the nine months"),
    (Frequency.NINE_MONTHS, "nth"): NP_("due rule", "the %(nth)s month of the nine months"),
    (Frequency.NINE_MONTHS, "last"): NP_("due rule", "the last month of the nine months"),
    (Frequency.NINE_MONTHS, "next"): NP_("due rule", "the month after the nine months"),
    (Frequency.YEAR, "first"): NP_("due rule", "the first month of the year"),
    (Frequency.YEAR, "nth"): NP_("due rule", "the %(nth)s month of the year"),
    (Frequency.YEAR, "last"): NP_("due rule", "the last month of the year"),
    (Frequency.YEAR, "next"): NP_("due rule", "the month after the year"),
}
"""Which month of a period a day is in, as it stands in the sentences above."""
NTH = (
    NP_("month of a period", "second"),
    NP_("month of a period", "third"),
    NP_("month of a period", "fourth"),
    NP_("month of a period", "fifth"),
    NP_("month of a period", "sixth"),
    NP_("month of a period", "seventh"),
    NP_("month of a period", "eighth"),
    NP_("month of a period", "ninth"),
    NP_("month of a period", "tenth"),
    NP_("month of a period", "eleventh"),
    NP_("month of a period", "twelfth"),
)
WITHIN_EACH_YEAR = {
    (Frequency.HALF_YEAR, 1, False): N_("in the first half of each year"),
    (Frequency.HALF_YEAR, 1, True): N_("in the first half of the next year"),
    (Frequency.HALF_YEAR, 2, False): N_("in the second half of each year"),
    (Frequency.HALF_YEAR, 2, True): N_("in the second half of the next year"),
    (Frequency.NINE_MONTHS, 1, False): N_("in the first nine months of each year"),
    (Frequency.NINE_MONTHS, 1, True): N_("in the first nine months of the next year"),
}
MOVED = N_("%(deadline)s (a day off: moved to the end of %(date)s)")
INCLUDED = N_("%(deadline)s (that day included)")


def word_rule(rule: DueRule, frequency: Frequency, language: Language) -> str:
    """E.g. "trước ngày 18 hằng tháng". RuleError if the rule does not fit a duty of that frequency."""
    rule.fits(frequency)
    match rule:
        case DayOfMonth():
            return _word_day_of_month(rule, frequency, language)
        case DayOfYear():
            day = word_day_of_year(rule.day, rule.month, language)
            return translate(language, YEARLY[rule.bound, rule.next_year], date=day)
        case OnDate():
            return translate(language, DEADLINE[rule.bound], date=word_date(rule.day, language))
        case WithinPeriod():
            return _word_within(rule, language)
        case WithinEachYear():
            return _word_within_each_year(rule, language)
        case Lead():
            return _word_lead(rule, language)
        case After():
            return _word_after(rule, language)


def read_wording(text: str, language: Language) -> tuple[DueRule, Frequency | None]:
    """The rule in an official phrase, and the frequency if the phrase says it; RuleError if it is unclear.

    A duty of nine months is due on a day of every year, so its phrase is read as yearly.
    """
    return (reading_vi.PHRASES if language == "vi" else reading_en.PHRASES).read(text)


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
        return translate(language, DEADLINE[Bound.IN], date=day(deadline.last_day, language))
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
    words = translate(language, DEADLINE[bound], date=day(written, language))
    if last_day == (written - ONE_DAY if bound is Bound.BEFORE else written):
        return words
    if last_day == written and safe_day < last_day:
        return translate(language, INCLUDED, deadline=words)
    return translate(language, MOVED, deadline=words, date=day(last_day, language))


def _word_day_of_month(rule: DayOfMonth, frequency: Frequency, language: Language) -> str:
    nth = translate(language, NTH[rule.month - 2]) if isinstance(rule.month, int) else ""
    which = "nth" if isinstance(rule.month, int) else rule.month
    month = translate(language, MONTHS[frequency, which], nth=nth)
    if rule.day is None:
        return translate(language, LAST_DAY[rule.bound], month=month)
    day = word_day_of_month(rule.day, language)
    return translate(language, MONTHLY[rule.bound], day=day, month=month)


def _word_within(rule: WithinPeriod, language: Language) -> str:
    year = f"{rule.period.year:04}"
    match rule.period.frequency:
        case Frequency.YEAR:
            return translate(language, "in %(year)s", year=year)
        case Frequency.NINE_MONTHS:
            return translate(language, "in the first nine months of %(year)s", year=year)
    return translate(language, "in %(period)s", period=rule.period.label(language))


def _word_within_each_year(rule: WithinEachYear, language: Language) -> str:
    whole = WITHIN_EACH_YEAR.get((rule.part, rule.index, rule.next_year))
    if whole is not None:
        return translate(language, whole)
    part = part_words(rule.part, rule.index, language)
    if rule.next_year:
        return translate(language, "in %(part)s of the next year", part=part)
    return translate(language, "in %(part)s of each year", part=part)


def _word_lead(rule: Lead, language: Language) -> str:
    if rule.working:
        return translate_plural(
            language,
            "%(number)s working day before the superior's deadline",
            "%(number)s working days before the superior's deadline",
            rule.count,
        )
    return translate_plural(
        language,
        "%(number)s day before the superior's deadline",
        "%(number)s days before the superior's deadline",
        rule.count,
    )


def _word_after(rule: After, language: Language) -> str:
    if rule.working:
        return translate_plural(
            language,
            "%(number)s working day after the subordinates' deadline",
            "%(number)s working days after the subordinates' deadline",
            rule.count,
        )
    return translate_plural(
        language,
        "%(number)s day after the subordinates' deadline",
        "%(number)s days after the subordinates' deadline",
        rule.count,
    )
