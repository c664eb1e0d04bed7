"""Due rules in an official's words, both languages, both directions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.deadline import Deadline
from calendars.deadlines import DueDate, Roll, due_date
from calendars.due_rules import AbsoluteRule, Bound, DayOfYear, DueRule, WithinEachYear
from calendars.errors import CalendarError, ImpossibleDate, RuleError
from calendars.periods import Frequency, Language, Period
from calendars.rules import parse_rule
from calendars.wording import last_day_text, read_wording, word_date, word_deadline, word_rule, word_until
from calendars.working_days import WorkingDays
from calendars.zone import HCM
from tests.calendars.due_rule_examples import (
    ANY_CHARACTER,
    every_rule_with_frequency,
    rules_with_frequency,
)

LANGUAGES: list[Language] = ["vi", "en"]
WHOLE = DueDate(date(2024, 10, 18), Bound.BY, date(2024, 10, 18), date(2024, 10, 18))
"""The whole of 18 October 2024."""


@pytest.mark.parametrize(
    ("text", "frequency", "vi", "en"),
    [
        ("before 18", "month", "trước ngày 18 hằng tháng", "before the 18th of each month"),
        ("by 5 next month", "month", "chậm nhất ngày 05 của tháng sau", "by the 5th of the next month"),
        ("by last day", "month", "chậm nhất ngày cuối cùng hằng tháng", "by the last day of each month"),
        (
            "before 15 last month",
            "quarter",
            "trước ngày 15 tháng cuối quý",
            "before the 15th of the last month of the quarter",
        ),
        (
            "by 2 first month",
            "half-year",
            "chậm nhất ngày 02 tháng đầu kỳ 6 tháng",
            "by the 2nd of the first month of the half-year",
        ),
        (
            "before 5 next month",
            "quarter",
            "trước ngày 05 của tháng liền sau quý báo cáo",
            "before the 5th of the month after the quarter",
        ),
        (
            "before 3 month 2",
            "quarter",
            "trước ngày 03 tháng thứ hai của quý",
            "before the 3rd of the second month of the quarter",
        ),
        ("before 10/12", "year", "trước ngày 10/12 hằng năm", "before 10 December each year"),
        ("by 15/1 next year", "year", "chậm nhất ngày 15/01 năm sau", "by 15 January of the next year"),
        (
            "before 31/12 previous year",
            "year",
            "trước ngày 31/12 năm trước",
            "before 31 December of the year before",
        ),
        (
            "within H2 previous year",
            "year",
            "trong 6 tháng cuối năm trước",
            "in the second half of the year before",
        ),
        ("within Q4 previous year", "year", "trong quý IV năm trước", "in Q4 of the year before"),
        (
            "within 5wd after period",
            "quarter",
            "trong vòng 5 ngày làm việc sau khi kết thúc quý",
            "within 5 working days after the end of the quarter",
        ),
        (
            "within 45d after period",
            "year",
            "trong vòng 45 ngày sau khi kết thúc năm",
            "within 45 days after the end of the year",
        ),
        ("before 30/6/2024", "once", "trước ngày 30/6/2024", "before 30 June 2024"),
        ("before 29/2/2024", "once", "trước ngày 29/02/2024", "before 29 February 2024"),
        ("within Q1/2024", "once", "trong quý I/2024", "in Q1 2024"),
        ("within 7/2024", "once", "trong tháng 7/2024", "in July 2024"),
        ("within 2023", "once", "trong năm 2023", "in 2023"),
        ("within H1/2024", "once", "trong 6 tháng đầu năm 2024", "in the first half of 2024"),
        ("within 9M/2024", "once", "trong 9 tháng đầu năm 2024", "in the first nine months of 2024"),
        ("within Q1", "year", "trong quý I hằng năm", "in Q1 of each year"),
        ("within H2", "year", "trong 6 tháng cuối mỗi năm", "in the second half of each year"),
        (
            "lead 3wd",
            "month",
            "trước thời hạn của cấp trên 3 ngày làm việc",
            "3 working days before the superior's deadline",
        ),
        (
            "after 1d",
            "month",
            "sau thời hạn của cấp dưới 1 ngày",
            "1 day after the subordinates' deadline",
        ),
    ],
)
def test_it_writes_as_an_official_would(text: str, frequency: str, vi: str, en: str) -> None:
    rule = parse_rule(text)
    assert word_rule(rule, Frequency(frequency), "vi") == vi
    assert word_rule(rule, Frequency(frequency), "en") == en


@pytest.mark.parametrize(
    ("phrase", "rule", "frequency"),
    [
        ("trước ngày 18 hàng tháng", "before 18", "month"),
        ("Trước ngày 18 hằng tháng.", "before 18", "month"),
        ("Hằng tháng, trước ngày 18", "before 18", "month"),
        ("định kỳ hàng tháng, trước ngày 18", "before 18", "month"),
        ("trước ngày 18", "before 18", None),
        ("đến ngày 18 hằng tháng", "by 18", "month"),
        ("chậm nhất ngày 18 hằng tháng", "by 18", "month"),
        ("chậm nhất là ngày 18 mỗi tháng", "by 18", "month"),
        ("chậm nhất vào ngày mùng 5 của tháng sau", "by 5 next month", "month"),
        ("không muộn hơn ngày 5 tháng kế tiếp", "by 5 next month", "month"),
        ("trước ngày 05 của tháng sau", "before 5 next month", "month"),
        ("chậm nhất ngày cuối tháng", "by last day", "month"),
        ("tháng cuối quý, trước ngày 15", "before 15 last month", "quarter"),
        ("trước ngày 15 của tháng cuối cùng của quý", "before 15 last month", "quarter"),
        ("trước ngày 05 của tháng đầu quý sau", "before 5 next month", "quarter"),
        ("trước ngày 15 tháng thứ 2 của quý", "before 15 month 2", "quarter"),
        ("trước ngày 10/12 hàng năm", "before 10/12", "year"),
        ("trước ngày 10 tháng 12 hằng năm", "before 10/12", "year"),
        ("hằng năm, trước ngày 10/12", "before 10/12", "year"),
        ("trước ngày 10/12", "before 10/12", None),
        ("trước ngày 15/01 năm sau", "before 15/1 next year", "year"),
        ("trước ngày 30/6/2024", "before 30/6/2024", "once"),
        ("trước ngày 30/06/2024", "before 30/6/2024", "once"),
        ("trước ngày 30-6-2024", "before 30/6/2024", "once"),
        ("trước 30/6/2024", "before 30/6/2024", "once"),
        ("trước ngày 30 tháng 6 năm 2024", "before 30/6/2024", "once"),
        ("đến hết ngày 30/6/2024", "by 30/6/2024", "once"),
        ("trong quý I/2024", "within Q1/2024", "once"),
        ("trong quý IV năm 2024", "within Q4/2024", "once"),
        ("trong Quý 3/2024", "within Q3/2024", "once"),
        ("chậm nhất tháng 7/2024", "within 7/2024", "once"),
        ("hoàn thành trong tháng 7 năm 2024", "within 7/2024", "once"),
        ("trong năm 2023", "within 2023", "once"),
        ("trong 6 tháng đầu năm 2024", "within H1/2024", "once"),
        ("trong 9 tháng năm 2024", "within 9M/2024", "once"),
        ("3 ngày làm việc trước thời hạn của cấp trên", "lead 3wd", None),
        ("tru\u031bo\u031b\u0301c ngày 18 hằng tháng", "before 18", "month"),
    ],
)
def test_it_reads_vietnamese_as_documents_write_it(phrase: str, rule: str, frequency: str | None) -> None:
    assert read_wording(phrase, "vi") == (parse_rule(rule), frequency)


@pytest.mark.parametrize(
    ("phrase", "rule", "frequency"),
    [
        ("Before the 18th of every month", "before 18", "month"),
        ("monthly, before the 18th", "before 18", "month"),
        ("no later than the 5th of the following month", "by 5 next month", "month"),
        ("on or before the last day of each month", "by last day", "month"),
        ("before the 15th of the last month of each quarter", "before 15 last month", "quarter"),
        ("by the 5th of the first month of the next quarter", "by 5 next month", "quarter"),
        ("before 10 December annually", "before 10/12", "year"),
        ("before December 10 each year", "before 10/12", "year"),
        ("before 10/12 every year", "before 10/12", "year"),
        ("by 15 January next year", "by 15/1 next year", "year"),
        ("before June 30, 2024", "before 30/6/2024", "once"),
        ("before 30/06/2024", "before 30/6/2024", "once"),
        ("not later than the 30th of June 2024", "by 30/6/2024", "once"),
        ("within the first quarter of 2024", "within Q1/2024", "once"),
        ("by July 2024", "within 7/2024", "once"),
        ("by the end of July 2024", "within 7/2024", "once"),
        ("by the end of 2023", "within 2023", "once"),
        ("during the second half of 2024", "within H2/2024", "once"),
        ("3 working days before the superior’s deadline", "lead 3wd", None),
    ],
)
def test_it_reads_english_as_translations_write_it(phrase: str, rule: str, frequency: str | None) -> None:
    assert read_wording(phrase, "en") == (parse_rule(rule), frequency)


@pytest.mark.parametrize(
    ("phrase", "language", "message"),
    [
        ("trước ngày 30/2/2024", "vi", "there is no 30/2/2024"),
        ("trước ngày 31 tháng 4 hằng năm", "vi", "there is no 31/4"),
        ("trước ngày 32 hằng tháng", "vi", "no month has a day 32"),
        ("trong tháng 13/2024", "vi", "there is no period month 13"),
        ("trong quý 5/2024", "vi", "there is no period quarter 5"),
        ("before 29 February 2023", "en", "there is no 29/2/2023"),
        ("in Q5 2024", "en", "there is no period quarter 5"),
    ],
)
def test_it_refuses_an_impossible_date(phrase: str, language: Language, message: str) -> None:
    with pytest.raises(ImpossibleDate) as caught:
        read_wording(phrase, language)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("phrase", "language", "remedy"),
    [
        ("càng sớm càng tốt", "vi", "write it like '"),
        ("khi có yêu cầu", "vi", "write `every: on-demand`, and leave `due` out"),
        ("trước tháng 7/2024", "vi", "in two ways"),
        ("trước ngày 18 hoặc 19", "vi", "only 'trước ngày 18' is read"),
        ("before 18", "vi", "write it like '"),
        ("", "vi", "write it like '"),
        ("as soon as possible", "en", "write it like '"),
        ("trước ngày 18 hằng tháng", "en", "write it like '"),
        ("x" * 10_000, "en", "write it like '"),
    ],
)
def test_it_does_not_guess(phrase: str, language: Language, remedy: str) -> None:
    with pytest.raises(RuleError) as caught:
        read_wording(phrase, language)
    assert remedy in str(caught.value)


def test_it_writes_no_rule_that_does_not_fit() -> None:
    with pytest.raises(RuleError, match="say which"):
        word_rule(parse_rule("before 18"), Frequency.QUARTER, "vi")


@settings(max_examples=300)
@given(rules_with_frequency(), st.sampled_from(LANGUAGES))
def test_it_reads_back_what_it_writes(drawn: tuple[DueRule, Frequency], language: Language) -> None:
    rule, frequency = drawn
    read, said = read_wording(word_rule(rule, frequency, language), language)
    assert read == rule
    yearly = isinstance(rule, DayOfYear | WithinEachYear)  # of a nine-months duty too: it comes once a year
    assert said == (Frequency.YEAR if yearly else frequency) or not isinstance(rule, AbsoluteRule)


@given(st.text(ANY_CHARACTER, max_size=60), st.sampled_from(LANGUAGES))
def test_it_reads_a_text_or_refuses_it_in_one_line(text: str, language: Language) -> None:
    try:
        read_wording(text, language)
    except CalendarError as error:
        assert len(str(error).splitlines()) == 1


@pytest.mark.parametrize(
    ("day", "vi", "en"),
    [
        (date(2024, 10, 18), "18/10/2024", "18 October 2024"),
        (date(2024, 2, 5), "05/02/2024", "5 February 2024"),
        (date(2024, 6, 30), "30/6/2024", "30 June 2024"),
    ],
)
def test_it_writes_dates(day: date, vi: str, en: str) -> None:
    assert (word_date(day, "vi"), word_date(day, "en")) == (vi, en)


@pytest.mark.parametrize(
    ("due", "vi", "en"),
    [
        (
            DueDate(date(2024, 10, 18), Bound.BEFORE, date(2024, 10, 17), date(2024, 10, 17)),
            "trước ngày 18/10/2024",
            "before 18 October 2024",
        ),
        (
            DueDate(date(2024, 10, 18), Bound.BY, date(2024, 10, 18), date(2024, 10, 18)),
            "chậm nhất ngày 18/10/2024",
            "by 18 October 2024",
        ),
        (
            DueDate(date(2024, 3, 31), Bound.IN, date(2024, 3, 31), date(2024, 3, 31)),
            "đến hết ngày 31/3/2024",
            "by the end of 31 March 2024",
        ),
        (
            DueDate(date(2024, 10, 21), Bound.BY, date(2024, 10, 21), date(2024, 10, 21), rolled=True),
            "chậm nhất ngày 21/10/2024",
            "by 21 October 2024",
        ),
    ],
)
def test_it_writes_a_deadline_with_its_bound(due: DueDate, vi: str, en: str) -> None:
    assert (word_deadline(due, "vi"), word_deadline(due, "en")) == (vi, en)


@pytest.mark.parametrize(
    ("text", "frequency", "vi", "en"),
    [
        ("before 16:00", "day", "trước 16:00 hằng ngày", "before 16:00 each day"),
        ("by 16:00", "workday", "chậm nhất 16:00 mỗi ngày làm việc", "by 16:00 each working day"),
        ("before 8:00 next day", "day", "trước 08:00 ngày hôm sau", "before 08:00 the next day"),
        ("by 24:00", "day", "chậm nhất hết mỗi ngày", "by the end of each day"),
        ("by friday", "week", "chậm nhất thứ sáu hằng tuần", "by Friday each week"),
        ("before 15:00 friday", "week", "trước 15:00 thứ sáu hằng tuần", "before 15:00 on Friday each week"),
        ("by sunday next week", "week", "chậm nhất chủ nhật tuần sau", "by Sunday of the next week"),
        ("by 16:00 18", "month", "chậm nhất 16:00 ngày 18 hằng tháng", "by 16:00 on the 18th of each month"),
        ("by 9:00 10/12", "year", "chậm nhất 09:00 ngày 10/12 hằng năm", "by 09:00 on 10 December each year"),
        ("before 14:00 28/4/2020", "once", "trước 14:00 ngày 28/4/2020", "before 14:00 on 28 April 2020"),
        (
            "by 15 previous month",
            "month",
            "chậm nhất ngày 15 của tháng trước",
            "by the 15th of the month before",
        ),
        (
            "by 15 previous month",
            "quarter",
            "chậm nhất ngày 15 của tháng liền trước quý báo cáo",
            "by the 15th of the month before the quarter",
        ),
        ("within last month", "quarter", "trong tháng cuối quý", "in the last month of the quarter"),
        ("within next month", "month", "trong tháng sau", "in the next month"),
        (
            "within next month",
            "quarter",
            "trong tháng liền sau quý báo cáo",
            "in the month after the quarter",
        ),
        ("within month 2", "quarter", "trong tháng thứ hai của quý", "in the second month of the quarter"),
        ("within last week", "quarter", "trong tuần cuối quý", "in the last week of the quarter"),
        ("within first month", "years", "trong tháng đầu kỳ báo cáo", "in the first month of the period"),
        (
            "from 1 to 5",
            "month",
            "từ ngày 01 đến ngày 05 hằng tháng",
            "from the 1st to the 5th of each month",
        ),
        (
            "from 25 to 16:00 5 next month",
            "month",
            "từ ngày 25 hằng tháng đến 16:00 ngày 05 của tháng sau",
            "from the 25th of each month to 16:00 on the 5th of the next month",
        ),
        (
            "from 1/11 to 31/12",
            "year",
            "từ ngày 01/11 đến ngày 31/12 hằng năm",
            "from 1 November to 31 December each year",
        ),
        (
            "from 1/1/2026 to 31/3/2026",
            "once",
            "từ ngày 01/01/2026 đến ngày 31/3/2026",
            "from 1 January 2026 to 31 March 2026",
        ),
        (
            "from 11/2025 to 12/2025",
            "once",
            "từ tháng 11/2025 đến tháng 12/2025",
            "from November 2025 to December 2025",
        ),
        (
            "from Q4/2025 to Q1/2026",
            "once",
            "từ quý IV/2025 đến quý I/2026",
            "from Q4 2025 to Q1 2026",
        ),
        (
            "within 24h of flood",
            "on-demand",
            "trong vòng 24 giờ kể từ khi xảy ra sự việc",
            "within 24 hours of when it happens",
        ),
        (
            "within 5wd of flood",
            "once",
            "trong vòng 5 ngày làm việc kể từ ngày xảy ra sự việc",
            "within 5 working days of when it happens",
        ),
        ("by event", "once", "ngay trong ngày xảy ra sự việc", "on the day on which it happens"),
    ],
)
def test_it_writes_hours_windows_and_events(text: str, frequency: str, vi: str, en: str) -> None:
    rule = parse_rule(text)
    assert word_rule(rule, Frequency(frequency), "vi") == vi
    assert word_rule(rule, Frequency(frequency), "en") == en


@given(every_rule_with_frequency(), st.sampled_from(LANGUAGES))
def test_every_rule_has_words_on_one_line(drawn: tuple[DueRule, Frequency], language: Language) -> None:
    words = word_rule(*drawn, language)
    assert words
    assert "%" not in words
    assert "\n" not in words


@pytest.mark.parametrize(
    ("due", "vi", "en"),
    [
        (
            replace(WHOLE, hour=time(14)),
            "chậm nhất 14:00 ngày 18/10/2024",
            "by 14:00 on 18 October 2024",
        ),
        (
            replace(WHOLE, bound=Bound.BEFORE, hour=time(14)),
            "trước 14:00 ngày 18/10/2024",
            "before 14:00 on 18 October 2024",
        ),
        (
            replace(WHOLE, last_day=date(2024, 10, 21), safe_day=date(2024, 10, 21), hour=time(14)),
            "chậm nhất 14:00 ngày 18/10/2024 (trùng ngày nghỉ, chuyển thành 14:00 ngày 21/10/2024)",
            "by 14:00 on 18 October 2024 (a day off: moved to 14:00 on 21 October 2024)",
        ),
        (
            replace(WHOLE, opens=date(2024, 10, 1)),
            "chậm nhất ngày 18/10/2024 (từ ngày 01/10/2024)",
            "by 18 October 2024 (open from 1 October 2024)",
        ),
        (
            replace(WHOLE, opens=date(2024, 10, 1), planned=date(2024, 10, 10)),
            "chậm nhất ngày 18/10/2024 (từ ngày 01/10/2024, dự kiến ngày 10/10/2024)",
            "by 18 October 2024 (open from 1 October 2024, planned for 10 October 2024)",
        ),
    ],
)
def test_a_deadline_is_said_with_its_hour_its_window_and_what_is_planned(
    due: DueDate, vi: str, en: str
) -> None:
    assert (word_deadline(due, "vi"), word_deadline(due, "en")) == (vi, en)


@pytest.mark.parametrize(
    ("instant", "column", "vi", "en"),
    [
        ("2024-10-19T00:00+07:00", "18/10/2024", "hết ngày 18/10/2024", "the end of 18 October 2024"),
        ("2024-10-18T14:00+07:00", "18/10/2024 14:00", "14:00 ngày 18/10/2024", "14:00 on 18 October 2024"),
    ],
)
def test_the_end_of_the_time_in_a_column_and_in_a_sentence(
    instant: str, column: str, vi: str, en: str
) -> None:
    deadline = Deadline(datetime.fromisoformat(instant), HCM)
    assert last_day_text(deadline, "vi") == last_day_text(deadline, "en") == column
    assert (word_until(deadline, "vi"), word_until(deadline, "en")) == (vi, en)


def test_it_tells_a_roll_beside_the_written_day() -> None:
    rule = parse_rule("before 18")
    assert isinstance(rule, AbsoluteRule)
    due = due_date(rule, Period.parse("2024-02"), WorkingDays.from_country(), Roll.FOLLOWING)
    assert (
        word_deadline(due, "vi")
        == "trước ngày 18/02/2024 (trùng ngày nghỉ, chuyển thành đến hết ngày 19/02/2024)"
    )
    assert (
        word_deadline(due, "en")
        == "before 18 February 2024 (a day off: moved to the end of 19 February 2024)"
    )
