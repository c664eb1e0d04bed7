"""Reports of working days follow the days: of one that becomes a day off none is owed, until it is worked."""

from __future__ import annotations

from datetime import date

import pytest

from models.database import writing
from reporting.special_days import add_special_day, remove_special_day
from tests.conftest import at
from tests.reporting.world import MONTHLY, World

STORM = date(2024, 10, 17)
"""A Thursday."""
LATER = "2024-10-18 12:00"
DAILY = MONTHLY.replace("every: month", "every: EVERY\n    from: 2024-10-14").replace(
    "before 18", "before 16:00"
)


@pytest.fixture
def workdays(world: World) -> World:
    world.plan(DAILY.replace("EVERY", "workday"), applies_from="2024-10-13")
    world.tick("2024-10-14 08:30:00")
    return world


def make_off(world: World, day: date, when: str) -> None:
    with writing(world.engine) as session:
        add_special_day(session, day, False, "Bão", at(when), "Dave")


def states(world: World, day: str) -> set[str]:
    return {str(row.state) for row in world.due(LATER, period=day)}


def test_a_working_day_that_becomes_a_day_off_is_not_owed(workdays: World) -> None:
    workdays.submit("x1", "2024-10-17", "2024-10-14 09:00", ahead=True)
    make_off(workdays, STORM, "2024-10-16 10:00")
    workdays.tick("2024-10-16 10:05:00")
    found = {row.unit: str(row.state) for row in workdays.due(LATER, period="2024-10-17")}
    assert found == {"x1": "submitted", "x2": "cancelled", "x3": "cancelled"}  # what is filed stays
    assert states(workdays, "2024-10-18") == {"open"}


def test_it_is_owed_again_once_it_is_worked_after_all(workdays: World) -> None:
    make_off(workdays, STORM, "2024-10-15 10:00")
    workdays.tick("2024-10-15 10:05:00")
    assert states(workdays, "2024-10-17") == {"cancelled"}
    with writing(workdays.engine) as session:
        remove_special_day(session, STORM, at("2024-10-16 10:00"), "Dave")
    workdays.tick("2024-10-16 10:05:00")
    assert states(workdays, "2024-10-17") == {"open"}


def test_what_a_person_has_waived_stays_so(workdays: World) -> None:
    workdays.close("x1", "2024-10-17", "2024-10-15 09:00")
    make_off(workdays, STORM, "2024-10-15 10:00")
    workdays.tick("2024-10-15 10:05:00")
    with writing(workdays.engine) as session:
        remove_special_day(session, STORM, at("2024-10-16 10:00"), "Dave")
    workdays.tick("2024-10-16 10:05:00")
    found = {row.unit: str(row.state) for row in workdays.due(LATER, period="2024-10-17")}
    assert found == {"x1": "waived", "x2": "open", "x3": "open"}


def test_a_day_that_is_over_stays_owed(workdays: World) -> None:
    make_off(workdays, STORM, "2024-10-18 10:00")
    workdays.tick("2024-10-18 10:05:00")
    assert states(workdays, "2024-10-17") == {"open"}  # whoever excuses it waives it


def test_reports_of_every_day_stay_owed(world: World) -> None:
    world.plan(DAILY.replace("EVERY", "day"), applies_from="2024-10-13")
    world.tick("2024-10-14 08:30:00")
    make_off(world, STORM, "2024-10-15 10:00")
    world.tick("2024-10-15 10:05:00")
    assert states(world, "2024-10-17") == {"open"}
