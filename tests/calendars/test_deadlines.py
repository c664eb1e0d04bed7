"""Deadlines: the table of the design, short months, Tết, rolls, readings, chains and occurrences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.deadlines import BeforeReading, DueDate, Roll, chain_due_dates, due_date, occurrences
from calendars.due_rules import AbsoluteRule, Bound, DueRule, Lead
from calendars.errors import RuleError
from calendars.periods import ONCE, Frequency, Period
from calendars.rules import parse_rule
from calendars.timetable import Every, Timetable
from calendars.working_days import WorkingDays
from calendars.zone import HCM
from tests.calendars.due_rule_examples import RECURRING, absolute_rules, afters, leads, periods_of

VIETNAM = WorkingDays.from_country()
NONE, FOLLOWING, PRECEDING = Roll.NONE, Roll.FOLLOWING, Roll.PRECEDING
STRICT, INCLUSIVE = BeforeReading.STRICT, BeforeReading.INCLUSIVE
ONE_DAY = timedelta(days=1)


def absolute(text: str) -> AbsoluteRule:
    rule = parse_rule(text)
    assert isinstance(rule, AbsoluteRule)
    return rule


def chain(*texts: str | None) -> list[DueRule | None]:
    return [None if text is None else parse_rule(text) for text in texts]


def timetable(rules: Sequence[DueRule | None], frequency: Frequency) -> Timetable:
    return Timetable(Every(frequency), [() if rule is None else (rule,) for rule in rules])


def due(text: str, period: str, roll: Roll = NONE, reading: BeforeReading = STRICT) -> DueDate:
    return due_date(absolute(text), Period.parse(period), VIETNAM, roll, reading)


def deadline_day(found: DueDate) -> date:
    """The local day on whose midnight it becomes too late."""
    return found.deadline(HCM).astimezone(HCM).date()


def stages(
    texts: Sequence[str | None], period: str, roll: Roll = NONE, reading: BeforeReading = STRICT
) -> list[date | None]:
    found = chain_due_dates(chain(*texts), Period.parse(period), VIETNAM, roll, reading)
    return [stage.last_day if stage else None for stage in found]


@pytest.mark.parametrize(
    ("text", "period", "deadline", "last_day"),
    [
        ("before 18", "2024-10", date(2024, 10, 18), date(2024, 10, 17)),
        ("by 18", "2024-10", date(2024, 10, 19), date(2024, 10, 18)),
        ("before 10/12", "2024", date(2024, 12, 10), date(2024, 12, 9)),
        ("before 30/6/2024", "once", date(2024, 6, 30), date(2024, 6, 29)),
        ("within Q1/2024", "once", date(2024, 4, 1), date(2024, 3, 31)),
        ("within 7/2024", "once", date(2024, 8, 1), date(2024, 7, 31)),
        ("before 5 next month", "2024-10", date(2024, 11, 5), date(2024, 11, 4)),
        ("before 15 last month", "2024-Q3", date(2024, 9, 15), date(2024, 9, 14)),
    ],
)
def test_the_table_of_the_design(text: str, period: str, deadline: date, last_day: date) -> None:
    found = due(text, period)
    assert (deadline_day(found), found.last_day, found.safe_day) == (deadline, last_day, last_day)
    assert found.deadline(HCM) == datetime(deadline.year, deadline.month, deadline.day, tzinfo=HCM)


@pytest.mark.parametrize(
    ("text", "period", "written", "reason"),
    [
        ("by 31", "2024-02", date(2024, 2, 29), "a 31st in February of a leap year"),
        ("by 31", "2023-02", date(2023, 2, 28), "a 31st in February"),
        ("by 31", "2024-03", date(2024, 3, 31), "and back to 31 March: nothing drifts"),
        ("by 31", "2024-04", date(2024, 4, 30), "April has 30"),
        ("by 30", "2023-02", date(2023, 2, 28), "a 30th in February"),
        ("by 29", "2023-02", date(2023, 2, 28), "a 29th in a common February"),
        ("by 31 next month", "2024-01", date(2024, 2, 29), "the month after January"),
        ("by 5 next month", "2024-12", date(2025, 1, 5), "over New Year"),
        ("by last day", "2024-02", date(2024, 2, 29), "leap year"),
        ("by last day", "2100-02", date(2100, 2, 28), "2100 is no leap year"),
        ("by last day next month", "2024-01", date(2024, 2, 29), ""),
        ("by 29/2", "2024", date(2024, 2, 29), "leap year"),
        ("by 29/2", "2023", date(2023, 2, 28), "a yearly 29/2 in a common year"),
        ("by 29/2/2024", "once", date(2024, 2, 29), ""),
        ("by 15/1 next year", "2024", date(2025, 1, 15), ""),
        ("by 29/2 next year", "2023", date(2024, 2, 29), ""),
        ("by 15 first month", "2024-Q3", date(2024, 7, 15), ""),
        ("by 15 month 2", "2024-Q3", date(2024, 8, 15), ""),
        ("by 15 last month", "2024-H1", date(2024, 6, 15), ""),
        ("by 15 last month", "2024-9M", date(2024, 9, 15), ""),
        ("by 15 next month", "2024-9M", date(2024, 10, 15), ""),
        ("by 15 next month", "2024", date(2025, 1, 15), ""),
        ("by 25/9", "2024-9M", date(2024, 9, 25), "nine months come once a year"),
        ("within Q1", "2024", date(2024, 3, 31), ""),
        ("within month 2", "2024", date(2024, 2, 29), ""),
        ("within Q1 next year", "2024", date(2025, 3, 31), ""),
        ("within H1/2024", "once", date(2024, 6, 30), ""),
        ("within 9M/2024", "once", date(2024, 9, 30), ""),
        ("within 2023", "once", date(2023, 12, 31), ""),
        ("by 31/12 previous year", "2027", date(2026, 12, 31), "a plan for the year to come"),
        ("by 29/2 previous year", "2025", date(2024, 2, 29), ""),
        ("by 20/7 previous year", "2026-2030", date(2025, 7, 20), "the year before the first"),
        ("within Q4 previous year", "2027", date(2026, 12, 31), ""),
        ("within 5wd after period", "2026-Q1", date(2026, 4, 7), "1, 2, 3, 6 and 7 April"),
        ("within 5wd after period", "2025-12", date(2026, 1, 9), "1 and 2 January are days off"),
        ("within 2wd after period", "2026-W07", date(2026, 2, 24), "over Tết"),
        ("within 45d after period", "2026", date(2027, 2, 14), ""),
        ("within 30d after period", "2026-01", date(2026, 3, 2), "no day of the next month"),
    ],
)
def test_what_is_written_in_a_period(text: str, period: str, written: date, reason: str) -> None:
    found = due(text, period)
    assert found.written == written, reason
    assert found.safe_day == found.last_day == written


@pytest.mark.parametrize(("text", "bound"), [("before 18", "before"), ("by 18", "by")])
def test_it_keeps_the_bound_that_is_written(text: str, bound: str) -> None:
    assert due(text, "2024-10").bound == bound
    assert due("within Q1/2024", "once").bound == "in"


def test_the_deadline_is_the_midnight_that_ends_the_last_day() -> None:
    found = due("before 18", "2024-02")
    filed = datetime.fromisoformat("2024-02-17T23:59:59+07:00")
    assert filed < found.deadline(HCM)
    assert filed + timedelta(seconds=1) == found.deadline(HCM)


@pytest.mark.parametrize(
    ("text", "reading", "safe", "last"),
    [
        ("before 18", STRICT, date(2024, 10, 17), date(2024, 10, 17)),
        ("before 18", INCLUSIVE, date(2024, 10, 17), date(2024, 10, 18)),
        ("by 18", STRICT, date(2024, 10, 18), date(2024, 10, 18)),
        ("by 18", INCLUSIVE, date(2024, 10, 18), date(2024, 10, 18)),
    ],
)
def test_a_plan_may_read_before_inclusively(
    text: str, reading: BeforeReading, safe: date, last: date
) -> None:
    found = due(text, "2024-10", reading=reading)
    assert (found.written, found.safe_day, found.last_day) == (date(2024, 10, 18), safe, last)


@pytest.mark.parametrize(
    ("text", "period", "roll", "last_day", "rolled", "reason"),
    [
        ("before 18", "2024-02", NONE, date(2024, 2, 17), False, "Saturday: the written date stands"),
        ("before 18", "2024-02", FOLLOWING, date(2024, 2, 19), True, "to Monday"),
        ("before 18", "2024-02", PRECEDING, date(2024, 2, 16), True, "to Friday"),
        ("before 18", "2024-10", FOLLOWING, date(2024, 10, 17), False, "a Thursday"),
        ("by 10", "2024-02", FOLLOWING, date(2024, 2, 15), True, "the first day of Tết"),
        ("by 10", "2024-02", PRECEDING, date(2024, 2, 7), True, "the first day of Tết"),
        ("by 4", "2024-05", FOLLOWING, date(2024, 5, 4), False, "a Saturday worked in exchange"),
        ("by 26", "2025-04", PRECEDING, date(2025, 4, 26), False, "a Saturday worked in exchange"),
        ("by 22", "2026-08", FOLLOWING, date(2026, 8, 22), False, "a Saturday worked in exchange"),
        ("by 29", "2024-04", FOLLOWING, date(2024, 5, 2), True, "the day off for it, then two holidays"),
        ("by last day next month", "2024-11", FOLLOWING, date(2024, 12, 31), False, "a Tuesday"),
        ("by 1 first month", "2024-Q1", PRECEDING, date(2023, 12, 29), True, "back over New Year"),
    ],
)
def test_a_roll_moves_a_last_day_that_is_no_working_day(
    text: str, period: str, roll: Roll, last_day: date, rolled: bool, reason: str
) -> None:
    found = due(text, period, roll)
    assert (found.last_day, found.safe_day, found.rolled) == (last_day, last_day, rolled), reason
    assert found.written == due(text, period).written, "what is written stays"


@pytest.mark.parametrize(
    ("roll", "safe", "last", "reason"),
    [
        (NONE, date(2024, 2, 17), date(2024, 2, 18), "Saturday and Sunday"),
        (FOLLOWING, date(2024, 2, 19), date(2024, 2, 19), "both to Monday"),
        (PRECEDING, date(2024, 2, 16), date(2024, 2, 16), "both to Friday"),
    ],
)
def test_a_roll_moves_safe_day_and_last_day_alike(roll: Roll, safe: date, last: date, reason: str) -> None:
    found = due("before 18", "2024-02", roll, INCLUSIVE)
    assert (found.safe_day, found.last_day) == (safe, last), reason


@pytest.mark.parametrize(
    ("text", "period", "hint"),
    [
        ("before 18", "2024-02", date(2024, 2, 16)),
        ("by 12", "2024-02", date(2024, 2, 7)),
        ("before 18", "2024-10", None),
        ("by 4", "2024-05", None),
    ],
)
def test_it_hints_at_the_working_day_to_send_by(text: str, period: str, hint: date | None) -> None:
    assert due(text, period).hint(VIETNAM) == hint


def test_an_announced_day_off_moves_the_hint() -> None:
    storm = WorkingDays.from_country(off=[date(2024, 9, 17)])
    found = due_date(absolute("before 18"), Period.parse("2024-09"), storm)
    assert found.hint(storm) == date(2024, 9, 16)


@pytest.mark.parametrize(
    ("texts", "period", "last_days", "reason"),
    [
        (
            ("lead 3wd", "before 18"),
            "2024-02",
            [(2, 6), (2, 17)],
            "7, 15 and 16 February are left: Tết between",
        ),
        (("before 18", "after 3wd"), "2024-02", [(2, 17), (2, 21)], "from Sunday: 19, 20, 21"),
        (
            ("lead 3wd", "before 18", "after 3wd"),
            "2024-10",
            [(10, 14), (10, 17), (10, 22)],
            "15, 16, 17; 18, 21, 22",
        ),
        (("lead 2wd", "lead 2wd", "before 18"), "2024-10", [(10, 13), (10, 15), (10, 17)], "leads add up"),
        (("before 18", "after 1wd", "after 1wd"), "2024-10", [(10, 17), (10, 18), (10, 21)], "afters add up"),
        (("lead 5d", "before 18"), "2024-02", [(2, 12), (2, 17)], "calendar days, Tết or not"),
        (("before 18", "after 5d"), "2024-02", [(2, 17), (2, 22)], "calendar days"),
        (("lead 1wd", "by 6"), "2024-05", [(5, 5), (5, 6)], "the last day itself is the one working day"),
        (("lead 2wd", "by 6"), "2024-05", [(5, 3), (5, 6)], "4 May is a Saturday worked"),
        (
            ("before 10", "lead 2wd", "before 18"),
            "2024-10",
            [(10, 9), (10, 15), (10, 17)],
            "a date of its own below",
        ),
        (("lead 1wd", "before 18", None), "2024-10", [(10, 16), (10, 17), None], "the top has no date"),
        ((None, "before 18", "after 1wd"), "2024-10", [None, (10, 17), (10, 18)], "the bottom has no date"),
        ((None, None), "2024-10", [None, None], "nobody has a date"),
        (("lead 3wd", "before 10/12"), "2024", [(12, 4), (12, 9)], "yearly: 5, 6 and 9 December"),
    ],
)
def test_a_chain_is_due_from_the_bottom_up(
    texts: tuple[str | None, ...], period: str, last_days: list[tuple[int, int] | None], reason: str
) -> None:
    assert stages(texts, period) == [day and date(2024, *day) for day in last_days], reason


def test_the_day_off_at_new_year_2026_counts_in_a_lead() -> None:
    """5, 6, 7 and 8 January, and 31 December: Friday 2 January is a day off for Saturday the 10th."""
    assert stages(("lead 5wd", "before 9"), "2026-01") == [date(2025, 12, 30), date(2026, 1, 8)]
    assert stages(("lead 1wd", "by 10"), "2026-01") == [date(2026, 1, 9), date(2026, 1, 10)]


def test_leads_and_afters_are_bound_by_their_last_day() -> None:
    for stage in chain_due_dates(
        chain("lead 3wd", "before 18", "after 3wd"), Period.parse("2024-10"), VIETNAM
    )[::2]:
        assert stage is not None
        assert (stage.bound, stage.written, stage.safe_day) == (Bound.BY, stage.last_day, stage.last_day)


@pytest.mark.parametrize(
    ("texts", "last_days", "reason"),
    [
        (
            ("lead 3wd", "before 18"),
            [(10, 14), (10, 18)],
            "a lead goes by the safe day, however `before` is read",
        ),
        (
            ("before 18", "after 1wd"),
            [(10, 18), (10, 21)],
            "an after waits for the deadline, here the end of the 18th",
        ),
    ],
)
def test_an_inclusive_reading_in_a_chain(
    texts: tuple[str, ...], last_days: list[tuple[int, int]], reason: str
) -> None:
    assert stages(texts, "2024-10", reading=INCLUSIVE) == [date(2024, *day) for day in last_days], reason


@pytest.mark.parametrize(
    ("texts", "roll", "last_days", "reason"),
    [
        (("lead 1wd", "by 6"), NONE, [(5, 5), (5, 6)], "a Sunday, as counted"),
        (("lead 1wd", "by 6"), FOLLOWING, [(5, 5), (5, 6)], "moved on it would lose its working day"),
        (("lead 1wd", "by 6"), PRECEDING, [(5, 4), (5, 6)], "moved back it keeps it"),
        (
            ("lead 1d", "by 6"),
            FOLLOWING,
            [(5, 5), (5, 6)],
            "moved on it would lie on the next stage's own day: the Sunday stands",
        ),
        (("lead 1d", "by 6"), PRECEDING, [(5, 4), (5, 6)], "calendar days roll back"),
        (
            ("lead 1d", "lead 1wd", "by 13"),
            FOLLOWING,
            [(5, 11), (5, 12), (5, 13)],
            "Monday lies beyond the next stage, which stays on Sunday",
        ),
        (("by 10", "after 1d"), FOLLOWING, [(5, 10), (5, 13)], "Saturday to Monday"),
        (
            ("by 10", "after 1d", "lead 1wd", "by 13"),
            FOLLOWING,
            [(5, 10), (5, 11), (5, 12), (5, 13)],
            "Monday lies beyond the next stage, which stays on Sunday",
        ),
        (("by 10", "after 1d"), PRECEDING, [(5, 10), (5, 10)], "back, but not past the stage below"),
        (
            ("by 10", "after 1d", "by 12"),
            FOLLOWING,
            [(5, 10), (5, 11), (5, 13)],
            "the next stage rolls to Monday, which is its own",
        ),
        (("lead 2d", "by 7"), FOLLOWING, [(5, 6), (5, 7)], "Sunday to Monday, a day before the next stage"),
        (
            ("lead 2d", "before 8"),
            FOLLOWING,
            [(5, 6), (5, 7)],
            "and so before the next stage's safe day",
        ),
        (("by 10", "after 1wd"), FOLLOWING, [(5, 10), (5, 13)], "an after of working days ends on one"),
    ],
)
def test_a_roll_keeps_a_chain_in_order(
    texts: tuple[str, ...], roll: Roll, last_days: list[tuple[int, int]], reason: str
) -> None:
    assert stages(texts, "2024-05", roll) == [date(2024, *day) for day in last_days], reason


@pytest.mark.parametrize(
    ("lead", "upper", "roll", "last_days", "reason"),
    [
        ("lead 3d", "by 15", NONE, [(2, 12), (2, 15)], "in Tết, as counted"),
        ("lead 3d", "by 15", FOLLOWING, [(2, 12), (2, 15)], "the next working day is the next stage's own"),
        ("lead 3d", "by 15", PRECEDING, [(2, 7), (2, 15)], "the last working day before Tết"),
        ("lead 5d", "by 10", FOLLOWING, [(2, 10), (2, 15)], "the next stage rolls out of Tết"),
        ("lead 5d", "by 10", PRECEDING, [(2, 2), (2, 7)], "the next stage rolls to before Tết"),
        ("lead 5d", "by 19", FOLLOWING, [(2, 15), (2, 19)], "out of Tết, well before the next stage"),
        ("lead 1wd", "by 15", FOLLOWING, [(2, 14), (2, 15)], "15 February is the one working day"),
        ("lead 1wd", "by 15", PRECEDING, [(2, 7), (2, 15)], "moved back it keeps it"),
        ("lead 2wd", "by 15", FOLLOWING, [(2, 6), (2, 15)], "7 and 15 February"),
        ("lead 1wd", "by 10", FOLLOWING, [(2, 14), (2, 15)], "counted from the rolled day"),
        ("lead 1wd", "by 10", PRECEDING, [(2, 6), (2, 7)], "counted from the rolled day"),
    ],
)
def test_a_lead_stays_before_the_next_stage_at_tet(
    lead: str, upper: str, roll: Roll, last_days: list[tuple[int, int]], reason: str
) -> None:
    assert stages((lead, upper), "2024-02", roll) == [date(2024, *day) for day in last_days], reason


@given(
    roll=st.sampled_from(Roll),
    reading=st.sampled_from(BeforeReading),
    lead=leads,
    day=st.integers(1, 31),
    bound=st.sampled_from(["before", "by"]),
    period=periods_of(Frequency.MONTH),
)
def test_a_lead_always_ends_before_the_next_stage_does(
    roll: Roll, reading: BeforeReading, lead: Lead, day: int, bound: str, period: Period
) -> None:
    lower, upper = chain_due_dates([lead, absolute(f"{bound} {day}")], period, VIETNAM, roll, reading)
    assert lower is not None
    assert upper is not None
    assert lower.last_day < upper.safe_day <= upper.last_day


@pytest.mark.parametrize("reading", [STRICT, INCLUSIVE])
@pytest.mark.parametrize(
    ("text", "period", "last_day", "reason"),
    [
        ("before 31", "2024-04", date(2024, 4, 30), "April has no 31st: all of it lies before"),
        ("before 31", "2024-02", date(2024, 2, 29), "February of a leap year"),
        ("before 31", "2023-02", date(2023, 2, 28), "February of a common year"),
        ("before 30", "2024-02", date(2024, 2, 29), "nor has February a 30th"),
        ("before 30", "2023-02", date(2023, 2, 28), ""),
        ("before 29", "2023-02", date(2023, 2, 28), "nor a common February a 29th"),
        ("before 31 next month", "2024-03", date(2024, 4, 30), "the month after March"),
        ("before 30 next month", "2024-01", date(2024, 2, 29), "the month after January"),
        ("before 31 last month", "2024-Q2", date(2024, 6, 30), "June, the quarter's last month"),
        ("before 31 last month", "2024-H1", date(2024, 6, 30), "the half-year's"),
        ("before 31 last month", "2024-9M", date(2024, 9, 30), "September"),
        ("before 31 first month", "2024-Q2", date(2024, 4, 30), "April"),
        ("before 30 month 2", "2024-Q1", date(2024, 2, 29), "February, the quarter's second month"),
        ("before 29/2", "2023", date(2023, 2, 28), "a yearly 29/2 in a common year"),
        ("before 29/2 next year", "2024", date(2025, 2, 28), ""),
    ],
)
def test_a_day_beyond_the_end_of_the_month_leaves_the_whole_month(
    text: str, period: str, last_day: date, reason: str, reading: BeforeReading
) -> None:
    found = due(text, period, reading=reading)
    assert (found.bound, found.written, found.safe_day, found.last_day) == (Bound.BY, *[last_day] * 3), reason
    assert deadline_day(found) == last_day + ONE_DAY


@pytest.mark.parametrize(
    ("text", "period", "last_day", "reason"),
    [
        ("before 31", "2024-05", date(2024, 5, 30), "May has a 31st, and that is late"),
        ("before 30", "2024-04", date(2024, 4, 29), "April has a 30th"),
        ("before 31 next month", "2024", date(2025, 1, 30), "so has January of next year a 31st"),
        ("before 29", "2024-02", date(2024, 2, 28), "so has February of a leap year a 29th"),
        ("before 29/2", "2024", date(2024, 2, 28), ""),
        ("before last day", "2024-04", date(2024, 4, 29), "the last day is named, and late"),
        ("before last day", "2023-02", date(2023, 2, 27), ""),
    ],
)
def test_a_day_that_the_month_has_is_late_as_ever(
    text: str, period: str, last_day: date, reason: str
) -> None:
    found = due(text, period)
    assert (found.bound, found.last_day) == (Bound.BEFORE, last_day), reason


@pytest.mark.parametrize(("roll", "last_day"), [(NONE, (6, 30)), (FOLLOWING, (7, 1)), (PRECEDING, (6, 28))])
def test_a_month_that_is_too_short_rolls_from_its_last_day(roll: Roll, last_day: tuple[int, int]) -> None:
    assert due("before 31", "2024-06", roll).last_day == date(2024, *last_day)  # 30 June is a Sunday


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (("before 18", "lead 3wd"), "stage 2 from the bottom has `lead 3wd`, but no later stage to lead"),
        (("lead 3wd", None), "stage 1 from the bottom has `lead 3wd`"),
        (("lead 3wd", "lead 2wd", None, "before 18"), "stage 2 from the bottom has `lead 2wd`"),
        (("after 3wd", "before 18"), "stage 1 from the bottom has `after 3wd`, but no dated stage before it"),
        (("before 18", None, "after 1wd"), "stage 3 from the bottom has `after 1wd`"),
        (("lead 1wd", "after 1wd"), "stage 1 from the bottom has `lead 1wd`"),
    ],
)
def test_it_refuses_a_chain_that_hangs_on_nothing(texts: tuple[str | None, ...], message: str) -> None:
    with pytest.raises(RuleError) as caught:
        stages(texts, "2024-10")
    assert message in str(caught.value)
    assert "a date of its own" in str(caught.value)


def test_it_refuses_a_rule_that_does_not_fit_the_period() -> None:
    with pytest.raises(RuleError, match="does not fit a duty that comes every quarter"):
        due("before 18", "2024-Q1")


def listed(
    texts: Sequence[str | None],
    frequency: Frequency,
    span: tuple[date, date],
    in_force: tuple[date, date | None],
    roll: Roll = NONE,
) -> list[str]:
    found = occurrences(timetable(chain(*texts), frequency), *span, *in_force, VIETNAM, roll)
    return [period.key for period, _ in found]


YEAR_2024 = (date(2024, 1, 1), date(2024, 12, 31))
CA_MAU = (date(2024, 1, 19), date(2025, 1, 31))
MONTHS = [f"2024-{month:02}" for month in range(1, 13)]


@pytest.mark.parametrize(
    ("texts", "frequency", "span", "in_force", "keys", "reason"),
    [
        (["before 18"], "month", YEAR_2024, CA_MAU, MONTHS[1:], "17 January was over when the plan came"),
        (["before 5 next month"], "month", YEAR_2024, CA_MAU, MONTHS[:11], "December's is due in 2025"),
        (
            ["before 5 next month"],
            "month",
            (date(2025, 1, 1), date(2025, 12, 31)),
            CA_MAU,
            ["2024-12", "2025-01"],
            "January ends within the plan, though it is due after it; February does not",
        ),
        (["before 18", None], "month", YEAR_2024, CA_MAU, MONTHS[1:], "the topmost date is the anchor"),
        (
            ["lead 3wd", "before 18"],
            "month",
            (date(2024, 2, 17), date(2024, 2, 17)),
            CA_MAU,
            ["2024-02"],
            "one day",
        ),
        (
            ["lead 3wd", "before 18"],
            "month",
            (date(2024, 2, 6), date(2024, 2, 16)),
            CA_MAU,
            [],
            "anchor lies after",
        ),
        ([None], "month", YEAR_2024, CA_MAU, MONTHS, "without a date, the period's end counts"),
        (["before 10/12"], "year", YEAR_2024, CA_MAU, ["2024"], ""),
        (["before 10/12"], "year", (date(2025, 1, 1), date(2025, 12, 31)), CA_MAU, [], "the plan has ended"),
        (
            ["by 15/1 next year"],
            "year",
            (date(2025, 1, 1), date(2025, 1, 31)),
            CA_MAU,
            ["2024"],
            "after its year",
        ),
        (
            ["before 10/12"],
            "year",
            (date(2023, 1, 1), date(2026, 12, 31)),
            (date(2023, 6, 14), None),
            ["2023", "2024", "2025", "2026"],
            "a plan without an end",
        ),
        (["before 30/6/2024"], "once", YEAR_2024, CA_MAU, ["once"], ""),
        (
            ["before 30/6/2024"],
            "once",
            (date(2024, 6, 30), date(2024, 7, 31)),
            CA_MAU,
            [],
            "29 June was its last day",
        ),
        (["by 31/1/2025"], "once", YEAR_2024, CA_MAU, [], "next year's"),
        (
            [None],
            "once",
            (date(2024, 1, 19), date(2024, 1, 19)),
            CA_MAU,
            ["once"],
            "no date: the plan's first day",
        ),
        ([None], "once", (date(2024, 1, 20), date(2024, 12, 31)), CA_MAU, [], "and no other"),
        (
            ["before 15 last month"],
            "quarter",
            YEAR_2024,
            CA_MAU,
            ["2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4"],
            "",
        ),
        (
            ["before 1 first month"],
            "quarter",
            (date(2024, 12, 1), date(2024, 12, 31)),
            CA_MAU,
            ["2025-Q1"],
            "due before its quarter, in the year before",
        ),
        (["by 15 last month"], "half-year", YEAR_2024, CA_MAU, ["2024-H1", "2024-H2"], ""),
        (["by 25/9"], "nine-months", YEAR_2024, CA_MAU, ["2024-9M"], ""),
        ([None], "on-demand", YEAR_2024, CA_MAU, [], "nobody has asked"),
    ],
)
def test_it_lists_what_a_plan_asks_for(
    texts: list[str | None],
    frequency: str,
    span: tuple[date, date],
    in_force: tuple[date, date | None],
    keys: list[str],
    reason: str,
) -> None:
    assert listed(texts, Frequency(frequency), span, in_force) == keys, reason


def test_a_roll_moves_an_occurrence_into_the_next_range() -> None:
    february = (date(2024, 2, 1), date(2024, 2, 18))
    assert listed(["before 18"], Frequency.MONTH, february, CA_MAU) == ["2024-02"]
    assert listed(["before 18"], Frequency.MONTH, february, CA_MAU, FOLLOWING) == []
    assert listed(
        ["before 18"], Frequency.MONTH, (date(2024, 2, 19), date(2024, 2, 29)), CA_MAU, FOLLOWING
    ) == ["2024-02"]


def test_an_occurrence_brings_the_due_dates_of_its_stages() -> None:
    rules = timetable(chain("lead 3wd", "before 18"), Frequency.MONTH)
    found = dict(occurrences(rules, *YEAR_2024, *CA_MAU, VIETNAM))
    period = Period.parse("2024-02")
    assert found[period] == chain_due_dates(chain("lead 3wd", "before 18"), period, VIETNAM)


@pytest.mark.parametrize("edge", [(date.min, date(1, 12, 31)), (date(9990, 1, 1), date.max)])
def test_the_ends_of_the_calendar_are_no_error(edge: tuple[date, date]) -> None:
    assert listed([None], Frequency.YEAR, edge, (date(2024, 1, 1), date(2024, 12, 31))) == []


rolls, readings = st.sampled_from(Roll), st.sampled_from(BeforeReading)


@st.composite
def anchored_chains(draw: st.DrawFn) -> tuple[list[DueRule | None], Period]:
    """Leads up to one stage with a date of its own, and afters above it."""
    frequency = draw(st.sampled_from([*RECURRING, Frequency.ONCE]))
    below, above = draw(st.lists(leads, max_size=3)), draw(st.lists(afters, max_size=3))
    period = ONCE if frequency is Frequency.ONCE else draw(periods_of(frequency))
    return [*below, draw(absolute_rules(frequency)), *above], period


@settings(max_examples=300)
@given(anchored_chains(), rolls, readings)
def test_deadlines_along_a_chain_never_run_backwards(
    drawn: tuple[list[DueRule | None], Period], roll: Roll, reading: BeforeReading
) -> None:
    found = [stage for stage in chain_due_dates(*drawn, VIETNAM, roll, reading) if stage]
    assert len(found) == len(drawn[0])
    for lower, upper in pairwise(found):
        assert lower.last_day <= upper.safe_day
        assert lower.deadline(HCM) <= upper.deadline(HCM)
    if roll is NONE:
        assert all(lower.last_day < upper.last_day for lower, upper in pairwise(found))


@settings(max_examples=300)
@given(anchored_chains(), rolls, readings)
def test_a_lead_of_working_days_leaves_exactly_so_many(
    drawn: tuple[list[DueRule | None], Period], roll: Roll, reading: BeforeReading
) -> None:
    rules, period = drawn
    found = chain_due_dates(rules, period, VIETNAM, roll, reading)
    for rule, (lower, upper) in zip(rules, pairwise(found), strict=False):
        if isinstance(rule, Lead) and rule.working and lower and upper:
            assert VIETNAM.count(lower.last_day + ONE_DAY, upper.safe_day + ONE_DAY) == rule.count


@given(anchored_chains(), readings)
def test_safe_days_are_never_after_last_days_nor_more_than_one_before(
    drawn: tuple[list[DueRule | None], Period], reading: BeforeReading
) -> None:
    for stage in chain_due_dates(*drawn, VIETNAM, NONE, reading):
        assert stage is not None
        assert stage.last_day - ONE_DAY <= stage.safe_day <= stage.last_day
        assert stage.written - ONE_DAY <= stage.safe_day <= stage.written


range_days = st.dates(date(2020, 1, 1), date(2028, 12, 31))


@settings(max_examples=60)
@given(
    st.sampled_from([*RECURRING, Frequency.ONCE]).flatmap(
        lambda frequency: st.tuples(st.just(frequency), st.none() | absolute_rules(frequency))
    ),
    st.lists(range_days, min_size=2, max_size=8, unique=True).map(sorted),
    range_days,
    st.none() | range_days,
    rolls,
    readings,
)
def test_every_occurrence_appears_once_however_the_range_is_sliced(
    duty: tuple[Frequency, DueRule | None],
    cuts: list[date],
    in_force_from: date,
    in_force_to: date | None,
    roll: Roll,
    reading: BeforeReading,
) -> None:
    frequency, rule = duty

    def between(first: date, last: date) -> list[Period]:
        found = occurrences(
            timetable([rule], frequency), first, last, in_force_from, in_force_to, VIETNAM, roll, reading
        )
        return [period for period, _ in found]

    whole = between(cuts[0], cuts[-1] - ONE_DAY)
    sliced = [period for first, end in pairwise(cuts) for period in between(first, end - ONE_DAY)]
    assert sorted(sliced) == sorted(whole)
    assert len(set(whole)) == len(whole)
    if in_force_from <= cuts[0] and in_force_to is None and frequency is Frequency.MONTH and rule is not None:
        months = (cuts[-1] - cuts[0]).days / 30.4
        assert abs(len(whole) - months) <= 2, "a month's duty comes every month"
