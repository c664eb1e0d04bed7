"""A unit that leaves a plan's selection and comes back owes again what was cancelled for want of it."""

from __future__ import annotations

from datetime import date

import pytest
from icalendar import Calendar
from sqlmodel import Session, col, select

from models.database import reading, writing
from models.ladder_file import read_ladder
from models.notice import Notice
from models.unit import Contact
from models.vocabulary import Lifecycle, NoticeState
from reporting.feeds.feeds import build_feed
from reporting.feeds.view import FeedRequest
from reporting.moves.transition import find
from reporting.obligations.as_of import past_view
from reporting.obligations.history import HistoryStep, history
from reporting.reminders.ladders import load_ladder
from tests.conftest import at
from tests.reporting.world import MONTHLY, UNITS, World

GROUP = MONTHLY.replace("{level: grassroots}", "{level: grassroots, groups: ven-bien}")
X1 = "x1,Xã Một,grassroots,xa,d1,ven-bien\n"
GONE = UNITS.replace(X1, "")
LEFT = {
    "lost its group": (GROUP, UNITS.replace("d1,ven-bien", "d1,")),
    "lost its kind": (
        MONTHLY.replace("{level: grassroots}", "{level: grassroots, kinds: xa}"),
        UNITS.replace("Xã Một,grassroots,xa", "Xã Một,grassroots,phuong"),
    ),
    "lost its level": (MONTHLY, UNITS.replace("Xã Một,grassroots", "Xã Một,district")),
    "moved out of the scope": (
        MONTHLY.replace("duties:", "scope: d1\nduties:"),
        UNITS.replace("Xã Một,grassroots,xa,d1", "Xã Một,grassroots,xa,d2"),
    ),
    "ended": (MONTHLY, GONE),
}


def states(world: World, when: str) -> list[str]:
    return [row.state for row in world.due(when, unit="x1")]


def leave(world: World, plan: str, without: str, day: str) -> None:
    world.plan(plan)
    world.tick("2024-01-02 08:00")
    world.units(without, as_of=day, replace=True)
    assert world.tick(f"{day} 08:00").cancelled == 11


@pytest.mark.parametrize("day", ["2024-02-01", "2024-02-05"], ids=["the same day, corrected", "days later"])
@pytest.mark.parametrize(("plan", "without"), LEFT.values(), ids=LEFT.keys())
def test_a_unit_that_is_back_owes_again(world: World, plan: str, without: str, day: str) -> None:
    leave(world, plan, without, "2024-02-01")
    assert states(world, "2024-02-01 12:00") == ["open", *["cancelled"] * 11]
    world.units(UNITS, as_of=day, replace=True)
    count = world.tick(f"{day} 13:00")
    assert (count.opened, count.cancelled) == (11, 0)
    assert states(world, f"{day} 14:00") == ["open"] * 12
    assert world.tick(f"{day} 15:00").opened == 0
    assert len({row.id for row in world.due(f"{day} 15:00", unit="x1")}) == 12


def test_a_unit_that_is_back_after_a_day_does_not_owe_what_was_due_meanwhile(world: World) -> None:
    leave(world, MONTHLY, GONE, "2024-02-01")
    world.units(UNITS, as_of="2024-03-20")
    assert world.tick("2024-03-20 08:00").opened == 9
    assert states(world, "2024-03-20 09:00") == ["open", "cancelled", "cancelled", *["open"] * 9]


def test_a_file_corrected_after_the_deadline_makes_it_owed_after_all(world: World) -> None:
    leave(world, *LEFT["lost its group"], "2024-02-01")
    world.units(UNITS, as_of="2024-02-01")
    assert world.tick("2024-02-20 08:00").opened == 11
    assert states(world, "2024-02-20 09:00") == ["open"] * 12


@pytest.mark.parametrize("kind", [Lifecycle.WAIVED, Lifecycle.CANCELLED])
def test_what_a_person_has_closed_stays_closed(world: World, kind: Lifecycle) -> None:
    world.plan(GROUP)
    world.tick("2024-01-02 08:00")
    world.close("x1", "2024-06", "2024-01-10", kind)
    world.units(LEFT["lost its group"][1], as_of="2024-02-01")
    world.tick("2024-02-01 08:00")
    world.units(UNITS, as_of="2024-02-05")
    assert world.tick("2024-02-05 08:00").opened == 10
    assert world.one("x1", "2024-06", "2024-02-06").state == kind
    world.close("x1", "2024-07", "2024-02-06", kind)  # it had been cancelled by the pass, and opened again
    for day, units in (("2024-02-07", LEFT["lost its group"][1]), ("2024-02-08", UNITS)):
        world.units(units, as_of=day)
        world.tick(f"{day} 08:00")
    assert world.one("x1", "2024-07", "2024-02-09").state == kind


