"""Events: what they open, for whom, by when, once or each time, and what takes them back."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import update

from calendars.zone import HCM
from models.asking import Happening
from models.database import reading, writing
from models.errors import DondocError, IllegalMove, InvalidInput
from models.vocabulary import Lifecycle
from reporting.asking.deed import Withdrawal
from reporting.asking.happenings import (
    EventDraft,
    EventSaid,
    preview_event,
    read_moment,
    say_event,
    take_back_event,
)
from reporting.asking.lists import list_events
from reporting.asking.whom import Foreseen, Whom
from reporting.audit.log import entries
from reporting.opening.retirement import retire_plan
from tests.conftest import at
from tests.reporting.world import UNITS, World

PLAN = """\
slug: events
number: 6/KH-UBND
title: Kế hoạch phòng, chống thiên tai
issuer: UBND tỉnh P
in_force: {from: 2026-01-01, to: 2026-12-31}
monitor: so
duties:
  - id: quick
    title: Báo cáo nhanh
    every: on-demand
    event: {id: flood, title: Khi có thiên tai, by: reporter}
    chain:
      - {from: {level: grassroots}, due: within 24h of flood}
      - {from: {kinds: [huyen]}, to: p, due: within 36h of flood}
  - id: final
    title: Báo cáo kết quả
    every: on-demand
    event: flood
    chain: [{from: {level: grassroots}, due: within 10d of flood}]
  - id: plan
    title: Báo cáo phương án
    every: once
    event: {id: alert, title: Khi có báo động, by: monitor}
    chain: [{from: {level: grassroots}, due: within 5wd of alert}]
