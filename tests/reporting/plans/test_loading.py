"""Plan files in the database: added, changed from a day on, unchanged; what is opened stays as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import SQLModel, col, select

from calendars.errors import NaiveInstant
from calendars.working_days import WorkingDays
from models.database import reading, writing
from models.errors import NotFound
from models.obligation import Obligation, Occurrence
from models.plan import Duty, Plan, PlanVersion, Stage
from models.settings import Settings
from models.upkeep import AuditEntry
from reporting.plans.checking import known_units
from reporting.plans.loading import (
    PlanOutcome,
    current_plan_file,
    find_plan,
    foresee_plan,
    load_plan,
    loaded_plans,
)
from reporting.plans.reading import read_plan_bytes
from tests.conftest import at
from tests.reporting.world import PLAN, World

LATER = PLAN.replace("due: before 18", "due: before 20")
WITHOUT = PLAN.replace("  - id: monthly", "  - id: another")
DAYS = WorkingDays.from_country()


@pytest.fixture
def world(engine: Engine, settings: Settings, tmp_path: Path) -> World:
    return World(engine, settings, tmp_path)


def rows(world: World, table: type[SQLModel]) -> list[dict[str, Any]]:
    with reading(world.engine) as session:
        return [row.model_dump() for row in session.exec(select(table).order_by("id"))]


def test_a_new_plan_is_added_with_its_duties_and_stages(world: World) -> None:
    change = world.plan()
    assert (change.outcome, change.version, change.differences(DAYS)) == (PlanOutcome.ADDED, 1, [])
    (plan,) = rows(world, Plan)
    assert (plan["slug"], plan["monitor"], plan["issued_on"]) == ("p-2024", "so", date(2023, 12, 20))
    assert [duty["key"] for duty in rows(world, Duty)] == ["monthly"]
    assert [(stage["position"], stage["name"]) for stage in rows(world, Stage)] == [
        (1, "Cơ sở"),
        (2, "Huyện"),
        (3, "Chặng 3"),
    ]


def test_what_was_loaded_comes_back_the_same(world: World) -> None:
    world.plan()
    with reading(world.engine) as session:
        plan = find_plan(session, "p-2024")
        assert current_plan_file(session, plan) == read_plan_bytes(PLAN.encode(), "p").plan
        assert [each.slug for each in loaded_plans(session)] == ["p-2024"]


def test_loading_twice_changes_nothing(world: World) -> None:
    world.plan()
    tables: list[type[SQLModel]] = [Plan, PlanVersion, Duty, Stage, AuditEntry]
    before = [rows(world, table) for table in tables]
    change = world.plan(PLAN.replace("before 18", "BEFORE  18"), "2024-05-01")
    assert (change.outcome, change.version) == (PlanOutcome.UNCHANGED, 1)
    assert [rows(world, table) for table in tables] == before


def test_a_changed_plan_is_a_new_version_from_a_day_on(world: World) -> None:
    world.plan()
    change = world.plan(LATER, "2024-06-01")
    assert (change.outcome, change.version) == (PlanOutcome.CHANGED, 2)
    assert any("before 18 June 2024 → before 20 June 2024" in line for line in change.differences(DAYS, "en"))
    versions = rows(world, PlanVersion)
    assert [(each["number"], each["applies_from"]) for each in versions] == [
        (1, date(2024, 1, 1)),
        (2, date(2024, 6, 1)),
    ]
    assert "before 18" in versions[0]["content"]  # what was loaded first is never changed
    assert [plan["version"] for plan in rows(world, Plan)] == [2]


def test_foreseeing_changes_nothing(world: World) -> None:
    world.plan()
    with reading(world.engine) as session:
        new = read_plan_bytes(LATER.encode(), "p").plan
        assert foresee_plan(session, new, date(2024, 6, 1), at("2024-06-01")).outcome is PlanOutcome.CHANGED
    assert len(rows(world, PlanVersion)) == 1


def test_loading_touches_no_obligation_and_the_difference_says_what_the_next_pass_does(world: World) -> None:
    world.units()
    world.plan()
    world.tick("2024-01-02")
    before = rows(world, Obligation), rows(world, Occurrence)
    assert before[0]
    change = world.plan(LATER, "2024-06-01")
    assert (rows(world, Obligation), rows(world, Occurrence)) == before
    told = change.differences(DAYS, "en")
    assert any("from period June 2024: before 18 June 2024 → before 20 June 2024" in line for line in told)
    assert told[-1].endswith("what is filed, extended or overdue stays as it is")


def test_duties_and_stages_keep_their_rows_when_the_file_changes(world: World) -> None:
    world.plan()
    before = [row["id"] for row in rows(world, Duty)], [row["id"] for row in rows(world, Stage)]
    world.plan(LATER.replace("Báo cáo tháng", "Báo cáo hằng tháng"), "2024-06-01")
    assert ([row["id"] for row in rows(world, Duty)], [row["id"] for row in rows(world, Stage)]) == before
    assert rows(world, Duty)[0]["title"] == "Báo cáo hằng tháng"


def test_a_duty_that_the_file_no_longer_has_is_ended_and_may_come_back(world: World) -> None:
    world.plan()
    world.plan(WITHOUT, "2024-06-01")
    gone, new = rows(world, Duty)
    assert (gone["key"], gone["ended_at"]) == ("monthly", at("2024-06-01"))
    assert (new["key"], new["ended_at"]) == ("another", None)
    world.plan(PLAN, "2024-07-01")
    assert [(duty["key"], duty["ended_at"]) for duty in rows(world, Duty)] == [
        ("monthly", None),
        ("another", at("2024-07-01")),
    ]


def test_a_change_for_a_day_ahead_ends_a_duty_on_that_day(world: World) -> None:
    world.plan()
    with writing(world.engine) as session:
        new = read_plan_bytes(WITHOUT.encode(), "p").plan
        load_plan(session, new, at("2024-03-01"), "Dave", date(2024, 6, 1))
    assert rows(world, Duty)[0]["ended_at"] == at("2024-06-01")


def test_the_audit_says_who_loaded_what(world: World) -> None:
    world.plan()
    world.plan(LATER, "2024-06-01")
    with reading(world.engine) as session:
        found = session.exec(select(AuditEntry).order_by(col(AuditEntry.id))).all()
    assert [(each.actor, each.action, each.subject) for each in found] == [
        ("Dave", "add", "plan"),
        ("Dave", "change", "plan"),
    ]
    assert json.loads(found[1].before) == {"version": 1}
    assert json.loads(found[1].after) == {"slug": "p-2024", "version": 2, "applies_from": "2024-06-01"}


def test_an_unknown_plan_is_told_with_the_remedy(world: World) -> None:
    with reading(world.engine) as session, pytest.raises(NotFound, match="the list of plans has them all"):
        find_plan(session, "nothing")


def test_a_naive_instant_is_refused(world: World) -> None:
    plan = read_plan_bytes(PLAN.encode(), "p").plan
    with writing(world.engine) as session, pytest.raises(NaiveInstant):
        load_plan(session, plan, at("2024-01-01").replace(tzinfo=None), "Dave", date(2024, 1, 1))


@pytest.fixture
def years(world: World) -> Iterator[World]:
    world.units()
    world.units("code,name,level,kind,superior\nnew,Mới,province,tinh,\n", "2030-01-01")
    yield world


def test_units_of_any_day_are_known_and_those_of_the_plans_time_are_chosen_from(years: World) -> None:
    plan = read_plan_bytes(PLAN.encode(), "p").plan
    with reading(years.engine) as session:
        found = known_units(session, plan, date(2030, 6, 1))
    assert found is not None
    assert "new" in found.codes
    assert "new" not in found.hierarchy
    assert found.hierarchy.on == date(2024, 12, 31)


def test_without_units_there_is_nothing_to_check_against(world: World) -> None:
    with reading(world.engine) as session:
        assert known_units(session, read_plan_bytes(PLAN.encode(), "p").plan, date(2024, 6, 1)) is None
