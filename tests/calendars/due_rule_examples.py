"""Due rules drawn by Hypothesis, each with a frequency that it fits."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from calendars.due_rules import (
    After,
    Bound,
    DayBound,
    DayOfMonth,
    DayOfYear,
    DueRule,
    Lead,
    MonthOf,
    OnDate,
    WithinEachYear,
    WithinPeriod,
)
from calendars.periods import LENGTH, PER_YEAR, Frequency, Period

BOUNDS: list[DayBound] = [Bound.BEFORE, Bound.BY]
PARTS = [Frequency.MONTH, Frequency.QUARTER, Frequency.HALF_YEAR, Frequency.NINE_MONTHS]
RECURRING = [*PARTS, Frequency.YEAR]

ANY_CHARACTER = st.characters(exclude_categories=["Cs"])
"""What UTF-8 can hold; Hypothesis takes seconds to find that out by itself."""

bounds = st.sampled_from(BOUNDS)
years = st.integers(2000, 2080)
days = st.dates(date(2015, 1, 1), date(2040, 12, 31))


def periods_of(frequency: Frequency) -> st.SearchStrategy[Period]:
    return st.builds(Period, st.just(frequency), years, st.integers(1, PER_YEAR[frequency]))


def months_of(frequency: Frequency) -> st.SearchStrategy[MonthOf]:
    if frequency is Frequency.MONTH:
        return st.sampled_from(["own", "next"])
    return st.sampled_from(["next", "first", "last", *range(2, LENGTH[frequency] + 1)])


def days_of_month(frequency: Frequency) -> st.SearchStrategy[DueRule]:
    return st.builds(DayOfMonth, bounds, st.none() | st.integers(1, 31), months_of(frequency))


@st.composite
def days_of_year(draw: st.DrawFn) -> DueRule:
    day = draw(st.dates(date(2024, 1, 1), date(2024, 12, 31)))  # a leap year, so 29/2 is among them
    return DayOfYear(draw(bounds), day.day, day.month, draw(st.booleans()))


@st.composite
def parts_of_year(draw: st.DrawFn) -> DueRule:
    part = draw(st.sampled_from(PARTS))
    return WithinEachYear(part, draw(st.integers(1, PER_YEAR[part])), draw(st.booleans()))


def absolute_rules(frequency: Frequency) -> st.SearchStrategy[DueRule]:
    if frequency is Frequency.ONCE:
        spans = st.sampled_from(RECURRING).flatmap(periods_of)
        return st.builds(OnDate, bounds, days) | st.builds(WithinPeriod, spans)
    if frequency in (Frequency.YEAR, Frequency.NINE_MONTHS):
        return days_of_month(frequency) | days_of_year() | parts_of_year()
    return days_of_month(frequency)


leads = st.builds(Lead, st.integers(1, 30), st.booleans())
afters = st.builds(After, st.integers(1, 30), st.booleans())


@st.composite
def rules_with_frequency(draw: st.DrawFn) -> tuple[DueRule, Frequency]:
    frequency = draw(st.sampled_from([*RECURRING, Frequency.ONCE]))
    return draw(absolute_rules(frequency) | leads | afters), frequency