"""
NOW = "2026-02-10 08:00:00"
RENAMED = UNITS.replace("Xã Một", "Xã Nhất")


@pytest.fixture
def world_of_events(world: World) -> World:
    world.plan(PLAN, "2026-01-01")
    return world


def wish(event: str, happened_at: str, **whom: object) -> EventDraft:
    return EventDraft(plan="events", event=event, happened_at=at(happened_at), whom=Whom(**whom))  # type: ignore[arg-type]


def foresee(world: World, draft: EventDraft, when: str = NOW) -> Foreseen:
    with reading(world.engine) as session:
        return preview_event(session, world.settings, draft, at(when))


def say(world: World, draft: EventDraft, when: str = NOW) -> EventSaid:
    with writing(world.engine) as session:
        return say_event(session, world.settings, draft, at(when), "Alice")


def owed(world: World, when: str = NOW) -> list[tuple[str, str, str]]:
    """Duty and stage, unit, deadline in local time."""
    return sorted(
        (
            f"{row.duty} {row.stage}",
            row.unit,
            f"{row.deadline.astimezone(HCM):%d/%m %H:%M}" if row.deadline else "",
        )
        for row in world.due(when)
        if row.state != "cancelled"
    )


def test_hours_count_across_midnight_and_days_from_the_day_after(world_of_events: World) -> None:
    said = say(world_of_events, wish("flood", "2026-02-09 23:30", units=("x1",)))
    assert owed(world_of_events) == [
        ("final 1", "x1", "20/02 00:00"),
        ("quick 1", "x1", "10/02 23:30"),
        ("quick 2", "d1", "11/02 11:30"),
    ]
    assert {row.period for row in world_of_events.due(NOW)} == {f"ev-{said.happening.id}-20260209-2330"}
    assert said.opened.obligations == 3


def test_working_days_leave_tet_out(world_of_events: World) -> None:
    """Off from Saturday 14 to Sunday 22 February: the 11th to the 13th, the 23rd and the 24th."""
    say(world_of_events, wish("alert", "2026-02-10 07:00"))
    assert {day for _, _, day in owed(world_of_events)} == {"25/02 00:00"}
    assert [unit for _, unit, _ in owed(world_of_events)] == ["x1", "x2", "x3"]


def test_what_is_said_twice_opens_once(world_of_events: World) -> None:
    first = wish("flood", "2026-02-09 14:05", units=("x1",))
    say(world_of_events, first)
    before = owed(world_of_events)
    with pytest.raises(IllegalMove, match="was said already, by Alice"):
        say(world_of_events, first)
    assert owed(world_of_events) == before
    say(world_of_events, wish("flood", "2026-02-09 14:05", units=("x1", "x2")))
    more = [each for each in owed(world_of_events) if each not in before]
    assert [(duty, unit) for duty, unit, _ in more] == [("final 1", "x2"), ("quick 1", "x2")]


def test_another_instant_opens_another(world_of_events: World) -> None:
    say(world_of_events, wish("flood", "2026-02-09 14:05", units=("x1",)))
    say(world_of_events, wish("flood", "2026-02-10 07:05", units=("x1",)))
    assert [day for duty, unit, day in owed(world_of_events) if (duty, unit) == ("quick 1", "x1")] == [
        "10/02 14:05",
        "11/02 07:05",
    ]


def test_what_is_due_once_a_unit_opens_by_the_first(world_of_events: World) -> None:
    say(world_of_events, wish("alert", "2026-02-09 07:00", units=("x1",)))
    say(world_of_events, wish("alert", "2026-02-10 07:00"))
    assert [unit for _, unit, _ in owed(world_of_events)] == ["x1", "x2", "x3"]
    with pytest.raises(IllegalMove, match="due once a unit"):
        say(world_of_events, wish("alert", "2026-02-10 07:30", units=("x2", "x3")))


def test_duties_of_an_event_that_are_over_are_left_out(world: World) -> None:
    text = PLAN.replace("    event: flood\n", "    event: flood\n    to: 2026-01-31\n")
    world.plan(text, "2026-01-01")
    say(world, wish("flood", "2026-02-09 14:05", units=("x1",)))
    assert [(duty, unit) for duty, unit, _ in owed(world)] == [("quick 1", "x1"), ("quick 2", "d1")]


def test_what_is_due_before_the_plan_is_tracked_is_not_said_to_be_owed(world: World) -> None:
    world.plan(PLAN.replace("duties:", "track_from: 2026-02-05\nduties:"), "2026-01-01")
    with pytest.raises(IllegalMove, match="would be due before the plan is tracked"):
        say(world, wish("flood", "2026-01-10 07:00", units=("x1",)))
    late = wish("flood", "2026-02-01 07:00", units=("x1",))  # 24 hours end on the 2nd, 10 days on the 11th
    assert [duty.duty for duty in foresee(world, late).duties] == ["final"]
    assert say(world, late).opened.obligations == 1
    assert owed(world) == [("final 1", "x1", "12/02 00:00")]


@pytest.mark.parametrize(
    ("draft", "error", "words"),
    [
        (wish("flood", "2026-02-10 08:01", units=("x1",)), InvalidInput, "has not come yet"),
        (wish("flood", "2026-02-10 07:00"), InvalidInput, "each unit says of itself"),
        (wish("flood", "2026-02-10 07:00", units=("so",)), InvalidInput, "so (Sở Kế hoạch)"),
        (wish("storm", "2026-02-10 07:00", units=("x1",)), DondocError, "it has: flood, alert"),
        (wish("flood", "2025-12-31 07:00", units=("x1",)), IllegalMove, "in force from"),
    ],
)
def test_what_is_refused_says_why_and_changes_nothing(
    world_of_events: World, draft: EventDraft, error: type[Exception], words: str
) -> None:
    for act in (foresee, say):
        with pytest.raises(error) as refused:
            act(world_of_events, draft)
        assert words in str(refused.value)
    assert owed(world_of_events) == []


def test_passes_leave_it_alone_and_it_is_taken_back(world_of_events: World) -> None:
    said = say(world_of_events, wish("flood", "2026-02-09 14:05", units=("x1",)))
    before = owed(world_of_events)
    for when in ("2026-02-10 08:00:00", "2026-02-12 08:00:00"):
        world_of_events.tick(when)
    assert owed(world_of_events) == before
    world_of_events.submit("d1", f"ev-{said.happening.id}-20260209-1405", "2026-02-11 08:00:00")
    with writing(world_of_events.engine) as session:
        done = take_back_event(
            session, world_of_events.settings, said.happening.id, "nhầm xã", at("2026-02-12 09:00"), "Eve"
        )
    assert (len(done.cancelled), len(done.kept)) == (2, 1)
    states = {row.unit: row.state for row in world_of_events.due("2026-02-13 08:00:00")}
    assert states == {"d1": "submitted", "x1": "cancelled"}
    with reading(world_of_events.engine) as session:
        found = [(each.action, each.actor) for each in entries(session, "event", said.happening.id)]
    assert found == [("happen", "Alice"), ("take-back", "Eve")]
    say(world_of_events, wish("flood", "2026-02-09 14:05", units=("x1",)), "2026-02-12 10:00:00")


def take_back(world: World, said: EventSaid, when: str = "2026-02-12 09:00") -> Withdrawal:
    with writing(world.engine) as session:
        return take_back_event(session, world.settings, said.happening.id, "nhầm xã", at(when), "Eve")


def open_units(world: World, when: str = "2026-02-13 08:00:00") -> list[tuple[str, str]]:
    return sorted((f"{row.duty} {row.stage}", row.unit) for row in world.due(when) if row.state == "open")


FLOOD = "2026-02-09 14:05"


def test_units_that_say_the_same_instant_share_one_chain(world_of_events: World) -> None:
    first = say(world_of_events, wish("flood", FLOOD, units=("x1",)))
    say(world_of_events, wish("flood", FLOOD, units=("x2",)))
    assert {row.period for row in world_of_events.due(NOW)} == {f"ev-{first.happening.id}-20260209-1405"}
    assert [(duty, unit) for duty, unit, _ in owed(world_of_events)] == [
        ("final 1", "x1"),
        ("final 1", "x2"),
        ("quick 1", "x1"),
        ("quick 1", "x2"),
        ("quick 2", "d1"),
    ]


def test_what_another_needs_stays_when_one_is_taken_back(world_of_events: World) -> None:
    first = say(world_of_events, wish("flood", FLOOD, units=("x1",)))
    second = say(world_of_events, wish("flood", FLOOD, units=("x2",)))
    assert len(take_back(world_of_events, first).cancelled) == 2
    assert open_units(world_of_events) == [("final 1", "x2"), ("quick 1", "x2"), ("quick 2", "d1")]
    assert len(take_back(world_of_events, second).cancelled) == 3
    assert open_units(world_of_events) == []


def test_what_is_said_again_after_it_was_taken_back_is_owed_again(world_of_events: World) -> None:
    first = say(world_of_events, wish("flood", FLOOD, units=("x1",)))
    say(world_of_events, wish("flood", FLOOD, units=("x2",)))
    take_back(world_of_events, first)
    said = say(world_of_events, wish("flood", FLOOD, units=("x1",)), "2026-02-12 10:00:00")
    assert said.opened.obligations == 2
    assert len(open_units(world_of_events)) == 5
    with pytest.raises(IllegalMove, match="was said already, by Alice at 12/02/2026 10:00"):
        say(world_of_events, wish("flood", FLOOD, units=("x1",)), "2026-02-12 11:00:00")


def test_a_pass_after_units_changed_leaves_what_stands_alone(world_of_events: World) -> None:
    first = say(world_of_events, wish("flood", "2026-02-10 07:00", units=("x1",)))
    say(world_of_events, wish("flood", "2026-02-10 07:00", units=("x2",)))
    take_back(world_of_events, first, "2026-02-10 09:00")
    before = open_units(world_of_events)
    world_of_events.units(RENAMED, "2026-02-10")
    world_of_events.tick("2026-02-10 11:00:00")
    assert open_units(world_of_events) == before == [("final 1", "x2"), ("quick 1", "x2"), ("quick 2", "d1")]


def test_what_is_due_once_is_not_opened_again_when_units_change(world_of_events: World) -> None:
    say(world_of_events, wish("alert", "2026-02-09 07:00", units=("x1",)))
    say(world_of_events, wish("alert", "2026-02-10 07:00"))
    world_of_events.units(RENAMED, "2026-02-10")
    world_of_events.tick("2026-02-10 11:00:00")
    assert open_units(world_of_events) == [("plan 1", "x1"), ("plan 1", "x2"), ("plan 1", "x3")]


def test_what_another_rests_on_is_not_taken_back(world_of_events: World) -> None:
    first = say(world_of_events, wish("alert", "2026-02-09 07:00", units=("x1",)))
    later = say(world_of_events, wish("alert", "2026-02-10 07:00"))
    with pytest.raises(IllegalMove, match=f"and event {later.happening.id} rests on it"):
        take_back(world_of_events, first)
    take_back(world_of_events, later)
    take_back(world_of_events, first)
    assert open_units(world_of_events) == []


def test_what_is_taken_back_meanwhile_is_not_taken_back_again(world_of_events: World) -> None:
    said = say(world_of_events, wish("alert", "2026-02-09 07:00", units=("x1",)))
    with writing(world_of_events.engine) as session:
        session.get_one(Happening, said.happening.id)
        session.execute(
            update(Happening).values(withdrawn_at=at(NOW)).execution_options(synchronize_session=False)
        )
        with pytest.raises(IllegalMove, match="was taken back already"):
            take_back_event(session, world_of_events.settings, said.happening.id, "x", at(NOW), "Eve")


def test_one_event_is_governed_by_the_version_by_which_it_was_said_first(world_of_events: World) -> None:
    first = say(world_of_events, wish("flood", FLOOD, units=("x1",)))
    world_of_events.plan(PLAN.replace("within 24h of flood", "within 12h of flood"), "2026-02-10")
    later = say(world_of_events, wish("flood", FLOOD, units=("x2",)))
    assert {row.period for row in world_of_events.due(NOW)} == {f"ev-{first.happening.id}-20260209-1405"}
    assert {day for duty, _, day in owed(world_of_events) if duty == "quick 1"} == {"10/02 14:05"}
    assert len(take_back(world_of_events, first).cancelled) == 2
    assert open_units(world_of_events) == [("final 1", "x2"), ("quick 1", "x2"), ("quick 2", "d1")]
    assert later.happening.joins_id == first.happening.id


def test_each_saying_counts_what_rests_on_it(world_of_events: World) -> None:
    first = say(world_of_events, wish("flood", FLOOD, units=("x1",)))
    second = say(world_of_events, wish("flood", FLOOD, units=("x2", "x3")))
    world_of_events.submit("d2", f"ev-{first.happening.id}-20260209-1405", "2026-02-10 09:00:00")

    def counts() -> dict[int, tuple[int, int]]:
        with reading(world_of_events.engine) as session:
            rows = list_events(session, world_of_events.settings)
            return {row.id: (row.expected, row.filed) for row in rows}

    assert counts() == {first.happening.id: (3, 0), second.happening.id: (6, 1)}
    take_back(world_of_events, first)
    assert counts() == {first.happening.id: (1, 0), second.happening.id: (6, 1)}


def test_what_a_person_cancelled_is_not_owed_again_by_saying_the_same(world_of_events: World) -> None:
    said = say(world_of_events, wish("alert", "2026-02-09 07:00", units=("x1",)))
    period = f"ev-{said.happening.id}-20260209-0700"
    world_of_events.close("x1", period, "2026-02-10 09:00:00", Lifecycle.CANCELLED)
    with pytest.raises(IllegalMove, match="was said already"):
        say(world_of_events, wish("alert", "2026-02-09 07:00", units=("x1",)), "2026-02-10 10:00:00")
    assert open_units(world_of_events) == []


def test_what_ended_with_a_retired_plan_can_be_said_again_once_it_is_loaded(world_of_events: World) -> None:
    first = say(world_of_events, wish("flood", FLOOD, units=("x1",)))
    with writing(world_of_events.engine) as session:
        retire_plan(session, "events", "hết hiệu lực", at("2026-02-10 09:00"), "Eve")
    world_of_events.plan(PLAN, "2026-02-10")
    said = say(world_of_events, wish("flood", FLOOD, units=("x1",)), "2026-02-10 10:00:00")
    assert said.opened.obligations == 3
    assert open_units(world_of_events) == [("final 1", "x1"), ("quick 1", "x1"), ("quick 2", "d1")]
    take_back(world_of_events, first)
    assert len(open_units(world_of_events)) == 3
    assert len(take_back(world_of_events, said).cancelled) == 3


def test_two_stages_keep_the_times_of_the_document_when_it_is_said_late(world_of_events: World) -> None:
    say(world_of_events, wish("flood", "2026-02-08 14:05", units=("x1",)))
    assert ("quick 1", "x1", "09/02 14:05") in owed(world_of_events)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14:05 28/4/2026", "2026-04-28 14:05"),
        ("14h05 28/4/2026", "2026-04-28 14:05"),
        ("14h 28/4/2026", "2026-04-28 14:00"),
        ("0:10 28/4/2026", "2026-04-28 00:10"),
        ("28/4/2026 14:05", "2026-04-28 14:05"),
        ("2026-04-28 14:05", "2026-04-28 14:05"),
        ("2026-04-28T14:05", "2026-04-28 14:05"),
        ("2026-04-28T14:05:30", "2026-04-28 14:05:30"),
        ("2026-04-28T07:05:00+00:00", "2026-04-28 14:05"),
        ("2026-04-28T07:05Z", "2026-04-28 14:05"),
        ("24:00 27/4/2026", "2026-04-28 00:00"),
        ("24h 28/2/2026", "2026-03-01 00:00"),
        ("14 giờ 05 phút ngày 28/4/2026", "2026-04-28 14:05"),
        ("14 giờ ngày 28 tháng 4 năm 2026", "2026-04-28 14:00"),
    ],
)
def test_a_moment_is_read_as_people_write_it(text: str, expected: str) -> None:
    assert read_moment(text, HCM) == datetime.fromisoformat(expected).replace(tzinfo=HCM)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "28/4/2026",
        "2026-04-28",
        "25:00 28/4/2026",
        "24:01 28/4/2026",
        "14:05 31/4/2026",
        "14:60 28/4/2026",
        "soon",
    ],
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="is no moment"):
        read_moment(text, HCM)
