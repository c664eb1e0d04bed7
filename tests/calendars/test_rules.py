"""The due-rule language: what it reads, what it refuses, and that it reads back what it prints."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.due_rules import DueRule
from calendars.errors import CalendarError, ImpossibleDate, RuleError
from calendars.periods import Frequency
from calendars.rules import parse_rule
from tests.calendars.due_rule_examples import ANY_CHARACTER, every_rule_with_frequency


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("before 18", "before 18"),
        ("BEFORE  18 ", "before 18"),
        ("before 05 next month", "before 5 next month"),
        ("By Last Day", "by last day"),
        ("before 15 last month", "before 15 last month"),
        ("before 15 month 1", "before 15 first month"),
        ("before 15 month 02", "before 15 month 2"),
        ("before 10/12", "before 10/12"),
        ("before 01/02 next year", "before 1/2 next year"),
        ("before 29/2", "before 29/2"),
        ("before 29/02/2024", "before 29/2/2024"),
        ("before 30 / 6 / 2024", "before 30/6/2024"),
        ("by 2024-06-30", "by 30/6/2024"),
        ("within q1/2024", "within Q1/2024"),
        ("within 07/2024", "within 7/2024"),
        ("within 2023", "within 2023"),
        ("within h2/2024", "within H2/2024"),
        ("within 9m/2024", "within 9M/2024"),
        ("within Q1", "within Q1"),
        ("within month 07", "within month 7"),
        ("within H1 next year", "within H1 next year"),
        ("on 15 previous month", "by 15 previous month"),
        ("before 16:00", "before 16:00"),
        ("by 16h00 18", "by 16:00 18"),
        ("before 9h 10/12", "before 9:00 10/12"),
        ("before 09:05 28/04/2020", "before 9:05 28/4/2020"),
        ("before 14:00 last day next month", "before 14:00 last day next month"),
        ("by 24:00 18", "by 18"),
        ("before 24:00 18", "by 18"),
        ("before 24:00", "by 24:00"),
        ("before 8:00 next day", "before 8:00 next day"),
        ("By Friday", "by friday"),
        ("before 15:00 friday next week", "before 15:00 friday next week"),
        ("within Last Month", "within last month"),
        ("within last week", "within last week"),
        ("from 1 to 5", "from 1 to 5"),
        ("from 01 to 16:00 05", "from 1 to 16:00 5"),
        ("from 25 to 5 next month", "from 25 to 5 next month"),
        ("from 25 previous month to 5", "from 25 previous month to 5"),
        ("from 1 to 5 last month", "from 1 last month to 5 last month"),
        ("from 20 to 25/12", "from 20/12 to 25/12"),
        ("from 1/11 to 31/12", "from 1/11 to 31/12"),
        ("from 20/12 to 5/1 next year", "from 20/12 to 5/1 next year"),
        ("from 1 to 31/3/2026", "from 1/3/2026 to 31/3/2026"),
        ("from 1/1 to 31/3/2026", "from 1/1/2026 to 31/3/2026"),
        ("from 2026-01-01 to 2026-03-31", "from 1/1/2026 to 31/3/2026"),
        ("from 11 to 12/2025", "from 11/2025 to 12/2025"),
        ("from 11/2025 to 12/2025", "from 11/2025 to 12/2025"),
        ("from q3 to q4/2025", "from Q3/2025 to Q4/2025"),
        ("from Q4/2025 to Q1/2026", "from Q4/2025 to Q1/2026"),
        ("from 12/2025 to q1/2026", "from 12/2025 to Q1/2026"),
        ("from 15/11/2025 to 12/2025", "from 15/11/2025 to 12/2025"),
        ("from first month to last month", "from first month to last month"),
        ("from monday to friday", "from monday to friday"),
        ("within 24 h of Flood", "within 24h of flood"),
        ("within 10d of bao-lu-1", "within 10d of bao-lu-1"),
        ("on event", "by event"),
        ("lead 3wd", "lead 3wd"),
        ("Lead 03 WD", "lead 3wd"),
        ("after 5d", "after 5d"),
    ],
)
def test_it_reads_a_rule(text: str, canonical: str) -> None:
    assert str(parse_rule(text)) == canonical


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("before 30/2", "`before 30/2`: there is no 30/2: month 2 ends on day 29"),
        ("by 31/4", "there is no 31/4: month 4 ends on day 30"),
        ("before 29/02/2023", "there is no 29/2/2023: write day/month/year of a day that exists"),
        ("before 30/2/2024", "there is no 30/2/2024"),
        ("before 2024-02-30", "there is no 30/2/2024"),
        ("before 1/13", "there is no month 13: write day/month"),
        ("before 12/31", "there is no month 31: write day/month"),
        ("before 1/1/0000", "there is no 1/1/0"),
        ("before 0", "no month has a day 0: use 1 to 31, or `last day`"),
        ("before 32 next month", "no month has a day 32"),
        ("before 25:00 18", "there is no hour 25:00: write an hour of the day"),
        (
            "before 0:00 18",
            "write an hour of the day, e.g. `before 16:00 18`; the end of a day is 24:00",
        ),
        ("before 16:60", "there is no hour 16:60"),
        ("before 24:01 1/2/2026", "there is no hour 24:01"),
        ("by 14:00 30/2/2026", "there is no 30/2/2026"),
        ("from 1/2 to 30/2", "there is no 30/2"),
        ("from 31 to 30/4/2026", "there is no 31/4/2026"),
        ("within 13/2024", "there is no period month 13 of 2024"),
        ("within Q5/2024", "there is no period quarter 5 of 2024"),
        ("within Q5", "a year has no quarter 5: use 1 to 4"),
        ("within H3", "a year has no half-year 3: use 1 to 2"),
        ("within month 0", "a year has no month 0"),
    ],
)
def test_it_refuses_an_impossible_date(text: str, message: str) -> None:
    with pytest.raises(ImpossibleDate) as caught:
        parse_rule(text)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("18", "put `before` or `by` in front"),
        ("", "use e.g. `before 18`"),
        ("trước ngày 18", "use e.g. `before 18`"),
        ("before", "use e.g. `before 18`"),
        ("from 1 to", "use e.g. `before 18`"),
        ("from 1 to tomorrow", "write e.g. `from 1 to 5`"),
        ("from 8:00 1 to 5", "a window has only a first day and a last day"),
        ("from before 1 to 5", "write e.g. `from 1 to 5`"),
        ("within 0h of flood", "use 1 to 366"),
        ("within 24h", "use e.g. `before 18`"),
        ("by weekday", "use e.g. `before 18`"),
        ("before 18 and 19", "use e.g. `before 18`"),
        ("before 18 first week", "use e.g. `before 18`"),
        ("before 18 month 13", "use `first month` or `month 2` to `month 12`"),
        ("before -1", "use e.g. `before 18`"),
        ("before 1８", "use e.g. `before 18`"),
        ("before 30/6/24", "write the year in four digits"),
        ("within 7", "write `within month 7`, or with its year `within 7/2024`"),
        ("lead 3", "`lead 3wd` working days or `lead 3d` calendar days"),
        ("lead 0wd", "use 1 to 366 days"),
        ("after 999wd", "use 1 to 366 days"),
        ("before 18\nbefore 19", "use e.g. `before 18`"),
        ("x" * 10_000, "use e.g. `before 18`"),
    ],
)
def test_it_refuses_what_it_cannot_read_and_says_how_to_write_it(text: str, remedy: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse_rule(text)
    message = str(caught.value)
    assert remedy in message
    assert "\n" not in message
    assert len(message) < 400


@given(every_rule_with_frequency())
def test_it_reads_back_what_it_prints(drawn: tuple[DueRule, Frequency]) -> None:
    rule, _ = drawn
    assert parse_rule(str(rule)) == rule
    assert parse_rule(f"  {str(rule).upper()} ".replace(" ", "  ")) == rule


@given(
    st.text(ANY_CHARACTER, max_size=80)
    | st.from_regex(r"(before|by|within|lead|after) [0-9/a-zA-Z -]{0,20}", fullmatch=True)
)
def test_it_reads_a_text_or_refuses_it_in_one_line(text: str) -> None:
    try:
        rule = parse_rule(text)
    except CalendarError as error:
        assert isinstance(error, RuleError)
        assert len(str(error).splitlines()) == 1
    else:
        assert parse_rule(str(rule)) == rule
