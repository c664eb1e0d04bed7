"""Deadlines with an hour, windows, and what is due so long after an event: dates and instants by hand."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from calendars.deadline import Deadline
from calendars.deadlines import BeforeReading, DueDate, Roll, chain_due_dates, due_date
from calendars.due_rules import AbsoluteRule, Bound
from calendars.periods import Period
from calendars.rules import parse_rule
from calendars.working_days import WorkingDays
from calendars.zone import HCM

VIETNAM = WorkingDays.from_country()
STRICT, INCLUSIVE = BeforeReading.STRICT, BeforeReading.INCLUSIVE


def due(text: str, period: str, roll: Roll = Roll.NONE, reading: BeforeReading = STRICT) -> DueDate:
    rule = parse_rule(text)
    assert isinstance(rule, AbsoluteRule)
    return due_date(rule, Period.parse(period), VIETNAM, roll, reading)


def instant(found: DueDate) -> str:
    return f"{found.deadline(HCM).astimezone(HCM):%d/%m/%Y %H:%M}"


@pytest.mark.parametrize(
    ("text", "period", "deadline", "last_day", "reason"),
    [
        ("before 16:00", "2026-04-28", "28/04/2026 16:00", date(2026, 4, 28), "a day's"),
        ("by 24:00", "2026-04-28", "29/04/2026 00:00", date(2026, 4, 28), "the end of the day"),
        ("before 8:00 next day", "2026-04-30", "01/05/2026 08:00", date(2026, 5, 1), "the next morning"),
        ("before 15:00 friday", "2026-W18", "01/05/2026 15:00", date(2026, 5, 1), "a holiday, as written"),
        ("by friday", "2026-W18", "02/05/2026 00:00", date(2026, 5, 1), "the whole day"),
        (
            "before 14:00 28/4/2020",
            "once",
            "28/04/2020 14:00",
            date(2020, 4, 28),
            "on the written day",
        ),
        ("by 14:00 28/4/2020", "once", "28/04/2020 14:00", date(2020, 4, 28), "alike for by"),
        ("by 16:00 18", "2026-02", "18/02/2026 16:00", date(2026, 2, 18), "each month"),
        ("before 9:00 10/12", "2026", "10/12/2026 09:00", date(2026, 12, 10), "each year"),
        ("before 14:00 last day", "2024-02", "29/02/2024 14:00", date(2024, 2, 29), "a leap year"),
        ("before 14:00 last day", "2023-02", "28/02/2023 14:00", date(2023, 2, 28), "a common year"),
        ("by 14:00 31", "2026-04", "30/04/2026 14:00", date(2026, 4, 30), "by the 31st in April"),
        ("before 14:00 31", "2026-04", "01/05/2026 00:00", date(2026, 4, 30), "all of April lies before"),
        ("before 14:00 29/2", "2023", "01/03/2023 00:00", date(2023, 2, 28), "a common year"),
        ("before 23:59 5 next month", "2026-12", "05/01/2027 23:59", date(2027, 1, 5), "over New Year"),
    ],
)
def test_an_hour_ends_the_written_day(
    text: str, period: str, deadline: str, last_day: date, reason: str
) -> None:
    found = due(text, period)
    assert (instant(found), found.last_day, found.safe_day) == (deadline, last_day, last_day), reason


def test_the_hour_itself_is_too_late() -> None:
    deadline = Deadline(due("before 16:00 18", "2026-02").deadline(HCM), HCM)
    sixteen = datetime(2026, 2, 18, 16, tzinfo=HCM)
    assert deadline.is_late(sixteen)
    assert not deadline.is_late(sixteen - timedelta(microseconds=1))
    assert (deadline.hour, deadline.last_day) == (time(16), date(2026, 2, 18))
    assert deadline.days_late(sixteen) == 1


def test_a_whole_day_has_no_hour() -> None:
    assert Deadline(due("by 18", "2026-02").deadline(HCM), HCM).hour is None


def test_before_is_read_inclusively_of_days_not_of_hours() -> None:
    assert instant(due("before 14:00 18", "2026-03", reading=INCLUSIVE)) == "18/03/2026 14:00"


@pytest.mark.parametrize(
    ("text", "period", "roll", "deadline", "reason"),
    [
        (
            "before 14:00 18",
            "2026-04",
            Roll.FOLLOWING,
            "20/04/2026 14:00",
            "Saturday to Monday",
        ),
        ("before 14:00 18", "2026-04", Roll.PRECEDING, "17/04/2026 14:00", "to Friday"),
        ("by 16:00 18", "2026-02", Roll.FOLLOWING, "23/02/2026 16:00", "out of Tết"),
        (
            "before 16:00",
            "2026-05-03",
            Roll.FOLLOWING,
            "03/05/2026 16:00",
            "a Sunday is a day, too",
        ),
        ("before 16:00", "2026-05-03", Roll.PRECEDING, "03/05/2026 16:00", "and Friday has its own"),
    ],
)
def test_a_roll_keeps_the_hour(text: str, period: str, roll: Roll, deadline: str, reason: str) -> None:
    assert instant(due(text, period, roll)) == deadline, reason


@pytest.mark.parametrize(
    ("texts", "period", "last_days", "hours", "reason"),
    [
        (
            ("lead 1d", "before 16:00 18"),
            "2026-03",
            [(3, 17), (3, 18)],
            [None, time(16)],
            "the day before",
        ),
        (
            ("lead 3wd", "before 14:00 18"),
            "2026-03",
            [(3, 15), (3, 18)],
            [None, time(14)],
            "16, 17 and 18 March up to the hour",
        ),
        (
            ("before 10:00", "before 16:00"),
            "2026-03-18",
            [(3, 18), (3, 18)],
            [time(10), time(16)],
            "by hours",
        ),
        (("before 16:00 18", "after 1wd"), "2026-03", [(3, 18), (3, 19)], [time(16), None], "the day after"),
    ],
)
def test_hours_in_a_chain(
    texts: tuple[str, ...],
    period: str,
    last_days: list[tuple[int, int]],
    hours: list[time | None],
    reason: str,
) -> None:
    found = chain_due_dates([parse_rule(text) for text in texts], Period.parse(period), VIETNAM)
    assert [stage and stage.last_day for stage in found] == [date(2026, *day) for day in last_days], reason
    assert [stage and stage.hour for stage in found] == hours


@pytest.mark.parametrize(
    ("earlier", "later", "is_later"),
    [
        ("before 10:00 18", "before 16:00 18", True),
        ("before 16:00 18", "by 18", True),
        ("by 18", "before 16:00 18", False),
        ("before 16:00 18", "by 16:00 18", False),
        ("by 17", "before 8:00 18", True),
    ],
)
def test_which_deadline_is_the_later_one(earlier: str, later: str, is_later: bool) -> None:
    assert due(later, "2026-03").is_later(due(earlier, "2026-03")) is is_later


@pytest.mark.parametrize(
    ("text", "period", "opens", "last_day", "bound"),
    [
        ("from 1 to 5", "2026-03", date(2026, 3, 1), date(2026, 3, 5), Bound.BY),
        ("from 25 to 5 next month", "2026-12", date(2026, 12, 25), date(2027, 1, 5), Bound.BY),
        ("from 25 previous month to 5", "2026-03", date(2026, 2, 25), date(2026, 3, 5), Bound.BY),
        ("from 29 to 31", "2023-02", date(2023, 2, 28), date(2023, 2, 28), Bound.BY),
        ("from 1 last month to 10 last month", "2026-Q1", date(2026, 3, 1), date(2026, 3, 10), Bound.BY),
        ("from 1/11 to 31/12", "2026", date(2026, 11, 1), date(2026, 12, 31), Bound.BY),
        ("from 20/12 to 5/1 next year", "2026", date(2026, 12, 20), date(2027, 1, 5), Bound.BY),
        ("from 1/1/2026 to 31/3/2026", "once", date(2026, 1, 1), date(2026, 3, 31), Bound.BY),
        ("from 11/2025 to 12/2025", "once", date(2025, 11, 1), date(2025, 12, 31), Bound.IN),
        ("from Q4/2025 to Q1/2026", "once", date(2025, 10, 1), date(2026, 3, 31), Bound.IN),
        ("from 12/2025 to Q1/2026", "once", date(2025, 12, 1), date(2026, 3, 31), Bound.IN),
        ("from 15/11/2025 to 12/2025", "once", date(2025, 11, 15), date(2025, 12, 31), Bound.IN),
        ("from first month to last month", "2026-Q2", date(2026, 4, 1), date(2026, 6, 30), Bound.IN),
        ("from monday to friday", "2026-W18", date(2026, 4, 27), date(2026, 5, 1), Bound.BY),
        ("from Q1 to Q2", "2026", date(2026, 1, 1), date(2026, 6, 30), Bound.IN),
    ],
)
def test_a_window_opens_on_its_first_day_and_is_due_by_its_last(
    text: str, period: str, opens: date, last_day: date, bound: Bound
) -> None:
    found = due(text, period)
    assert (found.opens, found.last_day, found.bound) == (opens, last_day, bound)


def test_a_window_ends_at_its_hour() -> None:
    assert instant(due("from 1 to 16:00 5", "2026-03")) == "05/03/2026 16:00"


def test_a_roll_moves_the_end_of_a_window_alone() -> None:
    found = due("from 1 to 18", "2026-04", Roll.FOLLOWING)
    assert (found.opens, found.last_day, found.rolled) == (date(2026, 4, 1), date(2026, 4, 20), True)


@pytest.mark.parametrize(
    ("text", "period", "deadline", "reason"),
    [
        ("within 24h of flood", "ev-7-20260428-1405", "29/04/2026 14:05", "to the minute"),
        ("within 2h of flood", "ev-7-20260428-2330", "29/04/2026 01:30", "across midnight"),
        ("within 24h of flood", "ev-7-20260428-0000", "29/04/2026 00:00", "that is the end of the 28th"),
        ("within 48h of flood", "ev-7-20240228-1000", "01/03/2024 10:00", "over a leap day"),
        (
            "within 10d of flood",
            "ev-7-20260428-2330",
            "09/05/2026 00:00",
            "the local day and ten",
        ),
        (
            "within 5wd of flood",
            "ev-7-20260428-1405",
            "08/05/2026 00:00",
            "29/4, then 4, 5, 6 and 7/5",
        ),
        ("within 1m of flood", "ev-7-20260428-1405", "29/05/2026 00:00", "the 28th of the next month"),
        ("within 1m of flood", "ev-7-20240131-1405", "01/03/2024 00:00", "29 February ends a shorter month"),
        ("within 3m of flood", "ev-7-20261130-1405", "01/03/2027 00:00", "over the year, with February"),
        ("within 1wd of flood", "ev-7-20260213-0900", "24/02/2026 00:00", "from before Tết: the 23rd"),
        ("by event", "ev-7-20260428-2330", "29/04/2026 00:00", "the day on which it happens"),
    ],
)
def test_what_is_due_after_an_event(text: str, period: str, deadline: str, reason: str) -> None:
    found = due(text, period)
    assert instant(found) == deadline, reason
    assert found.bound is Bound.BY


@pytest.mark.parametrize(
    ("text", "roll", "deadline", "reason"),
    [
        ("within 24h of flood", Roll.FOLLOWING, "02/05/2026 10:00", "hours wait for no office"),
        ("within 2d of flood", Roll.FOLLOWING, "05/05/2026 00:00", "3 May is a Sunday: to Monday the 4th"),
        ("by event", Roll.FOLLOWING, "02/05/2026 00:00", "the day itself, a holiday"),
    ],
)
def test_days_after_an_event_roll(text: str, roll: Roll, deadline: str, reason: str) -> None:
    assert instant(due(text, "ev-7-20260501-1000", roll)) == deadline, reason


def test_a_request_brings_its_own_date() -> None:
    assert instant(due("before 14:00 28/4/2026", "req-12-20260420")) == "28/04/2026 14:00"
