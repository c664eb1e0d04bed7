"""Who is notified when something went otherwise than planned: outages, plans loaded late, days that change.

February 2024: due before the 18th, a Sunday; Tết is 8 to 14 February. In March the 18th is a Monday: the
reminder two working days before comes on Thursday the 14th, the last on Friday the 15th.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.database import reading, writing
from reporting.moves.close import acknowledge
from reporting.opening.retirement import retire_plan
from reporting.reminders.run import preview
from reporting.special_days import add_special_day, remove_special_day, working_days
from tests.conftest import at
from tests.timeline.conftest import Begin
from tests.timeline.harness import CHAIN, DISTRICTS, Timeline
from tests.timeline.test_reminding import DUNG, EVE, FRANK, HOA, MINH, PHUC, quiet_january

LAST = "2024-02-16 08:00:00"
"""The last pass before each outage: the day on which the office is open for the last time."""


def begun(timeline: Begin, plan: str = DISTRICTS) -> Timeline:
    """Only d1's report for February is open."""
    world = timeline(plan)
    quiet_january(world)
    world.file("d2", "2024-02-01 09:00:00")
    return world


def told(world: Timeline, unit: str = "d1", period: str = "2024-02") -> set[tuple[str, int, str]]:
    """What was sent about a report: rung, repeat and person."""
    lines = world.ledger(world.obligation(unit, period))
    return {(rung, repeat, who) for rung, repeat, state, who in lines if state == "sent"}


@pytest.mark.parametrize(
    ("back", "expected"),
    [
        ("2024-02-19 10:00:00", {("overdue", 0, DUNG), ("overdue", 0, HOA)}),
        ("2024-02-20 10:00:00", {("overdue", 0, DUNG), ("overdue", 0, HOA), ("superior", 0, MINH)}),
        (
            "2024-02-26 10:00:00",  # ten days
            {
                ("overdue", 1, DUNG),
                ("overdue", 1, HOA),
                ("superior", 0, MINH),
                ("superior-head", 0, PHUC),
            },
        ),
        (
            "2024-03-27 10:00:00",  # forty days
            {
                ("overdue", 4, DUNG),
                ("overdue", 4, HOA),
                ("superior", 0, MINH),
                ("superior-head", 0, PHUC),
            },
        ),
        (
            "2025-03-24 10:00:00",  # more than four hundred
            {
                ("overdue", 4, DUNG),
                ("overdue", 4, HOA),
                ("superior", 0, MINH),
                ("superior-head", 0, PHUC),
            },
        ),
    ],
)
def test_after_an_outage_unit_and_superiors_hear_in_one_pass(
    timeline: Begin, back: str, expected: set[tuple[str, int, str]]
) -> None:
    world = begun(timeline)
    for moment in ("2024-02-05 08:00:00", "2024-02-15 08:00:00", LAST):
        world.tick(moment)
        world.send(moment)
    before = told(world)
    world.tick(back)
    world.send(back)
    assert told(world) - before == expected
    after = back.replace("10:00", "10:05")
    world.tick(after)
    world.send(after)
    assert told(world) - before == expected, "each of them once"


def test_no_superior_is_notified_on_a_weekend_before_the_unit_on_monday(timeline: Begin) -> None:
    """The superior's rung counts plain days; its Saturday is the first day with a pass again."""
    world = begun(timeline)
    text = """\
slug: default
rungs:
  - {id: overdue, at: +5d, audience: clerk}
  - {id: up, at: +7d, audience: superior-head}
"""
    world.load_ladder(text, "2024-02-01 10:00:00")
    world.pass_at("2024-02-24 09:00:00", (DUNG, "Quá hạn 7 ngày"), (PHUC, "Quá hạn 7 ngày"))


