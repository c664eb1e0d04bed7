"""docs/plans.md keeps what it promises: its example is a plan, it names every field, rule and concern."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from calendars.rules import parse_rule
from calendars.working_days import WorkingDays
from models.plan_files.duty import EventFile
from models.plan_files.plan import DutyFile, InForce, PlanFile
from models.plan_files.stage import PlanPart, Selector, StageFile
from reporting.plans.checking import check_plan
from reporting.plans.reading import read_plan_bytes
from reporting.plans.warnings import Caution

PAGE = (Path(__file__).parents[2] / "docs" / "plans.md").read_text(encoding="utf-8")
RULES = re.findall(
    r"`((?:before|by|within|from \w+(?:/\w+)*) [^`]+)`",
    PAGE.partition("## When")[2].partition("## Warnings")[0],
)
LOOKED_UP = [
    (left.strip(), [piece for piece in re.findall(r"`([^`…]+)`", right) if re.match(r"\w+: ", piece)])
    for left, right in re.findall(
        r"^\| ([^|]+) \| ([^|]+) \| \[", PAGE.partition("## Tra theo")[2].partition("\n---")[0], re.MULTILINE
    )
]
"""What a document writes, and what to write of a duty."""


@pytest.mark.parametrize(("words", "pieces"), LOOKED_UP)
def test_what_is_looked_up_can_be_written(words: str, pieces: list[str]) -> None:
    fields = dict(pair for piece in pieces for pair in yaml.safe_load(piece).items())
    stage = {name: fields.pop(name) for name in ("due", "planned", "to", "via", "lead") if name in fields}
    if not {"every", "event"} & fields.keys():
        return  # about something else than the date
    fields = {"every": "on-demand"} | fields
    duty = {"id": "a", "title": words[:100], "chain": [{"from": {"unit": "a"}, **stage}], **fields}
    assert DutyFile.model_validate(duty).id == "a"


def test_there_is_much_to_look_up() -> None:
    assert len(LOOKED_UP) > 25
    assert sum("due" in "".join(pieces) for _, pieces in LOOKED_UP) > 12


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
