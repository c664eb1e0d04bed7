"""A plan loaded after it came into force: what would be overdue at once, and tracking it from a day on."""

from __future__ import annotations

from datetime import date

import pytest

from calendars.working_days import WorkingDays
from calendars.zone import HCM
from models.database import reading
from reporting.opening.adoption import Adoption, adoption
from reporting.plans.loading import foresee_plan
from reporting.plans.reading import read_plan_bytes
from tests.conftest import at
from tests.reporting.world import MONTHLY, World

DAYS = WorkingDays.from_country()
NOW = "2024-10-20 08:00:00"


def foreseen(world: World, text: str, when: str = NOW) -> Adoption:
    with reading(world.engine) as session:
        plan = read_plan_bytes(text.encode(), "plan.yaml").plan
        change = foresee_plan(session, plan, at(when).astimezone(HCM).date(), at(when))
        return adoption(session, change, DAYS, at(when), HCM)


def tracked(day: str) -> str:
    return MONTHLY.replace("duties:", f"track_from: {day}\nduties:")


def test_what_would_be_overdue_is_just_what_the_next_pass_opens_as_overdue(world: World) -> None:
    found = foreseen(world, MONTHLY)
    assert (found.obligations, found.units, found.left) == (30, 3, 3)  # January to October, three communes
    assert found.track_from == date(2024, 10, 1)
    (duty,) = found.overdue
    assert (duty.periods, duty.oldest) == (10, date(2024, 1, 17))
    world.plan(MONTHLY)
    assert world.tick(NOW).overdue == found.obligations


def test_nothing_is_overdue_of_a_plan_that_begins_today(world: World) -> None:
    assert foreseen(world, MONTHLY, "2024-01-01").lines("vi") == []


def test_a_plan_that_is_loaded_already_says_what_a_change_adds(world: World) -> None:
    world.plan(MONTHLY)
    world.tick(NOW)
    assert foreseen(world, MONTHLY).obligations == 0
    other = MONTHLY[MONTHLY.index("  - id") :].replace("id: monthly", "id: other")
    assert foreseen(world, MONTHLY + other).obligations == 0  # added now, so asked for from now on
    once = other.replace("every: month", "every: once").replace("before 18", "before 30/6/2024")
    assert foreseen(world, MONTHLY + once).obligations == 3


@pytest.mark.parametrize(
    ("day", "overdue", "untracked"),
    [
        ("2024-10-01", 3, 27),
        ("2024-10-17", 3, 27),  # October's last day itself is tracked
        ("2024-10-18", 0, 30),
        ("2024-01-01", 30, 0),
    ],
)
def test_a_plan_tracked_from_a_day_neither_counts_nor_reminds_of_what_was_due_before(
    world: World, day: str, overdue: int, untracked: int
) -> None:
    assert foreseen(world, tracked(day)).obligations == overdue
    world.plan(tracked(day))
    count = world.tick(NOW)
    assert (count.opened, count.overdue) == (36, overdue)
    states = [row.state for row in world.due("2024-10-20 09:00:00")]
    assert (states.count("untracked"), states.count("open")) == (untracked, 36 - untracked)
    assert world.rates("2024-10-20 09:00:00", period="2024").total.expected == 36 - untracked
    assert world.tick("2024-10-21 08:00:00").opened == 0


def test_loading_the_file_again_without_the_day_keeps_it(world: World) -> None:
    world.plan(tracked("2024-10-01"))
    world.tick(NOW)
    assert world.plan(MONTHLY, "2024-10-21").outcome == "unchanged"


def test_a_day_said_later_takes_out_what_is_open_and_was_due_before(world: World) -> None:
    world.plan(MONTHLY)
    world.tick(NOW)
    world.submit("x1", "2024-03", "2024-10-20 09:00:00")
    world.plan(tracked("2024-10-01"), "2024-10-20")
    world.tick("2024-10-20 10:00:00")
    states = {row.period: row.state for row in world.due("2024-10-20 11:00:00", unit="x1")}
    assert states["2024-03"] == "submitted"
    assert {states[f"2024-{month:02}"] for month in (1, 2, 4, 9)} == {"untracked"}
    assert states["2024-10"] == "open"


def test_what_was_extended_to_a_day_that_is_tracked_stays(world: World) -> None:
    world.plan(MONTHLY)
    world.tick(NOW)
    world.extend("x1", "2024-09", "2024-10-25", "2024-10-20 09:00:00")
    world.plan(tracked("2024-10-01"), "2024-10-20")
    world.tick("2024-10-20 10:00:00")
    states = {row.unit: row.state for row in world.due("2024-10-20 11:00:00", period="2024-09")}
    assert states == {"x1": "open", "x2": "untracked", "x3": "untracked"}


def test_an_earlier_day_said_later_brings_back_what_lies_ahead(world: World) -> None:
    """As after a year that was mistyped."""
    world.plan(tracked("2025-10-01"))
    world.tick(NOW)
    assert {row.state for row in world.due("2024-10-20 09:00:00")} == {"untracked"}
    world.plan(tracked("2024-10-01"), "2024-10-20")
    world.tick("2024-10-20 10:00:00")
    states = {row.period: row.state for row in world.due("2024-10-20 11:00:00", unit="x1")}
    assert {period for period, state in states.items() if state == "open"} == {"2024-11", "2024-12"}
    assert world.tick("2024-11-18 08:00:00").overdue == 3


def test_a_daily_plan_is_offered_to_be_tracked_from_today(world: World) -> None:
    daily = MONTHLY.replace("every: month", "every: day").replace("before 18", "before 16:00")
    assert foreseen(world, daily).track_from == date(2024, 10, 20)


@pytest.mark.parametrize(
    ("due", "when", "number"),
    [
        ("before 16:00 18", "2024-01-18 15:59", 0),
        ("before 16:00 18", "2024-01-18 17:00", 3),
        ("before 18:00 18", "2024-01-18 17:00", 0),
        ("before 18", "2024-01-17 23:59", 0),
        ("before 18", "2024-01-18 00:00", 3),
    ],
)
def test_it_is_overdue_at_the_hour_of_its_deadline(world: World, due: str, when: str, number: int) -> None:
    plan = MONTHLY.replace("before 18", due)
    assert foreseen(world, plan, when).obligations == number
    world.plan(plan)
    assert world.tick(when).overdue == number


def test_a_lower_stage_is_overdue_though_the_topmost_is_not(world: World) -> None:
    above = "lead: 10wd}\n      - {from: {level: district}, due: before 18}"
    chain = MONTHLY.replace("due: before 18}", above)
    when = "2024-01-10 08:00"
    assert foreseen(world, chain, when).obligations == 3
    world.plan(chain)
    assert world.tick(when).overdue == 3
