"""The one value of a deadline: its last day, its safe day, late and left, one row a case."""

from __future__ import annotations

from datetime import date

import pytest

from calendars.deadline import Deadline, stated
from calendars.deadlines import BeforeReading, due_date
from calendars.due_rules import DayOfMonth
from calendars.periods import Period
from calendars.rules import parse_rule
from calendars.working_days import WorkingDays
from tests.conftest import HCM, at

DEADLINE = Deadline(at("2024-02-18 00:00:00"), HCM)


@pytest.mark.parametrize(
    ("filed", "is_late", "days"),
    [
        ("2024-02-17 23:59:59", False, 0),
        ("2024-02-18 00:00:00", True, 1),  # the deadline is exclusive
        ("2024-02-18 23:59:59", True, 1),
        ("2024-02-19 00:00:00", True, 2),
        ("2024-03-18 00:00:00", True, 30),  # over the 29th of February
    ],
)
def test_late(filed: str, is_late: bool, days: int) -> None:
    assert (DEADLINE.is_late(at(filed)), DEADLINE.days_late(at(filed))) == (is_late, days)


@pytest.mark.parametrize(
    ("now", "days"), [("2024-02-17 23:00:00", 0), ("2024-02-16 00:30:00", 1), ("2024-02-18 00:00:00", -1)]
)
def test_days_left(now: str, days: int) -> None:
    assert DEADLINE.days_left(at(now)) == days


@pytest.mark.parametrize(
    ("instant", "written", "safe", "last_day", "safe_day", "reason"),
    [
        ("2024-10-18", "2024-10-18", date(2024, 10, 17), date(2024, 10, 17), date(2024, 10, 17), "strict"),
        ("2024-10-19", "2024-10-19", date(2024, 10, 17), date(2024, 10, 18), date(2024, 10, 17), "inclusive"),
        ("2024-11-02", "2024-10-19", date(2024, 10, 17), date(2024, 11, 1), date(2024, 11, 1), "extended"),
        ("2024-10-19", None, None, date(2024, 10, 18), date(2024, 10, 18), "set by a decision alone"),
    ],
)
def test_the_days_that_people_are_told(
    instant: str, written: str | None, safe: date | None, last_day: date, safe_day: date, reason: str
) -> None:
    kept = None if written is None else at(f"{written} 00:00:00")
    found = stated(at(f"{instant} 00:00:00"), kept, safe, HCM)
    assert (found.last_day, found.safe_day) == (last_day, safe_day), reason


@pytest.mark.parametrize(
    ("now", "days_left", "days_late"),
    [
        ("2024-02-15 13:59:59", 1, 0),
        ("2024-02-16 00:00:00", 0, 0),
        ("2024-02-16 13:59:59", 0, 0),
        ("2024-02-16 14:00:00", -1, 1),
        ("2024-02-16 23:59:59", -1, 1),
        ("2024-02-17 13:59:59", -1, 1),
        ("2024-02-17 14:00:00", -2, 2),
    ],
)
def test_days_to_an_hour_and_past_it(now: str, days_left: int, days_late: int) -> None:
    """What is late is never said to have the whole day left."""
    deadline = Deadline(at("2024-02-16 14:00:00"), HCM)
    assert (deadline.last_day, deadline.days_left(at(now))) == (date(2024, 2, 16), days_left)
    assert deadline.days_late(at(now)) == days_late


def test_no_deadline_stays_none() -> None:
    assert stated(None, None, None, HCM) is None


@pytest.mark.parametrize(
    ("instant", "safe", "today", "send_by", "reason"),
    [
        ("2024-10-18", None, date(2024, 10, 10), None, "Thursday, an open office"),
        ("2024-02-18", None, date(2024, 2, 10), date(2024, 2, 16), "Saturday"),
        ("2024-02-18", None, date(2024, 2, 17), None, "too late for it"),
        ("2024-10-19", date(2024, 10, 17), date(2024, 10, 10), date(2024, 10, 17), "that day counts here"),
        ("2024-10-19", date(2024, 10, 17), date(2024, 10, 18), None, "the safe day is over"),
        (
            "2024-11-19",
            date(2024, 11, 17),
            date(2024, 11, 10),
            date(2024, 11, 15),
            "the safe day is a Sunday",
        ),
    ],
)
def test_the_working_day_to_send_by(
    instant: str, safe: date | None, today: date, send_by: date | None, reason: str
) -> None:
    deadline = Deadline(at(f"{instant} 00:00:00"), HCM, safe)
    assert deadline.send_by(WorkingDays.from_country(), today) == send_by, reason


@pytest.mark.parametrize(
    ("period", "reading", "hint", "reason"),
    [
        ("2024-11", BeforeReading.STRICT, date(2024, 11, 15), "the 17th is a Sunday"),
        ("2024-11", BeforeReading.INCLUSIVE, None, "the 18th is a Monday"),
        ("2024-02", BeforeReading.INCLUSIVE, date(2024, 2, 16), "the 18th is a Sunday"),
    ],
)
def test_a_plan_is_hinted_at_a_day_off_that_is_its_last_day(
    period: str, reading: BeforeReading, hint: date | None, reason: str
) -> None:
    rule = parse_rule("before 18")
    assert isinstance(rule, DayOfMonth)
    days = WorkingDays.from_country()
    assert due_date(rule, Period.parse(period), days, reading=reading).hint(days) == hint, reason
