"""A feed that is written as of an instant says what was known then, and nothing that came later."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from icalendar import Calendar

from models.database import reading
from models.vocabulary import Lifecycle, Timeliness
from reporting.feeds.feeds import build_feed, written_feed
from reporting.feeds.view import FeedRequest
from tests.conftest import at
from tests.reporting.world import MONTHLY, UNITS, World

KINDS = [("unit", "x1"), ("branch", "d1"), ("plan", "simple")]


def written(world: World, when: str, kind: str = "unit", key: str = "x1", **wish: Any) -> bytes:
    with reading(world.engine) as session:
        request = FeedRequest(kind=kind, key=key, language="en", **wish)
        return written_feed(session, world.settings, at(when), request).data


def served(world: World, when: str, kind: str, key: str) -> bytes:
    with reading(world.engine) as session:
        request = FeedRequest(kind=kind, key=key, language="en")
        return build_feed(session, world.settings, at(when), request).data


def plain(data: bytes) -> str:
    """Without the counters, of which the past keeps none."""
    return re.sub(r"(?m)^(SEQUENCE|DTSTAMP|LAST-MODIFIED):.*$", "", data.decode())


def titles(data: bytes, month: int) -> list[str]:
    return [
        str(event["SUMMARY"])
        for event in Calendar.from_ical(data).walk("VEVENT")
        if event.decoded("DTSTART").month == month
    ]


@pytest.fixture
def opened(world: World) -> World:
    world.plan(MONTHLY)
    world.tick("2024-01-01 08:00")
    return world


def live(world: World) -> list[str]:
    """Half a year in which everything happens; returns the moments at which it was looked at."""
    return [
        *_step(world, "2024-01-10 10:00", lambda when: world.submit("x1", "2024-01", when)),
        *_step(world, "2024-01-12 10:00", lambda when: world.give_back("x1", "2024-01", when)),
        *_step(world, "2024-01-15 10:00", lambda when: world.submit("x1", "2024-01", when)),
        *_step(world, "2024-01-16 10:00", lambda when: world.accept("x1", "2024-01", when)),
        *_step(world, "2024-02-10 10:00", lambda when: world.extend("x1", "2024-02", "2024-02-25", when)),
        *_step(world, "2024-02-19 10:00", lambda when: world.submit("x2", "2024-02", when)),
        *_step(world, "2024-03-10 10:00", lambda when: world.close("x1", "2024-03", when)),
        *_step(
            world, "2024-03-12 10:00", lambda when: world.close("x2", "2024-04", when, Lifecycle.CANCELLED)
        ),
        *_step(world, "2024-03-20 10:00", lambda when: _without_x1(world, when)),
        *_step(world, "2024-03-22 10:00", lambda when: world.units(UNITS, as_of=when[:10])),
        *_step(world, "2024-04-01 10:00", lambda when: _later(world, when)),
    ]


def _step(world: World, when: str, act: Any) -> list[str]:
    act(when)
    world.tick(f"{when[:10]} 12:00")
    return [f"{when[:10]} 13:00"]


def _without_x1(world: World, when: str) -> None:
    without = "\n".join(line for line in UNITS.splitlines() if not line.startswith("x1,"))
    world.units(without, as_of=when[:10], replace=True)


def _later(world: World, when: str) -> None:
    world.plan(MONTHLY.replace("before 18", "before 20"), applies_from=when[:10])


@pytest.mark.parametrize(("kind", "key"), KINDS)
def test_what_is_written_later_is_what_was_served_then(opened: World, kind: str, key: str) -> None:
    then: dict[str, bytes] = {"2024-01-01 13:00": served(opened, "2024-01-01 13:00", kind, key)}
    for when in _moments(opened, then, kind, key):
        assert plain(written(opened, when, kind, key)) == plain(then[when]), when


def _moments(world: World, then: dict[str, bytes], kind: str, key: str) -> list[str]:
    """The half-year lived through, each moment's feed kept."""
    original = world.tick

    def tick(when: str) -> Any:
        count = original(when)
        moment = f"{when[:10]} 13:00"
        then[moment] = served(world, moment, kind, key)
        return count

    world.tick = tick  # type: ignore[method-assign]
    return ["2024-01-01 13:00", *live(world)]


def test_nothing_of_what_came_later_is_in_it(opened: World) -> None:
    opened.submit("x1", "2024-02", "2024-02-10 10:00")
    opened.close("x1", "2024-03", "2024-02-11 10:00")
    (february,) = titles(written(opened, "2024-02-09 10:00"), 2)
    (march,) = titles(written(opened, "2024-02-09 10:00"), 3)
    assert "[" not in february + march
    assert titles(written(opened, "2024-01-01 07:00"), 2) == []  # it was not opened then


def test_what_was_overdue_is_so_to_the_minute(opened: World) -> None:
    opened.tick("2024-02-20 08:00")
    assert "[Overdue]" not in titles(written(opened, "2024-02-17 23:59"), 2)[0]
    assert "[Overdue]" in titles(written(opened, "2024-02-18 00:00"), 2)[0]


def test_it_shows_what_is_asked_for_as_it_stood(opened: World) -> None:
    opened.submit("x1", "2024-02", "2024-02-19 10:00")
    overdue = frozenset({Timeliness.OVERDUE})
    assert len(titles(written(opened, "2024-02-18 10:00", shown=overdue), 2)) == 1
    assert titles(written(opened, "2024-02-19 11:00", shown=overdue), 2) == []


def test_a_returned_report_is_an_event_on_the_day_of_its_correction_deadline(opened: World) -> None:
    opened.submit("x1", "2024-02", "2024-02-15 10:00")
    opened.give_back("x1", "2024-02", "2024-02-19 10:00")
    opened.submit("x1", "2024-02", "2024-02-20 10:00")
    opened.give_back("x1", "2024-02", "2024-02-23 10:00")
    days = {
        when: [
            event.decoded("DTSTART")
            for event in Calendar.from_ical(written(opened, when)).walk("VEVENT")
            if event.decoded("DTSTART").month == 2
        ]
        for when in ("2024-02-16 10:00", "2024-02-19 11:00", "2024-02-20 11:00", "2024-02-23 11:00")
    }
    assert list(days.values()) == [
        [date(2024, 2, 17)],
        [date(2024, 2, 21)],
        [date(2024, 2, 17)],
        [date(2024, 2, 27)],
    ]


@pytest.mark.parametrize(("kind", "key"), KINDS)
def test_what_was_due_before_its_plan_is_tracked_is_not_in_it(world: World, kind: str, key: str) -> None:
    world.plan(MONTHLY.replace("duties:", "track_from: 2024-10-01\nduties:"))
    world.tick("2024-10-20 08:00")
    for make in (served, written):
        feed = make(world, "2024-10-20 09:00", kind, key)
        assert [month for month in range(1, 13) if titles(feed, month)] == [10, 11, 12]


@pytest.mark.parametrize(("kind", "key"), KINDS)
def test_what_was_shown_before_its_plan_is_tracked_is_cancelled(world: World, kind: str, key: str) -> None:
    world.plan(MONTHLY, "2024-01-01")
    world.tick("2024-10-20 08:00")
    world.plan(MONTHLY.replace("duties:", "track_from: 2024-10-01\nduties:"), "2024-10-20")
    world.tick("2024-10-20 08:05")
    for make in (served, written):
        assert b"STATUS:CANCELLED" in make(world, "2024-10-20 09:00", kind, key)
