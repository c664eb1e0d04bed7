"""`dondoc health`: what it finds, its exit code, and whom it calls when all is well."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from cli.doctor import examine
from models.database import writing
from models.upkeep import SENDER, TICK, Heartbeat, Outage
from notifications.send import MAILBOX
from reporting.health.checkup import checkup_words
from tests.cli.conftest import Dondoc
from tests.conftest import at
from tests.reporting.world import World

NOW = at("2024-01-05 09:00:00")


class Monitor(HTTPServer):
    """An outside monitor that counts who called."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.answer = 200
        monitor = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                monitor.calls.append(self.path)
                self.send_response(monitor.answer)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """It keeps no log."""

        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/ping/secret"


@pytest.fixture
def monitor(monkeypatch: pytest.MonkeyPatch) -> Iterator[Monitor]:
    with Monitor() as server:
        monkeypatch.setenv("DONDOC_PING_URL", server.url)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def healthy(province: World) -> World:
    beat(province, 1, 1)
    return province


def beat(world: World, tick_minutes: int, sender_minutes: int) -> None:
    with writing(world.engine) as session:
        for name, minutes in ((TICK, tick_minutes), (SENDER, sender_minutes)):
            session.merge(Heartbeat(name=name, at=NOW - timedelta(minutes=minutes)))


def test_it_says_that_all_is_well(dondoc: Dondoc, healthy: World) -> None:
    outcome = dondoc("health", "--at", NOW.isoformat())
    assert (outcome.code, outcome.out) == (0, "✓ all is well\n")
    assert dondoc("--lang", "vi", "health", "--at", NOW.isoformat()).out == "✓ mọi việc đều ổn\n"


def test_it_names_a_silent_sender_and_its_remedy(dondoc: Dondoc, healthy: World) -> None:
    beat(healthy, 1, 600)
    outcome = dondoc("health", "--at", NOW.isoformat())
    assert outcome.code == 1
    assert "the sender has been silent since 04/01/2024 23:00" in outcome.out
    assert "dondoc mail send" in outcome.out


def test_it_gives_scripts_the_same(dondoc: Dondoc, healthy: World) -> None:
    assert dondoc("health", "--at", NOW.isoformat(), "--json").json == []


def test_a_monitor_hears_when_all_is_well(dondoc: Dondoc, healthy: World, monitor: Monitor) -> None:
    assert dondoc("health", "--ping", "--at", NOW.isoformat()).code == 0
    assert monitor.calls == ["/ping/secret"]


def test_a_monitor_hears_nothing_when_something_serious_is_wrong(
    dondoc: Dondoc, healthy: World, monitor: Monitor
) -> None:
    beat(healthy, 1, 600)
    assert dondoc("health", "--ping", "--at", NOW.isoformat()).code == 1
    assert monitor.calls == []


def test_a_monitor_is_not_called_unasked(dondoc: Dondoc, healthy: World, monitor: Monitor) -> None:
    dondoc("health", "--at", NOW.isoformat())
    assert monitor.calls == []


def test_a_monitor_that_fails_is_told_without_its_address(
    dondoc: Dondoc, healthy: World, monitor: Monitor
) -> None:
    monitor.answer = 500
    outcome = dondoc("health", "--ping", "--at", NOW.isoformat())
    assert outcome.code == 1
    assert "the outside monitor was not reached" in outcome.err
    assert "secret" not in outcome.err


@pytest.mark.parametrize(("url", "words"), [(None, "DONDOC_PING_URL"), ("file:///etc/hostname", "https://")])
def test_it_refuses_to_call_nowhere(
    dondoc: Dondoc, healthy: World, monkeypatch: pytest.MonkeyPatch, url: str | None, words: str
) -> None:
    if url:
        monkeypatch.setenv("DONDOC_PING_URL", url)
    outcome = dondoc("health", "--ping", "--at", NOW.isoformat())
    assert outcome.code == 1
    assert words in outcome.err


@pytest.fixture
def administrator(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DONDOC_ADMIN_ADDRESS", "admin@p.example")
    return "admin@p.example"


def mails(world: World) -> list[str]:
    """What lies in the local mailbox, as text."""
    paths = sorted((world.settings.home / MAILBOX).glob("*.eml"))
    found = [message_from_bytes(path.read_bytes(), policy=SMTP) for path in paths]
    return [f"{mail['To']} {mail.get_body(('plain',)).get_content()}" for mail in found]  # type: ignore[union-attr]


def test_the_administrator_is_mailed_once_a_day_what_is_serious(
    dondoc: Dondoc, healthy: World, administrator: str
) -> None:
    beat(healthy, 1, 600)
    for _ in range(2):
        assert dondoc("health", "--alert", "--at", NOW.isoformat()).code == 1
    (mail,) = mails(healthy)
    assert administrator in mail
    assert "bộ phận gửi thư không chạy từ 04/01/2024 23:00" in mail
    assert dondoc("health", "--at", NOW.isoformat()).code == 1, "the alert is no sign of life of the sender"


def test_it_refuses_to_alert_nobody(dondoc: Dondoc, healthy: World) -> None:
    assert "DONDOC_ADMIN_ADDRESS" in dondoc("health", "--alert", "--at", NOW.isoformat()).refusal


def test_a_tick_mails_that_the_sender_has_fallen_silent(
    dondoc: Dondoc, healthy: World, administrator: str
) -> None:
    """Every pass of the tick looks; the sender cannot say so itself."""
    beat(healthy, 1, 1)
    for hours in (1, 2, 4, 5):
        dondoc("tick", "--at", (NOW + timedelta(hours=hours)).isoformat())
        assert len(mails(healthy)) == (hours > 4)
    assert "bộ phận gửi thư không chạy từ 05/01/2024 08:59" in mails(healthy)[0]


def test_the_sender_mails_that_the_tick_has_fallen_silent(
    dondoc: Dondoc, healthy: World, administrator: str
) -> None:
    beat(healthy, 600, 1)
    dondoc("mail", "send", "--at", NOW.isoformat())
    (mail,) = mails(healthy)
    assert "lượt chạy không chạy từ 04/01/2024 23:00" in mail


def test_an_outage_of_both_is_nobody_s_silence(dondoc: Dondoc, healthy: World, administrator: str) -> None:
    beat(healthy, 600, 600)
    dondoc("tick", "--at", NOW.isoformat())
    dondoc("mail", "send", "--at", NOW.isoformat())
    assert mails(healthy) == []


def test_the_doctor_tells_of_a_server_that_is_down(healthy: World) -> None:
    with writing(healthy.engine) as session:
        session.add(Outage(server="mx:25", since=NOW, failures=2, retry_at=NOW, said="no answer"))
    found = {finding.name: finding for finding in examine(healthy.settings, NOW)}
    said = checkup_words(found["mail and notices"], "en", healthy.settings.zone)
    assert "mx:25 has not served since 05/01/2024 09:00: no answer" in said
