"""Which due rule fits which frequency, and which dates do not exist."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given

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
from calendars.errors import ImpossibleDate, RuleError
from calendars.periods import ONCE, Frequency
from calendars.rules import parse_rule
from tests.calendars.due_rule_examples import rules_with_frequency

MONTH, QUARTER, HALF_YEAR = Frequency.MONTH, Frequency.QUARTER, Frequency.HALF_YEAR
NINE_MONTHS, YEAR, ONE_TIME, ON_DEMAND = (
    Frequency.NINE_MONTHS,
    Frequency.YEAR,
    Frequency.ONCE,
    Frequency.ON_DEMAND,
)


@pytest.mark.parametrize(
    ("text", "fitting"),
    [
        ("before 18", {MONTH}),
        ("by last day", {MONTH}),
        ("before 5 next month", {MONTH, QUARTER, HALF_YEAR, NINE_MONTHS, YEAR}),
        ("before 15 last month", {QUARTER, HALF_YEAR, NINE_MONTHS, YEAR}),
        ("before 15 first month", {QUARTER, HALF_YEAR, NINE_MONTHS, YEAR}),
        ("before 15 month 3", {QUARTER, HALF_YEAR, NINE_MONTHS, YEAR}),
        ("before 15 month 4", {HALF_YEAR, NINE_MONTHS, YEAR}),
        ("before 15 month 7", {NINE_MONTHS, YEAR}),
        ("before 15 month 10", {YEAR}),
        ("before 10/12", {NINE_MONTHS, YEAR}),
        ("by 15/1 next year", {NINE_MONTHS, YEAR}),
        ("within Q1", {NINE_MONTHS, YEAR}),
        ("before 30/6/2024", {ONE_TIME}),
        ("within Q1/2024", {ONE_TIME}),
        ("within 2023", {ONE_TIME}),
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
        (DayOfYear(Bound.BY, 15, 1, next_year=True), "by 15/1 next year"),
        (OnDate(Bound.BEFORE, date(2024, 6, 30)), "before 30/6/2024"),
        (WithinEachYear(Frequency.MONTH, 7), "within month 7"),
        (WithinEachYear(Frequency.NINE_MONTHS, 1, next_year=True), "within 9M next year"),
        (Lead(3), "lead 3wd"),
        (After(5, working=False), "after 5d"),
    ],
)
def test_a_rule_has_one_text(rule: DueRule, text: str) -> None:
    assert str(rule) == text


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


@given(rules_with_frequency())
def test_the_drawn_rules_fit(drawn: tuple[DueRule, Frequency]) -> None:
    rule, frequency = drawn
    assert _fits(rule, frequency)
