"""The ETag changes for each thing that a reader can see and for nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlmodel import Session, col

from models.database import reading, writing
from models.obligation import Obligation
from models.settings import Settings
from models.subscription import KeptFeed, Subscription
from models.unit import Contact, Unit
from models.upkeep import Heartbeat, beat
from reporting.engine import mark_overdue
from reporting.feeds.feeds import build_feed
from reporting.feeds.view import FeedRequest
from reporting.special_days import add_special_day
from reporting.units.loading import change_unit
from tests.conftest import at
from tests.reporting.feed_world import OPENED, World
from tests.web.feeds.reading import NOW, Reader

pytestmark = pytest.mark.postgresql  # each says in its own way what has changed

LATER = NOW + timedelta(hours=1)
FILED = {"state": "submitted", "first_submitted_at": NOW}
Change = Callable[[World, Settings], None]


def rename(world: World, settings: Settings) -> None:
    with writing(world.engine) as session:
        change_unit(session, "dat-mui", date(2024, 10, 10), LATER, "test", name="Thị trấn Đất Mũi")


def correct_the_name(world: World, settings: Settings) -> None:
    """In place: the very version that the obligations were opened under."""
    with writing(world.engine) as session:
        change_unit(session, "dat-mui", date(2020, 1, 1), LATER, "test", name="Xã Đất Mũi (mới)")


def rename_the_recipient(world: World, settings: Settings) -> None:
    with writing(world.engine) as session:
        change_unit(session, "ngoc-hien", date(2024, 10, 10), LATER, "test", name="Huyện Ngọc Hiển mới")


def delete_one(world: World, settings: Settings) -> None:
    with writing(world.engine) as session:
        session.execute(delete(Obligation).where(col(Obligation.id) == 1))


def move_the_window(world: World, settings: Settings) -> None:
    """The tick of 14/12 is the first for which 14/10 lies more than sixty days back."""
    with writing(world.engine) as session:
        beat(session, "tick", at("2024-12-14 00:05:00"))


def become_overdue(world: World, settings: Settings) -> None:
    with writing(world.engine) as session:
        mark_overdue(session, at("2024-10-15 00:05:00"))


def make_it_a_day_off(world: World, settings: Settings) -> None:
    with writing(world.engine) as session:
        add_special_day(session, date(2024, 10, 14), False, "Nghỉ bù", LATER, "test")


def changed(**changes: Any) -> Change:
    return lambda world, settings: world.change(1, LATER, **changes)


SEEN: dict[str, Change] = {
    "rename": rename,
    "name corrected": correct_the_name,
    "recipient renamed": rename_the_recipient,
    "move": changed(deadline=at("2024-10-22 00:00:00")),
    "file": changed(**FILED),
    "waive": changed(state="waived", closed_at=LATER),
    "delete": delete_one,
    "overdue": become_overdue,
    "window": move_the_window,
    "day off": make_it_a_day_off,
    "one more": lambda world, settings: void(world.owe("dat-mui", period="2024-11")),
}


def void(_: object) -> None:
    return None


def write_a_fetch(world: World, settings: Settings) -> None:
    with writing(world.engine) as session:
        session.execute(update(Subscription).values(last_fetched_at=LATER, last_program="curl"))


def tick_without_effect(world: World, settings: Settings) -> None:
    with writing(world.engine) as session:
        mark_overdue(session, LATER)
        beat(session, "tick", LATER)


def a_new_contact(world: World, settings: Settings) -> None:
    world.person("dat-mui", "bob@camau.example")


def a_neighbour_files(world: World, settings: Settings) -> None:
    world.change(world.owe("vien-an"), LATER, **FILED)


def another_unit_comes(world: World, settings: Settings) -> None:
    with writing(world.engine) as session:
        session.add(Unit(code="khac", created_at=OPENED))


UNSEEN: dict[str, Change] = {
    "a fetch is noted": write_a_fetch,
    "a tick that changes nothing": tick_without_effect,
    "another contact": a_new_contact,
    "a neighbour files": a_neighbour_files,
    "another unit": another_unit_comes,
}


@pytest.fixture
def feed(reader: Reader, world: World) -> Reader:
    with writing(world.engine) as session:
        beat(session, "tick", NOW)
    world.owe("dat-mui")
    world.owe("dat-mui", stage=2)
    reader.order("unit", "dat-mui")
    reader.events()
    return reader


@pytest.mark.parametrize("change", SEEN.values(), ids=SEEN.keys())
def test_what_a_reader_can_see_changes_the_etag(
    feed: Reader, world: World, settings: Settings, change: Change
) -> None:
    before = feed.etag
    change(world, settings)
    feed.clock.now = LATER
    answer = feed.again()
    assert answer.status_code == 200
    assert answer.headers["etag"] != before
    feed.events()
    assert feed.again().status_code == 304


@pytest.mark.parametrize("change", UNSEEN.values(), ids=UNSEEN.keys())
def test_what_no_reader_can_see_does_not(
    feed: Reader, world: World, settings: Settings, change: Change
) -> None:
    change(world, settings)
    feed.clock.now = LATER
    assert feed.again().status_code == 304


def test_midnight_alone_changes_nothing_until_the_tick_has_seen_it(feed: Reader, world: World) -> None:
    feed.clock.now = at("2024-12-20 09:00:00")
    assert feed.again().status_code == 304
    with writing(world.engine) as session:
        beat(session, "tick", feed.clock.now)
    assert feed.events() == []


@pytest.mark.parametrize("change", SEEN.values(), ids=SEEN.keys())
def test_what_is_served_after_a_change_is_what_is_built_from_nothing(
    feed: Reader, world: World, settings: Settings, change: Change
) -> None:
    change(world, settings)
    feed.clock.now = LATER
    with reading(world.engine) as session:
        tick = session.get_one(Heartbeat, "tick")
        built = build_feed(session, settings, tick.at, FeedRequest(kind="unit", key="dat-mui"))
    assert feed.get().content == built.data


def test_a_change_that_is_undone_brings_the_etag_of_before(feed: Reader, world: World) -> None:
    """The validators belong to the bytes, whatever was counted up on the way."""
    before = feed.get()
    with writing(world.engine) as session:
        session.execute(update(Obligation).values(branch="/1/"))
        session.execute(update(KeptFeed).values(fingerprint="of an older version"))
    after = feed.get()
    assert [after.headers[name] for name in ("etag", "last-modified")] == [
        before.headers[name] for name in ("etag", "last-modified")
    ]


def test_a_rename_moves_the_version_of_the_events_that_show_it(
    feed: Reader, world: World, settings: Settings
) -> None:
    before = {event.uid: event.sequence for event in feed.events()}
    correct_the_name(world, settings)
    after = feed.events()
    assert all(event.sequence == before[event.uid] + 1 for event in after)
    assert all(event.summary.endswith("Xã Đất Mũi (mới)") for event in after)


def test_the_full_life_of_an_event(feed: Reader, world: World) -> None:
    """New, moved, overdue, filed; the other one waived, then gone: one UID each, its version counting up."""
    moved = {"deadline": at("2024-10-12 00:00:00")}
    seen = []
    for now, number, change in (
        (LATER, 1, moved),
        (at("2024-10-12 00:05:00"), 1, {"overdue_since": at("2024-10-12 00:00:00")}),
        (
            at("2024-10-12 08:00:00"),
            1,
            {"state": "submitted", "first_submitted_at": at("2024-10-12 08:00:00")},
        ),
        (at("2024-10-13 08:00:00"), 2, {"state": "waived", "closed_at": at("2024-10-13 08:00:00")}),
    ):
        world.change(number, now, **change)
        feed.clock.now = now
        seen.append({event.sequence: event for event in feed.events() if event.sequence})
    first = [events[max(events)] for events in seen[:3]]
    assert [event.summary.split(" Báo")[0] for event in first[1:]] == ["[Quá hạn]", "[Đã nộp] ✓"]
    assert {event.first_day for event in first} == {date(2024, 10, 11)}
    assert (len({event.uid for event in first}), [event.sequence for event in first]) == (1, [1, 2, 3])
    waived = next(event for event in feed.events() if event.status == "CANCELLED")
    assert (waived.summary[:8], waived.sequence) == ("[Đã hủy]", 1)
    with writing(world.engine) as session:
        beat(session, "tick", at("2024-11-12 08:00:01"))
    assert waived.uid not in {event.uid for event in feed.events()}


def test_the_contact_table_alone_moves_a_persons_feed(reader: Reader, world: World) -> None:
    world.owe("dat-mui")
    world.owe("vien-an")
    world.person("dat-mui", "alice@camau.example")
    reader.order("person", "alice@camau.example")
    assert len(reader.events()) == 1
    world.person("vien-an", "alice@camau.example")
    assert len(reader.events()) == 2
    with Session(world.engine) as session, session.begin():
        session.execute(delete(Contact))
    assert [event.status for event in reader.events()] == ["CONFIRMED"]  # one event: it has stopped
