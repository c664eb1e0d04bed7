"""Reporting periods, their cut-offs and their names."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.cutoffs import DECREE_09, Cutoff, clamped
from calendars.errors import PeriodError
from calendars.periods import (
    ONCE,
    PER_YEAR,
    Frequency,
    Period,
    period_of,
    periods,
)
from tests.calendars.due_rule_examples import RECURRING, periods_of

any_period = st.sampled_from(RECURRING).flatmap(periods_of)
cutoffs = st.builds(Cutoff, st.integers(1, 31) | st.just("end"))


@pytest.mark.parametrize(
    ("key", "first", "last"),
    [
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("2024-12", date(2024, 12, 1), date(2024, 12, 31)),
        ("2024-Q1", date(2024, 1, 1), date(2024, 3, 31)),
        ("2024-Q4", date(2024, 10, 1), date(2024, 12, 31)),
        ("2024-H1", date(2024, 1, 1), date(2024, 6, 30)),
        ("2024-H2", date(2024, 7, 1), date(2024, 12, 31)),
        ("2024-9M", date(2024, 1, 1), date(2024, 9, 30)),
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2026-04-28", date(2026, 4, 28), date(2026, 4, 28)),
        ("2024-02-29", date(2024, 2, 29), date(2024, 2, 29)),
        ("2024-12-31", date(2024, 12, 31), date(2024, 12, 31)),
        ("2026-W18", date(2026, 4, 27), date(2026, 5, 3)),
        ("2026-W01", date(2025, 12, 29), date(2026, 1, 4)),
        ("2020-W53", date(2020, 12, 28), date(2021, 1, 3)),
        ("2011-2015", date(2011, 1, 1), date(2015, 12, 31)),
        ("2026-R1", date(2026, 1, 1), date(2026, 12, 31)),
        ("req-12-20260428", date(2026, 4, 28), date(2026, 4, 28)),
        ("ev-7-20260428-1405", date(2026, 4, 28), date(2026, 4, 28)),
    ],
)
def test_a_key_names_a_span_of_the_calendar(key: str, first: date, last: date) -> None:
    period = Period.parse(key)
    assert (period.key, period.first_day, period.last_day) == (key, first, last)


@pytest.mark.parametrize(
    "text",
    [
        "2023-02-29",
        "2025-W53",
        "2024-W00",
        "2015-2011",
        "2011-2011",
        "2026-R0",
        "req-12",
        "req-12-20260428-1405",
        "ev-7-20260428",
        "ev-7-20260428-2460",
        "ev-7-20260230-1405",
        "2024-13",
        "2024-00",
        "2024-Q5",
        "2024-H3",
        "2024-2",
        "24-02",
        "0000",
        "tháng 2",
        "",
    ],
)
def test_it_refuses_a_period_that_does_not_exist(text: str) -> None:
    with pytest.raises(PeriodError, match=r"use e\.g\."):
        Period.parse(text)


@pytest.mark.parametrize(
    ("key", "cutoff", "first", "last", "reason"),
    [
        ("2024-02", 14, date(2024, 1, 15), date(2024, 2, 14), "Decree 09/2019, article 12"),
        ("2024-01", 14, date(2023, 12, 15), date(2024, 1, 14), "January begins in the year before"),
        ("2024-Q1", 14, date(2023, 12, 15), date(2024, 3, 14), "a quarter"),
        ("2024-H1", 14, date(2023, 12, 15), date(2024, 6, 14), "six months"),
        ("2024-9M", 14, date(2023, 12, 15), date(2024, 9, 14), "nine months"),
        ("2024", 14, date(2023, 12, 15), date(2024, 12, 14), "a year"),
        ("2024-03", "end", date(2024, 3, 1), date(2024, 3, 31), "the calendar's month"),
        ("2024-03", 30, date(2024, 3, 1), date(2024, 3, 30), "February has no 30th, so it ended on its 29th"),
        ("2023-02", 30, date(2023, 1, 31), date(2023, 2, 28), "February ends early"),
        ("2024-04", 31, date(2024, 4, 1), date(2024, 4, 30), "April has no 31st, so it ends on its 30th"),
        ("2024-Q2", 31, date(2024, 4, 1), date(2024, 6, 30), "nor has June, the quarter's last month"),
    ],
)
def test_data_is_cut_off(key: str, cutoff: int | str, first: date, last: date, reason: str) -> None:
    assert Period.parse(key).span(Cutoff.parse(cutoff)) == (first, last), reason


def test_the_decrees_cut_off_is_the_default() -> None:
    assert Period.parse("2024-02").span() == Period.parse("2024-02").span(DECREE_09)


@pytest.mark.parametrize("value", [0, 32, "-1", "cuối", "", "14.5", True])
def test_it_refuses_an_impossible_cut_off(value: int | str) -> None:
    with pytest.raises(PeriodError, match='"end"'):
        Cutoff.parse(value)


@pytest.mark.parametrize(("text", "cutoff"), [("14", Cutoff(14)), (31, Cutoff(31)), (" END ", Cutoff("end"))])
def test_it_reads_a_cut_off(text: int | str, cutoff: Cutoff) -> None:
    assert Cutoff.parse(text) == cutoff
    assert Cutoff.parse(str(cutoff)) == cutoff


@pytest.mark.parametrize(
    ("key", "vi", "en"),
    [
        ("2024-02", "tháng 2/2024", "February 2024"),
        ("2024-Q1", "quý I/2024", "Q1 2024"),
        ("2024-Q4", "quý IV/2024", "Q4 2024"),
        ("2024-H1", "6 tháng đầu năm 2024", "the first half of 2024"),
        ("2024-H2", "6 tháng cuối năm 2024", "the second half of 2024"),
        ("2024-9M", "9 tháng năm 2024", "the first nine months of 2024"),
        ("2024", "năm 2024", "the year 2024"),
        ("2026-04-28", "ngày 28/4/2026", "28 April 2026"),
        ("2026-W18", "tuần 18/2026 (27/4–3/5)", "week 18 of 2026 (27/4–3/5)"),
        ("2026-W01", "tuần 1/2026 (29/12–4/1)", "week 1 of 2026 (29/12–4/1)"),
        ("2011-2015", "giai đoạn 2011–2015", "the years 2011–2015"),
        ("2026-R1", "đợt 1/2026", "round 1 of 2026"),
        ("req-12-20260428", "yêu cầu ngày 28/4/2026", "the request of 28 April 2026"),
        ("ev-7-20260428-1405", "sự việc lúc 14:05 ngày 28/4/2026", "what happened at 14:05 on 28 April 2026"),
        ("once", "một lần", "once"),
    ],
)
def test_people_read_its_name(key: str, vi: str, en: str) -> None:
    assert (Period.parse(key).label("vi"), Period.parse(key).label("en")) == (vi, en)


@pytest.mark.parametrize(
    ("larger", "smaller", "absorbed"),
    [
        ("2024", "2024-12", True),
        ("2024", "2024-Q4", True),
        ("2024", "2024-H2", True),
        ("2024", "2024-11", False),
        ("2024", "2023-12", False),
        ("2024", "2024-9M", False),
        ("2024-H1", "2024-06", True),
        ("2024-H1", "2024-Q2", True),
        ("2024-H1", "2024-Q1", False),
        ("2024-H2", "2024-12", True),
        ("2024-9M", "2024-09", True),
        ("2024-9M", "2024-Q3", True),
        ("2024-9M", "2024-H1", False),
        ("2024-Q1", "2024-03", True),
        ("2024-Q1", "2024-02", False),
        ("2024-12", "2024", False),
        ("2024", "2024", False),
        ("2011-2015", "2015", True),
        ("2011-2015", "2014", False),
        ("2011-2015", "2015-12", True),
        ("2024", "2024-12-31", False),
        ("2024", "2024-R1", False),
        ("2024-12", "req-12-20241231", False),
        ("2024", "once", False),
        ("once", "2024-12", False),
    ],
)
def test_a_larger_report_stands_for_those_it_ends_with(larger: str, smaller: str, absorbed: bool) -> None:
    assert Period.parse(larger).absorbs(Period.parse(smaller)) is absorbed
    assert Period.parse(larger).absorbs(Period.parse(smaller)) is absorbed


@pytest.mark.parametrize(
    ("frequency", "first", "last", "keys"),
    [
        (Frequency.MONTH, date(2023, 12, 31), date(2024, 2, 1), ["2023-12", "2024-01", "2024-02"]),
        (Frequency.MONTH, date(2024, 2, 10), date(2024, 2, 10), ["2024-02"]),
        (Frequency.QUARTER, date(2024, 3, 31), date(2024, 4, 1), ["2024-Q1", "2024-Q2"]),
        (Frequency.HALF_YEAR, date(2024, 7, 1), date(2025, 1, 1), ["2024-H2", "2025-H1"]),
        (Frequency.NINE_MONTHS, date(2024, 10, 1), date(2024, 12, 31), []),
        (Frequency.NINE_MONTHS, date(2024, 9, 30), date(2025, 1, 1), ["2024-9M", "2025-9M"]),
        (Frequency.YEAR, date(2024, 12, 31), date(2025, 1, 1), ["2024", "2025"]),
        (Frequency.DAY, date(2024, 2, 28), date(2024, 3, 1), ["2024-02-28", "2024-02-29", "2024-03-01"]),
        (Frequency.WEEK, date(2025, 12, 28), date(2026, 1, 5), ["2025-W52", "2026-W01", "2026-W02"]),
        (Frequency.UNSPECIFIED, date(2024, 1, 1), date(2024, 12, 31), []),
        (Frequency.ONCE, date(2024, 1, 1), date(2024, 1, 1), ["once"]),
        (Frequency.ON_DEMAND, date(2024, 1, 1), date(2024, 12, 31), []),
        (Frequency.MONTH, date(2024, 2, 1), date(2024, 1, 1), []),
    ],
)
def test_it_lists_the_periods_that_touch_a_range(
    frequency: Frequency, first: date, last: date, keys: list[str]
) -> None:
    assert [period.key for period in periods(frequency, first, last)] == keys


@pytest.mark.parametrize("ask", ["first_day", "last_day", "months"])
def test_a_one_time_duty_has_no_span(ask: str) -> None:
    with pytest.raises(PeriodError, match="ask is_once first"):
        getattr(ONCE, ask)


def test_a_one_time_duty_has_no_next_period() -> None:
    with pytest.raises(PeriodError, match="ask is_once first"):
        ONCE.next()


def test_a_day_has_no_one_time_period() -> None:
    with pytest.raises(PeriodError, match="use month, quarter"):
        period_of(Frequency.ONCE, date(2024, 1, 1))


@given(any_period)
def test_a_key_reads_back(period: Period) -> None:
    assert Period.parse(period.key) == period
    assert Period.parse(period.key.lower()) == period


@given(any_period)
def test_periods_follow_each_other_in_order(period: Period) -> None:
    assert period.next() > period
    assert period.next().first_day > period.last_day
    if period.frequency is not Frequency.NINE_MONTHS:
        assert period.next().first_day == period.last_day + timedelta(days=1)


@given(any_period, cutoffs)
def test_data_spans_leave_no_day_out_and_share_none(period: Period, cutoff: Cutoff) -> None:
    if period.frequency is not Frequency.NINE_MONTHS:
        assert period.next().span(cutoff)[0] == period.span(cutoff)[1] + timedelta(days=1)


@given(st.sampled_from([f for f in RECURRING if PER_YEAR[f] > 1 or f is Frequency.YEAR]), st.dates())
def test_a_day_lies_in_its_period(frequency: Frequency, day: date) -> None:
    if day.year <= 9998:
        assert period_of(frequency, day).first_day <= day <= period_of(frequency, day).last_day


@pytest.mark.parametrize(
    ("year", "month", "day", "found"),
    [
        (2024, 2, 31, date(2024, 2, 29)),
        (2024, 0, 31, date(2023, 12, 31)),
        (2024, 13, 5, date(2025, 1, 5)),
        (2024, 4, 31, date(2024, 4, 30)),
    ],
)
def test_a_month_too_short_gives_its_last_day(year: int, month: int, day: int, found: date) -> None:
    assert clamped(year, month, day) == found
