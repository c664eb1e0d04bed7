"""Which due rule fits which frequency, and which dates do not exist."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given

from calendars.due_rules import (
    After,
    Bound,
    ByEvent,
    DayOfMonth,
    DayOfWeek,
    DayOfYear,
    DueRule,
    HourOfDay,
    Lead,
    OnDate,
    Window,
    WithinEachYear,
    WithinLastWeek,
    WithinMonth,
    WithinOfEvent,
    WithinPeriod,
)
from calendars.errors import ImpossibleDate, RuleError
from calendars.periods import ONCE, Frequency
from calendars.rules import parse_rule
from tests.calendars.due_rule_examples import every_rule_with_frequency

MONTH, QUARTER, HALF_YEAR = Frequency.MONTH, Frequency.QUARTER, Frequency.HALF_YEAR
NINE_MONTHS, YEAR, YEARS, ROUND = (
    Frequency.NINE_MONTHS,
    Frequency.YEAR,
    Frequency.YEARS,
    Frequency.ROUND,
)
ONE_TIME, REQUEST, ON_DEMAND, EVENT = (
    Frequency.ONCE,
    Frequency.REQUEST,
    Frequency.ON_DEMAND,
    Frequency.EVENT,
)
DAY, WORKDAY, WEEK = Frequency.DAY, Frequency.WORKDAY, Frequency.WEEK
OF_MONTHS = {QUARTER, HALF_YEAR, NINE_MONTHS, YEAR, YEARS}
YEARLY = {NINE_MONTHS, YEAR, YEARS, ROUND}


@pytest.mark.parametrize(
    ("text", "fitting"),
    [
        ("before 16:00", {DAY, WORKDAY}),
        ("by 24:00", {DAY, WORKDAY}),
        ("before 8:00 next day", {DAY, WORKDAY}),
        ("by friday", {WEEK}),
        ("before 15:00 monday next week", {WEEK}),
        ("before 18", {MONTH}),
        ("by 16:00 18", {MONTH}),
        ("by last day", {MONTH}),
        ("before 5 next month", {MONTH} | OF_MONTHS),
        ("by 15 previous month", {MONTH} | OF_MONTHS),
        ("before 15 last month", OF_MONTHS),
        ("before 15 first month", OF_MONTHS),
        ("before 15 month 3", OF_MONTHS),
        ("before 15 month 4", OF_MONTHS - {QUARTER}),
        ("before 15 month 7", {NINE_MONTHS, YEAR, YEARS}),
        ("before 15 month 10", {YEAR, YEARS}),
        ("before 10/12", YEARLY),
        ("before 9:00 10/12", YEARLY),
        ("by 15/1 next year", YEARLY),
        ("before 31/12 previous year", YEARLY),
        ("within 5wd after period", {WEEK, MONTH} | OF_MONTHS),
        ("within 45d after period", {WEEK, MONTH} | OF_MONTHS),
        ("within Q1", YEARLY),
        ("within month 2", OF_MONTHS | {ROUND}),
        ("within month 7", YEARLY),
        ("within last month", OF_MONTHS),
        ("within first month", OF_MONTHS),
        ("within next month", {MONTH} | OF_MONTHS),
        ("within last week", {MONTH} | OF_MONTHS),
        ("before 30/6/2024", {ONE_TIME, REQUEST}),
        ("before 14:00 28/4/2020", {ONE_TIME, REQUEST}),
        ("within Q1/2024", {ONE_TIME, REQUEST}),
        ("within 2023", {ONE_TIME, REQUEST}),
        ("from 1 to 5", {MONTH}),
        ("from 25 to 5 next month", {MONTH}),
        ("from 1 last month to 5 last month", OF_MONTHS),
        ("from 1/11 to 31/12", YEARLY),
        ("from 1/1/2026 to 31/3/2026", {ONE_TIME, REQUEST}),
        ("from Q4/2025 to Q1/2026", {ONE_TIME, REQUEST}),
        ("from monday to friday", {WEEK}),
        ("within 24h of flood", {ONE_TIME, ON_DEMAND, EVENT}),
        ("within 5wd of flood", {ONE_TIME, ON_DEMAND, EVENT}),
        ("within 1m of flood", {ONE_TIME, ON_DEMAND, EVENT}),
        ("by event", {ONE_TIME, ON_DEMAND, EVENT}),
        ("lead 3wd", set(Frequency)),
        ("after 3wd", set(Frequency)),
    ],
)
def test_a_rule_fits_some_frequencies(text: str, fitting: set[Frequency]) -> None:
    assert {frequency for frequency in Frequency if _fits(parse_rule(text), frequency)} == fitting


def _fits(rule: DueRule, frequency: Frequency) -> bool:
    try:
        rule.fits(frequency)
    except RuleError:
        return False
    return True


@pytest.mark.parametrize(
    ("text", "frequency", "message"),
    [
        ("before 18", DAY, "every day: write the hour, e.g. `before 16:00`"),
        ("before 18", WEEK, "every week: write the day of the week, e.g. `by friday`"),
        ("from 25 to 5", MONTH, "begins after it ends: say where it ends later"),
        ("from 1/11 to 31/3", YEAR, "begins after it ends"),
        ("within last month", MONTH, "every month: write only the day"),
        ("before 18", Frequency.UNSPECIFIED, "leave the date out"),
        ("before 18", ONE_TIME, "`before 18` does not fit a duty that comes once: write the full date"),
        ("before 18", QUARTER, "every quarter: say which: `first month`"),
        ("before 18", YEAR, "every year: say which: `first month`"),
        ("before 18 last month", MONTH, "every month: write only the day"),
        ("before 18 month 4", QUARTER, "its periods have only 3 months"),
        ("before 10/12", MONTH, "write the day of the month, e.g. `before 18`"),
        ("before 10/12", QUARTER, "e.g. `before 15 last month`"),
        ("before 30/6/2024", YEAR, "make the duty `every: once`, or write day and month"),
        ("within 2023", YEAR, "make the duty `every: once`"),
        ("within Q1", ON_DEMAND, "a duty that comes on demand: leave the date out"),
    ],
)
def test_a_misfit_names_the_remedy(text: str, frequency: Frequency, message: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse_rule(text).fits(frequency)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (DayOfMonth(Bound.BEFORE, 18), "before 18"),
        (DayOfMonth(Bound.BY, None, "next"), "by last day next month"),
        (DayOfMonth(Bound.BEFORE, 15, "last"), "before 15 last month"),
        (DayOfMonth(Bound.BEFORE, 15, 2), "before 15 month 2"),
        (DayOfYear(Bound.BEFORE, 10, 12), "before 10/12"),
        (DayOfYear(Bound.BY, 15, 1, year=1), "by 15/1 next year"),
        (OnDate(Bound.BEFORE, date(2024, 6, 30)), "before 30/6/2024"),
        (WithinEachYear(Frequency.MONTH, 7), "within month 7"),
        (WithinEachYear(Frequency.NINE_MONTHS, 1, year=1), "within 9M next year"),
        (HourOfDay(Bound.BEFORE, hour=time(8), next_day=True), "before 8:00 next day"),
        (HourOfDay(Bound.BY), "by 24:00"),
        (DayOfWeek(Bound.BEFORE, 5, hour=time(15)), "before 15:00 friday"),
        (DayOfWeek(Bound.BY, 1, next_week=True), "by monday next week"),
        (DayOfMonth(Bound.BY, 18, hour=time(16, 5)), "by 16:05 18"),
        (DayOfMonth(Bound.BY, 15, "previous"), "by 15 previous month"),
        (DayOfMonth(Bound.BEFORE, None, hour=time(14)), "before 14:00 last day"),
        (OnDate(Bound.BEFORE, date(2020, 4, 28), time(14)), "before 14:00 28/4/2020"),
        (WithinMonth("last"), "within last month"),
        (WithinLastWeek(), "within last week"),
        (Window(DayOfMonth(Bound.BY, 25), DayOfMonth(Bound.BY, 5, "next")), "from 25 to 5 next month"),
        (Window(DayOfMonth(Bound.BY, 1), DayOfMonth(Bound.BY, 5, hour=time(16))), "from 1 to 16:00 5"),
        (WithinOfEvent(24, "h", "flood"), "within 24h of flood"),
        (ByEvent(), "by event"),
        (Lead(3), "lead 3wd"),
        (After(5, working=False), "after 5d"),
    ],
)
def test_a_rule_has_one_text(rule: DueRule, text: str) -> None:
    assert str(rule) == text
    assert parse_rule(text) == rule


@pytest.mark.parametrize(
    ("text", "frequency", "once_a_year"),
    [("before 20/6", HALF_YEAR, True), ("before 20/6", QUARTER, True), ("within month 11", HALF_YEAR, True)],
)
def test_a_day_of_the_year_fits_what_has_it_for_one_period_alone(
    text: str, frequency: Frequency, once_a_year: bool
) -> None:
    parse_rule(text).fits(frequency, once_a_year)
    with pytest.raises(RuleError, match="give a list with a date for each"):
        parse_rule(text).fits(frequency)


@pytest.mark.parametrize(("day", "month"), [(30, 2), (31, 4), (0, 1), (32, 1), (1, 0), (1, 13)])
def test_it_refuses_a_day_that_no_year_has(day: int, month: int) -> None:
    with pytest.raises(ImpossibleDate):
        DayOfYear(Bound.BEFORE, day, month)


def test_29_february_is_a_day_of_some_years() -> None:
    assert str(DayOfYear(Bound.BEFORE, 29, 2)) == "before 29/2"


def test_it_refuses_what_names_no_time() -> None:
    with pytest.raises(RuleError, match="name a month"):
        WithinPeriod(ONCE)
    with pytest.raises(RuleError, match="name a month"):
        WithinEachYear(Frequency.YEAR, 1)
    with pytest.raises(RuleError, match="use `first month`"):
        DayOfMonth(Bound.BEFORE, 18, 1)


@pytest.mark.parametrize("count", [0, -1, 367])
def test_it_refuses_a_lead_of_no_days_or_of_more_than_a_year(count: int) -> None:
    with pytest.raises(RuleError, match="use 1 to 366 days"):
        Lead(count)
    with pytest.raises(RuleError, match="use 1 to 366 days"):
        After(count)


@given(every_rule_with_frequency())
def test_the_drawn_rules_fit(drawn: tuple[DueRule, Frequency]) -> None:
    rule, frequency = drawn
    assert _fits(rule, frequency)