def test_what_a_changed_plan_replaced_stays_cancelled(world: World) -> None:
    world.plan(GROUP)
    world.tick("2024-01-02 08:00")
    world.plan(GROUP.replace("before 18", "before 20"), applies_from="2024-03-01")
    world.tick("2024-03-01 08:00")
    world.units(LEFT["lost its group"][1], as_of="2024-03-02")
    world.tick("2024-03-02 08:00")
    world.units(UNITS, as_of="2024-03-03")
    world.tick("2024-03-03 08:00")
    march = world.due("2024-03-04", unit="x1", period="2024-04")
    assert [(str(row.written), row.state) for row in march] == [
        ("2024-04-18", "cancelled"),
        ("2024-04-20", "open"),
    ]


def test_it_comes_back_as_it_is_then(world: World) -> None:
    """Renamed, and below another superior."""
    leave(world, MONTHLY, GONE, "2024-02-01")
    world.units(UNITS.replace("Xã Một,grassroots,xa,d1", "Xã Mới,grassroots,xa,d2"), as_of="2024-02-05")
    world.tick("2024-02-05 08:00")
    january, march = world.one("x1", "2024-01"), world.one("x1", "2024-03")
    assert (january.unit_name, january.recipient) == ("Xã Một", "d1")
    assert (march.unit_name, march.recipient) == ("Xã Mới", "d2")


def test_what_was_said_of_the_days_between_stays_so(world: World) -> None:
    leave(world, *LEFT["lost its group"], "2024-02-01")
    world.units(UNITS, as_of="2024-02-05")
    world.tick("2024-02-05 08:00")
    row = world.one("x1", "2024-02", "2024-02-03 08:00")
    assert (row.state, row.timeliness) == ("cancelled", "not counted")
    assert row.closed_at == at("2024-02-01 08:00")
    expected = {when: world.rates(when, branch="x1", period="2024-02").total.expected for when in DAYS}
    assert expected == {"2024-01-20": 1, "2024-02-03": 0, "2024-02-06": 1}
    with reading(world.engine) as session:
        obligation = find(session, row.id)
        assert past_view(session, at("2024-02-03")).standing(obligation).state == "cancelled"
        steps = [
            event.step for event in history(session, obligation, []) if event.step is not HistoryStep.TOLD
        ]
        assert steps == [HistoryStep.OPENED, HistoryStep.CLOSED, HistoryStep.UNDONE]


def test_the_calendar_takes_the_cancellation_back(world: World) -> None:
    def event(when: str) -> tuple[str, bool, int]:
        with reading(world.engine) as session:
            data = build_feed(session, world.settings, at(when), FeedRequest(kind="unit", key="x1")).data
        (found,) = (
            component
            for component in Calendar.from_ical(data).walk("VEVENT")
            if component.decoded("DTSTART") == date(2024, 3, 17)
        )
        return str(found["UID"]), found.get("STATUS") == "CANCELLED", int(str(found["SEQUENCE"]))

    world.plan(GROUP)
    world.tick("2024-01-02 08:00")
    first = event("2024-01-02 09:00")
    world.units(LEFT["lost its group"][1], as_of="2024-02-01")
    world.tick("2024-02-01 08:00")
    second = event("2024-02-01 09:00")
    world.units(UNITS, as_of="2024-02-05")
    world.tick("2024-02-05 08:00")
    third = event("2024-02-05 09:00")
    assert [first[1], second[1], third[1]] == [False, True, False]
    assert first[0] == second[0] == third[0]
    assert first[2] < second[2] < third[2]


DAYS = ("2024-01-20", "2024-02-03", "2024-02-06")


@pytest.mark.parametrize(("day", "back"), [("2024-02-01", True), ("2024-02-05", False)])
def test_contacts_come_back_with_a_unit_whose_end_is_taken_back(world: World, day: str, back: bool) -> None:
    world.units()
    contact(world, "x1", "x1@p.example")
    world.units(GONE, as_of="2024-02-01", replace=True)
    assert [each.valid_to is None for each in contacts(world)] == [False]
    world.units(UNITS, as_of=day, replace=True)
    assert [each.valid_to is None for each in contacts(world)] == [back]


