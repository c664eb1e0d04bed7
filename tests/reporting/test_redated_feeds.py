"""A changed plan with other dates moves the events there are: same unit, stage and period, same event."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import pytest
from icalendar import Calendar
from sqlmodel import select

from models.database import reading, writing
from models.obligation import Obligation
from models.unit import Unit
from models.vocabulary import Lifecycle
from reporting.feeds.feeds import FeedWish, branch_feed, plan_feed, unit_feed
from reporting.feeds.rows import branch_marks, count_marks, in_branch
from reporting.feeds.view import FeedWindow
from reporting.opening.retirement import retire_plan
from tests.conftest import at
from tests.reporting.world import MONTHLY, World

LATER = MONTHLY.replace("before 18", "before 20")
EARLIER = MONTHLY.replace("before 18", "before 12")


class Seen(NamedTuple):
    """An event as a program sees it."""

    day: date
    uid: str
    sequence: int
    is_cancelled: bool
    title: str


def seen(world: World, when: str, make: Any = unit_feed, key: str = "x1") -> list[Seen]:
    with reading(world.engine) as session:
        data = make(session, world.settings, at(when), key, FeedWish(language="en")).data
    found = [
        Seen(
            event.decoded("DTSTART"),
            str(event["UID"]),
            int(str(event["SEQUENCE"])),
            event["STATUS"] == "CANCELLED",
            str(event["SUMMARY"]),
        )
        for event in Calendar.from_ical(data).walk("VEVENT")
    ]
    assert len({each.uid for each in found}) == len(found), "an event stands there once"
    return found


def july(events: list[Seen]) -> Seen:
    (found,) = [each for each in events if each.day.month == 7]
    return found


@pytest.fixture
def opened(world: World) -> World:
    world.plan(MONTHLY)
    world.tick("2024-01-01 08:00")
    return world


def change(world: World, plan: str, day: str) -> None:
    world.plan(plan, applies_from=day, redates=True)
    world.tick(f"{day} 08:00")


@pytest.mark.parametrize(
    ("make", "key"),
    [(unit_feed, "x1"), (branch_feed, "d1"), (plan_feed, "simple")],
    ids=["unit", "branch", "plan"],
)
def test_the_events_move_and_stay_what_they_are(opened: World, make: Any, key: str) -> None:
    before = seen(opened, "2024-06-01 07:00", make, key)
    change(opened, LATER, "2024-06-01")
    moved = seen(opened, "2024-06-01 09:00", make, key)
    change(opened, EARLIER, "2024-06-05")
    again = seen(opened, "2024-06-05 09:00", make, key)
    assert {each.uid for each in before} == {each.uid for each in moved} == {each.uid for each in again}
    assert not any(each.is_cancelled for each in (*moved, *again))
    days = [july(events).day for events in (before, moved, again)]
    assert days == [date(2024, 7, 17), date(2024, 7, 19), date(2024, 7, 11)]
    assert july(before).sequence < july(moved).sequence < july(again).sequence


def test_who_has_filed_keeps_the_event_on_the_old_day(opened: World) -> None:
    opened.submit("x1", "2024-07", "2024-05-20 09:00", ahead=True)
    before = july(seen(opened, "2024-06-01 07:00"))
    change(opened, LATER, "2024-06-01")
    assert july(seen(opened, "2024-06-01 09:00")) == before
    counted = july(seen(opened, "2024-06-01 09:00", branch_feed, "d1"))
    assert (counted.day, "1 of 2 filed" in counted.title) == (date(2024, 7, 19), True)


@pytest.mark.parametrize("kind", [Lifecycle.WAIVED, Lifecycle.CANCELLED])
def test_what_a_person_has_closed_is_not_owed_anew(opened: World, kind: Lifecycle) -> None:
    opened.close("x1", "2024-07", "2024-05-20", kind)
    change(opened, LATER, "2024-06-01")
    assert [row.state for row in opened.due("2024-06-02", unit="x1", period="2024-07")] == [kind]
    assert july(seen(opened, "2024-06-02 09:00")).is_cancelled


def test_what_is_owed_no_more_is_shown_as_cancelled(opened: World) -> None:
    change(opened, MONTHLY.replace("{level: grassroots}", "{unit: x2}"), "2024-06-01")
    opened.plan(LATER.replace("{level: grassroots}", "{unit: x2}"), applies_from="2024-06-02", redates=True)
    opened.tick("2024-06-02 08:00")
    assert july(seen(opened, "2024-06-02 09:00")).is_cancelled
    assert not july(seen(opened, "2024-06-02 09:00", unit_feed, "x2")).is_cancelled


def test_a_plan_that_was_retired_and_comes_back_takes_its_events_up_again(opened: World) -> None:
    before = july(seen(opened, "2024-06-01 07:00"))
    with writing(opened.engine) as session:
        retire_plan(session, "simple", "nhầm", at("2024-06-01 08:00"), "Dave")
    gone = july(seen(opened, "2024-06-01 09:00"))
    opened.plan(MONTHLY, applies_from="2024-06-02")
    opened.tick("2024-06-02 08:00")
    back = july(seen(opened, "2024-06-02 09:00"))
    assert before.uid == gone.uid == back.uid
    assert before.sequence < gone.sequence < back.sequence
    assert (gone.is_cancelled, back.is_cancelled) == (True, False)


def test_many_branches_are_marked_as_few_are(opened: World) -> None:
    opened.submit("x1", "2024-07", "2024-05-20 09:00", ahead=True)
    change(opened, LATER, "2024-06-01")
    ids = {code: row.unit_id for code in ("x1", "x2", "x3") for row in units_of(opened, code)}
    with reading(opened.engine) as session:
        window = FeedWindow(at("2024-06-02 09:00"), opened.settings.zone)
        many = branch_marks(session, window, {*ids.values(), 1})
        one_by_one = {id: sorted(count_marks(session, window, in_branch(id))) for id in many}
    assert {id: sorted(marks) for id, marks in many.items()} == one_by_one


def units_of(world: World, code: str) -> list[Any]:
    with reading(world.engine) as session:
        query = select(Obligation).join(Unit, Unit.id == Obligation.unit_id).where(Unit.code == code)  # type: ignore[arg-type]
        return list(session.exec(query.limit(1)))
