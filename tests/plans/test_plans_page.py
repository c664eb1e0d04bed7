"""docs/plans.md keeps what it promises: its example is a plan, it names every field, rule and concern."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from calendars.rules import parse_rule
from calendars.working_days import WorkingDays
from models.plan_duty import EventFile
from models.plan_file import DutyFile, InForce, PlanFile
from models.plan_stage import PlanPart, Selector, StageFile
from reporting.plans.checking import check_plan
from reporting.plans.reading import read_plan_bytes
from reporting.plans.warnings import Caution

PAGE = (Path(__file__).parents[2] / "docs" / "plans.md").read_text(encoding="utf-8")
RULES = re.findall(
    r"`((?:before|by|within|from \w+(?:/\w+)*) [^`]+)`",
    PAGE.partition("## When")[2].partition("## Warnings")[0],
)


def test_its_example_is_a_plan_without_serious_warnings() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    plan = read_plan_bytes(example.encode(), "docs/plans.md").plan
    assert [duty.id for duty in plan.duties] == ["monthly", "yearly", "scheme"]
    found = {warning.concern for warning in check_plan(plan, None, WorkingDays.from_country())}
    assert found <= {Caution.DAY_OFF, Caution.SHORT_AFTER_CUTOFF}


@pytest.mark.parametrize("part", [PlanFile, InForce, DutyFile, EventFile, StageFile, Selector])
def test_it_names_every_field(part: type[PlanPart]) -> None:
    named = set(re.findall(r"`([\w-]+)`", PAGE)) | set(
        re.findall(r"\{(id): [^,]+, (title): [^,]+, (by):", PAGE)[0]
    )
    named |= {"from", "to"}
    assert {field.alias or name for name, field in part.model_fields.items()} <= named


@pytest.mark.parametrize("rule", RULES)
def test_its_rules_can_be_written(rule: str) -> None:
    assert str(parse_rule(rule)) == rule


def test_there_are_rules_on_the_page() -> None:
    assert len(RULES) > 50


def test_it_explains_every_concern() -> None:
    explained = re.findall(r"^\| `([\w-]+)`", PAGE.partition("## Warnings")[2], re.MULTILINE)
    assert explained[1:] == [concern.value for concern in Caution]  # the first is the heading