def test_a_unit_that_began_ended_and_came_back_on_one_day(world: World) -> None:
    for text in (UNITS, GONE, UNITS, GONE, UNITS):
        world.units(text, as_of="2024-01-01", replace=True)
    world.plan(MONTHLY)
    world.tick("2024-01-02 08:00")
    assert states(world, "2024-01-02") == ["open"] * 12


LADDER = """\
slug: default
rungs:
  - {id: five, at: -5d, audience: [clerk]}
  - {id: two, at: -2d, audience: [clerk]}
  - {id: over, at: +1d, audience: [clerk, superior-clerk]}
"""


def contact(world: World, unit: str, address: str) -> None:
    unit_id = world_unit(world, unit)
    with writing(world.engine) as session:
        session.add(
            Contact(
                unit_id=unit_id, name=unit, role="clerk", address=address, valid_from=at("2024-01-01").date()
            )
        )


def world_unit(world: World, code: str) -> int:
    from models.unit import Unit

    with reading(world.engine) as session:
        return session.exec(select(Unit.id).where(Unit.code == code)).one() or 0


def contacts(world: World) -> list[Contact]:
    with reading(world.engine) as session:
        return list(session.exec(select(Contact)))


def told(session: Session) -> list[tuple[str, str, str]]:
    query = select(Notice).order_by(col(Notice.moment), col(Notice.id))
    return [(each.rung, each.recipient.split("@")[0], each.state) for each in session.exec(query)]


def set_states(world: World, state: NoticeState, reason: str = "") -> None:
    """What the sender makes of what waits."""
    with writing(world.engine) as session:
        for notice in session.exec(select(Notice).where(Notice.state == "queued")):
            notice.state, notice.reason = state, reason
            session.add(notice)


@pytest.fixture
def told_world(world: World) -> World:
    with writing(world.engine) as session:
        load_ladder(session, read_ladder(LADDER, "ladder.yaml"), at("2024-01-01"), "Dave")
    contact(world, "x1", "x1@p.example")
    contact(world, "d1", "d1@p.example")
    world.plan(
        GROUP.replace("from: 2024-01-01", "from: 2024-02-01").replace("to: 2024-12-31", "to: 2024-02-20")
    )
    world.tick("2024-02-02 08:00")
    return world


def lines(world: World) -> list[tuple[str, str, str]]:
    with reading(world.engine) as session:
        return told(session)


def away(world: World, day: str) -> None:
    world.units(LEFT["lost its group"][1], as_of=day)
    world.tick(f"{day} 08:00")


def back(world: World, day: str, hour: str = "09:00") -> None:
    world.units(UNITS, as_of=day)
    world.tick(f"{day} {hour}")


def test_what_was_sent_is_not_said_twice(told_world: World) -> None:
    told_world.tick("2024-02-12 08:00")
    set_states(told_world, NoticeState.SENT)
    away(told_world, "2024-02-13")
    back(told_world, "2024-02-13")
    assert lines(told_world) == [("five", "x1", "sent")]
    told_world.tick("2024-02-15 08:00")
    assert lines(told_world) == [("five", "x1", "sent"), ("two", "x1", "queued")]


def test_notices_cancelled_with_the_report_are_sent_after_all(told_world: World) -> None:
    told_world.tick("2024-02-12 08:00")
    set_states(told_world, NoticeState.CANCELLED, "the obligation was cancelled")
    away(told_world, "2024-02-12")
    back(told_world, "2024-02-12")
    assert lines(told_world) == [("five", "x1", "queued")]


def test_of_what_lay_between_the_unit_alone_gets_one_notice(told_world: World) -> None:
    told_world.tick("2024-02-12 08:00")
    set_states(told_world, NoticeState.SENT)
    away(told_world, "2024-02-13")
    back(told_world, "2024-02-17")
    assert lines(told_world) == [("five", "x1", "sent"), ("two", "x1", "queued")]


def test_a_report_owed_after_all_is_not_escalated_for_days_before_that(told_world: World) -> None:
    told_world.tick("2024-02-12 08:00")
    set_states(told_world, NoticeState.SENT)
    away(told_world, "2024-02-13")
    told_world.units(UNITS, as_of="2024-02-13")
    assert told_world.tick("2024-02-19 09:00").opened == 1
    assert lines(told_world) == [("five", "x1", "sent"), ("over", "x1", "queued")]
