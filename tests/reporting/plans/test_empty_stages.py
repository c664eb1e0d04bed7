"""Stages that choose nobody on a day ahead, told before that day comes."""

from __future__ import annotations

from datetime import date

import pytest

from models.database import reading
from reporting.plans.checking import empty_stages, known_units, warnings_of
from reporting.plans.reading import read_plan_bytes
from reporting.plans.warnings import Caution
from reporting.special_days import working_days
from tests.reporting.world import MONTHLY, UNITS, World

TODAY = date(2024, 2, 1)
DISTRICT = MONTHLY.replace("level: grassroots", "kinds: huyen")
WITHOUT_DISTRICTS = "".join(
    line.replace(",d1,", ",p,").replace(",d2,", ",p,")
    for line in UNITS.splitlines(keepends=True)
    if not line.startswith(("d1,", "d2,"))
)
WITHOUT_COMMUNES = "".join(line for line in UNITS.splitlines(keepends=True) if "grassroots" not in line)


def said(world: World, text: str) -> list[str]:
    """What the check of a plan says of stages without units, on 1 February 2024."""
    plan = read_plan_bytes(text.encode(), "plan.yaml").plan
    with reading(world.engine) as session:
        found = warnings_of(plan, known_units(session, plan, TODAY), working_days(session))
    concerns = (Caution.NOBODY, Caution.NOBODY_AHEAD)
    return [warning.text("en") for warning in found if warning.concern in concerns]


def of_all_plans(world: World) -> list[tuple[str, str]]:
    with reading(world.engine) as session:
        return [(slug, warning.text("en")) for slug, warning in empty_stages(session, TODAY)]


ABOLISHED = "Báo cáo tháng, stage 1: chooses nobody from 1 July 2024 on, when units change"


@pytest.mark.parametrize(
    ("units", "plan", "expected"),
    [
        (WITHOUT_DISTRICTS, DISTRICT, [ABOLISHED]),
        (WITHOUT_COMMUNES, MONTHLY, [ABOLISHED]),
        (WITHOUT_DISTRICTS, MONTHLY, []),  # its communes stay
        (WITHOUT_DISTRICTS, DISTRICT.replace("2024-12-31", "2024-06-30"), []),  # over by then
        (
            WITHOUT_DISTRICTS,
            DISTRICT.replace("every: month", "every: once").replace("before 18", "before 1/6/2024"),
            [],
        ),
        (
            WITHOUT_DISTRICTS,
            DISTRICT.replace("every: month", "every: once").replace("before 18", "before 2/7/2024"),
            [ABOLISHED],
        ),
        (
            WITHOUT_DISTRICTS,
            DISTRICT.replace("every: month", "every: on-demand").replace(", due: before 18", ""),
            [ABOLISHED],
        ),
        (WITHOUT_DISTRICTS, DISTRICT.replace("{kinds: huyen}", "[{kinds: huyen}, {level: grassroots}]"), []),
    ],
)
def test_a_stage_that_will_choose_nobody_is_told_beforehand(
    world: World, units: str, plan: str, expected: list[str]
) -> None:
    assert said(world, plan) == []
    world.units(units, as_of="2024-07-01", replace=True)
    assert [line.partition(";")[0] for line in said(world, plan)] == expected


def test_what_is_due_after_its_plan_counts_as_well(world: World) -> None:
    world.units(WITHOUT_COMMUNES, as_of="2025-01-01", replace=True)
    yearly = MONTHLY.replace("every: month", "every: year").replace("before 18", "by 15/1 next year")
    assert said(world, MONTHLY) == []  # over by then
    assert len(said(world, yearly)) == 1


def test_the_plans_there_are_are_looked_at_when_units_change(world: World) -> None:
    world.plan(DISTRICT)
    world.plan(MONTHLY.replace("slug: simple", "slug: communes"))
    assert of_all_plans(world) == []
    world.units(WITHOUT_DISTRICTS, as_of="2024-07-01", replace=True)
    ((slug, line),) = of_all_plans(world)
    assert slug == "simple"
    assert line.startswith(ABOLISHED)


def test_a_level_that_comes_back_in_time_is_not_missed(world: World) -> None:
    world.units(WITHOUT_DISTRICTS, as_of="2024-07-01", replace=True)
    world.units(UNITS, as_of="2024-07-10")
    assert said(world, DISTRICT) == []  # the report of July is due on the 17th
    assert said(world, DISTRICT.replace("before 18", "before 5"))