def test_a_plan_loaded_after_its_deadline_is_escalated_from_the_day_of_the_units_notice(
    timeline: Begin,
) -> None:
    late = "Quá hạn 7 ngày: Báo cáo tháng, tháng 1/2024"
    other = DISTRICTS.replace("slug: thang", "slug: later").replace("from: 2024-01", "from: 2024-11")
    world = timeline(other)
    world.tick("2024-01-03 09:00:00")
    world.load_plan(DISTRICTS, "2024-01-24 10:00:00")
    world.pass_at("2024-01-24 10:05:00", (DUNG, late), (HOA, late), (EVE, late), (FRANK, late))
    world.nothing_until("2024-01-24 11:00:00", "2024-01-25 08:00:00")
    world.file("d2", "2024-01-24 12:00:00", period="2024-01")
    world.pass_at("2024-01-25 08:00:00", (EVE, "Đã nộp"), (FRANK, "Đã nộp"))
    world.pass_at("2024-01-26 08:00:00", (MINH, "Quá hạn 9 ngày"))
    world.pass_at("2024-01-29 08:00:00")
    world.pass_at("2024-01-30 08:00:00", (DUNG, "Quá hạn 13 ngày"), (HOA, "Quá hạn 13 ngày"))
    world.pass_at("2024-01-31 08:00:00", (PHUC, "Quá hạn 14 ngày"))


def test_a_plan_loaded_again_after_it_was_retired_starts_with_the_unit(timeline: Begin) -> None:
    world = begun(timeline)
    world.pass_at("2024-02-05 08:00:00", (DUNG, "Còn 12 ngày"))
    with writing(world.engine) as session:
        retire_plan(session, "thang", "thay bằng kế hoạch khác", at("2024-02-06 09:00:00"), "Alice")
    world.pass_at("2024-02-19 08:00:00")
    world.load_plan(DISTRICTS, "2024-02-22 09:00:00")
    world.pass_at("2024-02-22 09:05:00", (DUNG, "Quá hạn 5 ngày"), (HOA, "Quá hạn 5 ngày"))
    world.pass_at("2024-02-23 08:00:00")
    world.pass_at("2024-02-26 08:00:00", (MINH, "Quá hạn 9 ngày"))


def in_march(timeline: Begin) -> Timeline:
    """Only d1's report for March is open, and its first reminder is through."""
    world = begun(timeline)
    world.file("d1", "2024-02-01 09:00:00")
    world.file("d2", "2024-03-01 09:00:00", period="2024-03")
    world.pass_at("2024-03-11 08:00:00", (DUNG, "Còn 6 ngày"))
    return world


def set_day(world: Timeline, day: str, worked: bool, when: str) -> None:
    with writing(world.engine) as session:
        add_special_day(session, at(f"{day} 00:00:00").date(), worked, "Thông báo", at(when), "Dave")


def test_a_reminder_whose_day_becomes_a_day_off_is_not_lost(timeline: Begin) -> None:
    world = in_march(timeline)
    set_day(world, "2024-03-14", False, "2024-03-13 15:00:00")
    start, end = at("2024-03-13 15:01:00"), at("2024-03-13 18:00:00")
    with reading(world.engine) as session:
        found = preview(session, start, end, working_days(session), world.settings)
    assert [(each.notice.rung, each.notice.recipient) for each in found] == [("two-before", DUNG)]
    world.pass_at("2024-03-13 15:05:00", (DUNG, "Còn 4 ngày"))
    world.pass_at("2024-03-14 08:00:00")
    world.pass_at("2024-03-15 08:00:00", (DUNG, "Còn 2 ngày"))


def test_a_reminder_whose_day_moves_back_comes_on_the_new_day_once(timeline: Begin) -> None:
    world = in_march(timeline)
    set_day(world, "2024-03-16", True, "2024-03-13 15:00:00")
    world.pass_at("2024-03-14 08:00:00")
    world.pass_at("2024-03-15 08:00:00", (DUNG, "Còn 2 ngày"))
    world.pass_at("2024-03-16 08:00:00", (DUNG, "Còn 1 ngày"))


def test_a_reminder_that_was_sent_is_not_sent_again_on_its_new_day(timeline: Begin) -> None:
    world = in_march(timeline)
    world.pass_at("2024-03-14 08:00:00", (DUNG, "Còn 3 ngày"))
    set_day(world, "2024-03-16", True, "2024-03-14 09:00:00")
    world.pass_at("2024-03-15 08:00:00")
    with writing(world.engine) as session:
        remove_special_day(session, at("2024-03-16 00:00:00").date(), at("2024-03-15 09:00:00"), "Dave")
    world.pass_at("2024-03-15 09:05:00", (DUNG, "Còn 2 ngày"))
    world.nothing_until("2024-03-15 10:00:00", "2024-03-18 08:00:00")


