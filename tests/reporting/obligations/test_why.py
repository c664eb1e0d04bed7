"""Why a report is due on its day: the steps lead to the deadline that is stored, whatever has moved it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from calendars.deadline import Deadline
from calendars.derivation import DerivationStep
from calendars.office import OfficeCalendar
from calendars.working_days import WorkingDays
from models.database import reading, writing
from models.errors import NotFound
from models.obligation import Obligation
from models.vocabulary import Lifecycle
from reporting.asking.happenings import EventDraft, say_event
from reporting.asking.requests import RequestDraft, make_request
from reporting.asking.whom import Whom
from reporting.obligations.why import why, why_json
from reporting.plans.reading import read_plan
from reporting.plans.schedule import PlanEdition, duty_occurrences
from reporting.special_days import add_special_day, working_days
from tests.conftest import at
from tests.reporting.asking import test_happenings, test_requests
from tests.reporting.world import PLAN, World

SHIPPED = sorted((Path(__file__).parents[3] / "plans").glob("*.yaml"))
DAYS = WorkingDays.from_country()


def steps_of(world: World, id: int, *, names_people: bool = True) -> list[DerivationStep]:
    with reading(world.engine) as session:
        calendar = OfficeCalendar(working_days(session), world.settings.zone)
        return why(session, id, calendar, names_people=names_people)


def codes(steps: Iterable[DerivationStep]) -> list[str]:
    return [each.code.name for each in steps]


def require_true(world: World) -> int:
    """Of every report there is, the steps end with the deadline that holds; how many there are."""
    with reading(world.engine) as session:
        reports = session.exec(select(Obligation)).all()
    for report in reports:
        is_returned = report.state == Lifecycle.RETURNED
        held = report.correction_deadline if is_returned else report.deadline
        *_, last = steps_of(world, report.id)
        if held is None:
            assert last.last_day is None
        else:
            deadline = Deadline(held, world.settings.zone)
            assert (last.last_day, last.hour) == (deadline.last_day, deadline.hour)
    return len(reports)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_all_dates_of_the_plans_here_follow_from_their_steps(path: Path) -> None:
    plan = read_plan(path)
    edition, seen = PlanEdition(version_id=0, file=plan, first=plan.in_force.first), 0
    for duty in plan.duties:
        for found in duty_occurrences([edition], duty.id, date(2025, 12, 31), DAYS):
            for due in found.dues:
                if due is not None:
                    seen += 1
                    assert (due.steps[-1].last_day, due.steps[-1].hour) == (due.last_day, due.hour)
    assert bool(seen) == any(any(duty.timetable.chain) for duty in plan.duties if duty.event is None)


@pytest.mark.parametrize("roll", ["none", "following", "preceding"])
def test_a_year_of_reports_is_due_as_its_steps_say(world: World, roll: str) -> None:
    world.units()
    world.plan(PLAN.replace("scope: p", f"scope: p\nroll: {roll}"))
    world.tick("2024-06-20 08:00")
    assert require_true(world) > 20


def test_an_extension_is_a_step_with_who_decided_and_what_was_before(world: World) -> None:
    world.units()
    world.open()
    report = world.one("x1", "2024-02")
    world.extend("x1", "2024-02", "2024-02-25", "2024-02-05 09:00")
    world.extend("x1", "2024-02", "2024-02-27", "2024-02-07 09:00")
    steps = steps_of(world, report.id)
    assert codes(steps)[-2:] == ["EXTENDED", "EXTENDED"]
    assert steps[-1].say("vi") == (
        "Gia hạn theo quyết định (Bob, 5/QĐ, 07/02/2024): từ 25/02/2024 đến 27/02/2024."
    )
    assert "Bob" not in "".join(each.say("vi") for each in steps_of(world, report.id, names_people=False))
    require_true(world)


def test_what_is_returned_is_due_by_the_day_of_its_correction(world: World) -> None:
    world.units()
    world.open()
    world.submit("x1", "2024-02", "2024-02-05 09:00")
    world.give_back("x1", "2024-02", "2024-02-06 09:00")
    assert codes(steps_of(world, world.one("x1", "2024-02").id))[-1] == "CORRECTION"
    require_true(world)


def test_a_changed_plan_says_what_it_was_before(world: World) -> None:
    world.units()
    world.open()
    world.plan(PLAN.replace("before 18", "before 22"), "2024-03-01", "2024-02-20 08:00")
    world.tick("2024-03-01 08:00")
    row = world.due("2024-03-02", unit="d1", period="2024-03")[-1]
    steps = steps_of(world, row.id)
    assert codes(steps)[:3] == ["DOCUMENT", "VERSION", "PLAN_CHANGED"]
    assert steps[2].say("vi") == "Trước khi kế hoạch thay đổi, hạn là 17/03/2024."
    require_true(world)


def test_a_day_off_that_came_later_is_told_from_the_day_that_stays(world: World) -> None:
    world.units()
    world.plan(PLAN.replace("scope: p", "scope: p\nroll: following"))
    world.tick("2024-01-02 08:00")
    with writing(world.engine) as session:
        add_special_day(session, date(2024, 3, 18), False, "Nghỉ bù", at("2024-03-01"), "Dave")
    (row,) = world.due("2024-03-02", unit="d1", period="2024-03")
    steps = steps_of(world, row.id)
    assert codes(steps)[-1] == "KEPT"
    assert [str(each.last_day) for each in steps[-2:]] == ["2024-03-19", "2024-03-18"]
    assert require_true(world)


def test_requests_and_events_say_who_asked_and_what_has_happened(world: World) -> None:
    world.units()
    world.plan(test_requests.PLAN, "2026-01-01")
    world.plan(test_happenings.PLAN, "2026-01-01")
    whom = Whom(units=("x1",))
    draft = RequestDraft(plan="asked", duty="regular", due="before 14:00 28/4/2026", whom=Whom())
    event = EventDraft(plan="events", event="flood", happened_at=at("2026-04-19 22:30"), whom=whom)
    with writing(world.engine) as session:
        asked = make_request(session, world.settings, draft, at(test_requests.NOW), "Carol")
        said = say_event(session, world.settings, event, at(test_requests.NOW), "Alice")
    assert asked and said
    assert require_true(world) > 3
    (quick,) = world.due("2026-04-20", duty="quick", unit="x1")
    steps = steps_of(world, quick.id)
    assert codes(steps) == ["DOCUMENT", "HAPPENED", "RULE", "COUNTED_HOURS"]
    assert steps[-1].say("vi") == "24 giờ kể từ 19/04/2026 22:30 kết thúc lúc 22:30 ngày 20/04/2026."


def test_for_programs_the_deadline_stands_beside_its_steps(world: World) -> None:
    world.units()
    world.open()
    report = world.one("d1", "2024-10")
    found = why_json(report.id, steps_of(world, report.id), "vi")
    assert (found["last_day"], found["hour"]) == (date(2024, 10, 17), None)
    assert [each["code"] for each in found["steps"]] == ["document", "rule", "named", "exclusive"]  # type: ignore[attr-defined]


def test_there_is_no_why_of_a_report_that_is_not_there(world: World) -> None:
    with pytest.raises(NotFound):
        steps_of(world, 4711)
