"""What a plan is warned of, and which units it names that do not exist."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from calendars.working_days import WorkingDays
from models.plan_files.plan import PlanFile
from reporting.plans.checking import check_plan, day_to_check
from reporting.plans.named_units import unit_problems
from reporting.plans.warnings import Caution, PlanWarning
from reporting.units.hierarchy import Hierarchy, UnitAsOf

DAYS = WorkingDays.from_country()


def unit(id: int, code: str, level: str, kind: str, superior: int | None) -> UnitAsOf:
    return UnitAsOf(
        id=id,
        version_id=id,
        code=code,
        name=code.upper(),
        level=level,
        kind=kind,
        groups=frozenset(),
        superior_id=superior,
    )


UNITS = Hierarchy(
    date(2024, 1, 1),
    [
        unit(1, "ubnd-tinh", "province", "tinh", None),
        unit(2, "so-khdt", "district", "so-nganh", 1),
        unit(3, "u-minh", "district", "huyen", 1),
        unit(4, "khanh-hoa", "grassroots", "xa", 3),
        unit(5, "elsewhere", "district", "huyen", None),
    ],
)


def plan(
    chain: list[dict[str, Any]], every: str = "month", duty: dict[str, Any] | None = None, **more: Any
) -> PlanFile:
    return PlanFile.model_validate(
        {
            "slug": "a-plan",
            "title": "x",
            "issuer": "x",
            "issued_on": "2024-01-19",
            "in_force": {"from": "2024-01-19", "to": "2024-12-31"},
            "duties": [{"id": "d", "title": "x", "every": every, "chain": chain, **(duty or {})}],
            **more,
        }
    )


def stage(due: str | None = None, **chooser: Any) -> dict[str, Any]:
    return {"from": chooser or {"unit": "u-minh"}} | ({} if due is None else {"due": due})


def concerns(warnings: list[PlanWarning]) -> list[tuple[Caution, int | None, int, int]]:
    return [(warning.concern, warning.stage, warning.count, warning.total) for warning in warnings]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        pytest.param(plan([stage("before 25")], roll="preceding"), [], id="ten days after the cut-off: fine"),
        pytest.param(
            plan([stage("before 15")], roll="preceding"),
            [],
            id="due on the decree's cut-off day: no span, and nothing to warn of",
        ),
        pytest.param(
            plan([stage("before 10/12")], every="year", roll="preceding"),
            [],
            id="nor where the year's data would run to 14 December, beyond the report's date",
        ),
        pytest.param(
            plan([stage("before 15")], duty={"cutoff": 14}, roll="preceding"),
            [(Caution.CUTOFF_TOO_LATE, 1, 11, 11)],
            id="a cut-off of the plan's own on the last day",
        ),
        pytest.param(
            plan([stage("before 10/12")], every="year", duty={"cutoff": "14/12"}, roll="preceding"),
            [(Caution.CUTOFF_TOO_LATE, 1, 1, 1)],
            id="one after it",
        ),
        pytest.param(
            plan([stage("before 10/12")], every="year", duty={"cutoff": "14/11"}, roll="preceding"),
            [],
            id="data to 14 November",
        ),
        pytest.param(
            plan([stage("before 16")], roll="preceding"),
            [(Caution.SHORT_AFTER_CUTOFF, 1, 8, 11)],
            id="a day after the decree's cut-off",
        ),
        pytest.param(
            plan([stage("before 16")], cutoff="none", roll="preceding"),
            [],
            id="nothing to be cut off",
        ),
        pytest.param(
            plan([stage("before 10/12")], every="year", roll="preceding", cutoff=1),
            [],
            id="a cut-off of its own leaves time",
        ),
        pytest.param(
            plan([stage("before 15")], duty={"type": "task"}, roll="preceding"),
            [],
            id="a task has no data to be cut off",
        ),
        pytest.param(
            plan([stage("before 25"), stage("before 20")], roll="preceding"),
            [(Caution.NOT_LATER_THAN_REPORTERS, 2, 12, 12)],
            id="the upper stage is due before the lower one",
        ),
        pytest.param(
            plan([stage("before 25"), stage(), stage("before 25")], roll="preceding"),
            [(Caution.NOT_LATER_THAN_REPORTERS, 3, 12, 12)],
            id="the same day, across a stage without a date",
        ),
        pytest.param(
            plan([stage("before 10/1/2024")], every="once"),
            [(Caution.PAST_ON_ISSUE, 1, 1, 1)],
            id="due nine days before the plan was issued",
        ),
        pytest.param(
            plan([stage("within 2019")], every="once", roll="following"),
            [(Caution.PAST_ON_ISSUE, 1, 1, 1)],
            id="a year that is long gone",
        ),
        pytest.param(
            plan([stage("before 25")], roll="none"),
            [(Caution.DAY_OFF, 1, 4, 12)],
            id="the 24th is a Saturday or Sunday in February, March, August and November 2024",
        ),
        pytest.param(plan([stage()]), [(Caution.NO_DATE, None, 0, 0)], id="no date at all"),
        pytest.param(plan([stage()], every="on-demand"), [], id="on demand: each request brings its date"),
        pytest.param(
            plan([stage("before 10/12")], every="year", duty={"to": "2024-06-30"}),
            [(Caution.NEVER_COMES, None, 0, 0)],
            id="the duty ends before its only date",
        ),
    ],
)
def test_a_plan_is_warned_of(file: PlanFile, expected: list[tuple[Caution, int | None, int, int]]) -> None:
    assert concerns(check_plan(file, None, DAYS)) == expected


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (plan([stage(level="district")], scope="ubnd-tinh"), []),
        (plan([stage(level="centre")]), [(Caution.NOBODY, 1, 0, 0)]),
        (plan([stage(level="grassroots")], scope="u-minh"), []),
        (plan([stage(level="grassroots")], scope="so-khdt"), [(Caution.NOBODY, 1, 0, 0)]),
        (
            plan([{"from": {"kinds": ["huyen", "so-nganh"]}, "to": "so-khdt"}], scope="ubnd-tinh"),
            [(Caution.TO_ITSELF, 1, 1, 2)],
        ),
        (plan([stage(kinds=["huyen"])]), [(Caution.NO_RECIPIENT, 1, 1, 2)]),
    ],
    ids=[
        "the districts of the province",
        "a level nobody has",
        "the branch of a district",
        "a branch without communes",
        "a department reports to itself",
        "a unit outside the province has no superior",
    ],
)
def test_a_plan_is_warned_about_its_units(
    file: PlanFile, expected: list[tuple[Caution, int | None, int, int]]
) -> None:
    about_units = {Caution.NOBODY, Caution.TO_ITSELF, Caution.NO_RECIPIENT}
    found = [each for each in concerns(check_plan(file, UNITS, DAYS)) if each[0] in about_units]
    assert found == expected


def test_a_warning_says_what_is_true_and_what_is_possible() -> None:
    (warning,) = check_plan(plan([stage("before 16")], roll="preceding"), None, DAYS)
    assert warning.text("en") == (
        "x, "
        "stage 1: has fewer than two working days after its data end in 8 of 11 periods (first: February"
        " 2024, data to 14 February 2024, due before 16 February 2024); if the document has its data end"
        " earlier or says nothing of it, write so: `cutoff: 5`, `14/11` or `none`"
    )
    assert warning.text("vi").startswith("x, chặng 1: ở 8 trong 11 kỳ còn chưa đến hai ngày làm việc sau khi")
    assert not warning.is_hint


def test_a_cut_off_that_cannot_be_is_told_as_such() -> None:
    file = plan([stage("before 10/12")], every="year", duty={"cutoff": "14/12"}, roll="preceding")
    (warning,) = check_plan(file, None, DAYS)
    assert warning.text("en") == (
        "x, "
        "stage 1: is due before 10 December 2024, but its data would run to 14 December 2024: no data span"
        " is shown; write a `cutoff` that lies before the last day (such as 14/11), or `cutoff: none`"
    )
    assert warning.text("vi") == (
        "x, "
        "chặng 1: có hạn trước ngày 10/12/2024 nhưng số liệu lại chốt ngày 14/12/2024: không hiển thị kỳ"
        " số liệu; ghi `cutoff` sớm hơn ngày cuối (ví dụ 14/11), hoặc `cutoff: none`"
    )


def test_a_hint_says_by_which_day_to_send() -> None:
    (hint,) = check_plan(plan([stage("before 30/6/2024")], every="once"), None, DAYS)
    assert hint.is_hint
    assert hint.text("en") == (
        "x, stage 1: the last day is a day off (last day 29 June 2024, Saturday); send by 28 June 2024"
    )
    assert hint.text("vi") == (
        "x, "
        "chặng 1: ngày cuối trùng ngày nghỉ (ngày cuối 29/6/2024, Thứ Bảy);"
        " nên nộp chậm nhất ngày 28/6/2024"
    )


@pytest.mark.parametrize(
    ("chain", "every", "more", "told"),
    [
        pytest.param(
            [stage(["before 1/6", "before 15/11"])],  # type: ignore[arg-type]
            "half-year",
            {"in_force": {"from": "2024-01-19", "to": "2024-10-31"}},
            "`H2` (before 15/11) never comes while the plan is in force",
            id="a date of a list after the plan's end",
        ),
        pytest.param(
            [stage(["before 1/6", "before 15/11"])],  # type: ignore[arg-type]
            "year",
            {"in_force": {"from": "2024-07-01", "to": "2024-12-31"}},
            "`R1` (before 1/6) never comes",
            id="one before its beginning",
        ),
        pytest.param(
            [stage("before 18")],
            "month",
            {"in_force": {"from": "2024-01-19", "to": "2024-06-30"}, "periods": [3, 9]},
            "`9` (before 18) never comes",
            id="a month that is named",
        ),
        pytest.param(
            [stage("before 20/11/2206")],
            "once",
            {},
            "lies more than 10 years after 31 December 2024 (before 20 November 2206); check the year",
            id="a year mistyped",
        ),
        pytest.param(
            [stage("by 10/12/2024") | {"planned": "15/12/2024"}],
            "once",
            {},
            "planned 15 December 2024, last day 10 December 2024",
            id="planned for after the last day",
        ),
        pytest.param(
            [stage("from 11/2024 to event")],
            "once",
            {"event": {"id": "over", "title": "Kết thúc"}},
            "`from 11/2024 to event` opens nothing by itself",
            id="a window that ends with an event",
        ),
    ],
)
def test_what_is_dropped_or_mistyped_is_told(
    chain: list[dict[str, Any]], every: str, more: dict[str, Any], told: str
) -> None:
    duty = {name: value for name, value in more.items() if name != "in_force"}
    file = plan(chain, every, duty, **{name: value for name, value in more.items() if name == "in_force"})
    assert any(told in warning.text("en") for warning in check_plan(file, None, DAYS))


@pytest.mark.parametrize(
    ("due", "every"), [(["before 1/6", "before 15/11"], "half-year"), ("by 30/6/2034", "once")]
)
def test_what_comes_and_is_not_far_away_is_not_told_of(due: Any, every: str) -> None:
    found = {warning.concern for warning in check_plan(plan([stage(due)], every), None, DAYS)}
    assert not found & {Caution.PART_NEVER_COMES, Caution.FAR_AHEAD}


@pytest.mark.parametrize("concern", list(Caution))
def test_every_concern_has_words_in_both_languages(concern: Caution) -> None:
    example = {
        name: name
        for name in (
            "left",
            "period",
            "cutoff",
            "deadline",
            "below",
            "issued",
            "last",
            "name",
            "send",
            "day",
            "unit",
            "field",
            "value",
            "limit",
            "other",
            "code",
            "part",
            "rule",
            "years",
            "planned",
        )
    }
    warning = PlanWarning(
        concern=concern, duty="d", stage=1, count=2, total=3, example=lambda language: example
    )
    assert warning.text("vi").startswith("d, chặng 1: ")
    assert warning.text("en").startswith("d, stage 1: ")
    assert warning.as_json()["concern"] == concern.value


def test_units_that_do_not_exist_are_told_with_their_place_and_the_nearest_code() -> None:
    chain = [
        {
            "from": {"units": ["u-minh", "nowhere"], "except": "nobody"},
            "to": ["superior", "so-khdtt"],
            "via": "gone",
        }
    ]
    problems = unit_problems(plan(chain, monitor="so-khd", scope="ubnd-tinh"), UNITS, known={"gone"})
    assert [path for path, _ in problems] == [
        ("monitor",),
        ("duties", 0, "chain", 0, "from", "units"),
        ("duties", 0, "chain", 0, "from", "except"),
        ("duties", 0, "chain", 0, "to"),
    ]
    assert "did you mean so-khdt (SO-KHDT)?" in problems[0][1]


@pytest.mark.parametrize(
    ("today", "day"),
    [
        (date(2023, 6, 1), date(2024, 1, 19)),
        (date(2024, 6, 1), date(2024, 6, 1)),
        (date(2026, 6, 1), date(2024, 12, 31)),
    ],
)
def test_units_are_looked_at_on_a_day_of_the_plan(today: date, day: date) -> None:
    assert day_to_check(plan([stage()]), today) == day


def test_what_comes_every_few_years_does_come() -> None:
    """In force from June 2026, its next date is in January 2031."""
    file = plan([stage("within first month")], every="5 years from 2011", in_force={"from": "2026-06-01"})
    assert Caution.NEVER_COMES not in {warning.concern for warning in check_plan(file, None, DAYS)}


def test_a_day_off_is_no_surprise_for_what_is_due_every_day() -> None:
    for every in ("day", "workday"):
        assert check_plan(plan([stage("before 16:00")], every=every), None, DAYS) == []
    assert concerns(check_plan(plan([stage("by sunday")], every="week"), None, DAYS)) != []


@pytest.mark.parametrize(
    ("below", "above", "expected"),
    [
        ("before 10:00", "before 16:00", []),
        ("before 16:00", "before 16:00", [(Caution.NOT_LATER_THAN_REPORTERS, 2, 348, 348)]),
        ("by 24:00", "before 16:00", [(Caution.NOT_LATER_THAN_REPORTERS, 2, 348, 348)]),
    ],
)
def test_hours_of_one_day_have_an_order(
    below: str, above: str, expected: list[tuple[Caution, int | None, int, int]]
) -> None:
    """19 January to 31 December 2024 are 348 days."""
    assert concerns(check_plan(plan([stage(below), stage(above)], every="day"), None, DAYS)) == expected


def test_a_day_of_a_window_and_what_waits_for_an_event_are_told_nothing_of() -> None:
    event = {"event": {"id": "flood", "title": "x"}}
    file = plan([stage("within 24h of flood")], every="on-demand", duty=event)
    assert check_plan(file, None, DAYS) == []
