"""Turns under a rate that several senders share, and the rest that a server in trouble gets."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from models.database import reading, writing
from models.upkeep import Outage
from notifications.rate_limit import Turns, backed_off, note_outage, note_service, reserve, rest
from tests.conftest import at

NOW = at("2024-02-05 08:00:00")


def reserved(engine: Engine, wanted: int, now: datetime = NOW, per_minute: int = 60) -> Turns:
    with writing(engine) as session:
        return reserve(session, per_minute, wanted, now, now + timedelta(minutes=1))


def test_without_a_limit_all_go_at_once(engine: Engine) -> None:
    turns = reserved(engine, 1000, per_minute=0)
    assert (turns.number, turns.until(999, NOW)) == (1000, 0.0)


def test_turns_are_spread_evenly_over_the_minute(engine: Engine) -> None:
    turns = reserved(engine, 3, per_minute=30)
    assert [turns.until(index, NOW) for index in range(3)] == [0, 2, 4]


def test_two_senders_share_one_rate(engine: Engine) -> None:
    first, second = reserved(engine, 40), reserved(engine, 40)
    assert (first.number, second.number) == (40, 20)  # sixty a minute, and the minute is full
    assert second.first == NOW + timedelta(seconds=40)
    assert reserved(engine, 1).number == 0


def test_a_rate_that_was_not_used_is_not_saved_up(engine: Engine) -> None:
    reserved(engine, 1)
    turns = reserved(engine, 2, now=NOW + timedelta(hours=1))
    assert (turns.first, turns.number) == (NOW + timedelta(hours=1), 2)


def test_a_clock_that_went_back_does_not_silence_the_sender(engine: Engine) -> None:
    reserved(engine, 1, now=NOW + timedelta(days=30))
    assert reserved(engine, 1).number == 1


@pytest.mark.parametrize(("times", "minutes"), [(1, 1), (2, 2), (3, 4), (4, 8), (5, 15), (60, 15)])
def test_a_wait_doubles_up_to_its_limit_and_is_spread_by_a_fifth(times: int, minutes: int) -> None:
    wait = backed_off(timedelta(minutes=1), times, timedelta(minutes=15), "mx:25")
    assert 0.8 * minutes <= wait / timedelta(minutes=1) <= 1.2 * minutes
    assert wait == backed_off(timedelta(minutes=1), times, timedelta(minutes=15), "mx:25")
    assert wait != backed_off(timedelta(minutes=1), times, timedelta(minutes=15), "other:25")


def outage(engine: Engine, now: datetime = NOW) -> Outage | None:
    with reading(engine) as session:
        return rest(session, "mx:25", now)


def test_a_server_in_trouble_rests_longer_each_time_and_not_after_it_has_served(engine: Engine) -> None:
    assert outage(engine) is None
    waits = []
    for number in range(3):
        with writing(engine) as session:
            note_outage(session, "mx:25", "no answer", NOW + number * timedelta(hours=1))
        found = outage(engine, NOW + timedelta(hours=9))
        assert found
        waits.append(found.retry_at - NOW - number * timedelta(hours=1))
    assert waits == sorted(waits)
    assert found
    assert (found.since, found.failures, found.said) == (NOW, 3, "no answer")
    with writing(engine) as session:
        note_service(session)
    assert outage(engine) is None


def test_an_outage_in_the_future_is_forgotten(engine: Engine) -> None:
    with writing(engine) as session:
        note_outage(session, "mx:25", "no answer", NOW + timedelta(days=1))
    assert outage(engine) is None
