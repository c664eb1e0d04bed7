"""Due rules drawn by Hypothesis, each with a frequency that it fits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Literal

from hypothesis import assume
from hypothesis import strategies as st

from calendars.due_rules import (
    After,
    AfterPeriod,
    Bound,
    ByEvent,
    DayBound,
    DayOfMonth,
    DayOfWeek,
    DayOfYear,
    DueRule,
    HourOfDay,
    Lead,
    MonthOf,
    OnDate,
    Window,
    WithinEachYear,
    WithinLastWeek,
    WithinOfEvent,
    WithinPeriod,
    YearOf,
)
from calendars.periods import LENGTH, ONCE, PER_YEAR, Frequency, Period
from calendars.rules import parse_rule

YEARS_OF: list[YearOf] = [-1, 0, 1]
COUNTED: list[Literal["d", "wd"]] = ["d", "wd"]
BOUNDS: list[DayBound] = [Bound.BEFORE, Bound.BY]
PARTS = [Frequency.MONTH, Frequency.QUARTER, Frequency.HALF_YEAR, Frequency.NINE_MONTHS]
RECURRING = [*PARTS, Frequency.YEAR]
OFTEN = [Frequency.DAY, Frequency.WORKDAY, Frequency.WEEK]

ANY_CHARACTER = st.characters(exclude_categories=["Cs"])
"""What UTF-8 can hold; Hypothesis takes seconds to find that out by itself."""

bounds = st.sampled_from(BOUNDS)
years_of = st.sampled_from(YEARS_OF)
after_periods = st.builds(AfterPeriod, st.integers(1, 366), st.sampled_from(COUNTED))
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
    return DayOfYear(draw(bounds), day.day, day.month, draw(years_of))


@st.composite
def parts_of_year(draw: st.DrawFn) -> DueRule:
    part = draw(st.sampled_from(PARTS))
    return WithinEachYear(part, draw(st.integers(1, PER_YEAR[part])), draw(years_of))


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


hours = st.none() | st.times(time(0, 1), time(23, 59)).map(lambda hour: hour.replace(second=0, microsecond=0))
days_of_week = st.builds(DayOfWeek, bounds, st.integers(1, 7), st.booleans(), hours)
events = st.builds(
    WithinOfEvent, st.integers(1, 366), st.sampled_from(["h", "d", "wd", "m"]), st.just("flood")
) | st.just(ByEvent())


until_event = st.builds(
    Window,
    st.builds(OnDate, st.just(Bound.BY), days)
    | st.builds(WithinPeriod, st.sampled_from(PARTS).flatmap(periods_of)),
    st.just(ByEvent()),
)


@st.composite
def hours_of_day(draw: st.DrawFn) -> DueRule:
    hour = draw(hours)
    return HourOfDay(Bound.BY if hour is None else draw(bounds), draw(st.booleans()), hour)


@st.composite
def with_hours(draw: st.DrawFn, frequency: Frequency) -> DueRule:
    rule = draw(absolute_rules(frequency))
    return replace(rule, hour=draw(hours)) if isinstance(rule, DayOfMonth | DayOfYear | OnDate) else rule


@st.composite
def windows(draw: st.DrawFn, frequency: Frequency) -> DueRule:
    """Both ends of one kind, the later one last."""
    ends = [rule for rule in draw(st.tuples(*2 * [with_hours(frequency)])) if not isinstance(rule, Window)]
    ends = [replace(rule, bound=Bound.BY) if rule.bound is Bound.BEFORE else rule for rule in ends]
    example = ONCE if frequency is Frequency.ONCE else Period(frequency, 2024, 1)
    first, last = sorted(ends, key=lambda rule: rule.days(example))
    window = Window(replace(first, hour=None) if first.hour else first, last)
    assume(parse_rule(str(window)) == window)  # what leaves its month to the end to say has another text
    return window


@st.composite
def every_rule_with_frequency(draw: st.DrawFn) -> tuple[DueRule, Frequency]:
    """A rule of any kind, with a frequency that it fits."""
    frequency = draw(st.sampled_from([*RECURRING, *OFTEN, Frequency.ONCE, Frequency.ON_DEMAND]))
    match frequency:
        case Frequency.DAY | Frequency.WORKDAY:
            return draw(hours_of_day() | leads), frequency
        case Frequency.WEEK:
            return draw(days_of_week | afters | after_periods), frequency
        case Frequency.ON_DEMAND:
            return draw(events), frequency
    if frequency is Frequency.ONCE:
        return draw(with_hours(frequency) | windows(frequency) | events | until_event), frequency
    spans = st.just(WithinLastWeek()) | after_periods
    return draw(with_hours(frequency) | windows(frequency) | spans), frequency