def test_another_time_zone_is_noticed_by_the_next_pass(timeline: Begin) -> None:
    world = in_march(timeline)
    world.settings = world.settings.model_copy(update={"time_zone": "Asia/Tokyo"})
    world.pass_at("2024-03-14 05:55:00")
    world.pass_at("2024-03-14 06:05:00", (DUNG, "Còn"))


def test_a_plan_that_changes_its_ladder_is_looked_at_again(timeline: Begin) -> None:
    world = in_march(timeline)
    text = "slug: other\nrungs:\n  - {id: a, at: -4d, audience: clerk}\n"
    world.load_ladder(text, "2024-03-11 10:00:00")
    world.load_plan(DISTRICTS.replace("slug: thang", "slug: thang\nladder: other"), "2024-03-12 10:00:00")
    world.pass_at("2024-03-13 08:00:00", (DUNG, "Còn 4 ngày"))


def test_an_acknowledgement_lets_the_units_overdue_reminders_rest(timeline: Begin) -> None:
    """The shipped ladder: its superiors hear all the same."""
    world = begun(timeline)
    world.pass_at("2024-02-19 08:00:00", (DUNG, "Quá hạn 2 ngày"), (HOA, "Quá hạn 2 ngày"))
    with writing(world.engine) as session:
        acknowledge(session, world.settings, world.obligation("d1"), at("2024-02-19 09:00:00"), "Dung")
    world.pass_at("2024-02-20 08:00:00", (MINH, "Quá hạn"))
    world.pass_at("2024-02-22 08:00:00")
    world.pass_at("2024-02-23 08:00:00", (PHUC, "Quá hạn"))
    world.pass_at("2024-02-26 08:00:00")
    world.pass_at("2024-02-27 08:00:00", (DUNG, "Quá hạn 10 ngày"), (HOA, "Quá hạn 10 ngày"))


def test_what_nags_the_unit_until_accepted_turns_to_the_superior_once_it_is_handed_in(
    timeline: Begin,
) -> None:
    world = begun(timeline, CHAIN)
    for unit in ("x1", "x2"):
        world.file(unit, "2024-01-04 09:00:00", period="2024-01")
    world.file("d1", "2024-02-01 09:00:00")
    world.file("x2", "2024-02-01 09:00:00")
    text = """\
slug: default
rungs:
  - {id: late, at: +1wd, audience: [clerk, head], until: accepted}
  - {id: up, at: +5wd, audience: superior-head, until: accepted}
"""
    world.load_ladder(text, "2024-02-01 10:00:00")
    world.file("x1", "2024-02-05 10:00:00")  # due on the 6th
    world.pass_at("2024-02-05 10:05:00")
    world.pass_at("2024-02-07 08:00:00", (DUNG, "Báo cáo tháng"))
    world.nothing_until("2024-02-07 09:00:00", "2024-02-19 08:00:00", timedelta(hours=5))
    world.pass_at("2024-02-19 08:00:00", (PHUC, "2 chờ tiếp nhận"))  # the districts', as p has no clerk
    world.pass_at("2024-02-20 08:00:00", (HOA, "hờ tiếp nhận"))


def test_a_look_ahead_on_a_day_off_waits_for_the_office_to_open(timeline: Begin) -> None:
    world = begun(timeline)
    text = """\
slug: default
rungs: [{id: a, at: +9d, audience: clerk}]
weekly: {on: monday, hour: "07:30", audience: [clerk]}
"""
    world.load_ladder(text, "2024-02-01 10:00:00")
    world.nothing_until("2024-02-10 07:30:00", "2024-02-15 07:30:00", timedelta(hours=8))
    world.pass_at("2024-02-15 07:30:00", (DUNG, "Tuần 15/02–21/02/2024: 1 báo cáo đến hạn"))
