"""What a plan file may say, what it comes to, and what it may not say."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from calendars.due_rules import After, Bound, DayOfMonth, Lead
from calendars.periods import Cutoff
from models.plan_file import PlanFile
from models.plan_stage import SUPERIOR

PLAN: dict[str, Any] = {
    "slug": "a-plan",
    "number": "01/KH-UBND",
    "title": "Kế hoạch",
    "issuer": "UBND tỉnh",
    "issued_on": "2024-01-19",
    "in_force": {"from": "2024-01-19", "to": "2024-12-31"},
    "duties": [
        {
            "id": "monthly",
            "title": "Báo cáo tháng",
            "every": "month",
            "chain": [
                {"from": {"level": "grassroots"}, "lead": "3wd"},
                {"from": {"level": "district"}, "due": "before 18"},
                {"from": {"unit": "so-khdt"}, "to": "ubnd-tinh", "lead": "after 3wd"},
            ],
        }
    ],
}


def plan(**changes: Any) -> PlanFile:
    return PlanFile.model_validate({**deepcopy(PLAN), **changes})


def with_duty(**changes: Any) -> PlanFile:
    return plan(duties=[{**deepcopy(PLAN["duties"][0]), **changes}])


def with_stage(**stage: Any) -> PlanFile:
    return with_duty(every="year", chain=[{"from": {"unit": "a"}, **stage}])


def refusal(build: Any, **changes: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        build(**changes)
    return str(caught.value)


def test_a_chain_comes_to_due_rules_from_the_bottom_up() -> None:
    assert plan().duties[0].rules == (Lead(3), DayOfMonth(Bound.BEFORE, 18), After(3))


@pytest.mark.parametrize(
    ("stage", "rule"),
    [
        ({"due": "before 10/12"}, "before 10/12"),
        ({"due": "  BEFORE  10/12 "}, "before 10/12"),
        ({"due": "within Q1"}, "within Q1"),
        ({}, ""),
    ],
)
def test_a_stage_writes_its_rule_as_text(stage: dict[str, Any], rule: str) -> None:
    assert with_stage(**stage).duties[0].chain[0].rule_text == rule


@pytest.mark.parametrize(
    "first",
    [{"lead": "3wd"}, {"lead": "lead 3wd"}, {"due": "lead 3wd"}, {"lead": "3 WD"}],
)
def test_there_are_several_ways_to_write_a_lead_and_all_mean_the_same(first: dict[str, Any]) -> None:
    chain = [{"from": {"unit": "a"}, **first}, {"from": {"unit": "b"}, "due": "before 18"}]
    assert with_duty(chain=chain).duties[0].chain[0].due == "lead 3wd"


@pytest.mark.parametrize("second", [{"after": "3wd"}, {"lead": "after 3wd"}, {"due": "after 3wd"}])
def test_there_are_several_ways_to_write_an_after(second: dict[str, Any]) -> None:
    chain = [{"from": {"unit": "a"}, "due": "before 18"}, {"from": {"unit": "b"}, **second}]
    assert with_duty(chain=chain).duties[0].rules[1] == After(3)


def test_the_recipient_is_the_superior_unless_the_plan_names_others() -> None:
    stages = plan().duties[0].chain
    assert [stage.recipients for stage in stages] == [(SUPERIOR,), (SUPERIOR,), ("ubnd-tinh",)]


def test_stages_are_called_by_their_level_their_name_or_their_number() -> None:
    titles = [stage.title(n) for n, stage in enumerate(plan().duties[0].chain, start=1)]
    assert titles == ["Cơ sở", "Huyện", "Chặng 3"]
    assert with_stage(name="Tổng hợp").duties[0].chain[0].title(1) == "Tổng hợp"


def test_brackets_may_be_left_out_around_one_entry() -> None:
    stage = (
        with_duty(
            every="year", chain=[{"from": {"kinds": "xa", "groups": "xã ven biển", "except": "b"}, "to": "c"}]
        )
        .duties[0]
        .chain[0]
    )
    chosen = stage.reporters
    assert (chosen.kinds, chosen.groups, chosen.excluding) == (("xa",), ("xã ven biển",), ("b",))
    assert stage.to == ("c",)


@pytest.mark.parametrize("text", ["2024-01-19", "19/1/2024", "19/01/2024", date(2024, 1, 19)])
def test_dates_are_read_in_both_ways_of_writing(text: object) -> None:
    assert plan(issued_on=text).issued_on == date(2024, 1, 19)


@pytest.mark.parametrize(("cutoff", "day"), [(5, 5), ("25", 25), ("end", 31)])
def test_a_cutoff_is_a_day_or_the_months_end(cutoff: int | str, day: int) -> None:
    file = with_duty(cutoff=cutoff)
    assert file.cutoff_of(file.duties[0]).day == day


def test_the_cutoff_is_the_decrees_unless_the_plan_sets_one() -> None:
    assert plan().cutoff_of(plan().duties[0]) == Cutoff(14)
    assert plan(cutoff=20).cutoff_of(plan().duties[0]) == Cutoff(20)


@pytest.mark.parametrize(
    ("own", "span"),
    [
        ({}, (date(2024, 1, 19), date(2024, 12, 31))),
        ({"from": "2024-03-01"}, (date(2024, 3, 1), date(2024, 12, 31))),
        ({"to": "2024-06-30"}, (date(2024, 1, 19), date(2024, 6, 30))),
        ({"from": "2023-01-01", "to": "2025-06-30"}, (date(2024, 1, 19), date(2024, 12, 31))),
    ],
)
def test_a_duty_narrows_the_plans_time_and_never_widens_it(
    own: dict[str, Any], span: tuple[date, date]
) -> None:
    file = with_duty(**own)
    assert file.span_of(file.duties[0]) == span


def test_what_it_writes_it_reads_back_the_same() -> None:
    assert PlanFile.model_validate(plan().content()) == plan()


def test_two_spellings_of_one_plan_are_the_same_plan() -> None:
    chain = deepcopy(PLAN["duties"][0]["chain"])
    chain[1]["due"] = "Before  18"
    chain[0] = {"from": {"level": "grassroots"}, "due": "lead 3wd"}
    assert with_duty(chain=chain) == plan()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"slug": "Kế hoạch"}, "small letters a–z"),
        ({"title": "  "}, "is empty"),
        ({"title": "a\x07b"}, "control character"),
        ({"issued_on": "2024-02-30"}, "there is no 30/2/2024"),
        ({"issued_on": "29/02/2023"}, "there is no 29/2/2023"),
        ({"issued_on": "tomorrow"}, "write it as 2024-01-19 or 19/1/2024"),
        ({"in_force": {"from": "2024-02-01", "to": "2024-01-01"}}, "lies before 01/02/2024"),
        ({"cutoff": 32}, "cut-off on day 32"),
        ({"cutoff": "never"}, "cannot read the cut-off"),
        ({"monitor": "so khdt\n"}, "write a unit's code"),
        ({"duties": []}, "is empty; give at least one entry"),
        ({"colour": "red"}, "extra_forbidden"),
    ],
)
def test_it_refuses_a_plan_that_cannot_be(changes: dict[str, Any], said: str) -> None:
    assert said in refusal(plan, **changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"chain": []}, "is empty"),
        ({"chain": [{"from": {"unit": "a"}, "due": "before 31/4/2024"}], "every": "once"}, "no 31/4/2024"),
        (
            {"chain": [{"from": {"unit": "a"}, "due": "before 10/12"}]},
            "does not fit a duty that comes every month",
        ),
        ({"chain": [{"from": {"unit": "a"}, "due": "before 18"}], "every": "once"}, "does not fit"),
        (
            {"chain": [{"from": {"unit": "a"}, "due": "before 18"}], "every": "on-demand"},
            "leave the date out",
        ),
        ({"chain": [{"from": {"unit": "a"}, "lead": "3wd"}]}, "counts back from the next stage"),
        (
            {"chain": [{"from": {"unit": "a"}, "lead": "3wd"}, {"from": {"unit": "b"}}]},
            "counts back from the next stage",
        ),
        ({"chain": [{"from": {"unit": "a"}, "after": "3wd"}]}, "counts from the stage below"),
        ({"chain": [{"from": {}}]}, "chooses nobody"),
        ({"chain": [{"from": {"units": ["a", "b"], "except": "b"}}]}, "both chosen and left out"),
        ({"chain": [{"from": {"unit": "a"}, "to": "a"}]}, "would report to itself"),
        ({"chain": [{"from": {"unit": "a"}, "due": "before 18", "lead": "3wd"}]}, "keep one of due, lead"),
        ({"chain": [{"from": {"unit": "a"}, "lead": "soon"}]}, "is no lead time"),
        ({"period": "2024"}, "is for one-time duties alone"),
        ({"from": "2024-05-01", "to": "2024-04-01"}, "lies before `from`"),
        ({"absorbs": "weekly"}, "there is no duty 'weekly'"),
        ({"absorbs": "monthly"}, "is not more frequent"),
    ],
)
def test_it_refuses_a_duty_that_cannot_be(changes: dict[str, Any], said: str) -> None:
    assert said in refusal(with_duty, **changes)


def test_two_duties_of_one_plan_have_two_ids() -> None:
    assert "is the id of another duty" in refusal(plan, duties=PLAN["duties"] * 2)


def test_a_one_time_duty_neither_absorbs_nor_is_absorbed() -> None:
    once = {
        "id": "x",
        "title": "x",
        "every": "once",
        "absorbs": "monthly",
        "chain": [{"from": {"unit": "a"}}],
    }
    assert "come again and again" in refusal(plan, duties=[*PLAN["duties"], once])


def test_the_schema_knows_the_files_own_field_names() -> None:
    schema = PlanFile.model_json_schema(by_alias=True)
    stage = schema["$defs"]["StageFile"]["properties"]
    assert {"from", "to", "via", "due", "lead", "after", "name", "note"} == set(stage)
    assert {option["type"] for option in stage["to"]["anyOf"] if option["type"] == "array"} == {"array"}
    assert schema["additionalProperties"] is False
