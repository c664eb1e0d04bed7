"""A changed plan with other dates moves the events there are: same unit, stage and period, same event."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pytest
from icalendar import Calendar

from models.database import reading, writing
from models.vocabulary import Lifecycle
from reporting.feeds.feeds import build_feed
from reporting.feeds.view import FeedRequest
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


def seen(world: World, when: str, kind: str = "unit", key: str = "x1") -> list[Seen]:
    with reading(world.engine) as session:
        request = FeedRequest(kind=kind, key=key, language="en")
        data = build_feed(session, world.settings, at(when), request).data
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
    world.plan(plan, applies_from=day)
    world.tick(f"{day} 08:00")


@pytest.mark.parametrize(
    ("kind", "key"),
    [("unit", "x1"), ("branch", "d1"), ("plan", "simple")],
)
def test_the_events_move_and_stay_what_they_are(opened: World, kind: str, key: str) -> None:
    before = seen(opened, "2024-06-01 07:00", kind, key)
    change(opened, LATER, "2024-06-01")
    moved = seen(opened, "2024-06-01 09:00", kind, key)
    change(opened, EARLIER, "2024-06-05")
    again = seen(opened, "2024-06-05 09:00", kind, key)
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
    counted = july(seen(opened, "2024-06-01 09:00", "branch", "d1"))
    assert (counted.day, "1 of 2 filed" in counted.title) == (date(2024, 7, 19), True)


@pytest.mark.parametrize("kind", [Lifecycle.WAIVED, Lifecycle.CANCELLED])
def test_what_a_person_has_closed_is_not_opened_again(opened: World, kind: Lifecycle) -> None:
    opened.close("x1", "2024-07", "2024-05-20", kind)
    change(opened, LATER, "2024-06-01")
    assert [row.state for row in opened.due("2024-06-02", unit="x1", period="2024-07")] == [kind]
    assert july(seen(opened, "2024-06-02 09:00")).is_cancelled


def test_what_is_owed_no_more_is_shown_as_cancelled(opened: World) -> None:
    change(opened, MONTHLY.replace("{level: grassroots}", "{unit: x2}"), "2024-06-01")
    opened.plan(LATER.replace("{level: grassroots}", "{unit: x2}"), applies_from="2024-06-02")
    opened.tick("2024-06-02 08:00")
    assert july(seen(opened, "2024-06-02 09:00")).is_cancelled
    assert not july(seen(opened, "2024-06-02 09:00", "unit", "x2")).is_cancelled


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
