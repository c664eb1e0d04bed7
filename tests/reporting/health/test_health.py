"""What is found when passes fall silent, a server is down or notices do not leave."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import SQLModel

from models.database import reading, writing
from models.notice import Notice
from models.unit import Contact
from models.upkeep import SENDER, TICK, Heartbeat, Outage
from models.vocabulary import NoticeState
from reporting.health.health import (
    Concern,
    HealthFinding,
    finding_remedy,
    finding_words,
    findings,
)
from reporting.stops import Stop, packed, stop
from tests.conftest import HCM, at
from tests.reporting.world import World

NOW = at("2024-02-05 09:00:00")


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


@pytest.fixture
def healthy(world: World) -> World:
    """A plan is loaded and both passes ran a minute ago."""
    world.plan()
    keep(world, *(Heartbeat(name=name, at=NOW - minutes(1)) for name in (TICK, SENDER)))
    return world


def keep(world: World, *rows: SQLModel) -> None:
    with writing(world.engine) as session:
        for row in rows:
            session.merge(row)


def found(world: World) -> list[HealthFinding]:
    with reading(world.engine) as session:
        return findings(session, NOW, world.settings)


def notice(world: World, **values: Any) -> Notice:
    world.tick("2024-01-03 09:00:00")
    made: dict[str, Any] = {
        "id": 900,
        "obligation_id": 1,
        "deadline_revision": 9,
        "rung": "x",
        "recipient": "alice@x.example",
        "kind": "coming-due",
        "audience": "clerk",
        "moment": NOW - timedelta(days=5),
        "planned_at": NOW - timedelta(days=5),
        "state": NoticeState.QUEUED,
    }
    return Notice(**(made | values))


def test_it_finds_nothing_where_all_is_well(healthy: World) -> None:
    assert found(healthy) == []


def test_it_finds_nothing_before_there_is_a_plan(world: World) -> None:
    assert found(world) == []


def test_it_finds_passes_that_never_ran(world: World) -> None:
    world.plan()
    assert [(f.concern, f.part) for f in found(world)] == [
        (Concern.NEVER_RAN, TICK),
        (Concern.NEVER_RAN, SENDER),
    ]


@pytest.mark.parametrize("part", [TICK, SENDER])
@pytest.mark.parametrize(
    ("age", "detail", "concern"),
    [
        (minutes(180), "", None),  # just within DONDOC_SILENT_MINUTES
        (minutes(181), "", Concern.SILENT),
        (minutes(181), "the ceiling", Concern.SILENT),  # silence is worse than a stop
        (minutes(1), "the ceiling", Concern.STOPPED),
        (-minutes(30), "", None),
        (-minutes(181), "", Concern.CLOCK_AHEAD),
    ],
)
def test_it_listens_to_heartbeats(
    healthy: World, part: str, age: timedelta, detail: str, concern: Concern | None
) -> None:
    keep(healthy, Heartbeat(name=part, at=NOW - age, detail=detail))
    assert [(f.concern, f.part, f.since) for f in found(healthy)] == (
        [] if concern is None else [(concern, part, NOW - age)]
    )


@pytest.mark.parametrize(
    ("values", "concern"),
    [
        ({}, Concern.STUCK),
        ({"planned_at": NOW - timedelta(days=1)}, None),  # it may wait for the next day's mail
        ({"next_attempt_at": NOW + minutes(5), "attempts": 3}, None),  # it is being tried
        ({"next_attempt_at": NOW - timedelta(days=3), "attempts": 3}, Concern.STUCK),
        ({"state": NoticeState.CLAIMED, "lease_until": NOW - minutes(1)}, None),  # the next pass takes it
        ({"state": NoticeState.CLAIMED, "lease_until": NOW - minutes(200)}, Concern.STUCK),
        ({"state": NoticeState.FAILED}, Concern.FAILED),
        ({"state": NoticeState.FAILED, "planned_at": NOW - timedelta(days=30)}, None),  # seen long ago
        ({"state": NoticeState.SENT}, None),
    ],
)
def test_it_finds_notices_that_do_not_leave(
    healthy: World, values: dict[str, Any], concern: Concern | None
) -> None:
    row = notice(healthy, **values)
    keep(healthy, row, *(Heartbeat(name=name, at=NOW) for name in (TICK, SENDER)))
    assert [(f.concern, f.number) for f in found(healthy)] == ([] if concern is None else [(concern, 1)])


def test_it_finds_a_server_that_is_down_and_an_address_that_bounces(healthy: World) -> None:
    healthy.tick("2024-01-03 09:00:00")
    keep(
        healthy,
        Outage(server="mx:25", since=NOW - minutes(9), failures=3, retry_at=NOW, said="no answer"),
        Contact(
            id=900,
            unit_id=1,
            name="Alice",
            role="clerk",
            address="alice@x.example",
            valid_from=NOW.date(),
            bounced_at=NOW,
        ),
        *(Heartbeat(name=name, at=NOW) for name in (TICK, SENDER)),
    )
    down, bounced = found(healthy)
    assert (down.concern, down.part, down.number, down.is_serious) == (Concern.SERVER_DOWN, "mx:25", 3, True)
    assert (bounced.concern, bounced.number, bounced.is_serious) == (Concern.BOUNCED, 1, False)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("concern", list(Concern))
def test_it_says_every_concern_and_a_remedy(language: str, concern: Concern) -> None:
    finding = HealthFinding(concern=concern, part=SENDER, since=NOW, number=3, detail="no answer")
    said = finding_words(finding, language, HCM)
    assert said and "%(" not in said + finding_remedy(finding, language)
    assert finding_remedy(finding, language)


@pytest.mark.parametrize("concern", list(Concern))
def test_it_says_them_in_vietnamese(concern: Concern) -> None:
    finding = HealthFinding(concern=concern, part=SENDER, since=NOW, number=3, detail="421 busy")
    assert finding_words(finding, "vi", HCM) != finding_words(finding, "en", HCM)
    assert finding_remedy(finding, "vi") != finding_remedy(finding, "en")


def test_it_counts_one_and_many() -> None:
    one = HealthFinding(concern=Concern.STUCK, since=NOW, number=1)
    assert finding_words(one, "en", HCM) == "1 notice is stuck, since 05/02/2024 09:00"
    many = HealthFinding(concern=Concern.STUCK, since=NOW, number=3)
    assert finding_words(many, "en", HCM) == "3 notices are stuck, the oldest since 05/02/2024 09:00"
    assert finding_words(many, "vi", HCM) == "3 lượt nhắc bị kẹt, lâu nhất từ 05/02/2024 09:00"


def test_problem_and_remedy_of_a_pass_that_stopped_are_apart() -> None:
    kept = packed(stop(Stop.SENDER, server="mx:25", words="554 no; really"))
    finding = HealthFinding(concern=Concern.STOPPED, part=SENDER, since=NOW, detail=kept)
    assert finding_words(finding, "en", HCM).endswith("refuses the sender (554 no; really)")
    assert finding_remedy(finding, "en").startswith("correct DONDOC_MAIL_FROM")
    assert finding_remedy(finding, "vi").startswith("sửa DONDOC_MAIL_FROM")
    old = HealthFinding(concern=Concern.STOPPED, part=SENDER, since=NOW, detail="the ceiling; look there")
    assert finding_words(old, "en", HCM).endswith("05/02/2024 09:00: the ceiling; look there")
    assert finding_remedy(old, "en") == "see docs/mail.md"


def test_it_names_the_hour_in_local_time() -> None:
    finding = HealthFinding(concern=Concern.SILENT, part=SENDER, since=NOW)
    assert finding_words(finding, "vi", HCM) == "bộ phận gửi thư không chạy từ 05/02/2024 09:00"
    assert finding_words(finding, "en", HCM) == "the sender has been silent since 05/02/2024 09:00"
    assert finding_remedy(finding, "en").endswith("dondoc mail send")
