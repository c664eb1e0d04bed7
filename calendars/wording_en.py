"""Due rules in English, as an official translation would put them."""

from __future__ import annotations

from datetime import date

from calendars.periods import MONTHS_EN, Frequency
from calendars.rules import (
    After,
    DayOfMonth,
    DayOfYear,
    DueRule,
    Lead,
    OnDate,
    WithinEachYear,
    WithinPeriod,
)

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
            return f"in {_word_each_year(rule)}"
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
    match part:
        case Frequency.MONTH:
            return f"{MONTHS_EN[index - 1]} {year:04}"
        case Frequency.QUARTER:
            return f"Q{index} {year:04}"
        case Frequency.HALF_YEAR:
            return f"the {'first' if index == 1 else 'second'} half of {year:04}"
        case Frequency.NINE_MONTHS:
            return f"the first nine months of {year:04}"
    return f"{year:04}"


def _word_each_year(rule: WithinEachYear) -> str:
    match rule.part:
        case Frequency.MONTH:
            named = MONTHS_EN[rule.index - 1]
        case Frequency.QUARTER:
            named = f"Q{rule.index}"
        case Frequency.HALF_YEAR:
            named = f"the {'first' if rule.index == 1 else 'second'} half"
        case _:
            named = "the first nine months"
    return f"{named} of {'the next year' if rule.next_year else 'each year'}"


def _word_count(rule: Lead | After) -> str:
    return f"{rule.count} {'working ' if rule.working else ''}{'day' if rule.count == 1 else 'days'}"
