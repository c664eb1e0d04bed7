"""Plan files whose rules are written as documents word them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from calendars.deadlines import chain_due_dates
from calendars.periods import Frequency, Period
from calendars.working_days import WorkingDays
from models.plan_files.duty import DutyFile

DAYS = WorkingDays.from_country()


def duty(**fields: Any) -> DutyFile:
    """A duty of one stage; `due`, `lead` and `planned` are the stage's."""
    stage = {key: fields.pop(key) for key in ("due", "planned") if key in fields}
    return DutyFile.model_validate(
        {"id": "a", "title": "A", "every": "month", "chain": [{"from": {"unit": "a"}, **stage}], **fields}
    )


@pytest.mark.parametrize(
    ("every", "due", "rules"),
    [
        ("month", "trước ngày 18 hằng tháng", "before 18"),
        ("month", "before the 18th of each month", "before 18"),
        ("month", "before 18", "before 18"),
        ("quarter", "trước ngày 15 của tháng cuối quý", "before 15 last month"),
        ("quarter", "chậm nhất ngày 20 của tháng, quý và năm báo cáo", "by 20 last month"),
        ("year", "trước ngày 01/6 và 15/11 hằng năm", "before 1/6; before 15/11"),
        ("half-year", "trước ngày 01/6 và 15/11 hằng năm", "before 1/6; before 15/11"),
        ("half-year", ["trước ngày 20/6 hằng năm", "before 20/12"], "before 20/6; before 20/12"),
        ("5 years from 2011", "trong tháng đầu năm của năm thứ nhất", "within first month"),
        ("5 years from 2011", "trước ngày 15/12 hằng năm", "before 15/12"),
        ("nine-months", "trước ngày 15/9 hằng năm", "before 15/9"),
        ("workday", "trước 16 giờ hằng ngày", "before 16:00"),
        ("week", "trước 15 giờ thứ sáu hằng tuần", "before 15:00 friday"),
        ("once", "Thời gian hoàn thành: Quý I/2026", "within Q1/2026"),
        ("once", "2025", "within 2025"),
    ],
)
def test_a_stage_takes_the_words_of_the_document(every: str, due: object, rules: str) -> None:
    assert duty(every=every, due=due).chain[0].rule_text == rules


@pytest.mark.parametrize("phrase", ["càng sớm càng tốt", "trong tuần đầu", "as soon as may be"])
@pytest.mark.parametrize(
    "every",
    [
        "day",
        "workday",
        "week",
        "month",
        "quarter",
        "half-year",
        "nine-months",
        "year",
        "5 years from 2026",
        "once",
        "on-demand",
    ],
)
def test_the_example_that_a_refusal_names_can_be_written_as_it_is(every: str, phrase: str) -> None:
    event = {"event": {"id": "flood", "title": "Lũ", "by": "monitor"}} if every == "on-demand" else {}
    with pytest.raises(ValidationError, match="write it like") as caught:
        duty(every=every, due=phrase, **event)
    example = str(caught.value).split("write it like '")[1].split("'")[0]
    assert duty(every=every, due=example, **event).chain[0].due


def test_a_phrase_may_be_that_of_a_named_period() -> None:
    fields = {"every": "half-year", "periods": ["H1"], "due": "trước ngày 20/6 hằng năm"}
    assert duty(**fields).chain[0].rule_text == "before 20/6"


def test_dates_of_several_reports_are_those_of_the_named_periods() -> None:
    phrase = "định kỳ 6 tháng (trước ngày 10/6), năm (trước ngày 10/12)"
    assert (
        duty(every="year", periods=["H1", "year"], due=phrase).chain[0].rule_text
        == "before 10/6; before 10/12"
    )
    for fields in ({"every": "half-year"}, {"every": "year"}, {"every": "year", "periods": ["H1", "H2"]}):
        with pytest.raises(ValidationError, match="come differently often"):
            duty(due=phrase, **fields)


@pytest.mark.parametrize(
    ("every", "due", "ends"),
    [
        ("half-year", ["within month 1", "within month 6"], [date(2026, 1, 31), date(2026, 6, 30)]),
        ("half-year", ["within month 6", "within month 1 next year"], [date(2026, 6, 30), date(2027, 1, 31)]),
        ("half-year", "tháng 6 và tháng 12 hằng năm", [date(2026, 6, 30), date(2026, 12, 31)]),
        (
            "half-year",
            ["from month 5 to month 6", "from 1/11 to 15/12"],
            [date(2026, 6, 30), date(2026, 12, 15)],
        ),
        (
            "half-year",
            "within month 2",
            [date(2026, 2, 28), date(2026, 8, 31)],
        ),  # of each half, not in a list
    ],
)
def test_months_in_a_list_are_those_of_the_year(every: str, due: object, ends: list[date]) -> None:
    read = duty(every=every, due=due)
    periods = [Period(Frequency.HALF_YEAR, 2026, number) for number in (1, 2)]
    dues = [chain_due_dates(read.timetable.rules(period), period, DAYS)[0] for period in periods]
    assert [due.last_day for due in dues if due] == ends


