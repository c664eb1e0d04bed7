"""Due rules in English, as an official translation would put them."""

from __future__ import annotations

from datetime import date

from calendars.due_rules import (
    After,
    DayOfMonth,
    DayOfYear,
    DueRule,
    Lead,
    OnDate,
    WithinEachYear,
    WithinPeriod,
)
from calendars.periods import MONTHS_EN, Frequency

SPAN = {
    Frequency.QUARTER: "quarter",
    Frequency.HALF_YEAR: "half-year",
    Frequency.NINE_MONTHS: "nine months",
    Frequency.YEAR: "year",
}
NTH = (
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
)


def word(rule: DueRule, frequency: Frequency) -> str:
    match rule:
        case DayOfMonth():
            day = "last day" if rule.day is None else _ordinal(rule.day)
            return f"{rule.bound} the {day} of {_word_month_of(rule, frequency)}"
        case DayOfYear():
            each = "of the next year" if rule.next_year else "each year"
            return f"{rule.bound} {rule.day} {MONTHS_EN[rule.month - 1]} {each}"
        case OnDate():
            return f"{rule.bound} {date_words(rule.day)}"
        case WithinPeriod():
            return f"in {_word_span(rule.period.frequency, rule.period.index, rule.period.year)}"
        case WithinEachYear():
            year = "the next year" if rule.next_year else "each year"
            return f"in {_word_part(rule.part, rule.index)} of {year}"
        case Lead():
            return f"{_word_count(rule)} before the superior's deadline"
        case After():
            return f"{_word_count(rule)} after the subordinates' deadline"


def date_words(day: date) -> str:
    return f"{day.day} {MONTHS_EN[day.month - 1]} {day.year:04}"


def _ordinal(day: int) -> str:
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th") if day not in (11, 12, 13) else "th"
    return f"{day}{suffix}"


def _word_month_of(rule: DayOfMonth, frequency: Frequency) -> str:
    if frequency is Frequency.MONTH:
        return "each month" if rule.month == "own" else "the next month"
    span = SPAN[frequency]
    match rule.month:
        case "next":
            return f"the month after the {span}"
        case "first":
            return f"the first month of the {span}"
        case int(nth):
            return f"the {NTH[nth - 2]} month of the {span}"
    return f"the last month of the {span}"


def _word_span(part: Frequency, index: int, year: int) -> str:
    if part is Frequency.YEAR:
        return f"{year:04}"
    of = "" if part in (Frequency.MONTH, Frequency.QUARTER) else "of "
    return f"{_word_part(part, index)} {of}{year:04}"


def _word_part(part: Frequency, index: int) -> str:
    match part:
        case Frequency.MONTH:
            return MONTHS_EN[index - 1]
        case Frequency.QUARTER:
            return f"Q{index}"
        case Frequency.HALF_YEAR:
            return f"the {'first' if index == 1 else 'second'} half"
    return "the first nine months"


def _word_count(rule: Lead | After) -> str:
    return f"{rule.count} {'working ' if rule.working else ''}{'day' if rule.count == 1 else 'days'}"
