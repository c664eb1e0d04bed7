"""The watch's insides, and what the sender's flow says: without a server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from prefect.logging import disable_run_logger
from sqlmodel import col, select

from flows import send_mail, watch
from flows import watch as alerting
from models.database import reading, writing
from models.notice import Notice
from models.settings import Settings
from models.upkeep import SENDER, TICK, Outage, beat
from notifications.send import STOPPED, SendingCount
from reporting.reminders.events import raise_alert
from reporting.stops import Stop, packed, stop
from tests.conftest import at
from tests.reporting.world import World

NOW = at("2024-01-16 08:00:00")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Events instead of Prefect's server: their resources."""
    found: list[str] = []

    def emit(event: str, resource: dict[str, str], **_: Any) -> None:
        found.append(f"{event} {resource['prefect.resource.id']}")

    for module in (watch, send_mail):
        monkeypatch.setattr(module, "emit_event", emit)
    with disable_run_logger():
        yield found


@pytest.fixture
def town(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("DONDOC_ADMIN_ADDRESS", "admin@example.org")
    world.plan()
    return world


def alerts(world: World) -> list[str]:
    query = select(Notice.words).where(col(Notice.recipient) == "admin@example.org").order_by(col(Notice.id))
    with reading(world.engine) as session:
        return list(session.exec(query))


def test_what_never_ran_is_alerted_once_a_day(town: World, told: list[str]) -> None:
    first = watch.look_and_alert({"missed mail": "mail không chạy"}, NOW)
    assert set(first) == {"never ran:tick", "never ran:sender"}
    assert watch.look_and_alert({"missed mail": "mail không chạy"}, NOW) == first
    assert len(alerts(town)) == 3, "the second look is quiet"
    assert sorted(told) == [
        "health.concern dondoc.health.missed mail",
        "health.concern dondoc.health.never ran:sender",
        "health.concern dondoc.health.never ran:tick",
    ]


def test_a_broken_run_becomes_an_alert(town: World) -> None:
    assert alerting.alert("reporting-chain/p-2024", "Crashed", "ổ đĩa đầy", NOW)
    assert not alerting.alert("reporting-chain/p-2024", "Crashed", "ổ đĩa đầy", NOW), "once a day"
    assert not alerting.alert("reporting-chain/p-2024", "Failed", "khác", NOW), "nor in another way"
    (words,) = alerts(town)
    assert words == "Lượt chạy reporting-chain/p-2024 kết thúc ở trạng thái Crashed: ổ đĩa đầy"


def test_a_job_that_fails_in_each_run_is_told_once_and_by_its_own_name(town: World) -> None:
    """Each run has a name that Prefect makes up, and each was an alert of its own."""
    for number, run in enumerate(("sensible-scorpion", "modern-nightingale")):
        assert alerting.alert(f"send-mail/{run}", "Failed", "hỏng", NOW) == (number == 0)
    (words,) = alerts(town)
    assert words == "Lượt chạy send-mail kết thúc ở trạng thái Failed: hỏng"


def test_what_the_sender_has_told_itself_the_watch_does_not_tell_again(town: World, told: list[str]) -> None:
    assert raise_once(town, STOPPED)
    with writing(town.engine) as session:
        beat(session, SENDER, NOW, packed(stop(Stop.CEILING, people=3, most=2)))
        beat(session, TICK, NOW)
        session.add(Outage(server="mail:25", since=NOW, failures=2, retry_at=NOW, said="421"))
    assert set(watch.look_and_alert({}, NOW)) == {"stopped:sender", "server down:mail:25"}
    assert alerts(town) == ["told"]


def raise_once(world: World, name: str) -> bool:
    settings = world.settings.model_copy(update={"admin_address": "admin@example.org"})
    with writing(world.engine) as session:
        return raise_alert(session, settings, name, "told", NOW, NOW.date())


@pytest.mark.parametrize(
    ("count", "name", "message"),
    [
        (SendingCount(), "Nothing to send", "0 thư đã gửi, 0 hoãn, 0 lỗi"),
        (SendingCount(mails=2, failed=1), "Sent", "2 thư đã gửi, 0 hoãn, 1 lỗi"),
        # A mail server that is down fails no run: the mails wait.
        (SendingCount(stopped="máy chủ"), "Stopped", "0 thư đã gửi, 0 hoãn, 0 lỗi; dừng: máy chủ"),
    ],
)
def test_the_sender_says_what_it_did(count: SendingCount, name: str, message: str) -> None:
    state = send_mail.outcome(count)
    assert (state.is_completed(), state.name, state.message) == (True, name, message)


def test_each_notice_that_failed_is_an_event(told: list[str], settings: Settings) -> None:
    send_mail.tell([7, 9])
    assert told == ["notice.failed dondoc.notice.7", "notice.failed dondoc.notice.9"]
