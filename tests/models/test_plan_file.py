"""What a plan file may say, what it comes to, and what it may not say."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from calendars.cutoffs import Cutoff
from calendars.due_rules import After, Bound, DayOfMonth, Lead
from calendars.periods import Frequency, Period
from models.plan_files.plan import DutyFile, PlanFile
from models.plan_files.stage import SUPERIOR

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
    assert plan().duties[0].timetable.chain == ((Lead(3),), (DayOfMonth(Bound.BEFORE, 18),), (After(3),))


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
    assert with_duty(chain=chain).duties[0].chain[0].rule_text == "lead 3wd"


@pytest.mark.parametrize("second", [{"after": "3wd"}, {"lead": "after 3wd"}, {"due": "after 3wd"}])
def test_there_are_several_ways_to_write_an_after(second: dict[str, Any]) -> None:
    chain = [{"from": {"unit": "a"}, "due": "before 18"}, {"from": {"unit": "b"}, **second}]
    assert with_duty(chain=chain).duties[0].timetable.chain[1] == (After(3),)


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
    chosen = stage.reporters[0]
    assert (chosen.kinds, chosen.groups, chosen.excluding) == (("xa",), ("xã ven biển",), ("b",))
    assert stage.to == ("c",)


@pytest.mark.parametrize("text", ["2024-01-19", "19/1/2024", "19/01/2024", date(2024, 1, 19)])
def test_dates_are_read_in_both_ways_of_writing(text: object) -> None:
    assert plan(issued_on=text).issued_on == date(2024, 1, 19)


@pytest.mark.parametrize(("cutoff", "day"), [(5, 5), ("25", 25), ("end", 31)])
def test_a_cutoff_is_a_day_or_the_months_end(cutoff: int | str, day: int) -> None:
    file = with_duty(cutoff=cutoff)
    assert [cutoff.day for cutoff in file.cutoffs_of(file.duties[0])] == [day]


def test_the_cutoff_is_the_decrees_unless_the_plan_sets_one() -> None:
    assert plan().cutoffs_of(plan().duties[0]) == (Cutoff(14),)
    assert plan(cutoff=20).cutoffs_of(plan().duties[0]) == (Cutoff(20),)


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
        ({"cutoff": 32}, "cut-off on 32"),
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
        (
            {
                "every": "on-demand",
                "chain": [{"from": {"unit": "a"}}, {"from": {"unit": "b"}, "after": "3wd"}],
            },
            "the topmost stage has that date: leave its `due` out, and write `lead` in the stage below",
        ),
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


FLOOD = {"id": "flood", "title": "Khi có thiên tai", "by": "monitor"}


def duty_of(every: str, due: Any = None, **more: Any) -> DutyFile:
    stage = {"from": {"unit": "a"}, **({} if due is None else {"due": due})}
    chain = [stage | {key: more.pop(key) for key in ("planned",) if key in more and due}]
    return with_duty(every=every, chain=chain, **more).duties[0]


@pytest.mark.parametrize(
    ("every", "frequency", "words"),
    [
        ("day", Frequency.DAY, "day"),
        ("workday", Frequency.WORKDAY, "workday"),
        ("week", Frequency.WEEK, "week"),
        ("5 Years from 2011", Frequency.YEARS, "5 years from 2011"),
        ("unspecified", Frequency.UNSPECIFIED, "unspecified"),
    ],
)
def test_how_often_it_comes(every: str, frequency: Frequency, words: str) -> None:
    duty = duty_of(every)
    assert (duty.every, duty.often) == (frequency, words)


def test_a_list_has_a_date_for_each_period() -> None:
    duty = duty_of("half-year", ["before 1/6", "before 15/11"], periods=["H1", "H2"])
    assert [str(rule) for rule in duty.timetable.rules(Period.parse("2026-H2"))] == ["before 15/11"]
    assert duty.chain[0].rule_text == "before 1/6; before 15/11"


def test_periods_are_named_by_their_numbers() -> None:
    assert duty_of("month", "by 25", periods=[1, 2, "4"]).periods == ("1", "2", "4")
    assert duty_of("half-year", "before 20/6", periods="h1").periods == ("H1",)


@pytest.mark.parametrize(
    ("every", "due", "planned", "expected"),
    [
        ("once", "before 15/12/2025", "5/12/2025", "5/12/2025"),
        ("once", "before 15/12/2025", date(2025, 12, 5), "5/12/2025"),
        ("month", "before 18", 5, "5"),
        ("year", "before 15/12", "05/12", "5/12"),
    ],
)
def test_what_is_planned_is_a_day_without_a_bound(
    every: str, due: str, planned: object, expected: str
) -> None:
    assert duty_of(every, due, planned=planned).chain[0].planned == (expected,)


def test_what_a_duty_plans_holds_for_its_dated_stages() -> None:
    chain = [
        {"from": {"unit": "a"}, "due": "before 10"},
        {"from": {"unit": "b"}, "due": "before 18", "planned": 15},
        {"from": {"unit": "c"}},
    ]
    duty = with_duty(chain=chain, planned=5).duties[0]
    assert [[str(rule) for rule in rules] for rules in duty.timetable.planned] == [["by 5"], ["by 15"], []]


def test_an_event_is_told_once_and_named_elsewhere() -> None:
    first: dict[str, Any] = {"id": "quick", "title": "x", "every": "on-demand", "event": FLOOD}
    first["chain"] = [{"from": {"unit": "a"}, "due": "within 24H of flood"}]
    second: dict[str, Any] = {"id": "full", "title": "x", "every": "once", "event": "flood"}
    second["chain"] = [{"from": {"unit": "a"}, "lead": "1d"}, {"from": {"unit": "b"}, "due": "by event"}]
    file = plan(duties=[first, second])
    event = file.event("flood")
    assert event is not None
    assert (event.title, event.by) == ("Khi có thiên tai", "monitor")
    assert file.duties[0].chain[0].rule_text == "within 24h of flood"
    assert PlanFile.model_validate(file.content()) == file
    assert file.content()["duties"][1]["event"] == "flood"


@pytest.mark.parametrize(
    ("every", "cutoff", "more", "expected"),
    [
        ("year", "14/11", {}, ["14/11"]),
        ("year", "none", {}, []),
        ("year", "None", {}, []),
        ("half-year", ["14/5", "31/10"], {"due": ["before 1/6", "before 15/11"]}, ["14/5", "31/10"]),
        ("once", "30/9", {"period": "2026"}, ["30/9"]),
        ("5 years from 2011", "30/9", {}, ["30/9"]),
        ("month", "end", {}, ["end"]),
    ],
)
def test_a_duty_says_where_its_data_end(
    every: str, cutoff: Any, more: dict[str, Any], expected: list[str]
) -> None:
    file = plan(duties=[deepcopy(PLAN["duties"][0]) | {"every": every, "cutoff": cutoff} | _chain(more)])
    assert [str(each) for each in file.cutoffs_of(file.duties[0])] == expected
    assert file.states_cutoff(file.duties[0])


def _chain(more: dict[str, Any]) -> dict[str, Any]:
    due = more.pop("due", None)
    return {**more, "chain": [{"from": {"unit": "a"}, **({"due": due} if due else {})}]}


@pytest.mark.parametrize(
    ("cutoff", "every", "type", "expected"),
    [
        (14, "month", "report", ["14"]),
        ("14/11", "year", "report", ["14/11"]),
        ("14/11", "month", "report", ["14"]),
        ("none", "month", "report", []),
        (20, "month", "task", []),
    ],
)
def test_the_plans_cut_off_holds_for_the_reports_that_it_fits(
    cutoff: Any, every: str, type: str, expected: list[str]
) -> None:
    file = plan(cutoff=cutoff, duties=[PLAN["duties"][0] | {"every": every, "type": type} | _chain({})])
    assert [str(each) for each in file.cutoffs_of(file.duties[0])] == expected


def test_reporters_may_be_chosen_in_several_ways() -> None:
    chain = [{"from": [{"unit": "so-khcn"}, {"level": "grassroots"}], "due": "before 18"}]
    stage = with_duty(chain=chain).duties[0].chain[0]
    assert [each.level for each in stage.reporters] == [None, "grassroots"]
    assert (stage.codes, stage.title(1)) == (("so-khcn",), "Chặng 1")


def test_a_lead_may_hang_on_the_date_of_a_request() -> None:
    chain = [{"from": {"unit": "a"}, "lead": "3wd"}, {"from": {"unit": "b"}}]
    assert with_duty(every="on-demand", chain=chain).duties[0].timetable.chain[0] == (Lead(3),)


def test_a_file_that_was_kept_reads_as_before() -> None:
    """What a version of the time before lists and events has kept: one rule, one selection, a text each."""
    kept = plan().content()
    stage = kept["duties"][0]["chain"][1]
    assert (stage["due"], stage["from"]["level"], kept["cutoff"]) == ("before 18", "district", "14")
    for duty in kept["duties"]:
        for name in ("periods",):
            del duty[name]
    assert PlanFile.model_validate(kept) == plan()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (_chain({"due": "before 16:00"}) | {"every": "week"}, "write the day of the week"),
        (_chain({"due": ["by 5", "by 20"]}), "there are 2 dates for 12 periods"),
        (_chain({"due": []}) | {"planned": []}, "is empty; give at least one entry"),
        ({"periods": ["Q1"]}, "is no period of a duty that comes every month"),
        ({"periods": [1, "1"]}, "names a period twice"),
        ({"periods": [13]}, "use 1 to 12 for months"),
        ({"planned": "before 5"}, "write it without a bound"),
        ({"planned": "5/12"}, "write the day of the month"),
        ({"chain": [{"from": {"unit": "a"}, "planned": 5}]}, "give `due` as well"),
        ({"event": "flood"} | _chain({}), "goes with `every: on-demand`"),
        ({"event": "flood", "every": "once"} | _chain({}), "no duty says what 'flood' is"),
        ({"event": FLOOD, "every": "once"} | _chain({"due": "by 5/6/2026"}), "the duty waits for an event"),
        (
            {"event": FLOOD, "every": "once"} | _chain({"due": "within 2d of fire"}),
            "'fire' is not this duty's event",
        ),
        ({"every": "on-demand"} | _chain({"due": "by event"}), "the duty has no event"),
        ({"cutoff": "14/11"}, "14/11 ends no data of such periods"),
        ({"cutoff": [14, 20]}, "has 2 days for 0 periods"),
        ({"every": "week", "cutoff": 14} | _chain({}), "14 ends no data of such periods"),
        (
            {"every": "year", "cutoff": 14} | _chain({"due": ["by 5/6", "by 5/12"]}),
            "14 ends no data of such periods",
        ),
        ({"chain": [{"from": []}]}, "is empty"),
    ],
)
def test_it_refuses_what_does_not_go_together(changes: dict[str, Any], said: str) -> None:
    assert said in refusal(with_duty, **changes)


def test_an_event_has_one_title() -> None:
    duty = PLAN["duties"][0] | {"every": "once", "event": FLOOD} | _chain({})
    assert "has a title in several duties" in refusal(plan, duties=[duty, duty | {"id": "other"}])


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
    assert {"from", "to", "via", "due", "planned", "lead", "after", "name", "note"} == set(stage)
    assert {option["type"] for option in stage["to"]["anyOf"] if option["type"] == "array"} == {"array"}
    assert schema["additionalProperties"] is False