@pytest.mark.parametrize(
    ("due", "message"),
    [
        ("from 5 to event", "'5' names no first day; write the date, month, quarter or year in full"),
        ("from 1/11 to event", "names no first day"),
        ("from 11/2025 to event", "the duty has no event"),
    ],
)
def test_a_window_to_an_event_has_a_first_day_and_an_event(due: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        duty(every="once", due=due)


def test_the_duty_says_which_event_a_phrase_means() -> None:
    flood = {"id": "flood", "title": "Khi có thiên tai"}
    read = duty(every="on-demand", event=flood, due="trong vòng 24 giờ kể từ khi xảy ra")
    assert read.chain[0].rule_text == "within 24h of flood"


def test_the_planned_day_of_a_phrase_stands_beside_it() -> None:
    stage = duty(every="once", due="Dự kiến ngày 05/12/2025 (chậm nhất ngày 10/12/2025)").chain[0]
    assert (stage.rule_text, stage.planned) == ("by 10/12/2025", ("5/12/2025",))


@pytest.mark.parametrize(
    "stage",
    [
        {"due": "Dự kiến ngày 05/12 (chậm nhất ngày 10/12)", "planned": "3/12"},
        {"due": ["before 1/6", "Dự kiến ngày 05/12 (chậm nhất ngày 10/12)"]},
    ],
)
def test_a_planned_day_in_words_is_not_lost(stage: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="5/12 is planned, which is not all"):
        duty(every="year", **stage)


@pytest.mark.parametrize(
    ("lead", "rule"),
    [
        ({"lead": "2 ngày làm việc trước thời hạn của cấp trên"}, "lead 2wd"),
        ({"lead": "3 ngày làm việc"}, "lead 3wd"),
        ({"lead": "3 working days"}, "lead 3wd"),
        ({"due": "trước thời hạn của cấp trên 5 ngày"}, "lead 5d"),
    ],
)
def test_a_lead_takes_words_too(lead: dict[str, str], rule: str) -> None:
    above = {"from": {"unit": "b"}, "due": "before 18"}
    read = duty(chain=[{"from": {"unit": "a"}, **lead}, above])
    assert read.chain[0].rule_text == rule


def test_an_after_takes_words_too() -> None:
    below = {"from": {"unit": "b"}, "due": "before 18"}
    read = duty(chain=[below, {"from": {"unit": "a"}, "after": "3 ngày làm việc sau thời hạn của cấp dưới"}])
    assert read.chain[1].rule_text == "after 3wd"


@pytest.mark.parametrize(
    ("every", "due", "message"),
    [
        (
            "quarter",
            "trước ngày 18 hằng tháng",
            "'trước ngày 18 hằng tháng' says every month, but the duty comes every quarter",
        ),
        ("month", "trước ngày 15 tháng cuối quý", "says every quarter, but the duty comes every month"),
        ("half-year", "trước ngày 20/6 hằng năm", "says every year, but the duty comes every half-year"),
        ("month", ["trước ngày 10/12 hằng năm"], "says every year, but the duty comes every month"),
        ("day", "trước 16 giờ mỗi ngày làm việc", "says every working day, but the duty comes every day"),
        ("on-demand", "trước ngày 18 hằng tháng", "says every month, but the duty comes on demand"),
        ("month", "trước ngày 30/6/2024", "`before 30/6/2024` does not fit a duty that comes every month"),
        ("quarter", "trước ngày 18 hằng quý", "write `before 18 last month` or `before 18 next month`"),
        ("month", "trước ngày 18 hằng tháng gửi về Sở", "only 'trước ngày 18 hằng tháng' is read"),
        ("month", "bfore 18", "cannot read a due rule in 'bfore 18'; write it like 'before"),
        ("month", "before 18 or so", "cannot read the due rule 'before 18 or so'; use e.g. `before 18`"),
        ("once", "trước ngày 30/2/2024", "there is no 30/2/2024"),
    ],
)
def test_what_is_refused_names_what_is_wrong(every: str, due: object, message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        duty(every=every, due=due)
    assert message in str(caught.value)
