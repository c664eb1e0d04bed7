"""The steps of a due date: in words, by codes, and that they lead to the day that it has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.deadlines import BeforeReading, DueDate, Roll, chain_due_dates
from calendars.due_rules import DueRule
from calendars.periods import Period
from calendars.rules import parse_rule
from calendars.working_days import WorkingDays
from tests.calendars.due_rule_examples import RECURRING, absolute_rules, afters, leads, periods_of

DAYS = WorkingDays.from_country()
NONE, FOLLOWING, PRECEDING = Roll.NONE, Roll.FOLLOWING, Roll.PRECEDING
STRICT, INCLUSIVE = BeforeReading.STRICT, BeforeReading.INCLUSIVE


def chain(texts: Sequence[str], period: str, roll: Roll = NONE, reading: BeforeReading = STRICT) -> DueDate:
    """The due date of the bottom stage."""
    due = chain_due_dates([parse_rule(text) for text in texts], Period.parse(period), DAYS, roll, reading)[0]
    assert due is not None
    return due


def codes(due: DueDate) -> list[str]:
    return [each.code.name for each in due.steps]


@pytest.mark.parametrize(
    ("texts", "period", "roll", "reading", "expected"),
    [
        (["before 18"], "2024-10", NONE, STRICT, ["RULE", "NAMED", "EXCLUSIVE"]),
        (["before 18"], "2024-10", NONE, INCLUSIVE, ["RULE", "NAMED", "INCLUDED"]),
        (["by 18"], "2024-10", NONE, STRICT, ["RULE", "NAMED"]),
        (["before 18"], "2024-08", NONE, STRICT, ["RULE", "NAMED", "EXCLUSIVE", "STAYS"]),
        (["before 18"], "2024-02", FOLLOWING, STRICT, ["RULE", "NAMED", "EXCLUSIVE", "ROLLED_ON"]),
        (["before 18"], "2024-02", PRECEDING, STRICT, ["RULE", "NAMED", "EXCLUSIVE", "ROLLED_BACK"]),
        (["before 31"], "2025-06", NONE, STRICT, ["RULE", "NAMED", "SHORT_MONTH"]),
        (["before 14:00 18"], "2024-10", NONE, STRICT, ["RULE", "NAMED_HOUR"]),
        (["before 30/6/2024"], "once", NONE, STRICT, ["RULE", "WRITTEN", "EXCLUSIVE", "STAYS"]),
        (["within 24h of x"], "ev-1-20260210-1405", NONE, STRICT, ["RULE", "COUNTED_HOURS"]),
        (["within 10d of x"], "ev-1-20260310-1405", NONE, STRICT, ["RULE", "COUNTED_DAYS"]),
        (["within 5wd after period"], "2024-10", NONE, STRICT, ["RULE", "COUNTED_WORKING_DAYS"]),
        (
            ["lead 3wd", "before 18"],
            "2024-10",
            NONE,
            STRICT,
            ["RULE", "NAMED", "EXCLUSIVE", "RULE", "LEAD_WORKING"],
        ),
        (
            ["lead 3wd", "before 18"],
            "2024-02",
            NONE,
            STRICT,
            ["RULE", "NAMED", "EXCLUSIVE", "STAYS", "RULE", "LEAD_WORKING", "OFF_MEANWHILE"],
        ),
        (
            ["lead 3wd", "before 7"],
            "2024-05",
            NONE,
            STRICT,
            ["RULE", "NAMED", "EXCLUSIVE", "RULE", "LEAD_WORKING", "WORKED_MEANWHILE"],
        ),
        (
            ["within 5wd after period"],
            "2024-04",
            NONE,
            STRICT,
            ["RULE", "COUNTED_WORKING_DAYS", "OFF_MEANWHILE", "WORKED_MEANWHILE"],
        ),
        (["lead 5d", "by 6"], "2024-06", NONE, STRICT, ["RULE", "NAMED", "RULE", "LEAD", "STAYS"]),
    ],
)
def test_a_due_date_has_its_steps(
    texts: list[str], period: str, roll: Roll, reading: BeforeReading, expected: list[str]
) -> None:
    assert codes(chain(texts, period, roll, reading)) == expected


def test_the_steps_are_said_as_an_official_reads_them() -> None:
    due = chain(["lead 3wd", "before 18"], "2024-08", PRECEDING)
    assert [each.say("vi") for each in due.steps] == [
        "Quy định về thời hạn: trước ngày 18 hằng tháng.",
        "Ở kỳ này (tháng 8/2024) là ngày 18/08/2024.",
        "“Trước ngày” không tính ngày đó: ngày cuối cùng là 17/08/2024.",
        "17/08/2024 là ngày nghỉ (Thứ Bảy): theo kế hoạch, hạn chuyển về ngày làm việc liền trước, "
        "16/08/2024.",
        "Quy định về thời hạn: trước thời hạn của cấp trên 3 ngày làm việc.",
        "Chặng sau có hạn 16/08/2024 và cần trọn 3 ngày làm việc để tổng hợp: ngày cuối cùng là 13/08/2024.",
    ]
    assert [each.stage for each in due.steps] == [2, 2, 2, 2, None, None]


def test_days_off_that_are_counted_over_are_named() -> None:
    steps = chain(["lead 3wd", "before 18"], "2024-02").steps
    said = steps[-1].say("vi")
    assert said.startswith("Những ngày nghỉ xen giữa không tính: 08/02/2024 (")
    assert said.count("/02/2024") == 5 and "14/02/2024" in said
    assert steps[-1].last_day == date(2024, 2, 6)
    rules = [parse_rule("by 7"), parse_rule("after 3wd")]
    _, upper = chain_due_dates(rules, Period.parse("2024-02"), DAYS)
    assert upper is not None
    assert (upper.steps[-1].code.name, upper.last_day) == ("OFF_MEANWHILE", date(2024, 2, 19))


def test_a_step_for_programs_has_code_day_and_values() -> None:
    *_, last = chain(["before 18"], "2024-02", FOLLOWING).steps
    assert last.as_json("vi") == {
        "code": "rolled-on",
        "text": last.say("vi"),
        "stage": None,
        "last_day": date(2024, 2, 19),
        "hour": None,
        "values": {"off": "2024-02-17", "name": "Thứ Bảy", "day": "2024-02-19"},
    }


rolls, readings = st.sampled_from(Roll), st.sampled_from(BeforeReading)


@given(st.data(), rolls, readings)
def test_the_last_step_ends_with_the_last_day(
    data: st.DataObject, roll: Roll, reading: BeforeReading
) -> None:
    frequency = data.draw(st.sampled_from(RECURRING))
    period, rule = data.draw(periods_of(frequency)), data.draw(absolute_rules(frequency))
    rules: list[DueRule] = [data.draw(leads), rule, data.draw(afters)]
    for due in chain_due_dates(rules, period, DAYS, roll, reading):
        assert due is not None
        assert (due.steps[-1].last_day, due.steps[-1].hour) == (due.last_day, due.hour)
        assert all(step.say("vi") and step.say("en") for step in due.steps)
