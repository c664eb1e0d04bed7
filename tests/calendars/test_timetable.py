"""How often a duty comes: which periods it has, and which of a list of dates is whose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from calendars.deadlines import occurrences
from calendars.errors import CalendarError, PeriodError, RuleError
from calendars.periods import Frequency
from calendars.rules import parse_rule
from calendars.timetable import Every, Part, Timetable
from calendars.working_days import WorkingDays

YEAR = date(2026, 1, 1), date(2026, 12, 31)
VIETNAM = WorkingDays.from_country()


def timetable(every: str, *stages: str | Sequence[str], periods: Sequence[str | int] = ()) -> Timetable:
    lists = [[stage] if isinstance(stage, str) else stage for stage in stages]
    return Timetable(
        Every.parse(every),
        [[parse_rule(text) for text in texts if text] for texts in lists],
        [Part.parse(text) for text in periods],
    )


def dates(
    found: Timetable, first: date, last: date, in_force: tuple[date, date | None] | None = None
) -> list[tuple[str, str]]:
    """Each period in the range with the last day of its topmost stage."""
    held = in_force or (date(2000, 1, 1), None)
    return [
        (period.key, "" if dues[-1] is None else f"{dues[-1].last_day:%d/%m/%Y}")
        for period, dues in occurrences(found, first, last, *held, VIETNAM)
    ]


@pytest.mark.parametrize(
    ("text", "canonical", "months"),
    [
        ("day", "day", 0),
        ("Workday", "workday", 0),
        ("week", "week", 0),
        ("month", "month", 1),
        ("half-year", "half-year", 6),
        ("5 years  from 2011", "5 years from 2011", 60),
        ("3 Years from 2023", "3 years from 2023", 36),
        ("on-demand", "on-demand", 0),
        ("unspecified", "unspecified", 0),
    ],
)
def test_it_reads_how_often(text: str, canonical: str, months: int) -> None:
    every = Every.parse(text)
    assert (str(every), every.months) == (canonical, months)
    assert Every.parse(str(every)) == every


@pytest.mark.parametrize(
    "text", ["years", "round", "request", "event", "1 years from 2011", "5 years", "daily", ""]
)
def test_it_refuses_what_is_no_frequency(text: str) -> None:
    with pytest.raises(RuleError, match="use day, workday, week"):
        Every.parse(text)


@pytest.mark.parametrize(
    ("value", "canonical"),
    [
        (1, "1"),
        ("12", "12"),
        ("month 3", "3"),
        ("q1", "Q1"),
        ("H 2", "H2"),
        ("9m", "9M"),
        ("Year", "year"),
        ("r2", "R2"),
    ],
)
def test_it_reads_a_period_of_the_year(value: str | int, canonical: str) -> None:
    assert str(Part.parse(value)) == canonical
    assert Part.parse(canonical) == Part.parse(value)


@pytest.mark.parametrize("value", [0, 13, "Q5", "H3", "2024", "R0", "once", ""])
def test_it_refuses_what_is_no_period_of_a_year(value: str | int) -> None:
    with pytest.raises(PeriodError, match="Q1 to Q4"):
        Part.parse(value)


@pytest.mark.parametrize(
    ("found", "first", "last", "expected"),
    [
        pytest.param(
            timetable("day", "before 16:00"),
            date(2024, 2, 28),
            date(2024, 3, 1),
            [("2024-02-28", "28/02/2024"), ("2024-02-29", "29/02/2024"), ("2024-03-01", "01/03/2024")],
            id="every day, the leap day too",
        ),
        pytest.param(
            timetable("workday", "before 16:00"),
            date(2026, 2, 12),
            date(2026, 2, 24),
            [
                ("2026-02-12", "12/02/2026"),
                ("2026-02-13", "13/02/2026"),
                ("2026-02-23", "23/02/2026"),
                ("2026-02-24", "24/02/2026"),
            ],
            id="not at Tết, 14 to 22 February 2026",
        ),
        pytest.param(
            timetable("workday", "before 16:00"),
            date(2026, 1, 1),
            date(2026, 1, 11),
            [(f"2026-01-{day:02}", f"{day:02}/01/2026") for day in (5, 6, 7, 8, 9, 10)],
            id="Friday 2 January 2026 is off for Saturday the 10th, which is worked",
        ),
        pytest.param(
            timetable("day", "before 8:00 next day"),
            date(2024, 12, 31),
            date(2025, 1, 2),
            [("2024-12-30", "31/12/2024"), ("2024-12-31", "01/01/2025"), ("2025-01-01", "02/01/2025")],
            id="due the next morning, over New Year",
        ),
        pytest.param(
            timetable("week", "by friday"),
            date(2020, 12, 21),
            date(2021, 1, 10),
            [("2020-W52", "25/12/2020"), ("2020-W53", "01/01/2021"), ("2021-W01", "08/01/2021")],
            id="a year of 53 weeks",
        ),
        pytest.param(
            timetable("week", "before 15:00 monday next week"),
            date(2026, 4, 27),
            date(2026, 5, 10),
            [("2026-W17", "27/04/2026"), ("2026-W18", "04/05/2026")],
            id="of the week after",
        ),
        pytest.param(
            timetable("month", "by 25", periods=[1, 2, 4, 5]),
            date(2026, 1, 1),
            date(2026, 12, 31),
            [
                ("2026-01", "25/01/2026"),
                ("2026-02", "25/02/2026"),
                ("2026-04", "25/04/2026"),
                ("2026-05", "25/05/2026"),
            ],
            id="only these months",
        ),
        pytest.param(
            timetable("quarter", "before 15 last month", periods=["Q1", "Q3"]),
            date(2026, 1, 1),
            date(2026, 12, 31),
            [("2026-Q1", "14/03/2026"), ("2026-Q3", "14/09/2026")],
            id="only these quarters",
        ),
        pytest.param(
            timetable("half-year", "before 20/6", periods=["H1"]),
            date(2026, 1, 1),
            date(2027, 12, 31),
            [("2026-H1", "19/06/2026"), ("2027-H1", "19/06/2027")],
            id="the first half alone, by a day of the year",
        ),
        pytest.param(
            timetable("half-year", ["before 1/6", "before 15/11"]),
            date(2026, 1, 1),
            date(2027, 6, 30),
            [("2026-H1", "31/05/2026"), ("2026-H2", "14/11/2026"), ("2027-H1", "31/05/2027")],
            id="a list for both halves, in order",
        ),
        pytest.param(
            timetable("half-year", ["by 25/6", "by 5/1 next year"]),
            date(2026, 1, 1),
            date(2027, 6, 30),
            [
                ("2025-H2", "05/01/2026"),
                ("2026-H1", "25/06/2026"),
                ("2026-H2", "05/01/2027"),
                ("2027-H1", "25/06/2027"),
            ],
            id="the second one in January",
        ),
        pytest.param(
            timetable("year", ["before 1/6", "before 15/11"]),
            date(2026, 1, 1),
            date(2026, 12, 31),
            [("2026-R1", "31/05/2026"), ("2026-R2", "14/11/2026")],
            id="two rounds a year",
        ),
        pytest.param(
            timetable("year", ["before 1/6", "before 15/11"], periods=["H1", "H2"]),
            date(2026, 1, 1),
            date(2026, 12, 31),
            [("2026-H1", "31/05/2026"), ("2026-H2", "14/11/2026")],
            id="named after the halves",
        ),
        pytest.param(
            timetable("year", ["by 15/6", "by 15/9", "by 15/12"], periods=["H1", "9M", "year"]),
            date(2026, 1, 1),
            date(2026, 12, 31),
            [("2026-H1", "15/06/2026"), ("2026-9M", "15/09/2026"), ("2026", "15/12/2026")],
            id="six months, nine months and the year",
        ),
        pytest.param(
            timetable("quarter", ["by 20/3", "by 20/6", "by 20/9", "by 10/12"]),
            date(2026, 1, 1),
            date(2026, 12, 31),
            [
                ("2026-Q1", "20/03/2026"),
                ("2026-Q2", "20/06/2026"),
                ("2026-Q3", "20/09/2026"),
                ("2026-Q4", "10/12/2026"),
            ],
            id="a day for each quarter",
        ),
        pytest.param(
            timetable("5 years from 2011", "within first month"),
            date(2011, 1, 1),
            date(2022, 1, 1),
            [("2011-2015", "31/01/2011"), ("2016-2020", "31/01/2016"), ("2021-2025", "31/01/2021")],
            id="in January of the first year",
        ),
        pytest.param(
            timetable("5 years from 2011", "before 10/12"),
            date(2011, 1, 1),
            date(2021, 1, 1),
            [("2011-2015", "09/12/2015"), ("2016-2020", "09/12/2020")],
            id="a day of the last year",
        ),
        pytest.param(
            timetable("5 years from 2011", "by 15/1 next year"),
            date(2015, 1, 1),
            date(2021, 12, 31),
            [("2011-2015", "15/01/2016"), ("2016-2020", "15/01/2021")],
            id="after the last year",
        ),
        pytest.param(
            timetable("month", "by 15 previous month"),
            date(2026, 1, 1),
            date(2026, 3, 31),
            [("2026-02", "15/01/2026"), ("2026-03", "15/02/2026"), ("2026-04", "15/03/2026")],
            id="before the month begins",
        ),
        pytest.param(
            timetable("quarter", "within last week"),
            date(2026, 1, 1),
            date(2026, 6, 30),
            [("2026-Q1", "31/03/2026"), ("2026-Q2", "30/06/2026")],
            id="the last week ends with the quarter",
        ),
        pytest.param(
            timetable("quarter", "within last month"),
            date(2026, 1, 1),
            date(2026, 6, 30),
            [("2026-Q1", "31/03/2026"), ("2026-Q2", "30/06/2026")],
            id="any day of the last month",
        ),
        pytest.param(
            timetable("half-year", "within month 2"),
            date(2024, 1, 1),
            date(2024, 12, 31),
            [("2024-H1", "29/02/2024"), ("2024-H2", "31/08/2024")],
            id="the second month of each half, a leap year's February",
        ),
        pytest.param(
            timetable("unspecified", ""), date(2026, 1, 1), date(2026, 12, 31), [], id="nobody has asked"
        ),
    ],
)
def test_it_comes_in_its_periods(
    found: Timetable, first: date, last: date, expected: list[tuple[str, str]]
) -> None:
    found.check_parts()
    for rules in found.chain:
        found.check_rules(rules)
    assert dates(found, first, last) == expected


@pytest.mark.parametrize(
    ("found", "in_force", "expected"),
    [
        pytest.param(
            timetable("week", "by friday"),
            (date(2026, 5, 6), date(2026, 5, 20)),
            [("2026-W19", "08/05/2026"), ("2026-W20", "15/05/2026")],
            id="from a Wednesday to a Wednesday: the week that ends the plan is due after it",
        ),
        pytest.param(
            timetable("day", "before 16:00"),
            (date(2026, 5, 6), date(2026, 5, 8)),
            [("2026-05-06", "06/05/2026"), ("2026-05-07", "07/05/2026"), ("2026-05-08", "08/05/2026")],
            id="the first day and the last one belong to it",
        ),
        pytest.param(
            timetable("year", ["before 1/6", "before 15/11"]),
            (date(2026, 7, 1), date(2026, 12, 31)),
            [("2026-R2", "14/11/2026")],
            id="the first round was over",
        ),
        pytest.param(
            timetable("5 years from 2011", "before 10/12"),
            (date(2013, 1, 1), None),
            [("2011-2015", "09/12/2015"), ("2016-2020", "09/12/2020"), ("2021-2025", "09/12/2025")],
            id="in force from the midst of a period",
        ),
    ],
)
def test_a_plan_in_force_in_mid_period(
    found: Timetable, in_force: tuple[date, date | None], expected: list[tuple[str, str]]
) -> None:
    assert dates(found, date(2011, 1, 1), date(2026, 12, 31), in_force) == expected


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (
            timetable("month", ["by 5", "by 20"]),
            "there are 2 dates for 12 periods: give one date, or",
        ),
        (timetable("half-year", ["by 5/6"] * 3), "there are 3 dates for 2 periods"),
        (
            timetable("once", ["by 5/6/2026", "by 5/7/2026"]),
            "comes once takes one date, not 2: keep one",
        ),
        (timetable("week", ["by friday", "by monday"]), "comes every week takes one date, not 2"),
        (timetable("year", ["by 5/6", "by 5/9"], periods=["H1"]), "there are 2 dates for 1 period"),
        (timetable("half-year", "before 1/6"), "give a list with a date for each"),
        (timetable("quarter", "before 20/6", periods=["Q1", "Q2"]), "give a list with a date for each"),
        (timetable("half-year", ["before 18", "before 15/11"]), "`before 18` does not fit a duty"),
        (timetable("month", "by 5", periods=["Q1"]), "`Q1` is no period of a duty that comes every month"),
        (timetable("once", "by 5/6/2026", periods=["H1"]), "`H1` is no period of a duty that comes once"),
    ],
)
def test_it_refuses_dates_that_do_not_fit_its_periods(found: Timetable, message: str) -> None:
    with pytest.raises(CalendarError) as caught:
        found.check_parts()
        for rules in found.chain:
            found.check_rules(rules)
    assert message in str(caught.value)


def test_leads_hang_on_the_date_of_their_own_period() -> None:
    found = timetable("half-year", "lead 5d", ["before 1/6", "before 15/11"])
    dues = [
        [due and due.last_day for due in dues]
        for _, dues in occurrences(
            found, date(2026, 1, 1), date(2026, 12, 31), date(2020, 1, 1), None, VIETNAM
        )
    ]
    assert dues == [[date(2026, 5, 26), date(2026, 5, 31)], [date(2026, 11, 9), date(2026, 11, 14)]]


def test_what_is_planned_stands_beside_each_date() -> None:
    chain = [[parse_rule(text) for text in ("before 1/6", "before 15/11")]]
    planned = [[parse_rule(text) for text in ("by 20/5", "by 1/11")]]
    found = Timetable(Every(Frequency.HALF_YEAR), chain, planned=planned)  # type: ignore[arg-type]
    dues = occurrences(found, date(2026, 1, 1), date(2026, 12, 31), date(2020, 1, 1), None, VIETNAM)
    assert [stage and stage.planned for _, stages in dues for stage in stages] == [
        date(2026, 5, 20),
        date(2026, 11, 1),
    ]
